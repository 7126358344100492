"""`serve`, `web`, `work`, and the commands that need the database for a moment: migrate, seed, firm, bench."""

import contextlib
import dataclasses
import json
import os
import secrets
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg

from webapp.config import DEVELOPMENT_SECRET, ROOT, Config
from webapp.setup import processes, translations
from webapp.setup.postgres import LocalPostgres
from webapp.setup.progress import SetupFailed, say

ADDRESS = "address"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def serve(config: Config, *, web: bool, work: bool) -> int:
    """Prepare the database, start the children, say that it is ready, keep them until a signal."""
    family = processes.Family()  # from here on every signal that stops is ours
    try:
        with contextlib.ExitStack() as stack:
            sock = stack.enter_context(processes.bind(config.host, config.port)) if web else None
            config = _addressed(config, sock)
            config, empty = stack.enter_context(_database(config))
            translations.compile_stale()
            config = _demonstration(config, empty=empty)
            stack.callback(family.end)
            _start_children(family, config, sock, work=work)
            family.wait_until_ready(_own_address(sock) if sock else None, _host(config))
            if sock:
                stack.enter_context(_noted(config))
            _announce(config, sock)
            family.keep()
            say("Arrêt…")
    except KeyboardInterrupt:
        return 130
    return 0


def migrate(config: Config) -> int:
    """Roles and tables up to date; with DATABASE_URL, by the owner's login."""
    if config.database_url and not config.database_owner_url and not _may_make_roles(config):
        raise SetupFailed("DATABASE_OWNER_URL manque : `migrate` agit comme propriétaire des tables")
    with _database(config):
        say("La base est à jour")
    return 0


def seed(config: Config) -> int:
    """The demonstration's firm, companies and missions."""
    if config.production:
        raise SetupFailed("les données de démonstration n’entrent pas dans une base de production")
    with with_database(config):
        from webapp.demo.seed import seed as write

        write()
    return 0


@contextlib.contextmanager
def with_database(config: Config) -> Iterator[Config]:
    """The database ready and named in this process's environment, for a command that reads it there."""
    with _database(config) as (ready, _):
        os.environ |= environ_of(ready)
        yield ready


def environ_of(config: Config) -> dict[str, str]:
    """This process's environment with what was found out since: what a child's `Config.from_environ` will read."""
    found = {
        "DATABASE_URL": config.database_url,
        "DATABASE_OWNER_URL": "",  # no process that answers people holds the tables' owner
        "TRIALOGUE_DEMO": "1" if config.demo else "0",
        "TRIALOGUE_DEMO_MAILS": config.demo_mails,
        "TRIALOGUE_DIST": str(config.dist),
        "TRIALOGUE_HOME": str(config.home),
        "TRIALOGUE_PORT": str(config.port),
        "TRIALOGUE_PUBLIC_URL": config.public_url,
        "TRIALOGUE_SECRET": config.secret,
        "TRIALOGUE_SMTP_URL": config.smtp_url,
    }
    return {**os.environ, **found}


@contextlib.contextmanager
def _database(config: Config) -> Iterator[tuple[Config, bool]]:
    """A migrated database by its application's login (the embedded one, or the one given), and whether it is empty."""
    config = dataclasses.replace(config, secret=_secret(config))
    if config.database_url:
        yield _given_database(config)
        return
    say("PostgreSQL…")
    held = LocalPostgres(config.home / "pg").start()
    os.environ["HELD_POSTGRES"] = str(config.home / "pg")  # children hold it too: the last one out stops it
    try:
        yield _ensured(config, held.url)
    finally:
        held.stop()


def _given_database(config: Config) -> tuple[Config, bool]:
    from webapp.setup import database

    try:
        if config.database_owner_url:
            database.migrate(config.database_owner_url, config.secret)
            return config, _is_empty(config.database_owner_url)
        if _may_make_roles(config):
            return _ensured(config, config.database_url)
        if not database.is_ready(config.database_url):
            raise SetupFailed("la base n’est pas à jour : lancez `migrate` avec DATABASE_OWNER_URL")
    except psycopg.OperationalError as e:
        raise SetupFailed(f"la base ne répond pas : {str(e).splitlines()[0]}") from None
    return config, False


def _ensured(config: Config, administrator: str) -> tuple[Config, bool]:
    """Roles, database and tables made by whoever may make them."""
    from webapp.setup import database

    url = database.ensure(administrator, config.secret)
    config = dataclasses.replace(config, database_url=url)
    return config, _is_empty(database.as_role(url, "trialogue_owner", config.secret))


def _is_empty(owner_url: str) -> bool:
    """Whether no firm is there yet, or only what a seed that was cut short left (webapp/demo/once.py).

    Asked as the role that sees across, which the owner may take.
    """
    asked = "select exists (select from firm) and to_regprocedure('public.demonstration_begun()') is null"
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("set role trialogue_system")
        found = connection.execute(asked).fetchone()
    return not (found and found[0])


def _may_make_roles(config: Config) -> bool:
    """Whether DATABASE_URL is an administrator's login. On a developer's machine it then makes roles and database
    itself; in production the application never runs with such rights."""
    asked = "select rolsuper or (rolcreaterole and rolcreatedb), rolsuper or rolbypassrls from pg_roles where rolname = user"
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        makes, passes = connection.execute(asked).fetchone() or (False, False)
    if config.production and (makes or passes):
        raise SetupFailed("DATABASE_URL donne un compte d’administrateur ; l’application n’en veut pas")
    return bool(makes)


def _secret(config: Config) -> str:
    """Given, or made once and kept beside the data: the logins' passwords come from it."""
    if config.secret != DEVELOPMENT_SECRET:
        return config.secret
    kept = config.home / "secret"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text()


def _demonstration(config: Config, *, empty: bool) -> Config:
    """A mail sink in this process, and data where there is none yet."""
    if not config.demo:
        return config
    from webapp.mail import sink

    smtp_url, demo_mails = sink.start()
    config = dataclasses.replace(config, smtp_url=smtp_url, demo_mails=demo_mails)
    if empty:
        say("Données de démonstration…")
        _call("seed", config)
    return config


def _call(command: str, config: Config) -> None:
    """A command in a process of its own: what it imports does not stay in the parent's memory."""
    argv = [sys.executable, "-X", "utf8", "-m", "webapp.cli", command]
    environ = environ_of(config) | {"DATABASE_OWNER_URL": config.database_owner_url}  # it answers nobody
    done = subprocess.run(argv, env=environ, cwd=ROOT, check=False, stdout=sys.stderr.fileno())
    if done.returncode:
        raise SetupFailed(f"`{command}` a échoué (code {done.returncode}, raison ci-dessus)")


def _start_children(
    family: processes.Family, config: Config, sock: socket.socket | None, *, work: bool
) -> None:
    environ = environ_of(config)
    say("Processus…")
    if sock:
        for number in range(1, config.web_processes + 1):
            family.add(f"web {number}", lambda: processes.start_web(sock, environ))
    if work:
        family.add("worker", lambda: processes.start_work(environ))


def _addressed(config: Config, sock: socket.socket | None) -> Config:
    """The port is known once bound, and with it the address that people type, unless one was given."""
    if not sock:
        return config
    port = sock.getsockname()[1]
    given = os.environ.get("TRIALOGUE_PUBLIC_URL")
    host = "localhost" if config.host in LOOPBACK | {"0.0.0.0", "::"} else config.host  # noqa: S104  compared only
    public = given or f"http://{host}:{port}"
    return dataclasses.replace(config, port=port, public_url=config.public_url if given else public)


@contextlib.contextmanager
def _noted(config: Config) -> Iterator[None]:
    """While pages are served, their address is in the data folder: with TRIALOGUE_PORT=0 `bench` finds it there."""
    note = config.home / ADDRESS
    note.write_text(config.public_url)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def _own_address(sock: socket.socket) -> str:
    """Where this machine reaches the socket, whatever name people use."""
    host, port = sock.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared only
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _announce(config: Config, sock: socket.socket | None) -> None:
    """The one line of standard output, then a link for each demonstration person."""
    if not sock:
        say("Prêt")
        return
    print(f"Trialogue est prêt : {config.public_url}")
    if config.demo:
        for person in _people(_own_address(sock), _host(config)):
            print(
                f"  {person['name']} ({person['company'] or person['firm']}) : {config.public_url}{person['sign_in']}"
            )
    sys.stdout.flush()


def _host(config: Config) -> str:
    """The name that people type: it alone is answered in production."""
    return urlsplit(config.public_url).netloc


def _people(address: str, host: str) -> list[dict[str, str]]:
    request = urllib.request.Request(f"{address}/demo", headers={"Accept": "application/json", "Host": host})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  our own http address
            people: list[dict[str, str]] = json.load(answer)
    except (OSError, ValueError):
        return []
    return people

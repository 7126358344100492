"""Roles, the database and its migrations: from a bare PostgreSQL to one that the application may use.

Nobody here is a superuser but whoever makes the database once; migrations run as ``trialogue_owner``, which makes the
other logins, so a managed PostgreSQL serves. Passwords are HMAC(secret, role): nothing more to store.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
GRANTS_WITH_OPTIONS = 16_00_00  # before 16 a grant always inherits as the role does
LOCK = 7463529  # one at a time sets up roles, database and migrations, whatever process it is in


def password(secret: str, role: str) -> str:
    """The password of a database role."""
    return hmac.new(secret.encode(), role.encode(), hashlib.sha256).hexdigest()


def as_role(url: str, role: str, secret: str, database: str | None = None) -> str:
    """The same server and database, seen by another role."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    path = f"/{database}" if database else parts.path
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password(secret, role))}@{host}", path=path))


def plain(url: str) -> str:
    """A URL as psycopg reads it, without SQLAlchemy's driver."""
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url)


def ensure(superuser_url: str, secret: str, database: str = "trialogue") -> str:
    """Make what is missing (roles, database, migrations) and return the application's URL. Harmless again."""
    make(superuser_url, secret, database)
    migrate(as_role(superuser_url, "trialogue_owner", secret, database), secret)
    return as_role(superuser_url, "trialogue_app", secret, database)


def make(superuser_url: str, secret: str, database: str) -> None:
    """The owner's role and its database, as whoever may create both."""
    with psycopg.connect(plain(superuser_url), autocommit=True) as c, _alone(c):
        owner = sql.Literal(password(secret, "trialogue_owner"))
        _role(c, "trialogue_owner", sql.SQL("login noinherit createrole"), owner)
        if not c.execute("select 1 from pg_database where datname = %s", (database,)).fetchone():
            c.execute(sql.SQL("grant trialogue_owner to current_user"))
            c.execute(sql.SQL("create database {} owner trialogue_owner").format(sql.Identifier(database)))
    with psycopg.connect(plain(_at(superuser_url, database)), autocommit=True) as c:
        # a NOINHERIT owner of the database cannot create in public without owning the schema (15)
        c.execute("alter schema public owner to trialogue_owner")


def migrate(owner_url: str, secret: str, target: str = "head") -> None:
    """The other roles and the schema, as the owner; compares first, so that a second start costs milliseconds."""
    with psycopg.connect(plain(owner_url), autocommit=True) as c, _alone(c):
        _logins(c, secret)
        if target != "head" or _version(c) != heads():
            _upgrade(owner_url, target)


def is_ready(app_url: str) -> bool:
    """Whether that database is migrated to what this code expects."""
    with psycopg.connect(plain(app_url), autocommit=True) as c:
        return _version(c) == heads()


def heads() -> str:
    """The newest revision, read from the files: importing Alembic costs a second."""
    return max(
        re.findall(r'^revision = "(\d+)"', f.read_text(), re.MULTILINE)[0] for f in VERSIONS.glob("[0-9]*.py")
    )


def _logins(c: psycopg.Connection, secret: str) -> None:
    for role in ("trialogue_app", "trialogue_live", "trialogue_jobs"):
        _role(c, role, sql.SQL("login noinherit"), sql.Literal(password(secret, role)))
    _role(c, "trialogue_system", sql.SQL("nologin noinherit"), None)
    for role in ("trialogue_system", "trialogue_jobs"):
        how = " with inherit false, set true" if c.info.server_version >= GRANTS_WITH_OPTIONS else ""
        c.execute(sql.SQL("grant {} to trialogue_owner" + how).format(sql.Identifier(role)))
    c.execute("revoke create on schema public from public")
    c.execute(sql.SQL("revoke temporary on database {} from public").format(sql.Identifier(c.info.dbname)))
    c.execute(
        "grant usage on schema public to trialogue_app, trialogue_live, trialogue_jobs, trialogue_system"
    )


def _role(c: psycopg.Connection, role: str, options: sql.SQL, secret: sql.Literal | None) -> None:
    verb = "alter" if c.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone() else "create"
    if verb == "alter" and secret is None:
        return
    given = sql.SQL(" password {}").format(secret) if secret else sql.SQL("")
    c.execute(
        sql.SQL(verb + " role {} ").format(sql.Identifier(role))
        + (options if verb == "create" else sql.SQL(""))
        + given
    )


def _version(c: psycopg.Connection) -> str | None:
    if not c.execute("select to_regclass('public.alembic_version')").fetchone()[0]:  # type: ignore[index]
        return None
    row = c.execute("select version_num from alembic_version").fetchone()
    return row[0] if row else None


def _upgrade(owner_url: str, target: str) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = create_engine(re.sub(r"^postgresql://", "postgresql+psycopg://", plain(owner_url)))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if target == "head" or (target != "base" and target > (_current(connection) or "")):
            command.upgrade(config, target)
        else:
            command.downgrade(config, target)
        # whoever asks for the version is a role that may read it
        if target != "base":
            connection.exec_driver_sql("grant select on alembic_version to trialogue_app, trialogue_live")
    engine.dispose()


def _current(connection: object) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()  # type: ignore[arg-type]


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@contextmanager
def _alone(c: psycopg.Connection) -> Iterator[None]:
    c.execute("select pg_advisory_lock(%s)", (LOCK,))
    try:
        yield
    finally:
        c.execute("select pg_advisory_unlock(%s)", (LOCK,))

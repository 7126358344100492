"""One PostgreSQL for the run, one migrated template with a small world, one database of its own for each test.

A copy of the template costs some 20 ms, so each test commits for real: nothing of the product is mocked, and what the
bus, the worker or another process would see is there.
"""

import asyncio
import os
import pickle
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

ROOT = Path(__file__).parents[1]
SECRET = "a-secret-of-the-tests-and-of-nothing-else"
PREFIX = "trialogue_test_"
# Each test makes and drops some 900 files; ext4 looks for names not lately freed, which took 0.5 s a test, not 0.03
MEMORY, ENOUGH = Path("/dev/shm"), 3 * 2**30
DEEP = os.environ.get("TRIALOGUE_TEST_DEEP") == "1"

WALKERS = (
    "tests/browser/test_axe.py",
    "tests/rules/test_pages.py",
    "tests/rules/test_swap.py",
    "tests/rules/test_typography.py",
)

# A module whose tests need no database must not pay for one: everything below is imported when first asked for.


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the server; workers are handed its address."""
    handed = getattr(config, "workerinput", {})
    config.stash[SERVER] = _Server(handed.get("server"), handed.get("world"), handed.get("template"))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """What walks the demonstration goes to one worker, which seeds and walks it once; the rest to whoever is free.

    xdist's own ``loadgroup`` knows a test's group by a name that pytest 9.2 no longer reads.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Walks(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return "demonstration" if nodeid.startswith(WALKERS) else nodeid

    return Walks(config, log)


def pytest_configure_node(node: Any) -> None:
    """xdist: make the template once, before the workers ask for it."""
    server = node.config.stash[SERVER]
    server.template()
    node.workerinput["server"] = server.url
    node.workerinput["world"] = pickle.dumps(server.world).hex()
    node.workerinput["template"] = server.name


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controller takes its template away."""
    if not hasattr(config, "workerinput"):
        config.stash[SERVER].forget()


class _Server:
    """The tests' PostgreSQL, started when first needed."""

    def __init__(self, url: str | None, world: str | None, name: str | None) -> None:
        self.url = url
        # one run never takes another's template from under it: its name carries the process
        self.name = name or f"{PREFIX}template_{os.getpid()}"
        self.world = pickle.loads(bytes.fromhex(world)) if world else None

    def template(self) -> None:
        """Start the server if none was handed, and make the migrated template with its world."""
        from webapp.setup import database

        if self.world is not None:
            return
        if self.url is None:
            self.url = database.plain(os.environ.get("TRIALOGUE_TEST_URL") or self._own())
        self._sweep()
        database.ensure(self.url, SECRET, self.name)
        engine = sa.create_engine(_driver(_at(self.url, self.name)), poolclass=NullPool)
        from tests.world import build

        with engine.begin() as connection:
            self.world = build(connection)
        engine.dispose()

    def _own(self) -> str:
        from webapp.setup import places
        from webapp.setup.postgres import UNSAFE_BUT_QUICK, LocalPostgres

        home = Path(os.environ.get("TRIALOGUE_HOME") or ROOT / "instance") / "test-pg"
        if _roomy(MEMORY):
            home = MEMORY / f"trialogue-{os.geteuid()}-{places.tag(home.absolute())}"
        self.running = LocalPostgres(home, UNSAFE_BUT_QUICK, passing=home.parent == MEMORY).start()
        return self.running.url

    def _sweep(self) -> None:
        """Drop what runs that were killed left: their names carry a process that is no more."""
        with psycopg.connect(str(self.url), autocommit=True) as c:
            rows = c.execute(
                "select datname from pg_database where datname like %s", (PREFIX + "%",)
            ).fetchall()
            for (name,) in rows:
                owner = name.rpartition("_")[2]
                if not owner.isdecimal() or not _alive(int(owner)):
                    _drop(c, name)

    def forget(self) -> None:
        """Drop the template, if this run made one."""
        if self.world is not None and self.url is not None:
            self.drop(self.name)

    def copy(self, template: str | None = None) -> str:
        """A new database like the template (or another one); its name."""
        self.template()
        name = f"{PREFIX}{secrets.token_hex(6)}_{os.getpid()}"
        with psycopg.connect(str(self.url), autocommit=True) as c:
            c.execute(f'create database "{name}" template "{template or self.name}"')
        return name

    def drop(self, name: str) -> None:
        with psycopg.connect(str(self.url), autocommit=True) as c:
            _drop(c, name)


SERVER: pytest.StashKey[_Server] = pytest.StashKey()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _roomy(folder: Path) -> bool:
    """Whether a file system in memory is there, ours to write, and large enough for the databases of a run."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ENOUGH


def _drop(c: psycopg.Connection, name: str) -> None:
    c.execute(f'drop database if exists "{name}" with (force)')


def _at(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(autouse=True)
def _no_loop_of_another_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright leaves its event loop marked as running in this thread; whoever does not use it gets a clean one."""
    running = asyncio._get_running_loop()
    if running is None or {"page", "browser", "context", "playwright"} & set(request.fixturenames):
        yield
        return
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> _Server:
    """The tests' PostgreSQL."""
    found = request.config.stash[SERVER]
    found.template()
    return found


@pytest.fixture
def database(server: _Server) -> Iterator[str]:
    """The superuser's URL of a database of this test's own, with the small world in it."""
    name = server.copy()
    yield _at(str(server.url), name)
    server.drop(name)


@pytest.fixture
def superuser(database: str) -> Iterator[sa.Connection]:
    """A connection that no wall holds, in autocommit: to look at what is really there."""
    engine = sa.create_engine(_driver(database), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def application(server: _Server) -> Any:
    """The application, made once; each test points it to a database of its own."""
    from webapp.app import create_app
    from webapp.config import Config

    environ = {
        "DATABASE_URL": _app_url(str(server.url), "postgres"),
        "TRIALOGUE_SECRET": SECRET,
        "TRIALOGUE_DEMO": "1",
    }
    app = create_app(Config.from_environ(environ))
    app.testing = True
    return app


def _app_url(url: str, name: str) -> str:
    from webapp.setup.database import as_role

    return as_role(url, "trialogue_app", SECRET, name)


@pytest.fixture
def app(application: Any, server: _Server, database: str, tmp_path: Path) -> Iterator[Any]:
    """The application on this test's database. Not entered: nobody acts until the test says who."""
    import dataclasses

    from tenants.db import db
    from webapp.live import bus

    url = _app_url(str(server.url), urlsplit(database).path[1:])
    config = application.extensions["trialogue"]
    application.extensions["trialogue"] = dataclasses.replace(
        config, database_url=url, files=tmp_path / "files"
    )
    engine = sa.create_engine(_driver(url), hide_parameters=True, pool_size=4, max_overflow=8)
    with application.app_context():
        kept = db.engines[None]
        db.engines[None] = engine
    bus.configure(url)
    yield application
    bus._drop()
    with application.app_context():
        db.engines[None] = kept
    engine.dispose()
    application.extensions["trialogue"] = config


@pytest.fixture
def in_app(app: Any) -> Iterator[Any]:
    """Inside the application's context: for operations without a request."""
    with app.app_context():
        yield app


@pytest.fixture
def world(server: _Server) -> Any:
    """The small world, by name."""
    return server.world


@pytest.fixture
def browse(app: Any, world: Any) -> Any:
    """``browse("ines")``: a client signed in as that person; ``browse(None)``: a visitor."""

    def signed_in(who: str | None) -> Any:
        client = app.test_client()
        if who is not None:
            client.set_cookie("sid", world.people[who].token)
        return client

    return signed_in

"""A database with the demonstration in it: made once by its own seed, copied for whoever asks."""

import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tenants.db import db
from tests.conftest import PREFIX, SECRET, _app_url, _at, _driver, _drop
from webapp.setup import database as setup

_made: set[str] = set()


@contextmanager
def database(server: Any, app: Any) -> Iterator[Any]:
    """A client of the application on such a database, dropped afterwards."""
    template = f"{PREFIX}demonstration_{os.getpid()}"  # each worker makes its own
    if template not in _made:
        with psycopg.connect(str(server.url), autocommit=True) as c:
            _drop(c, template)
        setup.ensure(str(server.url), SECRET, template)
        with _on(server, app, template):
            from webapp.demo.seed import seed

            seed(app)
        _made.add(template)
    name = server.copy(template)
    try:
        with _on(server, app, name):
            yield app.test_client()
    finally:
        server.drop(name)


@contextmanager
def empty(server: Any, app: Any) -> Iterator[Any]:
    """A client of the application on a migrated database that holds nobody."""
    name = f"{PREFIX}empty_{os.getpid()}"
    setup.ensure(str(server.url), SECRET, name)
    try:
        with _on(server, app, name):
            yield app.test_client()
    finally:
        server.drop(name)


@contextmanager
def superuser(server: Any, client: Any) -> Iterator[sa.Connection]:
    """To look at what is really there, behind a client of ``database``."""
    name = client.application.extensions["trialogue"].database_url.rpartition("/")[2].partition("?")[0]
    engine = sa.create_engine(
        _driver(_at(str(server.url), name)), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def _on(server: Any, app: Any, name: str) -> Iterator[None]:
    url = _app_url(str(server.url), name)
    config = app.extensions["trialogue"]
    app.extensions["trialogue"] = dataclasses.replace(config, database_url=url)
    engine = sa.create_engine(_driver(url), hide_parameters=True, pool_size=4, max_overflow=8)
    with app.app_context():
        kept = db.engines[None]
        db.engines[None] = engine
    try:
        yield
    finally:
        with app.app_context():
            db.engines[None] = kept
        engine.dispose()
        app.extensions["trialogue"] = config

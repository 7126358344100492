"""Migrations: numbered without gaps, reversible, and equal to the models."""

import re
from typing import Any

from tests.conftest import SECRET, _at, _drop

PLACE = "migrations/versions"


def test_numbered_without_gaps(pytestconfig: Any) -> None:
    files = sorted((pytestconfig.rootpath / PLACE).glob("[0-9]*.py"))
    numbers = [int(f.name[:4]) for f in files]
    assert numbers == list(range(1, len(files) + 1))
    for f in files:
        text = f.read_text()
        assert re.search(rf'^revision = "{f.name[:4]}"', text, re.MULTILINE), f.name
        down = re.search(r'^down_revision = (?:"(\d+)"|None)', text, re.MULTILINE)
        assert down is not None
        assert int(down[1] or 0) == int(f.name[:4]) - 1, f.name


def test_down_and_up_again_and_equal_to_the_models(server: Any) -> None:
    import psycopg
    import sqlalchemy as sa
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from migrations.rls import keep
    from tenants import models
    from webapp.setup import database

    name = "trialogue_test_migrations"
    with psycopg.connect(str(server.url), autocommit=True) as c:
        _drop(c, name)
    database.ensure(str(server.url), SECRET, name)
    owner = database.as_role(_at(str(server.url), name), "trialogue_owner", SECRET, name)
    database.migrate(owner, SECRET, "base")
    with psycopg.connect(_at(str(server.url), name)) as c:
        left = c.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')"
            " and relname <> 'alembic_version' and relname not like 'procrastinate%' and relname <> 'queue_schema'"
        ).fetchall()
        assert left == []
        functions = c.execute(
            "select proname from pg_proc where pronamespace = 'public'::regnamespace"
            " and proname not like 'procrastinate%'"
        ).fetchall()
        assert functions == []
    database.migrate(owner, SECRET)
    engine = sa.create_engine(owner.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": keep})
        assert compare_metadata(context, models.metadata) == []
    engine.dispose()
    with psycopg.connect(str(server.url), autocommit=True) as c:
        _drop(c, name)

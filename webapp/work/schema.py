"""The queue's tables, from the installed and pinned package, never a copy of its SQL in the repository.

Why one function for every revision: an old revision that asked the package for its schema would give a new schema
after the pin moves, and the later revision would then fail on what already stands.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from procrastinate.schema import SchemaManager


def queue_schema(raw: Any) -> None:
    """Bring the queue to the installed version: whole if absent, else what came since. Harmless again.

    ``raw`` is the psycopg connection under ``op.get_bind()``; no parameters, so that ``%`` is left alone.
    """
    raw.execute("create table if not exists queue_schema (version text primary key)")
    have = max((row[0] for row in raw.execute("select version from queue_schema")), key=_key, default=None)
    if have is None:
        raw.execute(SchemaManager.get_schema())
    else:
        for step in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"), key=lambda p: p.name):
            if _key(step.name.split("_")[0]) > _key(have):
                raw.execute(step.read_text())
    raw.execute("insert into queue_schema values (%s) on conflict do nothing", (version("procrastinate"),))


def _key(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("."))

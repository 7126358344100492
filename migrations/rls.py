"""What migrations need to write the walls: policies in the same step as their table, functions that look across."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tenants import walls
from tenants.models import metadata


def wall(op: Any, *tables: str) -> None:
    """Enable, force and write the declared policies of tables created just before."""
    for name in tables:
        for statement in walls.statements(metadata.tables[name]):
            op.execute(statement)


def rewall(op: Any, *tables: str) -> None:
    """Write anew the policies of tables whose declaration has changed."""
    for name in tables:
        rows = op.get_bind().exec_driver_sql(
            "select policyname from pg_policies where schemaname = 'public' and tablename = %s", (name,)
        )
        for (policy,) in rows.fetchall():
            op.execute(f"drop policy {policy} on {name}")
    wall(op, *tables)


@contextmanager
def as_system(op: Any, role: str = walls.SYSTEM) -> Iterator[None]:
    """Functions made inside are owned by that role, which may create in the schema for just that long."""
    op.execute(f"grant create on schema public to {role}")
    op.execute(f"set role {role}")
    try:
        yield
    finally:
        op.execute("reset role")
        op.execute(f"revoke create on schema public from {role}")


def keep(obj: Any, name: str | None, type_: str, reflected: bool, compare_to: Any) -> bool:
    """Alembic's include_object: what the queue's own package brings is not ours to compare."""
    return not (
        reflected
        and compare_to is None
        and (name or "").startswith(("procrastinate_", "queue_", "ix_procrast"))
    )

"""A row whose id the form chose: a second click, or a lost answer sent again, adds nothing."""

from typing import Any

from sqlalchemy import CursorResult
from sqlalchemy.dialects.postgresql import insert

from tenants.db import Model, db


def add_once(model: type[Model], **values: Any) -> bool:
    """Whether the row was added now. A second one that comes at the same moment waits for the first, then adds nothing.

    No conflict target is named: PostgreSQL would then ask to read the row, which its maker may not read yet.
    """
    kept = {"preserve_rowcount": True}
    result = db.session.execute(insert(model).values(values).on_conflict_do_nothing(), execution_options=kept)
    assert isinstance(result, CursorResult)  # noqa: S101 - an INSERT has one
    return result.rowcount == 1

"""The session, the base of every model, and the keys that put the tenant first.

This is the only file of ``tenants`` that knows Flask's session: models and operations import ``db`` from here.
"""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, ForeignKeyConstraint, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Text is ``text``, a time is UTC with its zone, an id is a UUID made in Python (see walls: no RETURNING)."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={str: Text(), datetime: DateTime(timezone=True)},
    )

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy hands the class
        """Singular snake_case of the class's name."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


db = SQLAlchemy(model_class=Model, engine_options={"hide_parameters": True})


_clock: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The one seam through which time enters (UTC)."""
    return _clock.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, it is that moment (UTC): for a demonstration that has a past, and for tests. PostgreSQL keeps its own time."""
    token = _clock.set(moment)
    try:
        yield
    finally:
        _clock.reset(token)


def new_id() -> uuid.UUID:
    """The one seam through which identity enters. A UUID is a name, never a secret."""
    return uuid.uuid4()


class TenantRow:
    """Key of what belongs to a company: tenant first, so that no key, constraint or index spans two companies."""

    company_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


def within(table: str, *columns: str, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A foreign key to another row of the same company: ``(company_id, column) -> table(company_id, id)``."""
    return ForeignKeyConstraint(
        ["company_id", *columns], [f"{table}.company_id", f"{table}.id"], ondelete=ondelete
    )

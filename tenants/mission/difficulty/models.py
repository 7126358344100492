"""Difficulty, and what the two said of it. No zone: the wall is on the two persons by name (migration 0029)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, now, within

WORD_LIMIT = 4000


class Difficulty(TenantRow, Model):
    """``author_id`` tells it, ``contact_id`` is the one of the firm whom they chose. ``read_at``: the last word was seen."""

    mission_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        within("mission", "mission_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        within("contact", "contact_id"),
        Index(
            "uq_difficulty_open",
            "company_id",
            "mission_id",
            "author_id",
            unique=True,
            postgresql_where="closed_at is null",
        ),
        Index(None, "company_id", "contact_id"),
    )


class DifficultyWord(TenantRow, Model):
    """One message of the thread, never changed."""

    difficulty_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint(f"length(text) between 1 and {WORD_LIMIT}", name="text"),
        within("difficulty", "difficulty_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_difficulty_word_company_id_difficulty_id", "company_id", "difficulty_id", "at"),
    )


_MINE = "(SELECT my_difficulties())::uuid[]"
_SYSTEM = tuple(
    walls.Policy(f"system_{command.lower()}", "true", (walls.SYSTEM,), command=command)
    for command in ("INSERT", "UPDATE")
)
walls.declare(
    "difficulty",
    walls.Policy("the_two", f"id = ANY ({_MINE})", (walls.APP,), command="SELECT"),
    *_SYSTEM,
)
walls.declare(
    "difficulty_word",
    walls.Policy("the_two", f"difficulty_id = ANY ({_MINE})", (walls.APP,), command="SELECT"),
    *_SYSTEM,
)

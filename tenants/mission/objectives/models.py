"""Objective and what hangs on it: Wording, Assent, Rewording, Comment, Progress, Change. All share its zone.

Live text (wording, indicator, notes) is in the objective's document; what is not prose is here, under a revision.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, now, within

# An exact number of what was typed: it is part of what people initial, so no binary fraction may stand for it.
Number = Numeric(14, 4)


class Objective(TenantRow, Model):
    """One objective. ``strand_id`` None: collective, read by all and initialled by nobody.

    A measure is words + optional value + optional ``out_of``; a target has a sense (``least``, ``most``) or none.
    ``shared_at`` None: its author's draft, which has no number. ``agreed_id``: the wording that others quote.
    ``withdrawn_at``: taken back by its author, to be erased ten seconds later. ``touched``: the revision at which each
    field was last changed, so that a post is stale for its own fields only.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    position: Mapped[int | None]
    stake: Mapped[str] = mapped_column(default="")
    baseline: Mapped[str] = mapped_column(default="")
    baseline_value: Mapped[Decimal | None] = mapped_column(Number)
    baseline_out_of: Mapped[Decimal | None] = mapped_column(Number)
    target: Mapped[str] = mapped_column(default="")
    target_value: Mapped[Decimal | None] = mapped_column(Number)
    target_out_of: Mapped[Decimal | None] = mapped_column(Number)
    target_sense: Mapped[str | None]
    due_on: Mapped[date | None]
    observer_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    shared_at: Mapped[datetime | None]
    agreed_id: Mapped[uuid.UUID | None]
    withdrawn_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None]
    closed_reason: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    touched: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    __table_args__ = (
        CheckConstraint("target_sense in ('least', 'most')", name="sense"),
        CheckConstraint("(shared_at is null) = (position is null)", name="position"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        within("contact", "observer_id"),
        Index("ix_objective_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id"),
        Index("ix_objective_withdrawn", "withdrawn_at", postgresql_where="withdrawn_at is not null"),
    )

    @property
    def objective_id(self) -> uuid.UUID:
        """An objective is its own subject."""
        return self.id


class Wording(TenantRow, Model):
    """Exact content that somebody initialled, with its hash. ``agreed_at``: when all required initials stood on it.

    ``content``: the canonical values, by name (wording, indicator, baseline, target, due_on, observer_id…).
    """

    zone_id: Mapped[uuid.UUID]
    objective_id: Mapped[uuid.UUID]
    hash: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(default=now)
    agreed_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("objective", "objective_id", ondelete="CASCADE"),
        Index("ix_wording_zone", "company_id", "zone_id", "objective_id"),
        Index(None, "company_id", "objective_id", "hash", unique=True),
    )


class Assent(TenantRow, Model):
    """One person's initials on one exact wording, once for all their roles. They count while that hash is the present one.

    ``rewording_id``: given in that rewording; initials given before it do not count in it.
    """

    zone_id: Mapped[uuid.UUID]
    objective_id: Mapped[uuid.UUID]
    wording_id: Mapped[uuid.UUID]
    rewording_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID]
    hash: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("objective", "objective_id", ondelete="CASCADE"),
        within("wording", "wording_id"),
        within("contact", "contact_id"),
        Index("ix_assent_zone", "company_id", "zone_id", "objective_id"),
        Index(None, "company_id", "objective_id"),
    )


class Rewording(TenantRow, Model):
    """« Proposer une autre rédaction » on what is agreed. Open until all have initialled in it, or its opener withdraws it."""

    zone_id: Mapped[uuid.UUID]
    objective_id: Mapped[uuid.UUID]
    opened_by: Mapped[uuid.UUID]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("objective", "objective_id", ondelete="CASCADE"),
        within("contact", "opened_by"),
        Index("ix_rewording_zone", "company_id", "zone_id", "objective_id"),
        Index(
            "uq_rewording_open",
            "company_id",
            "objective_id",
            unique=True,
            postgresql_where="ended_at is null",
        ),
    )


class Comment(TenantRow, Model):
    """What somebody said about an objective, up to 4,000 characters. Its id is made with the form: sent twice, kept once."""

    zone_id: Mapped[uuid.UUID]
    objective_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        within("zone", "zone_id"),
        within("objective", "objective_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_comment_zone", "company_id", "zone_id", "objective_id"),
        Index(None, "company_id", "objective_id"),
    )


class Progress(TenantRow, Model):
    """A reading of where the objective stands: a date, words, an optional value and out_of, by whom."""

    zone_id: Mapped[uuid.UUID]
    objective_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    on: Mapped[date] = mapped_column("read_on")
    words: Mapped[str] = mapped_column(default="")
    value: Mapped[Decimal | None] = mapped_column(Number)
    out_of: Mapped[Decimal | None] = mapped_column(Number)
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        within("zone", "zone_id"),
        within("objective", "objective_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_progress_zone", "company_id", "zone_id", "objective_id"),
        Index(None, "company_id", "objective_id"),
    )


class Change(TenantRow, Model):
    """One line of history: what, by whom, when, before and after. ``field`` is a glossary word, never a sentence.

    ``before`` and ``after``: a text as a string, a measure as an object, a date or a person as a string, or null.
    ``also_ids``: who else wrote in the passage before it settled.
    """

    zone_id: Mapped[uuid.UUID]
    objective_id: Mapped[uuid.UUID]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    field: Mapped[str]
    before: Mapped[Any] = mapped_column(JSONB, nullable=True)
    after: Mapped[Any] = mapped_column(JSONB, nullable=True)
    also_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(UUID(as_uuid=True)), default=list)
    __table_args__ = (
        within("zone", "zone_id"),
        within("objective", "objective_id", ondelete="CASCADE"),
        within("contact", "by_id"),
        Index("ix_change_zone", "company_id", "zone_id", "objective_id"),
        Index(None, "company_id", "objective_id"),
    )


walls.declare("objective", walls.ROWS, walls.ERASED)

"""Axis, Strategy, Action and what hangs on them. A line has the zone of its axis; live words are in its document."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, db, now, within
from tenants.mission.roadmap.content import Progress


class Axis(TenantRow, Model):
    """One axis. ``strand_id`` None: collective, read by all and initialled by nobody.

    ``shared_at`` None: its author's draft, which has no number. ``agreed_id``: the wording that others quote.
    ``withdrawn_at``: taken back by its author, to be erased ten seconds later. ``served_ids``: objectives it serves.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    position: Mapped[int | None]
    served_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(UUID(as_uuid=True)), default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    shared_at: Mapped[datetime | None]
    agreed_id: Mapped[uuid.UUID | None]
    withdrawn_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None]
    closed_reason: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint("(shared_at is null) = (position is null)", name="position"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        Index("ix_axis_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id"),
    )

    @property
    def axis_id(self) -> uuid.UUID:
        """An axis is its own subject."""
        return self.id


class Strategy(TenantRow, Model):
    """One strategy of an axis. ``closed_at``: taken out after somebody had initialled it, so that it can come back."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    axis_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    position: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("axis", "axis_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_strategy_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "axis_id"),
    )


class Action(TenantRow, Model):
    """One action of a strategy: whose, for when, how far. ``touched``: the revision at which each field last changed."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    axis_id: Mapped[uuid.UUID]
    strategy_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    position: Mapped[int]
    owner_id: Mapped[uuid.UUID | None]
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default=Progress.TODO.value)
    reason: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    state_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    touched: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    __table_args__ = (
        CheckConstraint("state in ('todo', 'doing', 'done', 'dropped')", name="state"),
        CheckConstraint("(state = 'dropped') = (reason <> '')", name="reason"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("axis", "axis_id", ondelete="CASCADE"),
        within("strategy", "strategy_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        within("contact", "owner_id"),
        Index("ix_action_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "strategy_id"),
        Index(None, "company_id", "axis_id"),
    )

    @property
    def contact_id(self) -> uuid.UUID | None:
        """Whose action it is: toward it, they are themselves."""
        return self.owner_id


class AxisWording(TenantRow, Model):
    """Exact content that somebody initialled, with its hash. ``agreed_at``: when all required initials stood on it."""

    zone_id: Mapped[uuid.UUID]
    axis_id: Mapped[uuid.UUID]
    hash: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(default=now)
    agreed_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("axis", "axis_id", ondelete="CASCADE"),
        Index("ix_axis_wording_zone", "company_id", "zone_id", "axis_id"),
        Index(None, "company_id", "axis_id", "hash"),
    )


class AxisAssent(TenantRow, Model):
    """One person's initials on one exact content, once for all their roles. They count while that hash is the present one.

    ``rewording_id``: given in that rewording; initials given before it do not count in it.
    """

    zone_id: Mapped[uuid.UUID]
    axis_id: Mapped[uuid.UUID]
    wording_id: Mapped[uuid.UUID]
    rewording_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID]
    hash: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("axis", "axis_id", ondelete="CASCADE"),
        within("axis_wording", "wording_id"),
        within("contact", "contact_id"),
        Index("ix_axis_assent_zone", "company_id", "zone_id", "axis_id"),
        Index(None, "company_id", "axis_id"),
    )


class AxisRewording(TenantRow, Model):
    """« Proposer une autre rédaction » on what is agreed. Open until all have initialled in it, or its opener withdraws it."""

    zone_id: Mapped[uuid.UUID]
    axis_id: Mapped[uuid.UUID]
    opened_by: Mapped[uuid.UUID]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("axis", "axis_id", ondelete="CASCADE"),
        within("contact", "opened_by"),
        Index("ix_axis_rewording_zone", "company_id", "zone_id", "axis_id"),
        Index(
            "uq_axis_rewording_open",
            "company_id",
            "axis_id",
            unique=True,
            postgresql_where="ended_at is null",
        ),
    )


class AxisComment(TenantRow, Model):
    """What somebody said about an axis, up to 4,000 characters. Its id is made with the form: sent twice, kept once."""

    zone_id: Mapped[uuid.UUID]
    axis_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        within("zone", "zone_id"),
        within("axis", "axis_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_axis_comment_zone", "company_id", "zone_id", "axis_id"),
        Index(None, "company_id", "axis_id"),
    )


class Contribution(TenantRow, Model):
    """What the mentor brings to an action or a session: something lived, a document, an example.

    ``subject_kind`` and ``subject_id``: what it is brought to. ``file_id``: a document of the same zone, or none.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    subject_kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    text: Mapped[str]
    file_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("subject_kind in ('action', 'session')", name="subject_kind"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        Index("ix_contribution_zone", "company_id", "zone_id", "subject_id"),
        Index(None, "company_id", "subject_id"),
    )


class RoadmapChange(TenantRow, Model):
    """One line of an axis's history: of which line, what, by whom, before and after. ``field`` is never a sentence.

    ``level`` and ``line_id``: the axis itself, or a strategy or an action of it. ``also_ids``: who else wrote in the
    passage before it settled.
    """

    zone_id: Mapped[uuid.UUID]
    axis_id: Mapped[uuid.UUID]
    level: Mapped[str]
    line_id: Mapped[uuid.UUID]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    field: Mapped[str]
    before: Mapped[Any] = mapped_column(JSONB, nullable=True)
    after: Mapped[Any] = mapped_column(JSONB, nullable=True)
    also_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(UUID(as_uuid=True)), default=list)
    __table_args__ = (
        within("zone", "zone_id"),
        within("axis", "axis_id", ondelete="CASCADE"),
        within("contact", "by_id"),
        Index("ix_roadmap_change_zone", "company_id", "zone_id", "axis_id"),
        Index(None, "company_id", "axis_id", "at"),
    )


for _table in ("axis", "strategy", "action", "contribution", "roadmap_change"):
    walls.declare(_table, walls.ROWS, walls.ERASED)


def company() -> uuid.UUID:
    """The company in which the present transaction acts."""
    found: uuid.UUID | None = walls.acting(db.session).company
    assert found is not None  # noqa: S101 - a roadmap is a company's
    return found

"""Pause, EarlyEnd, EarlyWord. The first two hold dates alone, read by the strand's people and the firm's staff."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, now, within


class Pause(TenantRow, Model):
    """The mission (``strand_id`` None) or one strand is suspended, both days included; ``until_on`` None: open.

    No reason is asked and none can be kept. Taken up again, it ends the day before. ``shifted_at``: the dates that it
    moves have been settled.
    """

    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    resumed_at: Mapped[datetime | None]
    shifted_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("until_on >= from_on - 1", name="days"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "by_id"),
        Index(None, "company_id", "mission_id"),
    )


class EarlyEnd(TenantRow, Model):
    """The mission (``strand_id`` None) or one strand ends on that day, Europe/Paris: from then on it is read, not written.

    Once for each; never taken back. ``by_id``: who ended it, for the minutes.
    """

    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    effective_on: Mapped[date]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "by_id"),
        Index(
            "uq_early_end_once", "company_id", "mission_id", "strand_id", unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip


class EarlyWord(TenantRow, Model):
    """The one sentence that whoever ended it shares with the parties."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    end_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    text: Mapped[str]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("early_end", "end_id"),
        within("contact", "author_id"),
        Index("ix_early_word_zone", "company_id", "zone_id"),
        Index(None, "company_id", "end_id", unique=True),
    )


# A matrix that hides dates from somebody must not hide from them that nothing more can be written: seats alone judge.
_LIVES = walls.Policy(
    "life_wall", "coalesce(strand_id, mission_id) = ANY ((SELECT my_lives())::uuid[])", (walls.APP,), restrictive=True
)  # fmt: skip
walls.declare("pause", walls.ROWS, _LIVES)
walls.declare("early_end", walls.ROWS, _LIVES)

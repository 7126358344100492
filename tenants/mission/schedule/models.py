"""Session and what hangs on it: how its date is found, its agenda, its summary, its review, what moved.

A session's own row (kind, date, minutes) is read by the calendar's readers of its strand, and told to the firm's staff
without its place by ``mission_dates`` (0020). Whatever was written stands in rows with zones of their own.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, now, within
from tenants.mission.schedule import stage  # noqa: F401 - the room says where its stage stands
from tenants.mission.schedule.types import State

Local = DateTime(timezone=False)  # a wall time, of the zone that stands beside it


class Session(TenantRow, Model):
    """A step or a session. ``strand_id`` None: collective. ``roles``: who takes part, whoever holds them then.

    ``local_at`` + ``timezone`` (IANA) are what was said, ``starts_at`` (UTC) what it computes to; ``week_of``: the week
    aimed at while there is no date. ``sequence``: how often a date that was told has changed (iCalendar's). ``late``:
    cancelled with less notice than the rule asks. ``layout_id``: laid out in that act.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    author_id: Mapped[uuid.UUID]
    type: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.TO_PLAN)
    week_of: Mapped[date | None]
    local_at: Mapped[datetime | None] = mapped_column(Local)
    timezone: Mapped[str | None]
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int]
    way: Mapped[str] = mapped_column(default="place")
    place: Mapped[str] = mapped_column(default="")
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sequence: Mapped[int] = mapped_column(default=0)
    layout_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    held_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[uuid.UUID | None]
    late: Mapped[bool | None]
    revision: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint(
            "type in ('framing', 'pair', 'visit', 'review', 'collective', 'report', 'restitution')",
            name="type",
        ),
        CheckConstraint("state in ('to_plan', 'planned', 'held', 'cancelled')", name="state"),
        CheckConstraint("way in ('place', 'video')", name="way"),
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("num_nonnulls(local_at, timezone, starts_at) in (0, 3)", name="when"),
        CheckConstraint("state not in ('planned', 'held') or starts_at is not null", name="dated"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        within("contact", "cancelled_by"),
        Index("ix_session_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id"),
    )

    @property
    def session_id(self) -> uuid.UUID:
        """A session is its own subject."""
        return self.id


class SlotPoll(TenantRow, Model):
    """Slots proposed for one session, until one is fixed (``slot_id``) or others are proposed. One open at a time."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    session_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    slot_id: Mapped[uuid.UUID | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("session", "session_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_slot_poll_zone", "company_id", "zone_id", "session_id"),
        Index(
            "uq_slot_poll_open",
            "company_id",
            "session_id",
            unique=True,
            postgresql_where="closed_at is null",
        ),
    )


class Slot(TenantRow, Model):
    """A moment that somebody proposed."""

    zone_id: Mapped[uuid.UUID]
    poll_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    local_at: Mapped[datetime] = mapped_column(Local)
    timezone: Mapped[str]
    starts_at: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        within("zone", "zone_id"),
        within("slot_poll", "poll_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_slot_zone", "company_id", "zone_id", "poll_id"),
        Index(None, "company_id", "poll_id", "starts_at", unique=True),
    )


class SlotAnswer(TenantRow, Model):
    """What one person said of one slot: yes, no, maybe (if need be)."""

    zone_id: Mapped[uuid.UUID]
    slot_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    answer: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("answer in ('yes', 'no', 'maybe')", name="answer"),
        within("zone", "zone_id"),
        within("slot", "slot_id", ondelete="CASCADE"),
        within("contact", "contact_id"),
        Index("ix_slot_answer_zone", "company_id", "zone_id", "slot_id"),
        Index(None, "company_id", "slot_id", "contact_id", unique=True),
    )


class AgendaItem(TenantRow, Model):
    """A point of the agenda. ``usual``: the key of one that the session's type brings, its words are the page's.

    ``done_at``: treated; a point that is not goes on to the next session of the strand. ``action_id``: the action that
    it became in the roadmap.
    """

    zone_id: Mapped[uuid.UUID]
    session_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    usual: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    done_by: Mapped[uuid.UUID | None]
    action_id: Mapped[uuid.UUID | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("session", "session_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        within("contact", "done_by"),
        Index("ix_agenda_item_zone", "company_id", "zone_id", "session_id"),
        Index(None, "company_id", "session_id"),
    )


class Summary(TenantRow, Model):
    """What mentor and mentee keep of a session, in a live text of their own until the mentee shares it (``shared_at``)."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    session_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    shared_at: Mapped[datetime | None]
    shared_by: Mapped[uuid.UUID | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("session", "session_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        within("contact", "shared_by"),
        Index("ix_summary_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "session_id"),
    )


class Review(TenantRow, Model):
    """What a « point d’étape » leaves: four live texts, then approved by the three on their exact words."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    session_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    approved_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("session", "session_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_review_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "session_id", unique=True),
    )


class ReviewApproval(TenantRow, Model):
    """One person's word on the exact texts, which are kept with it. It counts while their hash is the present one."""

    zone_id: Mapped[uuid.UUID]
    review_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    hash: Mapped[str]
    content: Mapped[dict[str, str]] = mapped_column(JSONB)
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("review", "review_id", ondelete="CASCADE"),
        within("contact", "contact_id"),
        Index("ix_review_approval_zone", "company_id", "zone_id", "review_id"),
    )


class SessionChange(TenantRow, Model):
    """One line of a session's history: what, by whom, before, after, and the reason if one was given."""

    zone_id: Mapped[uuid.UUID]
    session_id: Mapped[uuid.UUID]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    field: Mapped[str]
    before: Mapped[Any] = mapped_column(JSONB, nullable=True)
    after: Mapped[Any] = mapped_column(JSONB, nullable=True)
    reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        within("zone", "zone_id"),
        within("session", "session_id", ondelete="CASCADE"),
        within("contact", "by_id"),
        Index("ix_session_change_zone", "company_id", "zone_id", "session_id"),
    )


# Weeks aimed at stay within the mission's dates, whoever changed those: keep_within() alone, in the act of an amendment.
# An amendment of dates, and an early end (0028), settle them whoever completes it.
for _table in ("session", "slot_poll"):
    walls.declare(_table, walls.ROWS, walls.Policy("system_rows", "true", (walls.SYSTEM,), command="UPDATE"))

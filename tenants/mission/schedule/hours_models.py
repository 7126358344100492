"""The hours' ledger, who confirms that a session took place, and initials on the plan.

Nobody writes an entry of the ledger: PostgreSQL appends what is lacking between what it says and what sessions,
attendances and the agreement say (0021), so that no path forgets one. No entry is ever changed; a correction is another.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, now, within


class HoursEntry(TenantRow, Model):
    """One line of the ledger: ``minutes`` (signed) of an account, for a subject (a session, the mission, a piece).

    ``strand_id`` None: of all together. It holds no word of anybody's: whoever knows the dates may read it, the firm's
    staff too.
    """

    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    account: Mapped[str]
    kind: Mapped[str]
    minutes: Mapped[int]
    subject_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID]
    __table_args__ = (
        CheckConstraint("account in ('agreed', 'planned', 'spent')", name="account"),
        CheckConstraint(
            "kind in ('agreement', 'session', 'preparation', 'late', 'report')",
            name="kind",
        ),
        CheckConstraint("minutes <> 0", name="minutes"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "by_id"),
        Index(None, "company_id", "mission_id"),
        Index(None, "company_id", "subject_id"),
    )


# Read by whoever knows the dates of the strand or of all; written by the database's own functions alone.
walls.declare(
    "hours_entry",
    walls.Policy(
        "hours_read",
        "coalesce(strand_id, mission_id) = ANY ((SELECT my_hours())::uuid[])",
        (walls.APP,),
        command="SELECT",
    ),
    walls.Policy("system_rows", "true", (walls.SYSTEM,), command="INSERT"),
)


class Attendance(TenantRow, Model):
    """« Ce rendez-vous a eu lieu, tant de temps »: proposed by mentor or mentee, then confirmed or contested by the other.

    ``settled_at``: since when it stands; ``silent``: because nobody answered for seven days. ``superseded_at``: another
    one was proposed before it stood.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    session_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    minutes: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
    silent: Mapped[bool] = mapped_column(default=False)
    superseded_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        within("zone", "zone_id"),
        within("session", "session_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_attendance_zone", "company_id", "zone_id", "session_id"),
        Index(
            "uq_attendance_open",
            "company_id",
            "session_id",
            unique=True,
            postgresql_where="superseded_at is null and settled_at is null",
        ),
    )


class AttendanceLine(TenantRow, Model):
    """One person's part of it. Its zone is of their own strand: who was absent is not told to the other mentees."""

    zone_id: Mapped[uuid.UUID]
    attendance_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID]
    role: Mapped[str]
    answer: Mapped[str | None]
    word: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("role in ('mentor', 'mentee')", name="role"),
        CheckConstraint("answer in ('present', 'absent', 'contested')", name="answer"),
        CheckConstraint("(answer is null) = (answered_at is null)", name="answered"),
        within("zone", "zone_id"),
        within("attendance", "attendance_id", ondelete="CASCADE"),
        within("contact", "contact_id"),
        Index("ix_attendance_line_zone", "company_id", "zone_id", "attendance_id"),
        Index(None, "company_id", "attendance_id", "contact_id", unique=True),
    )


# It stands by silence, by the clock, whoever has left meanwhile; and once the last one has answered (0021).
walls.declare(
    "attendance", walls.ROWS, walls.Policy("system_rows", "true", (walls.SYSTEM,), command="UPDATE")
)
# A mentor who has left may still answer for their own time, through answer_departing() alone (0029).
walls.declare(
    "attendance_line", walls.ROWS, walls.Policy("system_rows", "true", (walls.SYSTEM,), command="UPDATE")
)


class Piece(TenantRow, Model):
    """A piece of work that the agreement counts when it is done: the report of a strand. No word of anybody's."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        Index("ix_piece_zone", "company_id", "zone_id", "strand_id"),
        Index(
            "uq_piece_once", "company_id", "strand_id", unique=True, postgresql_where="withdrawn_at is null"
        ),
    )


class PlanAssent(TenantRow, Model):
    """One person's initials on the whole plan: the hash of all its lines, and which lines those were."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    hash: Mapped[str]
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "contact_id"),
        Index("ix_plan_assent_zone", "company_id", "zone_id", "strand_id"),
    )

"""Handover: the text that an outgoing mentor leaves. No zone: who reads it is named by the wall (migration 0029)."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from tenants import walls
from tenants.db import Model, TenantRow, within

TEXT_LIMIT = 8000


class Handover(TenantRow, Model):
    """For one strand. Its author's until ``delivered_at``; then the mentee reads it first, alone; ``opened_at``: they let
    the mentors of the strand read it; ``kept_at``: they did not. ``ended_at``: when the author's part ended.
    """

    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    ended_at: Mapped[datetime]
    text: Mapped[str]
    revision: Mapped[int]
    delivered_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    kept_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"length(text) <= {TEXT_LIMIT}", name="text"),
        CheckConstraint("opened_at is null or delivered_at is not null", name="read_first"),
        within("mission", "mission_id", ondelete="CASCADE"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        Index("uq_handover_once", "company_id", "strand_id", "author_id", "ended_at", unique=True),
        Index(None, "company_id", "mission_id"),
    )


walls.declare(
    "handover",
    walls.Policy("its_readers", "id = ANY ((SELECT my_handovers())::uuid[])", (walls.APP,), command="SELECT"),
    walls.ERASED,
    *(
        walls.Policy(f"system_{command.lower()}", "true", (walls.SYSTEM,), command=command)
        for command in ("INSERT", "UPDATE")
    ),
)

"""Report and what hangs on it: its passages, what the mentee asks for before it is issued, who has received it.

A report changes readers three times and moves each time: its author's, then the pair's while the mentee reads first, then
everybody's whom the matrix names. Passages stay with the pair: what is read afterwards is ``canonical``, to the byte.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, db, now, within
from tenants.mission.report import stage  # noqa: F401 - the room says where its stage stands


class Report(TenantRow, Model):
    """One report of a strand. ``invited_at``: the mentee writes in it too; ``opened_at``: they read it first, until
    ``closes_at`` or ``read_at``; ``issued_at``: frozen. ``corrects_id``: the issued report that this one takes the place of.

    ``canonical`` is what is hashed, printed and read; ``source_zones``: where what it repeats stands. PostgreSQL checks
    the hash, that all of these may be repeated, and lets nobody alter what was issued (0033).
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    begun_at: Mapped[datetime] = mapped_column(default=now)
    invited_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(default="")
    reply_at: Mapped[datetime | None]
    reply_by: Mapped[uuid.UUID | None]
    corrects_id: Mapped[uuid.UUID | None]
    reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    canonical: Mapped[bytes | None]
    hash: Mapped[str | None]
    source_zones: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(UUID(as_uuid=True)), default=list)
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[uuid.UUID | None]
    recalled_at: Mapped[datetime | None]
    recalled_by: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint("(opened_at is null) = (closes_at is null)", name="window"),
        CheckConstraint("num_nonnulls(issued_at, issued_by, canonical, hash) in (0, 4)", name="issued"),
        CheckConstraint("hash = encode(sha256(canonical), 'hex')", name="hash"),
        CheckConstraint("(reply = '') = (reply_at is null)", name="reply"),
        CheckConstraint("(corrects_id is null) = (version = 1)", name="version"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        within("contact", "reply_by"),
        within("contact", "issued_by"),
        within("report", "corrects_id"),
        within("report", "recalled_by"),
        Index("ix_report_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id"),
        Index(
            "uq_report_begun",
            "company_id",
            "strand_id",
            "author_id",
            unique=True,
            postgresql_where="issued_at is null",
        ),
        Index(
            "uq_report_reading",
            "company_id",
            "strand_id",
            unique=True,
            postgresql_where="opened_at is not null and issued_at is null",
        ),
        Index(
            "uq_report_version",
            "company_id",
            "strand_id",
            "version",
            unique=True,
            postgresql_where="issued_at is not null",
        ),
    )

    @property
    def report_id(self) -> uuid.UUID:
        """A report is its own subject."""
        return self.id


class ReportPassage(TenantRow, Model):
    """A passage: its words are in its document. ``source_*``: what it comes from; none: the mentor's own appreciation.

    ``due_on`` and ``owner_id``: of a line of the follow-up calendar.
    """

    zone_id: Mapped[uuid.UUID]
    report_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    part: Mapped[str]
    position: Mapped[int]
    document_id: Mapped[uuid.UUID]
    source_kind: Mapped[str | None]
    source_id: Mapped[uuid.UUID | None]
    due_on: Mapped[date | None]
    owner_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("part in ('synthesis', 'points', 'axes', 'results', 'follow_up')", name="part"),
        CheckConstraint(
            "source_kind in ('sentence', 'objective', 'axis', 'action', 'session', 'review', 'summary')",
            name="source_kind",
        ),
        CheckConstraint("(source_kind is null) = (source_id is null)", name="source"),
        within("zone", "zone_id"),
        within("report", "report_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        within("contact", "owner_id"),
        Index("ix_report_passage_zone", "company_id", "zone_id"),
        Index(None, "company_id", "report_id", "part", "position"),
    )


class ReportRequest(TenantRow, Model):
    """A change that the mentee asked for while reading first. ``done_at``: the mentor has seen to it."""

    zone_id: Mapped[uuid.UUID]
    report_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("report", "report_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_report_request_zone", "company_id", "zone_id"),
        Index(None, "company_id", "report_id"),
    )


class ReportReceipt(TenantRow, Model):
    """« J’en accuse réception »: by whom, when, of which exact report."""

    zone_id: Mapped[uuid.UUID]
    report_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        within("zone", "zone_id"),
        within("report", "report_id", ondelete="CASCADE"),
        within("contact", "contact_id"),
        Index("ix_report_receipt_zone", "company_id", "zone_id"),
        Index(None, "company_id", "report_id", "contact_id", unique=True),
    )


for _table in ("report", "report_passage", "report_request", "report_receipt"):
    walls.declare(_table, walls.ROWS)


def company() -> uuid.UUID:
    """The company in which the present transaction acts."""
    found: uuid.UUID | None = walls.acting(db.session).company
    assert found is not None  # noqa: S101 - a report is a company's
    return found

"""What waits for whom, since when. Written and cleared by each room's operations, in the same transaction.

The rail, home, the digest and the portfolio read only this. A wait of a zone that only its author reads is never told.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import Index, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, db, new_id, now, within


class Awaited(TenantRow, Model):
    """``contact_id`` is waited for, for ``kind`` (``objective.assent``…) on a subject, since when, due when (or None)."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    since: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date | None]
    reminded_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "contact_id"),
        Index("ix_awaited_zone", "company_id", "zone_id"),
        Index(None, "company_id", "mission_id"),
        Index(None, "company_id", "contact_id"),
        Index("uq_awaited_once", "company_id", "subject_id", "kind", "contact_id", unique=True),
    )


# Staff announce a reader in a zone that they do not read, through announce() alone (0011).
walls.declare("awaited", walls.ROWS, walls.Policy("system_rows", "true", (walls.SYSTEM,)))


def expect(
    *,
    zone_id: uuid.UUID,
    mission_id: uuid.UUID,
    strand_id: uuid.UUID | None,
    kind: str,
    subject_id: uuid.UUID,
    contacts: set[uuid.UUID],
) -> bool:
    """Wait for exactly these contacts: those already waited for keep their ``since``. Says whether anything changed."""
    company = db.session.info["acting"].company
    waiting = set(
        db.session.scalars(
            select(Awaited.contact_id).where(Awaited.subject_id == subject_id, Awaited.kind == kind)
        )
    )
    if gone := waiting - contacts:
        db.session.execute(
            delete(Awaited).where(
                Awaited.subject_id == subject_id, Awaited.kind == kind, Awaited.contact_id.in_(gone)
            )
        )
    moment = now()
    for contact in sorted(contacts - waiting):
        db.session.execute(
            insert(Awaited)
            .values(
                company_id=company,
                id=new_id(),
                zone_id=zone_id,
                mission_id=mission_id,
                strand_id=strand_id,
                contact_id=contact,
                kind=kind,
                subject_id=subject_id,
                since=moment,
            )
            .on_conflict_do_nothing()
        )
    return waiting != contacts

"""What a person is to learn by the day's mail though nothing is awaited of them: what was sent, what is due, what changed.

A row is no content: a kind, of what, for which day. It stands in the zone of its subject, so that whoever has lost the
right to read it is told nothing. Written by the functions of migration 0030, told once.
"""

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, select, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, db, now, within

KINDS = (
    "agreement.refused",  # a version, by one of its signatories
    "agreement.reopened",  # a version, for a change
    "agreement.dates_changed",
    "objective.reading",  # due of its observer: a month after the last one, and on the objective's own day
    "roadmap.due",  # an action, three days before its day
    "reading.sealed",  # an agreement signed by all
    "reading.plan",
    "report.first",  # by the mentee, before anybody else
    "report.issued",
)


class News(TenantRow, Model):
    """``contact_id`` is to learn ``kind`` of that subject; ``day``: when it is due, or when it happened."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    day: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"kind in ({', '.join(repr(k) for k in KINDS)})", name="kind"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "contact_id"),
        Index("ix_news_zone", "company_id", "zone_id"),
        Index("uq_news_once", "company_id", "contact_id", "kind", "subject_id", "day", unique=True),
    )


# One's own alone, whoever else reads the thing.
_MINE = walls.Policy("own_news", "contact_id = (SELECT acting_contact())", (walls.APP,), restrictive=True)
walls.declare("news", walls.ROWS, _MINE, walls.Policy("system_rows", "true", (walls.SYSTEM,)))


def mine() -> list[News]:
    """What the acting contact is still to learn in the acting company, the oldest first."""
    asked = select(News).where(News.company_id == walls.acting(db.session).company, News.told_at.is_(None))
    return list(db.session.scalars(asked.order_by(News.made_at, News.id)))


def tell(
    kind: str, subject_id: uuid.UUID, zone_id: uuid.UUID, contacts: Iterable[uuid.UUID], at: datetime | None
) -> int:
    """These are to learn it, of a thing that the acting person reads; who of them gets the day's mail, not before ``at``
    (None: at eight). How many mails that makes."""
    values = {"k": kind, "s": subject_id, "z": zone_id, "c": sorted(contacts), "at": at}
    asked = text("select tell_news(:k, :s, :z, cast(:c as uuid[]), :at)")
    return int(db.session.scalar(asked, values) or 0)


def told(ids: Iterable[uuid.UUID]) -> None:
    """The acting person has learned these, in whichever company; or they are not to be told any more."""
    db.session.execute(text("select news_told(cast(:i as uuid[]))"), {"i": sorted(ids)})

"""What an outgoing mentor's page shows, and the texts that a mission's mentee and mentors may read."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from tenants.actors import Actor
from tenants.db import db
from tenants.mission.handover.models import Handover
from tenants.mission.queries import Frame
from tenants.policy import Role


@dataclass(frozen=True)
class Strand:
    """One strand that was theirs. ``mentee`` None: nobody is there to read what would be left."""

    id: uuid.UUID
    mentee: uuid.UUID | None
    name: str


@dataclass(frozen=True)
class Departure:
    """An ended part as mentor, for its own person, until ``until``. A subject for the policy: nobody else's is found."""

    company_id: uuid.UUID
    left_id: uuid.UUID
    contact_id: uuid.UUID
    title: str
    ended: datetime
    until: datetime
    strands: tuple[Strand, ...]


@dataclass(frozen=True)
class Unsaid:
    """A session of that time on which their word is awaited."""

    attendance_id: uuid.UUID
    session_id: uuid.UUID
    zone_id: uuid.UUID
    strand_id: uuid.UUID | None
    type: str
    local_at: datetime
    minutes: int
    together: bool


def departure(mission_id: uuid.UUID) -> Departure | None:
    """The acting person's in that mission; None once fifteen days have passed, and for everybody else."""
    acting = db.session.info["acting"]
    rows = db.session.execute(text("select * from my_departures(:m)"), {"m": mission_id}).all()
    if not rows or acting.company is None or acting.contact is None:
        return None
    strands = tuple(Strand(r.strand, r.mentee, r.mentee_name or "") for r in rows)
    first = rows[0]
    return Departure(
        acting.company, mission_id, acting.contact, first.title, first.ended, first.until, strands
    )


def unsaid(mission_id: uuid.UUID) -> list[Unsaid]:
    """In the order of the calendar."""
    rows = db.session.execute(text("select * from my_departing_sessions(:m)"), {"m": mission_id})
    return [Unsaid(*r) for r in rows]


def left(found: Departure) -> dict[uuid.UUID, Handover]:
    """By strand, what its author has written."""
    rows = select(Handover).where(
        Handover.company_id == found.company_id,
        Handover.mission_id == found.left_id,
        Handover.author_id == found.contact_id,
        Handover.ended_at == found.ended,
    )
    return {h.strand_id: h for h in db.session.scalars(rows)}


def texts(frame: Frame, by: Actor) -> list[Handover]:
    """Those that the actor reads as somebody of the mission, the last one first."""
    rows = select(Handover).where(Handover.company_id == frame.company_id, Handover.mission_id == frame.id)
    found = db.session.scalars(rows.order_by(Handover.delivered_at.desc(), Handover.id))
    return [h for h in found if reads(h, frame, by)]


def reads(row: Handover, frame: Frame, by: Actor) -> bool:
    """The rule of the wall for whoever takes part, in Python: the mentee first, then the mentors of the strand."""
    if row.delivered_at is None:
        return False
    held = {s.role for s in by.seats_in(frame.id) if s.spans(row.strand_id)}
    return Role.MENTEE in held or (Role.MENTOR in held and row.opened_at is not None)


def successors(frame: Frame, row: Handover) -> list[uuid.UUID]:
    """Who would read it once it is opened: the mentors of the strand."""
    return list(dict.fromkeys(s.contact_id for s in frame.sitting(row.strand_id, (Role.MENTOR,))))

"""What the acts of the room share: their row taken, the pages that are told, who acts."""

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, text

from tenants.actors import Actor
from tenants.db import db, now
from tenants.events import record, stale
from tenants.mission.models import Strand
from tenants.mission.queries import Frame
from tenants.mission.schedule.models import Session, SessionChange
from tenants.mission.zoning import zone_for
from tenants.policy import Role
from tenants.refusals import Refused
from tenants.zones import Audience, Kind

# After these, the diaries of those who are to come are told by the worker.
DATED = frozenset({"schedule.planned", "schedule.moved", "schedule.cancelled"})


def me(by: Actor) -> uuid.UUID:
    """The contact who acts."""
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    return by.contact_id


def take(session_id: uuid.UUID) -> Session:
    """The row, kept from other writers until the end of the transaction. Raises Refused ``schedule.gone``."""
    company = db.session.info["acting"].company
    asked = select(Session).where(Session.company_id == company, Session.id == session_id)
    found: Session | None = db.session.scalar(
        asked.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise Refused("schedule.gone")
    return found


class Zones:
    """The zones that one act puts things in, each made once."""

    def __init__(self, frame: Frame, by: Actor) -> None:
        self.frame, self.by = frame, by
        self._found: dict[tuple[Kind, Audience, uuid.UUID | None], uuid.UUID] = {}

    def of(self, kind: Kind, audience: Audience, strand_id: uuid.UUID | None) -> uuid.UUID:
        """The id of that zone."""
        key = (kind, audience, strand_id)
        if key not in self._found:
            self._found[key] = zone_for(self.frame, kind, audience, strand_id, by=self.by)
        return self._found[key]

    def dates(self, strand_id: uuid.UUID | None) -> uuid.UUID:
        """Where a date stands: the calendar of the strand, or of all."""
        return self.of(Kind.CALENDAR, Audience.EVERYONE, strand_id)

    def content(self, roles: Iterable[str], strand_id: uuid.UUID | None) -> uuid.UUID:
        """Where an agenda stands: with the parties of the strand, or with the mentor and the mentees of a group."""
        return self.of(*content(roles, strand_id), strand_id)

    def answers(self, roles: Iterable[str], strand_id: uuid.UUID | None) -> uuid.UUID:
        """Where slots and answers stand: with those who are to come, not with all who may know the date."""
        return self.of(Kind.CALENDAR, answering(roles, strand_id), strand_id)


def content(roles: Iterable[str], strand_id: uuid.UUID | None) -> tuple[Kind, Audience]:
    """Who may read what is said at such a session. A manager who takes part reads it as whoever reads the calendar."""
    kind = Kind.CALENDAR if Role.MANAGER in set(roles) else Kind.SUMMARIES
    return kind, Audience.PARTIES if strand_id else Audience.GROUP


def answering(roles: Iterable[str], strand_id: uuid.UUID | None) -> Audience:
    """Who may read the answers about a date."""
    there = set(roles)
    if there & {Role.SPONSOR, Role.HR} or (strand_id is None and Role.MANAGER in there):
        return Audience.EVERYONE
    return Audience.PARTIES if strand_id else Audience.GROUP


def tell(
    session: Session, name: str, by: Actor, *, zone_id: uuid.UUID | None = None, rail: bool = False
) -> None:
    """Record it, and have the pages of the list and of the session read again; the rail too where its line moved.

    Only the readers of ``zone_id`` (without it: of the date) are told, so that nobody else's browser wakes.
    """
    touches = (one(session), listed(session))
    record(name, zone_id=zone_id or session.zone_id, subject_id=session.id, by=me(by), touches=touches)
    if name in DATED:
        db.session.flush()
        db.session.execute(text("select tell_of_date(:s, :at)"), {"s": session.id, "at": now()})
    if rail:
        tell_rail(session.company_id, session.mission_id, session.strand_id)


def tell_rail(company_id: uuid.UUID, mission_id: uuid.UUID, strand_id: uuid.UUID | None) -> None:
    """Where the stage stands has moved, in a strand or in all of them."""
    zones = select(Strand.state_zone_id).where(
        Strand.company_id == company_id, Strand.mission_id == mission_id
    )
    if strand_id is not None:
        zones = zones.where(Strand.id == strand_id)
    for zone_id in db.session.scalars(zones):
        stale(zone_id, f"mission:{mission_id}")


def changed(
    session: Session, zone_id: uuid.UUID, field: str, by: Actor, *, before: Any = None, after: Any = None,
    reason: str = "",
) -> None:  # fmt: skip
    """One line of its history, which the parties read."""
    db.session.add(
        SessionChange(
            company_id=session.company_id, zone_id=zone_id, session_id=session.id, by_id=me(by), field=field,
            before=before, after=after, reason=reason,
        )
    )  # fmt: skip
    db.session.flush()


def one(session: Session) -> str:
    """The key of its page."""
    return f"session:{session.id}"


def listed(session: Session) -> str:
    """The key of the list that it stands in."""
    return f"schedule:{session.strand_id or session.mission_id}"

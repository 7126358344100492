"""The actor as a plain value, and what it is toward a subject. Safe to keep in a socket; holds no row and no session."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tenants.db import now
from tenants.policy import Do, Role
from tenants.zones import Seat

Subject = Any  # a row or a value with some of: company_id, firm_id, mission_id, strand_id, zone_id, author_id, person_id


@dataclass(frozen=True)
class Actor:
    """Who asks: a person, in one company or in none, with their seats there and their roles in its firm.

    ``zones`` are the ids of the zones that Python's rule says they read among those it was given.
    """

    person_id: uuid.UUID
    company_id: uuid.UUID | None = None
    contact_id: uuid.UUID | None = None
    firm_id: uuid.UUID | None = None
    firm_roles: frozenset[Role] = frozenset()
    firms: frozenset[tuple[uuid.UUID, Role]] = frozenset()
    seats: tuple[Seat, ...] = ()
    zones: frozenset[uuid.UUID] = field(default=frozenset(), repr=False)
    name: str = ""
    ended: frozenset[tuple[uuid.UUID, uuid.UUID | None]] = (
        frozenset()
    )  # (mission, strand or all) that have ended
    only: tuple[Do, uuid.UUID] | None = None  # by a one-time task: this act on this thing, and nothing else
    still: bool = False  # through another's eyes: only what is read

    def seats_in(self, mission_id: uuid.UUID, at: datetime | None = None) -> tuple[Seat, ...]:
        """The seats that count now in one mission."""
        moment = at or now()
        return tuple(s for s in self.seats if s.mission_id == mission_id and s.sits(moment))

    def ended_toward(self, subject: Subject) -> bool:
        """Whether the subject stands in a mission, or a strand, that has ended; for who sits in ended strands alone, also
        what is of that whole mission."""
        mission = getattr(subject, "mission_id", None)
        if mission is None or not self.ended:
            return False
        strand = getattr(subject, "strand_id", None)
        if (mission, None) in self.ended or (strand is not None and (mission, strand) in self.ended):
            return True
        seats = self.seats_in(mission)
        return strand is None and bool(seats) and all((mission, s.strand_id) in self.ended for s in seats)

    def roles_toward(self, subject: Subject) -> frozenset[Role]:
        """Every relation in which the actor stands to the subject; empty when the subject is another company's."""
        company = getattr(subject, "company_id", None)
        if company is None:
            return self._alone(subject)
        if company != self.company_id:
            return frozenset()
        return self._alone(subject) | self._seated(subject) | self._named(subject) | self.firm_roles

    def _alone(self, subject: Subject) -> frozenset[Role]:
        """Toward one's own account, and toward a firm."""
        found = {Role.SELF} if getattr(subject, "person_id", None) == self.person_id else set()
        firm = getattr(subject, "firm_id", None)
        if firm is not None and getattr(subject, "company_id", None) is None:
            found |= {role for held, role in self.firms if held == firm}
        return frozenset(found)

    def _seated(self, subject: Subject) -> frozenset[Role]:
        """By the seats that count now, within the subject's mission and strand; any mission's toward the company."""
        mission, strand = getattr(subject, "mission_id", None), getattr(subject, "strand_id", None)
        moment = now()
        return frozenset(
            seat.role
            for seat in self.seats
            if seat.sits(moment) and mission in (None, seat.mission_id) and seat.spans(strand)
        )

    def _named(self, subject: Subject) -> frozenset[Role]:
        """As whom the subject itself names: its author, its observer, the person that it is, one of its readers."""
        names = {"author_id": Role.AUTHOR, "observer_id": Role.OBSERVER, "contact_id": Role.SELF}
        found = {
            role
            for name, role in names.items()
            if self.contact_id is not None and getattr(subject, name, None) == self.contact_id
        }
        if getattr(subject, "zone_id", None) in self.zones:
            found.add(Role.READER)
        return frozenset(found)

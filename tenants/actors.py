"""The actor as a plain value, and what it is toward a subject. Safe to keep in a socket; holds no row and no session."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tenants.db import now
from tenants.policy import Role
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

    def seats_in(self, mission_id: uuid.UUID, at: datetime | None = None) -> tuple[Seat, ...]:
        """The seats that count now in one mission."""
        moment = at or now()
        return tuple(s for s in self.seats if s.mission_id == mission_id and s.sits(moment))

    def roles_toward(self, subject: Subject) -> frozenset[Role]:
        """Every relation in which the actor stands to the subject; empty when the subject is another company's."""
        found: set[Role] = set()
        if getattr(subject, "person_id", None) == self.person_id:
            found.add(Role.SELF)
        company = getattr(subject, "company_id", None)
        firm = getattr(subject, "firm_id", None)
        if company is None:
            if firm is not None:
                found |= {role for held, role in self.firms if held == firm}
            return frozenset(found)
        if company != self.company_id:
            return frozenset()
        mission = getattr(subject, "mission_id", None)
        strand = getattr(subject, "strand_id", None)
        moment = now()
        for seat in self.seats:
            if not seat.sits(moment) or (mission is not None and seat.mission_id != mission):
                continue
            if strand is None or seat.strand_id is None or seat.strand_id == strand:
                found.add(seat.role)
        found |= self.firm_roles
        if self.contact_id is not None:
            if getattr(subject, "author_id", None) == self.contact_id:
                found.add(Role.AUTHOR)
            if getattr(subject, "observer_id", None) == self.contact_id:
                found.add(Role.OBSERVER)
            if getattr(subject, "contact_id", None) == self.contact_id:
                found.add(Role.SELF)
        if getattr(subject, "zone_id", None) in self.zones:
            found.add(Role.READER)
        return frozenset(found)

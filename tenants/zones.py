"""Who reads a thing, by name: the ceiling its author chose, cut by the matrix then and by the matrix now.

Pure functions over plain values; PostgreSQL's ``my_zones()`` is the same rule, and a property test holds both equal.
Why twice: the database keeps what a forgotten line of Python would let out, and Python says by name who reads.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tenants.policy import Role


class Audience(StrEnum):
    """The ceiling that an author chooses, from closed to open."""

    AUTHOR = "author"
    PAIR = "pair"
    PARTIES = "parties"
    GROUP = "group"
    DIRECTION = "direction"
    EVERYONE = "everyone"


CEILING: dict[Audience, frozenset[Role]] = {
    Audience.AUTHOR: frozenset(),
    Audience.PAIR: frozenset({Role.MENTOR, Role.MENTEE}),
    Audience.PARTIES: frozenset({Role.MENTOR, Role.MENTEE, Role.MANAGER}),
    Audience.GROUP: frozenset({Role.MENTOR, Role.MENTEE}),
    Audience.DIRECTION: frozenset({Role.MENTOR, Role.SPONSOR}),
    Audience.EVERYONE: frozenset({Role.MENTOR, Role.MENTEE, Role.MANAGER, Role.SPONSOR, Role.HR}),
}


class Kind(StrEnum):
    """The lines of the matrix. ``team`` is who takes part and who is about to: mentor and mentees, fixed."""

    AGREEMENT = "agreement"
    CONTEXT = "context"
    OBJECTIVES = "objectives"
    ROADMAP = "roadmap"
    SUMMARIES = "summaries"
    CALENDAR = "calendar"
    REPORT = "report"
    MINUTES = "minutes"
    TEAM = "team"


_ALL = frozenset({Role.MENTEE, Role.MENTOR, Role.MANAGER, Role.SPONSOR, Role.HR})
_THREE = frozenset({Role.MENTEE, Role.MENTOR, Role.MANAGER})
_UPSTAIRS = frozenset({Role.SPONSOR, Role.HR})

Matrix = Mapping[Kind, frozenset[Role]]

# The firm's default matrix, in force until an agreement is signed (product.md, "Who reads what").
DEFAULT_MATRIX: dict[Kind, frozenset[Role]] = {
    Kind.AGREEMENT: _ALL,
    Kind.CONTEXT: _ALL,
    Kind.OBJECTIVES: _THREE,
    Kind.ROADMAP: _THREE,
    Kind.SUMMARIES: _THREE,
    Kind.CALENDAR: _ALL,
    Kind.REPORT: _ALL,
    Kind.MINUTES: _ALL,
    Kind.TEAM: frozenset({Role.MENTEE, Role.MENTOR}),
}
# « Au bilan »: gives no reading of the source, only of what the issued report repeats.
DEFAULT_REPORTED: dict[Kind, frozenset[Role]] = {Kind.OBJECTIVES: _UPSTAIRS, Kind.ROADMAP: _UPSTAIRS}


@dataclass(frozen=True)
class Zone:
    """A set of readers: never updated; a row that changes readers moves to another zone."""

    id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None
    kind: Kind
    audience: Audience
    author_id: uuid.UUID
    rule_id: uuid.UUID


@dataclass(frozen=True)
class Seat:
    """A participation as the rule reads it: a contact, in a role, in a strand (None: all of them), from when to when.

    ``opened``: the strands that somebody who came later to all of them may read (None: all): a mentor those whose own
    mentee let them in, anybody else those whose mentee was told of them.
    """

    contact_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None
    role: Role
    reads_from: datetime | None
    until_at: datetime | None
    opened: frozenset[uuid.UUID] | None = None

    def spans(self, strand_id: uuid.UUID | None) -> bool:
        """Whether that strand is within the seat; what is of the mission as a whole (None) always is."""
        if strand_id is None or self.strand_id == strand_id:
            return True
        return self.strand_id is None and (self.opened is None or strand_id in self.opened)

    def sits(self, at: datetime) -> bool:
        """Whether this participation counts at that time: begun to read, not ended."""
        return (
            self.reads_from is not None
            and self.reads_from <= at
            and (self.until_at is None or self.until_at > at)
        )


def reads(seat: Seat, zone: Zone, then: Matrix, current: Matrix) -> bool:
    """Whether that seat reads that zone: audience ∩ matrix when it was made ∩ matrix now, within its strand."""
    return (
        seat.mission_id == zone.mission_id
        and seat.spans(zone.strand_id)
        and seat.role in CEILING[zone.audience]
        and seat.role in then.get(zone.kind, frozenset())
        and seat.role in current.get(zone.kind, frozenset())
    )


def readers(
    zone: Zone, seats: Iterable[Seat], rules: Mapping[uuid.UUID, Matrix], current: uuid.UUID, at: datetime
) -> frozenset[uuid.UUID]:
    """The contacts who read the zone. ``author``: its author alone, whatever the matrix and also once they have left."""
    if zone.audience is Audience.AUTHOR:
        return frozenset({zone.author_id})
    then, present = rules.get(zone.rule_id, {}), rules.get(current, {})
    return frozenset(s.contact_id for s in seats if s.sits(at) and reads(s, zone, then, present))

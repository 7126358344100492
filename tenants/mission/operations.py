"""Setting a mission up: its people, its strands, the matrix in force, the zones that every mission has. One transaction.

Nobody reads by it: the first team reads from the acceptance of their invitation (``tenants.mission.coming``).
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from tenants.actors import Actor
from tenants.db import db, new_id
from tenants.mission import coming
from tenants.mission.models import (
    MatrixCell,
    Mission,
    Participation,
    ReportedCell,
    Rule,
    Strand,
    ZoneRow,
)
from tenants.once import add_once
from tenants.policy import Role
from tenants.refusals import Incorrect
from tenants.zones import DEFAULT_MATRIX, DEFAULT_REPORTED, Audience, Kind, Matrix


@dataclass(frozen=True)
class Taking:
    """A contact and what they are in the mission. ``manages``: the mentees (contacts) whose manager they are; none
    named means all of them."""

    contact_id: uuid.UUID
    roles: frozenset[Role]
    manages: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Plan:
    """A mission as the firm's staff set it up. ``hours`` in minutes; ``id`` is the form's own."""

    id: uuid.UUID
    title: str
    starts_on: date
    ends_on: date
    hours: int
    people: Sequence[Taking]

    def holding(self, role: Role) -> list[Taking]:
        """Those who hold a role, in the order given."""
        return [p for p in self.people if role in p.roles]


def open_mission(company_id: uuid.UUID, plan: Plan, *, by: Actor) -> bool:
    """Make the mission and invite its people. False: it is there already (a second click). Raises Incorrect."""
    _check(plan)
    assert by.contact_id is not None  # noqa: S101 - the staff member entered the company as a contact
    rule_id = new_id()
    values = {
        "company_id": company_id,
        "id": plan.id,
        "title": plan.title,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "hours": plan.hours,
        "rule_id": rule_id,
        "created_by": by.contact_id,
    }
    if not add_once(Mission, **values):
        return False
    _rule(company_id, plan.id, rule_id)
    mission = _Made(company_id, plan.id, rule_id, by.contact_id)
    _zone(mission, Kind.TEAM, Audience.GROUP)
    _zone(mission, Kind.CALENDAR, Audience.EVERYONE)
    strands = {
        mentee.contact_id: _strand(mission, position)
        for position, mentee in enumerate(plan.holding(Role.MENTEE), 1)
    }
    for person in plan.people:
        for role, strand in _seats(person, strands):
            _seat(mission, person.contact_id, role, strand, first_team=True)
    for contact in dict.fromkeys(p.contact_id for p in plan.people):
        coming.invite(company_id, plan.id, contact, invitation_id=new_id(), by=by)
    return True


def add_person(mission: Mission, person: Taking, *, invitation_id: uuid.UUID, by: Actor) -> list[uuid.UUID]:
    """Somebody comes later: announced by name to mentees and mentors, invited, reading by the rule for later readers.

    ``manages`` are contacts of mentees already there. A later mentee opens a strand. Returns the new participations;
    none for a second click. Raises Incorrect where they already hold that role there.
    """
    assert by.contact_id is not None  # noqa: S101 - as above
    if coming.invitation(mission.company_id, mission.id, invitation_id) is not None:
        return []
    made = _Made(mission.company_id, mission.id, mission.rule_id, by.contact_id)
    sitting = _sitting(mission)
    strands = {s.contact_id: s.strand_id for s in sitting if s.role == Role.MENTEE and s.strand_id}
    held = {s.role for s in sitting if s.contact_id == person.contact_id}
    both = held | person.roles
    if not person.roles or held & person.roles or (Role.MENTEE in both and len(both) > 1):
        raise Incorrect("participation.held", field="roles")
    if Role.MANAGER in person.roles and not strands:
        raise Incorrect("mission.no_mentee", field="roles")
    if Role.MENTEE in person.roles:
        strands = {person.contact_id: _strand(made, _next_position(mission))}
    added = [
        _seat(made, person.contact_id, role, strand, first_team=False)
        for role, strand in _seats(person, strands)
    ]
    coming.invite(mission.company_id, mission.id, person.contact_id, invitation_id=invitation_id, by=by)
    for participation_id in added:
        coming.announce(participation_id)
    coming.people_changed(mission.company_id, mission.id)
    return added


@dataclass(frozen=True)
class _Made:
    company_id: uuid.UUID
    id: uuid.UUID
    rule_id: uuid.UUID
    by: uuid.UUID


def _check(plan: Plan) -> None:
    if not plan.holding(Role.MENTOR):
        raise Incorrect("mission.no_mentor", field="people")
    if not plan.holding(Role.MENTEE):
        raise Incorrect("mission.no_mentee", field="people")
    if plan.ends_on < plan.starts_on:
        raise Incorrect("mission.dates", field="ends_on")
    if any(Role.MENTEE in p.roles and len(p.roles) > 1 for p in plan.people):
        raise Incorrect("mission.mentee_alone", field="people")
    if any(not p.roles for p in plan.people) or len({p.contact_id for p in plan.people}) < len(plan.people):
        raise Incorrect("mission.people", field="people")


def _seats(person: Taking, strands: dict[uuid.UUID, uuid.UUID]) -> Iterable[tuple[Role, uuid.UUID | None]]:
    """A mentee sits in their strand, a manager in those of the mentees that they manage, all others in the whole."""
    for role in sorted(person.roles):
        if role is Role.MENTEE:
            yield role, strands[person.contact_id]
        elif role is Role.MANAGER:
            for mentee in person.manages & strands.keys() or strands:
                yield role, strands[mentee]
        else:
            yield role, None


def _rule(company_id: uuid.UUID, mission_id: uuid.UUID, rule_id: uuid.UUID) -> None:
    db.session.execute(
        insert(Rule).values(company_id=company_id, id=rule_id, mission_id=mission_id, version=None)
    )
    for model, matrix in ((MatrixCell, DEFAULT_MATRIX), (ReportedCell, DEFAULT_REPORTED)):
        db.session.execute(insert(model), _cells(company_id, mission_id, rule_id, matrix))


def _cells(
    company_id: uuid.UUID, mission_id: uuid.UUID, rule_id: uuid.UUID, matrix: Matrix
) -> list[dict[str, object]]:
    key = {"company_id": company_id, "rule_id": rule_id, "mission_id": mission_id}
    return [{**key, "kind": kind, "role": role} for kind, roles in matrix.items() for role in sorted(roles)]


def _zone(
    mission: _Made,
    kind: Kind,
    audience: Audience,
    strand: uuid.UUID | None = None,
    zone_id: uuid.UUID | None = None,
) -> None:
    db.session.execute(
        insert(ZoneRow).values(
            company_id=mission.company_id,
            id=zone_id or new_id(),
            mission_id=mission.id,
            strand_id=strand,
            kind=kind,
            audience=audience,
            author_id=mission.by,
            rule_id=mission.rule_id,
        )
    )


def _strand(mission: _Made, position: int) -> uuid.UUID:
    strand_id, zone_id = new_id(), new_id()
    db.session.execute(
        insert(Strand).values(
            company_id=mission.company_id,
            id=strand_id,
            mission_id=mission.id,
            position=position,
            state_zone_id=zone_id,
        )
    )
    _zone(mission, Kind.CALENDAR, Audience.EVERYONE, strand_id, zone_id)
    return strand_id


def _seat(
    mission: _Made, contact: uuid.UUID, role: Role, strand: uuid.UUID | None, *, first_team: bool
) -> uuid.UUID:
    participation_id = new_id()
    db.session.execute(
        insert(Participation).values(
            company_id=mission.company_id,
            id=participation_id,
            mission_id=mission.id,
            strand_id=strand,
            contact_id=contact,
            role=role,
            first_team=first_team,
        )
    )
    return participation_id


def _sitting(mission: Mission) -> list[Participation]:
    rows = select(Participation).where(
        Participation.company_id == mission.company_id,
        Participation.mission_id == mission.id,
        Participation.until_at.is_(None),
    )
    return list(db.session.scalars(rows))


def _next_position(mission: Mission) -> int:
    rows = select(Strand.position).where(
        Strand.company_id == mission.company_id, Strand.mission_id == mission.id
    )
    return max(db.session.scalars(rows), default=0) + 1

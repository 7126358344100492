"""The people of a mission, as its pages list them: collective roles once, then each strand's own."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from tenants.actors import Actor
from tenants.db import now
from tenants.mission.queries import Frame, Place
from tenants.policy import COMPANY_ROLES, Role
from webapp import words
from webapp.mission import names


@dataclass(frozen=True)
class Person:
    """One person with all their roles in one place. ``begins`` is when they read, None: not accepted or not known yet."""

    contact_id: uuid.UUID
    party: str
    initials: str
    name: str
    title: str
    roles: str
    you: bool
    reads: bool
    begins: datetime | None
    accepted: bool


@dataclass(frozen=True)
class Group:
    """The people of one strand; ``strand_id`` None: those of the whole mission."""

    strand_id: uuid.UUID | None
    mentee: str
    people: list[Person]
    missing: list[Role]


def by_strand(frame: Frame, actor: Actor) -> list[Group]:
    """With one strand, a single group; else the whole mission's people first, then each strand's.

    ``missing`` names the optional roles that nobody holds, since the page says so (product.md, "Who takes part").
    """
    present = [p for p in frame.places if p.seat.until_at is None or p.seat.until_at > now()]
    held = {p.seat.role for p in present}
    absent = [r for r in (Role.MANAGER, Role.SPONSOR, Role.HR) if r not in held]
    if len(frame.strands) == 1:
        strand = frame.strands[0].id
        return [Group(strand, _mentee(frame, strand), _people(frame, present, actor), absent)]
    groups = [
        Group(None, "", _people(frame, [p for p in present if p.seat.strand_id is None], actor), absent)
    ]
    for row in frame.strands:
        own = [p for p in present if p.seat.strand_id == row.id]
        groups.append(Group(row.id, _mentee(frame, row.id), _people(frame, own, actor), []))
    return groups


def _people(frame: Frame, places: list[Place], actor: Actor) -> list[Person]:
    by_contact: dict[uuid.UUID, list[Place]] = {}
    for place in sorted(places, key=lambda p: COMPANY_ROLES.index(p.seat.role)):
        by_contact.setdefault(place.seat.contact_id, []).append(place)
    return [_person(frame, held, actor) for held in by_contact.values()]


def _person(frame: Frame, held: list[Place], actor: Actor) -> Person:
    seat = held[0].seat
    member = frame.members[seat.contact_id]
    moments = [p.seat.reads_from for p in held if p.seat.reads_from is not None]
    return Person(
        contact_id=member.id,
        party=words.party_of(seat.role),
        initials=member.initials,
        name=member.name,
        title=member.title,
        roles=words.roles(list(dict.fromkeys(p.seat.role for p in held)), member.form),
        you=member.id == actor.contact_id,
        reads=any(p.seat.sits(now()) for p in held),
        begins=min(moments) if moments else None,
        accepted=any(p.accepted_at for p in held),
    )


def _mentee(frame: Frame, strand: uuid.UUID) -> str:
    found = frame.mentee_of(strand)
    return names.first_name(frame, found.id) if found else ""

"""What every page of a mission asks first: who acts, who takes part, who reads what. Two statements, whatever the page.

Why one statement each with json: they open every request, and a round trip costs more than the reading itself.
Each also filters by the acting contact or company, so that the rule holds without the walls.
"""

import functools
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import text

from tenants import walls
from tenants.actors import Actor
from tenants.db import db, now
from tenants.mission.life.spans import NEVER, Clock, Span
from tenants.policy import COMPANY_ROLES, Role
from tenants.zones import Audience, Kind, Matrix, Seat, Zone, readers

ACTOR = text("""
select p.id, p.name, p.language, p.theme, p.notice_version, p.form,
  (select jsonb_build_object('id', k.id, 'given', k.given_name, 'family', k.family_name, 'title', k.title,
     'firm_id', c.firm_id, 'firm', c.firm_name, 'company', c.name, 'slug', c.slug)
     from contact k join company c on c.id = k.company_id where k.company_id = :c and k.id = :k) as contact,
  (select jsonb_agg(jsonb_build_array(s.contact_id, s.mission_id, s.strand_id, s.role, s.reads_from, s.until_at,
     s.opened_ids)
     order by s.announced_at) from participation s where s.company_id = :c and s.contact_id = :k) as seats,
  (select jsonb_agg(jsonb_build_array(f.firm_id, f.role)) from staff f
    where f.person_id = p.id and f.accepted_at is not null and f.until_at is null) as firms,
  (select jsonb_agg(jsonb_build_array(e.mission_id, e.strand_id)) from early_end e where e.company_id = :c
    and e.effective_on <= (now() at time zone 'Europe/Paris')::date) as ended
from person p where p.id = :p""")


@dataclass(frozen=True)
class Here:
    """The acting person as pages show them: names, language, theme, how words agree with them (``form``), and the
    company they are in, if any."""

    id: uuid.UUID
    name: str
    language: str
    theme: str
    notice_version: int | None
    given: str = ""
    initials: str = ""
    company: str = ""
    slug: str = ""
    firm: str = ""
    form: str | None = None


def who(acting: walls.Acting) -> tuple[Actor, Here] | None:
    """The actor of the present transaction and how pages show them; None when nobody acts."""
    row = db.session.execute(
        ACTOR, {"p": acting.person, "c": acting.company, "k": acting.contact}
    ).one_or_none()
    if row is None:
        return None
    contact = row.contact or {}
    firms = frozenset((uuid.UUID(f), Role(r)) for f, r in row.firms or [])
    firm = uuid.UUID(contact["firm_id"]) if contact else None
    actor = Actor(
        person_id=row.id,
        company_id=acting.company,
        contact_id=acting.contact,
        firm_id=firm,
        firm_roles=frozenset(r for f, r in firms if f == firm),
        firms=firms,
        seats=tuple(_seat(s) for s in row.seats or []),
        name=row.name,
        ended=frozenset((uuid.UUID(m), _id(s)) for m, s in row.ended or []),
    )
    given, family = contact.get("given", ""), contact.get("family", "")
    first, _, last = row.name.rpartition(" ")
    initials = (given[:1] + family[:1] if contact else first[:1] + last[:1]).upper()
    here = Here(
        row.id, row.name, row.language, row.theme, row.notice_version, given or first or last, initials,
        contact.get("company", ""), contact.get("slug", ""), contact.get("firm", ""), row.form,
    )  # fmt: skip
    return actor, here


FRAME = text("""
select jsonb_build_array(m.title, m.starts_on, m.ends_on, m.hours, m.rule_id, m.revision,
  (select jsonb_agg(jsonb_build_array(s.id, s.position, s.state_zone_id) order by s.position) from strand s
    where s.company_id = :c and s.mission_id = :m),
  (select jsonb_agg(jsonb_build_array(p.contact_id, p.mission_id, p.strand_id, p.role, p.reads_from, p.until_at,
     p.opened_ids, p.id, p.first_team, p.announced_at, p.accepted_at) order by p.announced_at, p.id) from participation p
    where p.company_id = :c and p.mission_id = :m),
  (select jsonb_agg(jsonb_build_array(k.id, k.given_name, k.family_name, k.title, k.form) order by k.id) from contact k
    where k.company_id = :c and (k.id = m.created_by or
      k.id in (select p.contact_id from participation p where p.company_id = :c and p.mission_id = :m))),
  (select jsonb_agg(jsonb_build_array(r.id, r.version, r.made_at) order by r.id) from rule r
    where r.company_id = :c and r.mission_id = :m),
  (select jsonb_agg(jsonb_build_array(x.rule_id, x.kind, x.role) order by x.rule_id, x.kind, x.role) from matrix_cell x
    where x.company_id = :c and x.mission_id = :m),
  (select jsonb_agg(jsonb_build_array(x.rule_id, x.kind, x.role) order by x.rule_id, x.kind, x.role)
    from reported_cell x where x.company_id = :c and x.mission_id = :m),
  (select jsonb_agg(jsonb_build_array(z.id, z.mission_id, z.strand_id, z.kind, z.audience, z.author_id, z.rule_id)
     order by z.id) from zone z where z.company_id = :c and z.mission_id = :m),
  (select jsonb_agg(jsonb_build_array(p.strand_id, p.from_on, p.until_on) order by p.from_on, p.id) from pause p
    where p.company_id = :c and p.mission_id = :m),
  (select jsonb_agg(jsonb_build_array(e.strand_id, e.effective_on) order by e.id) from early_end e
    where e.company_id = :c and e.mission_id = :m))::text
from mission m where m.company_id = :c and m.id = :m""")


@dataclass(frozen=True)
class Member:
    """A contact within a mission, by name. ``form``: how words agree with them (None: with neither)."""

    id: uuid.UUID
    given: str
    family: str
    title: str
    form: str | None = None

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.given} {self.family}".strip()

    @property
    def initials(self) -> str:
        """One letter of each name."""
        return (self.given[:1] + self.family[:1]).upper()


@dataclass(frozen=True)
class Place:
    """A participation with what the pages about people need beside its seat."""

    id: uuid.UUID
    seat: Seat
    first_team: bool
    announced_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True)
class StrandRow:
    """One mentee's part of the mission, as kept."""

    id: uuid.UUID
    position: int
    state_zone_id: uuid.UUID


@dataclass(frozen=True)
class Frame:
    """A mission as plain values: what is needed to say who takes part and who reads what."""

    company_id: uuid.UUID
    id: uuid.UUID
    title: str
    starts_on: date
    ends_on: date
    hours: int
    rule_id: uuid.UUID
    revision: int
    strands: tuple[StrandRow, ...]
    places: tuple[Place, ...]
    members: Mapping[uuid.UUID, Member]
    rules: Mapping[uuid.UUID, Matrix]
    versions: Mapping[uuid.UUID, tuple[int | None, datetime]]
    reported: Matrix
    zones: Mapping[uuid.UUID, Zone]
    seen: str = field(
        repr=False
    )  # the text that all this was read from: what is made from it may be kept by it
    clock: Clock = NEVER  # suspended days

    @property
    def mission_id(self) -> uuid.UUID:
        """A mission is its own subject."""
        return self.id

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """Every seat, begun or not, ended or not."""
        return tuple(p.seat for p in self.places)

    def sitting(self, strand: uuid.UUID | None = None, roles: Iterable[Role] = COMPANY_ROLES) -> list[Seat]:
        """Whoever takes part now, also those who have not begun to read; of one strand if given, in the usual order."""
        order, moment = list(roles), now()
        return sorted(
            (
                s for s in self.seats
                if s.role in order and (s.until_at is None or s.until_at > moment)
                and s.spans(strand)
            ),
            key=lambda s: order.index(s.role),
        )  # fmt: skip

    def readers(self, zone_id: uuid.UUID) -> frozenset[uuid.UUID]:
        """The contacts who read that zone now."""
        return readers(self.zones[zone_id], self.seats, self.rules, self.rule_id, now())

    def readable(self, contact: uuid.UUID | None) -> frozenset[uuid.UUID]:
        """The zones of this mission that a contact reads now, by Python's rule."""
        return frozenset(z for z in self.zones if contact in self.readers(z))

    def mentee_of(self, strand: uuid.UUID) -> Member | None:
        """The mentee of a strand: present, or the last there was."""
        seats = [s for s in self.seats if s.role is Role.MENTEE and s.strand_id == strand]
        present = [s for s in seats if s.until_at is None]
        return self.members.get((present or seats)[-1].contact_id) if seats else None


def frame(mission_id: uuid.UUID) -> Frame | None:
    """The mission seen through the walls, or None: it does not exist for whoever acts."""
    company = walls.acting(db.session).company
    seen = db.session.scalar(FRAME, {"c": company, "m": mission_id})
    return None if seen is None or company is None else _frame(company, mission_id, seen)


@functools.lru_cache(maxsize=512)
def _frame(company: uuid.UUID, mission_id: uuid.UUID, seen: str) -> Frame:
    """What was read, as values. Kept by the exact text that was read: another reader's is another text."""
    (
        title,
        starts_on,
        ends_on,
        hours,
        rule_id,
        revision,
        strands,
        seats,
        contacts,
        rules,
        cells,
        reported,
        zones,
        pauses,
        _,
    ) = json.loads(seen)
    rule = uuid.UUID(rule_id)
    return Frame(
        company_id=company,
        id=mission_id,
        title=title,
        starts_on=date.fromisoformat(starts_on),
        ends_on=date.fromisoformat(ends_on),
        hours=hours,
        rule_id=rule,
        revision=revision,
        strands=tuple(StrandRow(uuid.UUID(i), n, uuid.UUID(z)) for i, n, z in strands or []),
        places=tuple(_place(p) for p in seats or []),
        members={m.id: m for m in (Member(uuid.UUID(i), *said) for i, *said in contacts or [])},
        rules=_matrices(cells or []),
        versions={uuid.UUID(i): (v, datetime.fromisoformat(at)) for i, v, at in rules or []},
        reported=_matrices(reported or []).get(rule, {}),
        zones={z.id: z for z in map(_zone, zones or [])},
        seen=seen,
        clock=Clock(tuple(map(_span, pauses or [])), alone=len(strands or []) == 1),
    )


def with_zones(actor: Actor, of: Frame) -> Actor:
    """The same actor, knowing which zones of that mission they read."""
    return replace(actor, zones=of.readable(actor.contact_id))


def _id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None


def _at(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _seat(values: list[Any]) -> Seat:
    contact, mission, strand, role, reads_from, until_at, opened = values[:7]
    return Seat(
        uuid.UUID(contact), uuid.UUID(mission), _id(strand), Role(role), _at(reads_from), _at(until_at),
        None if opened is None else frozenset(map(uuid.UUID, opened)),
    )  # fmt: skip


def _place(values: list[Any]) -> Place:
    id_, first_team, announced, accepted = values[7:]
    return Place(uuid.UUID(id_), _seat(values), first_team, datetime.fromisoformat(announced), _at(accepted))


def _zone(values: list[Any]) -> Zone:
    id_, mission, strand, kind, audience, author, rule = values
    return Zone(
        uuid.UUID(id_), uuid.UUID(mission), _id(strand), Kind(kind), Audience(audience), uuid.UUID(author),
        uuid.UUID(rule),
    )  # fmt: skip


def _span(values: list[Any]) -> Span:
    strand, start, until = values
    return Span(_id(strand), date.fromisoformat(start), date.fromisoformat(until) if until else None)


def _matrices(cells: list[list[str]]) -> dict[uuid.UUID, dict[Kind, frozenset[Role]]]:
    found: dict[uuid.UUID, dict[Kind, set[Role]]] = {}
    for rule, kind, role in cells:
        found.setdefault(uuid.UUID(rule), {}).setdefault(Kind(kind), set()).add(Role(role))
    return {r: {k: frozenset(v) for k, v in kinds.items()} for r, kinds in found.items()}

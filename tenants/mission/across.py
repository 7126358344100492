"""Where a mission stands, and what concerns the acting person across companies: their waits, missions, invitations.

Each reads one function of migration 0005, which answers for the acting person alone and returns no text of a mission.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from tenants.db import db
from tenants.mission.stages import State, state
from tenants.policy import Role

# What is signed or initialled comes first on a person's home (design.md, section 6).
BINDING = frozenset({"objective.assent", "agreement.sign", "agreement.sign_dates"}) | frozenset(
    {"roadmap.assent"}
)
BINDING |= {"schedule.attendance", "plan.assent"}


@dataclass(frozen=True)
class Awaiting:
    """Something awaits the acting person. ``number`` is that of a shared thing in its list, 0 when it has none.

    ``mentee`` is the full name of the strand's mentee, '' for what is of the whole mission.
    """

    id: uuid.UUID
    company: str
    slug: str
    firm: str
    mission_id: uuid.UUID
    title: str
    strand_id: uuid.UUID | None
    mentee: str
    kind: str
    subject_id: uuid.UUID
    number: int
    since: datetime
    due_on: date | None


@dataclass(frozen=True)
class AwaitedFromOthers:
    """Somebody else is awaited, in a strand of which the acting person is a party."""

    id: uuid.UUID
    company: str
    slug: str
    mission_id: uuid.UUID
    title: str
    strand_id: uuid.UUID | None
    mentee: str
    kind: str
    subject_id: uuid.UUID
    number: int
    contact: str
    since: datetime
    due_on: date | None
    reminded_at: datetime | None


@dataclass(frozen=True)
class Someone:
    """A person of a mission, in one role. ``reads_from`` None: their invitation is not accepted yet."""

    id: uuid.UUID
    given: str
    family: str
    title: str
    role: Role
    strand_id: uuid.UUID | None
    me: bool
    reads_from: datetime | None
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
class MyMission:
    """A mission where the acting person takes part (``mine``: roles and strands) or that their firm runs (``staff``)."""

    company: str
    slug: str
    firm: str
    id: uuid.UUID
    title: str
    starts_on: date
    ends_on: date
    hours: int
    mine: tuple[tuple[Role, uuid.UUID | None], ...]
    staff: Role | None
    strands: tuple[uuid.UUID, ...]
    people: tuple[Someone, ...]
    state: State

    @property
    def mentees(self) -> list[Someone]:
        """The mentees, in the order of their strands."""
        order = {s: n for n, s in enumerate(self.strands)}
        found = [p for p in self.people if p.role is Role.MENTEE]
        return sorted(found, key=lambda p: order.get(p.strand_id, 0))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Pending:
    """An invitation that awaits the acting person."""

    id: uuid.UUID
    company: str
    firm: str
    title: str
    inviter: str
    roles: tuple[Role, ...]
    created_at: datetime
    expires_at: datetime


def mission_state(mission_id: uuid.UUID) -> State:
    """Where the mission stands, for whoever may see it: shared things only, of the strands that concern them."""
    return state(db.session.scalar(text("select mission_state(:m)"), {"m": mission_id}))


def waits() -> list[Awaiting]:
    """What awaits the acting person: what must be initialled first, then the oldest."""
    found = _awaiting("select * from my_waits() union all select * from my_own_waits()")
    return sorted(found, key=lambda w: (w.kind not in BINDING, w.since))


def own_waits() -> list[Awaiting]:
    """What awaits the acting person and nobody else is told of, the oldest first: it stands in no zone (0029)."""
    return _awaiting("select * from my_own_waits()")


def _awaiting(asked: str) -> list[Awaiting]:
    return [
        Awaiting(
            r.id, r.company, r.slug, r.firm, r.mission, r.title, r.strand, r.mentee or "", r.kind, r.subject, r.number,
            r.since, r.due_on,
        )
        for r in db.session.execute(text(asked))
    ]  # fmt: skip


def waits_on_others() -> list[AwaitedFromOthers]:
    """Whom the acting person waits for, the oldest first."""
    rows = db.session.execute(text("select * from waits_on_others()"))
    return [
        AwaitedFromOthers(
            r.id, r.company, r.slug, r.mission, r.title, r.strand, r.mentee or "", r.kind, r.subject, r.number,
            r.contact, r.since, r.due_on, r.reminded_at,
        )
        for r in rows
    ]  # fmt: skip


def missions() -> list[MyMission]:
    """The missions of the acting person in all companies, those that end first before the others."""
    return [_mission(r) for r in db.session.execute(text("select * from my_missions_everywhere()"))]


@dataclass(frozen=True)
class Move:
    """So many things of one kind, by others, since the acting person was last here. ``who``: the first name, of one."""

    company: str
    slug: str
    mission_id: uuid.UUID
    title: str
    mentees: list[str]
    name: str
    things: int
    who: str | None
    last: datetime


def moves(names: list[str]) -> list[Move]:
    """What others did under those names of events, of what the acting person reads, in all their companies."""
    rows = db.session.execute(text("select * from my_moves(:n)"), {"n": names})
    return [
        Move(r.company, r.slug, r.mission, r.title, r.mentees, r.name, r.things, r.who, r.last) for r in rows
    ]


def invitations() -> list[Pending]:
    """The invitations that await the acting person."""
    rows = db.session.execute(text("select * from my_invitations_pending()"))
    return [
        Pending(
            r.id,
            r.company,
            r.firm,
            r.title,
            r.inviter,
            tuple(Role(x) for x in r.roles),
            r.created_at,
            r.expires_at,
        )
        for r in rows
    ]


def _mission(row: Any) -> MyMission:
    return MyMission(
        company=row.company,
        slug=row.slug,
        firm=row.firm,
        id=row.mission,
        title=row.title,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        hours=row.hours,
        mine=tuple((Role(role), _id(strand)) for role, strand in row.mine),
        staff=Role(row.staff) if row.staff else None,
        strands=tuple(uuid.UUID(s) for s, _ in row.strands or []),
        people=tuple(_people(row.people or [])),
        state=state(row.state),
    )


def _people(rows: Iterable[list[Any]]) -> Iterable[Someone]:
    for id_, given, family, title, role, strand, me, reads_from, form in rows:
        begun = datetime.fromisoformat(reads_from) if reads_from else None
        yield Someone(uuid.UUID(id_), given, family, title, Role(role), _id(strand), me, begun, form)


def _id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None

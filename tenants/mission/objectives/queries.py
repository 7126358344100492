"""Reads of the objectives: the lines of a strand in one statement, and what a line holds when it is opened."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from tenants.actors import Actor
from tenants.db import db
from tenants.documents import operations as documents
from tenants.mission.objectives.content import Content, Measure
from tenants.mission.objectives.models import Change, Comment, Objective, Progress, Wording
from tenants.mission.objectives.standing import Given, Initials, Standing, State, awaited, initials
from tenants.mission.queries import Frame
from tenants.policy import PARTIES

LINES = text("""
select o.id, o.zone_id, o.mission_id, o.strand_id, o.author_id, o.document_id, o.position, o.stake,
  o.baseline, o.baseline_value, o.baseline_out_of, o.target, o.target_value, o.target_out_of, o.target_sense,
  o.due_on, o.observer_id, o.created_at, o.shared_at, o.agreed_id, o.closed_at, o.closed_by, o.closed_reason, o.revision,
  t.texts, t.head < coalesce((select max(u.id) from document_update u
    where u.company_id = o.company_id and u.document_id = o.document_id), 0) as behind,
  (select jsonb_agg(jsonb_build_array(a.contact_id, a.hash, a.given_at, a.wording_id, a.rewording_id)) from assent a
    where a.company_id = o.company_id and a.objective_id = o.id and a.withdrawn_at is null) as assents,
  (select jsonb_build_array(w.content, w.agreed_at) from wording w
    where w.company_id = o.company_id and w.id = o.agreed_id) as agreed,
  (select jsonb_build_array(r.id, r.opened_by, r.opened_at) from rewording r
    where r.company_id = o.company_id and r.objective_id = o.id and r.ended_at is null) as rewording,
  (select jsonb_object_agg(w.contact_id, w.since) from awaited w
    where w.company_id = o.company_id and w.subject_id = o.id and w.kind = 'objective.assent') as waits,
  (select count(*) from comment c where c.company_id = o.company_id and c.objective_id = o.id) as comments,
  (select count(*) from progress p where p.company_id = o.company_id and p.objective_id = o.id) as readings,
  (select jsonb_build_array(p.read_on, p.words, p.value::text, p.out_of::text) from progress p
    where p.company_id = o.company_id and p.objective_id = o.id order by p.read_on desc, p.at desc limit 1) as latest
from objective o
left join lateral (select jsonb_object_agg(d.root, d.text) as texts, min(d.head) as head from document_text d
  where d.company_id = o.company_id and d.document_id = o.document_id) t on true
where o.company_id = :c and o.mission_id = :m and o.zone_id = any (:zones) and o.withdrawn_at is null
  and (cast(:o as uuid) is null or o.id = :o)
  and (cast(:s as uuid) is null or o.strand_id is null or o.strand_id = :s)
order by o.strand_id is not null, o.shared_at is null, o.closed_at is not null, o.position, o.created_at, o.id""")


@dataclass(frozen=True)
class Reading:
    """The latest progress point of a line."""

    on: date
    measure: Measure


@dataclass(frozen=True)
class Line:
    """An objective as a page shows it folded. A subject for the policy."""

    company_id: uuid.UUID
    mission_id: uuid.UUID
    id: uuid.UUID
    zone_id: uuid.UUID
    strand_id: uuid.UUID | None
    author_id: uuid.UUID
    observer_id: uuid.UUID | None
    document_id: uuid.UUID
    number: int | None
    stake: str
    notes: str
    content: Content
    agreed: Content | None
    agreed_at: datetime | None
    rewording: tuple[uuid.UUID, uuid.UUID, datetime] | None
    initials: tuple[Initials, ...]
    shared_at: datetime | None
    closed: tuple[datetime, uuid.UUID, str] | None
    comments: int
    readings: int
    latest: Reading | None
    revision: int
    assented: bool
    since: Mapping[uuid.UUID, datetime]

    @property
    def shown(self) -> Content:
        """What this line says: what was agreed, unless it is being reworded."""
        return self.agreed if self.agreed is not None and self.rewording is None else self.content

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.closed:
            return State.CLOSED
        if self.shared_at is None:
            return State.DRAFT
        if self.agreed is not None and self.rewording is None:
            return State.AGREED
        return State.AWAITING if awaited(self.initials) else State.PROPOSED

    @property
    def writable(self) -> bool:
        """Whether its text may be written now, by somebody who may."""
        return self.state in (State.DRAFT, State.PROPOSED, State.AWAITING)

    @property
    def awaited(self) -> set[uuid.UUID]:
        """Whose initials are awaited."""
        return awaited(self.initials) if self.state is State.AWAITING else set()

    def of(self, contact_id: uuid.UUID | None) -> Initials | None:
        """The initials of one person, if theirs are required."""
        return next((i for i in self.initials if i.contact_id == contact_id), None)


def required(frame: Frame, strand_id: uuid.UUID | None) -> list[uuid.UUID]:
    """Each distinct person holding a required role, once, in the order mentee, mentor, manager; nobody if collective."""
    if strand_id is None:
        return []
    return list(dict.fromkeys(s.contact_id for s in frame.sitting(strand_id, PARTIES)))


def of_strand(frame: Frame, strand_id: uuid.UUID | None, *, by: Actor) -> list[Line]:
    """The lines that the actor reads: collective first, then the strand's in their order, drafts and closed ones last."""
    return _lines(frame, by, strand_id=strand_id)


def line(frame: Frame, objective_id: uuid.UUID, *, by: Actor) -> Line | None:
    """One line, numbered as in its list."""
    found = get(objective_id)
    if found is None or found.mission_id != frame.id:
        return None
    return next((x for x in _lines(frame, by, strand_id=found.strand_id) if x.id == objective_id), None)


def get(objective_id: uuid.UUID, *, withdrawn: bool = False) -> Objective | None:
    """The row, if the acting person reads its zone; one that was withdrawn and waits to be erased only when asked."""
    asked = select(Objective).where(Objective.company_id == _company(), Objective.id == objective_id)
    return db.session.scalar(asked if withdrawn else asked.where(Objective.withdrawn_at.is_(None)))


def comments(objective_id: uuid.UUID) -> list[Comment]:
    """What was said, in order."""
    return list(db.session.scalars(_of(Comment, objective_id).order_by(Comment.at, Comment.id)))


def progress(objective_id: uuid.UUID) -> list[Progress]:
    """The readings, in order of their dates."""
    return list(db.session.scalars(_of(Progress, objective_id).order_by(Progress.on, Progress.at)))


def history(objective_id: uuid.UUID) -> list[Change]:
    """What happened, the latest first."""
    return list(db.session.scalars(_of(Change, objective_id).order_by(Change.at.desc(), Change.id)))


def wordings(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Content]:
    """Exact contents that were initialled, by id: what a change is shown against."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = db.session.execute(
        select(Wording.id, Wording.content).where(Wording.company_id == _company(), Wording.id.in_(wanted))
    )
    return {i: Content.of(c) for i, c in found}


def last_changes(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Change]:
    """Of each objective, the latest change of what initials bind to."""
    wanted = list(ids)
    if not wanted:
        return {}
    bound = ("wording", "indicator", "baseline", "target", "due_on", "observer")
    found = db.session.scalars(
        select(Change)
        .where(Change.company_id == _company(), Change.objective_id.in_(wanted), Change.field.in_(bound))
        .order_by(Change.at)
    )
    return {c.objective_id: c for c in found}


def content_of(o: Any, texts: dict[str, str]) -> Content:
    """The present content of a row (ORM or statement), with its live text."""
    return Content(
        texts.get("wording", ""),
        texts.get("indicator", ""),
        Measure(o.baseline, o.baseline_value, o.baseline_out_of),
        Measure(o.target, o.target_value, o.target_out_of, o.target_sense),
        o.due_on,
        o.observer_id,
    )


def given(objective_id: uuid.UUID, assents: Any) -> list[Given]:
    """Assents as plain values."""
    return [
        Given(uuid.UUID(c), h, datetime.fromisoformat(at), uuid.UUID(w), uuid.UUID(r) if r else None)
        for c, h, at, w, r in assents or []
    ]


def _lines(frame: Frame, by: Actor, *, strand_id: uuid.UUID | None) -> list[Line]:
    rows = db.session.execute(
        LINES,
        {"c": frame.company_id, "m": frame.id, "zones": list(by.zones), "o": None, "s": strand_id},
    ).all()
    behind = documents.current([r.document_id for r in rows if r.behind])
    found: list[Line] = []
    number = 0
    for r in rows:
        if r.shared_at is not None:
            number += 1
        found.append(_line(frame, r, behind.get(r.document_id) or r.texts or {}, number))
    return found


def _line(frame: Frame, r: Any, texts: dict[str, str], number: int) -> Line:
    content = content_of(r, texts)
    agreed = Content.of(r.agreed[0]) if r.agreed else None
    rewording = (
        (uuid.UUID(r.rewording[0]), uuid.UUID(r.rewording[1]), datetime.fromisoformat(r.rewording[2]))
        if r.rewording
        else None
    )
    present = agreed if agreed is not None and rewording is None else content
    assents = given(r.id, r.assents)
    agreed_at = datetime.fromisoformat(r.agreed[1]) if r.agreed else None
    if agreed is not None and rewording is None:
        # those who agreed then, whoever takes part now
        who = list(dict.fromkeys(a.contact_id for a in assents if a.hash == agreed.hash))
        order = required(frame, r.strand_id)
        who.sort(key=lambda c: order.index(c) if c in order else len(order))
    else:
        who = required(frame, r.strand_id)
    stands = initials(who, assents, present.hash, rewording[0] if rewording else None) if r.shared_at else []
    return Line(
        company_id=frame.company_id,
        mission_id=frame.id,
        id=r.id,
        zone_id=r.zone_id,
        strand_id=r.strand_id,
        author_id=r.author_id,
        observer_id=r.observer_id,
        document_id=r.document_id,
        number=number if r.shared_at is not None else None,
        stake=r.stake,
        notes=texts.get("notes", ""),
        content=content,
        agreed=agreed,
        agreed_at=agreed_at,
        rewording=rewording,
        initials=tuple(stands),
        shared_at=r.shared_at,
        closed=(r.closed_at, r.closed_by, r.closed_reason) if r.closed_at else None,
        comments=r.comments,
        readings=r.readings,
        latest=_reading(r.latest),
        revision=r.revision,
        assented=bool(assents),
        since={uuid.UUID(c): datetime.fromisoformat(at) for c, at in (r.waits or {}).items()},
    )


def _reading(latest: list[Any] | None) -> Reading | None:
    if not latest:
        return None
    on, words, value, out_of = latest
    return Reading(
        date.fromisoformat(on),
        Measure(words, Decimal(value) if value else None, Decimal(out_of) if out_of else None),
    )


def _of(model: Any, objective_id: uuid.UUID) -> Any:
    return select(model).where(model.company_id == _company(), model.objective_id == objective_id)


def _company() -> uuid.UUID:
    company: uuid.UUID = db.session.info["acting"].company
    return company


__all__ = ["Line", "Reading", "Standing", "State"]

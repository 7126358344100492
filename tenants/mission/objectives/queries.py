"""Reads of the objectives: the lines of a strand in one statement, and what a line holds when it is opened."""

import functools
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
select o.id, o.document_id, o.strand_id, o.shared_at is not null as shared,
  t.head < coalesce((select max(u.id) from document_update u
    where u.company_id = o.company_id and u.document_id = o.document_id), 0) as behind,
  jsonb_build_array(o.id, o.zone_id, o.strand_id, o.author_id, o.document_id, o.stake,
    jsonb_build_array(o.baseline, o.baseline_value::text, o.baseline_out_of::text, null),
    jsonb_build_array(o.target, o.target_value::text, o.target_out_of::text, o.target_sense),
    o.due_on, o.observer_id, o.shared_at, jsonb_build_array(o.closed_at, o.closed_by, o.closed_reason), o.revision,
    t.texts,
    (select jsonb_agg(jsonb_build_array(a.contact_id, a.hash, a.given_at, a.wording_id, a.rewording_id)
      order by a.given_at, a.id) from assent a
      where a.company_id = o.company_id and a.objective_id = o.id and a.withdrawn_at is null),
    (select jsonb_build_array(w.content, w.agreed_at) from wording w
      where w.company_id = o.company_id and w.id = o.agreed_id),
    (select jsonb_build_array(r.id, r.opened_by, r.opened_at) from rewording r
      where r.company_id = o.company_id and r.objective_id = o.id and r.ended_at is null),
    (select jsonb_object_agg(w.contact_id, w.since) from awaited w
      where w.company_id = o.company_id and w.subject_id = o.id and w.kind = 'objective.assent'),
    (select count(*) from comment c where c.company_id = o.company_id and c.objective_id = o.id),
    (select count(*) from progress p where p.company_id = o.company_id and p.objective_id = o.id),
    (select jsonb_build_array(p.read_on, p.words, p.value::text, p.out_of::text) from progress p
      where p.company_id = o.company_id and p.objective_id = o.id order by p.read_on desc, p.at desc limit 1))::text as seen
from objective o
left join lateral (select jsonb_object_agg(d.root, d.text) as texts, min(d.head) as head from document_text d
  where d.company_id = o.company_id and d.document_id = o.document_id) t on true
where o.company_id = :c and o.mission_id = :m and o.zone_id = any (:zones) and o.withdrawn_at is null
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
    seen: tuple[str, Any] = field(
        repr=False
    )  # what it was read from: whatever is made from it may be kept by it

    def __hash__(self) -> int:
        return hash((self.seen, self.number))

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


def given(assents: Any) -> list[Given]:
    """Assents as plain values."""
    return [
        Given(uuid.UUID(c), h, datetime.fromisoformat(at), uuid.UUID(w), uuid.UUID(r) if r else None)
        for c, h, at, w, r in assents or []
    ]


def _lines(frame: Frame, by: Actor, *, strand_id: uuid.UUID | None) -> list[Line]:
    asked = {"c": frame.company_id, "m": frame.id, "zones": list(by.zones), "s": strand_id}
    rows = db.session.execute(LINES, asked).all()
    behind = (
        documents.current([r.document_id for r in rows if r.behind]) if any(r.behind for r in rows) else {}
    )
    whose: dict[uuid.UUID | None, tuple[uuid.UUID, ...]] = {}
    found: list[Line] = []
    number = 0
    for r in rows:
        number += r.shared
        if r.strand_id not in whose:
            whose[r.strand_id] = tuple(required(frame, r.strand_id))
        live = tuple(sorted(behind[r.document_id].items())) if r.document_id in behind else None
        key = (frame.company_id, frame.id, whose[r.strand_id], number if r.shared else None, live)
        found.append(_line(r.seen, *key))
    return found


@functools.lru_cache(maxsize=8192)
def _line(
    seen: str,
    company_id: uuid.UUID,
    mission_id: uuid.UUID,
    who: tuple[uuid.UUID, ...],
    number: int | None,
    live: tuple[tuple[str, str], ...] | None,
) -> Line:
    """One row as values, kept by the exact text that was read. ``live``: texts that are not folded yet."""
    (
        id_, zone_id, strand_id, author_id, document_id, stake, baseline, target, due_on, observer_id, shared_at, closed,
        revision, texts, assents, agreed_, rewording_, waits, comments_, readings, latest,
    ) = json.loads(seen)  # fmt: skip
    texts = dict(live) if live is not None else texts or {}
    content = Content(
        texts.get("wording", ""), texts.get("indicator", ""), _measure(baseline), _measure(target),
        date.fromisoformat(due_on) if due_on else None, _id(observer_id),
    )  # fmt: skip
    agreed = Content.of(agreed_[0]) if agreed_ else None
    rewording = (
        (uuid.UUID(rewording_[0]), uuid.UUID(rewording_[1]), _at(rewording_[2])) if rewording_ else None
    )
    given_ = given(assents)
    settled = agreed is not None and rewording is None
    present = agreed if settled and agreed is not None else content
    if settled:  # those who agreed then, whoever takes part now
        then = dict.fromkeys(a.contact_id for a in given_ if a.hash == present.hash)
        who = tuple(sorted(then, key=lambda c: who.index(c) if c in who else len(who)))
    return Line(
        company_id=company_id,
        mission_id=mission_id,
        id=uuid.UUID(id_),
        zone_id=uuid.UUID(zone_id),
        strand_id=_id(strand_id),
        author_id=uuid.UUID(author_id),
        observer_id=_id(observer_id),
        document_id=uuid.UUID(document_id),
        number=number,
        stake=stake,
        notes=texts.get("notes", ""),
        content=content,
        agreed=agreed,
        agreed_at=_at(agreed_[1]) if agreed_ else None,
        rewording=rewording,
        initials=tuple(initials(who, given_, present.hash, rewording[0] if rewording else None))
        if shared_at
        else (),
        shared_at=_at(shared_at) if shared_at else None,
        closed=(_at(closed[0]), uuid.UUID(closed[1]), closed[2]) if closed[0] else None,
        comments=comments_,
        readings=readings,
        latest=_reading(latest),
        revision=revision,
        assented=bool(given_),
        since={uuid.UUID(c): _at(at) for c, at in (waits or {}).items()},
        seen=(seen, live),
    )


def _measure(kept: list[str | None]) -> Measure:
    words, value, out_of, sense = kept
    return Measure(words or "", Decimal(value) if value else None, Decimal(out_of) if out_of else None, sense)


def _id(kept: str | None) -> uuid.UUID | None:
    return uuid.UUID(kept) if kept else None


def _at(kept: str) -> datetime:
    return datetime.fromisoformat(kept)


def _reading(latest: list[Any] | None) -> Reading | None:
    return Reading(date.fromisoformat(latest[0]), _measure([*latest[1:], None])) if latest else None


def _of(model: Any, objective_id: uuid.UUID) -> Any:
    return select(model).where(model.company_id == _company(), model.objective_id == objective_id)


def _company() -> uuid.UUID:
    company: uuid.UUID = db.session.info["acting"].company
    return company


__all__ = ["Line", "Reading", "Standing", "State"]

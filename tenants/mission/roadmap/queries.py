"""Reads of the roadmap: the axes of a strand with all that they hold in one statement, and what is opened in a line."""

import functools
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text

from tenants.actors import Actor
from tenants.db import db
from tenants.documents import operations as documents
from tenants.mission.objectives.queries import given, required
from tenants.mission.objectives.standing import initials
from tenants.mission.queries import Frame
from tenants.mission.roadmap import stage
from tenants.mission.roadmap.content import Content, Progress
from tenants.mission.roadmap.lines import ActionLine, AxisLine, StrategyLine
from tenants.mission.roadmap.models import (
    Action,
    Axis,
    AxisComment,
    AxisWording,
    Contribution,
    RoadmapChange,
    Strategy,
    company,
)

AXES = text("""
select a.strand_id, a.shared_at is not null as shared, jsonb_build_array(
    a.id, a.zone_id, a.strand_id, a.author_id, a.document_id, a.served_ids, a.shared_at,
    jsonb_build_array(a.closed_at, a.closed_by, a.closed_reason), a.revision,
    (select jsonb_agg(jsonb_build_array(s.id, s.document_id, s.author_id,
       (select jsonb_agg(jsonb_build_array(t.id, t.document_id, t.author_id, t.owner_id, t.due_on, t.state, t.reason,
          t.result, t.state_at, t.revision,
          (select count(*) from contribution k where k.company_id = t.company_id and k.subject_id = t.id))
          order by t.position, t.created_at, t.id)
        from action t where t.company_id = s.company_id and t.strategy_id = s.id and t.withdrawn_at is null))
       order by s.position, s.created_at, s.id)
     from strategy s where s.company_id = a.company_id and s.axis_id = a.id
      and s.withdrawn_at is null and s.closed_at is null),
    (select jsonb_agg(jsonb_build_array(i.contact_id, i.hash, i.given_at, i.wording_id, i.rewording_id)
      order by i.given_at, i.id) from axis_assent i
      where i.company_id = a.company_id and i.axis_id = a.id and i.withdrawn_at is null),
    (select jsonb_build_array(w.content, w.agreed_at) from axis_wording w
      where w.company_id = a.company_id and w.id = a.agreed_id),
    (select jsonb_build_array(r.id, r.opened_by, r.opened_at) from axis_rewording r
      where r.company_id = a.company_id and r.axis_id = a.id and r.ended_at is null),
    (select jsonb_object_agg(w.contact_id, w.since) from awaited w
      where w.company_id = a.company_id and w.subject_id = a.id and w.kind = 'roadmap.assent'),
    (select count(*) from axis_comment c where c.company_id = a.company_id and c.axis_id = a.id)
  )::text as seen
from axis a
where a.company_id = :c and a.mission_id = :m and a.zone_id = any (:zones) and a.withdrawn_at is null
  and (cast(:s as uuid) is null or a.strand_id is null or a.strand_id = :s)
order by a.strand_id is not null, a.shared_at is null, a.closed_at is not null, a.position, a.created_at, a.id""")

# The numbers are those of the objectives' own page: collective first, then the strand's in their order.
OBJECTIVES = text("""
select o.id, o.collective, o.number, coalesce(o.agreed, t.text, '') as wording from (
  select o.id, o.document_id, o.company_id, o.strand_id is null as collective,
    row_number() over (order by o.strand_id is not null, o.closed_at is not null, o.position, o.created_at, o.id) as number,
    (select w.content ->> 'wording' from wording w where w.company_id = o.company_id and w.id = o.agreed_id) as agreed
  from objective o
  where o.company_id = :c and o.mission_id = :m and o.zone_id = any (:zones) and o.withdrawn_at is null
    and o.shared_at is not null and (o.strand_id is null or o.strand_id = :s)) o
left join document_text t on t.company_id = o.company_id and t.document_id = o.document_id and t.root = 'wording'
order by o.number""")


@dataclass(frozen=True)
class Served:
    """A shared objective that an axis may serve, numbered as on the objectives' page."""

    id: uuid.UUID
    number: int
    wording: str
    collective: bool


def of_strand(frame: Frame, strand_id: uuid.UUID | None, *, by: Actor) -> list[AxisLine]:
    """The axes that the actor reads: collective first, then the strand's in their order, drafts and closed ones last."""
    asked = {"c": frame.company_id, "m": frame.id, "zones": list(by.zones), "s": strand_id}
    rows = db.session.execute(AXES, asked).all()
    texts = documents.current({i for r in rows for i in _documents(r.seen)}) if rows else {}
    found: list[AxisLine] = []
    number = 0
    for r in rows:
        number += r.shared
        who = tuple(required(frame, r.strand_id))
        live = tuple(tuple(sorted(texts.get(i, {}).items())) for i in _documents(r.seen))
        found.append(_axis(r.seen, live, frame.company_id, frame.id, who, number if r.shared else None))
    return found


def line(frame: Frame, axis_id: uuid.UUID, *, by: Actor) -> AxisLine | None:
    """One axis, numbered as in its list."""
    found = axis(axis_id)
    if found is None or found.mission_id != frame.id:
        return None
    return next((x for x in of_strand(frame, found.strand_id, by=by) if x.id == axis_id), None)


def served(frame: Frame, strand_id: uuid.UUID | None, *, by: Actor) -> list[Served]:
    """The shared objectives that the actor reads: those of the strand and collective ones."""
    asked = {"c": frame.company_id, "m": frame.id, "zones": list(by.zones), "s": strand_id}
    return [Served(r.id, r.number, r.wording, r.collective) for r in db.session.execute(OBJECTIVES, asked)]


def axis(axis_id: uuid.UUID, *, withdrawn: bool = False) -> Axis | None:
    """The row, if the acting person reads its zone; one that was withdrawn and waits to be erased only when asked."""
    found: Axis | None = _one(Axis, axis_id, withdrawn=withdrawn)
    return found


def strategy(strategy_id: uuid.UUID, *, withdrawn: bool = False) -> Strategy | None:
    """As ``axis``; one that was taken out of its axis is not there either."""
    found = _one(Strategy, strategy_id, withdrawn=withdrawn)
    gone = found is None or (found.closed_at is not None and not withdrawn)
    return None if gone or axis(found.axis_id) is None else found


def action(action_id: uuid.UUID, *, withdrawn: bool = False) -> Action | None:
    """As ``axis``."""
    found = _one(Action, action_id, withdrawn=withdrawn)
    return found if found is not None and axis(found.axis_id) is not None else None


def comments(axis_id: uuid.UUID) -> list[AxisComment]:
    """What was said, in order."""
    asked = select(AxisComment).where(AxisComment.company_id == company(), AxisComment.axis_id == axis_id)
    return list(db.session.scalars(asked.order_by(AxisComment.at, AxisComment.id)))


def history(axis_id: uuid.UUID) -> list[RoadmapChange]:
    """What happened to an axis and its lines, the latest first."""
    asked = select(RoadmapChange).where(
        RoadmapChange.company_id == company(), RoadmapChange.axis_id == axis_id
    )
    return list(db.session.scalars(asked.order_by(RoadmapChange.at.desc(), RoadmapChange.id)))


def contributions(subject_ids: Iterable[uuid.UUID]) -> list[Contribution]:
    """What was brought to these actions or sessions, in order."""
    wanted = list(subject_ids)
    if not wanted:
        return []
    asked = select(Contribution).where(
        Contribution.company_id == company(), Contribution.subject_id.in_(wanted)
    )
    return list(db.session.scalars(asked.order_by(Contribution.at, Contribution.id)))


def contribution(contribution_id: uuid.UUID) -> Contribution | None:
    """The row, if the acting person reads its zone."""
    return db.session.scalar(
        select(Contribution).where(Contribution.company_id == company(), Contribution.id == contribution_id)
    )


def wordings(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Content]:
    """Exact contents that were initialled, by id: what a change is shown against."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = db.session.execute(
        select(AxisWording.id, AxisWording.content).where(
            AxisWording.company_id == company(), AxisWording.id.in_(wanted)
        )
    )
    return {i: Content.of(c) for i, c in found}


def last_changes(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, RoadmapChange]:
    """Of each axis, the latest change of what initials bind to."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = db.session.scalars(
        select(RoadmapChange)
        .where(
            RoadmapChange.company_id == company(),
            RoadmapChange.axis_id.in_(wanted),
            RoadmapChange.level != "action",
            RoadmapChange.field.in_(("wording", "served", "order", "added", "removed", "moved")),
        )
        .order_by(RoadmapChange.at)
    )
    return {c.axis_id: c for c in found}


def _one(model: Any, line_id: uuid.UUID, *, withdrawn: bool) -> Any:
    asked = select(model).where(model.company_id == company(), model.id == line_id)
    return db.session.scalar(asked if withdrawn else asked.where(model.withdrawn_at.is_(None)))


@functools.lru_cache(maxsize=8192)
def _documents(seen: str) -> tuple[uuid.UUID, ...]:
    """The documents of an axis: its own, then each strategy's followed by its actions'."""
    values = json.loads(seen)
    found = [values[4]]
    for _, document, _, actions in values[9] or []:
        found += [document, *(a[1] for a in actions or [])]
    return tuple(map(uuid.UUID, found))


@functools.lru_cache(maxsize=4096)
def _axis(
    seen: str,
    live: tuple[tuple[tuple[str, str], ...], ...],
    company_id: uuid.UUID,
    mission_id: uuid.UUID,
    who: tuple[uuid.UUID, ...],
    number: int | None,
) -> AxisLine:
    """One row as values, kept by the exact text that was read. ``live``: the texts of its documents, in order."""
    (
        id_, zone_id, strand_id, author_id, document_id, served_ids, shared_at, closed, revision, lines, assents, agreed_,
        rewording_, waits, comments_,
    ) = json.loads(seen)  # fmt: skip
    texts = dict(zip(_documents(seen), map(dict, live), strict=True))
    axis_id, words = uuid.UUID(id_), texts[uuid.UUID(document_id)].get("wording", "")
    strategies = tuple(_strategy(axis_id, values, texts) for values in lines or [])
    content = Content(
        words, tuple((s.id, s.wording) for s in strategies), tuple(sorted(map(uuid.UUID, served_ids or [])))
    )
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
    stands = initials(who, given_, present.hash, rewording[0] if rewording else None) if shared_at else []
    return AxisLine(
        company_id=company_id,
        mission_id=mission_id,
        id=axis_id,
        zone_id=uuid.UUID(zone_id),
        strand_id=_id(strand_id),
        author_id=uuid.UUID(author_id),
        document_id=uuid.UUID(document_id),
        number=number,
        content=content,
        strategies=strategies,
        agreed=agreed,
        agreed_at=_at(agreed_[1]) if agreed_ and agreed_[1] else None,
        rewording=rewording,
        initials=tuple(stands),
        shared_at=_at(shared_at) if shared_at else None,
        closed=(_at(closed[0]), uuid.UUID(closed[1]), closed[2]) if closed[0] else None,
        comments=comments_,
        revision=revision,
        assented=bool(given_),
        since={uuid.UUID(c): _at(at) for c, at in (waits or {}).items()},
        seen=(seen, live),
    )


def _strategy(axis_id: uuid.UUID, values: list[Any], texts: dict[uuid.UUID, dict[str, str]]) -> StrategyLine:
    id_, document, author, actions = values
    strategy_id, document_id = uuid.UUID(id_), uuid.UUID(document)
    return StrategyLine(
        strategy_id,
        document_id,
        axis_id,
        uuid.UUID(author),
        texts[document_id].get("wording", ""),
        tuple(_action(axis_id, strategy_id, a, texts) for a in actions or []),
    )


def _action(
    axis_id: uuid.UUID, strategy_id: uuid.UUID, values: list[Any], texts: dict[uuid.UUID, dict[str, str]]
) -> ActionLine:
    id_, document, author, owner, due_on, state, reason, result, state_at, revision, brought = values
    said = texts[uuid.UUID(document)]
    return ActionLine(
        uuid.UUID(id_), uuid.UUID(document), axis_id, strategy_id, uuid.UUID(author), said.get("wording", ""),
        said.get("notes", ""), _id(owner), date.fromisoformat(due_on) if due_on else None, Progress(state), reason,
        result, _at(state_at), revision, brought,
    )  # fmt: skip


def _id(kept: str | None) -> uuid.UUID | None:
    return uuid.UUID(kept) if kept else None


def _at(kept: str) -> datetime:
    return datetime.fromisoformat(kept)


__all__ = ["stage"]

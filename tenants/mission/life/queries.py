"""What is suspended and what has ended, for whoever may know it; suspended days as Python counts them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tenants import walls
from tenants.db import db, now
from tenants.mission.life.models import EarlyEnd, EarlyWord, Pause
from tenants.mission.life.spans import Clock, Span, day_of


@dataclass(frozen=True)
class Ending:
    """A strand (None: the whole mission) ends on that day."""

    strand_id: uuid.UUID | None
    on: date


def today() -> date:
    """The day in Europe/Paris."""
    return day_of(now())


def told(state: Any) -> tuple[tuple[Span, ...], tuple[Ending, ...]]:
    """What ``state_of`` tells of a mission's life (``State.rooms``), of the strands that the reader may know."""
    facts: Mapping[str, Any] = state.rooms.get("life") or {}
    spans = tuple(Span(_id(s), _day(a), _day(b) if b else None) for s, a, b in facts.get("pauses") or ())
    ends = tuple(Ending(_id(s), _day(d)) for s, d in facts.get("ends") or ())
    kept = (None, state.strand)
    if state.strand is None:
        return spans, ends
    return tuple(s for s in spans if s.strand_id in kept), tuple(e for e in ends if e.strand_id in kept)


def pauses(mission_id: uuid.UUID) -> list[Pause]:
    """Those of a mission that whoever acts may know, the last first."""
    company = walls.acting(db.session).company
    asked = select(Pause).where(Pause.company_id == company, Pause.mission_id == mission_id)
    return list(db.session.scalars(asked.order_by(Pause.from_on.desc(), Pause.id)))


def pause(pause_id: uuid.UUID) -> Pause | None:
    """One of them."""
    company = walls.acting(db.session).company
    return db.session.scalar(select(Pause).where(Pause.company_id == company, Pause.id == pause_id))


def clocks(missions: Iterable[uuid.UUID]) -> dict[uuid.UUID, Clock]:
    """By mission, in one statement; nothing for one that was never suspended. With a frame at hand: ``frame.clock``."""
    company = walls.acting(db.session).company
    found: dict[uuid.UUID, list[Span]] = {}
    for p in db.session.scalars(
        select(Pause).where(Pause.company_id == company, Pause.mission_id.in_(set(missions)))
    ):
        found.setdefault(p.mission_id, []).append(Span(p.strand_id, p.from_on, p.until_on))
    return {mission: Clock(tuple(spans), alone=False) for mission, spans in found.items()}


def ends(mission_id: uuid.UUID) -> list[EarlyEnd]:
    """The early ends of a mission and its strands that whoever acts may know."""
    company = walls.acting(db.session).company
    asked = select(EarlyEnd).where(EarlyEnd.company_id == company, EarlyEnd.mission_id == mission_id)
    return list(db.session.scalars(asked.order_by(EarlyEnd.effective_on, EarlyEnd.id)))


def words(mission_id: uuid.UUID) -> dict[uuid.UUID, EarlyWord]:
    """The sentences that whoever acts reads, by the end that they are about."""
    company = walls.acting(db.session).company
    asked = select(EarlyWord).where(EarlyWord.company_id == company, EarlyWord.mission_id == mission_id)
    return {w.end_id: w for w in db.session.scalars(asked)}


def ended_on(subject: Any) -> date | None:
    """Since when the subject's mission, or strand, has ended, for the words of a refusal. None: it has not."""
    mission = getattr(subject, "mission_id", None)
    if mission is None:
        return None
    strand = getattr(subject, "strand_id", None)
    found = [e for e in ends(mission) if e.effective_on <= today()]
    mine = [e for e in found if e.strand_id in (None, strand)] or found
    return min((e.effective_on for e in mine), default=None)


def _id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None


def _day(value: str) -> date:
    return date.fromisoformat(value)

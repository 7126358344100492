"""What the mission holds that a report may repeat: dated facts of shared zones, each with where it comes from. No words
of ours: pages write the sentences.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from tenants.actors import Actor
from tenants.db import db
from tenants.documents import operations as documents
from tenants.mission.agreement import queries as agreement
from tenants.mission.agreement.headings import SENTENCE
from tenants.mission.agreement.models import AgreementText
from tenants.mission.objectives import queries as objectives
from tenants.mission.objectives.content import Content, Measure
from tenants.mission.objectives.models import Progress
from tenants.mission.queries import Frame
from tenants.mission.report.models import company
from tenants.mission.report.reach import takes
from tenants.mission.roadmap import queries as roadmap
from tenants.mission.roadmap.lines import ActionLine, AxisLine
from tenants.mission.schedule import attending, hours
from tenants.mission.schedule import queries as schedule
from tenants.mission.schedule.models import Review, Session, Summary
from tenants.mission.schedule.types import State

PARTS = ("synthesis", "points", "axes", "results", "follow_up")


@dataclass(frozen=True)
class Reading:
    """One reading of an objective: when, what, by whom."""

    on: date
    measure: Measure
    by_id: uuid.UUID


@dataclass(frozen=True)
class Result:
    """An objective from where it began to where it is."""

    id: uuid.UUID
    zone_id: uuid.UUID
    number: int
    content: Content
    readings: tuple[Reading, ...]

    @property
    def measured(self) -> bool:
        """Whether an indicator says what is looked at; without one it is an appreciation."""
        return bool(self.content.indicator.strip())

    @property
    def last(self) -> Reading | None:
        """The latest reading."""
        return self.readings[-1] if self.readings else None


@dataclass(frozen=True)
class Told:
    """An approved review or a shared summary: of which session, its texts by root."""

    kind: str
    id: uuid.UUID
    zone_id: uuid.UUID
    session: Session
    texts: dict[str, str]


@dataclass(frozen=True)
class Taken:
    """All that the report of a strand may repeat now."""

    sentence_id: uuid.UUID | None = None
    sentence: str = ""
    sentence_zone: uuid.UUID | None = None
    sessions: tuple[Session, ...] = ()
    told: tuple[Told, ...] = ()
    results: tuple[Result, ...] = ()
    axes: tuple[AxisLine, ...] = ()
    hours: tuple[int, int, int] | None = None  # minutes agreed, spent, planned
    hours_zone: uuid.UUID | None = None
    zones: frozenset[uuid.UUID] = field(default=frozenset())

    @property
    def held(self) -> tuple[Session, ...]:
        """Those that took place, in order."""
        return tuple(s for s in self.sessions if s.state == State.HELD)

    @property
    def to_come(self) -> tuple[Session, ...]:
        """Those that have a date and have not taken place."""
        return tuple(s for s in self.sessions if s.state == State.PLANNED)

    @property
    def due(self) -> tuple[ActionLine, ...]:
        """Actions still to be done that have a date, the next first."""
        open_ = [a for x in self.axes for a in x.actions if a.open and a.due_on is not None]
        return tuple(sorted(open_, key=lambda a: (a.due_on or date.max, str(a.id))))


def of_strand(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> Taken:
    """What stands in zones that every reader of the report may read, and whose repeating is not refused by the matrix."""

    def may_take(zone_id: uuid.UUID | None) -> bool:
        return zone_id is not None and takes(frame, frame.zones.get(zone_id), strand_id)

    text = db.session.scalar(
        select(AgreementText).where(
            AgreementText.company_id == company(),
            AgreementText.mission_id == frame.id,
            AgreementText.what == SENTENCE,
        )
    )
    sentence = agreement.sentence(frame.id) if text is not None and may_take(text.zone_id) else None
    sessions = [s for s in schedule.of_mission(frame, strand_id) if may_take(s.zone_id)]
    lines = [
        x for x in objectives.of_strand(frame, strand_id, by=by)
        if x.number is not None and x.closed is None and may_take(x.zone_id)
    ]  # fmt: skip
    axes = [
        x for x in roadmap.of_strand(frame, strand_id, by=by)
        if x.number is not None and x.closed is None and may_take(x.zone_id)
    ]  # fmt: skip
    read = _readings(x.id for x in lines)
    results = [
        Result(x.id, x.zone_id, x.number or 0, x.shown, tuple(read.get(x.id, ())))
        for x in sorted(lines, key=lambda x: x.number or 0)
    ]
    told = [t for t in _told(sessions) if may_take(t.zone_id)]
    strand = next((s for s in frame.strands if s.id == strand_id), None)
    dated = strand is not None and may_take(strand.state_zone_id)
    zones = {s.zone_id for s in sessions} | {x.zone_id for x in lines} | {x.zone_id for x in axes}
    zones |= {t.zone_id for t in told} | ({strand.state_zone_id} if dated and strand else set())
    return Taken(
        sentence_id=text.id if text is not None and sentence else None,
        sentence=sentence or "",
        sentence_zone=text.zone_id if text is not None and sentence else None,
        sessions=tuple(sessions),
        told=tuple(told),
        results=tuple(results),
        axes=tuple(axes),
        hours=_hours(frame, strand_id, sessions, by) if dated else None,
        hours_zone=strand.state_zone_id if dated and strand else None,
        zones=frozenset(zones | ({text.zone_id} if text is not None and sentence else set())),
    )


def _hours(
    frame: Frame, strand_id: uuid.UUID, sessions: Iterable[Session], by: Actor
) -> tuple[int, int, int]:
    there = list(sessions)
    held = attending.of_sessions(s.id for s in there)
    found = hours.account(frame, strand_id, by=by, sessions=there, held=held)
    return found.agreed, found.spent, found.planned


def _readings(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Reading]]:
    asked = select(Progress).where(Progress.company_id == company(), Progress.objective_id.in_(list(ids)))
    found: dict[uuid.UUID, list[Reading]] = {}
    for p in db.session.scalars(asked.order_by(Progress.on, Progress.at, Progress.id)):
        found.setdefault(p.objective_id, []).append(
            Reading(p.on, Measure(p.words, p.value, p.out_of), p.author_id)
        )
    return found


def _told(sessions: Iterable[Session]) -> list[Told]:
    """Approved reviews and shared summaries, by the date of their session."""
    known = {s.id: s for s in sessions}
    rows: list[Any] = []
    for model, kind, shared in (
        (Review, "review", Review.approved_at.is_not(None)),
        (Summary, "summary", Summary.shared_at.is_not(None)),
    ):
        asked = select(model).where(model.company_id == company(), model.session_id.in_(known), shared)
        rows += [(kind, r) for r in db.session.scalars(asked)]
    texts = documents.current([r.document_id for _, r in rows]) if rows else {}
    found = [
        Told(kind, r.id, r.zone_id, known[r.session_id], texts.get(r.document_id, {})) for kind, r in rows
    ]
    return sorted(found, key=lambda t: (schedule.in_order(t.session), str(t.id)))

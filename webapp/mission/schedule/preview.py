"""A mission laid out, before it is: the steps, what they sum to, what the calendar already holds."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from tenants.actors import Actor
from tenants.documents.texts import canonical_hash
from tenants.mission.queries import Frame
from tenants.mission.schedule import layouts, queries
from tenants.mission.schedule.layouts import Layout, Step
from tenants.mission.schedule.types import USUAL, State, Type
from tenants.mission.stages import Stage
from webapp import formats
from webapp.mission import layout, names
from webapp.mission.schedule import lines, words


@dataclass(frozen=True)
class StepLine:
    """One step of the preview."""

    title: str
    week: str
    iso: str
    length: str
    whose: str
    step: int | None


@dataclass(frozen=True)
class Preview:
    """``hash``: of the steps that are shown, so that what is applied is what was read."""

    layout: Layout
    steps: list[Step]
    rows: list[StepLine]
    total: str
    already: str | None
    hash: str


def of(frame: Frame, chosen: Layout, actor: Actor) -> Preview:
    """What that way proposes for the hours that are left, from today on where the mission has begun."""
    held = [r for r in queries.of_mission(frame, None) if r.state != State.CANCELLED]
    taken = sum(r.minutes for r in held)
    starts_on = min(max(frame.starts_on, formats.today()), frame.ends_on)
    strands = layout.my_strands(frame, actor)
    place = {strand: n for n, strand in enumerate(strands)}
    there = {
        (Type(r.type), place.get(r.strand_id) if r.strand_id else None)
        for r in held
        if r.type != Type.PAIR and (r.strand_id is None or r.strand_id in place)
    }
    left = max(frame.hours - taken, 0)
    found = layouts.lay_out(chosen, starts_on, frame.ends_on, left, len(strands), there)
    return Preview(
        layout=chosen,
        steps=found,
        rows=[_line(frame, s, strands) for s in found],
        total=formats.duration(layouts.total(found)),
        already=formats.duration(taken) if taken else None,
        hash=canonical_hash([f"{s.type} {s.week_of} {s.minutes} {s.strand}" for s in found]),
    )


def ways(frame: Frame, chosen: Layout) -> list[dict[str, Any]]:
    """The three, each with its address."""
    return [
        {
            "title": title(), "about": about(), "current": way is chosen,
            "url": url_for("schedule.layouts", mission_id=frame.id, layout=way.value),
        }
        for way, (title, about) in words.LAYOUTS.items()
    ]  # fmt: skip


def _line(frame: Frame, step: Step, strands: list[Any]) -> StepLine:
    usual = USUAL[Type(step.type)]
    mentee = frame.mentee_of(strands[step.strand]) if step.strand is not None and len(strands) > 1 else None
    return StepLine(
        title=words.TYPES[step.type](),
        week=lines.week_words(step.week_of),
        iso=step.week_of.isoformat(),
        length=formats.duration(step.minutes),
        whose=names.first_name(frame, mentee.id) if mentee else "",
        step=list(Stage).index(usual.stage) + 1 if usual.stage else None,
    )

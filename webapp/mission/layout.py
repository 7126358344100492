"""The frame of a mission's pages: the six stages, the line over the title, the hat of the reader, its strands."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, g, url_for
from flask_babel import gettext, ngettext

from tenants.actors import Actor
from tenants.mission import across, stages
from tenants.mission.queries import Frame
from tenants.mission.stages import Stage, Standing, State, Where
from tenants.zones import Kind
from webapp import access, formats, seeing
from webapp.mission import names

# The page of each stage's room, and the kind of the matrix whose readers may open it. No door to a room to come: a room
# joins DOORS and LINES in its init_app.
DOORS: dict[Stage, tuple[str, Kind]] = {Stage.OBJECTIVES: ("objectives.index", Kind.OBJECTIVES)}

# A second page of the same stage: the door of whoever reads its kind and not the first one's.
BESIDE: dict[Stage, tuple[str, Kind]] = {}


@dataclass(frozen=True)
class StageView:
    """One line of the rail. ``waiting``: somebody is awaited; ``you``: the reader is among them. ``note``: a figure under it."""

    stage: str
    number: int
    name: str
    line: str
    waiting: bool = False
    you: bool = False
    done: bool = False
    current: bool = False
    url: str | None = None
    note: str = ""


@dataclass(frozen=True)
class StrandView:
    """One mentee's part, as a link to the same page in that strand."""

    id: uuid.UUID
    name: str
    url: str | None
    current: bool


def context(frame: Frame, room: str, strand_id: uuid.UUID | None = None) -> dict[str, Any]:
    """What ``layouts/workspace.html`` needs. ``room``: a stage's name, or another page of the mission."""
    actor, seen = access.actor(), seeing.seen()
    state = across.mission_state(frame.id)
    others = seeing.offered(frame, actor, DOORS[Stage(room)][0], strand_id) if room in set(DOORS) else []
    return {
        "frame": frame,
        "stages": rail(frame, state, actor, room, strand_id),
        "mission_line": f"{names.mission_name(frame)} · {g.here.company}",
        "mission_name": names.mission_name(frame),
        "hat": names.hat(frame, seen.asker if seen else actor),
        "strands": strands(frame, actor, room, strand_id),
        "live": room in set(DOORS) and seen is None,
        "sees_as": [(names.first_name(frame, c), url) for c, url in others],
        "seen_as": (names.first_name(frame, seen.other), seeing.back()) if seen else None,
        "state": state,
        "life": [words for said in LIFE for words in said(frame, state.of(strand_id))],
        "waiting": state.mine,
        "rail_src": url_for("mission.rail", mission_id=frame.id, room=room, strand=strand_id),
        "rail_stale": f"mission:{frame.id}",
    }


def rail(
    frame: Frame, state: State, actor: Actor, room: str, strand_id: uuid.UUID | None = None
) -> list[StageView]:
    """The six stages as this reader sees them."""
    return [_stage(frame, s, actor, room, strand_id) for s in stages.standings(state, strand_id)]


def my_strands(frame: Frame, actor: Actor) -> list[uuid.UUID]:
    """The strands in which the actor sits, in their order; all of them for who sits in all; none for the firm's hat."""
    seats = actor.seats_in(frame.id)
    return [s.id for s in frame.strands if any(seat.spans(s.id) for seat in seats)]


def strands(frame: Frame, actor: Actor, room: str, strand_id: uuid.UUID | None) -> list[StrandView]:
    """The way from one strand to another, in a room, for who sits in several; empty otherwise."""
    mine = my_strands(frame, actor)
    if len(mine) < 2 or room not in set(Stage):  # noqa: PLR2004 - one strand needs no way to another
        return []
    endpoint, _ = DOORS[Stage(room)]
    found = []
    for strand in mine:
        mentee = frame.mentee_of(strand)
        url = _url(endpoint, frame.id, strand)
        found.append(StrandView(strand, mentee.name if mentee else "", url, strand == strand_id))
    return found


def stage_name(stage: Stage | str) -> str:
    """« Contexte et objectifs »."""
    return {
        Stage.AGREEMENT: lambda: gettext("Accord de cadrage"),
        Stage.OBJECTIVES: lambda: gettext("Contexte et objectifs"),
        Stage.ROADMAP: lambda: gettext("Feuille de route"),
        Stage.SCHEDULE: lambda: gettext("Calendrier et heures"),
        Stage.REPORT: lambda: gettext("Bilan"),
        Stage.CLOSURE: lambda: gettext("Restitution et clôture"),
    }[Stage(stage)]()


def standing_line(standing: Standing, who: str, *, you: bool) -> str:
    """« On vous attend depuis hier », « On attend Marc depuis 3 jours », « 4 objectifs convenus ». ``who``: names."""
    if standing.where is Where.TO_COME:
        return gettext("À venir")
    if standing.where is Where.AWAITING:
        since = formats.since(standing.waits[0].since)
        if you:
            return gettext("On vous attend %(since)s", since=since)
        return gettext("On attend %(who)s %(since)s", who=who, since=since)
    return LINES[standing.stage](standing)


def _objectives(standing: Standing) -> str:
    if standing.where is Where.AGREED:
        return ngettext("%(num)d objectif convenu", "%(num)d objectifs convenus", standing.agreed)
    if standing.where is Where.WRITING:
        return gettext("En cours d’écriture")
    return gettext("Aucun objectif pour l’instant")


def _stage(
    frame: Frame, standing: Standing, actor: Actor, room: str, strand_id: uuid.UUID | None
) -> StageView:
    """Who is awaited the longest gives the age; the reader comes before the others."""
    mine = [w for w in standing.waits if w.contact_id == actor.contact_id]
    shown = mine or list(standing.waits)
    said = replace(standing, waits=tuple(shown))
    usual = [s.contact_id for s in frame.sitting()]
    there = sorted({w.contact_id for w in shown}, key=lambda c: usual.index(c) if c in usual else len(usual))
    who = names.first_names(frame, there)
    return StageView(
        stage=standing.stage.value,
        number=standing.number,
        name=stage_name(standing.stage),
        line=standing_line(said, who, you=bool(mine)),
        waiting=bool(shown),
        you=bool(mine),
        done=standing.done,
        current=room == standing.stage.value,
        url=_door(frame, standing.stage, actor, strand_id),
        note=_note(frame, standing, actor, strand_id),
    )


def _note(frame: Frame, standing: Standing, actor: Actor, strand_id: uuid.UUID | None) -> str:
    """For whoever may open the room by its own page alone."""
    said, door = NOTES.get(standing.stage), DOORS.get(standing.stage)
    if said is None or door is None or not _opens(frame, door[1], actor):
        return ""
    return said(frame, standing, len(frame.strands) == 1 or (strand_id is None and sees_all(frame, actor)))


def _door(frame: Frame, stage: Stage, actor: Actor, strand_id: uuid.UUID | None) -> str | None:
    """The room's page, or the one beside it, for whoever sits in a role that reads its kind."""
    for endpoint, kind in filter(None, (DOORS.get(stage), BESIDE.get(stage))):
        if actor.still and endpoint not in seeing.PAGES:
            continue  # a room that is never read through another's eyes: the link would lead to one's own
        if _opens(frame, kind, actor):
            several = len(my_strands(frame, actor)) > 1
            return _url(endpoint, frame.id, strand_id if several else None)
    return None


def _opens(frame: Frame, kind: Kind, actor: Actor) -> bool:
    cell = frame.rules.get(frame.rule_id, {}).get(kind, frozenset())
    # whoever runs the mission knows its dates and hours
    runs = kind is Kind.CALENDAR and bool(actor.firm_roles)
    return runs or any(s.role in cell for s in actor.seats_in(frame.id))


def reads_hours(frame: Frame, actor: Actor) -> bool:
    """Whether the actor may know what was planned and spent: who reads the calendar, and whoever runs the mission."""
    return _opens(frame, Kind.CALENDAR, actor)


def sees_all(frame: Frame, actor: Actor) -> bool:
    """Whether what is told to the actor is of every strand of the mission."""
    return bool(actor.firm_roles) or len(my_strands(frame, actor)) == len(frame.strands)


def _url(endpoint: str, mission_id: uuid.UUID, strand_id: uuid.UUID | None) -> str | None:
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, mission_id=mission_id, strand=strand_id)


# What is suspended and what has ended, in words: the room that knows joins it.
LIFE: list[Callable[[Frame, State], list[str]]] = []

# A figure under the line of a stage, of the mission or of one's part of it (``whole``: the former); '' for none.
NOTES: dict[Stage, Callable[[Frame, Standing, bool], str]] = {}

# What the rail says of a stage where nobody is awaited; a room that joins ``stages.ROOMS`` joins it too.
LINES: dict[Stage, Callable[[Standing], str]] = {Stage.OBJECTIVES: _objectives}

"""What the routes of this room are about, through the walls. None is 404."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import request

from tenants.mission.life import queries
from tenants.mission.life.models import Pause
from tenants.mission.queries import Frame
from tenants.policy import Do
from webapp import access
from webapp.mission import layout


@dataclass(frozen=True)
class Part:
    """The mission (``strand_id`` None) or one strand that the actor may know."""

    frame: Frame
    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None


@dataclass(frozen=True)
class Suspended:
    """A suspension in its mission."""

    frame: Frame
    pause: Pause
    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None


def frame(mission_id: uuid.UUID) -> Frame | None:
    """The mission."""
    return access.in_mission(mission_id)


def part(mission_id: uuid.UUID) -> Part | None:
    """What the form names: a strand, or nothing for the whole. A strand that is not theirs does not exist."""
    of = access.in_mission(mission_id)
    if of is None:
        return None
    asked = request.values.get("strand") or ""
    chosen = next((s.id for s in known(of) if str(s.id) == asked), None)
    if asked and chosen is None:
        return None
    if len(of.strands) == 1:
        chosen = None
    return Part(of, of.company_id, of.id, chosen)


def suspendable(mission_id: uuid.UUID) -> Part | None:
    """The same; of a mission that has one strand, that strand."""
    found = part(mission_id)
    if found is not None and len(found.frame.strands) == 1:
        return Part(found.frame, found.company_id, found.mission_id, found.frame.strands[0].id)
    return found


def pause(mission_id: uuid.UUID, pause_id: uuid.UUID) -> Suspended | None:
    """One suspension, for whoever may know it."""
    of = access.in_mission(mission_id)
    found = queries.pause(pause_id) if of is not None else None
    if of is None or found is None or found.mission_id != mission_id:
        return None
    return Suspended(of, found, of.company_id, of.id, found.strand_id)


def known(of: Frame) -> list[Any]:
    """The strands that the actor may know of: theirs; all for the firm's staff."""
    actor = access.actor()
    mine = set(layout.my_strands(of, actor))
    return [s for s in of.strands if s.id in mine or actor.firm_roles]


def suspends(strand_id: uuid.UUID | None) -> Do:
    """Which right suspending takes: a mentee's own strand is not the whole."""
    return Do.MISSION_SUSPEND if strand_id is None else Do.STRAND_SUSPEND

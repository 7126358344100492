"""What the routes of this room are about: a mission, a strand of it, a line. None is 404."""

import uuid
from dataclasses import dataclass

from flask import request

from tenants.mission.objectives import queries
from tenants.mission.objectives.models import Change, Objective
from tenants.mission.queries import Frame
from webapp import access
from webapp.mission import layout


@dataclass(frozen=True)
class Strand:
    """A strand of a mission that the actor sits in, or the mission as a whole (collective, ``strand_id`` None)."""

    frame: Frame
    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None


def strand(mission_id: uuid.UUID) -> Strand | None:
    """The strand asked by ``?strand=``; without it the actor's first one. A strand that is not theirs does not exist."""
    frame = access.in_mission(mission_id)
    if frame is None:
        return None
    mine = layout.my_strands(frame, access.actor())
    asked = request.args.get("strand") or request.form.get("strand")
    if asked:
        chosen = next((s for s in mine if str(s) == asked), None)
        if chosen is None:
            return None
    else:
        chosen = mine[0] if mine else None
    return Strand(frame, frame.company_id, frame.id, chosen)


def proposing(mission_id: uuid.UUID) -> Strand | None:
    """Where a draft is begun: the strand, or everybody's list when the form says so in a group."""
    found = strand(mission_id)
    if found is None or not request.form.get("collective") or len(found.frame.strands) < 2:  # noqa: PLR2004 - a group
        return found
    return Strand(found.frame, found.company_id, found.mission_id, None)


def objective(mission_id: uuid.UUID, objective_id: uuid.UUID) -> Objective | None:
    """The row, in that mission, seen through the walls; the actor's zones are known from then on."""
    frame = access.in_mission(mission_id)
    row = queries.get(objective_id) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None


def withdrawn(mission_id: uuid.UUID, objective_id: uuid.UUID) -> Objective | None:
    """The same, also while it waits to be erased."""
    frame = access.in_mission(mission_id)
    row = queries.get(objective_id, withdrawn=True) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None


@dataclass(frozen=True)
class Restored:
    """A line of history to go back before. Its subject is the objective."""

    row: Objective
    change_id: uuid.UUID
    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None
    zone_id: uuid.UUID


def restored(mission_id: uuid.UUID, objective_id: uuid.UUID, change_id: uuid.UUID) -> Restored | None:
    """The objective and one of its changes."""
    row = objective(mission_id, objective_id)
    if row is None or not any(c.id == change_id for c in queries.history(row.id)):
        return None
    return Restored(row, change_id, row.company_id, row.mission_id, row.strand_id, row.zone_id)


__all__ = ["Change", "Strand"]

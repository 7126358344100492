"""What the routes of this room are about: a strand, an axis, a line of it. None is 404."""

import uuid
from dataclasses import dataclass
from typing import Any

from tenants.mission.roadmap import queries
from tenants.mission.roadmap.models import Action, Axis, Contribution, Strategy
from webapp import access
from webapp.mission.objectives.load import Strand, proposing, strand


def axis(mission_id: uuid.UUID, axis_id: uuid.UUID) -> Axis | None:
    """The row, in that mission, seen through the walls; the actor's zones are known from then on."""
    return _in(mission_id, lambda: queries.axis(axis_id))


def withdrawn_axis(mission_id: uuid.UUID, axis_id: uuid.UUID) -> Axis | None:
    """The same, also while it waits to be erased."""
    return _in(mission_id, lambda: queries.axis(axis_id, withdrawn=True))


def strategy(mission_id: uuid.UUID, strategy_id: uuid.UUID) -> Strategy | None:
    """A strategy that stands in its axis."""
    return _in(mission_id, lambda: queries.strategy(strategy_id))


def withdrawn_strategy(mission_id: uuid.UUID, strategy_id: uuid.UUID) -> Strategy | None:
    """The same, also once it was taken out."""
    return _in(mission_id, lambda: queries.strategy(strategy_id, withdrawn=True))


def action(mission_id: uuid.UUID, action_id: uuid.UUID) -> Action | None:
    """An action."""
    return _in(mission_id, lambda: queries.action(action_id))


def withdrawn_action(mission_id: uuid.UUID, action_id: uuid.UUID) -> Action | None:
    """The same, also while it waits to be erased."""
    return _in(mission_id, lambda: queries.action(action_id, withdrawn=True))


def contribution(mission_id: uuid.UUID, contribution_id: uuid.UUID) -> Contribution | None:
    """What somebody brought."""
    return _in(mission_id, lambda: queries.contribution(contribution_id))


@dataclass(frozen=True)
class Restored:
    """A line of history to go back before. Its subject is the axis."""

    row: Axis
    change_id: uuid.UUID
    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None
    zone_id: uuid.UUID


def restored(mission_id: uuid.UUID, axis_id: uuid.UUID, line_change_id: uuid.UUID) -> Restored | None:
    """The axis and one of its changes."""
    row = axis(mission_id, axis_id)
    if row is None or not any(c.id == line_change_id for c in queries.history(row.id)):
        return None
    return Restored(row, line_change_id, row.company_id, row.mission_id, row.strand_id, row.zone_id)


def _in(mission_id: uuid.UUID, read: Any) -> Any:
    found = read() if access.in_mission(mission_id) is not None else None
    return found if found is not None and found.mission_id == mission_id else None


__all__ = ["Restored", "Strand", "proposing", "strand"]

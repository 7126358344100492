"""Where the report stands: not there, read first by the mentee, issued. A window is not a wait. Pure."""

from datetime import datetime
from typing import Any

from tenants.mission.stages import ROOMS, Stage, Standing, State, Where


def standing(state: State) -> Standing:
    """``facts``: until when the mentee reads first, when the last one was issued. Nothing of what one does not read."""
    told: dict[str, dict[str, Any]] = state.rooms.get("report") or {}
    here = [f for strand, f in told.items() if state.strand is None or strand == str(state.strand)]
    until = [datetime.fromisoformat(f["until"]) for f in here if f.get("until")]
    issued = [datetime.fromisoformat(f["issued"]) for f in here if f.get("issued")]
    where = Where.AGREED if issued else Where.EMPTY
    where = Where.WRITING if until else where
    facts = {"until": max(until, default=None), "issued": max(issued, default=None)}
    return Standing(Stage.REPORT, where, (), len(issued), facts=facts)


ROOMS[Stage.REPORT] = standing

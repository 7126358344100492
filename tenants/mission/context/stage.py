"""What the context file adds to its stage: once it is begun, the stage is. Who is awaited counts by the kind of the wait."""

from collections.abc import Callable
from dataclasses import replace

from tenants.mission import stages
from tenants.mission.stages import Stage, Standing, State, Where

_objectives: Callable[[State], Standing] = stages.ROOMS[Stage.OBJECTIVES]


def standing(state: State) -> Standing:
    """As the objectives say it; ``facts``, by strand: sheets, copies, questions, answered, understood, revealed."""
    said = _objectives(state)
    told = state.rooms.get("context") or {}
    mine = {s: f for s, f in told.items() if state.strand is None or s == str(state.strand)}
    begun = any(f.get(k) for f in mine.values() for k in ("sheets", "copies", "questions"))
    where = Where.WRITING if said.where is Where.EMPTY and begun else said.where
    return replace(said, where=where, facts=mine)


stages.ROOMS[Stage.OBJECTIVES] = standing

"""Where the roadmap stands: a party awaited, being written, everything agreed. Pure, from counts of shared things."""

from datetime import date
from typing import Any

from tenants.mission.stages import ROOMS, Stage, Standing, State, Where


def standing(state: State) -> Standing:
    """Collective axes carry no initials, so they neither wait nor keep the stage open.

    ``facts``: how many actions are there, how many are done, the next date (or None).
    """
    told: dict[str, list[Any]] = state.rooms.get("roadmap") or {}
    wanted = None if state.strand is None else {"", str(state.strand)}
    here = {strand: counts for strand, counts in told.items() if wanted is None or strand in wanted}
    waits = state.waiting(Stage.ROADMAP)
    shared = sum(axes for axes, *_ in here.values())
    own = sum(counts[0] for strand, counts in here.items() if strand)
    agreed = sum(counts[1] for counts in here.values())
    if waits:
        where = Where.AWAITING
    elif own and agreed == own:
        where = Where.AGREED
    else:
        where = Where.WRITING if shared else Where.EMPTY
    dates = [date.fromisoformat(counts[4]) for counts in here.values() if counts[4]]
    facts = {
        "actions": sum(counts[2] for counts in here.values()),
        "done": sum(counts[3] for counts in here.values()),
        "next": min(dates, default=None),
    }
    return Standing(Stage.ROADMAP, where, waits, shared, agreed, facts)


ROOMS[Stage.ROADMAP] = standing

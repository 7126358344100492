"""Where the stage of the calendar stands: dates to find, a date to come, everything held. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tenants.mission.stages import ROOMS, Stage, Standing, State, Where

TOGETHER = "all"  # the key of what is collective in the room's facts


@dataclass(frozen=True)
class Facts:
    """What ``schedule_facts`` tells of some strands: minutes planned and held, steps without a date, the next date.

    ``booked``, ``spent``: minutes planned and spent as the ledger says.
    """

    planned: int = 0
    held: int = 0
    to_plan: int = 0
    sessions: int = 0
    booked: int = 0
    spent: int = 0
    next: datetime | None = None


def facts(state: State) -> Facts:
    """Of one strand with what is collective, or of all that are told."""
    told: dict[str, Any] = state.rooms.get("schedule") or {}
    kept = [
        f for strand, f in told.items() if state.strand is None or strand in (TOGETHER, str(state.strand))
    ]
    dates = [datetime.fromisoformat(f["next"]) for f in kept if f.get("next")]
    return Facts(
        planned=sum(f["planned"] for f in kept),
        held=sum(f["held"] for f in kept),
        to_plan=sum(f["to_plan"] for f in kept),
        sessions=sum(f["sessions"] for f in kept),
        booked=sum(f.get("booked") or 0 for f in kept),
        spent=sum(f.get("spent") or 0 for f in kept),
        next=min(dates, default=None),
    )


def standing(state: State) -> Standing:
    """Somebody is waited for; else dates are to be found or to come; else all of it was held."""
    told, waits = facts(state), state.waiting(Stage.SCHEDULE)
    if waits:
        where = Where.AWAITING
    elif not told.sessions:
        where = Where.EMPTY
    else:
        where = Where.WRITING if told.to_plan or told.next is not None else Where.AGREED
    shown = {
        "next": told.next, "to_plan": told.to_plan, "planned": told.planned, "held": told.held,
        "booked": told.booked, "spent": told.spent,
    }  # fmt: skip
    return Standing(Stage.SCHEDULE, where, waits, told.sessions, facts=shown)


ROOMS[Stage.SCHEDULE] = standing

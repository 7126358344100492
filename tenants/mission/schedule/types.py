"""What kinds of session there are: who takes part by role, how long, what stands on the usual agenda. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from tenants.mission.stages import Stage
from tenants.policy import COMPANY_ROLES, Role


class Type(StrEnum):
    """Steps of the method that have a date, and the sessions between them."""

    FRAMING = "framing"
    PAIR = "pair"
    VISIT = "visit"
    REVIEW = "review"
    COLLECTIVE = "collective"
    REPORT = "report"
    RESTITUTION = "restitution"


class State(StrEnum):
    """Of a session: a week or nothing yet, a date, it took place, it does not."""

    TO_PLAN = "to_plan"
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Usual:
    """What a type brings. ``points``: keys of its usual agenda; ``stage``: the step of the method it marks, if any."""

    roles: tuple[Role, ...]
    minutes: int
    points: tuple[str, ...]
    stage: Stage | None = None


_PAIR = (Role.MENTEE, Role.MENTOR)
_THREE = (*_PAIR, Role.MANAGER)

USUAL: dict[Type, Usual] = {
    Type.FRAMING: Usual(
        (*_THREE, Role.SPONSOR), 90, ("request", "expectations", "rules", "calendar"), Stage.AGREEMENT
    ),
    Type.PAIR: Usual(_PAIR, 120, ("since", "topic", "next")),
    Type.VISIT: Usual(_THREE, 120, ("places", "tasks", "people"), Stage.OBJECTIVES),
    Type.REVIEW: Usual(_THREE, 60, ("objectives", "drift", "agreed", "changes"), Stage.SCHEDULE),
    Type.COLLECTIVE: Usual(_PAIR, 120, ("round", "topic", "next")),
    Type.REPORT: Usual(_PAIR, 60, ("results", "reply", "follow_up"), Stage.REPORT),
    Type.RESTITUTION: Usual(COMPANY_ROLES, 90, ("presentation", "questions", "closure"), Stage.CLOSURE),
}

LONGEST = 12 * 60  # minutes of one session
PLACE_LIMIT, POINT_LIMIT, REASON_LIMIT = 200, 300, 500

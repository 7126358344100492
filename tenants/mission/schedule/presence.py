"""Whether a session is taken as held, by what mentor and mentees have said of it. Pure; PostgreSQL's rule is the same (0021)."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tenants.policy import Role

SILENCE = timedelta(days=7)


class Answer(StrEnum):
    """What one says of a proposed attendance. ``absent``: it was held, without them (a collective session alone)."""

    PRESENT = "present"
    ABSENT = "absent"
    CONTESTED = "contested"


class Standing(StrEnum):
    """Of a proposed attendance. ``uncontested``: « constaté par le mentor, non contesté »."""

    AWAITED = "awaited"
    CONFIRMED = "confirmed"
    UNCONTESTED = "uncontested"
    CONTESTED = "contested"


@dataclass(frozen=True)
class Said:
    """One person's part."""

    contact_id: uuid.UUID
    role: str
    answer: str | None
    at: datetime | None


def standing(lines: Iterable[Said], at: datetime) -> tuple[Standing, datetime | None]:
    """Where it stands at that time, and since when it counts (None: it does not)."""
    there = list(lines)
    if any(s.answer == Answer.CONTESTED for s in there):
        return Standing.CONTESTED, None
    if there and all(s.answer for s in there):
        return Standing.CONFIRMED, max(s.at for s in there if s.at)
    said = min(
        (s.at for s in there if s.role == Role.MENTOR and s.answer == Answer.PRESENT and s.at), default=None
    )
    if said is not None and said + SILENCE <= at:
        return Standing.UNCONTESTED, said + SILENCE
    return Standing.AWAITED, None


def counts(found: Standing) -> bool:
    """Whether it spends hours."""
    return found in (Standing.CONFIRMED, Standing.UNCONTESTED)

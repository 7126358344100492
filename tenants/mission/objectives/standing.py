"""Where an objective stands, computed: whose initials count, whose no longer do, who is awaited. Pure."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Computed, never stored."""

    DRAFT = "draft"  # its author alone
    PROPOSED = "proposed"  # shared, nobody has initialled yet
    AWAITING = "awaiting"  # initials of somebody are awaited
    AGREED = "agreed"
    CLOSED = "closed"


class Standing(StrEnum):
    """Of one person's initials."""

    GIVEN = "given"
    AWAITED = "awaited"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Given:
    """One assent as kept."""

    contact_id: uuid.UUID
    hash: str
    at: datetime
    wording_id: uuid.UUID
    rewording_id: uuid.UUID | None


@dataclass(frozen=True)
class Initials:
    """What stands for one required person, and the assent it comes from (None: never given)."""

    contact_id: uuid.UUID
    standing: Standing
    given: Given | None


def initials(
    required: Iterable[uuid.UUID], given: Iterable[Given], present: str, rewording_id: uuid.UUID | None
) -> list[Initials]:
    """For each required person, in their order. Initials count while their hash is the present one.

    Inside a rewording only those given in it count; others count for nothing and are awaited, not lapsed.
    """
    latest: dict[uuid.UUID, Given] = {}
    for g in sorted(given, key=lambda g: g.at):
        if g.rewording_id == rewording_id or rewording_id is None:
            known = latest.get(g.contact_id)
            if known is None or g.hash == present or known.hash != present:
                latest[g.contact_id] = g
    return [_of(c, latest.get(c), present) for c in required]


def awaited(found: Iterable[Initials]) -> set[uuid.UUID]:
    """Whose initials are awaited: all others, once somebody has initialled; nobody while it is only being written."""
    lines = list(found)
    if not any(i.given for i in lines):
        return set()
    return {i.contact_id for i in lines if i.standing is not Standing.GIVEN}


def complete(found: Iterable[Initials]) -> bool:
    """Whether all required initials stand, one person at least."""
    lines = list(found)
    return bool(lines) and all(i.standing is Standing.GIVEN for i in lines)


def _of(contact_id: uuid.UUID, given: Given | None, present: str) -> Initials:
    if given is None:
        return Initials(contact_id, Standing.AWAITED, None)
    return Initials(contact_id, Standing.GIVEN if given.hash == present else Standing.LAPSED, given)

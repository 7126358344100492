"""Where a mission stands: six stages, computed from what is shared and what is awaited, never stored.

Pure: values in, values out. A room says how its stage stands by joining ROOMS when it is imported; a stage without a
room is to come: no door, no wait.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    """The six stages, in order. Several can be open at once."""

    AGREEMENT = "agreement"
    OBJECTIVES = "objectives"
    ROADMAP = "roadmap"
    SCHEDULE = "schedule"
    REPORT = "report"
    CLOSURE = "closure"


class Where(StrEnum):
    """How far a stage is: not begun, being written, somebody awaited, everything agreed; or its room is to come."""

    TO_COME = "to_come"
    EMPTY = "empty"
    WRITING = "writing"
    AWAITING = "awaiting"
    AGREED = "agreed"


# Which stage a wait belongs to, by the first word of its kind. Waits about people belong to none.
KINDS: dict[str, Stage] = {
    "agreement": Stage.AGREEMENT,
    "context": Stage.OBJECTIVES,
    "objective": Stage.OBJECTIVES,
    "roadmap": Stage.ROADMAP,
    "schedule": Stage.SCHEDULE,
    "plan": Stage.SCHEDULE,
}


@dataclass(frozen=True)
class Wait:
    """Somebody is waited for: of which strand (None: the whole mission), for what, since when, for when."""

    id: uuid.UUID
    strand_id: uuid.UUID | None
    kind: str
    contact_id: uuid.UUID
    since: datetime
    due_on: date | None = None
    reminded_at: datetime | None = None

    @property
    def stage(self) -> Stage | None:
        """The stage whose room waits."""
        return KINDS.get(self.kind.partition(".")[0])


@dataclass(frozen=True)
class Count:
    """Objectives of one strand (None: collective ones, which carry no initials): shared, and agreed among them."""

    shared: int = 0
    agreed: int = 0


@dataclass(frozen=True)
class State:
    """What ``mission_state`` tells: counts by strand and waits, of shared things only, the oldest wait first.

    ``mine``: how many things await the acting person, in all their missions. ``rooms``: what each room's ``…_facts``
    function tells, by the room's name; a room that tells by strand keys its facts by the strand's id.
    """

    counts: Mapping[uuid.UUID | None, Count]
    waits: tuple[Wait, ...]
    mine: int = 0
    rooms: Mapping[str, Any] = field(default_factory=dict)
    strand: uuid.UUID | None = None

    def of(self, strand: uuid.UUID | None) -> "State":
        """The same, seen from one strand and from what is collective; None: all of it."""
        if strand is None:
            return self
        kept = (None, strand)
        return State(
            {s: c for s, c in self.counts.items() if s in kept},
            tuple(w for w in self.waits if w.strand_id in kept),
            self.mine,
            self.rooms,
            strand,
        )

    def waiting(self, stage: Stage) -> tuple[Wait, ...]:
        """The waits of one stage, the oldest first."""
        return tuple(w for w in self.waits if w.stage is stage)


@dataclass(frozen=True)
class Standing:
    """One stage: how far it is, who is waited for (the oldest first), how many things it holds.

    ``facts``: what else the room tells for its line in the rail.
    """

    stage: Stage
    where: Where
    waits: tuple[Wait, ...] = ()
    shared: int = 0
    agreed: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Its place among the six."""
        return list(Stage).index(self.stage) + 1

    @property
    def done(self) -> bool:
        """Nothing is waited for and everything is agreed."""
        return self.where is Where.AGREED


def standings(state: State, strand: uuid.UUID | None = None) -> tuple[Standing, ...]:
    """The six stages of a mission, or of one strand of it."""
    seen = state.of(strand)
    return tuple(ROOMS[stage](seen) if stage in ROOMS else Standing(stage, Where.TO_COME) for stage in Stage)


def _objectives(state: State) -> Standing:
    """Collective objectives carry no initials, so they neither wait nor keep the stage open."""
    waits = state.waiting(Stage.OBJECTIVES)
    shared = sum(c.shared for c in state.counts.values())
    own = sum(c.shared for s, c in state.counts.items() if s is not None)
    agreed = sum(c.agreed for c in state.counts.values())
    if waits:
        where = Where.AWAITING
    elif own and agreed == own:
        where = Where.AGREED
    else:
        where = Where.WRITING if shared else Where.EMPTY
    return Standing(Stage.OBJECTIVES, where, waits, shared, agreed)


# How each stage stands, said by its room. A later room joins: ``ROOMS[Stage.ROADMAP] = standing``.
ROOMS: dict[Stage, Callable[[State], Standing]] = {Stage.OBJECTIVES: _objectives}


def present(stages: Iterable[Standing]) -> Standing:
    """The stage that a summary names: the first one that waits, else that is being written, else the last one done.

    When nothing has begun: the first one that has a room.
    """
    open_ = [s for s in stages if s.where is not Where.TO_COME]
    for where in (Where.AWAITING, Where.WRITING):
        for standing in open_:
            if standing.where is where:
                return standing
    return next((s for s in reversed(open_) if s.done), open_[0])


def state(told: Mapping[str, Any] | None) -> State:
    """Read what the database told (``mission_state``, ``my_missions_everywhere``)."""
    told = told or {}
    return State(
        {_id(s): Count(shared, agreed) for s, shared, agreed in told.get("counts", [])},
        tuple(_wait(w) for w in told.get("waits", [])),
        told.get("mine", 0),
        (told.get("rooms") or {}) | ({"life": told["life"]} if told.get("life") else {}),
    )


def _wait(values: list[Any]) -> Wait:
    id_, strand, kind, contact, since, due, reminded = values
    return Wait(
        uuid.UUID(id_),
        _id(strand),
        kind,
        uuid.UUID(contact),
        datetime.fromisoformat(since),
        date.fromisoformat(due) if due else None,
        datetime.fromisoformat(reminded) if reminded else None,
    )


def _id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None

"""The lines of a roadmap as plain values: an axis with its strategies, each with its actions. Pure."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tenants.mission.life.spans import Clock
from tenants.mission.objectives.standing import Initials, State, awaited
from tenants.mission.roadmap.content import Content, Progress


@dataclass(frozen=True)
class Place:
    """What the policy judges of any line: where it is, who reads it, who wrote it, whose it is."""

    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None
    zone_id: uuid.UUID
    author_id: uuid.UUID
    contact_id: uuid.UUID | None = None


@dataclass(frozen=True)
class ActionLine:
    """An action as its row is shown. ``open``: still to be done."""

    id: uuid.UUID
    document_id: uuid.UUID
    axis_id: uuid.UUID
    strategy_id: uuid.UUID
    author_id: uuid.UUID
    wording: str
    notes: str
    owner_id: uuid.UUID | None
    due_on: date | None
    state: Progress
    reason: str
    result: str
    state_at: datetime
    revision: int
    contributions: int

    @property
    def open(self) -> bool:
        """Neither done nor dropped."""
        return self.state in (Progress.TODO, Progress.DOING)

    def days_late(self, today: date, clock: Clock, strand_id: uuid.UUID | None) -> int:
        """Days since its date, suspended ones left out; 0 when it is not late."""
        if not self.open or self.due_on is None or self.due_on >= today:
            return 0
        return (today - self.due_on).days - clock.left_out(strand_id, self.due_on, today)


@dataclass(frozen=True)
class StrategyLine:
    """A strategy with its actions in their order."""

    id: uuid.UUID
    document_id: uuid.UUID
    axis_id: uuid.UUID
    author_id: uuid.UUID
    wording: str
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True)
class AxisLine:
    """An axis as a page shows it. ``number`` None: a draft of its author. A subject for the policy."""

    company_id: uuid.UUID
    mission_id: uuid.UUID
    id: uuid.UUID
    zone_id: uuid.UUID
    strand_id: uuid.UUID | None
    author_id: uuid.UUID
    document_id: uuid.UUID
    number: int | None
    content: Content
    strategies: tuple[StrategyLine, ...]
    agreed: Content | None
    agreed_at: datetime | None
    rewording: tuple[uuid.UUID, uuid.UUID, datetime] | None
    initials: tuple[Initials, ...]
    shared_at: datetime | None
    closed: tuple[datetime, uuid.UUID, str] | None
    comments: int
    revision: int
    assented: bool
    since: Mapping[uuid.UUID, datetime]
    seen: Any = field(repr=False)  # what it was read from: whatever is made from it may be kept by it

    def __hash__(self) -> int:
        return hash((self.seen, self.number))

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.closed:
            return State.CLOSED
        if self.shared_at is None:
            return State.DRAFT
        if self.agreed is not None and self.rewording is None:
            return State.AGREED
        return State.AWAITING if awaited(self.initials) else State.PROPOSED

    @property
    def open(self) -> bool:
        """Whether its words and those of its strategies may be written now."""
        return self.state in (State.DRAFT, State.PROPOSED, State.AWAITING)

    @property
    def awaited(self) -> set[uuid.UUID]:
        """Whose initials are awaited."""
        return awaited(self.initials) if self.state is State.AWAITING else set()

    @property
    def actions(self) -> tuple[ActionLine, ...]:
        """All of its actions, in their order."""
        return tuple(a for s in self.strategies for a in s.actions)

    @property
    def lines(self) -> tuple[StrategyLine | ActionLine, ...]:
        """Its strategies, then its actions."""
        return (*self.strategies, *self.actions)

    def place(self, line: StrategyLine | ActionLine) -> Place:
        """What the policy judges of one of its lines."""
        owner = line.owner_id if isinstance(line, ActionLine) else None
        return Place(self.company_id, self.mission_id, self.strand_id, self.zone_id, line.author_id, owner)

    def of(self, contact_id: uuid.UUID | None) -> Initials | None:
        """The initials of one person, if theirs are required."""
        return next((i for i in self.initials if i.contact_id == contact_id), None)

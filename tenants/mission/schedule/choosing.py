"""Which of the proposed slots suits everybody, and whose answer is missing. Pure."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """What one says of a slot. ``maybe``: if need be."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True)
class Proposed:
    """A slot, with what each person has said of it."""

    id: uuid.UUID
    author_id: uuid.UUID
    local: datetime
    zone: str
    starts_at: datetime
    answers: Mapping[uuid.UUID, Answer] = field(default_factory=dict)

    def suits(self, people: Iterable[uuid.UUID]) -> bool:
        """Whether all of them said yes, or if need be."""
        return all(self.answers.get(p) in (Answer.YES, Answer.MAYBE) for p in people)

    def gladly(self, people: Iterable[uuid.UUID]) -> bool:
        """Whether all of them said yes."""
        return all(self.answers.get(p) is Answer.YES for p in people)


def missing(slots: Iterable[Proposed], people: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Who has not said something of every slot, in the order given."""
    there = list(slots)
    return [p for p in people if any(p not in s.answers for s in there)]


def common(slots: Iterable[Proposed], people: Iterable[uuid.UUID], at: datetime) -> list[Proposed]:
    """The slots to come that suit everybody: those that all said yes to first, then the earliest. Nobody: none."""
    who = list(people)
    suiting = [s for s in slots if who and s.starts_at > at and s.suits(who)]
    return sorted(suiting, key=lambda s: (not s.gladly(who), s.starts_at, str(s.id)))


def first(slots: Iterable[Proposed], people: Iterable[uuid.UUID], at: datetime) -> Proposed | None:
    """The one that is fixed in one click."""
    return next(iter(common(slots, people, at)), None)

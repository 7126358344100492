"""The exact content that the initials of an axis bind to, its hash, its limits. Pure."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tenants.documents.texts import canonical, canonical_hash, unprintable

# Characters. Live text beyond is kept and marked; initials are refused until it is shortened.
LIMITS = {"wording": 300, "notes": 10_000}
COMMENT_LIMIT = 4_000
CONTRIBUTION_LIMIT = 4_000
REASON_LIMIT = 600
RESULT_LIMIT = 300
SERVED_LIMIT = 20  # objectives that one axis serves


class Progress(StrEnum):
    """How far an action is. ``dropped`` has a reason; ``done`` may have a word of result."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"


class Level(StrEnum):
    """The three levels; also the kinds of their documents."""

    AXIS = "axis"
    STRATEGY = "strategy"
    ACTION = "action"


Named = tuple[uuid.UUID, str]  # a strategy and its words


@dataclass(frozen=True)
class Content:
    """What is initialled: the words of the axis, those of its strategies in their order, the objectives served.

    Never an action, a date, an owner, a note, a comment.
    """

    wording: str
    strategies: tuple[Named, ...] = ()
    served: tuple[uuid.UUID, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As kept with each wording that somebody initialled: as typed, its no-break spaces with it."""
        return {
            "wording": self.wording.strip(),
            "strategies": [[str(i), words.strip()] for i, words in self.strategies],
            "served": sorted(map(str, self.served)),
        }

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Content":
        """The contrary of ``plain``."""
        return cls(
            plain["wording"],
            tuple((uuid.UUID(i), words) for i, words in plain["strategies"]),
            tuple(map(uuid.UUID, plain["served"])),
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical list: wording, how many strategies, each in its order, the objectives by id."""
        words = [words for _, words in self.strategies]
        return canonical_hash([self.wording, len(words), *words, *sorted(map(str, self.served))])

    @property
    def texts(self) -> tuple[str, ...]:
        """The words of the axis, then those of its strategies."""
        return (self.wording, *(words for _, words in self.strategies))


def empties(content: Content) -> int:
    """How many of its lines say nothing yet."""
    return sum(not canonical(text) for text in content.texts)


def longest(content: Content) -> int:
    """Characters of its longest line."""
    return max(len(canonical(text)) for text in content.texts)


def unprintables(content: Content) -> list[str]:
    """Characters that no printer shows, by name: initials are refused while they stand."""
    return list(dict.fromkeys(c for text in content.texts for c in unprintable(text)))

"""The exact content that initials bind to, its hash, its limits. Pure."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tenants.documents.texts import canonical, canonical_hash, unprintable

# Characters. Live text beyond is kept and marked; initials are refused until it is shortened.
LIMITS = {"wording": 600, "indicator": 300, "notes": 10_000}
COMMENT_LIMIT = 4_000
STAKE_LIMIT = 300
WORDS_LIMIT = 300
REASON_LIMIT = 600
BOUND = ("wording", "indicator")  # the roots that are part of what is initialled; notes never are


@dataclass(frozen=True)
class Measure:
    """Words + optional value + optional ``out_of`` (« 9 sur 10 »); a target has a sense: ``least``, ``most`` or none."""

    words: str = ""
    value: Decimal | None = None
    out_of: Decimal | None = None
    sense: str | None = None

    def __bool__(self) -> bool:
        return bool(self.words or self.value is not None)

    def plain(self) -> dict[str, str | None]:
        """As kept in history and in a wording: exact numbers as text."""
        return {
            "words": canonical(self.words),
            "value": exact(self.value),
            "out_of": exact(self.out_of),
            "sense": self.sense,
        }

    @classmethod
    def of(cls, plain: dict[str, Any] | None) -> "Measure":
        """The contrary of ``plain``."""
        given = plain or {}
        value, out_of = (Decimal(v) if (v := given.get(k)) is not None else None for k in ("value", "out_of"))
        return cls(given.get("words") or "", value, out_of, given.get("sense"))


@dataclass(frozen=True)
class Content:
    """What an objective says, without its notes, stake, order, comments and progress."""

    wording: str
    indicator: str
    baseline: Measure
    target: Measure
    due_on: date | None
    observer_id: uuid.UUID | None

    def plain(self) -> dict[str, Any]:
        """As kept with each wording that somebody initialled: as typed, its no-break spaces with it."""
        return {
            "wording": self.wording.strip(),
            "indicator": self.indicator.strip(),
            "baseline": self.baseline.plain(),
            "target": self.target.plain(),
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "observer_id": str(self.observer_id) if self.observer_id else None,
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Content":
        """The contrary of ``plain``."""
        return cls(
            plain["wording"],
            plain["indicator"],
            Measure.of(plain["baseline"]),
            Measure.of(plain["target"]),
            date.fromisoformat(plain["due_on"]) if plain["due_on"] else None,
            uuid.UUID(plain["observer_id"]) if plain["observer_id"] else None,
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical list: wording, indicator, baseline, target, due date, observer."""
        plain = self.plain()
        measures = [
            plain[m][k] for m in ("baseline", "target") for k in ("words", "value", "out_of", "sense")
        ]
        return canonical_hash(
            [plain["wording"], plain["indicator"], *measures, plain["due_on"], plain["observer_id"]]
        )


def exact(number: Decimal | None) -> str | None:
    """A number as one writes it, whatever its trailing zeros: 9, 6.5."""
    return None if number is None else f"{number.normalize():f}"


def too_long(content: Content) -> dict[str, int]:
    """The roots that exceed their limit, with the number of characters."""
    lengths = {root: len(canonical(getattr(content, root))) for root in BOUND}
    return {root: n for root, n in lengths.items() if n > LIMITS[root]}


def unprintables(content: Content) -> list[str]:
    """Characters that no printer shows, by name: initials are refused while they stand."""
    texts = (content.wording, content.indicator, content.baseline.words, content.target.words)
    return list(dict.fromkeys(c for text in texts for c in unprintable(text)))

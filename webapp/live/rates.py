"""Limits of one page, counted in its process: so much at once, so much a second."""

import time
from dataclasses import dataclass, field

UPDATES = (60.0, 30.0)  # at once, a second
JOINS = (400.0, 20.0)
CARETS = (30.0, 12.0)
WORDS = (60.0, 10.0)
SOCKETS = 20  # of one person


@dataclass(slots=True)
class Bucket:
    """A token bucket."""

    size: float
    refill: float
    left: float = field(init=False)
    at: float = field(init=False)

    def __post_init__(self) -> None:
        self.left, self.at = self.size, time.monotonic()

    def take(self) -> bool:
        """Whether one more is within the limit."""
        now = time.monotonic()
        left = min(self.size, self.left + (now - self.at) * self.refill)
        self.at = now
        if left < 1:
            self.left = left
            return False
        self.left = left - 1
        return True


POSTERS = 2_000  # people whose posts are counted at once


@dataclass(slots=True)
class Rate:
    """The buckets of one page, by what it sends."""

    updates: Bucket
    joins: Bucket
    carets: Bucket
    words: Bucket

    @classmethod
    def of_a_member(cls) -> "Rate":
        """A page's own, full."""
        return cls(Bucket(*UPDATES), Bucket(*JOINS), Bucket(*CARETS), Bucket(*WORDS))


class Posts:
    """The same limits for those who post, by sign-in, since they have no socket to count on."""

    def __init__(self) -> None:
        self._rates: dict[bytes, Rate] = {}

    def of(self, token: bytes) -> Rate:
        """The holder's; whoever has not posted for longest is forgotten first."""
        rate = self._rates.pop(token, None) or Rate.of_a_member()
        self._rates[token] = rate
        if len(self._rates) > POSTERS:
            del self._rates[next(iter(self._rates))]
        return rate

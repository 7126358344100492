"""Limits of one page, counted in its process: so much at once, so much a second."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

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


POSTERS = 2_000  # people, and sign-ins, whose posts are counted at once
POSTS = (120.0, 20.0)
PAUSE = 10  # seconds that whoever posts too much is asked to wait: nearly all is free again by then


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
    """Those who post have no socket to count on: each post by its sign-in, before the database is asked who that is;
    then what it holds, as on a socket, by person, whose devices and tabs count together.

    In this process, as for sockets: what is kept from running dry is its loop and its few connections, and a count on
    which processes agree would cost the very statement that it is to spare.
    """

    def __init__(self) -> None:
        self._knocks: dict[bytes, Bucket] = {}
        self._rates: dict[uuid.UUID, Rate] = {}

    def knock(self, token: bytes) -> bool:
        """Whether the holder of that token may post once more now."""
        return _recent(self._knocks, token, lambda: Bucket(*POSTS)).take()

    def of(self, person: uuid.UUID) -> Rate:
        """The person's buckets."""
        return _recent(self._rates, person, Rate.of_a_member)


def _recent(kept: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """The one kept under that key, or a new one; whoever has not come for longest is forgotten first."""
    found = kept[key] = kept.pop(key, None) or make()
    if len(kept) > POSTERS:
        del kept[next(iter(kept))]
    return found

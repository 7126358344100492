"""How often a stranger may have a file read: by address, and how many at once in this process."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tenants.refusals import Limited
from webapp.formats import now

WINDOW = 60.0  # seconds
ADDRESSES = 10_000  # remembered, the oldest forgotten first
WAIT = 5.0  # seconds before a reader that is not free is said to be busy


class Pace:
    """Of one process: the database keeps nothing of who checked what."""

    def __init__(self, often: int, at_once: int) -> None:
        self.often = often
        self.lock = threading.Lock()
        self.seen: OrderedDict[str, deque[float]] = OrderedDict()
        self.free = threading.BoundedSemaphore(at_once)

    def take(self, address: str) -> None:
        """One more from there. Raises Limited (``verify.often``)."""
        moment = time.monotonic()
        with self.lock:
            times = self.seen.setdefault(address, deque())
            self.seen.move_to_end(address)
            while times and times[0] <= moment - WINDOW:
                times.popleft()
            if len(times) >= self.often:
                left = WINDOW - (moment - times[0])
                raise Limited("verify.often", until=now() + timedelta(seconds=left))
            times.append(moment)
            while len(self.seen) > ADDRESSES:
                self.seen.popitem(last=False)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Inside, one of the few that read at once. Raises Limited (``verify.busy``)."""
        if not self.free.acquire(timeout=WAIT):
            raise Limited("verify.busy", until=now() + timedelta(seconds=WINDOW / 2))
        try:
            yield
        finally:
            self.free.release()

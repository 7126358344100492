"""The bus between processes: LISTEN/NOTIFY on one channel, many lines a notification, sent after commit, never inside.

    stale <zone or mission> <keys…>        those regions are read again
    u <doc> <ids|-> <base64>               an update of a document, committed
    R <doc>                                "ask me again": too large for a line, or in doubt
    a <company> <doc> <contact> <client> <clock> <hidden-from|-> <base64>     a caret
    p <company> <page> <contact>=<section>=<hidden-from>,…                    who is on a page of that process
    closed <doc> <why> [<next>]            frozen, replaced or withdrawn
    revoked person|sign-in|mission|company <uuid>                             judge their sockets again
    peer                                   another process lives

Business lines carry ids only. A process hears its own lines at once, without the database; the first word of a payload
is its origin, so that it does not hear them twice. Text lines go out only while another process is known to listen.
"""

import asyncio
import contextlib
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterable

import psycopg

logger = logging.getLogger(__name__)

CHANNEL = "live"
PAYLOAD = 7_900  # bytes; PostgreSQL refuses 8,000
BEAT = 4.0  # seconds between two signs of life
ALIVE = 15.0  # seconds after which a process that says nothing is forgotten

Handle = Callable[[list[str]], None]


def packed(origin: str, lines: Iterable[str]) -> list[str]:
    """Payloads that each begin with their origin and stay below the limit. A line too long alone becomes ``R``."""
    payloads, size, part = [], 0, [origin]
    for line in lines:
        said = line if len(line.encode()) + len(origin) + 1 < PAYLOAD else _shorter(line)
        length = len(said.encode()) + 1
        if size + length + len(origin) > PAYLOAD and len(part) > 1:
            payloads.append("\n".join(part))
            size, part = 0, [origin]
        part.append(said)
        size += length
    if len(part) > 1:
        payloads.append("\n".join(part))
    return payloads


def _shorter(line: str) -> str:
    word, _, rest = line.partition(" ")
    if word == "stale":
        return f"stale {rest.partition(' ')[0]} *"
    return f"R {rest.partition(' ')[0]}" if word == "u" else "peer"


class Bus:
    """This process's end, when it has an event loop."""

    def __init__(self, url: str) -> None:
        self.origin = uuid.uuid4().hex[:12]
        self.handle: Handle = lambda _lines: None
        self.lost: Callable[[], None] = lambda: None
        self._url = url
        self._out: list[str] = []
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._tasks: list[asyncio.Task[None]] = []
        self._sending: psycopg.AsyncConnection | None = None
        self.listening = asyncio.Event()
        self.heard: dict[str, float] = {}

    async def start(self) -> None:
        """Listen before anybody is told anything."""
        self._tasks = [
            asyncio.create_task(self._listen(), name="bus-listen"),
            asyncio.create_task(self._send(), name="bus-send"),
            asyncio.create_task(self._beat(), name="bus-beat"),
        ]
        async with asyncio.timeout(20):
            await self.listening.wait()

    async def stop(self) -> None:
        """What is queued is sent first."""
        for _ in range(100):
            if not self._out:
                break
            await asyncio.sleep(0.02)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._sending is not None:
            await self._sending.close()

    def peers(self, within: float = ALIVE) -> bool:
        """Whether another process has been heard lately."""
        limit = time.monotonic() - within
        return any(at > limit for at in self.heard.values())

    def publish(self, lines: list[str]) -> None:
        """From the loop: heard here now, elsewhere in a moment."""
        self.handle(lines)
        self.tell(lines)

    def tell(self, lines: list[str]) -> None:
        """Elsewhere only. Text lines of a process that is alone cost nothing."""
        if not self.peers():
            lines = [line for line in lines if line[:2] not in {"u ", "a ", "p ", "R "}]
        if lines:
            self._out += lines
            self._wake.set()

    def from_thread(self, lines: list[str]) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self.publish, lines)

    async def _listen(self) -> None:
        first = True
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                connection = await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, application_name="live-bus"
                )
                async with connection:
                    await connection.execute(f"listen {CHANNEL}")
                    if not first:
                        self.lost()
                    first = False
                    self.listening.set()
                    self.say("peer")
                    async for notice in connection.notifies():
                        self._heard(notice.payload)
            await asyncio.sleep(0.2)

    def say(self, line: str) -> None:
        """A line of the bus itself, whoever listens."""
        self._out.append(line)
        self._wake.set()

    def _heard(self, payload: str) -> None:
        origin, *lines = payload.split("\n")
        if origin == self.origin:
            return
        if origin not in self.heard and origin != "-":
            self.say("peer")  # it has just come: let it know of us
        if origin != "-":
            self.heard[origin] = time.monotonic()
        try:
            self.handle(lines)
        except Exception:
            logger.exception("a notice could not be handled")

    async def _send(self) -> None:
        while True:
            if not self._out:
                self._wake.clear()
                await self._wake.wait()
            lines, self._out = self._out, []
            payloads = packed(self.origin, lines)
            try:
                if self._sending is None or self._sending.closed:
                    self._sending = await psycopg.AsyncConnection.connect(
                        self._url, autocommit=True, prepare_threshold=0, application_name="live-tell"
                    )
                await self._sending.execute(
                    "select pg_notify(%s, p) from unnest(%s::text[]) p", (CHANNEL, payloads)
                )
            except (psycopg.Error, OSError):
                self._out[:0] = [
                    line for line in lines if line.split(" ", 1)[0] in {"stale", "closed", "revoked", "R"}
                ]
                await asyncio.sleep(0.2)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            limit = time.monotonic() - 4 * ALIVE
            self.heard = {origin: at for origin, at in self.heard.items() if at > limit}
            self.say("peer")


_bus: Bus | None = None
_url = ""
_plain: psycopg.Connection | None = None
_lock = threading.Lock()


def attach(bus: Bus | None) -> None:
    """This process has sockets: ``publish`` goes through its loop."""
    global _bus  # noqa: PLW0603 - one bus a process
    _bus = bus


def configure(url: str) -> None:
    """A process without sockets (worker, command) says where its database is; by default the environment does."""
    global _url, _plain
    with _lock:
        _url, _plain = url, None


def publish(lines: list[str]) -> None:
    """Tell every process, from any thread, after COMMIT. A notice that cannot leave is dropped: pages ask again.

    Never raises for the database: what was to be told is committed already.
    """
    if not lines:
        return
    if _bus is not None:
        _bus.from_thread(lines)
        return
    with _lock:
        for _ in range(2):
            try:
                _connection().execute(
                    "select pg_notify(%s, p) from unnest(%s::text[]) p", (CHANNEL, packed("-", lines))
                )
            except psycopg.Error:
                _drop()
            else:
                return
    logger.warning("%d notices could not be told", len(lines))


def _connection() -> psycopg.Connection:
    global _plain  # noqa: PLW0603 - one connection a process
    if _plain is None or _plain.closed:
        _plain = psycopg.connect(
            _url or os.environ["DATABASE_URL"], autocommit=True, application_name="live-tell"
        )
    return _plain


def _drop() -> None:
    global _plain  # noqa: PLW0603 - one connection a process
    if _plain is not None:
        with contextlib.suppress(psycopg.Error):
            _plain.close()
    _plain = None

"""What follows the writing: fold after a pause, settle after quiet, compact a long log, notice what was missed.

Folding and settling are application transactions that act as the last writer; compaction is the log's own. All of it in
threads: the loop only looks at the clock. What a killed process left behind is found at the next join.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy.exc import OperationalError

from tenants import walls
from tenants.db import db
from tenants.documents import log, operations
from tenants.events import told
from tenants.refusals import Refused
from webapp.live.bus import Bus
from webapp.live.frames import STEP1, frame
from webapp.live.topics import Hub, Room

logger = logging.getLogger(__name__)

TICK = 0.5
PAUSE = 2.0  # seconds without an update before a fold
LONGEST = 30.0  # seconds of writing without a pause before a fold; a reader folds in memory meanwhile
QUIET = 60.0  # seconds without an update before a passage is settled
GONE = 3.0  # seconds without a writer here before a passage is settled: a reload is not a departure
LONG = 200  # rows of a log before it is compacted
SOME = 20  # rows of a log that is compacted when it is quiet
REST = 30.0
COMPARE = 3.0  # seconds between two looks at the heads of logs
THREADS = 1  # folds share the interpreter with the loop: one at a time, readers fold in memory meanwhile
SEEN = 12.0  # seconds for which ids are remembered; rows of the last ten are compared

RECENT = """
select document_id, id from document_update
 where company_id = %s and document_id = any (%s) and at > now() - interval '10 seconds'"""
ROWS = """
select n, id, data from (
  select 0 as n, head as id, data from document_snapshot where company_id = %(c)s and document_id = %(d)s
  union all select 1, id, data from document_update where company_id = %(c)s and document_id = %(d)s
     and id <= (select min(head) from document_text where company_id = %(c)s and document_id = %(d)s)) r
 order by n, id"""


@dataclass
class Keeper:
    """One per process."""

    app: Flask
    hub: Hub
    bus: Bus
    url: str  # the log's login
    busy: set[str] = field(default_factory=set)
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "live-fold"))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _looking: psycopg.AsyncConnection | None = None
    _compared: float = 0.0

    def wrote(self, room: Room, who: tuple[bytes, str]) -> None:
        """An update was committed here."""
        now = time.monotonic()
        room.dirty = room.quiet = room.last = now
        room.first = room.first or now
        room.who = who

    def found(self, room: Room, who: tuple[bytes, str], *, behind: bool, unsettled: bool) -> None:
        """Somebody joined a document whose text, or history, is behind its log."""
        now = time.monotonic()
        if behind and not room.dirty:
            room.dirty, room.first = now, now
        if unsettled and not room.quiet:
            room.quiet = now
        room.who = room.who or who

    def tick(self) -> None:
        """Start what is due."""
        now = time.monotonic()
        for room in list(self.hub.rooms.values()):
            if room.doc in self.busy:
                continue
            if room.dirty and self._folds(room, now):
                room.dirty = room.first = 0.0
                self._start(room, settle=False)
            elif room.quiet and not room.dirty and self._settles(room, now):
                room.quiet = 0.0
                self._start(room, settle=True)
            elif not room.dirty and room.rows > SOME and now - room.last > REST:
                self._spawn(room, self._compact(room))
            else:
                self.hub.tidy(room)
        if now - self._compared > COMPARE and self.hub.rooms and self.bus.peers(within=60.0):
            self._compared = now
            self._keep(asyncio.create_task(self._compare()))

    async def stop(self, seconds: float = 3.0) -> None:
        """Fold what is not, as far as time allows; the rest is folded at the next join or read."""
        for room in list(self.hub.rooms.values()):
            if room.dirty and room.doc not in self.busy:
                room.dirty = 0.0
                self._start(room, settle=False)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._looking is not None:
            await self._looking.close()

    def _folds(self, room: Room, now: float) -> bool:
        long = (
            room.rows > LONG and now - room.first >= PAUSE
        )  # folded first: a compaction cuts what is folded
        return now - room.dirty >= PAUSE or now - room.first >= LONGEST or long

    def _settles(self, room: Room, now: float) -> bool:
        return now - room.quiet >= QUIET or (
            not room.members and not room.waiting and now - room.empty_at >= GONE
        )

    def _start(self, room: Room, *, settle: bool) -> None:
        present = [(m.token, m.slug) for m in room.members]
        who = list(dict.fromkeys([room.who, *present] if room.who else present))
        self._spawn(room, self._act(room, who, settle=settle))

    def _spawn(self, room: Room, work: Coroutine[Any, Any, None]) -> None:
        self.busy.add(room.doc)
        task = asyncio.create_task(work)
        task.add_done_callback(lambda _: self.busy.discard(room.doc))
        self._keep(task)

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _act(self, room: Room, who: list[tuple[bytes, str]], *, settle: bool) -> None:
        loop = asyncio.get_running_loop()
        for token, slug in who:
            try:
                lines = await loop.run_in_executor(
                    self._threads, self._in_thread, room.doc, token, slug, settle
                )
            except walls.NotEntered:
                continue  # their sign-in has ended since: somebody else's will do
            except Refused:
                return
            except OperationalError:
                logger.warning("a text waits for the database to be folded")
                room.dirty = room.dirty or time.monotonic()
                return
            except Exception:
                logger.exception("a text could not be folded; it will be at the next join")
                return
            self.bus.publish(lines)
            if room.rows > LONG or (settle and room.rows > SOME):
                await self._compact(room)
            return

    def _in_thread(self, doc: str, token: bytes, slug: str, settle: bool) -> list[str]:
        with self.app.app_context(), walls.entering(token, slug):
            try:
                (operations.settle if settle else operations.fold)(uuid.UUID(doc))
                lines = told()
                db.session.commit()
            except BaseException:
                db.session.rollback()
                told()
                raise
            return lines

    async def _compact(self, room: Room) -> None:
        if room.company is None:
            return
        loop = asyncio.get_running_loop()
        try:
            cut = await loop.run_in_executor(
                self._threads, compact, self.url, room.company, uuid.UUID(room.doc)
            )
            room.rows = max(0, room.rows - cut) if cut else 0  # not again before there is more
        except psycopg.Error:
            logger.exception("a log could not be compacted")

    async def _compare(self) -> None:
        """Rows that another process committed and never told (it was killed in between): ask the pages again."""
        by: dict[uuid.UUID, list[uuid.UUID]] = {}
        for room in self.hub.rooms.values():
            if room.company is not None and room.members:
                by.setdefault(room.company, []).append(uuid.UUID(room.doc))
        try:
            if self._looking is None or self._looking.closed:
                self._looking = await psycopg.AsyncConnection.connect(
                    self.url, autocommit=True, application_name="live-heads"
                )
            for company, docs in by.items():
                async with self._looking.transaction():
                    await self._looking.execute(
                        "select set_config('app.company_id', %s, true)", (str(company),)
                    )
                    rows = await (await self._looking.execute(RECENT, (company, docs))).fetchall()
                self._missed(rows)
        except psycopg.Error:
            with contextlib.suppress(psycopg.Error):
                if self._looking is not None:
                    await self._looking.close()

    def _missed(self, rows: list[tuple[uuid.UUID, int]]) -> None:
        now = time.monotonic()
        for doc, row in rows:
            room = self.hub.rooms.get(str(doc))
            if room is None:
                continue
            while room.seen and now - room.seen[0][0] > SEEN:
                room.seen.popleft()
            if row not in {i for _, i in room.seen}:
                room.seen.append((now, row))
                for member in room.members:
                    member.send(frame(STEP1, room.doc))


def compact(url: str, company: uuid.UUID, doc: uuid.UUID) -> int:
    """Make one snapshot of the folded part of a log, unless something in it waits for a row that is missing.

    Returns how many rows it cut: exactly those that it read. Rows that are not folded yet stay, since a fold reads in
    them who wrote.
    """
    with psycopg.connect(url, autocommit=True, application_name="live-compact") as c, c.transaction():
        c.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{company}{doc}",))
        c.execute("select set_config('app.company_id', %s, true)", (str(company),))
        rows = c.execute(ROWS, {"c": company, "d": doc}).fetchall()
        ids = [row for n, row, _ in rows if n]
        ended = len(ids) == len(rows)  # meanwhile: there is no snapshot any more
        if ended or not ids:
            return 0
        snapshot = log.compacted([data for _, _, data in rows])
        if snapshot is None:
            logger.warning("a log waits for a row that is missing: not compacted")
            return 0
        c.execute(
            "update document_snapshot set data = %s, head = %s where company_id = %s and document_id = %s",
            (snapshot, ids[-1], company, doc),
        )
        c.execute(
            "delete from document_update where company_id = %s and document_id = %s and id = any (%s)",
            (company, doc, ids),
        )
        return len(ids)

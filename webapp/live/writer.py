"""The log's writer: one per process, as ``trialogue_live``. What piled up during the last commit is the next one.

Commit, then relay, then ack. Few transactions is the secret: an update costs one row, a batch one statement. A few lanes,
a document always in the same one, since a commit waits for the disk far longer than it works.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

logger = logging.getLogger(__name__)

BATCH = 500
BATCH_BYTES = 4_000_000
LANES = 3
PENDING_BYTES = 32_000_000  # of a lane; beyond, the database does not keep up: browsers come back later
HELD = 0.005  # seconds to wait for a document that somebody else holds
ASK = 3  # times that a document is passed over before one asks whether it is closed

STATUS = "select frozen_at is not null, ended_why, next_id from document where company_id = %s and id = %s"


@dataclass(slots=True, eq=False)
class Entry:
    """One update on its way. ``done(row_id)`` after the commit, ``refused(why, next)`` when the document is closed."""

    company: uuid.UUID
    doc: uuid.UUID
    data: bytes
    contact: uuid.UUID
    done: Callable[[int], None]
    refused: Callable[[str, str | None], None]
    passed: int = 0


class Overflow(Exception):
    """Too much waits for the database."""


class Writer:
    """``put`` from the loop; ``flush`` waits until what was put is committed. Always the same lane for a document."""

    def __init__(self, url: str) -> None:
        self._lanes = [Lane(url) for _ in range(LANES)]

    async def start(self, after: Callable[[], None]) -> None:
        """Connect; a database that cannot be reached stops the start. ``after``: once a batch, when all is done."""
        for lane in self._lanes:
            await lane.start(after)

    def put(self, entry: Entry) -> None:
        """Queue one update; those of one document are committed in the order of their coming. Raises Overflow."""
        self._lanes[entry.doc.int % LANES].put(entry)

    async def stop(self) -> None:
        """End after a flush; what is not committed was not acked."""
        await asyncio.gather(*(lane.stop() for lane in self._lanes))


class Lane:
    """One connection, one commit at a time: while it waits for the disk, another lane's documents do not."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pending: list[Entry] = []
        self._held: dict[uuid.UUID, list[Entry]] = {}
        self._bytes = 0
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._connection: psycopg.AsyncConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._after: Callable[[], None] = lambda: None

    async def start(self, after: Callable[[], None]) -> None:
        """Connect, then write what comes."""
        self._after = after
        await self._connect()
        self._task = asyncio.create_task(self._run(), name="live-writer")

    def put(self, entry: Entry) -> None:
        """Queue one update. Raises Overflow."""
        if self._bytes + len(entry.data) > PENDING_BYTES:
            raise Overflow
        behind = self._held.get(entry.doc)
        self._bytes += len(entry.data)
        self._idle.clear()
        if behind is not None:
            behind.append(entry)
        else:
            self._pending.append(entry)
            self._wake.set()

    async def flush(self, seconds: float) -> bool:
        """Whether all that was put is committed within that time."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Wait for what was put, a while."""
        await self.flush(5)
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._connection is not None:
            await self._connection.close()

    async def _connect(self) -> psycopg.AsyncConnection:
        self._connection = await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, prepare_threshold=0, application_name="live-writer"
        )
        return self._connection

    async def _run(self) -> None:
        while True:
            if not self._pending:
                await self._wait()
            batch = self._take()
            try:
                held = await self._commit(batch)
            except psycopg.OperationalError as e:
                # whether it was committed is unknown: twice is harmless, never is not
                logger.warning(
                    "the log's writer lost its database (%s); %d updates wait", type(e).__name__, len(batch)
                )
                self._back(batch)
                await self._reconnect()
            except psycopg.Error:
                logger.exception("a batch of %d updates was refused; one by one", len(batch))
                await self._one_by_one(batch)
            else:
                self._after()
                self._keep(held)

    async def _wait(self) -> None:
        """Until something is to be written; what is held comes back by itself."""
        if not self._held:
            self._idle.set()
        self._wake.clear()
        await self._wake.wait()

    def _keep(self, held: list[Entry]) -> None:
        """Documents that somebody else holds wait a moment, and what is put for them meanwhile waits behind."""
        if not held:
            return
        docs = {entry.doc for entry in held}
        self._bytes += sum(len(entry.data) for entry in held)
        behind = [entry for entry in self._pending if entry.doc in docs]  # put while the batch was committed
        if behind:
            self._pending = [entry for entry in self._pending if entry.doc not in docs]
        for entry in (*held, *behind):
            self._held.setdefault(entry.doc, []).append(entry)
        asyncio.get_running_loop().call_later(HELD, self._again, docs)

    def _again(self, docs: set[uuid.UUID]) -> None:
        self._pending[:0] = [entry for doc in docs for entry in self._held.pop(doc, ())]
        self._wake.set()

    def _take(self) -> list[Entry]:
        size = n = 0
        for n, entry in enumerate(self._pending, 1):
            size += len(entry.data)
            if n == BATCH or size >= BATCH_BYTES:
                break
        batch, self._pending = self._pending[:n], self._pending[n:]
        self._bytes -= size
        return batch

    def _back(self, batch: list[Entry]) -> None:
        self._pending[:0] = batch
        self._bytes += sum(len(e.data) for e in batch)

    async def _commit(self, batch: list[Entry]) -> list[Entry]:
        """One statement, one transaction. Returns the entries of documents that somebody else holds just now."""
        if self._connection is None or self._connection.closed:
            await self._connect()
        connection = self._connection
        assert connection is not None  # noqa: S101 - just connected
        cursor = await connection.execute(
            "select document, row_id from append_updates(%b::uuid[], %b::uuid[], %b::bytea[], %b::uuid[])",
            (
                [e.company for e in batch],
                [e.doc for e in batch],
                [e.data for e in batch],
                [e.contact for e in batch],
            ),
            binary=True,
        )
        ids: dict[uuid.UUID, list[int]] = {}
        for doc, row_id in await cursor.fetchall():
            ids.setdefault(doc, []).append(row_id)
        left: list[Entry] = []
        for entry in batch:
            given = ids.get(entry.doc)
            if given is None:
                left.append(entry)
            else:
                entry.done(given.pop(0))
        return await self._sort(left) if left else left

    async def _sort(self, left: list[Entry]) -> list[Entry]:
        """Tell those whose document is closed; keep those whose document is only held."""
        assert self._connection is not None  # noqa: S101 - just used
        held: list[Entry] = []
        for entry in left:
            entry.passed += 1
        if max(entry.passed for entry in left) % ASK:
            return left
        status: dict[uuid.UUID, tuple[bool, str | None, uuid.UUID | None] | None] = {}
        for entry in left:
            if entry.doc not in status:
                async with self._connection.transaction():
                    await self._connection.execute(
                        "select set_config('app.company_id', %s, true)", (str(entry.company),)
                    )
                    cursor = await self._connection.execute(STATUS, (entry.company, entry.doc))
                    status[entry.doc] = await cursor.fetchone()
            found = status[entry.doc]
            if found is None:
                entry.refused("withdrawn", None)
            elif found[1] is not None:
                entry.refused(found[1], str(found[2]) if found[2] else None)
            elif found[0]:
                entry.refused("frozen", None)
            else:
                held.append(entry)
        return held

    async def _one_by_one(self, batch: list[Entry]) -> None:
        for i, entry in enumerate(batch):
            try:
                if await self._commit([entry]):  # held: those behind it must not pass
                    self._back(batch[i:])
                    return
            except psycopg.OperationalError:
                self._back(batch[i:])
                return
            except psycopg.Error:
                logger.exception("an update was refused by the database")
                entry.refused("refused", None)
        self._after()

    async def _reconnect(self) -> None:
        wait = 0.1
        while True:
            try:
                if self._connection is not None:
                    await self._connection.close()
                await self._connect()
            except psycopg.Error:
                await asyncio.sleep(wait)
                wait = min(2.0, wait * 2)
            else:
                return

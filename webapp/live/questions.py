"""What is asked of the database as a person: a few connections, and what waits is asked together, in one statement.

Why together: after a restart everybody comes back at once, and a statement's own cost is about that of its answer.
Each question of a statement enters anew, as its own person; one that the database refuses refuses no other. These
connections only read: the walls' answers are kept for the time of one person's question (0013), plans for good.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

CONNECTIONS = (
    2  # the second helps when the first is long: what waits meanwhile goes together, to plans that are made
)
LONG = 0.02  # seconds
TOGETHER = 16  # questions of one statement
WEIGHT = 64  # documents of one statement: their logs come whole
PATIENCE = 10.0  # seconds to find a database that has gone; then those who ask are told

READ = "set session characteristics as transaction read only; set plan_cache_mode = force_generic_plan"
ENTER = "select enter(%s, %s)"
GREET = """
select place, greet(token, slug, nullif(mission, '')::uuid, nullif(strand, '')::uuid)
  from unnest(%b::bytea[], %b::text[], %b::text[], %b::text[]) with ordinality q(token, slug, mission, strand, place)"""
JOIN = """
select place, document, zone, mission, strand, author, kind, frozen, ended, next, head, folded, settled, updates, data
  from unnest(%b::bytea[], %b::text[], %b::text[]) with ordinality q(token, slug, documents, place),
       lateral join_documents(token, slug, documents::uuid[])"""

Row = tuple[Any, ...]


@dataclass(eq=False)
class _Asked:
    """A question that waits. Only those of the same statement, if it takes several, go together."""

    statement: str
    values: Row
    weight: int = 1
    several: bool = True
    answer: asyncio.Future[list[Row]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    at: float = field(default_factory=time.monotonic)

    def settle(self, found: list[Row] | BaseException) -> None:
        """Whoever asked may have left."""
        if self.answer.done():
            return
        if isinstance(found, BaseException):
            self.answer.set_exception(found)
        else:
            self.answer.set_result(found)


class Questions:
    """Every method raises psycopg.Error: what the database refused, or that there is none."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: deque[_Asked] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._looking: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Connections are made at once, not when somebody asks; a missing database is waited for."""
        self._tasks = [asyncio.create_task(self._serve(), name=f"live-ask-{n}") for n in range(CONNECTIONS)]

    async def close(self) -> None:
        """Those who still wait are let go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._looking is not None:
            self._looking.cancel()
        while self._waiting:
            self._waiting.popleft().answer.cancel()

    async def greet(self, token: bytes, slug: str, mission: str, strand: str) -> Any:
        """What ``greet`` of 0006 says; '' for a page without mission or strand."""
        (answer,) = (await self._ask(_Asked(GREET, (token, slug, mission, strand))))[0]
        return answer

    async def documents(self, token: bytes, slug: str, docs: list[str]) -> list[Row]:
        """The rows of ``join_documents``."""
        return await self._ask(_Asked(JOIN, (token, slug, "{" + ",".join(docs) + "}"), len(docs)))

    async def entered(self, token: bytes, slug: str, statement: str, values: Row) -> list[Row]:
        """One statement of its own, as that person."""
        return await self._ask(_Asked(statement, (token, slug, *values), several=False))

    async def _ask(self, asked: _Asked) -> list[Row]:
        self._waiting.append(asked)
        if len(self._idle) == CONNECTIONS:
            self._idle.pop().set_result(None)  # the one that answered last
        elif self._looking is None:
            self._look_again(LONG)
        return await asked.answer

    def _look_again(self, after: float) -> None:
        self._looking = asyncio.get_running_loop().call_later(after, self._look)

    def _look(self) -> None:
        """Another connection helps what has waited for long."""
        self._looking = None
        if self._waiting and self._idle:
            left = self._waiting[0].at + LONG - time.monotonic()
            if left > 0:
                self._look_again(left)
            else:
                self._idle.pop().set_result(None)

    async def _serve(self) -> None:
        """One connection: whatever waits, as much as goes together, for ever."""
        connection: psycopg.AsyncConnection | None = None
        try:
            with contextlib.suppress(psycopg.Error):
                connection = await self._connect()
            while True:
                while not self._waiting:
                    idle = asyncio.get_running_loop().create_future()
                    self._idle.append(idle)
                    await idle
                batch = self._take()
                if batch:
                    connection = await self._answer(connection, batch)
        finally:
            if connection is not None:
                await connection.close()

    def _take(self) -> list[_Asked]:
        batch: list[_Asked] = []
        left: deque[_Asked] = deque()
        weight = 0
        for asked in self._waiting:
            if asked.answer.done():
                continue
            fits = not batch or (
                asked.several
                and asked.statement == batch[0].statement
                and len(batch) < TOGETHER
                and weight + asked.weight <= WEIGHT
            )
            (batch if fits else left).append(asked)
            weight += asked.weight if fits else 0
        self._waiting = left
        return batch

    async def _answer(
        self, connection: psycopg.AsyncConnection | None, batch: list[_Asked]
    ) -> psycopg.AsyncConnection | None:
        """Settle all of them, each by itself when one of them is refused."""
        try:
            connection = await self._put(connection, batch)
        except asyncio.CancelledError:
            for asked in batch:
                asked.answer.cancel()
            raise
        except psycopg.Error as e:
            if len(batch) == 1 or isinstance(e, psycopg.OperationalError):
                for asked in batch:
                    asked.settle(e)
            else:
                for asked in batch:
                    connection = await self._answer(connection, [asked])
        return connection

    async def _put(
        self, connection: psycopg.AsyncConnection | None, batch: list[_Asked]
    ) -> psycopg.AsyncConnection:
        """Ask; once more if the connection turned out to be dead (a restarted database)."""
        if connection is not None and not connection.closed:
            try:
                await _put(connection, batch)
            except psycopg.OperationalError:
                await connection.close()
            else:
                return connection
        connection = await self._connect()
        async with _closed_if_it_fails(connection):
            await _put(connection, batch)
        return connection

    async def _connect(self) -> psycopg.AsyncConnection:
        wait, until = 0.05, asyncio.get_running_loop().time() + PATIENCE
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, prepare_threshold=0, application_name="live-ask"
                )
                async with _closed_if_it_fails(connection):
                    await connection.execute(READ, prepare=False)
            except psycopg.OperationalError:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(wait)
                wait = min(1.0, wait * 2)
            else:
                return connection


@contextlib.asynccontextmanager
async def _closed_if_it_fails(connection: psycopg.AsyncConnection) -> AsyncIterator[None]:
    """A connection that nobody keeps yet: refused or called off meanwhile, it is closed."""
    try:
        yield
    except BaseException:
        await connection.close()
        raise


async def _put(connection: psycopg.AsyncConnection, batch: list[_Asked]) -> None:
    """One statement, one transaction."""
    first = batch[0]
    if not first.several:
        async with connection.transaction():
            await connection.execute(ENTER, first.values[:2])
            cursor = await connection.execute(first.statement, first.values[2:])
            first.settle(await cursor.fetchall())
        return
    values = [list(column) for column in zip(*(asked.values for asked in batch), strict=True)]
    cursor = await connection.execute(first.statement, values, binary=True)
    found: list[list[Row]] = [[] for _ in batch]
    for place, *row in await cursor.fetchall():
        found[place - 1].append(tuple(row))
    for asked, rows in zip(batch, found, strict=True):
        asked.settle(rows)

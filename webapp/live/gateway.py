"""The sockets of this process: frames in, frames out, and what stands behind them.

Never holds a lock and never blocks the loop. One task reads a socket, one writes to it; what a browser sends is handled
in the order of its coming, and a fault closes that socket alone, with a code of its own.
"""

import asyncio
import contextlib
import logging
import time
from typing import Any

import psycopg
from flask import Flask

from webapp.config import Config
from webapp.live import frames, presence
from webapp.live.bus import Bus, attach
from webapp.live.carets import Carets
from webapp.live.doors import Refuse, door, page_of
from webapp.live.frames import Close, Fault
from webapp.live.hearing import Hearing
from webapp.live.joins import Asking, NoAccess, SignedOut
from webapp.live.keeper import TICK, Keeper
from webapp.live.presence import PageKey, Presence
from webapp.live.questions import Questions
from webapp.live.rates import SOCKETS, Posts
from webapp.live.rights import Rights
from webapp.live.topics import Hub, Member
from webapp.live.writer import Overflow, Writer
from webapp.live.writing import Writing

logger = logging.getLogger(__name__)

STUCK = 10.0  # seconds given to a slow reader to take its close frame
OPENING = 15.0  # seconds for the database to say who somebody is

Message = dict[str, Any]


class Gateway:
    """Made, started and stopped once a process, on its event loop."""

    def __init__(self, config: Config, app: Flask) -> None:
        live = config.role_url("trialogue_live")
        self.https = config.secure
        self.app = app
        self.hub = Hub()
        self.writer = Writer(live)
        self.questions = Questions(config.database_url)
        self.asking = Asking(self.questions)
        self.bus = Bus(live)
        self.moved: set[PageKey] = set()  # pages whose roster is to be told at the next tick
        self.presence = Presence(self.hub, self.bus.origin)
        self.carets = Carets(self.hub, self.bus)
        self.rights = Rights(self.hub, self.asking, self.carets, self.moved)
        self.keeper = Keeper(app, self.hub, self.bus, live)
        self.writing = Writing(
            self.hub, self.writer, self.asking, self.bus, self.keeper, self.carets, self.rights.judge
        )
        self.hearing = Hearing(self.hub, self.presence, self.carets, self.rights)
        self.bus.handle, self.bus.lost = self.hearing.heard, self.hearing.lost
        self.posts = Posts()
        self._clock: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Questions, writer, listener, clock."""
        await self.questions.open()
        await self.writer.start(self.writing.told)
        await self.bus.start()
        attach(self.bus)
        self._clock = asyncio.create_task(self._tick(), name="live-clock")

    async def stop(self) -> None:
        """Sockets are closed by the server (1012); what was received is committed, then folded as time allows."""
        for member in list(self.hub.members):
            member.close(Close.RESTART)
        await self.writer.stop()
        if self._clock is not None:
            self._clock.cancel()
        await self.keeper.stop()
        attach(None)
        await self.bus.stop()
        await self.questions.close()

    # -- one socket -----------------------------------------------------------------------------

    async def socket(self, scope: Message, receive: Any, send: Any) -> None:
        """The ASGI application of a WebSocket."""
        await receive()  # websocket.connect
        try:
            opened = door(scope, https=self.https)
        except Refuse as refused:
            await _refuse(send, refused)
            return
        await send({"type": "websocket.accept"})
        if isinstance(opened, Fault):
            await _end(send, opened.code, opened.reason)
            return
        member = Member(opened.token, opened.slug, opened.page)
        member.main = asyncio.current_task()
        writing = asyncio.create_task(_drain(member, send))
        try:
            if await self._enter(member):
                await self._read(member, receive)
        except asyncio.CancelledError:
            if not member.closing:
                raise
        finally:
            self._leave(member)
            if member.closing and not writing.done():
                with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                    await asyncio.wait_for(writing, STUCK)
            writing.cancel()

    async def _enter(self, member: Member) -> bool:
        """Ask who that is, subscribe, greet. A revocation that passes meanwhile is not missed."""
        passed = self.hub.revocations
        try:
            async with asyncio.timeout(OPENING):
                standing = await self.asking.greet(member.token, member.slug, member.page)
        except SignedOut:
            member.close(Close.SIGN_IN, "expired")
        except NoAccess:
            member.close(Close.NO_ACCESS)
        except (psycopg.Error, TimeoutError):
            member.close(Close.SLOW, "database")
        else:
            if len(self.hub.persons.get(str(standing.actor.person_id), ())) >= SOCKETS:
                member.close(Close.TOO_MANY)
                return False
            self.hub.add(member, standing)
            member.seen_at = time.monotonic()
            if passed != self.hub.revocations:
                self.rights.judge(member)
            roster = self.presence.everyone(self.hub.page(member))
            shown = self.presence.roster(self.hub.page(member), member)
            member.told_roster = frames.text("presence", roster=shown)
            member.send(frames.text("hello", user=presence.user(standing.identity), roster=shown))
            self.hearing.missed(member)
            if len(roster) > 1 or self.bus.peers():
                self.moved.add(self.hub.page(member))
        return member.closing is None

    async def _read(self, member: Member, receive: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            if member.closing is not None:
                continue
            try:
                data = message.get("bytes")
                if data is not None:
                    await self.writing.take(member, data)
                else:
                    await self._words(member, message["text"])
            except Fault as fault:
                member.close(fault.code, fault.reason)
            except psycopg.errors.InsufficientPrivilege:
                self.rights.judge(member)
            except (Overflow, psycopg.Error):
                member.close(Close.SLOW, "database")

    def _leave(self, member: Member) -> None:
        if member.task is not None:
            member.task.cancel()
        for doc in member.joining:
            self.hub.give_up(member, doc)
        for doc in list(member.carets):
            self.carets.leave(member, doc)
        known = member in self.hub.members
        key = self.hub.page(member) if known else None
        self.hub.remove(member)
        if key is not None:
            self.moved.add(key)

    # -- text frames ----------------------------------------------------------------------------

    async def _words(self, member: Member, data: str) -> None:
        if not member.rates.words.take():
            raise Fault(Close.RATE)
        said = frames.words(data)
        match said["t"]:
            case "ping":
                member.send('{"t":"pong"}')
            case "here":
                await self._here(member, presence.section(said.get("section")))
            case "away" | "back":
                member.away = said["t"] == "away"
                self.moved.add(self.hub.page(member))
            case _:
                raise Fault(Close.NOT_JSON, "unknown")

    async def _here(self, member: Member, section: str | None) -> None:
        zone = await self.asking.zone_of(member, section.partition(":")[2]) if section else ""
        member.section, member.section_zone = (section, zone) if zone else (None, "")
        self.presence.tell(self.hub.page(member))
        if self.bus.heard:
            self.bus.tell([self.presence.line(self.hub.page(member))])

    # -- the clock ------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            try:
                self.keeper.tick()
                self.rights.net()
                self._let_go()
                await self._rosters()
            except Exception:
                logger.exception("the live clock stumbled")

    def _let_go(self) -> None:
        """Those who do not even take their close frame."""
        now = time.monotonic()
        for member in list(self.hub.members):
            if member.closing is not None and member.main is not None:
                member.slow_at = member.slow_at or now
                if now - member.slow_at > STUCK:
                    member.main.cancel()

    async def _rosters(self) -> None:
        pages = set(self.moved)
        self.moved.clear()
        pages.update(self.presence.forget())
        for key in pages:
            self.presence.tell(key)
        if self.bus.peers():
            due = pages.union(self.presence.due())
            self.bus.tell([self.presence.line(key) for key in due])
        unknown, self.presence.unknown = self.presence.unknown, set()
        for key in unknown:
            await self._names(key)

    async def _names(self, key: PageKey) -> None:
        """Learn how those are called whom only other processes know."""
        known = self.presence.names
        pages = (key, *self.presence.beside(key))
        member = next((m for page in pages for m in self.hub.pages.get(page, ())), None)
        missing = [s.contact for s in self.presence.everyone(key) if (key, s.contact) not in known]
        if member is None or not missing:
            return
        with contextlib.suppress(psycopg.Error):
            for who in await self.asking.names(member, missing, page_of(key[1])):
                known[key, who.id] = who
            self.presence.tell(key)


async def _drain(member: Member, send: Any) -> None:
    """The one task that writes to a socket."""
    out, wake = member.out, member.wake
    try:
        while True:
            while out:
                message = out.popleft()
                member.out_bytes -= len(message)
                key = "bytes" if isinstance(message, bytes) else "text"
                await send({"type": "websocket.send", key: message})
            if member.closing is not None:
                await _end(send, *member.closing)
                return
            wake.clear()
            await wake.wait()
    except (OSError, RuntimeError):
        return  # the other side has left; the reader learns of it by itself


async def _end(send: Any, code: int, reason: str) -> None:
    await send({"type": "websocket.close", "code": int(code), "reason": reason})


async def _refuse(send: Any, refused: Refuse) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "websocket.http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})

"""The socket of a page: frames in, frames out. Subscribe first, then read; commit, then relay, then ack.

Never holds a lock and never blocks the loop. One task reads a socket, one writes to it; what a browser sends is handled
in the order of its coming, and a fault closes that socket alone, with a code of its own.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
from flask import Flask
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from tenants.documents import kinds, log
from webapp.config import Config
from webapp.live import frames, presence
from webapp.live.bus import Bus, attach
from webapp.live.doors import Refuse, door, page_of
from webapp.live.frames import AWARE, STEP1, STEP2, UPDATE, Close, Fault, closed, frame
from webapp.live.joins import Asking, NoAccess, Opened, SignedOut, difference, pool_of
from webapp.live.keeper import TICK, Keeper
from webapp.live.presence import Presence
from webapp.live.rates import SOCKETS
from webapp.live.topics import Hub, Member, Room
from webapp.live.writer import Entry, Overflow, Writer

logger = logging.getLogger(__name__)

ROOTS = frozenset(root for roots in kinds.ROOTS.values() for root in roots)
JUDGED = 60.0  # seconds after which a socket is judged again, as a net
STUCK = 10.0  # seconds given to a slow reader to take its close frame
FAULTS = 20  # frames to closed documents before the socket is closed
OPENING = 15.0  # seconds for the database to say who somebody is

Message = dict[str, Any]


class Gateway:
    """All sockets of this process, and what stands behind them."""

    def __init__(self, config: Config, app: Flask) -> None:
        live = config.role_url("trialogue_live")
        self.https = config.secure
        self.hub = Hub()
        self.writer = Writer(live)
        self.pool: AsyncConnectionPool = pool_of(config.database_url)
        self.asking = Asking(self.pool)
        self.bus = Bus(live, self.heard, self.lost)
        self.presence = Presence(self.hub, self.bus.origin)
        self.keeper = Keeper(app, self.hub, self.bus, live)
        self._hears: dict[str, Callable[..., None]] = {
            "u": self._heard_update,
            "R": self._ask_again,
            "a": self._heard_caret,
            "p": self._heard_presence,
            "closed": self._heard_closed,
            "revoked": self._heard_revoked,
        }
        self._lines: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._judging: set[Member] = set()
        self._pages: set[tuple[uuid.UUID, str]] = set()  # whose roster is to be told at the next tick
        self._clock: asyncio.Task[None] | None = None
        self.stopping = False

    async def start(self) -> None:
        """Pools, writer, listener, clock."""
        await self.pool.open()
        await self.writer.start()
        self.writer.after = self._told
        await self.bus.start()
        attach(self.bus)
        self._clock = asyncio.create_task(self._tick(), name="live-clock")

    async def stop(self) -> None:
        """Sockets are closed by the server (1012); what was received is committed, then folded as time allows."""
        self.stopping = True
        for member in list(self.hub.members):
            member.close(Close.RESTART)
        await self.writer.stop()
        if self._clock is not None:
            self._clock.cancel()
        await self.keeper.stop()
        attach(None)
        await self.bus.stop()
        await self.pool.close()

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
        except (psycopg.Error, PoolTimeout, TimeoutError):
            member.close(Close.SLOW, "database")
        else:
            if len(self.hub.persons.get(str(standing.actor.person_id), ())) >= SOCKETS:
                member.close(Close.TOO_MANY)
                return False
            self.hub.add(member, standing)
            member.seen_at = time.monotonic()
            if passed != self.hub.revocations:
                self._judge(member)
            roster = self.presence.everyone(self.hub.page(member))
            shown = self.presence.roster(self.hub.page(member), member)
            member.told_roster = frames.text("presence", roster=shown)
            member.send(frames.text("hello", user=presence.user(standing.identity), roster=shown))
            if len(roster) > 1 or self.bus.peers():
                self._pages.add(self.hub.page(member))
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
                    await self._binary(member, data)
                else:
                    await self._words(member, message["text"])
            except Fault as fault:
                member.close(fault.code, fault.reason)
            except psycopg.errors.InsufficientPrivilege:
                self._judge(member)
            except (Overflow, psycopg.Error, PoolTimeout):
                member.close(Close.SLOW, "database")

    def _leave(self, member: Member) -> None:
        if member.task is not None:
            member.task.cancel()
        for doc in member.joining:
            self.hub.give_up(member, doc)
        for doc in list(member.carets):
            self._caret_gone(member, doc)
        known = member in self.hub.members
        key = self.hub.page(member) if known else None
        self.hub.remove(member)
        if key is not None:
            self._pages.add(key)

    # -- binary frames --------------------------------------------------------------------------

    async def _binary(self, member: Member, data: bytes) -> None:
        kind, doc, payload = frames.parse(data)
        if kind == UPDATE:
            await self._update(member, doc, payload)
        elif kind == STEP1:
            self._step1(member, doc, payload)
        elif kind == STEP2:
            await self._step2(member, doc, payload)
        else:
            await self._aware(member, doc, payload)

    async def _update(self, member: Member, doc: str, payload: bytes) -> None:
        if not member.rates.updates.take():
            raise Fault(Close.RATE)
        n, update = frames.numbered(payload)
        _readable(update)
        room = member.rooms.get(doc) or await self._uninvited(member, doc)
        if room is not None:
            self._put(member, room, n, update)

    def _put(self, member: Member, room: Room, n: int, update: bytes) -> None:
        if room.size + len(update) > frames.DOCUMENT_LIMIT:
            raise Fault(Close.FULL)
        assert room.company is not None  # noqa: S101 - set at the join
        contact = member.standing.actor.contact_id
        assert contact is not None  # noqa: S101 - a standing is always a contact's
        room.size += len(update)
        self.writer.put(
            Entry(
                room.company,
                uuid.UUID(room.doc),
                update,
                contact,
                partial(self._committed, member, room.doc, n, update),
                partial(self._refused, member, room.doc),
            )
        )

    def _committed(self, member: Member, doc: str, n: int, update: bytes, row: int) -> None:
        """After the commit: relay, then ack."""
        room = self.hub.room(doc)
        self._relay(room, frame(UPDATE, doc, update), but=member)
        member.send(frames.ack(doc, n))
        self._note(room, row)
        self.keeper.wrote(room, (member.token, member.slug))
        if self.bus.heard:
            self._lines.append(f"u {doc} {row} {b64encode(update).decode()}")

    def _refused(self, member: Member, doc: str, why: str, following: str | None) -> None:
        """The document has been closed since this member joined it."""
        if self.hub.leave(member, doc) is not None:
            member.send(closed(doc, why, following))

    def _relay(self, room: Room, out: bytes, but: Member | None = None) -> None:
        for other in room.members:
            if other is not but:
                other.send(out)
        for kept in room.waiting.values():
            kept.append(out)

    def _note(self, room: Room, row: int) -> None:
        room.rows += 1
        if self.bus.heard:
            room.seen.append((time.monotonic(), row))
            if len(room.seen) > 600:  # noqa: PLR2004 - more than anybody types in SEEN seconds
                room.seen.popleft()

    def _step1(self, member: Member, doc: str, payload: bytes) -> None:
        if not member.rates.joins.take():
            raise Fault(Close.RATE)
        if payload and not frames.is_vector(payload):
            raise Fault(Close.BAD_UPDATE, "vector")
        self.hub.await_join(member, doc)
        member.joining[doc] = payload
        if member.task is None:
            member.task = asyncio.create_task(self._join(member))

    async def _join(self, member: Member) -> None:
        """Open what was asked for; what is asked meanwhile comes in the next round."""
        try:
            while member.joining and member.closing is None:
                asked = dict(member.joining)
                opened = await self.asking.documents(member, list(asked))
                for doc, vector in asked.items():
                    await self._open(member, opened[doc], vector)
                    if member.joining.get(doc) is vector:
                        del member.joining[doc]
        except psycopg.errors.InsufficientPrivilege:
            self._judge(member)
        except (psycopg.Error, PoolTimeout):
            member.close(Close.SLOW, "database")
        finally:
            member.task = None

    async def _open(self, member: Member, opened: Opened, vector: bytes) -> None:
        doc = opened.doc
        if opened.why is not None:
            self.hub.give_up(member, doc)
            self.hub.leave(member, doc)
            self._close_document(member, doc, opened.why, opened.following)
            return
        lacks, state = await difference(opened, vector)
        if member not in self.hub.members:
            self.hub.give_up(member, doc)
            return
        if opened.zone not in member.zones:
            self._judge(member)  # a zone younger than the socket: its notices are to be heard from now on
        kept = self.hub.join(member, doc)
        room = self.hub.room(doc)
        room.company, room.zone, room.kind = opened.company_id, opened.zone, opened.kind
        room.size, room.rows = max(room.size, opened.size), max(room.rows, opened.updates)
        member.send(frame(STEP2, doc, lacks))
        member.send(frame(STEP1, doc, state))
        for out in kept:
            member.send(out)
        me = member.standing.identity.id
        for other in room.members:
            held = other.carets.get(doc)
            if held and other is not member and me not in other.standing.hides:
                member.send(_caret(doc, other.standing.identity.id, held[2]))
        behind, unsettled = opened.head > opened.folded, opened.head > opened.settled
        if behind or unsettled:
            self.keeper.found(room, (member.token, member.slug), behind=behind, unsettled=unsettled)

    async def _step2(self, member: Member, doc: str, payload: bytes) -> None:
        if not member.rates.joins.take():
            raise Fault(Close.RATE)
        n, diff = frames.numbered(payload)
        _readable(diff)
        if member.task is not None and doc in member.joining:
            await asyncio.shield(asyncio.wait([member.task]))
        room = member.rooms.get(doc) or await self._uninvited(member, doc)
        if room is None:
            return
        opened = (await self.asking.documents(member, [doc]))[doc]
        if opened.why is not None:
            self._refused(member, doc, opened.why, opened.following)
        elif await _brings(opened, diff):
            self._put(member, room, n, diff)
        else:
            member.send(frames.ack(doc, n))

    async def _uninvited(self, member: Member, doc: str) -> Room | None:
        """An update of a document that the member has not joined: say why not, or let it in if they may write it."""
        if doc in member.joining and member.task is not None:
            await asyncio.shield(asyncio.wait([member.task]))
            if doc in member.rooms:
                return member.rooms[doc]
        opened = (await self.asking.documents(member, [doc]))[doc]
        if opened.why == "withdrawn":
            raise Fault(Close.UNKNOWN)
        if opened.why is not None:
            self._close_document(member, doc, opened.why, opened.following)
            return None
        self.hub.await_join(member, doc)
        await self._open(member, opened, b"")
        return member.rooms.get(doc)

    def _close_document(self, member: Member, doc: str, why: str, following: str | None) -> None:
        member.send(closed(doc, why, following))
        member.faults += 1
        if member.faults > FAULTS + len(member.rooms):
            raise Fault(Close.RATE)

    async def bring(
        self, member: Member, opened: Opened, data: bytes, *, whole: bool
    ) -> tuple[str, str | None] | None:
        """One update of the fallback: None when it is committed and relayed, else why the document is closed."""
        _readable(data)
        if whole and not await _brings(opened, data):
            return None
        if opened.size + len(data) > frames.DOCUMENT_LIMIT:
            raise Fault(Close.FULL)
        contact = member.standing.actor.contact_id
        assert contact is not None  # noqa: S101 - a standing is always a contact's
        assert opened.company_id is not None  # noqa: S101 - it may be written
        settled: asyncio.Future[tuple[str, str | None] | None] = asyncio.get_running_loop().create_future()

        def done(row: int) -> None:
            room = self.hub.room(opened.doc)
            room.company, room.zone, room.kind = opened.company_id, opened.zone, opened.kind
            self._committed(member, opened.doc, 0, data, row)
            if not settled.done():
                settled.set_result(None)

        def refused(why: str, following: str | None) -> None:
            if not settled.done():
                settled.set_result((why, following))

        self.writer.put(Entry(opened.company_id, uuid.UUID(opened.doc), data, contact, done, refused))
        async with asyncio.timeout(OPENING):
            return await settled

    # -- carets ---------------------------------------------------------------------------------

    async def _aware(self, member: Member, doc: str, payload: bytes) -> None:
        if len(payload) > frames.AWARE_LIMIT:
            raise Fault(Close.TOO_LARGE, "caret")
        who, clock = frames.client(payload)
        room = member.rooms.get(doc)
        if room is None:
            if doc not in member.joining:
                await self._uninvited(member, doc)
            return
        held = member.carets.get(doc)
        if (held is not None and held[0] != who) or (held is None and self._taken(member, room, who)):
            raise Fault(Close.NOT_MINE)
        member.carets[doc] = (who, clock, payload)
        if member.rates.carets.take():  # beyond the rate only the last one counts, and it is told to whoever joins
            self._caret(member, room, payload)

    def _taken(self, member: Member, room: Room, client: int) -> bool:
        """Whether that client is another person's. One's own, of a socket that has not died yet, is taken over."""
        for other in room.members:
            if room.doc in other.carets and other.carets[room.doc][0] == client:
                if other.standing.identity.id != member.standing.identity.id:
                    return True
                del other.carets[room.doc]
        return False

    def _caret(self, member: Member, room: Room, payload: bytes) -> None:
        me = member.standing
        if len(room.members) > 1:
            out = _caret(room.doc, me.identity.id, payload)
            for other in room.members:
                if other is not member and other.standing.identity.id not in me.hides:
                    other.send(out)
        if self.bus.heard:
            hides = "+".join(sorted(me.hides)) or "-"
            self.bus.tell([f"a {room.doc} {me.identity.id} {hides} {b64encode(payload).decode()}"])

    def _caret_gone(self, member: Member, doc: str) -> None:
        held = member.carets.pop(doc, None)
        room = self.hub.rooms.get(doc)
        if held is not None and room is not None:
            self._caret(member, room, frames.gone(held[0], held[1] + 1))

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
                self._pages.add(self.hub.page(member))
            case _:
                raise Fault(Close.NOT_JSON, "unknown")

    async def _here(self, member: Member, section: str | None) -> None:
        zone = await self.asking.zone_of(member, section.partition(":")[2]) if section else ""
        member.section, member.section_zone = (section, zone) if zone else (None, "")
        self.presence.tell(self.hub.page(member))
        if self.bus.heard:
            self.bus.tell([self.presence.line(self.hub.page(member))])

    # -- the bus --------------------------------------------------------------------------------

    def heard(self, lines: list[str]) -> None:
        """What a process, perhaps this one, tells."""
        stale: dict[Member, dict[str, None]] = {}
        for line in lines:
            word, *parts = line.split(" ")
            if word == "stale":
                for member in self.hub.zones.get(parts[0], ()):
                    stale.setdefault(member, {}).update(dict.fromkeys(parts[1:]))
            elif word in self._hears:
                self._hears[word](*parts)
        for member, ids in stale.items():
            member.send(frames.text("stale", ids=list(ids)))

    def lost(self) -> None:
        """The bus was deaf for a while: ask again for everything."""
        for room in self.hub.rooms.values():
            for member in room.members:
                member.send(frame(STEP1, room.doc))
        for member in self.hub.members:
            member.send(frames.text("stale", ids=["*"]))
            self._judge(member)

    def _heard_update(self, doc: str, row: str, data: str) -> None:
        room = self.hub.rooms.get(doc)
        if room is not None:
            update = b64decode(data)
            self._relay(room, frame(UPDATE, doc, update))
            room.size += len(update)
            room.last = time.monotonic()
            self._note(room, int(row))

    def _ask_again(self, doc: str) -> None:
        room = self.hub.rooms.get(doc)
        if room is not None:
            self._relay(room, frame(STEP1, doc))

    def _heard_caret(self, doc: str, contact: str, hides: str, data: str) -> None:
        room = self.hub.rooms.get(doc)
        if room is None:
            return
        out = _caret(doc, contact, b64decode(data))
        kept_from = hides.split("+")
        for member in room.members:
            if member.standing.identity.id not in kept_from:
                member.send(out)

    def _heard_presence(self, origin: str, company: str, page: str, people: str) -> None:
        self.presence.heard(origin, (uuid.UUID(company), page), people)

    def _heard_closed(self, doc: str, why: str, following: str | None = None) -> None:
        room = self.hub.rooms.get(doc)
        if room is None:
            return
        said = closed(doc, why, following)
        room.dirty = room.quiet = room.first = 0.0
        for member in list(room.members):
            self.hub.leave(member, doc)
            member.carets.pop(doc, None)
            member.send(said)

    def _heard_revoked(self, what: str, key: str) -> None:
        self.hub.revocations += 1
        for member in list(self.hub.members):
            actor = member.standing.actor
            if what == "sign-in" and member.standing.sign_in == key:
                self._revoke(member, Close.SIGN_IN, "signed-out")
            elif key in (str(actor.person_id), str(actor.company_id), str(member.page.mission_id)):
                self._judge(member)

    # -- rights ---------------------------------------------------------------------------------

    def _judge(self, member: Member) -> None:
        """Ask anew who that is and what they hear; once at a time."""
        if member not in self._judging:
            self._judging.add(member)
            self._spawn(self._judged(member))

    async def _judged(self, member: Member) -> None:
        try:
            standing = await self.asking.greet(member.token, member.slug, member.page)
            if member not in self.hub.members:
                return
            before, member.seen_at = member.standing, time.monotonic()
            self.hub.stand(member, standing)
            if standing.zones - before.zones:
                member.send(frames.text("stale", ids=["*"]))  # what was told in them meanwhile was not heard
            if (before.actor.seats, before.zones) != (standing.actor.seats, standing.zones):
                await self._judge_rooms(member)
            if before.hides != standing.hides:
                for doc in list(member.carets):
                    self._hide_caret(member, doc, standing.hides - before.hides)
                self._pages.add(self.hub.page(member))
        except SignedOut:
            self._revoke(member, Close.SIGN_IN, "expired")
        except NoAccess:
            self._revoke(member, Close.NO_ACCESS)
        except psycopg.errors.InsufficientPrivilege:
            self._revoke(member, Close.NO_ACCESS)
        except (psycopg.Error, PoolTimeout):
            member.seen_at = time.monotonic() - JUDGED + 5  # soon again
        finally:
            self._judging.discard(member)

    async def _judge_rooms(self, member: Member) -> None:
        opened = await self.asking.documents(member, list(member.rooms))
        for doc, found in opened.items():
            if found.why is not None and self.hub.leave(member, doc) is not None:
                self._caret_gone(member, doc)
                member.send(closed(doc, found.why, found.following))

    def _hide_caret(self, member: Member, doc: str, others: frozenset[str]) -> None:
        who, clock, _ = member.carets[doc]
        room = self.hub.rooms.get(doc)
        out = _caret(doc, member.standing.identity.id, frames.gone(who, clock + 1))
        for other in room.members if room else ():
            if other.standing.identity.id in others:
                other.send(out)

    def _revoke(self, member: Member, code: Close, reason: str = "") -> None:
        if member.closing is None:
            member.send('{"t":"revoked"}')
            member.close(code, reason)
        # from here on they hear nothing more, whatever their browser does
        for doc in list(member.rooms):
            self._caret_gone(member, doc)
        key = self.hub.page(member) if member in self.hub.members else None
        self.hub.remove(member)
        if key is not None:
            self._pages.add(key)

    # -- the clock ------------------------------------------------------------------------------

    def _told(self) -> None:
        """Once a batch: other processes hear of it in one go."""
        if self._lines:
            lines, self._lines = self._lines, []
            self.bus.tell(lines)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            try:
                self.keeper.tick()
                self._net()
                await self._rosters()
            except Exception:
                logger.exception("the live clock stumbled")

    def _net(self) -> None:
        now = time.monotonic()
        for member in list(self.hub.members):
            if now - member.seen_at > JUDGED and len(self._judging) < 4:  # noqa: PLR2004 - spread over the minute
                self._judge(member)
            if member.closing is not None and member.main is not None:
                member.slow_at = member.slow_at or now
                if now - member.slow_at > STUCK:
                    member.main.cancel()

    async def _rosters(self) -> None:
        pages, self._pages = self._pages, set()
        pages.update(self.presence.forget())
        for key in pages:
            self.presence.tell(key)
        if self.bus.peers():
            due = pages.union(self.presence.due())
            self.bus.tell([self.presence.line(key) for key in due])
        unknown, self.presence.unknown = self.presence.unknown, set()
        for key in unknown:
            await self._names(key)

    async def _names(self, key: tuple[uuid.UUID, str]) -> None:
        """Learn how those are called whom only other processes know."""
        known = self.presence.names
        pages = (key, *self.presence.beside(key))
        member = next((m for page in pages for m in self.hub.pages.get(page, ())), None)
        missing = [s.contact for s in self.presence.everyone(key) if (key, s.contact) not in known]
        if member is None or not missing:
            return
        with contextlib.suppress(psycopg.Error, PoolTimeout):
            for who in await self.asking.names(member, missing, page_of(key[1])):
                known[key, who.id] = who
            self.presence.tell(key)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _readable(update: bytes) -> None:
    try:
        log.readable(update, ROOTS)
    except log.Unreadable:
        raise Fault(Close.BAD_UPDATE) from None


async def _brings(opened: Opened, diff: bytes) -> bool:
    """Whether a browser's difference holds anything that the log lacks."""
    if opened.size + len(diff) > 200_000:  # noqa: PLR2004 - see joins.LARGE
        return await asyncio.to_thread(_compare, opened.data, diff)
    return _compare(opened.data, diff)


def _compare(data: tuple[bytes, ...], diff: bytes) -> bool:
    return log.brings(data, log.load(data), diff)


def _caret(doc: str, who: str, payload: bytes) -> bytes:
    return frame(AWARE, doc, bytes((len(who),)) + who.encode() + payload)


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



"""Texts on a socket: joins, updates, what a browser brings back. Commit, then relay, then ack.

Subscribe first, then read: what is told while a right is being judged is kept, and sent after what was read or dropped.
"""

import asyncio
import uuid
from base64 import b64encode
from collections.abc import Callable
from functools import partial

import psycopg

from tenants.documents import kinds, log
from webapp.live import frames
from webapp.live.bus import Bus
from webapp.live.carets import Carets
from webapp.live.frames import STEP1, STEP2, UPDATE, Close, Fault, closed, frame
from webapp.live.joins import LARGE, Asking, Opened, difference
from webapp.live.keeper import Keeper
from webapp.live.topics import Hub, Member, Room
from webapp.live.writer import Entry, Writer

ROOTS = frozenset(root for roots in kinds.ROOTS.values() for root in roots)
FAULTS = 20  # frames to closed documents before the socket is closed
COMMIT = 15.0  # seconds for a post's update to be committed

Ended = tuple[str, str | None]  # why a document is closed, and the one that follows it


class Writing:
    """What members send about documents."""

    def __init__(
        self, hub: Hub, writer: Writer, asking: Asking, bus: Bus, keeper: Keeper, carets: Carets,
        judge: Callable[[Member], None],
    ) -> None:  # fmt: skip
        self.hub = hub
        self.writer = writer
        self.asking = asking
        self.bus = bus
        self.keeper = keeper
        self.carets = carets
        self._judge = judge
        self._lines: list[str] = []

    async def take(self, member: Member, data: bytes) -> None:
        """One binary frame. Raises Fault."""
        kind, doc, payload = frames.parse(data)
        if kind == UPDATE:
            await self._update(member, doc, payload)
        elif kind == STEP1:
            self._step1(member, doc, payload)
        elif kind == STEP2:
            await self._step2(member, doc, payload)
        else:
            await self._aware(member, doc, payload)

    def told(self) -> None:
        """Once a batch: other processes hear of it in one go."""
        if self._lines:
            lines, self._lines = self._lines, []
            self.bus.tell(lines)

    async def bring(self, member: Member, opened: Opened, data: bytes, *, whole: bool) -> Ended | None:
        """One update of the fallback: None when it is committed and relayed, else why the document is closed."""
        _readable(data)
        if whole and not await _brings(opened, data):
            return None
        if opened.size + len(data) > frames.DOCUMENT_LIMIT:
            raise Fault(Close.FULL)
        contact = member.standing.actor.contact_id
        assert contact is not None  # noqa: S101 - a standing is always a contact's
        assert opened.company_id is not None  # noqa: S101 - it may be written
        settled: asyncio.Future[Ended | None] = asyncio.get_running_loop().create_future()

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
        async with asyncio.timeout(COMMIT):
            return await settled

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
        room.relay(frame(UPDATE, doc, update), but=member)
        member.send(frames.ack(doc, n))
        room.note(row, remember=bool(self.bus.heard))
        self.keeper.wrote(room, (member.token, member.slug))
        if self.bus.heard:
            self._lines.append(f"u {doc} {row} {b64encode(update).decode()}")

    def _refused(self, member: Member, doc: str, why: str, following: str | None) -> None:
        """The document has been closed since this member joined it."""
        self.carets.leave(member, doc)
        if self.hub.leave(member, doc) is not None:
            member.send(closed(doc, why, following))

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
        except psycopg.Error:
            member.close(Close.SLOW, "database")
        finally:
            member.task = None

    async def _open(self, member: Member, opened: Opened, vector: bytes) -> None:
        doc = opened.doc
        if opened.why is not None:
            self.hub.give_up(member, doc)
            self.carets.leave(member, doc)
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
        self.carets.greet(member, room)
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

    async def _aware(self, member: Member, doc: str, payload: bytes) -> None:
        if len(payload) > frames.AWARE_LIMIT:
            raise Fault(Close.TOO_LARGE, "caret")
        room = member.rooms.get(doc)
        if room is not None:
            self.carets.move(member, room, payload)
            return
        frames.client(payload)
        if doc not in member.joining:
            await self._uninvited(member, doc)


def _readable(update: bytes) -> None:
    try:
        log.readable(update, ROOTS)
    except log.Unreadable:
        raise Fault(Close.BAD_UPDATE) from None


async def _brings(opened: Opened, diff: bytes) -> bool:
    """Whether a browser's difference holds anything that the log lacks."""
    if opened.size + len(diff) > LARGE:
        return await asyncio.to_thread(_compare, opened.data, diff)
    return _compare(opened.data, diff)


def _compare(data: tuple[bytes, ...], diff: bytes) -> bool:
    return log.brings(data, log.load(data), diff)

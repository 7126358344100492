"""Members of rooms: sockets that join, one of each room types once a second, the others time what arrives."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

import websockets
from pycrdt import Doc, Text

from webapp.live.frames import ACK, STEP1, STEP2, UPDATE, frame

HEAD = 38  # bytes before a frame's payload


@dataclass
class Room:
    """One document and where its members find it. ``joins``: with the product's protocol; else a bare relay."""

    url: str
    doc: str
    cookies: list[str]
    origin: str
    joins: bool
    sockets: list[Any] = field(default_factory=list)
    text: Doc[Text] = field(default_factory=Doc)
    sent: dict[bytes, float] = field(default_factory=dict)
    acked: int = 0
    n: int = 0


@dataclass
class Load:
    """All rooms on one server, and what was measured."""

    rooms: list[Room]
    latencies: list[float] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def join(self, at_once: int = 16) -> float:
        """Everybody comes; how many a second."""
        gate = asyncio.Semaphore(at_once)
        started = time.perf_counter()
        await asyncio.gather(
            *(self._one(room, cookie, gate) for room in self.rooms for cookie in room.cookies)
        )
        return sum(len(r.cookies) for r in self.rooms) / (time.perf_counter() - started)

    async def _one(self, room: Room, cookie: str, gate: asyncio.Semaphore) -> None:
        async with gate:
            socket = await websockets.connect(
                room.url,
                additional_headers={"Cookie": cookie},
                origin=room.origin,
                compression=None,
                ping_interval=None,
            )
            if room.joins:
                await socket.send(frame(STEP1, room.doc, b"\x00"))
                while True:
                    message = await asyncio.wait_for(socket.recv(), 30)
                    if isinstance(message, bytes) and message[0] == STEP2:
                        room.text.apply_update(message[HEAD:])
                    elif isinstance(message, bytes) and message[0] == STEP1:
                        break
        room.sockets.append(socket)
        self.tasks.append(asyncio.create_task(self._listen(room, socket)))

    async def _listen(self, room: Room, socket: Any) -> None:
        skip = HEAD if room.joins else HEAD + 4
        try:
            async for message in socket:
                now = time.perf_counter()
                if not isinstance(message, bytes):
                    continue
                if message[0] == UPDATE:
                    sent = room.sent.get(message[skip:])
                    if sent is not None:
                        self.latencies.append(now - sent)
                elif message[0] == ACK:
                    room.acked += 1
        except websockets.ConnectionClosed:
            return

    async def type(self, seconds: float, words: str = "un mot de ") -> None:
        """One member of each room types once a second, each at a moment of their own."""
        rng = random.Random(1)
        await asyncio.gather(*(self._type(r, seconds, rng.random(), words) for r in self.rooms))
        await asyncio.sleep(1.0)

    async def _type(self, room: Room, seconds: float, offset: float, words: str) -> None:
        start = time.perf_counter() + offset
        for second in range(int(seconds)):
            await asyncio.sleep(max(0.0, start + second - time.perf_counter()))
            before = room.text.get_state()
            text = room.text.get("wording", type=Text)
            text.insert(len(text), words)
            update = room.text.get_update(before)
            room.n += 1
            room.sent[update] = time.perf_counter()
            await room.sockets[0].send(frame(UPDATE, room.doc, room.n.to_bytes(4, "big") + update))

    async def leave(self) -> None:
        """Everybody goes."""
        await asyncio.gather(*(s.close() for r in self.rooms for s in r.sockets), return_exceptions=True)
        for task in self.tasks:
            task.cancel()

    @property
    def expected(self) -> int:
        """Deliveries that there should be."""
        return sum(r.n * (len(r.sockets) - 1) for r in self.rooms)


def percentile(values: list[float], p: float) -> float:
    """In milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(p * len(ordered)))] if ordered else float("nan")

"""A page without a browser: the wire as the scripts speak it, with a Yjs document behind each text. And servers for it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import urllib.request
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import websockets
from pycrdt import Doc, Text

from tests.serving import Process
from webapp.live.frames import ACK, AWARE, STEP1, STEP2, UPDATE, frame, varint

ROOT = Path(__file__).parents[2]


class Server:
    """One web process of the product, on a port of its own."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = {
            k: v for k, v in os.environ.items() if not k.startswith(("TRIALOGUE_", "COV"))
        } | environ
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(512)
        self.port = self.socket.getsockname()[1]
        self.start()

    def start(self) -> None:
        self.process = Process(self.socket, self.environ)

    def ready(self) -> "Server":
        """Wait until it answers."""
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/live/", timeout=30)
        assert self.process.poll() is None, "the server did not start"
        return self

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(15)
        finally:
            self.process.kill()
            self.socket.close()


class Written:
    """One co-edited document of a page."""

    def __init__(self, doc: str) -> None:
        self.id = doc
        self.doc: Doc[Any] = Doc()
        self.open = asyncio.Event()
        self.n = 0
        self.acked = 0
        self.closed: dict[str, Any] | None = None
        self.carets: list[tuple[str, bytes]] = []

    def __str__(self) -> str:
        return str(self.doc.get("wording", type=Text))

    def edit(self, do: Any) -> bytes:
        """Run an edit; the update that it makes."""
        before = self.doc.get_state()
        do(self.doc.get("wording", type=Text))
        return self.doc.get_update(before)


class Page:
    """One open page. ``async with Page.of(…) as page``."""

    def __init__(self, port: int, token: str, slug: str, page: str, *, origin: str | None = "same") -> None:
        self.port, self.token, self.slug, self.page = port, token, slug, page
        self.origin = f"http://127.0.0.1:{port}" if origin == "same" else origin
        self.texts: dict[str, Written] = {}
        self.said: list[dict[str, Any]] = []
        self.close_code: int | None = None
        self.close_reason = ""
        self.frames = 0
        self._news = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self.socket: Any = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    async def connect(self, query: str = "&v=1") -> None:
        url = f"ws://127.0.0.1:{self.port}/live?company={quote(self.slug)}&page={quote(self.page)}{query}"
        headers = {"Cookie": f"sid={self.token}"} if self.token else {}
        self.close_code = None
        self.socket = await websockets.connect(
            url,
            additional_headers=headers,
            origin=self.origin,
            compression=None,
            max_size=None,
            ping_interval=None,
        )
        self._out: asyncio.Queue[bytes | str] = asyncio.Queue()
        self._reader = asyncio.create_task(self._read())
        self._writer = asyncio.create_task(self._write())

    async def leave(self) -> None:
        if self.socket is not None:
            for _ in range(100):
                if self._out.empty() or self._writer.done():
                    break
                await asyncio.sleep(0.01)
            await self.socket.close()
            self._writer.cancel()
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=5)

    async def _read(self) -> None:
        try:
            async for message in self.socket:
                self._take(message)
                self._news.set()
        except websockets.ConnectionClosed:
            pass
        finally:
            self.close_code = self.socket.close_code
            self.close_reason = self.socket.close_reason or ""
            for text in self.texts.values():
                text.open.clear()
            self._news.set()

    def _take(self, message: bytes | str) -> None:
        self.frames += 1
        if isinstance(message, str):
            said = json.loads(message)
            self.said.append(said)
            if said["t"] == "closed" and said["doc"] in self.texts:
                self.texts[said["doc"]].closed = said
            return
        kind, doc, payload = message[0], message[2:38].decode(), message[38:]
        text = self.texts[doc]
        if kind in (STEP2, UPDATE):
            text.doc.apply_update(payload)
        elif kind == ACK:
            text.acked = int.from_bytes(payload, "big")
        elif kind == AWARE:
            text.carets.append((payload[1 : 1 + payload[0]].decode(), payload[1 + payload[0] :]))
        elif kind == STEP1:
            self._answer(text, payload)

    def _answer(self, text: Written, vector: bytes) -> None:
        """The server asks what it lacks (or, empty, that it be asked again)."""
        if not vector:
            self._out.put_nowait(frame(STEP1, text.id, text.doc.get_state()))
            return
        text.n += 1
        text.open.set()
        diff = text.doc.get_update(vector)
        self._out.put_nowait(frame(STEP2, text.id, text.n.to_bytes(4, "big") + diff))

    async def _write(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await self.socket.send(await self._out.get())

    async def send(self, data: bytes | str) -> None:
        """In the order of calls, as a browser's socket does."""
        self._out.put_nowait(data)
        await asyncio.sleep(0)

    async def join(self, doc: str) -> Written:
        """Ask for a document and wait until it is here (or refused)."""
        text = self.texts.setdefault(doc, Written(doc))
        text.closed = None
        await self.send(frame(STEP1, doc, text.doc.get_state()))
        await self.until(lambda: text.open.is_set() or text.closed is not None)
        return text

    async def type(self, text: Written, words: str, at: int | None = None) -> None:
        """Type words at a byte offset (None: at the end), as one update."""
        await self.do(text, lambda t: t.insert(len(t) if at is None else at, words))

    async def do(self, text: Written, edit: Any) -> None:
        update = text.edit(edit)
        if text.open.is_set():
            text.n += 1
            await self.send(frame(UPDATE, text.id, text.n.to_bytes(4, "big") + update))

    async def saved(self, text: Written, seconds: float = 30) -> None:
        """Until all that was sent is acked."""
        await self.until(lambda: text.acked == text.n, seconds)

    async def say(self, t: str, **values: Any) -> None:
        await self.send(json.dumps({"t": t, **values}))

    async def until(self, true: Any, seconds: float = 30) -> None:
        """Until something that frames bring about is so; the socket's end counts as news."""
        async with asyncio.timeout(seconds):
            while not true():
                self._news.clear()
                if true():
                    return
                await self._news.wait()

    async def gone(self, seconds: float = 30) -> int | None:
        """The code with which the server closed."""
        await self.until(lambda: self.close_code is not None, seconds)
        return self.close_code

    def words(self, t: str) -> list[dict[str, Any]]:
        return [s for s in self.said if s["t"] == t]

    @property
    def roster(self) -> dict[str, dict[str, Any]]:
        """Who is here, by name, as last told."""
        last = [s for s in self.said if s["t"] in ("hello", "presence")][-1]
        return {r["name"]: r for r in last["roster"]}


def caret(client: int, clock: int, state: Any) -> bytes:
    """An awareness update of one client."""
    told = json.dumps(state).encode()
    return varint(1) + varint(client) + varint(clock) + varint(len(told)) + told

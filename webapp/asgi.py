"""The one entry that uvicorn runs: ``websocket`` goes to the live module, ``http`` to Flask in threads, on one port.

A slow page never freezes a socket, and ``guard`` keeps slow clients from freezing pages: a request takes a thread only
once its whole body is here. Answers are bounded, so they are queued whole (``send_queue_size=0``).
"""

import asyncio
import os
import sys
from typing import Any

from a2wsgi import WSGIMiddleware

from webapp.app import create_app
from webapp.config import Config
from webapp.live.fallback import post
from webapp.live.gateway import Gateway
from webapp.security import HEADERS
from webapp.wire import Files

THREADS = 10
BODY = 1_000_000  # bytes
SLOW = 10  # seconds for a body to arrive
TURN = 0.001  # seconds that a thread keeps the interpreter while the loop waits for it; Python's own is five times that

Message = dict[str, Any]

config = Config.from_environ(os.environ)
flask = create_app(config)


def guard(inner: Any, limit: int = BODY, seconds: float = SLOW) -> Any:
    """The whole body first, of a known size, within a time: 413 or 408 otherwise."""

    async def guarded(scope: Message, receive: Any, send: Any) -> None:
        headers = [(k, v) for k, v in scope["headers"] if k != b"transfer-encoding"]
        chunked = len(headers) < len(scope["headers"])
        given = next((int(v) for k, v in headers if k == b"content-length"), None)
        if (given or 0) > limit:
            await _refuse(send, 413)
            return
        body = b""
        if given or chunked:
            try:
                async with asyncio.timeout(seconds):
                    read = await _read(receive, limit)
            except TimeoutError:
                await _refuse(send, 408)
                return
            if isinstance(read, int):
                await (_refuse(send, read) if read else asyncio.sleep(0))
                return
            body = read
            if given is None:
                headers.append((b"content-length", b"%d" % len(body)))
        await inner({**scope, "headers": headers}, _replay(body, receive), send)

    return guarded


async def _read(receive: Any, limit: int) -> bytes | int:
    """The body, or 413, or 0 when the other side has left."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return 0
        body += message.get("body", b"")
        if len(body) > limit:
            return 413
        if not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes, receive: Any) -> Any:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            found: Message = await receive()
            return found
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(send: Any, status: int) -> None:
    headers = [(b"connection", b"close"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class Server:
    """The ASGI application of one process."""

    def __init__(self, config: Config, flask: Any) -> None:
        self.config = config
        self.flask = flask
        self.pages = guard(WSGIMiddleware(flask, workers=THREADS, send_queue_size=0))
        self.files = Files(config.dist, HEADERS, self.pages)
        self.posts = guard(self._post)
        self.gateway: Gateway | None = None

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        """Sort by kind."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "websocket":
            assert self.gateway is not None  # noqa: S101 - made in the lifespan
            await self.gateway.socket(scope, receive, send)
        elif scope["path"].startswith("/static/"):
            await self.files(scope, receive, send)
        elif scope["path"].startswith("/live/"):
            await self.posts(scope, receive, send)
        else:
            await self.pages(scope, receive, send)

    async def _post(self, scope: Message, receive: Any, send: Any) -> None:
        assert self.gateway is not None  # noqa: S101 - made in the lifespan
        await post(self.gateway, scope, receive, send)

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        sys.setswitchinterval(TURN)
        try:
            self.gateway = Gateway(self.config, self.flask)
            await self.gateway.start()
        except Exception as e:
            await send({"type": "lifespan.startup.failed", "message": f"{type(e).__name__}: {e}"})
            raise
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.gateway.stop()
        await send({"type": "lifespan.shutdown.complete"})


app = Server(config, flask)

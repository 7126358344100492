"""The one entry: slow clients do not stop pages, a body has a size, sockets and pages share a port."""

import asyncio
import contextlib
import re
import time
from typing import Any


async def asked(port: int, request: bytes, *, wait: float = 15) -> tuple[int, bytes]:
    """(status, the whole answer) of raw bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    answer = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(wait):
            while b"\r\n\r\n" not in answer:
                more = await reader.read(65536)
                if not more:
                    break
                answer += more
    writer.close()
    return int(re.match(rb"HTTP/1.1 (\d+)", answer)[1]), answer  # type: ignore[index]


def head(port: int, method: str, path: str, *lines: str) -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", f"Host: localhost:{port}", *lines, "", "")).encode()


async def test_slow_posts_do_not_stop_pages(serve: Any) -> None:
    (server,) = serve(1)
    slow = []
    for _ in range(14):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(head(server.port, "POST", "/sign-in", "Content-Length: 100") + b"a=")
        slow.append(writer)
    started = time.monotonic()
    status, _ = await asked(server.port, head(server.port, "GET", "/sign-in", "Connection: close"))
    assert status == 200
    assert time.monotonic() - started < 5
    for writer in slow:
        writer.close()


async def test_a_body_that_never_ends_is_refused(serve: Any) -> None:
    (server,) = serve(1)
    post = head(server.port, "POST", "/sign-in", "Content-Length: 50") + b"only this"
    assert (await asked(server.port, post, wait=20))[0] == 408


async def test_a_body_too_large_is_refused_whether_it_says_so_or_not(serve: Any) -> None:
    (server,) = serve(1)
    told = head(server.port, "POST", "/sign-in", "Content-Length: 2000000")
    assert (await asked(server.port, told))[0] == 413
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    chunked = head(server.port, "POST", "/sign-in", "Transfer-Encoding: chunked") + chunk * 20
    assert (await asked(server.port, chunked))[0] == 413


async def test_a_chunked_body_arrives(serve: Any) -> None:
    """Flask would read it as empty; here it is refused for what it says, a form without its token."""
    (server,) = serve(1)
    lines = (
        "Transfer-Encoding: chunked",
        "Content-Type: application/x-www-form-urlencoded",
        "Connection: close",
    )
    body = b"7\r\nemail=x\r\n0\r\n\r\n"
    status, answer = await asked(server.port, head(server.port, "POST", "/sign-in", *lines) + body)
    assert status in (400, 403, 422), answer[:300]


async def test_other_paths_have_no_socket(serve: Any, objective: Any, visit: Any) -> None:
    (server,) = serve(1)
    upgrade = (
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", f"Origin: http://localhost:{server.port}",
    )  # fmt: skip
    assert (await asked(server.port, head(server.port, "GET", "/sign-in", *upgrade)))[0] == 404
    assert (await asked(server.port, head(server.port, "GET", "/live/x")))[0] == 405
    async with visit(server, "ines", objective()) as ines:
        await ines.until(lambda: ines.words("hello"))

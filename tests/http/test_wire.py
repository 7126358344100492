"""What goes over the wire: pages packed with a length that tells nothing, built files as they were packed."""

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest

from webapp.wire import Files


def test_a_page_is_packed_for_whoever_unpacks_it(world: Any, browse: Any) -> None:
    ines = browse("ines")
    plain = ines.get(world.url("solo", "/objectives"))
    packed = ines.get(world.url("solo", "/objectives"), headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "<h1>" in gzip.decompress(packed.data).decode()
    assert len(packed.data) == int(packed.headers["Content-Length"])


def test_its_length_does_not_tell_what_is_in_it(browse: Any) -> None:
    visitor = browse(None)
    lengths = {len(visitor.get("/sign-in", headers={"Accept-Encoding": "gzip"}).data) for _ in range(20)}
    assert len(lengths) > 5


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Three built files, one of them packed beforehand."""
    (tmp_path / "app-1.js").write_text("let plain")
    (tmp_path / "app-1.js.br").write_bytes(b"packed")
    (tmp_path / ".stamp").write_text("x")

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})

    return Files(tmp_path, {"X-Content-Type-Options": "nosniff"}, pages)


def ask(
    files: Files, path: str, accepted: str = "", method: str = "GET"
) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"path": path, "method": method, "headers": [(b"accept-encoding", accepted.encode())]}
    asyncio.run(files(scope, None, send))
    body = sent[1]["body"] if len(sent) > 1 else b""
    return sent[0]["status"], dict(sent[0]["headers"]), body


def test_a_built_file_comes_as_the_browser_accepts_it(files: Files) -> None:
    status, headers, body = ask(files, "/static/app-1.js", "gzip, br;q=0.9")
    assert (status, body, headers[b"content-encoding"]) == (200, b"packed", b"br")
    status, headers, body = ask(files, "/static/app-1.js")
    assert (status, body) == (200, b"let plain")
    assert b"immutable" in headers[b"cache-control"]
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert ask(files, "/static/app-1.js", method="HEAD")[2] == b""


@pytest.mark.parametrize(
    "path",
    [
        "/static/nothing.js",
        "/static/.stamp",
        "/static/../x",
        "/static/a/b.js",
        "/static/app-1.js.br",
        "/static/%00",
    ],
)
def test_what_is_not_built_is_the_pages_own_answer(files: Files, path: str) -> None:
    assert ask(files, path)[0] == 404


def test_only_reading(files: Files) -> None:
    assert ask(files, "/static/app-1.js", method="POST")[0] == 404

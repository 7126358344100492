"""What goes over the wire, smaller: built files packed beforehand, pages packed as they leave.

A page holds a token and words that people typed; an attacker who can choose some words and see lengths could guess the
token (BREACH). Each packed page therefore carries a random number of bytes that mean nothing ("Heal the Breach",
Palacios et al., 2022), as Django's GZipMiddleware does.
"""

import mimetypes
import secrets
import struct
import zlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

SMALL = 1_000  # bytes below which packing gains nothing
LEVEL = 1  # a page is made for one reader, once: quick before small
PADDING = 100  # bytes at most
PACKED = (("br", ".br"), ("gzip", ".gz"))


def init_app(app: Flask) -> None:
    """Registered first, so that it runs last: on what the others made of the answer."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if (
        response.mimetype != "text/html"
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
    ):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or request.method == "HEAD":
        return response
    body = response.get_data()
    if len(body) >= SMALL:
        response.set_data(_padded(body))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _padded(body: bytes) -> bytes:
    """A gzip file whose header names a file of a random length (RFC 1952, FNAME)."""
    name = secrets.token_hex(PADDING // 2)[: secrets.randbelow(PADDING) + 1].encode()
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    head = b"\x1f\x8b\x08\x08" + struct.pack("<L", 0) + b"\x04\xff" + name + b"\0"
    tail = struct.pack("<LL", zlib.crc32(body), len(body) & 0xFFFFFFFF)
    return head + packer.compress(body) + packer.flush() + tail


class Files:
    """The built files over ASGI, without a thread; a name that is not there goes on to the pages (their 404)."""

    def __init__(self, folder: Path, headers: dict[str, str], inner: Any) -> None:
        self.folder = folder
        self.headers = headers | {
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
        }
        self.inner = inner
        self.known: dict[str, tuple[bytes, list[tuple[bytes, bytes]]]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """GET and HEAD of a built file, packed as the browser accepts it."""
        name = scope["path"].removeprefix("/static/")
        accepted = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"accept-encoding"), "")
        found = (
            self._find(name, accepted) if scope["method"] in ("GET", "HEAD") and name.isprintable() else None
        )
        if found is None:
            await self.inner(scope, receive, send)
            return
        body, headers = found
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body if scope["method"] == "GET" else b""})

    def _find(self, name: str, accepted: str) -> tuple[bytes, list[tuple[bytes, bytes]]] | None:
        if "/" in name or name.startswith(".") or name.endswith((".br", ".gz")):
            return None
        codings = [c.split(";")[0].strip() for c in accepted.split(",")]
        for coding, ending in (*((c, e) for c, e in PACKED if c in codings), ("", "")):
            key = name + ending
            if key not in self.known:
                file = self.folder / key
                if not file.is_file():
                    continue
                self.known[key] = self._read(file, name, coding)
            return self.known[key]
        return None

    def _read(self, file: Path, name: str, coding: str) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        body = file.read_bytes()
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        text = kind.startswith("text/") or kind.endswith(("javascript", "json", "svg+xml"))
        told = self.headers | {
            "Content-Type": f"{kind}; charset=utf-8" if text else kind,
            "Content-Length": str(len(body)),
        }
        if coding:
            told["Content-Encoding"] = coding
        return body, [(k.lower().encode(), v.encode()) for k, v in told.items()]

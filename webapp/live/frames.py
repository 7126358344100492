"""The wire: binary frames are documents, text frames (JSON) are everything else. Every fault has its own close code.

Binary: ``[kind u8][length u8][document id, ascii][payload]``; u32 are big-endian.

    0 STEP1   state vector; empty from the server: "ask me again"
    1 STEP2   server: diff · browser: [u32 n][diff]
    2 UPDATE  server: update · browser: [u32 n][update]
    3 ACK     server: [u32 n]
    4 AWARE   server: [u8 length][roster id][awareness] · browser: [awareness], of its own client id only

``closed {doc, why, code, next}`` ends one document on a page and leaves the page alone; its ``code`` is in ``WHY``.
"""

import json
import uuid
from enum import IntEnum
from typing import Any

STEP1, STEP2, UPDATE, ACK, AWARE = range(5)
HEAD = 2  # bytes before the document's id
ID = 36
COUNT = 4  # bytes of n

FRAME_LIMIT = 1_000_000  # uvicorn closes 1009 by itself beyond
UPDATE_LIMIT = 256_000
DOCUMENT_LIMIT = 5_000_000
TEXT_LIMIT = 4_000
AWARE_LIMIT = 4_000


class Close(IntEnum):
    """Why a socket is closed. Browsers come back by themselves except after 44xx."""

    RATE = 1008
    TOO_LARGE = 1009
    RESTART = 1012
    SLOW = 1013
    MALFORMED = 4400  # a binary frame that cannot be read
    SIGN_IN = 4401
    NO_ACCESS = 4403
    UNKNOWN = 4404  # an update of a document that does not exist for this person
    NOT_YOURS = 4405  # a kind that only the server sends
    OLD_PAGE = 4409
    FULL = 4413  # the document would grow beyond its limit
    NOT_JSON = 4415  # a text frame that cannot be read, or says what nobody says
    BAD_UPDATE = 4422  # a well-formed frame whose update, vector or caret is not Yjs
    NOT_MINE = 4423  # a caret of another client
    TOO_MANY = 4429  # sockets of one person


WHY = {"refused": 4403, "withdrawn": 4404, "frozen": 4410, "replaced": 4411}


class Fault(Exception):
    """What the other side sent ends the socket."""

    def __init__(self, code: Close, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason or code.name.lower().replace("_", "-")


def parse(data: bytes) -> tuple[int, str, bytes]:
    """(kind, document, payload) of a frame from a browser. Raises Fault."""
    if len(data) < HEAD + ID or data[1] != ID:
        raise Fault(Close.MALFORMED, "header")
    kind, doc = data[0], data[HEAD : HEAD + ID]
    if kind > AWARE:
        raise Fault(Close.MALFORMED, "kind")
    if kind == ACK:
        raise Fault(Close.NOT_YOURS)
    try:
        name = doc.decode("ascii")
        if str(uuid.UUID(name)) != name:
            raise Fault(Close.MALFORMED, "document")
    except ValueError:
        raise Fault(Close.MALFORMED, "document") from None
    return kind, name, data[HEAD + ID :]


def numbered(payload: bytes) -> tuple[int, bytes]:
    """(n, rest) of a payload that begins with a u32. Raises Fault."""
    if len(payload) <= COUNT:
        raise Fault(Close.MALFORMED, "count")
    if len(payload) - COUNT > UPDATE_LIMIT:
        raise Fault(Close.TOO_LARGE, "update")
    return int.from_bytes(payload[:COUNT], "big"), payload[COUNT:]


def frame(kind: int, doc: str, payload: bytes = b"") -> bytes:
    """A binary frame."""
    return bytes((kind, ID)) + doc.encode() + payload


def ack(doc: str, n: int) -> bytes:
    """« Tout est enregistré » up to n."""
    return frame(ACK, doc, n.to_bytes(COUNT, "big"))


def text(t: str, **values: Any) -> str:
    """A text frame."""
    return json.dumps({"t": t, **values}, ensure_ascii=False, separators=(",", ":"))


def closed(doc: str, why: str, following: str | None = None) -> str:
    """One document ends on this page: frozen, replaced, withdrawn or refused."""
    return text("closed", doc=doc, why=why, code=WHY[why], next=following)


def words(data: str) -> dict[str, Any]:
    """A text frame from a browser. Raises Fault."""
    if len(data) > TEXT_LIMIT:
        raise Fault(Close.TOO_LARGE, "text")
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise Fault(Close.NOT_JSON) from None
    if not isinstance(said, dict) or not isinstance(said.get("t"), str):
        raise Fault(Close.NOT_JSON)
    return said


def client(awareness: bytes) -> tuple[int, int]:
    """(client id, clock) of an awareness update that speaks of exactly one client. Raises Fault."""
    try:
        count, at = _varint(awareness, 0)
        who, at = _varint(awareness, at)
        clock, at = _varint(awareness, at)
        length, at = _varint(awareness, at)
        state = json.loads(awareness[at : at + length])
    except (ValueError, IndexError, RecursionError):
        raise Fault(Close.BAD_UPDATE, "caret") from None
    if count != 1 or at + length != len(awareness) or not (state is None or isinstance(state, dict)):
        raise Fault(Close.BAD_UPDATE, "caret")
    return who, clock


def gone(who: int, clock: int) -> bytes:
    """The awareness update that takes a client's caret away."""
    return b"\x01" + varint(who) + varint(clock) + b"\x04null"


def varint(n: int) -> bytes:
    """Lib0's variable-length unsigned integer."""
    out = bytearray()
    while n > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(0x80 | n & 0x7F)
        n >>= 7
    out.append(n)
    return bytes(out)


def is_vector(payload: bytes) -> bool:
    """Whether the payload is a Yjs state vector: a count, then that many pairs of client and clock, and nothing else."""
    try:
        count, at = _varint(payload, 0)
        for _ in range(2 * count):
            _, at = _varint(payload, at)
    except (ValueError, IndexError):
        return False
    return at == len(payload)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the last of its bytes
            return value, at
        shift += 7
        if shift > 63:  # noqa: PLR2004 - longer than any number of Yjs
            raise ValueError

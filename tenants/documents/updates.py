"""What an update of somebody's browser may hold, checked byte by byte before any library decodes it.

Why: a decoder trusts the counts that it reads (four bytes make it reserve gigabytes), and a text of ours needs little of
what Yjs can carry: characters and deletions, under the roots of its kind. Everything else is refused.

The format is Yjs's first: per client its structs, then the set of what is deleted. A struct is an item (where it stands,
then its content), a collected gap or a skipped one.
"""

from collections.abc import Collection

LARGEST = 2**31  # of a clock or a length; JavaScript's numbers end later, no text of ours does
CLIENTS = 2**53

_GC, _DELETED, _STRING, _SKIP = 0, 1, 4, 10
_KIND, _LEFT, _RIGHT, _KEY = 0x1F, 0x80, 0x40, 0x20


class Unreadable(Exception):
    """Bytes that are not an update of a text, or hold what none of ours holds."""


def check(update: bytes, roots: Collection[str]) -> None:
    """Raise Unreadable unless this is a whole update of plain texts under these roots, and nothing more."""
    try:
        at = _structs(update, frozenset(r.encode() for r in roots))
        if _deletions(update, at) != len(update):
            raise Unreadable("something follows")
    except IndexError:
        raise Unreadable("cut short") from None


def _structs(data: bytes, roots: frozenset[bytes]) -> int:
    clients, at = _number(data, 0, len(data))
    for _ in range(clients):
        count, at = _number(data, at, len(data))
        _, at = _number(data, at, CLIENTS)
        _, at = _number(data, at, LARGEST)
        for _ in range(count):
            at = _struct(data, at, roots)
    return at


def _struct(data: bytes, at: int, roots: frozenset[bytes]) -> int:
    info = data[at]
    at += 1
    kind = info & _KIND
    if kind in (_GC, _SKIP) and info == kind:
        return _number(data, at, LARGEST)[1]
    if kind not in (_DELETED, _STRING) or info & _KEY:
        raise Unreadable("content")
    at = _place(data, at, info, roots)
    if kind == _DELETED:
        return _number(data, at, LARGEST)[1]
    length, at = _number(data, at, len(data))
    try:
        if not _piece(data, at, length).decode():
            raise Unreadable("nothing")
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    return at + length


def _place(data: bytes, at: int, info: int, roots: frozenset[bytes]) -> int:
    """After which item, before which item, or, when it knows neither, under which root."""
    for side in (_LEFT, _RIGHT):
        if info & side:
            _, at = _number(data, at, CLIENTS)
            _, at = _number(data, at, LARGEST)
    if info & (_LEFT | _RIGHT):
        return at
    if data[at] != 1:
        raise Unreadable("parent")
    length, at = _number(data, at + 1, len(data))
    if _piece(data, at, length) not in roots:
        raise Unreadable("root")
    return at + length


def _deletions(data: bytes, at: int) -> int:
    clients, at = _number(data, at, len(data))
    for _ in range(clients):
        _, at = _number(data, at, CLIENTS)
        ranges, at = _number(data, at, len(data))
        for _ in range(2 * ranges):
            _, at = _number(data, at, LARGEST)
    return at


def _piece(data: bytes, at: int, length: int) -> bytes:
    if at + length > len(data):
        raise IndexError
    return data[at : at + length]


def _number(data: bytes, at: int, limit: int) -> tuple[int, int]:
    byte = data[at]
    if byte < 0x80:  # noqa: PLR2004 - the commonest by far: one byte
        if byte > limit:
            raise Unreadable("number")
        return byte, at + 1
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a number
            break
        shift += 7
        if shift > 56:  # noqa: PLR2004 - longer than any number of JavaScript
            raise Unreadable("number")
    if value > limit:
        raise Unreadable("number")
    return value, at

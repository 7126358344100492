"""The log as values: rows in, a document, a snapshot or a text out. Knows pycrdt, no database.

Traps kept out here (notes/live.md, section 4): offsets are UTF-8 bytes; ``get_update`` drops what waits for a missing
predecessor; a panic is a BaseException; a document is loaded, used and dropped, never shared.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pycrdt import Doc, Text, get_update, merge_updates

from tenants.documents.updates import Unreadable, check

EMPTY = b"\x00\x00"  # an update that says nothing
NOTHING = b"\x00"  # the state vector of an empty document
CHUNK = 64  # updates merged at once: the cost of one merge grows with the square of their number


@dataclass(frozen=True)
class Row:
    """One row of the log: the snapshot (``by`` None) or an update."""

    id: int
    data: bytes
    by: uuid.UUID | None = None


def merged(updates: Iterable[bytes]) -> bytes:
    """All of them as one update, in whatever order they come; what waits for a missing one is kept."""
    parts = list(updates)
    while len(parts) > 1:
        chunks = [parts[i : i + CHUNK] for i in range(0, len(parts), CHUNK)]
        parts = [merge_updates(*chunk) if len(chunk) > 1 else chunk[0] for chunk in chunks]
    return parts[0] if parts else EMPTY


def load(updates: Iterable[bytes]) -> Doc[Text]:
    """The document that these updates make; an update applied twice changes nothing.

    Merged first, then applied: applied one by one, an update that comes before its predecessor is sometimes lost (run:
    91 of 400 logs with one row delayed lost words so, none when merged), and merging is quicker as well.
    """
    doc: Doc[Text] = Doc()
    doc.apply_update(merged(updates))
    return doc


def readable(update: bytes, roots: Collection[str]) -> None:
    """Raise Unreadable unless the bytes are an update of plain texts under these roots, which the library accepts."""
    check(update, roots)
    try:
        Doc().apply_update(update)
    except ValueError as e:
        raise Unreadable(str(e)) from None
    except BaseException as e:
        if type(e).__name__ != "PanicException":
            raise
        raise Unreadable("panic") from None


def brings(log: Sequence[bytes], doc: Doc[Text], update: bytes) -> bool:
    """Whether the update holds anything that the log lacks, what waits for a predecessor included."""
    whole = merged(log)
    state = doc.get_state()
    return get_update(merge_updates(whole, update), state) != get_update(whole, state)


def compacted(log: Sequence[bytes]) -> bytes | None:
    """The log as one update, or None when something in it still waits for a row that is missing: keep the rows then.

    Comparing state vectors would be blind: they are equal in both cases.
    """
    doc = load(log)
    snapshot, state = doc.get_update(), doc.get_state()
    if get_update(merged(log), state) != get_update(snapshot, state):
        return None
    return snapshot


def seed(texts: Mapping[str, str]) -> bytes:
    """The first update of a document that holds these texts."""
    doc: Doc[Text] = Doc()
    for root, text in texts.items():
        if text:
            doc.get(root, type=Text).insert(0, text)
    return doc.get_update()


def texts(doc: Doc[Text], roots: Iterable[str]) -> dict[str, str]:
    """The roots as strings, as typed."""
    return {root: str(doc.get(root, type=Text)) for root in roots}


def edit(log: Sequence[bytes], changes: Mapping[str, str]) -> bytes | None:
    """The update that makes the roots read as asked, touching only what differs; None when they do already."""
    doc = load(log)
    before = doc.get_state()
    changed = False
    for root, wanted in changes.items():
        text = doc.get(root, type=Text)
        present = str(text)
        if present == wanted:
            continue
        changed = True
        head, tail = _common(present, wanted)
        start = len(present[:head].encode())
        stop = start + len(present[head : len(present) - tail].encode())
        put = wanted[head : len(wanted) - tail]
        if stop > start:
            del text[start:stop]
        if put:
            text.insert(start, put)
    return doc.get_update(before) if changed else None


def writers(rows: Sequence[Row], after: int, roots: Iterable[str]) -> dict[str, tuple[uuid.UUID, ...]]:
    """Per root, the contacts whose rows beyond ``after`` changed it, in order of their first change."""
    names = tuple(roots)
    doc = load(r.data for r in rows if r.id <= after or r.by is None)
    found: dict[str, dict[uuid.UUID, None]] = {root: {} for root in names}
    present = texts(doc, names)
    for row in rows:
        if row.by is None or row.id <= after:
            continue
        doc.apply_update(row.data)
        now = texts(doc, names)
        for root in names:
            if now[root] != present[root]:
                found[root][row.by] = None
        present = now
    return {root: tuple(who) for root, who in found.items()}


def _common(a: str, b: str) -> tuple[int, int]:
    """Lengths, in characters, of the common beginning and of the common end (not overlapping)."""
    limit = min(len(a), len(b))
    head = next((i for i in range(limit) if a[i] != b[i]), limit)
    rest = limit - head
    tail = next((i for i in range(rest) if a[-1 - i] != b[-1 - i]), rest)
    return head, tail


__all__ = [
    "EMPTY",
    "NOTHING",
    "Row",
    "Unreadable",
    "brings",
    "compacted",
    "edit",
    "load",
    "merged",
    "readable",
    "seed",
    "texts",
    "writers",
]

"""What a file is, by its content; and the refusal of what is too large, of two natures, or made to harm.

Nothing is decoded: an image's size is read in its header, an office file's parts are unpacked one by one and counted.
What is refused here is refused with a reason; what passes is still never opened by us, nor shown inside a page.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from tenants.refusals import Incorrect
from webapp.files.limits import LARGEST

HEAD = 4096
TEXT_SCAN = 65_536
LONGEST_SIDE, MOST_PIXELS = 12_000, 60_000_000
MOST_PARTS, UNPACKED = 4_000, 150_000_000
_PDF_ENDS_IN = 2_048
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Kind:
    """A type that is taken, with the endings that its name may have, the first being its own."""

    type: str
    suffixes: tuple[str, ...]


PDF = Kind("application/pdf", (".pdf",))
PNG = Kind("image/png", (".png",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg"))
WEBP = Kind("image/webp", (".webp",))
TEXT, CSV = Kind("text/plain", (".txt",)), Kind("text/csv", (".csv",))
_BY_PART = {
    "word/document.xml": Kind(f"{OFFICE}wordprocessingml.document", (".docx",)),
    "xl/workbook.xml": Kind(f"{OFFICE}spreadsheetml.sheet", (".xlsx",)),
    "ppt/presentation.xml": Kind(f"{OFFICE}presentationml.presentation", (".pptx",)),
}
_BY_MIMETYPE = {
    f"{OPEN}text": Kind(f"{OPEN}text", (".odt",)),
    f"{OPEN}spreadsheet": Kind(f"{OPEN}spreadsheet", (".ods",)),
    f"{OPEN}presentation": Kind(f"{OPEN}presentation", (".odp",)),
}
KINDS = (PDF, PNG, JPEG, WEBP, TEXT, CSV, *_BY_PART.values(), *_BY_MIMETYPE.values())
ACCEPTED = ",".join(suffix for kind in KINDS for suffix in kind.suffixes)
# What a browser would run: in no file of ours is it said in the first bytes
_PAGE = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|\?php)", re.IGNORECASE)


def judged(source: IO[bytes], name: str) -> Kind:
    """Its kind; the source stands at its start again.

    Raises Incorrect on ``file``: ``file.empty``, ``file.large``, ``file.kind``, ``file.two_natures``, ``file.broken``,
    ``file.pixels``, ``file.unpacked``, ``file.macros``, ``file.locked``.
    """
    size = source.seek(0, 2)
    if not size:
        raise _no("file.empty")
    if size > LARGEST:
        raise _no("file.large", limit=LARGEST)
    source.seek(0)
    head = source.read(HEAD)
    found = next((judge for magic, judge in _MAGIC if magic(head)), _text)
    kind = found(source, size, name)
    source.seek(0)
    return kind


def _no(name: str, **values: object) -> Incorrect:
    return Incorrect(name, field="file", **values)


# -- PDF -------------------------------------------------------------------------------------------------------


def _pdf(source: IO[bytes], size: int, name: str) -> Kind:
    """Also not an archive at its end, nor a page at its beginning; and it must end as a PDF does."""
    head = _at(source, 0, HEAD)
    if _PAGE.search(head[:1024]) or _ends_as_archive(source):
        raise _no("file.two_natures")
    end = _at(source, max(size - _PDF_ENDS_IN, 0), _PDF_ENDS_IN)
    if b"%%EOF" not in end:
        raise _no("file.broken")
    if _PAGE.search(end.rpartition(b"%%EOF")[2]):
        raise _no("file.two_natures")
    return PDF


def _ends_as_archive(source: IO[bytes]) -> bool:
    return zipfile.is_zipfile(source)


# -- images ----------------------------------------------------------------------------------------------------


def _png(source: IO[bytes], size: int, name: str) -> Kind:
    head = _at(source, 0, 33)
    if len(head) < 33 or head[12:16] != b"IHDR":  # noqa: PLR2004 - the signature and the header's own length
        raise _no("file.broken")
    _bounded(*struct.unpack(">II", head[16:24]))
    _alone(source, _png_end(source, size), size)
    return PNG


def _png_end(source: IO[bytes], size: int) -> int:
    at = 8
    while at + 12 <= size:
        length, kind = struct.unpack(">I4s", _at(source, at, 8))
        at += 12 + length
        if kind == b"IEND":
            return at
    raise _no("file.broken")


def _jpeg(source: IO[bytes], size: int, name: str) -> Kind:
    """Up to the frame's header; a camera may add a preview after the end, nothing that a browser would run."""
    at = 2
    while at + 9 <= size:
        marker, kind, length = struct.unpack(">BBH", _at(source, at, 4))
        if marker != 0xFF:  # noqa: PLR2004 - every marker begins so
            break
        if kind in _FRAMES:
            _, height, width = struct.unpack(">BHH", _at(source, at + 4, 5))
            _bounded(width, height)
            _nothing_else(source, size)
            return JPEG
        at += 2 + length if kind != 0xFF else 1  # noqa: PLR2004 - a filling byte
    raise _no("file.broken")


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _webp(source: IO[bytes], size: int, name: str) -> Kind:
    head = _at(source, 0, 30)
    if len(head) < 30:  # noqa: PLR2004 - RIFF's header and the first part's
        raise _no("file.broken")
    (length,) = struct.unpack("<I", head[4:8])
    form = head[12:16]
    if form == b"VP8X":
        width, height = (int.from_bytes(head[i : i + 3], "little") + 1 for i in (24, 27))
    elif form == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif form == b"VP8 ":
        width, height = (v & 0x3FFF for v in struct.unpack("<HH", head[26:30]))
    else:
        raise _no("file.broken")
    _bounded(width, height)
    _alone(source, 8 + length + length % 2, size)
    return WEBP


def _bounded(width: int, height: int) -> None:
    if not width or not height:
        raise _no("file.broken")
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise _no("file.pixels", width=width, height=height, side=LONGEST_SIDE)


def _alone(source: IO[bytes], end: int, size: int) -> None:
    if end > size:
        raise _no("file.broken")
    if end < size:
        raise _no("file.two_natures")
    _nothing_else(source, size)


def _nothing_else(source: IO[bytes], size: int) -> None:
    head, tail = _at(source, 0, HEAD), _at(source, max(size - HEAD, 0), HEAD)
    if b"%PDF-" in head[:1024] or _PAGE.search(head) or _PAGE.search(tail) or _ends_as_archive(source):
        raise _no("file.two_natures")


# -- office files ----------------------------------------------------------------------------------------------


def _archive(source: IO[bytes], size: int, name: str) -> Kind:
    if b"%PDF-" in _at(source, 0, 1024):
        raise _no("file.two_natures")
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
            _safe(parts, size)
            kind = _office(archive, parts)
            _unpacked(archive, parts)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError):
        raise _no("file.broken") from None
    return kind


def _safe(parts: list[zipfile.ZipInfo], size: int) -> None:
    """By what the directory says: how many, how large, no path that climbs, no part that lies over another."""
    if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > UNPACKED:
        raise _no("file.unpacked", limit=UNPACKED)
    if sum(p.compress_size for p in parts) > size or len({p.header_offset for p in parts}) < len(parts):
        raise _no("file.unpacked", limit=UNPACKED)
    if not any(p.header_offset == 0 for p in parts):
        raise _no("file.two_natures")
    for part in parts:
        steps = re.split(r"[/\\]", part.filename)
        if ".." in steps or part.filename.startswith(("/", "\\")) or ":" in steps[0]:
            raise _no("file.broken")
        if part.flag_bits & 1:
            raise _no("file.locked")


def _office(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> Kind:
    names = {p.filename for p in parts}
    if any(n.lower().endswith(("vbaproject.bin", "vbadata.xml")) or n.startswith("Basic/") for n in names):
        raise _no("file.macros")
    if "[Content_Types].xml" in names:
        found = [kind for part, kind in _BY_PART.items() if part in names]
        if len(found) == 1:
            return found[0]
    elif parts[0].filename == "mimetype" and parts[0].file_size < 100:  # noqa: PLR2004 - one line
        said = archive.read("mimetype").decode("ascii", "replace")
        if said in _BY_MIMETYPE and "content.xml" in names:
            return _BY_MIMETYPE[said]
    raise _no("file.kind")


def _unpacked(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Really unpacked, in small pieces that go nowhere: a part that is larger than it says fails its own checksum."""
    total = 0
    for part in parts:
        with archive.open(part) as stream:
            while piece := stream.read(262_144):
                total += len(piece)
                if total > UNPACKED:
                    raise _no("file.unpacked", limit=UNPACKED)


# -- text ------------------------------------------------------------------------------------------------------


def _text(source: IO[bytes], size: int, name: str) -> Kind:
    """Words alone, called .txt or .csv, in UTF-8 or as older machines write; never a page under another name."""
    lower = name.lower().strip()
    kind = next((k for k in (TEXT, CSV) if lower.endswith(k.suffixes)), None)
    first = _at(source, 0, TEXT_SCAN)
    if kind is None:
        raise _no("file.kind")
    if any(_odd(piece) for piece in _pieces(source)):
        raise _no("file.kind")
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") or _PAGE.search(first) or b"%PDF-" in first or _ends_as_archive(source):
        raise _no("file.two_natures")
    return kind


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    source.seek(0)
    while piece := source.read(262_144):
        yield piece


_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13} | {127})


def _odd(piece: bytes) -> bool:
    return len(piece.translate(None, _CONTROLS)) < len(piece)


def _at(source: IO[bytes], at: int, count: int) -> bytes:
    source.seek(at)
    return source.read(count)


Judge = Callable[[IO[bytes], int, str], Kind]
_MAGIC: tuple[tuple[Callable[[bytes], bool], Judge], ...] = (
    (lambda head: head.startswith(b"%PDF-"), _pdf),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (lambda head: head.startswith(b"\xff\xd8\xff"), _jpeg),
    (lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP", _webp),
    (lambda head: head.startswith(b"PK\x03\x04"), _archive),
)

"""What a file is, by its content; what is refused, and why. No trick passes for what it says."""

import io
import zipfile

import pytest

from tenants.refusals import Incorrect
from tests import samples as s
from webapp.files import accept, names
from webapp.files.limits import LARGEST


def kind(body: bytes, name: str = "note") -> str:
    source = io.BytesIO(body)
    found = accept.judged(source, name).type
    assert source.tell() == 0
    return found


def refused(body: bytes, name: str = "note.pdf") -> str:
    with pytest.raises(Incorrect) as why:
        kind(body, name)
    assert why.value.values["field"] == "file"
    return why.value.name


@pytest.mark.parametrize(
    ("body", "name", "type_"),
    [
        (s.pdf(), "x.exe", "application/pdf"),
        (s.png(), "x", "image/png"),
        (s.jpeg(), "x", "image/jpeg"),
        (s.webp(), "x", "image/webp"),
        (s.docx(), "x", accept.OFFICE + "wordprocessingml.document"),
        (s.office({s.TYPES: b"", "xl/workbook.xml": b""}), "x", accept.OFFICE + "spreadsheetml.sheet"),
        (s.office({s.TYPES: b"", "ppt/presentation.xml": b""}), "x", accept.OFFICE + "presentationml.presentation"),
        (s.odt(), "x", accept.OPEN + "text"),
        ("Été, 12 €\n".encode(), "notes.TXT", "text/plain"),
        ("Été;12 €\r\n".encode("cp1252"), "relevé.csv", "text/csv"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_content_says(body, name, type_):
    assert kind(body, name) == type_


LIAR = s.docx(word__media__x=b"\0" * 200_000)


def overlapping() -> bytes:
    """Two names for the same packed bytes: what a quine bomb is made of."""
    body = s.docx(a=b"\0" * 90_000, b=b"\0" * 90_000)
    with zipfile.ZipFile(io.BytesIO(body)) as z:
        first, second = (z.getinfo(n).header_offset for n in ("a", "b"))
    at = body.rindex(b"PK\x01\x02", 0, body.rindex(b"PK\x05\x06"))
    assert int.from_bytes(body[at + 42 : at + 46], "little") == second
    return body[: at + 42] + first.to_bytes(4, "little") + body[at + 46 :]


@pytest.mark.parametrize(
    ("why", "body", "name"),
    [
        ("file.empty", b"", "x.pdf"),
        ("file.kind", b"\x7fELF\x02\x01\x01", "x.pdf"),
        ("file.kind", b"MZ\x90\x00", "photo.png"),
        ("file.kind", b"GIF89a\x01\x00\x01\x00", "x.gif"),
        ("file.kind", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg"),
        ("file.two_natures", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.txt"),
        ("file.kind", b"<!doctype html><script>1</script>", "page.html"),
        ("file.two_natures", b"\xef\xbb\xbf  <!DOCTYPE html>", "page.txt"),
        ("file.two_natures", b"words\n<script>1</script>", "page.csv"),
        ("file.kind", b"words\x00and more", "x.txt"),
        ("file.kind", s.office({"a.txt": b"x"}), "x.zip"),
        ("file.kind", s.office({s.TYPES: b"", "word/document.xml": b"", "xl/workbook.xml": b""}), "x.docx"),
        ("file.two_natures", b"%PDF-1.4\n<html><script>1</script>\n%%EOF", "x.pdf"),
        ("file.two_natures", s.pdf() + b"<script>1</script>", "x.pdf"),
        ("file.two_natures", s.pdf() + s.office({"a": b"x"}), "x.pdf"),
        ("file.broken", b"%PDF-1.7 and nothing else", "x.pdf"),
        ("file.two_natures", s.png(after=s.office({"a": b"x"})), "x.png"),
        ("file.two_natures", s.png(after=b"x"), "x.png"),
        ("file.broken", s.png()[:40], "x.png"),
        ("file.pixels", s.png(20_000, 20_000), "x.png"),
        ("file.pixels", s.jpeg(20_000, 10), "x.jpg"),
        ("file.pixels", s.webp(16_000, 16_000), "x.webp"),
        ("file.pixels", s.png(11_000, 11_000), "x.png"),
        ("file.broken", s.png(0, 5), "x.png"),
        ("file.two_natures", s.jpeg(comment=b"<script>alert(1)</script>"), "x.jpg"),
        ("file.two_natures", s.jpeg(comment=b"%PDF-1.4 "), "x.jpg"),
        ("file.broken", b"\xff\xd8\xff\xe0\x00\x10JFIF", "x.jpg"),
        ("file.broken", b"RIFF\x04\x00\x00\x00WEBP", "x.webp"),
        ("file.two_natures", b"PK\x03\x04%PDF-1.4" + s.docx(), "x.docx"),
        ("file.broken", s.docx()[:-30], "x.docx"),
        ("file.broken", s.docx(**{"..__..__etc__passwd": b"x"}), "x.docx"),
        ("file.broken", s.office({s.TYPES: b"", "word/document.xml": b"", "/etc/passwd": b""}), "x.docx"),
        ("file.macros", s.docx(**{"word__vbaProject.bin": b"x"}), "x.docx"),
        ("file.unpacked", s.docx(bomb=b"\0" * (accept.UNPACKED + 1)), "x.docx"),
        ("file.unpacked", overlapping(), "x.docx"),
    ],
)  # fmt: skip
def test_no_trick_passes(why, body, name):
    assert refused(body, name) == why


def test_a_part_that_says_that_it_is_small_is_not_believed():
    body = bytearray(s.docx(bomb=b"\0" * 5_000_000))
    with zipfile.ZipFile(io.BytesIO(body)) as z:
        size = z.getinfo("bomb").file_size.to_bytes(4, "little")
    lied = bytes(body).replace(size, (10).to_bytes(4, "little"))
    assert refused(lied, "x.docx") == "file.broken"


def test_more_than_the_limit_is_refused_before_it_is_read():
    class Endless(io.BytesIO):
        def seek(self, at, whence=0):
            return LARGEST + 1 if whence == 2 else super().seek(at)

        def read(self, count=-1):
            raise AssertionError("read")

    with pytest.raises(Incorrect) as why:
        accept.judged(Endless(), "x.pdf")
    assert why.value.name == "file.large"


@pytest.mark.parametrize(
    ("given", "suffixes", "called"),
    [
        ("Rapport d’été.PDF", (".pdf",), "Rapport d’été.pdf"),
        ("photo.exe", (".png",), "photo.exe.png"),
        ("photo.jpeg", (".jpg", ".jpeg"), "photo.jpeg"),
        ("../../etc/passwd", (".txt",), "passwd.txt"),
        ("C:\\Users\\x\\note.txt", (".txt",), "note.txt"),
        ("a\r\nSet-Cookie: x=1.pdf", (".pdf",), "aSet-Cookie_ x=1.pdf"),
        ("gnp\u202efdp.exe", (".pdf",), "gnpfdp.exe.pdf"),
        ("con.txt", (".txt",), "_con.txt"),
        ("..", (".pdf",), "document.pdf"),
        ("", (".pdf",), "document.pdf"),
        (None, (".pdf",), "document.pdf"),
        ("  .hidden", (".txt",), "hidden.txt"),
        ("é" * 300 + ".pdf", (".pdf",), "é" * 116 + ".pdf"),
    ],
)
def test_a_name_is_shown_and_saved_without_harm(given, suffixes, called):
    assert names.cleaned(given, suffixes) == called

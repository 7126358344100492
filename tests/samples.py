"""Files as people send them, honest and not: made here, byte by byte, so that each says what it is by itself."""

import io
import struct
import zipfile
import zlib

TYPES = "[Content_Types].xml"


def pdf(body: bytes = b"") -> bytes:
    """The least that is one."""
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + body + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def png(width: int = 3, height: int = 2, after: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"") + after


def jpeg(width: int = 3, height: int = 2, comment: bytes = b"a camera") -> bytes:
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + said + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x00\xff\xd9"


def webp(width: int = 3, height: int = 2) -> bytes:
    body = (
        b"WEBPVP8L"
        + struct.pack("<I", 5)
        + b"\x2f"
        + struct.pack("<I", (width - 1) | (height - 1) << 14)
        + b"\0"
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body + b"\0" * 4 if len(body) > 22 else _padded(body)


def _padded(body: bytes) -> bytes:
    body += b"\0" * (22 - len(body))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def office(parts: dict[str, bytes], before: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return before + out.getvalue()


def docx(**more: bytes) -> bytes:
    return office(
        {
            TYPES: b"<Types/>",
            "word/document.xml": b"<w/>",
            **{k.replace("__", "/"): v for k, v in more.items()},
        }
    )


def odt() -> bytes:
    return office({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})

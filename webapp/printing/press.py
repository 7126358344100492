"""From plain values to a PDF that archives and screen readers accept (PDF/A-3a and PDF/UA-1), the same each time.

typst refuses to write what would not conform: a missing glyph, a drawing without words, a skipped heading.
"""

import functools
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst
from flask import current_app

from tenants.documents import glyphs
from webapp.config import ROOT

TEMPLATES = ROOT / "templates" / "print"
STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
BOX = "\u25a1"
# Spaces and joiners that shaping makes from plain ones: in no font's table, and they print right
_KEPT = frozenset("\n\t\u200d\ufe0f\u00a0\u202f\u2009\u200b\u2060\u2011 ")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LONG_WORD = re.compile(r"\S{32,}")
_PILED = re.compile("([\u0300-\u036f]{2})[\u0300-\u036f]+")
# Keys whose values are not prose
PLAIN = frozenset({"hash", "head", "fingerprint", "party", "level", "number", "svg", "kind", "cells"})


class NotPrinted(Exception):
    """typst refused; the message says where in the template. The data is at fault, or the template."""


def press(document: str, data: Mapping[str, Any], at: datetime, **attached: bytes) -> bytes:
    """``templates/print/<document>.typ`` with that data, dated ``at``. ``attached``: JSON that the document carries.

    Raises NotPrinted.
    """
    inputs = {
        "data": json.dumps(prepared(data)),
        "icons": _icons(_made()),
        **{name: body.decode() for name, body in attached.items()},
    }
    try:
        found: bytes = typst.compile(
            str(TEMPLATES / f"{document}.typ"), root=str(TEMPLATES), font_paths=_fonts(_made()), format="pdf",
            sys_inputs=inputs, pdf_standards=[*STANDARDS], timestamp=int(at.timestamp()),
        )  # fmt: skip
    except typst.TypstError as refused:
        raise NotPrinted(str(getattr(refused, "diagnostic", refused))) from refused
    return found


def prepared(value: Any, key: str = "") -> Any:
    """Every text of the data as it can be printed; what is not prose passes untouched."""
    if isinstance(value, str):
        return value if key in PLAIN else clean(value)
    if isinstance(value, Mapping):
        return {k: prepared(v, k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [prepared(v, key) for v in value]
    return value


def clean(text: str) -> str:
    """NFC, what does not print left out, a character that no font has as □, room to break in endless words.

    What is signed has none of those but the last: it was refused before (``documents.texts.unprintable``).
    """
    text = unicodedata.normalize("NFC", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    text = re.sub("[\u2028\u2029]", "\n", text)
    text = "".join(_printed(c) for c in text)
    text = _PILED.sub(r"\1", text)
    return _LONG_WORD.sub(lambda m: "\u200b".join(m[0][i : i + 12] for i in range(0, len(m[0]), 12)), text)


def _printed(character: str) -> str:
    if character in _KEPT:
        return character
    if unicodedata.category(character) in _DROPPED:
        return ""
    return character if glyphs.covered(character) else BOX


def _made() -> Path:
    """Fonts and drawings, as the build left them."""
    return Path(current_app.extensions["trialogue"].dist) / "print"


@functools.cache
def _fonts(made: Path) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(made / "fonts")]
    )


@functools.cache
def _icons(made: Path) -> str:
    return (made / "icons.json").read_text(encoding="utf-8")

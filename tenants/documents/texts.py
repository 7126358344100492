"""Text as it is kept, hashed and compared. Pure functions over strings.

Canonical text: NFC, control characters dropped, any run of white space (U+00A0 and U+202F included) is one space, ends
trimmed. The hash of a list of canonical values is what initials and signatures bind to.
"""

import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tenants.documents.glyphs import covered

WHITE = re.compile(r"\s+")
# \s covers U+00A0 and U+202F; these break lines or words too, and are white for everyone but Python.
_TO_SPACE = dict.fromkeys((0x2060, 0xFEFF, 0x180E), None) | {0x200B: " "}
_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
# Joiners, variation selectors and tags that emoji and some scripts are made of; the soft hyphen prints as nothing.
# Shaping makes the non-breaking hyphen from the plain one.
_JOINERS = frozenset("\u200c\u200d\u00ad\u2011\ufe0e\ufe0f ")
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_TAGS = range(0xE0020, 0xE0080)
_LONG = 3000
Scalar = str | int | bool | None


def cleaned(text: str) -> str:
    """Text as it is kept: NFC, line feeds alone end lines, other control characters dropped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", kept)


def canonical(text: str) -> str:
    """Text as it is compared and initialled: one line, single spaces, trimmed."""
    return WHITE.sub(" ", unicodedata.normalize("NFC", cleaned(text).translate(_TO_SPACE))).strip()


def canonical_hash(values: Sequence[Scalar]) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of a list; its strings are made canonical first."""
    content = [canonical(v) if isinstance(v, str) else v for v in values]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def unprintable(text: str) -> list[str]:
    """The characters of a canonical text that nothing shows or that none of our fonts has, once each:
    ``U+202E RIGHT-TO-LEFT OVERRIDE``. Such a text is not signed: what is printed would not be what was agreed.
    """
    found = dict.fromkeys(c for c in canonical(text) if not _prints(c))
    return [f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in found]


@dataclass(frozen=True)
class Segment:
    """A run of a word difference: ``same``, ``ins`` or ``del``."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Segment]:
    """The word difference of two texts: what was kept, taken out (``del``) and put in (``ins``), in reading order."""
    return list(_joined(_runs(before, after)))


def _prints(character: str) -> bool:
    if character in _JOINERS or ord(character) in _TAGS:
        return True
    return unicodedata.category(character) not in _UNPRINTABLE and covered(character)


def _runs(before: str, after: str) -> Iterator[Segment]:
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    # over a few pages the exact comparison takes seconds: let it skip the commonest words as anchors
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > _LONG)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Segment("same", "".join(old[a:b]))
            continue
        if a < b:
            yield Segment("del", "".join(old[a:b]))
        if c < d:
            yield Segment("ins", "".join(new[c:d]))


def _joined(runs: Iterator[Segment]) -> Iterator[Segment]:
    """A single space kept between two changed words reads as part of the change: « les deux » replaced by « trois mois »."""
    out: list[Segment] = []
    pending = list(runs)
    for i, run in enumerate(pending):
        lone = run.kind == "same" and run.text.isspace() and 0 < i < len(pending) - 1
        out += [Segment("del", run.text), Segment("ins", run.text)] if lone else [run]
    group: dict[str, str] = {}
    for run in out:
        if run.kind == "same":
            yield from (Segment(k, group[k]) for k in ("del", "ins") if group.get(k))
            group = {}
            yield run
        else:
            group[run.kind] = group.get(run.kind, "") + run.text
    yield from (Segment(k, group[k]) for k in ("del", "ins") if group.get(k))

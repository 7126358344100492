"""What a file is called, out of what its sender's machine called it: shown, saved and sent in a header without harm."""

import re
import unicodedata

LONGEST = 120
_HARMFUL = re.compile(r'[<>:"|?*\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def cleaned(given: str | None, suffixes: tuple[str, ...]) -> str:
    """The last part of the path, without what breaks lines, paths or headers, ending as its content asks."""
    last = re.split(r"[/\\]", given or "")[-1]
    text = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in _DROPPED)
    text = " ".join(_HARMFUL.sub("_", text).split()).strip(". ")
    stem, dot, suffix = text.rpartition(".")
    if dot and f".{suffix.lower()}" in suffixes:
        end = f".{suffix.lower()}"
    else:
        stem, end = text, suffixes[0]
    stem = stem.strip(". ")[: LONGEST - len(end)].strip(". ") or "document"
    return f"_{stem}{end}" if _RESERVED.match(stem) else f"{stem}{end}"

"""Catalogues of messages: compiled when their source is newer, for compiled ones are never committed."""

import os
from pathlib import Path

from webapp.config import ROOT
from webapp.setup.progress import say

CATALOGUES = ROOT / "webapp" / "translations"


def compile_stale() -> None:
    """Babel is imported only where there is something to do: it costs a tenth of a second."""
    for source in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
        made = source.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            _compile(source, made)


def _compile(source: Path, made: Path) -> None:
    if not os.access(source.parent, os.W_OK):
        say(
            f"{made.name} manque et {source.parent} est en lecture seule : la langue {source.parts[-3]} fera défaut"
        )
        return
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    fresh = made.with_suffix(".new")
    with source.open("rb") as text, fresh.open("wb") as compiled:
        write_mo(compiled, read_po(text, locale=source.parts[-3]))
    fresh.replace(made)


if __name__ == "__main__":  # in the image's build
    compile_stale()

"""French is written in the templates and forms; English is its translation. ``python -m webapp.translations`` updates both.

``fr`` carries what the source cannot say, the plural entries (« 0 jour »); ``en`` is complete. The ``.po`` files are committed, the ``.mo`` files are built at set-up and never committed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
LANGUAGES = ("fr", "en")

# pattern under ROOT, Babel's method, its options
SOURCES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("webapp/**/*.py", "python", {}),
    ("templates/**/*.html", "jinja2", {"trimmed": "true", "silent": "false"}),
    ("templates/**/*.txt", "jinja2", {"trimmed": "true", "silent": "false"}),
    ("templates/**/*.jinja", "jinja2", {"trimmed": "true", "silent": "false"}),
)
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "_n": (1, 2),
    "__": None,
}


def path(language: str) -> Path:
    """The catalogue that is committed."""
    return HERE / language / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Every message of the sources, without places: they would change at each edit."""
    found = Catalog(project="Trialogue", charset="utf-8")
    for pattern, method, options in SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            for _line, message, comments, context in extract_from_file(
                method, str(file), keywords=KEYWORDS, comment_tags=("i18n:",), options=options
            ):
                found.add(message, auto_comments=comments, context=context)
    return found


def read(language: str) -> Catalog:
    """The committed catalogue of a language; an empty one when there is none yet."""
    file = path(language)
    if not file.exists():
        return Catalog(locale=language, project="Trialogue", charset="utf-8")
    with file.open("rb") as source:
        return read_po(source, locale=language)


def update() -> dict[str, int]:
    """Bring both catalogues to the sources: nothing is guessed, what is no longer said goes. Returns what is missing."""
    template = extracted()
    return {language: _update(language, template) for language in LANGUAGES}


def missing(language: str, template: Catalog | None = None) -> list[str]:
    """Messages that the catalogue should translate and does not, or not wholly."""
    catalogue = read(language)
    wanted = [m for m in template or extracted() if m.id and _belongs(language, m)]
    return [_first(m) for m in wanted if not _whole(catalogue.get(m.id, m.context))]


def stale(language: str, template: Catalog | None = None) -> list[str]:
    """Messages of the catalogue that no source says any more."""
    said = {_first(m) for m in template or extracted() if m.id}
    return [_first(m) for m in read(language) if m.id and _first(m) not in said]


def compile_catalogues(folder: Path = HERE) -> list[Path]:
    """Write each ``.mo`` beside its ``.po``; returns them."""
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parts[-3])
        target = source.with_suffix(".mo")
        with target.open("wb") as binary:
            write_mo(binary, catalogue)
        made.append(target)
    return made


def _update(language: str, template: Catalog) -> int:
    old = read(language)
    new = Catalog(locale=language, project="Trialogue", charset="utf-8", header_comment="# Trialogue")
    for message in _sorted(template):
        if _belongs(language, message):
            known = old.get(message.id, message.context)
            string = message.id if language == "fr" else known.string if known else None
            new.add(message.id, string, context=message.context)
    file = path(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    new.revision_date = new.creation_date = old.creation_date
    with file.open("wb") as target:
        write_po(target, new, width=110, omit_header=False, include_previous=False)
    return sum(not _whole(m) for m in new if m.id)


def _sorted(template: Catalog) -> Iterator[Message]:
    yield from sorted((m for m in template if m.id), key=lambda m: (_first(m).casefold(), _first(m)))


def _belongs(language: str, message: Message) -> bool:
    """French needs an entry only where the source is not already what is read."""
    return language != "fr" or bool(message.pluralizable)


def _whole(message: Message | None) -> bool:
    if message is None or message.fuzzy or not message.string:
        return False
    return all(message.string) if isinstance(message.string, (tuple, list)) else True


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else str(message.id)

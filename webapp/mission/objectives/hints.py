"""A gentle hint on vague or moral criteria: never a block. The list is data, in ``hints.json``.

Why: a criterion that nobody can observe cannot be agreed on nor read at the report, and in France evaluation by vague
or moral criteria made a whole appraisal system unlawful (Cass. soc., 15 October 2025, n° 22-20.716).
"""

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path

from tenants.documents.texts import canonical

DATA = Path(__file__).with_name("hints.json")


@dataclass(frozen=True)
class Hint:
    """The words found, as typed, and one observable rewording."""

    found: tuple[str, ...]
    instead: str


def hint(text: str, name: str, language: str) -> Hint | None:
    """The vague words of a text, in order, with a rewording of the first; None when there are none."""
    plain = canonical(text).replace("'", "’")
    hits: list[tuple[int, str, str]] = []
    for pattern, instead in _patterns(language):
        if match := pattern.search(plain):
            hits.append((match.start(), match.group(0), instead))
    if not hits:
        return None
    hits.sort()
    return Hint(tuple(dict.fromkeys(words for _, words, _ in hits)), hits[0][2].format(name=name))


@functools.cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    entries = json.loads(DATA.read_text(encoding="utf-8"))
    return [
        (
            re.compile(
                r"(?<!\w)(?:"
                + "|".join(map(re.escape, sorted(e[language], key=len, reverse=True)))
                + r")(?!\w)",
                re.IGNORECASE,
            ),
            e[f"{language}_instead"],
        )
        for e in entries
    ]

"""French as it is printed: its spaces and apostrophes, on every page and in every message; the words that we never say."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests import crawl
from tests.crawl import Seen, Walk
from tests.markup import Element
from webapp import translations

NB, THIN = "\u00a0", "\u202f"
HOLE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
WRONG = {
    "a straight apostrophe": re.compile(r"\w'\w"),
    "three dots": re.compile(r"\.\.\."),
    "straight quotes": re.compile(r"\"\w|\w\""),
    "« without its space": re.compile(rf"«(?!{NB})"),
    "» without its space": re.compile(rf"(?<!{NB})»"),
    ": without its space": re.compile(rf"(?<![{NB}]):(?=\s|$)"),
    "; ! ? without their space": re.compile(rf"(?<![{THIN}?!])[;!?](?=\s|$)"),
    "an ordinary space before a sign": re.compile(r" [;:!?»%€]"),
    "hours without their spaces": re.compile(r"\b\d{1,2}h\b|\b\d{1,2}h\d\d\b"),
}
NEVER = re.compile(
    r"\bOups\b|\bVeuillez\b|\butilisateurs?\b|\butilisatrices?\b|!|\bErreur \d{3}\b|\bSuper\b|\bcliquez\b|\blog(ué|in)\b",
    re.IGNORECASE,
)
ALONE = {"valider", "ok", "en attente", "envoyer", "soumettre", "oui", "non"}


@pytest.fixture(scope="session")
def walk(server: Any, application: Any) -> Walk:
    return crawl.walked(server, application)


def faults(text: str) -> list[str]:
    """What is wrong in a line of French; addresses are let be."""
    bare = ADDRESS.sub("", text)
    return [name for name, wrong in WRONG.items() if wrong.search(bare)]


def ours(seen: Seen, walk: Walk) -> Iterator[str]:
    """The lines of a page that are in our words, and those of its attributes that are read."""
    for line in lines(seen.page):
        if line not in walk.content:
            yield line
    for e in seen.page.walk():
        for name in ("aria-label", "title", "alt", "placeholder"):
            if (said := e.get(name)) and said not in walk.content:
                yield said


def lines(root: Element) -> Iterator[str]:
    """Words for words: a label in two cells is two lines; what is only a sign beside a picture is none."""
    for line in root.lines():
        if re.search(r"\w", line):
            yield line


def test_every_page_is_printed_as_french_is(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        for line in ours(seen, walk):
            for fault in faults(line):
                yield f"{fault}: {line[:160]}"

    assert walk.faults(rule) == {}


def test_we_never_say(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        for line in ours(seen, walk):
            if NEVER.search(line):
                yield line[:160]
        for button in seen.page.all("button"):
            if button.words.casefold() in ALONE:
                yield f"a button that does not say what it does: {button.words}"

    assert walk.faults(rule) == {}


def test_messages_are_printed_as_french_is() -> None:
    wrong = {}
    for message in translations.extracted():
        for text in message.id if isinstance(message.id, tuple | list) else (message.id,):
            bare = HOLE.sub("x", re.sub(r"<[^>]*>", "", html.unescape(text or "")))
            if text and (found := faults(bare) + (["never said"] if NEVER.search(bare) else [])):
                wrong[text] = found
    assert wrong == {}


def test_the_demonstration_is_printed_as_french_is(walk: Walk) -> None:
    """Its people write well: what a reader of the demonstration sees first is their prose."""
    prose = [
        c for c in walk.content if len(c) > 40 and " " in c and not c.startswith(("{", "[")) and "%(" not in c
    ]
    assert {c[:160]: faults(c) for c in prose if faults(c)} == {}


# French words that are no English ones: enough to see a sentence that was forgotten
FRENCH = set(
    "à au aux avec ce ces cette chez dans de des du elle elles en est et il ils je la le les leur leurs lui mais ne nos notre"
    " nous ou où par pas pour quand que qui sa sans se ses si son sont sur ta tous tout toute un une vos votre vous".split()
) - {"on", "tout", "me", "son", "sur", "de", "la", "le", "en", "or", "si", "il", "se", "pour", "ces"}


def test_an_english_page_holds_no_french(server: Any, application: Any) -> None:
    """Names and what people wrote apart: they stay in the language in which they were written."""
    walk = crawl.walked(server, application, "en")
    longest = sorted((c for c in walk.content if re.search(r"[a-zà-ÿ]", c)), key=len, reverse=True)
    # a word alone is somebody's only where it stands alone
    alone = (r"(?<!\w)", r"(?!\w)"), ("", "")
    plain = (c.replace(NB, " ").replace(THIN, " ") for c in longest)
    written = re.compile("|".join(re.escape(c).join(alone[" " in c]) for c in plain))
    judged: dict[str, bool] = {}

    def may_be(text: str) -> bool:
        return bool(set(re.findall(r"[a-zà-ÿœ]+", text.lower())) & FRENCH) or "«" in text

    def french(line: str) -> bool:
        if not may_be(line):
            return False  # most lines: nothing to be taken out of them
        # what is quoted and cut short is somebody's
        bare = written.sub("", re.sub(r"“[^”]*…”", "", line.replace(NB, " ").replace(THIN, " ")))
        return may_be(bare)

    def rule(seen: Seen) -> Iterator[str]:
        # a difference is made of what people wrote, in pieces
        pieces = {e.parent.words for e in seen.page.all("ins", "del") if e.parent is not None}
        for line in ours(seen, walk):
            if line in pieces:
                continue
            if line not in judged:
                judged[line] = french(line)  # most lines stand on many pages
            if judged[line]:
                yield line[:160]

    assert walk.faults(rule) == {}


@pytest.mark.parametrize("text", ["l'heure", "« Oui »", "Oui : non", "Quoi ?", "Attendez...", "à 9h30"])
def test_the_check_sees_what_is_wrong(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text", ["l’heure", f"«{NB}Oui{NB}»", f"Oui{NB}: non", f"Quoi{THIN}?", "9:05", "http://a.fr/b?c"]
)
def test_and_lets_be_what_is_right(text: str) -> None:
    assert not faults(text)

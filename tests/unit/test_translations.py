"""Both languages are complete, and what is written in French keeps its typography."""

import html
import re

import pytest
from flask_babel import gettext, ngettext
from gallery import application

from webapp import translations
from webapp.translations.borrowed import BORROWED, MESSAGES, PLURALS

NB, THIN = "\u00a0", "\u202f"
HOLE = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def template():
    return translations.extracted()


def strings(message):
    return message.id if isinstance(message.id, tuple | list) else (message.id,)


def test_english_is_complete(template):
    assert translations.missing("en", template) == []
    assert translations.stale("en", template) == []


def test_french_has_its_plurals(template):
    assert translations.missing("fr", template) == []


def test_a_translation_has_the_holes_of_its_source():
    for language in translations.LANGUAGES:
        for message in translations.read(language):
            if not message.id or not message.string:
                continue
            said = message.string if isinstance(message.string, tuple | list) else (message.string,)
            for one in said:
                assert set(HOLE.findall(one)) <= set(HOLE.findall(" ".join(strings(message)))), one
            assert set(HOLE.findall(strings(message)[-1])) <= set(HOLE.findall(said[-1])), said[-1]


def test_french_typography(template):
    wrong = [text for message in template if message.id for text in strings(message) if faults(text)]
    assert wrong == []


def faults(text):
    """Straight apostrophes, dots for an ellipsis, ordinary spaces inside « » or before : ; ! ?; addresses are let be."""
    bare = html.unescape(re.sub(r"https?://\S+|\S+@\S+|<[^>]*>", "", text))
    return re.search(
        rf"\w'\w|\.\.\.|«(?!{NB})|(?<!{NB})»|(?<!{NB}):(?=\s|$)|(?<![{THIN}?!])[;!?](?=\s|$)", bare
    )


@pytest.mark.parametrize(
    "text", ["l'heure", "« Oui »", "Oui : non", "Quoi ?", "Quoi?", "Attendez...", "Un ; deux", "Un: deux"]
)
def test_the_check_sees_what_is_wrong(text):
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "l’heure",
        "« Oui »",
        "Oui : non",
        "Quoi ?",
        "Attendez…",
        "Un ; deux",
        "9:05",
        "http://a.fr/b?c",
        "%(label)s : %(x)s",
    ],
)
def test_and_lets_be_what_is_right(text):
    assert not faults(text)


def test_zero_is_singular_in_french_and_plural_in_english():
    translations.compile_catalogues()
    app = application()
    with app.test_request_context("/", headers={"Accept-Language": "fr"}):
        assert ngettext("%(num)d jour", "%(num)d jours", 0) == "0 jour"
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert ngettext("%(num)d jour", "%(num)d jours", 0) == "0 days"
        assert gettext("hier") == "yesterday"


def test_what_wtforms_says_is_in_our_words():
    from wtforms import validators

    assert PLURALS
    assert MESSAGES
    assert BORROWED.gettext("Not a valid choice.") == "Choisissez une des réponses proposées."
    assert BORROWED.gettext("Number must be at least %(min)s.") % {"min": 3} == "Écrivez au moins 3."
    assert (
        BORROWED.ngettext("Field cannot be longer than %(max)d character.", "", 600)
        == "Écrivez au plus 600 caractères."
    )
    assert validators.InputRequired().message is None

"""Three browsers on the agreement: each writes alone, says « prêt », and all appears at once on everybody's page."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

SECRET = "Je n’ose pas le dire devant tous."


@pytest.fixture
def opened(visit: Any, world: Any) -> Any:
    """``opened("ines")``: her page of the agreement, at the address of a mission without a sponsor's hurry."""
    solo = world.missions["solo"]
    return lambda who, **more: visit(who, f"/{solo.slug}/missions/{solo.id}/agreement", **more)


def write(page: Any, field: str, words: str) -> None:
    page.locator(f"#{field}:not([readonly])").wait_for()
    page.locator(f"#{field}").click()
    page.keyboard.type(words)
    page.locator("#saved[data-saved=saving]").or_(page.locator("#saved[data-saved=saved]")).wait_for()
    page.locator("#saved[data-saved=saved]").wait_for()


def begin(page: Any) -> None:
    page.get_by_role("button", name="Écrire mes attentes").click()


def ready(page: Any) -> None:
    page.get_by_role("button", name="Je suis prêt·e").click()


def test_written_alone_then_revealed_to_all_at_once(opened: Any) -> None:
    pages = {who: opened(who) for who in ("ines", "helene", "marc", "solange")}
    ines = pages["ines"]
    begin(ines)
    write(ines, "x-fears", SECRET)
    for who in ("helene", "marc", "solange"):
        assert SECRET not in pages[who].content()
    ready(ines)
    for who in ("helene", "marc", "solange"):  # « prêt » is told live, its words are not
        pages[who].get_by_text("a dit « prêt » aujourd’hui").wait_for()
        assert SECRET not in pages[who].content()
    for who in ("helene", "marc"):
        begin(pages[who])
        write(pages[who], "x-hopes", f"Attente de {who}")
        ready(pages[who])
    solange = pages["solange"]
    begin(solange)
    solange.get_by_role("button", name="Je suis prêt·e : tout révéler").click()
    for page in pages.values():
        page.get_by_text(SECRET).wait_for()
        page.get_by_text("Attente de marc").wait_for()
        assert (
            page.get_by_text("Solange n’a rien écrit ici").or_(page.get_by_text("Solange n’ont rien")).count()
        )
        assert page.faults == []


def test_ready_is_taken_back_and_the_text_is_there_to_go_on(opened: Any) -> None:
    ines = opened("ines", viewport={"width": 360, "height": 740})
    begin(ines)
    write(ines, "x-hopes", "D’abord.")
    ready(ines)
    ines.get_by_text("Vous avez dit « prêt »").first.wait_for()
    assert ines.locator("textarea#x-hopes").count() == 0
    ines.get_by_role("button", name="Reprendre mon texte").click()
    write(ines, "x-hopes", "")
    assert "D’abord." in ines.locator("#x-hopes").input_value()
    assert ines.evaluate("document.documentElement.scrollWidth") <= 360


def test_two_write_the_sentence_at_once(opened: Any) -> None:
    helene, marc = opened("helene"), opened("marc")
    helene.get_by_role("button", name="Écrire la phrase").click()
    write(helene, "t-sentence", "Inès conduit le site. ")
    marc.locator("#t-sentence:not([readonly])").wait_for()
    write(marc, "t-sentence", "Ses chefs décident. ")
    for page in (helene, marc):
        both = page.locator("#t-sentence")
        expect(both).to_have_value(re.compile("conduit"), timeout=10_000)
        expect(both).to_have_value(re.compile("décident"), timeout=10_000)

"""The context file in real browsers: two tell the job at once, both positions appear together, an answer leaves live, the note tells nobody."""

import json
import re
from typing import Any

import pytest

from tests.db.test_objectives import shared

QUAIS, HOMMES = "Tenir les quais.", "Tenir les hommes."


@pytest.fixture
def opened(visit: Any, world: Any) -> Any:
    """``opened("ines")``: her page of the context file, and what the server says on its socket."""
    solo = world.missions["solo"]

    def opens(who: str, **more: Any) -> Any:
        page = visit(who, f"/{solo.slug}/missions/{solo.id}/people", **more)
        page.heard = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda f: heard(page, f)))
        page.goto(f"/{solo.slug}/missions/{solo.id}/context")
        return page

    return opens


def heard(page: Any, frame: Any) -> None:
    page.heard.append(frame)


def write(page: Any, field: str, words: str) -> None:
    page.locator(f"{field}:not([readonly])").wait_for()
    page.locator(field).click()
    page.keyboard.type(words)
    assert page.locator(field).input_value() == words, (
        "what was typed is in the field, whatever was read again meanwhile"
    )
    page.locator("#saved[data-saved=saving]").or_(page.locator("#saved[data-saved=saved]")).wait_for()
    page.locator("#saved[data-saved=saved]").wait_for()


def test_mentee_and_manager_tell_the_job_at_once_and_the_mentor_reads_both(opened: Any) -> None:
    ines, marc, helene = (
        opened("ines"),
        opened("marc", viewport={"width": 360, "height": 740}),
        opened("helene"),
    )
    for page in (ines, marc):
        page.get_by_role("button", name="Écrire ma fiche de poste").click()
    write(ines, "#sheet-tasks textarea", QUAIS)
    write(marc, "#sheet-tasks textarea", HOMMES)
    write(ines, "#sheet-market textarea", "Trois concurrents.")
    for words in (QUAIS, HOMMES, "Trois concurrents."):
        helene.get_by_text(words).wait_for()
    ines.locator("#sheet-tasks").get_by_text(HOMMES).wait_for()
    assert ines.locator("#sheet-tasks textarea").input_value() == QUAIS
    assert marc.locator("#sheet-tasks textarea").input_value() == HOMMES
    write(marc, "#sheet-market textarea", "Trois concurrents.")
    helene.locator("#sheet-market").get_by_text(re.compile("Même réponse")).wait_for()
    assert marc.evaluate("document.documentElement.scrollWidth") <= 360
    assert [p.faults for p in (ines, marc, helene)] == [[], [], []]


def test_both_positions_appear_at_once_on_every_page(app: Any, world: Any, opened: Any) -> None:
    with app.app_context():
        shared(world)
    ines, marc, helene = opened("ines"), opened("marc"), opened("helene")
    for page, step, words in ((ines, "En chemin", "Je prépare."), (marc, "Pas encore", "Pas vue seule.")):
        page.get_by_role("button", name="Dire où l’on en est").click()
        page.get_by_role("button", name=re.compile(f"^{step}")).click()
        page.locator('#position [aria-pressed="true"]').wait_for()
        write(page, "#position textarea", words)
    ines.get_by_role("button", name=re.compile("^C’est dit")).click()
    marc.get_by_text("a dit sa position").wait_for()  # that she did is told live, not what
    for page in (marc, helene):
        assert "Je prépare." not in page.content()
    marc.get_by_role("button", name=re.compile("^C’est dit")).click()
    for page in (ines, marc, helene):
        page.get_by_text("Je prépare.").wait_for()
        page.get_by_text("Pas vue seule.").wait_for()
        assert page.locator("#position svg[role=img]").count() == 1
        assert page.faults == []


def test_an_answer_leaves_live_and_the_note_wakes_nobody_elses_page(opened: Any) -> None:
    """The others' sockets hear nothing of the note, not even that something is to be read again."""
    helene, marc, solange = opened("helene"), opened("marc"), opened("solange")
    solange.get_by_role("button", name="Commencer la note").click()
    write(solange, "#note textarea", "Ce que deux personnes savent.")
    helene.locator("#note textarea").wait_for()
    told = [
        f
        for f in marc.heard
        if isinstance(f, str) and json.loads(f).get("t") not in ("hello", "ping", "presence")
    ]
    assert not [f for f in told if "context" in f]
    assert marc.locator("#note").count() == 0
    helene.get_by_text("Poser une question", exact=True).click()
    helene.get_by_label("À qui").select_option(label="Marc")
    helene.get_by_label("La question").fill("Que décidez-vous ?")
    helene.get_by_role("button", name="Poser la question").click()
    marc.get_by_role("button", name="Répondre").click()
    write(marc, "#questions textarea", "Les litiges.")
    assert "Les litiges." not in helene.content()
    marc.get_by_role("button", name="Donner ma réponse").click()
    helene.get_by_text("Les litiges.").wait_for()

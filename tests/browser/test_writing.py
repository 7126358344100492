"""Three real browsers on one objective: nothing lost, nothing doubled, all equal, and the server's page equals the screen."""

from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from tests.browser.writing import Objectives

START = "Inès tient la réunion du lundi."


@pytest.fixture
def opened(visit: Any, world: Any) -> Any:
    """``opened("ines")``: her objectives page."""
    solo = world.missions["solo"]
    return lambda who: Objectives(visit(who), f"/{solo.slug}/missions/{solo.id}/objectives")


@pytest.fixture
def shared(opened: Any) -> tuple[str, Objectives]:
    """An objective that Inès has written and shared; her page."""
    ines = opened("ines")
    o = ines.begin()
    ines.write(o, 0)
    ines.type(START)
    ines.until(lambda: ines.saved == "saved")
    ines.share(o)
    ines.write(o, 0)
    return o, ines


def alike(o: str, *pages: Objectives, text: str | None = None) -> None:
    """All screens show the same text, this one if it is given, and so does the server."""
    first = pages[0]
    first.until(lambda: len({p.text(o) for p in pages}) == 1 and text in (None, first.text(o)))
    first.until(lambda: all(p.saved == "saved" for p in pages))
    first.until(lambda: first.served(o) == first.text(o))


def test_three_people_type_at_once_while_a_date_changes(shared, opened, world) -> None:
    o, ines = shared
    helene, marc = opened("helene"), opened("marc")
    for page in (ines, helene):
        page.fields(o)
    ines.write(o, 0)
    marc.write(o, len(START))
    helene.write(o, 4)
    for i in range(15):
        ines.type(f"é{i} ")
        marc.type(f" ç{i}")
        helene.type("œ")
        if i == 7:
            due = helene.page.locator(f"#o-{o}-due_on")
            due.evaluate(
                "e => { e.value = '29/01/2027'; e.dispatchEvent(new Event('change', {bubbles: true})) }"
            )
    first = "".join(f"é{i} " for i in range(15))
    last = "".join(f" ç{i}" for i in range(15))
    alike(o, ines, helene, marc, text=f"{first}Inès{'œ' * 15} tient la réunion du lundi.{last}")
    assert ines.page.evaluate("document.activeElement.id") == f"o-{o}-wording"
    ines.until(lambda: ines.page.locator(f"#o-{o}-due_on").input_value() == "29/01/2027")
    ines.until(lambda: ines.line(o).locator(".caret-name").all_inner_texts() == ["Hélène", "Marc"])
    for _ in range(15):  # a slow machine cuts what one types into several steps
        ines.page.keyboard.press("Control+z")
    marc.until(lambda: marc.text(o) == f"Inès{'œ' * 15} tient la réunion du lundi.{last}")
    assert ines.page.faults == helene.page.faults == marc.page.faults == []


def test_what_was_written_off_line_in_a_tab_then_closed_arrives(shared, opened) -> None:
    o, ines = shared
    marc = opened("marc")
    marc.write(o, 0)
    ines.page.context.set_offline(True)
    ines.write(o, len(START))
    ines.type(" Sans réseau.")
    ines.until(lambda: ines.saved == "offline")
    assert "Un texte est gardé sur cet appareil" in ines.page.locator("#offline-bar").inner_text()
    marc.type("Marc : ")
    ines.until(lambda: f"{START} Sans réseau." in ines.kept())
    ines.page.close(run_before_unload=False)
    ines.page.context.set_offline(False)
    ines.again()
    ines.write(o, 0)
    alike(o, ines, marc, text=f"Marc\u00a0: {START} Sans réseau.")


def test_the_processes_killed_in_mid_sentence_lose_nothing(shared, opened, site) -> None:
    o, ines = shared
    marc = opened("marc")
    marc.write(o, 0)
    ines.write(o, len(START))
    words = " Chacun repart avec une décision écrite."
    for i, letter in enumerate(words):
        if i == 12:
            site.kill()
        if i == 30:
            ines.until(lambda: ines.saved == "local")
            site.start()
        ines.type(letter)
    alike(o, ines, marc, text=START + words)


def test_a_tab_that_slept_catches_up(shared, opened) -> None:
    o, ines = shared
    marc = opened("marc")
    marc.write(o, len(START))
    hand = ines.page.context.new_cdp_session(ines.page)
    hand.send("Page.enable")
    hand.send("Page.setWebLifecycleState", {"state": "frozen"})
    marc.type(" Pendant le sommeil.")
    marc.until(lambda: marc.saved == "saved")
    hand.send("Page.setWebLifecycleState", {"state": "active"})
    alike(o, ines, marc, text=f"{START} Pendant le sommeil.")


def test_somebody_removed_keeps_what_was_not_sent_as_a_file(
    shared, opened, site, superuser, database, world
) -> None:
    o, ines = shared
    marc = opened("marc")
    marc.write(o, 0)
    marc.until(lambda: marc.saved == "saved")
    marc.page.context.set_offline(True)
    marc.type("Jamais envoyé. ")
    marc.until(lambda: f"Jamais envoyé. {START}" in marc.kept())
    gone = "update participation set until_at = now() where mission_id = :m and contact_id = :c"
    solo = world.missions["solo"]
    superuser.execute(sa.text(gone), {"m": solo.id, "c": world.people["marc"].contacts["ombrelune"]})
    with psycopg.connect(database, autocommit=True) as bus:
        bus.execute("select pg_notify('live', %s)", (f"- \nrevoked mission {solo.id}",))
    marc.page.context.set_offline(False)
    marc.until(lambda: marc.page.locator("#dialog[open]").count() == 1)
    with marc.page.expect_download() as saved:
        marc.page.locator("[data-save-text]").click()
    assert saved.value.path().read_text(encoding="utf-8").startswith("Jamais envoyé. ")
    with marc.page.expect_navigation():
        marc.page.locator("#dialog [data-dismiss]").click()
    marc.until(lambda: marc.page.evaluate("indexedDB.databases().then(all => all.length)") == 0)
    assert ines.text(o) == START


def test_what_is_open_in_a_line_stays_open_when_the_list_is_shown_anew(shared, opened) -> None:
    o, ines = shared
    marc = opened("marc")
    marc.write(o, 0)
    marc.line(o).locator("summary", has_text="Commenter").click()
    comment = marc.page.locator(f"#o-{o}-comment")
    comment.fill("Je relève le lundi.")
    marc.page.locator("h1").click()
    second = ines.begin()
    ines.write(second, 0)
    ines.type("Un autre objectif.")
    ines.until(lambda: ines.saved == "saved")
    ines.share(second)
    marc.until(lambda: second in marc.ids)
    assert comment.input_value() == "Je relève le lundi."
    marc.line(o).get_by_role("button", name="Commenter").click()
    marc.until(lambda: marc.line(o).locator(".comment").count() == 1)
    assert comment.input_value() == ""


def test_what_came_too_late_is_offered_to_its_author(shared, opened) -> None:
    """Inès writes off line while the others agree: the text is closed to her, and hers is still there."""
    o, ines = shared
    helene, marc = opened("helene"), opened("marc")
    ines.until(lambda: ines.saved == "saved")
    ines.line(o).get_by_role("button", name="Poser mes initiales").click()
    ines.until(lambda: ines.line(o).get_by_role("button", name="Reprendre mes initiales").count() == 1)
    ines.line(o).get_by_role("link", name="Changer le texte").click()
    ines.write(o, len(START))
    ines.page.context.set_offline(True)
    ines.type(" Trop tard.")
    ines.until(lambda: ines.saved == "offline")
    for other in (helene, marc):
        initial = other.line(o).get_by_role("button", name="Poser mes initiales")
        initial.click()
        other.until(lambda button=initial: button.count() == 0)
    ines.page.context.set_offline(False)
    offered = ines.line(o).locator("blockquote[data-text]")
    ines.until(lambda: offered.count() == 1)
    assert offered.inner_text() == f"{START} Trop tard."
    assert "Ce texte vient d’être convenu" in ines.line(o).inner_text()
    ines.until(lambda: not ines.field(o).count())
    assert ines.saved == "local"
    ines.line(o).get_by_role("button", name="Fermer").click()
    ines.until(lambda: ines.saved == "saved")
    assert START in marc.line(o).inner_text()
    assert "Trop tard" not in marc.line(o).inner_text()

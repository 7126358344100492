"""A roadmap in three browsers: words typed at once in one action, order by keyboard and mouse, a state by a tap on a phone."""

import re
import time
import uuid
from typing import Any

import pytest

from tests.db.test_roadmap import As, roadmap


class Page:
    """The roadmap in somebody's browser."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def until(self, true: Any, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "never"
            self.page.wait_for_timeout(25)

    def open(self, line: str) -> None:
        """The action unfolded, its words ready to be written."""
        self.page.locator(f"#open-{line}").click()
        field = self.page.locator(f"#line-{line}-wording")
        self.until(lambda: field.count() and not field.evaluate("e => e.readOnly"))

    def caret(self, line: str, at: int) -> None:
        field = self.page.locator(f"#line-{line}-wording")
        field.evaluate("(e, at) => { e.focus(); e.setSelectionRange(at, at) }", at)

    def text(self, line: str) -> str:
        return str(self.page.locator(f"#line-{line}-wording").input_value())

    def lines(self, list_: str) -> list[str]:
        """The lines of a list, in their order on this screen."""
        found = self.page.locator(f"#{list_} > *").evaluate_all("all => all.map(e => e.dataset.key)")
        return [str(i) for i in found]

    def state(self, line: str) -> str:
        return str(self.page.locator(f"#line-{line}").get_attribute("data-state"))


@pytest.fixture
def lines(app: Any, world: Any) -> dict[str, list[str]]:
    """An axis of Inès's with two strategies and two actions, by level."""
    import sqlalchemy as sa

    from tenants.db import db

    with app.app_context():
        made = roadmap(world)
        with world.acting("ines", "ombrelune") as session:
            asked = "select id from {} order by position"
            found = {
                t: [str(i) for i in session.scalars(sa.text(asked.format(t)))] for t in ("strategy", "action")
            }
        db.session.remove()
    return found | {"axis": [str(made)]}


@pytest.fixture
def open_for(visit: Any, world: Any, lines: Any) -> Any:
    def opened(who: str, **options: Any) -> Page:
        return Page(visit(who, world.url("solo", "/roadmap"), **options))

    return opened


def test_three_people_type_in_one_action_at_once(open_for: Any, lines: Any) -> None:
    action = lines["action"][0]
    pages = [open_for(who) for who in ("ines", "helene", "marc")]
    for page in pages:
        page.open(action)
    before = pages[0].text(action)
    for page, at in zip(pages, (0, len(before) // 2, len(before)), strict=True):
        page.caret(action, at)
    for letters in zip("IIIIIIII", "HHHHHHHH", "MMMMMMMM", strict=True):
        for page, letter in zip(pages, letters, strict=True):
            page.page.keyboard.type(letter)
    for page in pages:
        page.until(lambda page=page: len(page.text(action)) == len(before) + 24)
    assert len({page.text(action) for page in pages}) == 1
    words = pages[0].text(action)
    assert [words.count(letter) - before.count(letter) for letter in "IHM"] == [8, 8, 8]
    pages[0].until(lambda: pages[0].page.locator(".caret-name").count() >= 1)
    # whoever has the page and not the line open reads the words a moment later
    other = open_for("marc")
    other.until(lambda: words in other.page.locator(f"#open-{action}").inner_text())
    assert all(page.page.faults == [] for page in pages)


def test_a_state_told_by_another_takes_nothing_from_under_who_types(open_for: Any, lines: Any) -> None:
    action, next_ = lines["action"]
    ines, marc = open_for("ines"), open_for("marc")
    ines.open(action)
    ines.caret(action, 0)
    ines.page.keyboard.type("Avant, ")
    marc.page.locator(f"#state-{next_}").click()
    marc.page.locator(f"#states-{next_}").get_by_role("button", name="Fait").click()
    ines.until(lambda: ines.state(next_) == "done")
    ines.page.keyboard.type("après. ")
    assert ines.text(action).startswith("Avant, après. ")
    assert ines.page.evaluate("document.activeElement.id") == f"line-{action}-wording"


def test_actions_and_strategies_are_ordered_from_the_keyboard_and_by_the_menu(
    open_for: Any, lines: Any
) -> None:
    ines, marc = open_for("ines"), open_for("marc")
    (one, two), (first, second) = lines["action"], lines["strategy"]
    rows, parts = f"line-{first}-order", f"axis-{lines['axis'][0]}-order"
    ines.page.locator(f"#grip-{one}").focus()
    ines.page.keyboard.press("Alt+ArrowDown")
    marc.until(lambda: marc.lines(rows) == ines.lines(rows) == [two, one])
    assert ines.page.evaluate("document.activeElement.id") == f"grip-{one}"
    assert "position 2 sur 2" in ines.page.locator("#said").inner_text()
    ines.page.keyboard.press("Space")
    ines.page.keyboard.press("ArrowUp")
    ines.page.keyboard.press("Escape")
    assert ines.lines(rows) == [two, one]
    ines.page.locator(f"#grip-{second}").focus()
    ines.page.keyboard.press("Space")
    ines.page.keyboard.press("ArrowUp")
    ines.page.keyboard.press("Enter")
    marc.until(lambda: marc.lines(parts) == ines.lines(parts) == [second, first])
    # to another strategy, by the menu
    marc.page.locator(f"#grip-{two}").click()
    marc.page.get_by_role("menuitem", name="Vers une autre stratégie").click()
    marc.page.locator(f"#to-{second}").check()
    marc.page.get_by_role("button", name="Déplacer ici").click()
    ines.until(lambda: ines.page.locator(f"#line-{second}-order").count() == 1)
    ines.until(lambda: ines.lines(f"line-{second}-order") == [two] and ines.lines(rows) == [one])


def test_the_mouse_drags_an_action_within_its_strategy(open_for: Any, lines: Any) -> None:
    ines, marc = open_for("ines"), open_for("marc")
    one, two = lines["action"]
    rows = f"line-{lines['strategy'][0]}-order"
    page = ines.page
    page.set_viewport_size({"width": 1280, "height": 1600})
    page.locator(f"#grip-{one}").hover()
    grip, last = page.locator(f"#grip-{one}").bounding_box(), page.locator(f"#line-{two}").bounding_box()
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, grip["y"] + 30, steps=4)
    ines.until(lambda: page.locator(".moving").count() == 1)
    page.mouse.move(grip["x"] + 5, last["y"] + last["height"] - 4, steps=8)
    page.mouse.up()
    marc.until(lambda: marc.lines(rows) == [two, one])
    assert ines.lines(rows) == [two, one]


def test_on_a_phone_a_tap_and_a_choice_say_how_far_an_action_is(open_for: Any, lines: Any) -> None:
    action = lines["action"][0]
    phone = open_for("ines", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    marc = open_for("marc")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    button = phone.page.locator(f"#state-{action}")
    assert button.bounding_box()["height"] >= 44
    button.tap()
    choices = phone.page.locator(f"#states-{action}").get_by_role("button")
    assert [c.inner_text().strip() for c in choices.all()] == ["À faire", "En cours", "Fait"]
    assert all(c.bounding_box()["height"] >= 44 for c in choices.all())
    choices.nth(2).tap()
    phone.until(lambda: phone.state(action) == marc.state(action) == "done")
    # then a word on what it gave
    phone.page.locator(f"#open-{action}").tap()
    phone.page.locator(f"#line-{action}-result").fill("Onze décisions")
    phone.page.locator(f"#line-{action}-result").press("Enter")
    marc.until(lambda: "Onze décisions" in marc.page.locator(f"#line-{action}").inner_text())
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_new_action_is_there_for_all_and_waits_for_its_words(open_for: Any, lines: Any) -> None:
    ines, marc = open_for("ines"), open_for("marc")
    second = lines["strategy"][1]
    ines.page.locator(f"#line-{second}").get_by_role("button", name="Ajouter une action").click()
    ines.until(lambda: ines.page.locator(f"#line-{second}-order > *").count() == 1)
    (new,) = ines.lines(f"line-{second}-order")
    ines.until(lambda: ines.page.evaluate("document.activeElement.id") == f"line-{new}-wording")
    field = ines.page.locator(f"#line-{new}-wording")
    ines.until(lambda: not field.evaluate("e => e.readOnly"))
    ines.page.keyboard.type("Observer une réunion")
    marc.until(lambda: "Observer une réunion" in marc.page.locator(f"#line-{second}").inner_text())
    assert ines.text(new) == "Observer une réunion"  # still open under her hand


def test_a_usual_roadmap_prints_on_one_page_without_a_draft_and_without_lateness(
    app: Any, world: Any, open_for: Any, lines: Any
) -> None:
    from datetime import date

    from tenants.mission.roadmap import actions, queries

    with app.app_context():
        for who in ("helene", "marc"):
            roadmap(world, who)
        roadmap(world, "helene", draft=True)
        with As(world, "helene") as a:
            action = queries.action(uuid.UUID(lines["action"][0]))
            actions.set_fields(action, a.frame, action.revision, {"due_on": date(2026, 1, 5)}, by=a.me)
    page = open_for("helene").page
    assert page.locator(".action .state[data-state=late]").count() == 1
    page.emulate_media(media="print")
    assert page.locator(".axis:visible").count() == 3
    assert page.locator(".state[data-state=late]:visible, .btn:visible, [data-grip]:visible").count() == 0
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1

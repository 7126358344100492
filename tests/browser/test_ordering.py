"""Order by keyboard, by menu and by mouse: the same on every screen, the focus where it was, and said aloud."""

from typing import Any

import pytest

from tests.browser.writing import Objectives


@pytest.fixture
def pages(visit: Any, world: Any) -> tuple[Objectives, Objectives, list[str]]:
    """Inès and Marc, on three shared objectives."""
    solo = world.missions["solo"]
    address = f"/{solo.slug}/missions/{solo.id}/objectives"
    ines, marc = Objectives(visit("ines"), address), Objectives(visit("marc"), address)
    made = []
    for words in ("Un.", "Deux.", "Trois."):
        made.append(ines.begin())
        ines.write(made[-1], 0)
        ines.type(words)
        ines.until(lambda: ines.saved == "saved")
        ines.share(made[-1])
    marc.until(lambda: marc.ids == made)
    return ines, marc, made


def test_the_handle_takes_moves_puts_down_and_gives_up(pages) -> None:
    ines, marc, (one, two, three) = pages
    page = ines.page
    page.locator(f"#grip-{one}").focus()
    page.keyboard.press("Alt+ArrowDown")
    marc.until(lambda: marc.ids == ines.ids == [two, one, three])
    assert page.evaluate("document.activeElement.id") == f"grip-{one}"
    assert "position 2 sur 3" in page.locator("#said").inner_text()

    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert ines.ids == [two, three, one]
    page.keyboard.press("Escape")
    assert ines.ids == [two, one, three]

    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    marc.until(lambda: marc.ids == ines.ids == [one, two, three])

    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Descendre").click()
    marc.until(lambda: marc.ids == ines.ids == [two, one, three])
    assert page.evaluate("document.activeElement.id") == f"grip-{one}"


def test_the_mouse_drags_while_another_changes_the_list(pages) -> None:
    ines, marc, (one, two, three) = pages
    page = ines.page
    page.set_viewport_size({"width": 1280, "height": 3000})
    page.locator(f"#grip-{one}").hover()  # waits until it stands still
    grip, last = page.locator(f"#grip-{one}").bounding_box(), ines.line(three).bounding_box()
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, grip["y"] + 40, steps=4)
    ines.until(lambda: page.locator(".moving").count() == 1)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "GET" else None)
    told = ines.stale()
    marc.page.locator(f"#grip-{three}").focus()
    marc.page.keyboard.press("Alt+ArrowUp")
    marc.until(lambda: marc.ids == [one, three, two])
    ines.until(lambda: ines.stale() > told)  # her page knows, and leaves the list under her hand as it is
    page.mouse.move(grip["x"] + 5, last["y"] + last["height"] - 5, steps=8)
    assert page.locator(".moving").count() == 1
    assert asked == []
    page.mouse.up()
    ines.until(lambda: asked != [])
    marc.until(lambda: marc.ids == ines.ids and marc.ids != [one, three, two])
    assert sorted(ines.ids) == sorted([one, two, three])

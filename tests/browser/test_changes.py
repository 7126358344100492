"""« Marc a changé l’échéance »: told to whoever is inside what changed, and shown when they ask; to others it shows itself."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.writing import Objectives


def test_a_change_around_me_is_told_and_shown_when_asked_for(visit: Any, world: Any) -> None:
    solo = world.missions["solo"]
    address = f"/{solo.slug}/missions/{solo.id}/objectives"
    ines = Objectives(visit("ines"), address)
    o = ines.begin()
    ines.write(o, 0)
    ines.type("Inès tient la réunion du lundi.")
    ines.until(lambda: ines.saved == "saved")
    ines.share(o)
    marc, helene = Objectives(visit("marc"), address), Objectives(visit("helene"), address)
    for one in (ines, marc, helene):
        one.fields(o)
    place = ines.page.locator(f"#o-{o}-baseline")
    place.focus()
    ines.type("Une réunion sur")

    due = marc.page.locator(f"#o-{o}-due_on")
    due.fill("29/01/2027")
    due.press("Tab")

    told = ines.line(o).locator(".notice[data-changed]")
    expect(told).to_be_visible()
    expect(told).to_contain_text("Marc a changé l’échéance")
    expect(place).to_be_focused()
    ines.type(" deux")
    expect(place).to_have_value("Une réunion sur deux")
    shown = ines.page.locator(f"#o-{o}-due_on")
    expect(shown).to_have_value("29/01/2027")
    for other in (marc, helene):
        expect(other.page.locator(f"#o-{o}-due_on")).to_have_value("29/01/2027")
        expect(other.line(o).locator(".notice[data-changed]:visible")).to_have_count(0)

    told.get_by_role("button", name="La montrer").click()
    expect(shown).to_be_focused()
    expect(shown).to_be_in_viewport()
    expect(told).to_be_hidden()
    expect(place).to_have_value("Une réunion sur deux")
    assert ines.page.faults == marc.page.faults == helene.page.faults == []

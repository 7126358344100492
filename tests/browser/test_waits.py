"""« Ce qui vous attend », where it is looked at: home asks again by itself, a mission's page and its people are told."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.writing import Objectives


@pytest.fixture
def shares(visit: Any, world: Any) -> Any:
    """Inès writes an objective, shares and initials it: Marc is awaited."""
    solo = world.missions["solo"]

    def act() -> None:
        ines = Objectives(visit("ines"), f"/{solo.slug}/missions/{solo.id}/objectives")
        made = ines.begin()
        ines.write(made, 0)
        ines.type("Inès tient la réunion du lundi.")
        ines.until(lambda: ines.saved == "saved")
        ines.share(made)
        ines.line(made).get_by_role("button", name="Poser mes initiales").click()
        ines.until(lambda: ines.line(made).get_by_role("button", name="Reprendre mes initiales").count() == 1)

    return act


def test_home_shows_what_has_come_within_a_minute_and_when_looked_at_again(visit, shares) -> None:
    marc = visit("marc")
    marc.clock.install()
    marc.goto("/")
    expect(marc.get_by_text("Rien n’attend votre réponse.")).to_be_visible()
    shares()
    marc.clock.fast_forward(61_000)
    expect(marc.get_by_text("Une chose attend votre réponse.")).to_be_visible()
    shares()
    marc.clock.fast_forward(6_000)
    marc.evaluate("dispatchEvent(new Event('focus'))")
    expect(marc.get_by_text(re.compile("2 choses attendent votre réponse."))).to_be_visible()
    assert marc.faults == []


def test_home_asks_for_a_sign_in_once_when_it_has_expired(visit, superuser) -> None:
    marc = visit("marc")
    marc.clock.install()
    marc.goto("/")
    superuser.exec_driver_sql("update sign_in set expires_at = now() - interval '1 minute'")
    marc.clock.fast_forward(61_000)
    dialog = marc.locator("#dialog[open]")
    expect(dialog.get_by_label("Adresse e-mail")).to_be_visible()
    asked: list[str] = []
    marc.on("request", lambda request: asked.append(request.url))
    marc.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    marc.clock.fast_forward(130_000)
    marc.wait_for_load_state("networkidle")
    assert [a for a in asked if not a.endswith("/passkey/options")] == []
    expect(marc.get_by_role("heading", name="Ce qui vous attend")).to_be_visible()


def test_a_missions_page_is_told_of_a_wait(visit, world, shares) -> None:
    solo = world.missions["solo"]
    marc, odile = visit("marc"), visit("odile")
    for page in (marc, odile):
        page.goto(f"/{solo.slug}/missions/{solo.id}")
    shares()
    expect(marc.locator("main").get_by_text("On attend vos initiales sur un objectif")).to_be_visible()
    expect(odile.locator("main").get_by_text("On attend les initiales de Marc")).to_be_visible()
    assert marc.faults == odile.faults == []


def test_the_firms_staff_see_the_people_change(visit, world) -> None:
    solo = world.missions["solo"]
    odile, olga = visit("odile"), visit("olga")
    for page in (odile, olga):
        page.goto(f"/{solo.slug}/missions/{solo.id}/people")
    expect(odile.get_by_role("link", name="Mettre fin : Yann Kermelec")).to_be_visible()
    olga.get_by_role("link", name="Mettre fin : Yann Kermelec").click()
    olga.locator(".confirm button[type=submit]").click()
    olga.wait_for_url("**/people")
    expect(odile.get_by_role("link", name="Mettre fin : Yann Kermelec")).to_have_count(0)
    assert odile.locator("#presence").count() == 0

"""Three people find a date at once, each on their own page; and a summary goes from two to three by the mentee's tap."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import expect

from tenants.mission.schedule import planning, queries, slots
from tenants.mission.schedule.types import Type
from tests.db.test_objectives import As
from tests.db.test_schedule import moment


@pytest.fixture
def asked(app: Any, world: Any) -> uuid.UUID:
    """A review whose date is being found: three moments that Hélène proposes."""
    with app.app_context():
        with As(world, "helene") as a:
            made = planning.plan(a.frame, Type.REVIEW, a.strand, by=a.me)
        with As(world, "helene") as a:
            slots.propose(queries.get(made), a.frame, [moment(n) for n in range(3)], by=a.me)
    return made


def choose(page: Any, *words: str) -> None:
    """One answer a slot, in their order; not sent yet."""
    for fieldset, said in zip(page.locator("fieldset.slot").all(), words, strict=True):
        fieldset.get_by_text(said, exact=True).click()


def test_three_answer_at_once_one_fixes_and_the_others_pages_move(
    visit: Any, world: Any, asked: uuid.UUID
) -> None:
    address = world.url("solo", f"/schedule/sessions/{asked}")
    phone = {"viewport": {"width": 360, "height": 780}}
    helene, ines, marc = visit("helene", address), visit("ines", address), visit("marc", address, **phone)
    listed = visit("ines", world.url("solo", "/schedule"))
    for page in (helene, ines, marc, listed):
        expect(page.locator("main[data-live]")).to_be_visible()
    choose(ines, "S’il le faut", "Je peux", "Je peux")
    choose(marc, "Je peux", "Je peux", "Je ne peux pas")
    # what one has chosen and not sent stays, whatever the others send meanwhile
    marc.get_by_role("button", name="Répondre").click()
    expect(marc.get_by_role("button", name="Changer ma réponse")).to_be_visible()
    expect(ines.locator("fieldset.slot").nth(0)).to_contain_text("Marc")
    assert ines.locator("fieldset.slot input:checked").count() == 3
    ines.get_by_role("button", name="Répondre").click()
    expect(ines.get_by_text("Ce créneau convient à tous")).to_be_visible()
    # nobody reloaded: her page now offers the one that all said yes to
    keep = helene.get_by_role("button", name="Retenir")
    expect(keep).to_contain_text("11")
    keep.click()
    for page in (helene, ines, marc):
        expect(page.locator("#session-date")).to_contain_text("Date retenue")
        expect(page.locator("#slots")).to_have_count(0)
    expect(listed.locator(f"[id='session-{asked}']")).to_contain_text("Date retenue")
    assert marc.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert helene.faults == ines.faults == marc.faults == []


def test_a_summary_is_written_by_two_and_read_by_three_once_shared(visit: Any, world: Any, app: Any) -> None:
    with app.app_context(), As(world, "helene") as a:
        made = planning.plan(a.frame, Type.PAIR, a.strand, by=a.me, when=moment())
    address = world.url("solo", f"/schedule/sessions/{made}")
    helene, ines, marc = (visit(who, address) for who in ("helene", "ines", "marc"))
    helene.get_by_role("button", name="Écrire le compte rendu").click()
    text = "Décidé : un quai pilote."
    expect(ines.locator("#summary-text")).to_be_editable()
    ines.locator("#summary-text").fill(text)
    expect(helene.locator("#summary-text")).to_have_value(text)
    expect(marc.locator("#session-summary")).not_to_contain_text("quai pilote")
    ines.get_by_text("Partager ce compte rendu").click()
    expect(ines.locator("#share-summary")).to_contain_text("Marc Ostrevant")
    ines.get_by_role("button", name="Partager aux trois parties").click()
    for page in (ines, helene, marc):
        expect(page.locator("#session-summary .prose")).to_contain_text("quai pilote")

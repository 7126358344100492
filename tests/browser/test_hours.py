"""Hours confirmed in two taps on a telephone, with the ledger moving on another screen; a plan initialled by three."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import expect

import webapp.work.worker  # noqa: F401 - the tasks have their names once it is imported
from tests.db.test_hours import session
from tests.db.test_objectives import shared
from tests.db.test_plan import axis
from webapp.work import queue

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def held(app: Any, world: Any) -> uuid.UUID:
    """Two hours that the pair has met, three days ago; nobody has said so yet."""
    with app.app_context():
        made: uuid.UUID = session(world)
    return made


def account(page: Any, spent: str, planned: str) -> None:
    """The picture of the account comes to say that, by itself."""
    said = f"{spent} décomptées, {planned} planifiées, sur 24 h convenues".replace(" h", "\u00a0h")
    expect(page.get_by_role("img", name=said)).to_be_visible()


def test_two_taps_on_a_telephone_spend_the_hours_that_a_contest_gives_back(
    visit: Any, world: Any, held: uuid.UUID
) -> None:
    address = world.url("solo", f"/schedule/sessions/{held}")
    helene, ines = visit("helene", address), visit("ines", address, **PHONE)
    marc = visit("marc", world.url("solo", "/schedule/hours"))
    account(marc, "0 h", "2 h")
    expect(ines.locator("#attendance-lasted")).to_be_visible()  # either may say it first
    helene.get_by_text("Il a eu lieu, 2 h").click()
    helene.locator("#attendance-lasted").get_by_role("button", name="Confirmer").click()
    expect(helene.locator("#session-attendance")).to_contain_text("Sa confirmation")
    # nobody reloads: her telephone asks her, and two taps are enough
    ines.get_by_text("J’y étais, 2 h").tap()
    ines.locator("#attendance-answer").get_by_role("button", name="Confirmer").tap()
    expect(ines.locator("#session-attendance")).to_contain_text("tous l’ont confirmé")
    account(marc, "2 h", "0 h")
    expect(marc.locator("#rail .note")).to_have_text("2 h sur 24 h décomptées")
    expect(helene.locator("#session-date")).to_contain_text("Confirmé")
    assert ines.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert helene.faults == ines.faults == marc.faults == []


def test_contested_on_a_telephone_nothing_is_spent_until_another_length_is_confirmed(
    visit: Any, world: Any, held: uuid.UUID
) -> None:
    address = world.url("solo", f"/schedule/sessions/{held}")
    helene, ines = visit("helene", address), visit("ines", address, **PHONE)
    marc = visit("marc", world.url("solo", "/schedule/hours"))
    account(marc, "0 h", "2 h")
    helene.get_by_text("Il a eu lieu, 2 h").click()
    helene.locator("#attendance-lasted").get_by_role("button", name="Confirmer").click()
    answer = ines.locator("#attendance-answer")
    answer.get_by_text("Ce n’est pas exact", exact=True).tap()
    answer.get_by_text("Ce n’est pas exact : dire pourquoi").tap()
    ines.locator("#attendance-word").fill("Une heure, pas deux.")
    answer.get_by_role("button", name="Confirmer").tap()
    expect(helene.locator("#session-attendance")).to_contain_text("Une heure, pas deux.")
    expect(helene.locator("#session-date")).to_contain_text("Contesté")
    # whoever reads the hours and not the answers learns nothing of the quarrel
    account(marc, "0 h", "2 h")
    expect(marc.locator("body")).not_to_contain_text("pas deux")
    lasted = helene.locator("#attendance-lasted")
    helene.get_by_text("La durée n’est pas la bonne").click()
    lasted.get_by_text("moins ou plus longtemps").click()
    lasted.get_by_label("Une autre durée").fill("1 h")
    lasted.get_by_role("button", name="Proposer cette durée").click()
    ines.get_by_text("J’y étais, 1 h").tap()
    answer.get_by_role("button", name="Confirmer").tap()
    account(marc, "1 h", "0 h")


def test_three_initial_the_plan_in_one_act_each_and_its_print_appears(
    visit: Any, world: Any, app: Any, held: uuid.UUID
) -> None:
    with app.app_context():
        shared(world)
        axis(world)
    address = world.url("solo", "/schedule/plan")
    pages = {
        who: visit(who, address, **(PHONE if who == "ines" else {})) for who in ("ines", "marc", "helene")
    }
    for who, page in pages.items():
        listed = page.locator("#plan-initial")
        for words in ("1 objectif", "1 axe et ses stratégies", "1 date", "24 h convenues"):
            expect(listed).to_contain_text(words)
        listed.get_by_role("button", name="Mettre mes initiales sur tout le plan").click()
        expect(page.locator("#plan-initial"), who).to_have_count(0)
    for page in pages.values():
        expect(page.locator("#plan-assent")).to_contain_text("Plan paraphé par tous")
        expect(page.get_by_role("link", name="Enregistrer le PDF scellé")).to_have_count(0)
    with ThreadPoolExecutor(1) as apart:  # a loop of Playwright's runs in this thread
        apart.submit(printed, app).result()
    for page in pages.values():  # nobody reloads
        expect(page.get_by_role("link", name="Enregistrer le PDF scellé")).to_be_visible()
        assert page.faults == []
    assert pages["ines"].evaluate("document.documentElement.scrollWidth <= innerWidth")


def printed(app: Any) -> None:
    """The worker's round."""
    queue.make(app).run_worker(
        wait=False, delete_jobs="successful", install_signal_handlers=False, listen_notify=False
    )

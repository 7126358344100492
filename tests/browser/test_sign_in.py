"""Signing in as people do: with a finger on a phone, from the address field, in place over what they were writing."""

import hashlib
import re
import secrets
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from tests.browser.writing import Objectives
from tests.visitor import Mailbox

INES = "ines@example.test"


@pytest.fixture
def mailbox(database, superuser) -> Mailbox:
    return Mailbox(database, superuser)


def ask(place: Any, address: str) -> Any:
    """Ask for a code there; the field where it goes, once it is shown: the request is then in the database."""
    place.get_by_label("Adresse e-mail").fill(address)
    place.get_by_role("button", name="Recevoir un code").click()
    field = place.get_by_label("Code à six chiffres")
    field.wait_for()
    return field


def device_of(page: Any, **options: Any) -> Any:
    """A phone's own authenticator: (its session, its id)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    shape = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    } | options  # fmt: skip
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": shape})["authenticatorId"]


def finger(device: Any, *, there: bool) -> None:
    """Whether the device is touched when it asks."""
    session, key = device
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": key, "enabled": there})


def test_a_key_is_made_and_then_opens_without_a_mail(visit, superuser):
    page = visit("ines", "/profile")
    device = device_of(page)
    page.get_by_role("button", name="Créer une clé d’accès").click()
    expect(page.get_by_text("Jamais encore utilisée")).to_be_visible()
    finger(device, there=False)
    # the address field's own proposal has begun, and a device that is touched later does not answer it
    with page.expect_response(re.compile("/sign-in/passkey/options$")):
        page.get_by_role("button", name="Me déconnecter ici").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
    finger(device, there=True)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))
    page.goto("/profile/devices")
    expect(page.get_by_text("Par une clé d’accès")).to_be_visible()
    assert superuser.scalar(sa.text("select count(*) from sign_in_request")) == 0
    assert page.faults == []


def test_the_address_field_itself_proposes_the_key(visit, superuser):
    page = visit("ines", "/profile")
    device_of(page)
    page.get_by_role("button", name="Créer une clé d’accès").click()
    expect(page.get_by_text("Jamais encore utilisée")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/sign-in?next=/profile/devices")
    page.wait_for_url(re.compile(r"^[^?]*/profile/devices$"))
    assert superuser.scalar(sa.text("select count(*) from sign_in where by = 'passkey'")) == 1
    assert page.faults == []


def test_whoever_declines_is_not_told_of_a_fault_and_can_ask_for_a_code(visit, mailbox):
    page = visit(None, "/sign-in")
    device_of(page, isUserVerified=False)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page.locator("[data-passkey-error]")).to_be_hidden()
    ask(page, INES).fill(mailbox.open().code)
    page.get_by_role("button", name="Entrer").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))
    assert page.faults == []


def test_an_old_sign_in_is_asked_for_a_proof_before_a_key_is_made(visit, superuser):
    superuser.execute(sa.text("update sign_in set fresh_at = null"))
    page = visit("ines", "/profile")
    device_of(page)
    page.get_by_role("button", name="Créer une clé d’accès").click()
    page.wait_for_url(re.compile(r"/sign-in/fresh\?next=/profile$"))


def test_a_mentor_makes_a_key_before_the_first_page(visit, mailbox):
    page = visit(None, "/sign-in?next=/profile")
    device_of(page)
    ask(page, "helene@example.test").fill(mailbox.open().code)
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Protéger votre accès")
    page.get_by_role("button", name="Créer une clé d’accès").click()
    page.wait_for_url(re.compile(r"^[^?]*/profile$"))
    assert page.faults == []


def test_a_sign_in_that_expired_is_given_again_in_place_and_the_request_goes_on(
    visit, mailbox, superuser, world
):
    """What htmx was asked to do waits behind the dialog, and is done once the code is given."""
    page = visit("ines", "/profile")
    superuser.execute(sa.text("update sign_in set expires_at = now() - interval '1 minute'"))
    page.evaluate(
        """() => { const main = document.querySelector('main'), place = document.createElement('div')
            place.id = 'asked'; main.prepend(place)
            htmx.ajax('GET', '/profile/devices', {source: place, target: place, swap: 'innerHTML'}) }"""
    )
    dialog = page.locator("#dialog")
    ask(dialog, INES).fill("000000")
    code = mailbox.open().code
    dialog.get_by_role("button", name="Entrer").click()
    expect(dialog.get_by_text("Ce n’est pas le code envoyé")).to_be_visible()
    dialog.get_by_label("Code à six chiffres").fill(code)
    dialog.get_by_role("button", name="Entrer").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#asked").get_by_text("celui-ci")).to_be_visible()
    assert page.faults == []


def test_the_form_that_was_being_sent_is_sent_as_it_was_typed(visit, mailbox, superuser, world):
    page = visit("ines", "/profile")
    page.get_by_label("Votre nom").fill("Inès Corbelin-Roy")
    superuser.execute(sa.text("update sign_in set expires_at = now() - interval '1 minute'"))
    page.get_by_role("button", name="Enregistrer").click()
    dialog = page.locator("#dialog")
    ask(dialog, INES).fill(mailbox.open().code)
    dialog.get_by_role("button", name="Entrer").click()
    expect(page.locator(".hat")).to_have_text("Inès Corbelin-Roy")
    kept = superuser.scalar(sa.text("select name from person where id = :p"), {"p": world.people["ines"].id})
    assert kept == "Inès Corbelin-Roy"
    assert page.faults == []


def test_somebody_else_who_signs_in_there_gets_a_fresh_page(visit, mailbox, superuser, world):
    page = visit("ines", "/profile")
    superuser.execute(sa.text("update sign_in set expires_at = now() - interval '1 minute'"))
    page.evaluate(
        "() => htmx.ajax('GET', '/profile/devices', {source: '#main', target: '#main', swap: 'innerHTML'})"
    )
    dialog = page.locator("#dialog")
    ask(dialog, "marc@example.test").fill(mailbox.open().code)
    dialog.get_by_role("button", name="Entrer").click()
    expect(page.locator("body")).to_have_attribute("data-me", str(world.people["marc"].id))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")


def test_everything_but_keys_works_without_scripts(visit, mailbox):
    page = visit(None, "/sign-in?next=/profile", java_script_enabled=False)
    expect(page.get_by_role("button", name="Utiliser ma clé d’accès")).to_have_count(0)
    ask(page, INES).fill(mailbox.open().code)
    page.get_by_label("Reconnaître cet appareil").check()
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    page.get_by_label("Sombre").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Me déconnecter ici").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_ours_scrolls_sideways(visit, width):
    page = visit("helene", viewport={"width": width, "height": 800})
    for address in (
        "/profile",
        "/profile/devices",
        "/notice",
        "/profile/passkeys/offer",
        "/sign-in/fresh",
        "/profile/addresses/code",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert page.faults == []


def another_device(superuser: sa.Connection, who: Any) -> str:
    """A sign-in of theirs on another device; its token."""
    token = secrets.token_urlsafe(32)
    row = (
        "insert into sign_in (id, token_hash, person_id, expires_at, idle_until, device, by) values"
        " (gen_random_uuid(), :t, :p, now() + interval '1 day', now() + interval '1 day', 'Safari, iPhone', 'code')"
    )
    superuser.execute(sa.text(row), {"t": hashlib.sha256(token.encode()).digest(), "p": who.id})
    return token


@pytest.mark.parametrize("ended", ["elsewhere", "in time"])
def test_a_device_signed_out_from_elsewhere_forgets_what_a_closed_tab_had_not_sent(
    visit, site, superuser, world, ended
):
    solo = world.missions["solo"]
    ines = Objectives(visit("ines"), f"/{solo.slug}/missions/{solo.id}/objectives")
    o = ines.begin()
    ines.write(o, 0)
    ines.until(lambda: ines.saved == "saved")
    ines.page.context.set_offline(True)
    ines.type("Jamais envoyé.")
    ines.until(lambda: "Jamais envoyé." in ines.kept())
    device = ines.page.context
    ines.page.close(run_before_unload=False)
    if ended == "elsewhere":
        phone = visit()
        phone.context.add_cookies(
            [{"name": "sid", "value": another_device(superuser, world.people["ines"]), "url": site.url}]
        )
        phone.goto("/profile/devices")
        phone.get_by_role("button", name="Déconnecter : Firefox").click()
        expect(phone.get_by_text("Firefox")).to_have_count(0)
    else:
        superuser.execute(sa.text("update sign_in set expires_at = now() - interval '1 minute'"))
    device.set_offline(False)
    ines.page = device.new_page()
    ines.page.goto(ines.address)
    expect(ines.page.get_by_text("Connectez-vous pour ouvrir cette page")).to_be_visible()
    ines.page.goto("/sign-in")
    if ended == "elsewhere":
        ines.until(lambda: ines.kept() == [])
    else:
        ines.page.wait_for_load_state("networkidle")
        assert ines.kept() == ["Jamais envoyé."]

"""Passkeys: made once, enough alone; a lie of any kind opens nothing. The browser's side is in tests/browser."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from tests.authenticator import PRESENT, Authenticator, b64, unb64
from tests.visitor import Mailbox, Visitor, text_of


@pytest.fixture
def mailbox(database, superuser) -> Mailbox:
    return Mailbox(database, superuser)


@pytest.fixture
def signed_in(app, world) -> Any:
    def visit(who: str) -> Visitor:
        visitor = Visitor(app)
        visitor.client.set_cookie("sid", world.people[who].token)
        visitor.get("/profile")
        return visitor

    return visit


@pytest.fixture
def ines(signed_in) -> Visitor:
    return signed_in("ines")


def make(visitor: Visitor, key: Authenticator) -> Any:
    options = visitor.json("/profile/passkeys/options", {}).get_json()
    return visitor.json("/profile/passkeys", {"credential": key.create(options), "name": "Mon téléphone"})


def show(visitor: Visitor, key: Authenticator, **body: Any) -> Any:
    visitor.get("/sign-in")
    options = visitor.json("/sign-in/passkey/options", {}).get_json()
    return visitor.json("/sign-in/passkey", {"credential": key.get(options), "next": "/profile", **body})


@pytest.fixture
def key(ines) -> Authenticator:
    """A key of Inès."""
    key = Authenticator()
    assert make(ines, key).status_code == 200
    return key


def test_a_key_opens_alone(app, key, superuser, world):
    visitor = Visitor(app)
    opened = show(visitor, key)
    assert opened.get_json() == {"next": "/profile", "me": str(world.people["ines"].id)}
    page = visitor.get("/profile")
    assert "Mon téléphone" in text_of(page)
    row = superuser.execute(sa.text("select * from sign_in where by = 'passkey'")).one()
    assert (row.pending, row.fresh_at is not None, row.expires_at - row.created_at) == (
        False, True, superuser.scalar(sa.text("select interval '12 hours'")),
    )  # fmt: skip


def test_a_mentors_key_is_the_second_factor_too(app, signed_in):
    key = Authenticator()
    make(signed_in("helene"), key)
    visitor = Visitor(app)
    assert show(visitor, key).status_code == 200
    assert visitor.get("/profile").status_code == 200


def test_a_mentor_with_a_key_who_comes_by_a_code_is_asked_for_it(app, signed_in, mailbox):
    key = Authenticator()
    make(signed_in("helene"), key)
    visitor = Visitor(app)
    visitor.ask("helene@example.test", "/profile")
    visitor.get("/sign-in/code")
    step = visitor.post("/sign-in/code", code=mailbox.open().code)
    assert step.headers["Location"] == "/sign-in/second"
    assert 'data-passkey="sign-in"' in visitor.get("/sign-in/second").get_data(as_text=True)
    options = visitor.json("/sign-in/passkey/options", {}).get_json()
    assert (
        visitor.json("/sign-in/passkey", {"credential": key.get(options), "next": "/profile"}).status_code
        == 200
    )
    assert visitor.cookie("second") is None
    assert visitor.get("/profile").status_code == 200


def test_a_mentor_without_any_factor_makes_a_key_before_the_first_page(app, mailbox):
    visitor, key = Visitor(app), Authenticator()
    visitor.ask("helene@example.test", "/profile")
    visitor.get("/sign-in/code")
    visitor.post("/sign-in/code", code=mailbox.open().code)
    visitor.get("/sign-in/second")
    options = visitor.json("/sign-in/second/passkey/options", {}).get_json()
    made = visitor.json("/sign-in/second/passkey", {"credential": key.create(options)})
    assert made.get_json()["next"] == "/profile"
    assert visitor.get("/profile").status_code == 200
    assert show(Visitor(app), key).status_code == 200


@pytest.mark.parametrize("synced", [False, True])
def test_an_answer_serves_once(app, key, synced):
    key.synced = synced
    visitor = Visitor(app)
    visitor.get("/sign-in")
    options = visitor.json("/sign-in/passkey/options", {}).get_json()
    answer = {"credential": key.get(options), "next": "/"}
    assert visitor.json("/sign-in/passkey", answer).status_code == 200
    thief = Visitor(app)
    thief.get("/sign-in")
    assert (thief.json("/sign-in/passkey", answer).status_code, thief.cookie()) == (422, None)


def test_a_challenge_is_good_for_five_minutes_and_for_its_own_purpose(app, key, ines, monkeypatch):
    from datetime import timedelta

    from webapp.auth import ceremony

    visitor = Visitor(app)
    visitor.get("/sign-in")
    options = visitor.json("/sign-in/passkey/options", {}).get_json()
    late = key.get(options)
    real = ceremony.now
    monkeypatch.setattr(ceremony, "now", lambda: real() + timedelta(minutes=5, seconds=2))
    assert visitor.json("/sign-in/passkey", {"credential": late}).status_code == 422
    monkeypatch.undo()
    for_making = ines.json("/profile/passkeys/options", {}).get_json()
    assert visitor.json("/sign-in/passkey", {"credential": key.get(for_making)}).status_code == 422
    for_entering = visitor.json("/sign-in/passkey/options", {}).get_json()
    assert (
        ines.json("/profile/passkeys", {"credential": Authenticator().create(for_entering)}).status_code
        == 422
    )


def test_another_persons_challenge_makes_no_key(signed_in, ines):
    options = ines.json("/profile/passkeys/options", {}).get_json()
    assert (
        signed_in("marc")
        .json("/profile/passkeys", {"credential": Authenticator().create(options)})
        .status_code
        == 422
    )


def test_lies_open_nothing(app, key):
    visitor = Visitor(app)
    visitor.get("/sign-in")

    def options() -> Any:
        return visitor.json("/sign-in/passkey/options", {}).get_json()

    elsewhere = Authenticator("https://evil.example", "evil.example")
    elsewhere.key, elsewhere.id = key.key, key.id
    unknown = Authenticator()
    stranger = Authenticator()
    stranger.id = key.id
    invented = {"challenge": b64(bytes(56))}
    truncated = key.get(options())
    truncated["response"]["signature"] = truncated["response"]["signature"][:-8]
    lies = [
        elsewhere.get(options()), unknown.get(options()), stranger.get(options()), key.get(invented), truncated,
        key.get(options(), flags=PRESENT), {}, None, [], "x", {"id": 3}, {"id": key.id.hex(), "response": {}},
        {**key.get(options()), "id": "AAAA"},
    ]  # fmt: skip
    for lie in lies:
        assert visitor.json("/sign-in/passkey", {"credential": lie}).status_code == 422
    for body in (None, [], "x", 3):
        assert visitor.json("/sign-in/passkey", body).status_code == 422
    assert visitor.cookie() is None


def test_a_copied_key_is_seen_by_its_count(app, key):
    show(Visitor(app), key)
    show(Visitor(app), key)
    key.count = 0
    assert show(Visitor(app), key).status_code == 422


def test_options_say_nothing_of_any_account_and_write_nothing(app, key, superuser):
    visitor = Visitor(app)
    visitor.get("/sign-in")
    tables = ("sign_in", "spent_challenge", "passkey", "sign_in_request")
    before = [superuser.execute(sa.text(f"select * from {t} order by 1")).all() for t in tables]
    options = visitor.json("/sign-in/passkey/options", {}).get_json()
    assert (options["allowCredentials"], options["userVerification"]) == ([], "required")
    assert [superuser.execute(sa.text(f"select * from {t} order by 1")).all() for t in tables] == before


def test_a_known_key_is_not_kept_twice_and_its_person_not_told(signed_in, key):
    marc = signed_in("marc")
    again = make(marc, key)
    assert (again.status_code, "déjà enregistrée" in again.get_json()["message"]) == (422, True)


def test_the_name_of_an_account_is_an_address_the_handle_is_not(ines, world):
    options = ines.json("/profile/passkeys/options", {}).get_json()
    assert options["user"]["name"] == "ines@example.test"
    assert unb64(options["user"]["id"]) == world.people["ines"].id.bytes
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert json.dumps(options).count("ines@example.test") == 1


def test_with_a_key_codes_are_switched_off_and_come_back_with_the_last_key(
    app, ines, key, mailbox, superuser
):
    ines.get("/profile")
    assert ines.post("/profile/codes", off="1").status_code == 303
    Visitor(app).ask("ines@example.test")
    assert mailbox.open() is None
    assert "seule preuve" in text_of(ines.get("/sign-in/fresh"))
    assert show(Visitor(app), key).status_code == 200
    kept = superuser.scalar(sa.text("select id from passkey"))
    ines.get(f"/profile/passkeys/{kept}/removal")
    assert ines.post(f"/profile/passkeys/{kept}/removal").status_code == 303
    superuser.execute(sa.text("delete from sign_in_request"))
    Visitor(app).ask("ines@example.test")
    assert mailbox.open() is not None
    assert show(Visitor(app), key).status_code == 422


def test_a_key_of_mine_makes_the_sign_in_fresh_and_anothers_does_not(ines, signed_in, key, superuser):
    superuser.execute(sa.text("update sign_in set fresh_at = null"))
    marc = signed_in("marc")
    options = marc.json("/sign-in/passkey/options", {}).get_json()
    assert marc.json("/sign-in/fresh/passkey", {"credential": key.get(options)}).status_code == 422
    options = ines.json("/sign-in/passkey/options", {}).get_json()
    given = ines.json("/sign-in/fresh/passkey", {"credential": key.get(options), "next": "/profile/devices"})
    assert given.get_json() == {"next": "/profile/devices"}
    assert ines.post("/profile/application").headers["Location"] == "/profile/application"


def test_a_mentor_does_not_remove_the_only_second_factor(signed_in, superuser):
    helene, key = signed_in("helene"), Authenticator()
    make(helene, key)
    kept = superuser.scalar(sa.text("select id from passkey"))
    helene.get("/profile")
    assert helene.post(f"/profile/passkeys/{kept}/removal").status_code == 409


def test_without_the_token_no_options(app):
    assert Visitor(app).client.post("/sign-in/passkey/options", json={}).status_code == 400

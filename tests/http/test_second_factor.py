"""Staff and mentors: a code by e-mail is not enough; a passkey, an application or a recovery code is asked for."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from tests.visitor import HTMX, Mailbox, Visitor, text_of

HELENE, OLGA = "helene@example.test", "olga@example.test"


@pytest.fixture
def mailbox(database, superuser) -> Mailbox:
    return Mailbox(database, superuser)


@pytest.fixture
def visitor(app) -> Visitor:
    return Visitor(app)


def give_code(visitor: Visitor, mailbox: Mailbox, address: str, next_path: str = "/profile") -> Any:
    visitor.ask(address, next_path)
    visitor.get("/sign-in/code")
    return visitor.post("/sign-in/code", code=mailbox.open().code, recognised="y")


def shared_secret(page: Any) -> str:
    return re.search(r"<code>([A-Z2-7 ]+)</code>", page.get_data(as_text=True))[1].replace(" ", "")


@pytest.fixture
def clock(monkeypatch) -> Any:
    """Time for what ``now()`` gives, moved by hand."""
    from tenants import db

    moment = [datetime(2026, 11, 24, 9, 0, 10, tzinfo=UTC)]
    monkeypatch.setattr(db, "now", lambda: moment[0])

    class Clock:
        def forward(self, **by: int) -> None:
            moment[0] += timedelta(**by)

        def code(self, shared: str) -> str:
            return pyotp.TOTP(shared).at(moment[0])

    return Clock()


@pytest.fixture
def enrolled(app, mailbox, clock) -> Any:
    """Hélène has set an application up: (a visitor signed in, its shared secret, its recovery codes)."""
    visitor = Visitor(app)
    give_code(visitor, mailbox, HELENE)
    visitor.get("/sign-in/second")
    shown = visitor.follow(visitor.post("/sign-in/second/application"))
    shared = shared_secret(shown)
    done = visitor.post("/sign-in/second/application/code", code=clock.code(shared))
    codes = re.findall(r"<code>([a-z2-7-]+)</code>", done.get_data(as_text=True))
    return visitor, shared, codes


def test_a_mentor_without_any_factor_sets_one_up_before_the_first_page(visitor, mailbox, clock):
    opened = give_code(visitor, mailbox, HELENE)
    assert opened.headers["Location"] == "/sign-in/second"
    assert visitor.cookie() is None
    assert "Protéger votre accès" in text_of(visitor.get("/sign-in/second"))
    assert visitor.get("/profile").status_code == 401
    shown = visitor.follow(visitor.post("/sign-in/second/application"))
    assert 'src="data:image/svg+xml' in shown.get_data(as_text=True)
    wrong = visitor.post("/sign-in/second/application/code", code="000000")
    assert (wrong.status_code, visitor.cookie()) == (422, None)
    done = visitor.post("/sign-in/second/application/code", code=clock.code(shared_secret(shown)))
    assert len(re.findall(r"<code", done.get_data(as_text=True))) == 10
    assert visitor.get("/profile").status_code == 200


@pytest.mark.parametrize("who", ["helene", "olga", "odile"])
def test_who_must_give_a_second_factor(visitor, mailbox, who):
    assert give_code(visitor, mailbox, f"{who}@example.test").headers["Location"] == "/sign-in/second"


@pytest.mark.parametrize("who", ["ines", "marc", "solange", "yann"])
def test_who_need_not(visitor, mailbox, who):
    assert give_code(visitor, mailbox, f"{who}@example.test").headers["Location"] == "/profile"


def test_the_token_of_the_first_factor_opens_no_page_whatever_cookie_holds_it(app, visitor, mailbox):
    give_code(visitor, mailbox, HELENE)
    thief = Visitor(app)
    thief.client.set_cookie("sid", visitor.cookie("second"))
    assert thief.get("/profile").status_code == 401
    thief.client.set_cookie("sid", f"second{visitor.cookie('second')}")
    assert thief.get("/profile").status_code == 401


def test_afterwards_the_application_is_asked_and_its_code_opens(app, mailbox, enrolled, clock, superuser):
    _, shared, _ = enrolled
    clock.forward(seconds=60)
    visitor = Visitor(app)
    give_code(visitor, mailbox, HELENE)
    page = visitor.get("/sign-in/second")
    assert "Code de votre application" in text_of(page)
    before = visitor.cookie("second")
    opened = visitor.post("/sign-in/second", code=clock.code(shared))
    assert (opened.status_code, opened.headers["Location"]) == (303, "/profile")
    assert visitor.cookie() not in (None, before)
    row = superuser.execute(
        sa.text("select * from sign_in where by = 'second' order by created_at desc limit 1")
    ).one()
    assert (row.expires_at - row.created_at).total_seconds() == 7 * 24 * 3600
    assert (row.idle_until - row.created_at).total_seconds() == 12 * 3600
    assert superuser.scalar(sa.text("select count(*) from sign_in where pending")) == 0


@pytest.mark.parametrize(
    "typed",
    ["{}", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", " {} ", "{0[0]} {0[1]} {0[2]} {0[3]} {0[4]} {0[5]}"],
)
def test_an_application_code_serves_once_however_it_is_typed(app, mailbox, enrolled, clock, typed):
    _, shared, _ = enrolled
    clock.forward(seconds=60)
    code = clock.code(shared)
    first, second = Visitor(app), Visitor(app)
    give_code(first, mailbox, HELENE)
    first.get("/sign-in/second")
    assert first.post("/sign-in/second", code=code).status_code == 303
    give_code(second, mailbox, HELENE)
    second.get("/sign-in/second")
    replayed = second.post("/sign-in/second", code=typed.format(code))
    assert (replayed.status_code, second.cookie()) == (422, None)
    assert "Ce code vient de servir" in text_of(replayed)
    clock.forward(seconds=30)
    assert second.post("/sign-in/second", code=clock.code(shared)).status_code == 303


def test_a_code_of_the_former_step_is_refused_after_a_later_one(app, mailbox, enrolled, clock):
    _, shared, _ = enrolled
    clock.forward(seconds=60)
    earlier = clock.code(shared)
    clock.forward(seconds=30)
    first, second = Visitor(app), Visitor(app)
    give_code(first, mailbox, HELENE)
    first.get("/sign-in/second")
    assert first.post("/sign-in/second", code=clock.code(shared)).status_code == 303
    give_code(second, mailbox, HELENE)
    second.get("/sign-in/second")
    assert second.post("/sign-in/second", code=earlier).status_code == 422


def test_a_recovery_code_serves_once_as_it_is_typed(app, mailbox, enrolled):
    _, _, codes = enrolled
    assert (len(codes), len(set(codes))) == (10, 10)
    first, second = Visitor(app), Visitor(app)
    give_code(first, mailbox, HELENE)
    first.get("/sign-in/second")
    assert first.post("/sign-in/second", code=codes[0].upper().replace("-", " ")).status_code == 303
    give_code(second, mailbox, HELENE)
    second.get("/sign-in/second")
    assert second.post("/sign-in/second", code=codes[0]).status_code == 422
    assert second.post("/sign-in/second", code=codes[1]).status_code == 303


def test_five_tries_of_the_second_factor_and_the_first_is_to_be_given_again(app, mailbox, enrolled, clock):
    _, shared, _ = enrolled
    clock.forward(seconds=60)
    visitor = Visitor(app)
    give_code(visitor, mailbox, HELENE)
    visitor.get("/sign-in/second")
    for _ in range(5):
        assert visitor.post("/sign-in/second", code="000000").status_code == 422
    late = visitor.post("/sign-in/second", code=clock.code(shared))
    assert (late.status_code, late.headers["Location"], visitor.cookie()) == (303, "/sign-in", None)


def test_an_enrolled_factor_cannot_be_replaced_by_whoever_holds_the_mailbox(
    app, mailbox, enrolled, superuser
):
    visitor = Visitor(app)
    give_code(visitor, mailbox, HELENE)
    before = superuser.scalar(sa.text("select totp_secret from person where totp_secret is not null"))
    visitor.get("/sign-in/second")
    visitor.post("/sign-in/second/application")
    visitor.post("/sign-in/second/application/code", code="123456")
    assert visitor.json("/sign-in/second/passkey/options", {}).status_code == 422
    assert superuser.scalar(sa.text("select totp_secret from person where totp_secret is not null")) == before
    assert superuser.scalar(sa.text("select count(*) from person where totp_pending is not null")) == 0


def test_the_shared_secret_is_not_in_the_database(enrolled, superuser):
    _, shared, codes = enrolled
    for table in ("person", "recovery_code"):
        for row in superuser.execute(sa.text(f"select t::text from {table} t")).scalars():
            assert shared not in row
            assert shared.encode().hex() not in row
            assert not any(c in row for c in codes)


def test_a_party_is_asked_for_an_application_only_if_they_set_one_up(app, mailbox, superuser, world):
    visitor = Visitor(app)
    assert give_code(visitor, mailbox, "ines@example.test").headers["Location"] == "/profile"
    assert "Votre application de codes" not in text_of(visitor.get("/profile"))


def test_whoever_becomes_a_mentor_falls_under_the_shorter_durations(app, mailbox, superuser, world):
    from webapp.auth import session

    visitor = Visitor(app)
    give_code(visitor, mailbox, "ines@example.test")
    who = {"p": world.people["ines"].id}
    superuser.execute(
        sa.text(
            "update participation set role = 'mentor' where contact_id in (select id from contact where person_id = :p)"
        ),
        who,
    )
    superuser.execute(
        sa.text("update sign_in set seen_at = now() - interval '6 minutes' where person_id = :p"), who
    )
    session._touched.clear()
    visitor.get("/profile")
    row = superuser.execute(
        sa.text(
            "select * from sign_in where person_id = :p and by = 'code' order by created_at desc limit 1"
        ),
        who,
    ).one()
    assert (row.expires_at - row.created_at).total_seconds() == 7 * 24 * 3600
    assert (row.idle_until - row.seen_at).total_seconds() == 12 * 3600


def test_in_the_dialog_the_second_factor_comes_in_place(app, mailbox, enrolled, clock, world):
    _, shared, _ = enrolled
    clock.forward(seconds=60)
    visitor = Visitor(app)
    visitor.ask(HELENE)
    visitor.get("/sign-in/code")
    step = visitor.post("/sign-in/code", headers=HTMX, code=mailbox.open().code)
    assert step.headers["Location"] == "/sign-in/second"
    page = visitor.get("/sign-in/second", **HTMX)
    assert "<html" not in page.get_data(as_text=True)
    assert 'id="sign-in"' in page.get_data(as_text=True)
    done = visitor.post("/sign-in/second", headers=HTMX, code=clock.code(shared))
    assert str(world.people["helene"].id) in done.headers["HX-Trigger"]


def test_the_second_factor_cannot_be_asked_for_without_the_first(visitor):
    visitor.get("/sign-in")
    for address in ("/sign-in/second", "/sign-in/second/application", "/sign-in/second/application/code"):
        assert visitor.post(address, code="123456").headers["Location"] in ("/sign-in", "/sign-in/second")
    assert visitor.get("/sign-in/second").headers["Location"] == "/sign-in"
    assert visitor.json("/sign-in/second/passkey", {}).status_code == 422


def test_in_the_dialog_the_recovery_codes_are_read_before_the_page_goes_on(app, mailbox, clock, world):
    visitor = Visitor(app)
    give_code(visitor, mailbox, HELENE)
    visitor.get("/sign-in/second")
    shared = shared_secret(visitor.follow(visitor.post("/sign-in/second/application")))
    done = visitor.post("/sign-in/second/application/code", headers=HTMX, code=clock.code(shared))
    assert (done.get_data(as_text=True).count("<code>"), "HX-Trigger" in done.headers) == (10, False)
    assert "<html" not in done.get_data(as_text=True)
    goes_on = visitor.get("/sign-in/done", **HTMX)
    assert (goes_on.get_data(), str(world.people["helene"].id) in goes_on.headers["HX-Trigger"]) == (
        b"",
        True,
    )
    assert Visitor(app).get("/sign-in/done").headers["Location"] == "/sign-in"

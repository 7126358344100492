"""Signing in by a code or a link: what opens, what does not, and what nobody can learn by trying."""

import re
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.people import codes
from tenants.refusals import Limited
from tests.visitor import HTMX, Mailbox, Visitor, text_of

INES = "ines@example.test"
UNKNOWN = "nemo@example.test"  # as many letters as the known one: bodies can be compared byte by byte


@pytest.fixture
def visitor(app) -> Visitor:
    return Visitor(app)


@pytest.fixture
def mailbox(database, superuser) -> Mailbox:
    return Mailbox(database, superuser)


@pytest.fixture
def entered(visitor, mailbox) -> Visitor:
    """Inès has come in by a code, on a device not recognised."""
    enter(visitor, mailbox)
    return visitor


def enter(visitor: Visitor, mailbox: Mailbox, address: str = INES, **form: Any) -> Any:
    visitor.ask(address)
    visitor.get("/sign-in/code")
    return visitor.post("/sign-in/code", code=mailbox.open().code, **form)


def sign_ins(superuser: sa.Connection) -> list[Any]:
    return superuser.execute(sa.text("select * from sign_in where by <> 'fixture' order by created_at")).all()


def latest(superuser: sa.Connection) -> Any:
    return superuser.execute(sa.text("select * from sign_in order by created_at desc limit 1")).one()


def test_a_code_opens_the_page_that_was_asked_for(visitor, mailbox):
    asked = visitor.ask(INES, "/profile/devices")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in/code")
    assert INES in text_of(visitor.follow(asked))
    opened = visitor.post("/sign-in/code", code=mailbox.open().code)
    assert (opened.status_code, opened.headers["Location"]) == (303, "/profile/devices")
    assert "Firefox, Windows" in text_of(visitor.follow(opened))


def test_a_page_asked_for_without_a_sign_in_comes_back_after_it(visitor, mailbox):
    refused = visitor.get("/profile")
    assert refused.status_code == 401
    assert "/sign-in?next=%2Fprofile" in refused.get_data(
        as_text=True
    ) or "/sign-in?next=/profile" in refused.get_data(as_text=True)


def test_known_and_unknown_addresses_get_the_same_bytes_jobs_and_queries(app, superuser):
    seen, statements = {}, {}
    for address in (INES, UNKNOWN):
        visitor = Visitor(app, "198.51.100.7" if address == INES else "198.51.100.8")
        counted: list[str] = []
        with app.app_context():
            from tenants.db import db

            engine = db.engine
        listener = lambda *args, to=counted: to.append(args[2])  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", listener)
        asked = visitor.ask(address)
        page = visitor.follow(asked)
        wrong = visitor.post("/sign-in/code", code="000000")
        again = visitor.post("/sign-in/again")
        sa.event.remove(engine, "before_cursor_execute", listener)
        answers = [asked, page, wrong, again]
        seen[address] = [
            (r.status_code, sorted(r.headers.keys()), _comparable(r.get_data(as_text=True))) for r in answers
        ]
        statements[address] = counted
    assert seen[INES] == seen[UNKNOWN]
    assert statements[INES] == statements[UNKNOWN]
    jobs = superuser.execute(sa.text("select task_name, count(*) from procrastinate_jobs group by 1")).all()
    assert jobs == [("sign_in", 4)]
    rows = superuser.execute(
        sa.text("select address, count(*) from sign_in_request group by 1 order by 1")
    ).all()
    assert rows == [(INES, 2), (UNKNOWN, 2)]


def _comparable(body: str) -> str:
    same = body.replace(INES, UNKNOWN)
    return re.sub(r'(csrf_token" value="|X-CSRF-Token":")[^"]+', r"\1…", same)


def test_the_worker_makes_nothing_for_an_unknown_address_and_the_answers_stay_the_same(
    visitor, mailbox, superuser
):
    visitor.ask(UNKNOWN)
    assert mailbox.open() is None
    row = mailbox.last()
    assert row.code_hash is None
    assert row.expires_at is not None
    visitor.get("/sign-in/code")
    assert "Il reste 4 essais" in text_of(visitor.post("/sign-in/code", code="000000"))
    superuser.execute(sa.text("update sign_in_request set expires_at = now() - interval '1 minute'"))
    assert "a expiré à" in text_of(visitor.post("/sign-in/code", code="000000"))


def test_neither_code_nor_link_stands_in_the_database_or_the_queue(visitor, mailbox, superuser):
    visitor.ask(INES)
    issued = mailbox.open()
    tables = superuser.execute(
        sa.text("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
    ).scalars()
    for table in tables.all():
        for row in superuser.execute(sa.text(f'select t::text from "{table}" t')).scalars():
            assert issued.code not in row.replace(str(mailbox.last().id), "")
            assert issued.token not in row


@pytest.mark.parametrize(
    "typed", ["{} {} {} {} {} {}", "{}{}{} {}{}{}", " {}{}{}{}{}{} ", "{}{}{}\u00a0{}{}{}"]
)
def test_a_code_is_read_as_people_type_it(visitor, mailbox, typed):
    visitor.ask(INES)
    visitor.get("/sign-in/code")
    assert visitor.post("/sign-in/code", code=typed.format(*mailbox.open().code)).status_code == 303


def test_a_code_serves_once(visitor, mailbox, app):
    visitor.ask(INES)
    code = mailbox.open().code
    step = visitor.cookie("asked")
    visitor.get("/sign-in/code")
    assert visitor.post("/sign-in/code", code=code).status_code == 303
    thief = Visitor(app)
    thief.client.set_cookie("asked", step)
    thief.get("/sign-in/code")
    again = thief.post("/sign-in/code", code=code)
    assert (again.status_code, thief.cookie()) == (422, None)
    assert "Ce code a déjà servi" in text_of(again)


def test_a_code_expires_after_a_quarter_of_an_hour_and_says_when(visitor, mailbox, superuser):
    visitor.ask(INES)
    code = mailbox.open().code
    lasts = superuser.scalar(sa.text("select expires_at - issued_at from sign_in_request"))
    assert lasts.total_seconds() == 15 * 60
    superuser.execute(sa.text("update sign_in_request set expires_at = '2026-11-24 08:15+00'"))
    visitor.get("/sign-in/code")
    late = visitor.post("/sign-in/code", code=code)
    assert late.status_code == 422
    assert "Ce code a expiré à 9 h 15. Demandez-en un nouveau." in text_of(late)


def test_five_tries_and_the_code_is_spent_even_given_right(visitor, mailbox):
    visitor.ask(INES)
    code = mailbox.open().code
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    visitor.get("/sign-in/code")
    words = [text_of(visitor.post("/sign-in/code", code=wrong)) for _ in range(5)]
    assert [f"Il reste {n} essai" in w for n, w in zip((4, 3, 2, 1), words, strict=False)] == [True] * 4
    assert "Ce code a été essayé cinq fois" in words[4]
    last = visitor.post("/sign-in/code", code=code)
    assert (last.status_code, visitor.cookie()) == (422, None)


def test_a_malformed_code_is_told_and_not_counted(visitor, mailbox):
    visitor.ask(INES)
    visitor.get("/sign-in/code")
    for typed in ("", "12345", "abcdef", "1234567", "\x00", "é" * 500):
        assert visitor.post("/sign-in/code", code=typed).status_code == 422
    assert mailbox.last().tries == 0


def test_a_sixth_code_in_an_hour_is_refused_whatever_the_address(app, superuser):
    for n, address in enumerate((INES, UNKNOWN)):
        for i in range(5):
            assert Visitor(app, f"198.51.{n}.{i}").ask(address).status_code == 303
        refused = Visitor(app, f"198.51.{n}.9").ask(address)
        assert refused.status_code == 429
        assert "Vous pourrez en demander un autre à" in text_of(refused)
    superuser.execute(sa.text("update sign_in_request set asked_at = asked_at - interval '1 hour'"))
    assert Visitor(app).ask(INES).status_code == 303


def test_one_network_address_asks_twenty_times_an_hour(app):
    answers = [Visitor(app, "203.0.113.5").ask(f"someone{i}@example.test").status_code for i in range(21)]
    assert answers == [303] * 20 + [429]
    assert Visitor(app, "203.0.113.6").ask(INES).status_code == 303


def test_limits_hold_under_simultaneous_requests(app, superuser):
    outcomes: list[str] = []

    def one(i: int) -> None:
        from tenants.db import db

        with app.app_context():
            try:
                codes.ask(INES, secret=b"s", ip=f"10.0.0.{i}")
                outcomes.append("asked")
            except Limited:
                outcomes.append("limited")
            db.session.commit()

    threads = [threading.Thread(target=one, args=(i,)) for i in range(10)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(outcomes) == ["asked"] * 5 + ["limited"] * 5
    assert superuser.scalar(sa.text("select count(*) from sign_in_request")) == 5


def test_five_codes_an_hour_whichever_of_their_addresses_they_came_by(
    app, visitor, mailbox, superuser, world
):
    superuser.execute(
        sa.text(
            "insert into address (id, person_id, address) values (gen_random_uuid(), :p, 'autre@example.test')"
        ),
        {"p": world.people["ines"].id},
    )
    made = []
    for i, address in enumerate([INES, "autre@example.test"] * 3):
        Visitor(app, f"10.1.0.{i}").ask(address)
        made.append(mailbox.open() is not None)
    assert made == [True] * 5 + [False]


def test_one_code_given_twice_at_once_opens_once(app, mailbox, superuser, world):
    visitor = Visitor(app)
    visitor.ask(INES)
    code, step = mailbox.open().code, visitor.cookie("asked")
    both = [Visitor(app) for _ in range(4)]
    for v in both:
        v.client.set_cookie("asked", step)
        v.get("/sign-in/code")
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda v=v: answers.append(v.post("/sign-in/code", code=code).status_code))
        for v in both
    ]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(answers) == [303, 422, 422, 422]


def test_a_mail_scanner_that_opens_the_link_uses_nothing_up(app, visitor, mailbox, superuser):
    visitor.ask(INES, "/profile")
    token = mailbox.open().token
    before = superuser.execute(sa.text("select * from sign_in_request")).all()
    scanner = Visitor(app, "192.0.2.99")
    for _ in range(3):
        seen = scanner.get(f"/sign-in/link/{token}")
        assert seen.status_code == 200
        assert scanner.client.head(f"/sign-in/link/{token}").status_code == 200
        assert scanner.cookie() is None
    assert superuser.execute(sa.text("select * from sign_in_request")).all() == before
    opened = scanner.post(f"/sign-in/link/{token}", recognised="y")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/profile")
    assert scanner.follow(opened).status_code == 200


def test_a_link_serves_once_and_takes_its_code_with_it(app, visitor, mailbox):
    visitor.ask(INES)
    issued = mailbox.open()
    other = Visitor(app)
    other.get(f"/sign-in/link/{issued.token}")
    assert other.post(f"/sign-in/link/{issued.token}").status_code == 303
    dead = Visitor(app).get(f"/sign-in/link/{issued.token}")
    assert (dead.status_code, "Ce lien a déjà servi" in text_of(dead)) == (410, True)
    visitor.get("/sign-in/code")
    assert visitor.post("/sign-in/code", code=issued.code).status_code == 422


def test_an_expired_or_invented_link_says_so(app, visitor, mailbox, superuser):
    visitor.ask(INES)
    token = mailbox.open().token
    superuser.execute(sa.text("update sign_in_request set expires_at = '2026-11-24 08:15+00'"))
    late = visitor.get(f"/sign-in/link/{token}")
    assert "Ce lien a expiré à 9 h 15" in text_of(late)
    visitor.get("/sign-in")
    assert visitor.post(f"/sign-in/link/{token}").status_code == 410
    assert "n’existe plus" in text_of(visitor.get("/sign-in/link/" + "A" * 43))


def test_a_copied_cookie_opens_nothing_after_the_sign_out(app, entered, superuser):
    stolen = entered.cookie()
    thief = Visitor(app)
    thief.client.set_cookie("sid", stolen)
    assert thief.get("/profile").status_code == 200
    entered.get("/profile")
    out = entered.post("/sign-out")
    assert (out.status_code, out.headers["Location"]) == (303, "/sign-in")
    assert entered.cookie() is None
    assert thief.get("/profile").status_code == 401
    assert entered.get("/profile").status_code == 401


def test_the_token_is_made_anew_at_each_sign_in(app, visitor, mailbox, superuser):
    visitor.client.set_cookie("sid", "planted-by-somebody-else")
    enter(visitor, mailbox)
    first = visitor.cookie()
    assert first not in (None, "planted-by-somebody-else")
    visitor.get("/profile")
    visitor.client.delete_cookie("asked")
    request = visitor.client.post(
        "/sign-in", data={"csrf_token": visitor.token, "address": INES, "next": "/"}
    )
    assert request.status_code == 303
    visitor.get("/sign-in/code")
    visitor.post("/sign-in/code", code=mailbox.open().code)
    assert visitor.cookie() != first
    thief = Visitor(app)
    thief.client.set_cookie("sid", first)
    assert thief.get("/profile").status_code == 401, "the row of the former token is gone"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(visitor, mailbox):
    opened = enter(visitor, mailbox, recognised="y")
    [cookie] = [c for c in opened.headers.getlist("Set-Cookie") if c.startswith("sid=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Expires=" in cookie


@pytest.mark.parametrize(
    ("who", "recognised", "expires", "idle"),
    [("ines", None, 12, 12), ("ines", "y", 30 * 24, 30 * 24), ("marc", None, 12, 12)],
)
def test_how_long_a_party_stays_signed_in(visitor, mailbox, superuser, who, recognised, expires, idle):
    enter(visitor, mailbox, f"{who}@example.test", **({"recognised": recognised} if recognised else {}))
    row = latest(superuser)
    assert (row.expires_at - row.created_at).total_seconds() == expires * 3600
    assert (row.idle_until - row.created_at).total_seconds() == idle * 3600


def test_an_unrecognised_device_forgets_when_the_browser_closes(visitor, mailbox):
    opened = enter(visitor, mailbox)
    [cookie] = [c for c in opened.headers.getlist("Set-Cookie") if c.startswith("sid=")]
    assert "Expires=" not in cookie
    assert "Max-Age" not in cookie


@pytest.mark.parametrize("column", ["expires_at", "idle_until"])
def test_an_expired_sign_in_opens_nothing(entered, superuser, column):
    superuser.execute(sa.text(f"update sign_in set {column} = now() - interval '1 second'"))
    assert entered.get("/profile").status_code == 401


def test_use_is_noted_every_five_minutes_at_most(entered, superuser):
    before = latest(superuser).seen_at
    entered.get("/profile")
    assert latest(superuser).seen_at == before
    superuser.execute(sa.text("update sign_in set seen_at = seen_at - interval '6 minutes'"))
    from webapp.auth import session

    session._touched.clear()
    entered.get("/profile")
    assert latest(superuser).seen_at > before


def test_in_the_dialog_of_a_page_each_step_takes_the_place_of_the_last(visitor, mailbox, world):
    first = visitor.get("/sign-in/here", **HTMX)
    assert first.get_data(as_text=True).lstrip().startswith('<form id="sign-in"')
    assert "<html" not in first.get_data(as_text=True)
    asked = visitor.post("/sign-in", headers=HTMX, address=INES, next="/")
    code = visitor.get(asked.headers["Location"], **HTMX)  # fetch follows the redirection unseen
    assert 'hx-post="/sign-in/code"' in code.get_data(as_text=True)
    wrong = visitor.post("/sign-in/code", headers=HTMX, code="000000")
    assert (wrong.status_code, "<html" in wrong.get_data(as_text=True)) == (422, False)
    opened = visitor.post("/sign-in/code", headers=HTMX, code=mailbox.open().code)
    assert opened.status_code == 200
    assert opened.get_data() == b""
    assert opened.headers["HX-Trigger"] == f'{{"signed-in": {{"me": "{world.people["ines"].id}"}}}}'
    assert visitor.get("/profile").status_code == 200


def test_a_page_restored_from_history_is_whole(visitor):
    again = visitor.get("/sign-in", **HTMX, **{"HX-History-Restore-Request": "true"})
    assert "<html" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ines",
        "ines@",
        "@example.test",
        "a b@example.test",
        "x" * 250 + "@example.test",
        "a@b@c.d",
        "a@b,c@d.e",
    ],
)
def test_what_is_not_an_address_is_told_and_kept(visitor, typed):
    refused = visitor.ask(typed)
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.get_data(as_text=True)


def test_an_address_is_known_whatever_its_case_and_spaces(visitor, mailbox):
    visitor.ask("  INES@Example.TEST ")
    assert mailbox.open().address == INES


def test_codes_switched_off_are_not_made(visitor, mailbox, superuser, world):
    person = {"p": world.people["ines"].id}
    superuser.execute(
        sa.text("insert into passkey (id, person_id, credential_id, public_key, sign_count, name)"
                " values (gen_random_uuid(), :p, 'c', 'k', 0, 'clé')"), person,
    )  # fmt: skip
    superuser.execute(sa.text("update person set codes_off = true where id = :p"), person)
    assert visitor.ask(INES).status_code == 303
    assert mailbox.open() is None


def test_an_address_switched_off_gets_no_code(visitor, mailbox, superuser):
    superuser.execute(sa.text("update address set sign_in = false where address = :a"), {"a": INES})
    visitor.ask(INES)
    assert mailbox.open() is None


def test_a_new_device_is_told_and_the_first_and_the_known_are_not(app, visitor, mailbox, superuser):
    def told() -> int:
        return superuser.scalar(
            sa.text("select count(*) from procrastinate_jobs where task_name = 'new_device'")
        )

    enter(visitor, mailbox)
    assert told() == 0, "the first one"
    visitor.get("/profile")
    visitor.post("/sign-out")
    enter(visitor, mailbox)
    assert told() == 0, "the same browser"
    enter(Visitor(app, "192.0.2.77"), mailbox)
    assert told() == 1


def test_without_the_forms_token_nothing_is_done(app, mailbox, superuser):
    visitor = Visitor(app)
    assert visitor.client.post("/sign-in", data={"address": INES}).status_code == 400
    assert superuser.scalar(sa.text("select count(*) from sign_in_request")) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),  # a sibling subdomain
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none", "Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "none", "Origin": "http://localhost"}, 303),  # a form sent again by « reload »
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "https://elsewhere.example"}, 403),  # a browser that does not say from which site
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "http://localhost.elsewhere.example"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({}, 303),  # the token alone
    ],
)
def test_a_post_is_of_a_page_of_ours_or_refused_token_or_not(visitor, superuser, headers, status):
    visitor.get("/sign-in")
    assert visitor.post("/sign-in", headers=headers, address=INES).status_code == status
    asked = superuser.scalar(sa.text("select count(*) from sign_in_request"))
    assert asked == (1 if status == 303 else 0)


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}])
def test_no_origin_stands_in_for_the_token(visitor, superuser, headers):
    assert visitor.client.post("/sign-in", data={"address": INES}, headers=headers).status_code == 400
    assert superuser.scalar(sa.text("select count(*) from sign_in_request")) == 0


def test_over_https_a_page_of_http_is_another_site(app, monkeypatch):
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    for origin, status in (("http://localhost", 403), ("https://localhost", 400)):  # 400: it has no token
        there = {"base_url": "https://localhost", "headers": {"Origin": origin}}
        assert app.test_client().post("/sign-in", data={"address": INES}, **there).status_code == status


def test_over_https_no_subdomain_can_plant_a_cookie(app, mailbox):
    from dataclasses import replace

    config = app.extensions["trialogue"]
    app.extensions["trialogue"] = replace(config, public_url="https://localhost")
    client = app.test_client()
    there = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/sign-in"}}
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', client.get("/sign-in", **there).get_data(as_text=True)
    )[1]
    asked = client.post("/sign-in", data={"csrf_token": token, "address": INES}, **there)
    opened = client.post("/sign-in/code", data={"csrf_token": token, "code": mailbox.open().code}, **there)
    assert opened.status_code == 303
    given = [c for r in (asked, opened) for c in r.headers.getlist("Set-Cookie") if not c.startswith("form=")]
    assert {c.partition("=")[0] for c in given} == {
        "__Host-asked",
        "__Host-sid",
        "__Host-device",
        "__Host-second",
    }
    for cookie in given:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), cookie
        assert "Domain" not in cookie
    client.set_cookie("sid", client.get_cookie("__Host-sid").value)
    client.delete_cookie("__Host-sid")
    assert client.get("/profile", **there).status_code == 401, "the name without its guard opens nothing"

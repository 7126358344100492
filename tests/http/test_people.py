"""A person's own pages: what they change, on whose account, and with which fresh proof."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from tests.visitor import HTMX, Mailbox, Visitor, text_of


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


def stale(superuser: sa.Connection) -> None:
    superuser.execute(sa.text("update sign_in set fresh_at = now() - interval '11 minutes'"))


def own(superuser: sa.Connection, world: Any, who: str = "ines") -> list[Any]:
    return superuser.execute(
        sa.text("select * from address where person_id = :p order by personal, address"),
        {"p": world.people[who].id},
    ).all()


def add_address(visitor: Visitor, mailbox: Mailbox, address: str = "ines.perso@example.test") -> Any:
    visitor.get("/profile/addresses/new")
    asked = visitor.post("/profile/addresses", address=address)
    assert asked.headers["Location"] == "/profile/addresses/code"
    visitor.follow(asked)
    issued = mailbox.open()
    return visitor.post("/profile/addresses/code", code=issued.code if issued else "000000")


def test_a_name_a_language_a_theme_and_a_rhythm_are_kept(ines, superuser, world):
    done = ines.post("/profile", name="  Inès\tCorbelin-Roy ", language="en", theme="dark", rhythm="weekly")
    assert (done.status_code, done.headers["Location"]) == (303, "/profile")
    page = ines.get("/profile").get_data(as_text=True)
    assert '<html lang="en" data-theme="dark">' in page
    assert "Inès Corbelin-Roy" in page


def test_words_agree_with_whom_they_name_as_that_person_says(ines, signed_in, superuser, world):
    """Said once, on one's own page; read by whoever sees the name, in every company."""
    marc, theirs = signed_in("marc"), world.url("solo")
    assert "mentoré·e" in text_of(marc.get(theirs)) and "connecté·e" in text_of(ines.get("/profile"))
    form = {"name": "Inès Corbelin", "language": "fr", "theme": "dark", "rhythm": "daily"}
    for chosen, role, mine in (("feminine", "mentorée", "connectée"), ("masculine", "mentoré", "connecté"),
                               ("", "mentoré·e", "connecté·e")):  # fmt: skip
        assert ines.post("/profile", **form, agrees=chosen).status_code == 303
        assert f"Vous êtes {mine} sur" in text_of(ines.get("/profile"))
        for page in (theirs, "/"):
            seen = text_of(marc.get(page))
            assert f"Inès Corbelin {role} " in seen, seen
    superuser.execute(
        sa.text("update person set language = 'en' where id = :p"), {"p": world.people["marc"].id}
    )
    assert "mentoré" not in text_of(marc.get(theirs))
    assert ines.post("/profile", **form, agrees="neuter").status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "é" * 121), ("language", "de"), ("theme", "pink"), ("rhythm", "hourly")],
)
def test_what_cannot_be_kept_is_told_and_shown_again(ines, superuser, world, field, value):
    before = superuser.execute(sa.text("select * from person order by id")).all()
    given = {"name": "Inès", "language": "fr", "theme": "light", "rhythm": "never"} | {field: value}
    refused = ines.post("/profile", **given)
    assert refused.status_code == 422
    assert superuser.execute(sa.text("select * from person order by id")).all() == before


def test_fields_that_the_form_does_not_have_are_not_read(ines, superuser, world):
    form = {"name": "Inès", "language": "fr", "theme": "light", "rhythm": "never"}
    ines.post(
        "/profile",
        **form,
        codes_off="1",
        id=str(uuid.uuid4()),
        notice_version="9",
        person_id=str(uuid.uuid4()),
    )
    row = superuser.execute(
        sa.text("select * from person where id = :p"), {"p": world.people["ines"].id}
    ).one()
    assert (row.name, row.codes_off, row.notice_version) == ("Inès", False, 1)


def test_a_personal_address_opens_and_the_employers_no_longer(app, ines, mailbox, superuser, world):
    assert add_address(ines, mailbox).headers["Location"] == "/profile"
    employers, personal = own(superuser, world)
    assert (personal.address, personal.personal, personal.sign_in) == ("ines.perso@example.test", True, True)
    assert "ni le cabinet ne la voient" in text_of(ines.get("/profile"))
    ines.post(f"/profile/addresses/{personal.id}/mails")
    ines.post(f"/profile/addresses/{employers.id}/no-codes")
    employers, personal = own(superuser, world)
    assert (employers.sign_in, employers.mails, personal.mails) == (False, False, True)
    Visitor(app).ask("ines@example.test")
    assert mailbox.open() is None
    other = Visitor(app)
    other.ask("ines.perso@example.test")
    other.get("/sign-in/code")
    assert other.post("/sign-in/code", code=mailbox.open().code).status_code == 303


def test_nobody_of_the_company_or_the_firm_sees_a_personal_address(in_app, ines, mailbox, world):
    add_address(ines, mailbox)
    for who, company in (
        ("helene", "ombrelune"),
        ("odile", "ombrelune"),
        ("marc", "ombrelune"),
        ("olga", None),
    ):
        with world.acting(who, company) as session:
            assert session.execute(sa.text("select * from address where address like '%perso%'")).all() == []


def test_the_address_of_another_account_gets_no_code_and_is_not_told(ines, mailbox, superuser, world):
    taken = add_address(ines, mailbox, "marc@example.test")
    assert mailbox.last().code_hash is None
    assert taken.status_code == 422
    assert "Ce n’est pas le code envoyé" in text_of(taken)
    assert len(own(superuser, world)) == 1


def test_an_address_taken_meanwhile_is_told_to_whoever_reads_its_mailbox(ines, mailbox, superuser, world):
    ines.post("/profile/addresses", address="neuve@example.test")
    issued = mailbox.open()
    superuser.execute(
        sa.text(
            "insert into address (id, person_id, address) values (gen_random_uuid(), :p, 'neuve@example.test')"
        ),
        {"p": world.people["marc"].id},
    )
    ines.get("/profile/addresses/code")
    taken = ines.post("/profile/addresses/code", code=issued.code)
    assert (taken.status_code, "sert déjà à un autre compte" in text_of(taken)) == (422, True)


def test_the_last_way_in_cannot_be_closed(ines, superuser, world):
    [only] = own(superuser, world)
    closed = ines.post(f"/profile/addresses/{only.id}/no-codes")
    assert (closed.status_code, "seul moyen d’entrer" in text_of(closed)) == (409, True)
    ines.get("/profile")
    removed = ines.post(f"/profile/addresses/{only.id}/removal")
    assert removed.status_code == 409
    ines.get("/profile")
    assert ines.post("/profile/codes", off="1").status_code == 409
    assert len(own(superuser, world)) == 1


def test_a_personal_address_is_removed_after_it_was_asked(ines, mailbox, superuser, world):
    add_address(ines, mailbox)
    personal = own(superuser, world)[1]
    assert "Aucun code n’y sera plus envoyé" in text_of(ines.get(f"/profile/addresses/{personal.id}/removal"))
    assert len(own(superuser, world)) == 2
    ines.post(f"/profile/addresses/{personal.id}/removal")
    assert len(own(superuser, world)) == 1


def test_another_persons_address_key_or_device_does_not_exist(signed_in, superuser, world):
    marc = signed_in("marc")
    theirs = own(superuser, world)[0].id
    device = superuser.scalar(
        sa.text("select id from sign_in where person_id = :p"), {"p": world.people["ines"].id}
    )
    before = superuser.execute(sa.text("select * from address order by id")).all()
    for tail in ("mails", "codes", "no-codes", "removal"):
        assert marc.post(f"/profile/addresses/{theirs}/{tail}").status_code == 404
    assert marc.get(f"/profile/addresses/{theirs}/removal").status_code == 404
    assert marc.post(f"/profile/devices/{device}/sign-out").status_code == 404
    assert marc.post(f"/profile/passkeys/{uuid.uuid4()}/removal").status_code == 404
    assert superuser.execute(sa.text("select * from address order by id")).all() == before
    assert superuser.scalar(sa.text("select count(*) from sign_in where id = :i"), {"i": device}) == 1


GRAVE = [
    ("/profile/addresses", {"address": "x@example.test"}), ("/profile/codes", {"off": "1"}), ("/profile/application", {}),
    ("/profile/application/code", {"code": "123456"}), ("/profile/application/removal", {}),
    ("/profile/application/recovery-codes", {}),
]  # fmt: skip


@pytest.mark.parametrize(("address", "form"), GRAVE)
def test_a_grave_act_asks_first_for_a_fresh_proof(ines, superuser, world, address, form):
    stale(superuser)
    before = superuser.execute(sa.text("select * from person order by id")).all()
    asked = ines.post(address, headers={"Referer": "http://localhost/profile"}, **form)
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in/fresh?next=/profile")
    assert "Confirmez que c’est vous" in text_of(ines.follow(asked))
    assert superuser.execute(sa.text("select * from person order by id")).all() == before
    again = ines.post(address, headers={"Referer": "http://localhost/profile", **HTMX}, **form)
    assert (again.status_code, again.headers["HX-Redirect"]) == (403, "/sign-in/fresh?next=/profile")


def test_the_same_of_acts_on_an_address(ines, mailbox, superuser, world):
    add_address(ines, mailbox)
    stale(superuser)
    personal = own(superuser, world)[1]
    for tail in ("mails", "codes", "no-codes", "removal"):
        assert "/sign-in/fresh" in ines.post(f"/profile/addresses/{personal.id}/{tail}").headers["Location"]
    assert len(own(superuser, world)) == 2
    assert ines.json("/profile/passkeys/options", {}).get_json()["proof"] == "/sign-in/fresh?next=/profile"


def test_a_code_makes_the_sign_in_fresh_for_ten_minutes(ines, mailbox, superuser, world):
    stale(superuser)
    ines.get("/sign-in/fresh?next=/profile/application")
    sent = ines.follow(ines.post("/sign-in/fresh/code", next="/profile/application"))
    assert "Nous avons envoyé six chiffres à ines@example.test" in text_of(sent)
    wrong = ines.post("/sign-in/fresh", code="000000", next="/profile/application")
    assert wrong.status_code == 422
    issued = mailbox.open()
    assert (issued.purpose, issued.token) == ("fresh", None)
    given = ines.post("/sign-in/fresh", code=issued.code, next="/profile/application")
    assert (given.status_code, given.headers["Location"]) == (303, "/profile/application")
    ines.get("/profile")
    assert ines.post("/profile/application").headers["Location"] == "/profile/application"


def test_a_code_for_signing_in_proves_nothing_fresh_and_the_reverse(app, ines, mailbox, superuser):
    stale(superuser)
    ines.get("/sign-in/fresh")
    ines.post("/sign-in/fresh/code", next="/profile")
    fresh = mailbox.open().code
    thief = Visitor(app)
    thief.client.set_cookie("asked", ines.cookie("asked"))
    thief.get("/sign-in")
    assert thief.post("/sign-in/code", code=fresh).headers["Location"] == "/sign-in"
    marc = Visitor(app, "192.0.2.50")
    marc.ask("ines@example.test")
    code = mailbox.open().code
    ines.client.set_cookie("asked", marc.cookie("asked"))
    assert ines.post("/sign-in/fresh", code=code, next="/profile").status_code == 422


def test_a_device_is_signed_out_at_once_and_its_sockets_are_told(
    app, ines, mailbox, superuser, world, monkeypatch
):
    from webapp.live import bus

    said: list[str] = []
    monkeypatch.setattr(bus, "publish", said.extend)
    other = Visitor(app, "192.0.2.9")
    other.ask("ines@example.test")
    other.get("/sign-in/code")
    other.post("/sign-in/code", code=mailbox.open().code)
    assert other.get("/profile").status_code == 200
    page = ines.get("/profile/devices")
    assert text_of(page).count("Connecté") == 2
    theirs = superuser.scalar(sa.text("select id from sign_in where device = 'Firefox, Windows'"))
    done = ines.post(f"/profile/devices/{theirs}/sign-out")
    assert done.headers["Location"] == "/profile/devices"
    assert said == [f"revoked sign-in {theirs}"]
    assert ines.get("/profile").status_code == 200
    for address in ("/profile", "/sign-in"):  # and the device, whenever it comes back
        assert f'data-forget="{world.people["ines"].id}"' in other.get(address).text


def test_a_sign_in_that_expired_or_was_left_here_tells_the_device_nothing(app, ines, superuser, world):
    superuser.execute(sa.text("update sign_in set expires_at = now() - interval '1 minute'"))
    assert ines.get("/profile").status_code == 401
    assert "data-forget" not in ines.get("/profile").text + ines.get("/sign-in").text
    superuser.execute(sa.text("update sign_in set expires_at = now() + interval '1 hour'"))
    token = ines.cookie()
    ines.get("/profile")
    ines.post("/sign-out")
    ines.client.set_cookie("sid", token)
    assert ines.get("/profile").status_code == 401
    assert "data-forget" not in ines.get("/sign-in").text


def test_all_the_others_are_signed_out_in_one_act(app, ines, mailbox, superuser, world):
    others = [Visitor(app, f"192.0.2.{i}") for i in (10, 11)]
    for other in others:
        other.ask("ines@example.test")
        other.get("/sign-in/code")
        other.post("/sign-in/code", code=mailbox.open().code)
    ines.get("/profile/devices")
    ines.post("/profile/devices/sign-out-others")
    assert [o.get("/profile").status_code for o in others] == [401, 401]
    assert ines.get("/profile").status_code == 200
    mine = superuser.scalar(
        sa.text("select count(*) from sign_in where person_id = :p and ended_at is null"),
        {"p": world.people["ines"].id},
    )
    assert (mine, superuser.scalar(sa.text("select count(*) from sign_in")) > 1) == (1, True), "nobody else's"


def test_signing_this_device_out_from_its_list_takes_the_cookie_back(ines, superuser, world):
    mine = superuser.scalar(
        sa.text("select id from sign_in where person_id = :p"), {"p": world.people["ines"].id}
    )
    out = ines.post(f"/profile/devices/{mine}/sign-out")
    assert (out.headers["Location"], ines.cookie()) == ("/sign-in", None)


def test_the_notice_comes_before_any_page_and_once(app, signed_in, superuser, world):
    superuser.execute(
        sa.text("update person set notice_version = null, notice_at = null where id = :p"),
        {"p": world.people["ines"].id},
    )
    ines = signed_in("ines")
    first = ines.get("/profile/devices")
    assert (first.status_code, first.headers["Location"]) == (302, "/notice?next=/profile/devices")
    page = text_of(ines.follow(first))
    assert "24 novembre 2026" in page
    assert "Votre employeur peut lire la boîte e-mail" in page
    read = ines.post("/notice", next="/profile/devices")
    assert read.headers["Location"] == "/profile/passkeys/offer?next=/profile/devices"
    assert "Plus tard" in text_of(ines.follow(read))
    assert ines.get("/profile/devices").status_code == 200
    row = superuser.execute(
        sa.text("select * from person where id = :p"), {"p": world.people["ines"].id}
    ).one()
    assert (row.notice_version, row.notice_at is not None) == (1, True)
    assert "Vous en avez pris connaissance" in text_of(ines.get("/notice"))


def test_whoever_has_not_read_it_can_still_sign_out(signed_in, superuser, world):
    superuser.execute(sa.text("update person set notice_version = null"))
    ines = signed_in("ines")
    ines.get("/notice")
    assert ines.post("/sign-out").headers["Location"] == "/sign-in"


def test_pages_of_ones_own_exist_for_nobody_else(app):
    visitor = Visitor(app)
    for address in (
        "/profile",
        "/profile/devices",
        "/profile/application",
        "/notice",
        "/sign-in/fresh",
        "/profile/addresses/code",
    ):
        assert visitor.get(address).status_code == 401

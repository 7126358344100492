"""Every means of signing in lost: an owner authorises new ones, told to all, used late, by the person's own mailbox."""

import re
from urllib.parse import urlsplit

import pyotp
import pytest
import sqlalchemy as sa

from tests.conftest import SECRET
from tests.http.browser import enter  # noqa: F401 - a fixture
from tests.visitor import Mailbox, Visitor, text_of
from webapp.config import Misconfigured
from webapp.firm.commands import renew
from webapp.mail.sink import Sink
from webapp.setup.database import as_role
from webapp.work import worker

HELENE, OLGA = "helene@example.test", "olga@example.test"


@pytest.fixture
def mailbox(database, superuser) -> Mailbox:
    return Mailbox(database, superuser)


@pytest.fixture
def begin(enter, world):
    """Olga, who is an owner, before the act for somebody: (her browser, the address)."""
    olga = enter("olga")

    def opened(who: str):
        address = f"/firms/{world.firms['sauvelande']}/renewals/{world.people[who].id}"
        olga.get(address)
        return olga, address

    return opened


@pytest.fixture
def protected(world, superuser):
    """Hélène has a key, an application and recovery codes, and takes no code by e-mail."""
    me = {"p": world.people["helene"].id}
    superuser.execute(
        sa.text("update person set totp_secret = '\\x00', totp_step = 1, codes_off = true where id = :p"), me
    )
    key = "insert into passkey (id, person_id, credential_id, public_key, sign_count, name) values (gen_random_uuid(), :p, '\\x01', '\\x01', 0, 'Clé')"
    superuser.execute(sa.text(key), me)
    superuser.execute(
        sa.text("insert into recovery_code (id, person_id, hash) values (gen_random_uuid(), :p, '\\x01')"), me
    )
    return me


def later(superuser, hours: int) -> None:
    moved = "update renewal set asked_at = asked_at - :h, from_at = from_at - :h, until_at = until_at - :h"
    superuser.execute(sa.text(moved.replace(":h", f"interval '{hours} hours'")))


def factors(superuser, me) -> tuple[int, int, int]:
    counted = "select (select count(*) from passkey where person_id = :p), (select count(*) from recovery_code where person_id = :p), (select count(*) from person where id = :p and totp_secret is not null)"
    return tuple(superuser.execute(sa.text(counted), me).one())


def by_code(app, mailbox) -> tuple[Visitor, object]:
    visitor = Visitor(app)
    visitor.ask(HELENE)
    visitor.get("/sign-in/code")
    issued = mailbox.open()
    return visitor, issued and visitor.post("/sign-in/code", code=issued.code)


def test_two_days_later_a_code_of_ones_own_mailbox_leads_to_a_new_factor(
    app, begin, protected, mailbox, superuser, browse
):
    helene = browse("helene")
    assert helene.get("/profile").status_code == 200
    olga, address = begin("helene")
    assert olga.post(address).status_code == 303
    assert helene.get("/profile").status_code == 401
    seen = text_of(olga.get(address.partition("/renewals")[0] + "/staff"))
    assert "Nouveau second facteur autorisé par Olga Vernaz" in seen and "Annuler l’autorisation" in seen
    assert factors(superuser, protected) == (1, 1, 1)
    assert by_code(app, mailbox)[1] is None  # she takes no codes, and nothing is in force yet
    later(superuser, 49)
    visitor, opened = by_code(app, mailbox)
    assert opened.headers["Location"] == "/sign-in/second"
    assert factors(superuser, protected) == (0, 0, 0)
    assert visitor.get("/profile").status_code == 401  # the mailbox alone opens no page
    assert "Protéger votre accès" in text_of(visitor.get("/sign-in/second"))
    shown = visitor.follow(visitor.post("/sign-in/second/application"))
    shared = re.search(r"<code>([A-Z2-7 ]+)</code>", shown.text)[1].replace(" ", "")
    visitor.post("/sign-in/second/application/code", code=pyotp.TOTP(shared).now())
    assert visitor.get("/profile").status_code == 200
    assert "a servi" in text_of(olga.get(address.partition("/renewals")[0] + "/staff"))
    superuser.execute(sa.text("delete from sign_in_request"))
    again, _ = by_code(app, mailbox)
    assert "Code de votre application" in text_of(again.get("/sign-in/second"))


def test_before_that_what_was_there_is_still_asked_for(app, begin, protected, mailbox, superuser):
    superuser.execute(sa.text("update person set codes_off = false where id = :p"), protected)
    olga, address = begin("helene")
    olga.post(address)
    later(superuser, 47)
    visitor, _ = by_code(app, mailbox)
    asked = text_of(visitor.get("/sign-in/second"))
    assert "Code de votre application" in asked and "Un nouveau second facteur a été autorisé" in asked
    assert factors(superuser, protected) == (1, 1, 1)


@pytest.mark.parametrize("by", ["passkey", "second"])
def test_a_sign_in_by_what_was_there_ends_it(in_app, begin, protected, superuser, by):
    from tenants.db import db
    from tenants.people.operations import start_sign_in

    olga, address = begin("helene")
    olga.post(address)
    start_sign_in(protected["p"], "Firefox", by=by)
    db.session.commit()
    later(superuser, 49)
    start_sign_in(protected["p"], "Firefox", by="code")
    db.session.commit()
    assert factors(superuser, protected) == (1, 1, 1)


def test_taken_back_it_serves_no_more(app, begin, protected, mailbox, superuser):
    olga, address = begin("helene")
    olga.post(address)
    assert olga.post(f"{address}/end").status_code == 303
    later(superuser, 49)
    assert by_code(app, mailbox)[1] is None
    assert factors(superuser, protected) == (1, 1, 1)


def test_after_nine_days_it_serves_no_more(app, begin, protected, mailbox, superuser):
    olga, address = begin("helene")
    olga.post(address)
    later(superuser, 9 * 24)
    assert by_code(app, mailbox)[1] is None
    assert olga.post(address).status_code == 303  # and another can be authorised
    assert superuser.scalar(sa.text("select count(*) from renewal where ended_at is null")) == 1


def test_only_an_owner_and_only_for_somebody_of_theirs(begin, enter, world, superuser):
    for who in ("ines", "marc", "olga", "rivalmentor", "rival"):  # no mentor, oneself, another firm's
        olga, address = begin(who)
        assert (olga.get(address).status_code, olga.post(address).status_code) == (404, 404), who
    for who in ("odile", "bruno"):
        olga, address = begin(who)
        assert olga.get(address).status_code == 200, who
    for who in ("odile", "helene"):
        other = enter(who)
        other.get("/profile")
        assert other.post(address).status_code in (403, 404)
    assert superuser.scalar(sa.text("select count(*) from renewal")) == 0


def test_it_asks_the_owner_for_a_fresh_proof(begin, superuser, world):
    olga, address = begin("helene")
    superuser.execute(sa.text("update sign_in set fresh_at = null"))
    assert olga.post(address).headers["Location"].startswith("/sign-in/fresh")
    assert superuser.scalar(sa.text("select count(*) from renewal")) == 0


def test_every_address_of_the_person_and_the_other_owners_are_told(app, begin, world, superuser):
    mine = "insert into address (id, person_id, address, personal) values (gen_random_uuid(), :p, 'chez-moi@example.test', true)"
    superuser.execute(sa.text(mine), {"p": world.people["helene"].id})
    second = "insert into staff (firm_id, id, person_id, role, name, address, created_at, accepted_at) values (:f, gen_random_uuid(), :p, 'owner', 'Yann', 'yann@example.test', now(), now())"
    superuser.execute(sa.text(second), {"f": world.firms["sauvelande"], "p": world.people["yann"].id})
    olga, address = begin("helene")
    olga.post(address)
    olga.post(address)  # twice: once
    sink = Sink().start()
    config = app.extensions["trialogue"]
    import dataclasses

    app.extensions["trialogue"] = dataclasses.replace(config, smtp_url=sink.smtp_url)
    try:
        worker.assemble(app).run_worker(wait=False, delete_jobs="successful")
        mails = {m["to"]: m for m in sink.newest_first()}
    finally:
        sink.stop()
    assert sorted(mails) == ["chez-moi@example.test", HELENE, "yann@example.test"]
    assert "pour votre compte" in mails[HELENE]["text"] and "Olga Vernaz" in mails[HELENE]["text"]
    assert "Hélène Tavernac" in mails["yann@example.test"]["text"]
    assert not any(urlsplit(link).path != "/" for m in mails.values() for link in m["links"])


def test_the_operator_does_it_for_an_owner(database, monkeypatch, capsys, superuser, browse, world):
    monkeypatch.setenv("DATABASE_URL", as_role(database, "trialogue_app", SECRET))
    monkeypatch.setenv("TRIALOGUE_SECRET", SECRET)
    assert browse("olga").get("/profile").status_code == 200
    renew(" Olga@example.test ")
    assert "dans 48 heures" in capsys.readouterr().out
    assert browse("olga").get("/profile").status_code == 401
    row = superuser.execute(sa.text("select * from renewal")).one()
    assert (row.person_id, row.firm_id, row.by_id) == (world.people["olga"].id, None, None)
    assert (row.from_at - row.asked_at).total_seconds() == 48 * 3600
    for nobody in (HELENE, "odile@example.test", "x@y.test"):
        with pytest.raises(Misconfigured, match="gérance"):
            renew(nobody)

"""By a link: a version and new dates, signed with a fresh code or accepted in one tap; what was signed, read."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tenants import tasks
from tenants.db import db
from tenants.mission.agreement import amendments, signing, versions
from tenants.policy import Do
from tests.db.test_objectives import As
from tests.db.test_versions import CODE, SIGNERS, ready
from tests.db.test_versions import sign as signed
from tests.http.test_mails import _sink, sink, work
from tests.http.test_tasks import HERE, everything, hidden

SENTENCE = "Inès conduit le site par ses chefs."
Given = Callable[..., str]


@pytest.fixture
def version(app: Any, world: Any) -> uuid.UUID:
    """Version 1 of « solo », out for signature."""
    with app.app_context():
        return ready(world)


@pytest.fixture
def given(app: Any, world: Any, superuser: sa.Connection) -> Given:
    """``given("marc", Do.X, subject)``: the address of a task of that person's own in « solo »."""

    def made(who: str, do: Do, subject: uuid.UUID, table: str = "agreement_version") -> str:
        if table == "dates_amendment":  # which stands in no zone: its waits stand in the strand's own
            asked = "select s.state_zone_id from strand s join dates_amendment d on d.mission_id = s.mission_id where d.id = :i"
        else:
            asked = f"select zone_id from {table} where id = :i"
        zone = superuser.execute(sa.text(asked), {"i": subject}).scalar_one()
        with app.app_context(), world.acting(who, "ombrelune"):
            token = tasks.issue(do, subject, zone_id=zone, mission_id=world.missions["solo"].id)
            db.session.commit()
        return f"/t/{token}"

    return made


@pytest.fixture
def in_force(app: Any, world: Any, version: uuid.UUID) -> uuid.UUID:
    """Signed by all."""
    with app.app_context():
        for who in SIGNERS:
            signed(world, who, version)
    return version


@pytest.fixture
def dates(app: Any, world: Any, in_force: uuid.UUID) -> uuid.UUID:
    """A month and six hours more, proposed by the firm."""
    made = uuid.uuid4()
    with app.app_context(), As(world, "odile") as a:
        amendments.propose(
            a.frame, made, a.frame.starts_on, a.frame.ends_on + timedelta(days=30), 30 * 60, by=a.me
        )
    return made


def count(superuser: sa.Connection, table: str = "agreement_answer") -> int:
    return int(superuser.execute(sa.text(f"select count(*) from {table}")).scalar_one())


def begun(visitor: Any, path: str) -> dict[str, str]:
    """The tick is given: a code leaves, and the page has where to type it."""
    read = hidden(visitor.get(path).text, "hash")
    asked = visitor.post(path, data={"hash": read, "ticked": "y"}, headers=HERE)
    assert asked.status_code == 200
    assert "Set-Cookie" not in asked.headers
    return {"hash": read, "ticked": "y", "step": hidden(asked.text, "step")}


def code(work: Any, who: str) -> str:
    """The last one that came."""
    found = (
        re.search(r"^\d{6}$", m["text"], re.MULTILINE) for m in work() if m["to"] == f"{who}@example.test"
    )
    return next(m[0] for m in found if m)


def test_a_version_is_signed_by_a_link_with_a_fresh_code_once(
    version: uuid.UUID, given: Given, browse: Any, work: Any, superuser: sa.Connection
) -> None:
    path, visitor = given("marc", Do.VERSION_SIGN, version), browse(None)
    before = everything(superuser)
    page = visitor.get(path)
    assert (page.status_code, visitor.get(path).status_code) == (200, 200)
    assert everything(superuser) == before
    assert SENTENCE in page.text
    assert "Marc Ostrevant" in page.text
    read = hidden(page.text, "hash")
    assert visitor.post(path, data={"hash": read}, headers=HERE).status_code == 422  # nothing ticked
    step = begun(visitor, path)
    number = code(work, "marc")
    wrong = f"{(int(number) + 1) % 1_000_000:06}"
    assert visitor.post(path, data=step | {"code": wrong}, headers=HERE).status_code == 422
    assert superuser.execute(sa.text("select max(tries) from sign_in_request")).scalar_one() == 1
    assert visitor.post(path, data=step | {"code": "12"}, headers=HERE).status_code == 422
    assert count(superuser) == 0
    done = visitor.post(path, data=step | {"code": number}, headers=HERE)
    assert (done.status_code, done.headers["Location"]) == (303, path)
    assert "Set-Cookie" not in done.headers
    kept = superuser.execute(
        sa.text("select kind, means, mailbox, network, statement from agreement_answer")
    ).one()
    assert kept.kind == "signed"
    assert (kept.means, kept.mailbox) == ("code", "m…@example.test")
    assert kept.network.endswith("/24")
    assert "version 1" in kept.statement
    again = visitor.post(path, data=step | {"code": number}, headers=HERE)
    assert again.status_code == 200
    assert "Votre signature est enregistrée" in again.text
    assert SENTENCE not in again.text
    assert count(superuser) == 1


def test_a_code_of_another_link_signs_nothing(
    version: uuid.UUID, given: Given, browse: Any, work: Any, superuser: sa.Connection
) -> None:
    first, second = (given("marc", Do.VERSION_SIGN, version) for _ in range(2))
    visitor = browse(None)
    step = begun(visitor, first)
    number = code(work, "marc")
    for forged in (step | {"code": number}, step | {"code": number, "step": "x"}):
        answer = visitor.post(second, data=forged, headers=HERE)
        assert answer.status_code == 200  # it begins again: another code leaves
        assert "six chiffres" in answer.text
    elsewhere = step | {"code": number, "hash": "0" * 64}
    assert visitor.post(first, data=elsewhere, headers=HERE).status_code == 409
    assert count(superuser) == 0


def test_the_last_signature_by_a_link_puts_it_in_force(
    version: uuid.UUID, given: Given, browse: Any, work: Any, app: Any, world: Any, superuser: sa.Connection
) -> None:
    with app.app_context():
        for who in SIGNERS[:3]:
            signed(world, who, version)
    path, visitor = given("solange", Do.VERSION_SIGN, version), browse(None)
    step = begun(visitor, path)
    superuser.execute(sa.text("delete from procrastinate_jobs where task_name = 'print_agreement'"))
    assert visitor.post(path, data=step | {"code": code(work, "solange")}, headers=HERE).status_code == 303
    assert superuser.execute(sa.text("select in_force_at from agreement_version")).scalar_one() is not None
    jobs = sa.text("select count(*) from procrastinate_jobs where task_name = 'print_agreement'")
    assert superuser.execute(jobs).scalar_one() == 1


REOPENED = "a change was asked"
ON_THE_PAGE = "signed there"


@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        ("update task set expires_at = now() - interval '1 minute'", "Ce lien a expiré"),
        ("update task set revoked_at = now()", "Ce lien a été fermé"),
        ("update participation set until_at = now() where role = 'manager'", "Ce lien ne sert plus"),
        (REOPENED, "n’attend plus rien de vous"),
        (ON_THE_PAGE, "n’attend plus rien de vous"),
    ],
)
def test_what_happened_meanwhile_closes_the_link_even_with_a_code_in_hand(
    version: uuid.UUID,
    given: Given,
    browse: Any,
    work: Any,
    app: Any,
    world: Any,
    superuser: sa.Connection,
    meanwhile: str,
    said: str,
) -> None:
    path, visitor = given("marc", Do.VERSION_SIGN, version), browse(None)
    step = begun(visitor, path)
    step |= {"code": code(work, "marc")}
    if meanwhile == REOPENED:
        with app.app_context(), As(world, "ines") as a:
            signing.ask_change(versions.get(version), a.frame, "Une ligne manque.", by=a.me)
    elif meanwhile == ON_THE_PAGE:
        with app.app_context():
            signed(world, "marc", version)
    else:
        superuser.execute(sa.text(meanwhile))
    before = count(superuser)
    for answer in (visitor.get(path), visitor.post(path, data=step, headers=HERE)):
        assert answer.status_code == 410
        assert said in answer.text
        assert SENTENCE not in answer.text
    assert count(superuser) == before


def test_who_is_no_signatory_or_reads_another_mission_signs_nothing(
    version: uuid.UUID, given: Given, browse: Any, superuser: sa.Connection
) -> None:
    for who, do in (("yann", Do.VERSION_SIGN), ("marc", Do.DATES_ACCEPT), ("marc", Do.VERSION_TALK)):
        path = given(who, do, version)
        assert browse(None).get(path).status_code == 410, (who, do)
        assert browse(None).post(path, data={"ticked": "y"}, headers=HERE).status_code == 410
    assert count(superuser) == 0


def test_what_was_signed_is_read_by_a_link_that_is_not_used_up(
    in_force: uuid.UUID, given: Given, browse: Any, superuser: sa.Connection
) -> None:
    path, visitor = given("yann", Do.VERSION_READ, in_force), browse(None)
    before = everything(superuser)
    for _ in range(2):
        page = visitor.get(path)
        assert page.status_code == 200
        assert SENTENCE in page.text
        assert "<script" not in page.text
        assert 'id="sign"' not in page.text
    visitor.post(path, headers=HERE)  # there is nothing to do
    assert everything(superuser) == before
    assert "Set-Cookie" not in page.headers
    strange = given("yann", Do.VERSION_READ, in_force)
    superuser.execute(sa.text("update task set subject_id = gen_random_uuid() where used_at is null"))
    assert browse(None).get(strange).status_code == 410
    superuser.execute(sa.text("update task set subject_id = :v"), {"v": in_force})
    superuser.execute(sa.text("update participation set until_at = now() where role = 'hr'"))
    assert visitor.get(path).status_code == 410
    assert SENTENCE not in visitor.get(path).text


def test_new_dates_are_accepted_in_one_tap_and_signed_with_a_code(
    dates: uuid.UUID, given: Given, browse: Any, work: Any, app: Any, world: Any, superuser: sa.Connection
) -> None:
    visitor = browse(None)
    tap = given("ines", Do.DATES_ACCEPT, dates, "dates_amendment")
    before = everything(superuser)
    page = visitor.get(tap)
    assert page.status_code == 200
    assert everything(superuser) == before
    assert "30 h" in page.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert visitor.post(tap, data={"hash": "0" * 64}, headers=HERE).status_code == 409
    assert visitor.post(tap, data={}, headers=HERE).status_code == 409
    assert visitor.post(tap, data={"hash": hidden(page.text, "hash")}, headers=HERE).status_code == 303
    assert "Vous avez accepté ces dates" in visitor.get(tap).text
    sign = given("solange", Do.DATES_SIGN, dates, "dates_amendment")
    step = begun(visitor, sign)
    assert visitor.post(sign, data=step | {"code": code(work, "solange")}, headers=HERE).status_code == 303
    said = superuser.execute(sa.text("select kind, party, means from dates_answer order by at")).all()
    assert [tuple(r) for r in said] == [("accepted", "mentee", None), ("signed", "sponsor", "code")]
    for who in ("marc", "yann"):  # of whom nothing is asked
        other = given(who, Do.DATES_ACCEPT, dates, "dates_amendment")
        assert visitor.get(other).status_code == 410
    late = given("helene", Do.DATES_ACCEPT, dates, "dates_amendment")
    read = hidden(visitor.get(late).text, "hash")
    with app.app_context(), As(world, "odile") as a:
        amendments.withdraw(amendments.get(dates), a.frame, by=a.me)
    assert visitor.get(late).status_code == 410
    assert visitor.post(late, data={"hash": read}, headers=HERE).status_code == 410
    assert count(superuser, "dates_answer") == 2


def test_the_last_tap_moves_the_dates(
    dates: uuid.UUID, given: Given, browse: Any, app: Any, world: Any, superuser: sa.Connection
) -> None:
    with app.app_context():
        for who, act in (("ines", "accept"), ("solange", "sign"), ("odile", "sign")):
            with As(world, who) as a:
                row = amendments.get(dates)
                rest = (CODE,) if act == "sign" else ()
                getattr(amendments, act)(row, a.frame, row.hash, *rest, by=a.me)
    path, visitor = given("helene", Do.DATES_ACCEPT, dates, "dates_amendment"), browse(None)
    read = hidden(visitor.get(path).text, "hash")
    assert visitor.post(path, data={"hash": read}, headers=HERE).status_code == 303
    moved = sa.text("select hours from mission where id = :m")
    assert superuser.execute(moved, {"m": world.missions["solo"].id}).scalar_one() == 30 * 60


__all__ = ["_sink", "sink", "work"]

"""What the day's mail tells though nothing is awaited: a refusal, new dates, what is due, what was signed. No content."""

import html
import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from tenants.mission.agreement import amendments, signing, versions
from tenants.mission.objectives import operations as objectives
from tenants.mission.objectives import queries as told_objectives
from tenants.mission.roadmap import actions, axes, strategies
from tenants.mission.roadmap import queries as roadmap
from tenants.mission.roadmap.content import Progress
from tenants.mission.schedule import queries as schedule
from tenants.mission.schedule import slots
from tenants.mission.schedule.types import Type
from tests.db import test_schedule as sessions
from tests.db.test_objectives import As
from tests.db.test_versions import CODE, SIGNERS
from tests.db.test_versions import sign as signed
from tests.http.test_mails import CANARY, _sink, sink, work
from tests.http.test_task_signing import given, in_force, version
from tests.http.test_tasks import HERE, hidden

NAMES = ("Corbelin", "Inès", "Prise de poste", CANARY)


@pytest.fixture
def mails(work: Any, sink: Any) -> Any:
    """``mails()``: what has left since the last time, by reader."""

    def come() -> dict[str, dict[str, Any]]:
        sink.empty()
        found = {m["to"].partition("@")[0]: m for m in work()}
        for m in found.values():
            said = (m["text"] + m["html"] + m["subject"]).replace("Bonjour Inès", "")
            assert not [name for name in NAMES if name in said]
        return found

    return come


@pytest.fixture
def eight(superuser: sa.Connection, mails: Any) -> Any:
    """``eight()``: another morning at eight, as the clock has it."""

    def come() -> dict[str, dict[str, Any]]:
        mails()
        superuser.execute(sa.text("delete from mail_day"))
        for name in ("tell_all_awaited", "gather_due", "tell_all_news"):
            superuser.execute(sa.text(f"select {name}()"))
        return mails()  # type: ignore[no-any-return]

    return come


def direct(mail: dict[str, Any]) -> list[str]:
    return [urlsplit(x).path for x in mail["links"] if "/t/" in x]


def test_a_refusal_is_told_to_the_mentor_without_saying_whose(
    version: uuid.UUID, mails: Any, superuser: sa.Connection, app: Any, world: Any
) -> None:
    mails()
    superuser.execute(sa.text("delete from mail_day"))
    with app.app_context(), As(world, "marc") as a:
        signing.refuse(versions.get(version), a.frame, f"{CANARY} pas ainsi", by=a.me)
    found = mails()
    assert set(found) >= {"helene"}
    text = found["helene"]["text"]
    assert "Une personne ne signe pas un texte" in text
    assert "Marc" not in text
    page = f"/agreement/versions/{version}"
    assert any(page in link for link in found["helene"]["links"])
    assert "Une personne ne signe pas" not in str([m for w, m in found.items() if w != "helene"])
    superuser.execute(sa.text("delete from mail_day"))
    with app.app_context(), As(world, "marc") as a:
        signing.refuse(versions.get(version), a.frame, "Encore", by=a.me)
    assert "ne signe pas" not in str(mails())  # said once


def test_a_change_is_told_to_those_whose_signature_falls(
    version: uuid.UUID, mails: Any, superuser: sa.Connection, app: Any, world: Any
) -> None:
    with app.app_context():
        signed(world, "ines", version)
    mails()
    superuser.execute(sa.text("delete from mail_day"))
    with app.app_context(), As(world, "marc") as a:
        signing.ask_change(versions.get(version), a.frame, f"{CANARY} une ligne", by=a.me)
    found = mails()
    assert set(found) == {"ines", "helene"}
    assert all("est de nouveau écrit" in m["text"] for m in found.values())


def test_new_dates_are_written_of_at_once_to_who_signs_and_to_the_manager_once_they_hold(
    in_force: uuid.UUID, mails: Any, superuser: sa.Connection, app: Any, world: Any
) -> None:
    mails()  # the day's mail of each has left
    made = uuid.uuid4()
    with app.app_context(), As(world, "odile") as a:
        amendments.propose(
            a.frame, made, a.frame.starts_on, a.frame.ends_on + timedelta(days=9), 1800, by=a.me
        )
    found = mails()
    assert set(found) == {"solange"}
    assert "attend votre signature" in found["solange"]["text"]
    assert len(direct(found["solange"])) == 1
    superuser.execute(sa.text("delete from mail_day"))
    superuser.execute(sa.text("select tell_all_awaited()"))
    found = mails()
    assert "De nouvelles dates attendent votre accord" in found["ines"]["text"]
    assert "dates" not in found.get("marc", {"text": ""})["text"]
    with app.app_context():
        for who, act in (("ines", "accept"), ("solange", "sign"), ("odile", "sign"), ("helene", "accept")):
            with As(world, who) as a:
                row = amendments.get(made)
                rest = (CODE,) if act == "sign" else ()
                getattr(amendments, act)(row, a.frame, row.hash, *rest, by=a.me)
    superuser.execute(sa.text("delete from mail_day"))
    found = mails()
    assert "ont changé" in found["marc"]["text"]
    assert any(f"/agreement/dates/{made}" in x for x in found["marc"]["links"])
    assert not [w for w, m in found.items() if w != "marc" and "ont changé" in m["text"]]


def test_what_was_signed_is_read_by_a_link_once_a_day_at_most(
    in_force: uuid.UUID, mails: Any, eight: Any, browse: Any, superuser: sa.Connection
) -> None:
    superuser.execute(sa.text("update person set links = 'always'"))
    superuser.execute(sa.text("delete from procrastinate_jobs where task_name = 'print_agreement'"))
    mails()
    superuser.execute(
        sa.text("insert into mail_day select id, current_date from person where name not like 'Yann%'")
    )
    _sealed(superuser, in_force)
    found = mails()
    assert set(found) == {"yann"}  # the others have had their mail
    (path,) = direct(found["yann"])
    assert "signé par tous et scellé" in found["yann"]["text"]
    for _ in range(2):
        assert "Inès conduit le site par ses chefs." in browse(None).get(path).text
    found = eight()
    assert set(found) >= set(SIGNERS)
    assert "yann" not in found
    assert "scellé" not in str(eight())


def _sealed(superuser: sa.Connection, version: uuid.UUID) -> None:
    """As the worker does once it has printed: read by all who read it."""
    superuser.execute(
        sa.text(
            "insert into news (company_id, id, zone_id, mission_id, contact_id, kind, subject_id, day, made_at)"
            " select distinct v.company_id, gen_random_uuid(), v.zone_id, v.mission_id, p.contact_id, 'reading.sealed',"
            " v.id, current_date, now() from agreement_version v join participation p on p.mission_id = v.mission_id"
            " where v.id = :v and p.until_at is null and p.role <> 'x'"
            " group by v.company_id, v.zone_id, v.mission_id, v.id, p.contact_id"
        ),
        {"v": version},
    )
    superuser.execute(sa.text("select tell_all_news()"))


@pytest.fixture
def action(app: Any, world: Any) -> uuid.UUID:
    """Marc's, for the day after tomorrow."""
    with app.app_context():
        with As(world, "helene") as a:
            axis = axes.propose(a.frame, a.strand, by=a.me, wording=f"{CANARY} tenir")
        with As(world, "helene") as a:
            strategy = strategies.add(roadmap.axis(axis), a.frame, by=a.me, wording="Un ordre du jour")
            made = actions.add(roadmap.strategy(strategy), by=a.me, wording=f"{CANARY} l’envoyer")
        with As(world, "helene") as a:
            axes.share(roadmap.axis(axis), a.frame, by=a.me)
        with As(world, "helene") as a:
            fields = {"owner": world.people["marc"].contacts["ombrelune"], "due_on": day(2)}
            actions.set_fields(roadmap.action(made), a.frame, 1, fields, by=a.me)
    return made


def day(more: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=more)


def test_an_action_near_its_day_is_told_once_to_whose_it_is_with_a_link(
    action: uuid.UUID, eight: Any, browse: Any, app: Any, world: Any, superuser: sa.Connection
) -> None:
    found = eight()
    assert set(found) == {"marc"}
    assert found["marc"]["subject"] == "Du nouveau dans une mission"
    assert "Une action à votre nom arrive à sa date." in found["marc"]["text"]
    (path,) = direct(found["marc"])
    assert "C’est fait" in browse(None).get(path).text
    assert eight() == {}
    with app.app_context(), As(world, "helene") as a:
        actions.set_fields(roadmap.action(action), a.frame, 9, {"due_on": day(1)}, by=a.me)
    assert len(direct(eight()["marc"])) == 1  # another day, told again
    assert browse(None).post(path, headers=HERE).status_code == 303
    assert superuser.execute(sa.text("select state from action")).scalar_one() == "done"


@pytest.mark.parametrize(
    "meanwhile",
    ["done", "update action set due_on = due_on + 30", "update mail_off set kind = 'roadmap'", "left"],
)
def test_what_is_due_no_more_or_not_wanted_is_not_told(
    action: uuid.UUID, eight: Any, mails: Any, app: Any, world: Any, superuser: sa.Connection, meanwhile: str
) -> None:
    mails()
    superuser.execute(sa.text("select gather_due()"))
    superuser.execute(sa.text("select tell_all_news()"))  # it is on its way
    if meanwhile == "done":
        with app.app_context(), As(world, "marc") as a:
            actions.set_state(roadmap.action(action), Progress.DONE, by=a.me)
    elif meanwhile == "left":
        superuser.execute(sa.text("update participation set until_at = now() where role = 'manager'"))
    else:
        marc = {"p": world.people["marc"].id}
        superuser.execute(sa.text("insert into mail_off (person_id, kind) values (:p, 'agreement')"), marc)
        superuser.execute(sa.text(meanwhile))
    assert mails() == {}
    assert eight() == {}


def test_what_is_due_while_a_mission_is_suspended_is_told_once_it_is_taken_up_again(
    action: uuid.UUID, eight: Any, world: Any, superuser: sa.Connection
) -> None:
    place, by = world.missions["solo"], world.people["helene"].contacts["ombrelune"]
    superuser.execute(
        sa.text(
            "insert into pause (company_id, id, mission_id, from_on, by_id, at)"
            " values (:c, gen_random_uuid(), :m, current_date - 3, :k, now())"
        ),
        {"c": place.company_id, "m": place.id, "k": by},
    )
    assert eight() == {}
    superuser.execute(sa.text("delete from pause"))
    assert set(eight()) == {"marc"}


def test_a_server_that_is_away_loses_no_news(
    action: uuid.UUID, eight: Any, mails: Any, sink: Any, superuser: sa.Connection
) -> None:
    sink.refusing = True
    assert eight() == {}
    sink.refusing = False
    superuser.execute(sa.text("update procrastinate_jobs set scheduled_at = now()"))
    assert len(direct(mails()["marc"])) == 1
    assert eight() == {}


def test_a_reading_is_asked_of_the_observer_a_month_after_the_last_one(
    eight: Any, browse: Any, app: Any, world: Any, superuser: sa.Connection
) -> None:
    with app.app_context():
        with As(world, "helene") as a:
            made = objectives.propose(a.frame, a.strand, by=a.me, wording=f"{CANARY} seule")
        with As(world, "helene") as a:
            objectives.share(told_objectives.get(made), a.frame, by=a.me)
        with As(world, "helene") as a:
            watch = {"observer": world.people["marc"].contacts["ombrelune"]}
            row = told_objectives.get(made)
            objectives.set_fields(row, a.frame, row.revision, watch, by=a.me)
        for who in ("helene", "ines", "marc"):
            with As(world, who) as a:
                line = told_objectives.line(a.frame, made, by=a.me)
                objectives.assent(told_objectives.get(made), a.frame, line.content.hash, by=a.me)
    assert "relevé" not in str(eight())
    superuser.execute(sa.text("update wording set agreed_at = agreed_at - interval '31 days'"))
    found = eight()
    assert set(found) == {"marc"}
    assert "Un relevé est à noter." in found["marc"]["text"]
    (path,) = direct(found["marc"])
    assert eight() == {}
    page = browse(None).get(path).text
    said = {
        "progress_id": hidden(page, "progress_id"),
        "on": day(0).strftime("%d/%m/%Y"),
        "words": "Deux fois",
    }
    assert browse(None).post(path, data=said, headers=HERE).status_code == 303
    assert eight() == {}
    superuser.execute(sa.text("update progress set read_on = read_on - 30, at = at - interval '30 days'"))
    assert set(eight()) == {"marc"}  # a month has gone by again


def test_a_link_lasts_as_long_as_its_subject_and_the_mail_says_until_when(
    mails: Any, browse: Any, app: Any, world: Any, superuser: sa.Connection
) -> None:
    with app.app_context():
        made = sessions.planned(world, type_=Type.REVIEW)
        with As(world, "helene") as a:
            moments = [sessions.moment(0), sessions.moment(3)]
            slots.propose(schedule.get(made), a.frame, moments, by=a.me)
    mail = mails()["marc"]
    expires = superuser.execute(sa.text("select expires_at from task")).scalar_one()
    assert expires == moments[1].at
    words = re.search(r"jusqu’au (\d+(?:er)?\s\w+\s\d{4})", mail["text"])
    assert words is not None
    assert str(expires.year) in words[1]
    assert words[0] in html.unescape(mail["html"])
    page = browse(None).get(direct(mail)[0]).text
    assert words[1] in page


def test_a_signature_is_asked_for_by_a_link_of_a_month_at_most(
    version: uuid.UUID, mails: Any, superuser: sa.Connection
) -> None:
    superuser.execute(sa.text("update person set links = 'always'"))
    assert direct(mails()["ines"])
    left = superuser.execute(sa.text("select max(expires_at - now()) from task")).scalar_one()
    assert timedelta(days=29) < left <= timedelta(days=30)


__all__ = ["_sink", "given", "in_force", "sink", "version", "work"]

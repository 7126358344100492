"""Links to one task: what opens them, what they let be done, once, and what they never do."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tenants import tasks, walls
from tenants.db import db
from tenants.mission.objectives import operations, queries
from tenants.policy import Do, may
from tests.db.test_objectives import As

HERE = {"Sec-Fetch-Site": "same-origin"}
WORDS = "Conduire seule la réunion du lundi."


@pytest.fixture
def objective(app: Any, world: Any) -> uuid.UUID:
    """A shared objective of « solo », by Hélène."""
    with app.app_context():  # not the whole test: its requests must have contexts of their own
        with As(world, "helene", "solo") as a:
            made = operations.propose(a.frame, a.strand, by=a.me, wording=WORDS)
        with As(world, "helene", "solo") as a:
            operations.share(queries.get(made), a.frame, by=a.me)
    return made


@pytest.fixture
def link(app: Any, world: Any, superuser: sa.Connection) -> Any:
    """``link("marc", Do.X, subject, table)``: the address of a task of that person's own."""

    def made(who: str, do: Do, subject: uuid.UUID, table: str = "objective", mission: str = "solo") -> str:
        zone = superuser.execute(
            sa.text(f"select zone_id from {table} where id = :i"), {"i": subject}
        ).scalar_one()
        place = world.missions[mission]
        with app.app_context(), world.acting(who, place.company):
            token = tasks.issue(do, subject, zone_id=zone, mission_id=place.id)
            db.session.commit()
        return f"/t/{token}"

    return made


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found[1]


def given(superuser: sa.Connection) -> int:
    return superuser.execute(sa.text("select count(*) from assent")).scalar_one()


def everything(superuser: sa.Connection) -> dict[str, str]:
    from tenants import models

    return {
        t.name: superuser.execute(
            sa.text(f"select md5(coalesce(string_agg(r::text, '|' order by r::text), '')) from {t.name} r")
        ).scalar_one()
        for t in models.metadata.tables.values()
    }


def test_a_link_shows_the_exact_text_and_takes_one_act_without_account_nor_cookie(
    objective: uuid.UUID, link: Any, browse: Any, superuser: sa.Connection
) -> None:
    path, visitor = link("marc", Do.OBJECTIVE_ASSENT, objective), browse(None)
    before = everything(superuser)
    page = visitor.get(path)
    assert visitor.get(path).status_code == page.status_code == 200
    assert everything(superuser) == before  # a scanner that opens it consumes nothing
    assert "Marc Ostrevant" in page.text
    assert WORDS in page.text
    assert "<script" not in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in page.headers["X-Robots-Tag"]
    done = visitor.post(path, data={"wording": hidden(page.text, "wording")}, headers=HERE)
    assert (done.status_code, done.headers["Location"]) == (303, path)
    assert "Set-Cookie" not in done.headers
    assert given(superuser) == 1
    again = visitor.post(path, data={"wording": hidden(page.text, "wording")}, headers=HERE)
    assert again.status_code == 200
    assert "Vos initiales sont posées" in again.text
    assert WORDS not in again.text
    assert given(superuser) == 1
    after = visitor.get(path)
    assert "Vos initiales sont posées" in after.text
    assert "Set-Cookie" not in after.headers


def test_another_link_to_the_same_thing_is_done_with_it(objective: uuid.UUID, link: Any, browse: Any) -> None:
    first, second = (link("marc", Do.OBJECTIVE_ASSENT, objective) for _ in range(2))
    visitor = browse(None)
    wording = hidden(visitor.get(first).text, "wording")
    assert visitor.post(second, data={"wording": wording}, headers=HERE).status_code == 303
    assert "Vos initiales sont posées" in visitor.get(first).text


@pytest.mark.parametrize(
    ("become", "said"),
    [
        ("update task set expires_at = now() - interval '1 minute'", "Ce lien a expiré"),
        ("update task set revoked_at = now()", "Ce lien a été fermé"),
        (
            "update participation set until_at = now() - interval '1 minute' where role = 'manager'",
            "Ce lien ne sert plus",
        ),
    ],
)
def test_what_is_over_opens_nothing(
    objective: uuid.UUID, link: Any, browse: Any, superuser: sa.Connection, become: str, said: str
) -> None:
    path, visitor = link("marc", Do.OBJECTIVE_ASSENT, objective), browse(None)
    wording = hidden(visitor.get(path).text, "wording")
    superuser.execute(sa.text(become))
    for answer in (visitor.get(path), visitor.post(path, data={"wording": wording}, headers=HERE)):
        assert answer.status_code == 410
        assert said in answer.text
        assert WORDS not in answer.text
        assert "Prise de poste" not in answer.text
    assert given(superuser) == 0


def test_an_unknown_link_is_not_there(browse: Any) -> None:
    assert browse(None).get("/t/AAAA").status_code == 404
    assert browse(None).post("/t/AAAA", headers=HERE).status_code == 404


def test_a_session_is_no_link_and_a_link_no_session(
    objective: uuid.UUID, link: Any, browse: Any, world: Any
) -> None:
    path = link("marc", Do.OBJECTIVE_ASSENT, objective)
    assert browse(None).get(f"/t/{world.people['marc'].token}").status_code == 404
    holder = browse(None)
    holder.set_cookie("sid", path.rpartition("/")[2])
    assert holder.get(world.url("solo", "/objectives")).status_code == 401
    # the link decides who acts, whoever is signed in in that browser
    other = browse("solange").get(path)
    assert "Marc Ostrevant" in other.text
    assert "Solange" not in other.text


def test_a_form_from_elsewhere_is_refused(
    objective: uuid.UUID, link: Any, browse: Any, superuser: sa.Connection
) -> None:
    path, visitor = link("marc", Do.OBJECTIVE_ASSENT, objective), browse(None)
    wording = hidden(visitor.get(path).text, "wording")
    for headers in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert visitor.post(path, data={"wording": wording}, headers=headers).status_code == 403
    assert given(superuser) == 0


def test_a_text_that_changed_meanwhile_is_not_initialled_and_the_link_stays(
    objective: uuid.UUID, link: Any, browse: Any, superuser: sa.Connection
) -> None:
    path, visitor = link("marc", Do.OBJECTIVE_ASSENT, objective), browse(None)
    assert visitor.post(path, data={"wording": "0" * 64}, headers=HERE).status_code == 409
    assert visitor.post(path, data={"wording": "x"}, headers=HERE).status_code == 422
    assert visitor.post(path, data={}, headers=HERE).status_code == 422
    assert given(superuser) == 0
    assert visitor.get(path).status_code == 200


def test_who_does_not_read_the_thing_has_no_use_of_a_link(
    objective: uuid.UUID, browse: Any, superuser: sa.Connection, world: Any
) -> None:
    """Rows written as if a bug had: for somebody outside the zone, another mission's, a forged act."""
    from tenants.people import tokens

    place = world.missions["solo"]
    zone = superuser.execute(
        sa.text("select zone_id from objective where id = :o"), {"o": objective}
    ).scalar_one()
    for who, do, subject in (
        ("yann", "objective.assent", objective),  # HR reads no objective
        ("solange", "objective.assent", objective),
        ("marc", "objective.withdraw", objective),  # no such thing by a link
        ("marc", "mission.open", place.id),
        ("marc", "objective.assent", place.id),
    ):
        token = tokens.new_token()
        superuser.execute(
            sa.text(
                'insert into task (company_id, id, zone_id, mission_id, contact_id, "do", subject_id, token_hash, made_by,'
                " made_at, expires_at) values (:c, gen_random_uuid(), :z, :m, :k, :d, :s, :h, :k, now(), now() + interval '1 day')"
            ),
            {
                "c": place.company_id, "z": zone, "m": place.id, "k": world.people[who].contacts["ombrelune"], "d": do,
                "s": subject, "h": tokens.task_hash(token),
            },
        )  # fmt: skip
        for answer in (browse(None).get(f"/t/{token}"), browse(None).post(f"/t/{token}", headers=HERE)):
            assert answer.status_code == 410, (who, do)
            assert WORDS not in answer.text
    assert given(superuser) == 0


def test_the_actor_of_a_task_may_do_that_one_thing(objective: uuid.UUID, in_app: Any, world: Any) -> None:
    from dataclasses import replace

    with As(world, "marc", "solo") as a:
        row = queries.get(objective)
        only = replace(a.me, only=(Do.OBJECTIVE_ASSENT, objective))
        assert may(only, Do.OBJECTIVE_ASSENT, row)
        assert [d for d in Do if may(only, d, row)] == [Do.OBJECTIVE_ASSENT]
        assert [d for d in Do if may(only, d, a.frame)] == []
        assert len([d for d in Do if may(a.me, d, row)]) > 5


def test_a_task_is_seen_by_its_own_person_alone(
    objective: uuid.UUID, link: Any, in_app: Any, world: Any, superuser: sa.Connection
) -> None:
    path = link("marc", Do.OBJECTIVE_ASSENT, objective)
    token = path.rpartition("/")[2]
    kept = superuser.execute(sa.text("select * from task")).mappings().one()
    assert token.encode() not in kept["token_hash"]
    for who, seen in (("marc", 1), ("helene", 0), ("ines", 0), ("odile", 0)):
        with world.acting(who, "ombrelune") as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(tasks.Task)) == seen, who
    with walls.entering(b"x" * 32):
        db.session.rollback()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(tasks.Task)) == 0
    db.session.rollback()


def test_a_link_that_came_by_mistake_is_closed_by_whoever_has_it(
    objective: uuid.UUID, link: Any, browse: Any
) -> None:
    path, visitor = link("marc", Do.OBJECTIVE_ASSENT, objective), browse(None)
    assert visitor.post(f"{path}/refusal", headers=HERE).status_code == 303
    assert visitor.get(path).status_code == 410


def test_my_links_are_listed_for_me_and_closed_by_me(
    objective: uuid.UUID, link: Any, browse: Any, superuser: sa.Connection
) -> None:
    path = link("marc", Do.OBJECTIVE_ASSENT, objective)
    marc = browse("marc")
    page = marc.get("/profile/links")
    assert "Parapher un objectif" in page.text
    assert WORDS not in page.text
    assert "Parapher un objectif" not in browse("ines").get("/profile/links").text
    task = superuser.execute(sa.text("select id from task")).scalar_one()
    data = {"csrf_token": hidden(page.text, "csrf_token")}
    other = browse("ines")
    theirs = {"csrf_token": hidden(other.get("/profile").text, "csrf_token")}
    assert other.post(f"/profile/links/{task}/revocation", data=theirs, headers=HERE).status_code == 404
    assert browse(None).get(path).status_code == 200
    assert marc.post(f"/profile/links/{task}/revocation", data=data, headers=HERE).status_code == 303
    assert browse(None).get(path).status_code == 410


def test_a_reading_is_entered_by_a_link(
    objective: uuid.UUID, link: Any, browse: Any, superuser: sa.Connection
) -> None:
    path, visitor = link("marc", Do.OBJECTIVE_PROGRESS, objective), browse(None)
    page = visitor.get(path).text
    bad = visitor.post(path, data={"on": "31/02/2026", "words": "x" * 5000}, headers=HERE)
    assert bad.status_code == 422
    assert "31/02/2026" in bad.text
    said = {"progress_id": hidden(page, "progress_id"), "on": "12/11/2026", "words": "Deux fois sur trois"}
    assert visitor.post(path, data=said, headers=HERE).status_code == 303
    assert superuser.execute(sa.text("select words from progress")).scalars().all() == ["Deux fois sur trois"]


def test_an_axis_is_initialled_and_an_action_done_by_a_link(
    app: Any, link: Any, browse: Any, superuser: sa.Connection, world: Any
) -> None:
    from tenants.mission.roadmap import actions, axes, strategies
    from tenants.mission.roadmap import queries as roadmap

    with app.app_context():
        with As(world, "helene", "solo") as a:
            axis = axes.propose(a.frame, a.strand, by=a.me, wording="Tenir la réunion")
        with As(world, "helene", "solo") as a:
            strategy = strategies.add(roadmap.axis(axis), a.frame, by=a.me, wording="Un ordre du jour")
            action = actions.add(roadmap.strategy(strategy), by=a.me, wording="L’envoyer le vendredi")
        with As(world, "helene", "solo") as a:
            axes.share(roadmap.axis(axis), a.frame, by=a.me)
    visitor = browse(None)
    path = link("marc", Do.ROADMAP_ASSENT, axis, "axis")
    page = visitor.get(path).text
    assert "Un ordre du jour" in page
    assert visitor.post(path, data={"wording": hidden(page, "wording")}, headers=HERE).status_code == 303
    assert superuser.execute(sa.text("select count(*) from axis_assent")).scalar_one() == 1
    done = link("marc", Do.ROADMAP_STATE, action, "action")
    assert "L’envoyer le vendredi" in visitor.get(done).text
    assert visitor.post(done, headers=HERE).status_code == 303
    assert superuser.execute(sa.text("select state from action")).scalar_one() == "done"


def test_a_date_is_answered_by_a_link(
    app: Any, link: Any, browse: Any, superuser: sa.Connection, world: Any
) -> None:
    from datetime import time

    from tenants.mission.schedule import clock, planning, slots
    from tenants.mission.schedule import queries as schedule
    from tenants.mission.schedule.types import Type

    soon = [
        clock.when(datetime.now(UTC).date() + timedelta(days=n), time(10), clock.PARIS) for n in (9, 10, 11)
    ]
    with app.app_context():
        with As(world, "helene", "solo") as a:
            made = planning.plan(a.frame, Type.REVIEW, a.strand, by=a.me)
        with As(world, "helene", "solo") as a:
            slots.propose(schedule.get(made), a.frame, soon, by=a.me)
    path, visitor = link("marc", Do.SCHEDULE_ANSWER, made, "session"), browse(None)
    page = visitor.get(path).text
    first, second, third = re.findall(r'name="(slot-[0-9a-f-]+)" value="yes"', page)
    assert visitor.post(path, data={}, headers=HERE).status_code == 422
    bad = visitor.post(path, data={"own_on": "hier", "own_hour": "25 h"}, headers=HERE)
    assert bad.status_code == 422
    assert "hier" in bad.text
    said = {first: "yes", second: "no", third: "maybe"}
    assert visitor.post(path, data=said, headers=HERE).status_code == 303
    kept = superuser.execute(
        sa.text("select count(*) from slot_answer where contact_id = :k"),
        {"k": world.people["marc"].contacts["ombrelune"]},
    ).scalar_one()
    assert kept == 3


def test_expectations_are_written_alone_by_a_link_kept_then_said_ready(
    app: Any, browse: Any, superuser: sa.Connection, world: Any
) -> None:
    place = world.missions["solo"]
    zone = superuser.execute(
        sa.text("select id from zone where mission_id = :m and kind = 'calendar'"), {"m": place.id}
    ).scalar_one()
    with app.app_context(), world.acting("marc", "ombrelune"):
        token = tasks.issue(Do.EXPECTATION_SAY, place.id, zone_id=zone, mission_id=place.id)
        db.session.commit()
    path, visitor = f"/t/{token}", browse(None)
    assert visitor.get(path).status_code == 200
    assert superuser.execute(sa.text("select count(*) from expectation")).scalar_one() == 0
    long = visitor.post(path, data={"hopes": "x" * 2001, "act": "ready"}, headers=HERE)
    assert long.status_code == 422
    assert "x" * 2001 in long.text
    kept = visitor.post(path, data={"hopes": "Qu’elle décide seule.", "act": "keep"}, headers=HERE)
    assert kept.status_code == 200
    assert "Qu’elle décide seule." in visitor.get(path).text
    assert superuser.execute(sa.text("select ready_at from expectation")).scalar_one() is None
    ready = {"hopes": "Qu’elle décide seule, et le dise.", "act": "ready"}
    assert visitor.post(path, data=ready, headers=HERE).status_code == 303
    texts = superuser.execute(sa.text("select texts ->> 'hopes' from expectation where ready_at is not null"))
    assert texts.scalar_one() == "Qu’elle décide seule, et le dise."
    assert "Vous avez dit « prêt »" in visitor.get(path).text.replace("\u00a0", " ")

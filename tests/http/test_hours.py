"""Hours and attendance over HTTP: two taps each, what is awaited, what the firm sees of it."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.http.forms import post
from tests.http.test_schedule import PAGE, plain, planned, value

PAST = (datetime.now(UTC) - timedelta(days=3)).strftime("%d/%m/%Y")
HOURS = f"{PAGE}/hours"


def held(world: Any, browse: Any, **fields: str) -> str:
    """A session of three days ago; its address."""
    return planned(world, browse("helene"), on=PAST, hour="9 h", length="2 h", **fields)


def said(browse: Any, address: str, who: str = "helene", **fields: str) -> Any:
    client = browse(who)
    page = client.get(address)
    given = {"lasted": "usual", "length": ""} | fields
    made = value(page, "attendance_id", "attendance-lasted")
    return post(client, page, f"{address}/attendance", attendance_id=made, **given)


def answers(page: Any) -> str:
    return str(re.search(r'action="([^"]+/answer)"', page.text).group(1))  # type: ignore[union-attr]


def test_two_taps_each_and_the_hours_are_spent(world: Any, browse: Any) -> None:
    address = held(world, browse)
    assert said(browse, address).status_code == 303
    ines = browse("ines")
    page = ines.get(address)
    assert "Votre confirmation" in page.text
    assert "On attend votre confirmation" in plain(ines.get(world.url("solo", HOURS)).text)
    assert post(ines, page, answers(page), answer="present", word="").status_code == 303
    for who in ("ines", "helene", "marc", "solange", "yann", "odile"):
        shown = plain(browse(who).get(world.url("solo", HOURS)).text)
        assert "2 h décomptées, 0 h planifiées, sur 24 h convenues" in shown, who
        assert "Rendez-vous 1" in shown, who
    assert "2 h décomptées : tous l’ont confirmé" in plain(ines.get(address).text)


def test_contested_and_another_length_proposed(world: Any, browse: Any) -> None:
    address = held(world, browse)
    said(browse, address)
    ines, helene = browse("ines"), browse("helene")
    page = ines.get(address)
    missing = post(ines, page, answers(page), answer="contested", word="")
    assert missing.status_code == 422
    assert "Dites en un mot" in missing.text
    assert post(ines, page, answers(page), answer="contested", word="une heure").status_code == 303
    page = helene.get(address)
    assert "« une heure »" in plain(page.text)
    assert "une heure" not in browse("marc").get(address).text
    assert "On attend votre confirmation" in plain(helene.get(world.url("solo", HOURS)).text)
    assert said(browse, address, lasted="other", length="1 h").status_code == 303
    old = post(
        ines,
        ines.get(address),
        answers(page) if "/answer" in page.text else answers(ines.get(address)),
        answer="present",
        word="",
    )
    assert old.status_code == 303
    assert "1 h décomptées" in plain(ines.get(world.url("solo", HOURS)).text)


def state_in_list(browse: Any, world: Any, who: str) -> str:
    """What the list says of its only session."""
    row = plain(browse(who).get(world.url("solo", PAGE)).text)
    return row[row.index('id="session-') :].split("</li>")[0]


def test_the_list_says_where_each_session_stands(world: Any, browse: Any) -> None:
    address = held(world, browse)
    assert "Passé, à confirmer" in state_in_list(browse, world, "marc")
    said(browse, address)
    assert "On attend votre confirmation" in state_in_list(browse, world, "ines")
    assert "On attend Inès" in state_in_list(browse, world, "helene")
    for who in ("marc", "solange", "odile"):  # who reads no answers is told whom nobody names
        assert "A eu lieu, à confirmer" in state_in_list(browse, world, who), who
    ines = browse("ines")
    page = ines.get(address)
    assert post(ines, page, answers(page), answer="present", word="").status_code == 303
    for who in ("ines", "helene", "marc", "solange", "odile"):
        assert "Confirmé" in state_in_list(browse, world, who), who


def test_the_list_says_contested_to_the_pair_alone(world: Any, browse: Any) -> None:
    address = held(world, browse)
    said(browse, address)
    ines = browse("ines")
    page = ines.get(address)
    post(ines, page, answers(page), answer="contested", word="une heure")
    for who in ("ines", "helene"):
        assert "Contesté" in state_in_list(browse, world, who), who
    for who in ("marc", "odile"):
        assert "A eu lieu, à confirmer" in state_in_list(browse, world, who), who


def test_by_silence_the_list_says_so(world: Any, browse: Any, superuser: sa.Connection) -> None:
    address = held(world, browse)
    said(browse, address)
    superuser.execute(sa.text("update attendance set at = at - interval '8 days'"))
    superuser.execute(sa.text("update attendance_line set answered_at = answered_at - interval '8 days'"))
    assert "Constaté par le mentor, non contesté" in state_in_list(browse, world, "ines")


def test_rail_and_mission_say_what_was_spent_to_whoever_reads_hours(world: Any, browse: Any) -> None:
    address = held(world, browse)
    said(browse, address)
    ines = browse("ines")
    page = ines.get(address)
    post(ines, page, answers(page), answer="present", word="")
    planned(world, browse("helene"), length="3 h")
    for who in ("ines", "helene", "marc", "solange", "odile"):
        shown = plain(browse(who).get(world.url("solo")).text)
        assert "2 h sur 24 h décomptées" in shown, who
        assert 'Heures planifiées</dt><dd class="num">3 h</dd>' in shown, who
        assert "2 h sur 24 h décomptées" in plain(browse(who).get(world.url("solo", PAGE)).text), who


def test_the_rail_of_one_of_a_group_says_no_budget(world: Any, browse: Any) -> None:
    assert "0 h sur 24 h décomptées" in plain(browse("bruno").get(world.url("group")).text)
    shown = plain(browse("theo").get(world.url("group")).text)
    assert "0 h décomptées" in shown
    assert "Décomptées dans votre parcours" in shown
    assert "sur 24 h" not in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"lasted": ""}, "Choisissez la durée"),
        ({"lasted": "x"}, "Choisissez la durée"),
        ({"lasted": "other", "length": ""}, "Écrivez la durée"),
        ({"lasted": "other", "length": "beaucoup"}, "n’est pas une durée"),
        ({"lasted": "other", "length": "13 h"}, "12 heures"),
        ({"lasted": "other", "length": "0 h"}, "durée"),
    ],
)
def test_what_is_not_a_length_is_said_and_stays_typed(
    world: Any, browse: Any, fields: dict[str, str], words: str
) -> None:
    answer = said(browse, held(world, browse), **fields)
    assert answer.status_code == 422
    assert words in plain(answer.text)
    if fields.get("length"):
        assert f'value="{fields["length"]}"' in plain(answer.text)


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": ""},
        {"answer": "perhaps"},
        {"answer": "absent"},
        {"answer": "contested", "word": "x" * 501},
        {"answer": "contested", "word": "\u0000 \u0007"},
    ],
)
def test_a_strange_answer_is_refused_and_changes_nothing(
    world: Any, browse: Any, fields: dict[str, str]
) -> None:
    address = held(world, browse)
    said(browse, address)
    ines = browse("ines")
    page = ines.get(address)
    assert post(ines, page, answers(page), **({"word": ""} | fields)).status_code == 422
    assert "Votre confirmation" in ines.get(address).text


def test_sent_twice_is_said_once_and_strangers_cannot(
    world: Any, browse: Any, superuser: sa.Connection
) -> None:
    address = held(world, browse)
    helene = browse("helene")
    page = helene.get(address)
    made = value(page, "attendance_id", "attendance-lasted")
    for _ in range(2):
        sent = post(helene, page, f"{address}/attendance", attendance_id=made, lasted="usual", length="")
        assert sent.status_code == 303
    assert superuser.execute(sa.text("select count(*) from attendance")).scalar_one() == 1
    marc = browse("marc")
    page = marc.get(address)
    assert "attendance-lasted" not in page.text
    refused = post(marc, page, f"{address}/attendance", attendance_id=str(uuid.uuid4()), lasted="usual")
    assert refused.status_code == 403


def test_past_the_budget_an_amendment_is_proposed(world: Any, browse: Any) -> None:
    for n in range(3):
        planned(
            world,
            browse("helene"),
            on="",
            week=(datetime.now(UTC) + timedelta(days=9 + n)).strftime("%d/%m/%Y"),
            length="12 h",
        )
    shown = plain(browse("helene").get(world.url("solo", HOURS)).text)
    assert "Il y a 12 h de plus que convenu" in shown
    assert "Proposer un avenant" in shown


def test_a_mentee_of_a_group_reads_no_budget_that_others_have_used(world: Any, browse: Any) -> None:
    page = plain(browse("theo").get(world.url("group", HOURS)).text)
    assert "Convenues" in page
    assert "Il reste" not in page
    assert 'class="meter"' not in page
    assert "Il reste 24 h à planifier" in plain(browse("bruno").get(world.url("other", HOURS)).text)


# -- the plan --------------------------------------------------------------------------------------


def shared_lines(app: Any, world: Any) -> None:
    from tests.db.test_objectives import shared

    with app.app_context():
        shared(world)


def test_the_plan_is_initialled_from_its_page(world: Any, browse: Any, app: Any) -> None:
    shared_lines(app, world)
    planned(world, browse("helene"), on=PAST, hour="9 h", length="2 h")
    url = world.url("solo", f"{PAGE}/plan")
    for who in ("ines", "marc", "helene"):
        client = browse(who)
        page = client.get(url)
        assert "1 objectif" in plain(page.text)
        assert "Rendez-vous 1" in plain(page.text)
        sent = post(client, page, f"{url}/assent", plan=value(page, "plan", "plan-initial"))
        assert sent.status_code == 303
    assert "Plan paraphé par tous" in plain(browse("ines").get(url).text)
    assert browse("odile").get(url).status_code == 404


def test_a_plan_read_earlier_is_shown_again(world: Any, browse: Any, app: Any) -> None:
    shared_lines(app, world)
    url = world.url("solo", f"{PAGE}/plan")
    ines = browse("ines")
    page = ines.get(url)
    planned(world, browse("helene"))
    late = post(ines, page, f"{url}/assent", plan=value(page, "plan", "plan-initial"))
    assert late.status_code == 409
    assert "Le plan a changé pendant que vous le lisiez" in plain(late.text)
    for forged in ("", "0" * 64, "x" * 5000):
        assert post(ines, page, f"{url}/assent", plan=forged).status_code == 409


def test_whoever_reads_the_dates_alone_reads_no_objective_in_the_plan(
    world: Any, browse: Any, app: Any
) -> None:
    shared_lines(app, world)
    page = browse("solange").get(world.url("solo", f"{PAGE}/plan"))
    assert page.status_code == 200
    assert "réunion du lundi" not in page.text
    assert "plan-initial" not in page.text

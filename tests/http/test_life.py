"""« Vie de la mission » over HTTP: suspended and taken up again, ended; what each room answers once it has ended."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.mission.life.spans import day_of
from tests.db.test_objectives import As, shared
from tests.http.forms import post
from tests.http.test_schedule import plain, planned, value

TODAY = day_of(datetime.now(UTC))
LIFE = "/life"


def typed(days: int = 0) -> str:
    return f"{TODAY + timedelta(days):%d/%m/%Y}"


def suspend(world: Any, client: Any, *, mission: str = "solo", **fields: str) -> Any:
    page = client.get(world.url(mission, LIFE))
    given = {"from_on": typed(), "until_on": ""} | fields
    return post(
        client, page, world.url(mission, f"{LIFE}/suspension"), pause_id=value(page, "pause_id"), **given
    )


def end(world: Any, client: Any, *, mission: str = "solo", **fields: str) -> Any:
    page = client.get(world.url(mission, f"{LIFE}/end"))
    given = {"effective_on": typed(), "sentence": ""} | fields
    return post(client, page, world.url(mission, f"{LIFE}/end"), end_id=value(page, "end_id"), **given)


def test_suspended_it_says_so_everywhere_and_names_nobody(world: Any, browse: Any) -> None:
    assert suspend(world, browse("ines"), until_on=typed(13)).status_code == 303
    for who in ("helene", "marc", "solange", "yann", "ines", "odile"):
        client = browse(who)
        for address in (world.url("solo"), world.url("solo", LIFE), "/"):
            assert "Mission suspendue du" in plain(client.get(address).text), (who, address)
    shown = plain(browse("marc").get(world.url("solo", LIFE)).text)
    line = re.search(r"<li><div><p>Mission suspendue.*?</li>", shown, re.DOTALL)
    assert line is not None
    assert "Inès" not in line[0]
    assert "Reprendre" not in line[0]  # a manager does not take it up again


def test_what_was_typed_wrong_is_kept(world: Any, browse: Any) -> None:
    client = browse("helene")
    for fields, said in (
        ({"from_on": typed(-1)}, "Cette date est passée"),
        ({"from_on": typed(5), "until_on": typed(2)}, "La fin vient avant le début"),
        ({"from_on": "jadis"}, "n’est pas une date"),
    ):
        answer = suspend(world, client, **fields)
        assert answer.status_code == 422
        assert said in plain(answer.text)
        assert f'value="{fields["from_on"]}"' in answer.text
    assert suspend(world, client, strand="0" * 8).status_code == 404
    assert suspend(world, client).status_code == 303
    assert suspend(world, client).status_code == 409


def test_taken_up_again_by_its_list_of_dates(world: Any, browse: Any, superuser: Any) -> None:
    helene = browse("helene")
    first = planned(world, helene, on=typed(3), hour="9 h", length="1 h")
    second = planned(world, helene, on=typed(4), hour="9 h", length="1 h")
    suspend(world, helene)
    superuser.execute(sa.text("update pause set from_on = from_on - 7"))
    page = helene.get(world.url("solo", LIFE))
    address = re.search(r'href="([^"]+/suspensions/[^"]+)"', page.text)[1]  # type: ignore[index]
    listed = helene.get(address)
    assert listed.text.count('name="shift"') == 2
    assert "7 jours" in plain(listed.text)
    kept = first.rpartition("/")[2]
    assert post(helene, listed, address, shift=kept).status_code == 303
    dates = dict(superuser.execute(sa.text("select id::text, local_at::date from session")).all())
    assert dates[kept] == TODAY + timedelta(10)
    assert dates[second.rpartition("/")[2]] == TODAY + timedelta(4)
    assert "Mission suspendue" not in plain(helene.get(world.url("solo")).text)


def test_once_ended_each_room_says_so_and_nothing_is_lost(app: Any, world: Any, browse: Any) -> None:
    with app.app_context():
        made = shared(world)
        with As(world, "ines") as a:
            strand = str(a.strand)
    helene, ines = browse("helene"), browse("ines")
    session = planned(world, helene, on=typed(-2), hour="9 h", length="1 h")
    pages = {
        path: ines.get(world.url("solo", path))
        for path in ("/objectives", "/roadmap", "/agreement", "/context", "/schedule")
    }
    assert end(world, browse("solange"), sentence="Merci à tous.").status_code == 303
    posts = {
        "/objectives": f"/objectives/{made}/assent",
        "/roadmap": "/roadmap/axes",
        "/agreement": "/agreement/expectations",
        "/schedule": "/schedule/sessions",
    }
    rules = {str(r) for r in app.url_map.iter_rules() if "POST" in r.methods}
    asked = 0
    for room, path in posts.items():
        if not any(re.sub(r"<[^>]+>", "x", r).endswith(re.sub(r"[0-9a-f-]{36}", "x", path)) for r in rules):
            continue
        asked += 1
        answer = post(ines, pages[room], world.url("solo", path), strand=strand, hash="x", wording="Un texte")
        assert answer.status_code == 409, (room, answer.status_code)
        assert "La mission a pris fin" in plain(answer.text), room
    assert asked >= 2
    for path in pages:
        assert ines.get(world.url("solo", path)).status_code == 200, path
    shown = plain(browse("marc").get(world.url("solo", LIFE)).text)
    assert "La mission a pris fin le" in shown
    assert "Merci à tous." in shown
    assert "Merci à tous." not in browse("odile").get(world.url("solo", LIFE)).text
    page = helene.get(session)
    made_id = value(page, "attendance_id", "attendance-lasted")
    held = post(helene, page, f"{session}/attendance", attendance_id=made_id, lasted="usual", length="")
    assert held.status_code == 303


@pytest.mark.parametrize("who", ["marc", "odile"])
def test_before_an_agreement_only_mentee_mentor_and_direction_end_it(
    world: Any, browse: Any, who: str
) -> None:
    client = browse(who)
    assert "Mettre fin avant le terme" not in client.get(world.url("solo", LIFE)).text
    assert client.get(world.url("solo", f"{LIFE}/end")).status_code == 409


def test_the_mail_is_neutral(app: Any) -> None:
    from webapp.mail.compose import Mail, compose

    with app.app_context():
        for what in ("suspended", "resumed", "ended"):
            values = {
                "name": "Marc",
                "what": what,
                "start": "1er mai 2027",
                "end": "",
                "firm": "F",
                "company": "C",
                "link": "https://x",
            }
            sent = compose(Mail("life", "marc@example.test", "fr", "k", values=values), "a@example.test")
            text = sent.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            assert "Une mission" in text
            assert "https://x" in text

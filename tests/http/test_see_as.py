"""« Voir comme »: a page as another party reads it, among what one reads oneself, with nothing to act by."""

import re
import uuid
from typing import Any

import pytest

from tenants.documents import operations as documents
from tenants.mission.agreement import expectations
from tenants.mission.context import note, questions, sheets
from tenants.mission.objectives import operations, queries
from tenants.mission.roadmap import axes
from tenants.mission.schedule import planning
from tenants.mission.schedule.types import Type
from tenants.policy import READING, Do, may
from tests.db.test_objectives import As
from webapp import seeing

TAILS = (
    "/agreement", "/agreement/rules", "/agreement/version", "/context", "/objectives", "/roadmap", "/schedule",
    "/schedule/hours", "/schedule/plan",
)  # fmt: skip
PARTIES = ("ines", "helene", "marc", "solange", "yann")
FRAMED = "Vous voyez la mission comme"
SECRET = {
    "ines": "Brouillon de la mentorée.",
    "helene": "Brouillon du mentor.",
    "marc": "Brouillon du manager.",
}


@pytest.fixture
def furnished(app: Any, world: Any) -> dict[str, str]:
    """Something shared and something private in every room; the session's id."""
    with app.app_context():
        for who, words in SECRET.items():
            with As(world, who) as a:
                operations.propose(a.frame, a.strand, by=a.me, wording=words)
                axes.propose(a.frame, a.strand, by=a.me, wording=words, draft=True)
        with As(world, "helene") as a:
            made = operations.propose(a.frame, a.strand, by=a.me, wording="Un objectif pour tous.")
            axes.propose(a.frame, a.strand, by=a.me, wording="Un axe pour tous.")
        with As(world, "helene") as a:
            operations.share(queries.get(made), a.frame, by=a.me)
        with As(world, "helene") as a:
            note.begin(a.frame, by=a.me)
        with As(world, "helene") as a:
            row = note.of_mission(a.frame.id)
            documents.rewrite(row.document_id, {"text": "La note de direction."}, a.me.contact_id)
            to = world.people["marc"].contacts["ombrelune"]
            questions.ask(a.frame, a.strand, uuid.uuid4(), to, "Que décidez-vous seul ?", by=a.me)
        with As(world, "ines") as a:
            sheets.begin(a.frame, a.strand, by=a.me)
            expectations.begin(a.frame, by=a.me)
        with As(world, "helene") as a:
            session = planning.plan(a.frame, Type.PAIR, a.strand, by=a.me)
    return {"session": str(session)}


def as_(world: Any, other: str, tail: str) -> str:
    return world.url("solo", f"{tail}?as={world.people[other].contacts['ombrelune']}")


@pytest.mark.parametrize("asker", ["helene", "ines"])
def test_every_page_is_shown_as_another_reads_it_and_nothing_acts(
    furnished: dict[str, str], world: Any, browse: Any, asker: str
) -> None:
    client = browse(asker)
    for tail in (*TAILS, f"/schedule/sessions/{furnished['session']}"):
        offered = client.get(world.url("solo", tail)).text
        for other in set(PARTIES) - {asker}:
            contact = str(world.people[other].contacts["ombrelune"])
            about = f"{tail} as {other}"
            page = client.get(as_(world, other, tail))
            if tail.startswith("/schedule/sessions") and other in ("solange", "yann"):
                assert page.status_code in (200, 404), about
                continue
            assert page.status_code == 200, about
            assert f"as={contact}" in offered, about
            assert FRAMED in page.text, about
            main = page.text.partition("<main")[2].partition("</main>")[0]
            for acting in ('method="post"', "data-live", "data-ytext", "hx-post", "data-src"):
                assert acting not in main, f"{about}: {acting}"
            for words in SECRET.values():
                assert words not in main, about
            own = re.findall(r'href="(/[^"]+/missions/[^"]+)"', main)
            astray = [
                u for u in own if f"as={contact}" not in u and not u.startswith(world.url("solo", tail))
            ]
            assert not astray, about


def test_what_only_some_read_is_there_for_them_alone(furnished: Any, world: Any, browse: Any) -> None:
    helene = browse("helene")
    assert "La note de direction." in helene.get(as_(world, "solange", "/context")).text
    for other in ("ines", "marc", "yann"):
        assert "La note de direction." not in helene.get(as_(world, other, "/context")).text
    assert "Un objectif pour tous." in helene.get(as_(world, "marc", "/objectives")).text
    assert "Un axe pour tous." in helene.get(as_(world, "marc", "/roadmap")).text
    # in the direction's layout, who reads neither: the walls say it, whatever the page asks
    assert "Un objectif pour tous." not in helene.get(as_(world, "solange", "/objectives")).text
    assert "Un axe pour tous." not in helene.get(as_(world, "solange", "/roadmap")).text
    # and what was kept of it is not given to the other as theirs
    assert 'method="post"' in browse("marc").get(world.url("solo", "/objectives")).text.partition("<main")[2]


def test_who_may_not_is_refused_and_who_is_not_there_is_not_found(
    furnished: Any, world: Any, browse: Any
) -> None:
    for who in ("marc", "solange", "yann"):
        assert browse(who).get(as_(world, "ines", "/objectives")).status_code == 403
        assert "Voir comme" not in browse(who).get(world.url("solo", "/context")).text
    assert browse("odile").get(as_(world, "ines", "/objectives")).status_code == 404
    helene = browse("helene")
    for contact in (uuid.uuid4(), world.people["theo"].contacts["ombrelune"], "x", "",
                    world.people["helene"].contacts["ombrelune"], world.people["former"].contacts["ombrelune"]):  # fmt: skip
        assert helene.get(world.url("solo", f"/roadmap?as={contact}")).status_code == 404
    # of a group, only whoever is in one's own strand
    lina = world.url("group", f"/objectives?as={world.people['lina'].contacts['ombrelune']}")
    assert browse("theo").get(lina).status_code == 404
    assert browse("bruno").get(lina).status_code == 200


def test_an_act_is_not_done_through_anothers_eyes(app: Any, furnished: Any, world: Any, browse: Any) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        helene = browse("helene")
        for tail in ("/context/sheets", "/context/note", "/agreement/rules", "/roadmap"):
            assert helene.post(as_(world, "ines", tail)).status_code in (404, 405), tail
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_a_still_actor_may_read_and_nothing_else(app: Any, world: Any) -> None:
    from dataclasses import replace

    with app.app_context(), As(world, "ines") as a:
        still = replace(a.me, still=True)
        assert {d for d in Do if may(still, d, a.frame)} <= READING
        assert may(still, Do.MISSION_SEE, a.frame)
    assert set(seeing.PAGES) <= set(app.view_functions)

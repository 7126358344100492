"""« Passation »: the one page of a mentor who was replaced, and what the mentee makes of what they left."""

import re

import pytest
import sqlalchemy as sa

from tests.http.browser import enter  # noqa: F401 - a fixture
from tests.visitor import HTMX, text_of

LEAVE = "/handover/leave"
WORDS = "Inès sait déjà <tenir> la réunion."


@pytest.fixture
def helene(world, enter, superuser):
    """Ended by the coordination, by its own page."""
    part = superuser.scalar(
        sa.text("select id from participation where role = 'mentor' and mission_id = :m"),
        {"m": world.missions["solo"].id},
    )
    odile = enter("odile")
    odile.get(world.url("solo", f"/people/{part}/end"))
    assert odile.post(world.url("solo", f"/people/{part}/end")).status_code == 303
    return enter("helene")


def leave(world, visitor, act="keep", revision=None, **more):
    page = visitor.get(world.url("solo", LEAVE)).get_data(as_text=True)
    fields = {n: re.search(rf'name="{n}" value="([^"]*)"', page)[1] for n in ("row_id", "revision")}
    if revision is not None:
        fields["revision"] = revision
    there = world.url("solo", f"{LEAVE}/{world.missions['solo'].strands[0]}")
    return visitor.post(there, **{"words": WORDS, "act": act, **fields, **more})


def test_the_outgoing_mentor_finds_the_page_on_their_home_and_nothing_else(world, helene):
    home = helene.get("/").get_data(as_text=True)
    assert "Confirmer vos rendez-vous passés et laisser une passation" in home
    assert world.url("solo", LEAVE) in home
    page = text_of(helene.get(world.url("solo", LEAVE)))
    assert "Pour Inès Corbelin" in page
    for tail in (
        "",
        "/people",
        "/objectives",
        "/schedule",
        "/handover",
        "/difficulty",
        "/rail",
        "/search?q=a",
    ):
        assert helene.get(world.url("solo", tail)).status_code == 404, tail


def test_a_draft_is_kept_then_handed_over_read_first_and_passed_on(world, helene, enter, superuser):
    assert leave(world, helene).status_code == 303
    assert "Inès sait déjà &lt;tenir&gt;" in helene.get(world.url("solo", LEAVE)).get_data(as_text=True)
    ines = enter("ines")
    assert "Aucune passation" in text_of(ines.get(world.url("solo", "/handover")))
    assert leave(world, helene, act="deliver").status_code == 303
    assert "Lire en premier la passation de votre mentor" in text_of(ines.get("/"))
    page = ines.get(world.url("solo", "/handover"))
    assert WORDS in text_of(page)
    row = re.search(r'id="handover-([0-9a-f-]{36})"', page.get_data(as_text=True))[1]
    refused = ines.post(world.url("solo", f"/handover/{row}/open"))
    assert refused.status_code == 409
    assert "pas encore de mentor" in text_of(refused)
    assert "Lire ce qu’un mentor a laissé en partant" in text_of(ines.get(world.url("solo", "/people")))
    for other in ("marc", "solange", "yann", "odile"):
        assert enter(other).get(world.url("solo", "/handover")).status_code == 403
    kept = ines.post(world.url("solo", f"/handover/{row}/hold"))
    assert kept.status_code == 303
    assert "Lire en premier" not in text_of(ines.get("/"))


def test_what_another_window_kept_meanwhile_is_shown_beside_what_was_typed(world, helene):
    leave(world, helene, words="Le premier")
    refused = leave(world, helene, words="Le second", revision="0")
    assert refused.status_code == 409
    page = text_of(refused)
    assert "Le premier" in page
    assert "Le second" in page
    again = re.search(r'name="revision" value="(\d+)"', refused.get_data(as_text=True))[1]
    assert leave(world, helene, words="Le second", revision=again).status_code == 303


@pytest.mark.parametrize(
    "more", [{"words": "é" * 8001}, {"act": "burn"}, {"row_id": "x"}, {"act": "deliver", "words": " "}]
)
def test_what_cannot_be_kept_is_told(world, helene, superuser, more):
    assert leave(world, helene, **more).status_code == 422
    assert superuser.scalar(sa.text("select count(*) from handover where delivered_at is not null")) == 0


def test_after_fifteen_days_the_page_is_gone(world, helene, superuser):
    leave(world, helene)
    superuser.execute(
        sa.text("update participation set until_at = until_at - interval '15 days' where role = 'mentor'")
    )
    for answer in (helene.get(world.url("solo", LEAVE)), helene.get(world.url("solo", LEAVE), **HTMX)):
        assert answer.status_code == 404
    assert "passation" not in text_of(helene.get("/"))

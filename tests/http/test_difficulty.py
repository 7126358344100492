"""« Signaler une difficulté »: at hand everywhere, kept as typed, neutral to everybody else."""

import re

import pytest
import sqlalchemy as sa

from tests.http.browser import enter  # noqa: F401 - a fixture
from tests.http.test_mails import _sink, sink, work  # noqa: F401 - fixtures
from tests.visitor import text_of

PAGE = "/difficulty"
WORDS = "Je ne peux pas en parler <ici>."


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def told(world, enter, who="ines", **more):
    visitor = enter(who)
    page = visitor.get(world.url("solo", PAGE)).get_data(as_text=True)
    values = {name: hidden(page, name) for name in ("thread_id", "word_id", "named")}
    return visitor, visitor.post(world.url("solo", PAGE), **{"words": WORDS, **values, **more})


@pytest.mark.parametrize("tail", ["", "/people", "/objectives", "/roadmap", "/schedule", "/agreement"])
def test_it_is_at_hand_on_every_page_of_a_mission(world, enter, tail):
    visitor = enter("ines")
    page = visitor.get(world.url("solo", tail)).get_data(as_text=True)
    assert f'href="{world.url("solo", PAGE)}">Signaler une difficulté</a>' in page


def test_the_one_told_finds_it_on_their_home_and_answers(world, enter):
    ines, done = told(world, enter)
    assert done.status_code == 303
    page = text_of(ines.follow(done))
    assert WORDS in page
    olga = enter("olga")
    home = olga.get("/").get_data(as_text=True)
    assert "Répondre à ce qui vous est signalé" in home
    assert WORDS not in home
    inside = olga.get(world.url("solo", PAGE)).get_data(as_text=True)
    assert "Je ne peux pas en parler &lt;ici&gt;." in inside
    thread = re.search(r'id="difficulty-([0-9a-f-]{36})"', inside)[1]
    said = olga.post(
        world.url("solo", f"{PAGE}/{thread}/words"), word_id=hidden(inside, "word_id"), words="Appelez-moi."
    )
    assert said.status_code == 303
    assert "Répondre à ce qui vous est signalé" not in text_of(olga.get("/"))
    assert "Lire la réponse qui vous est faite" in text_of(enter("ines").get("/"))
    ines.get(world.url("solo", PAGE))
    assert ines.post(world.url("solo", f"{PAGE}/{thread}/close")).status_code == 303
    assert "Fermé" in text_of(ines.get(world.url("solo", PAGE)))


@pytest.mark.parametrize("other", ["helene", "marc", "solange", "yann", "odile"])
def test_for_all_others_it_does_not_exist(world, enter, superuser, other):
    visitor = enter(other)
    pages = (PAGE, "", "/people", f"/search?q={WORDS[:12]}")
    form = re.compile(r'[0-9a-f-]{36}|value="[^"]*"|X-CSRF-Token[^}]*')
    before = [form.sub("", visitor.get(world.url("solo", p)).get_data(as_text=True)) for p in pages]
    home = form.sub("", visitor.get("/").get_data(as_text=True))
    told(world, enter)
    after = [form.sub("", visitor.get(world.url("solo", p)).get_data(as_text=True)) for p in pages]
    assert after == before
    assert form.sub("", visitor.get("/").get_data(as_text=True)) == home
    thread = superuser.scalar(sa.text("select id from difficulty"))
    for act in ("words", "seen", "close"):
        assert visitor.post(world.url("solo", f"{PAGE}/{thread}/{act}"), words="x").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("words", ""), ("words", "é" * 4001), ("named", "x"), ("named", ""), ("thread_id", "x")],
)
def test_what_cannot_be_sent_stays_as_typed(world, enter, superuser, field, value):
    _, refused = told(world, enter, **{field: value})
    assert refused.status_code == 422
    if field != "words":
        assert "Je ne peux pas en parler &lt;ici&gt;." in refused.get_data(as_text=True)
    assert superuser.scalar(sa.text("select count(*) from difficulty")) == 0


def test_a_message_written_while_it_was_closed_is_kept_on_the_page(world, enter, superuser):
    told(world, enter)
    olga = enter("olga")
    olga.get(world.url("solo", PAGE))
    superuser.execute(sa.text("update difficulty set closed_at = now()"))
    thread = superuser.scalar(sa.text("select id from difficulty"))
    refused = olga.post(world.url("solo", f"{PAGE}/{thread}/words"), words="Trop tard ?")
    assert refused.status_code == 409
    assert "Trop tard ?" in text_of(refused)


def test_where_the_firm_has_nobody_else_the_page_says_where_to_go(world, enter, superuser):
    superuser.execute(sa.text("update staff set until_at = now()"))
    page = text_of(enter("ines").get(world.url("solo", PAGE)))
    assert "Aucune personne du cabinet ne peut recevoir ce message" in page
    assert "médecin du travail" in page


def test_the_mail_says_that_something_waits_and_nothing_of_what(world, enter, superuser, work):
    told(world, enter)
    superuser.execute(sa.text("select tell_all_own()"))  # at night it is the clock that tells
    (mail,) = work()
    assert mail["to"] == "olga@example.test"
    said = str(mail)
    assert "On attend une réponse de vous" in said
    for never in ("Inès", "Corbelin", "parler", "difficult", "signal", world.missions["solo"].slug):
        assert never not in said

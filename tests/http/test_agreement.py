"""The agreement's first page over HTTP: what each screen does, for whom, and what nobody else finds."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.documents import operations as documents
from tenants.mission.agreement import expectations, texts
from tests.db.test_objectives import As
from tests.http.forms import post

PAGE = "/agreement"
PARTIES = ("ines", "helene", "marc", "solange")


def at(world: Any, tail: str = "") -> str:
    return world.url("solo", PAGE + tail)


def say(world: Any, client: Any, tail: str, **fields: str) -> Any:
    """Post to a door of the page, with its token."""
    return post(client, client.get(at(world)), at(world, tail), **fields)


def test_everybody_has_the_page_and_staff_reads_nothing_of_it(world: Any, browse: Any) -> None:
    for who in (*PARTIES, "yann"):
        page = browse(who).get(at(world))
        assert page.status_code == 200
        assert "De la demande à l’accord" in page.text
    assert "De la demande" not in browse("odile").get(at(world)).text
    assert browse("odile").get(at(world, "/texts")).status_code == 404


def written(app: Any, world: Any, who: str, words: str) -> None:
    """That person's own expectation, with words under the first heading."""
    with app.app_context(), As(world, who) as a:
        expectations.begin(a.frame, by=a.me)
    with app.app_context(), As(world, who) as a:
        row = expectations.of_author(a.frame.id, a.me.contact_id)
        documents.rewrite(row.document_id, {"hopes": words}, a.me.contact_id)


SECRET_WORDS = "ce que personne ne doit lire"


def revealed(world: Any, browse: Any) -> None:
    for who in PARTIES:
        client = browse(who)
        assert say(world, client, "/expectations").status_code == 303
        assert say(world, client, "/expectations/readiness").status_code == 303


def bare(page: str) -> str:
    """Without what differs from one answer to the next."""
    page = re.sub(r"X-CSRF-Token[^}]*}|name=\"csrf_token\" value=\"[^\"]*\"", "", page)
    return re.sub(r"name=\"(?:divergence|objective)_id\" value=\"[^\"]*\"", "", page)


def test_before_the_reveal_no_page_of_another_changes_by_a_byte(
    app: Any, world: Any, browse: Any, superuser: Any
) -> None:
    """Page, regions, history, rail, home, mission page, people: the same before and after somebody writes."""
    ines = browse("ines")
    assert say(world, ines, "/expectations").status_code == 303
    tails = (
        PAGE,
        f"{PAGE}/texts",
        f"{PAGE}/expectations",
        f"{PAGE}/divergences",
        f"{PAGE}/history",
        "",
        "/people",
        "/objectives",
    )
    others = {w: browse(w) for w in ("helene", "marc", "solange", "yann")}
    before = {(w, t): bare(c.get(world.url("solo", t)).text) for w, c in others.items() for t in tails}
    written(app, world, "ines", SECRET_WORDS)
    document = superuser.exec_driver_sql("select document_id from expectation").scalar_one()
    assert SECRET_WORDS in ines.get(at(world)).text
    for (w, t), page in before.items():
        now = others[w].get(world.url("solo", t)).text
        assert SECRET_WORDS not in now
        assert str(document) not in now
        assert bare(now) == page, (w, t)
    assert say(world, ines, "/expectations/readiness").status_code == 303
    for client in others.values():
        page = client.get(at(world)).text
        assert "a dit «\u00a0prêt\u00a0»" in page
        assert SECRET_WORDS not in page


def test_another_cannot_act_on_my_text(world: Any, browse: Any) -> None:
    say(world, browse("ines"), "/expectations")
    assert say(world, browse("yann"), "/expectations").status_code == 403
    assert say(world, browse("helene"), "/expectations/reveal").status_code == 409
    assert say(world, browse("marc"), "/expectations/date", due_on="01/01/2030").status_code == 403
    marc = browse("marc")
    assert say(world, marc, "/expectations/readiness/withdrawal").status_code == 303  # his own: there is none
    assert "Vos attentes" in browse("ines").get(at(world)).text


def test_all_ready_shows_all_by_heading_and_marks_what_is_empty(app: Any, world: Any, browse: Any) -> None:
    for who in PARTIES:
        written(app, world, who, f"attente de {who}" if who != "marc" else "")
        assert say(world, browse(who), "/expectations/readiness").status_code == 303
    for who in (*PARTIES, "yann"):
        page = browse(who).get(at(world)).text
        assert "attente de ines" in page
        assert "attente de solange" in page
        assert "Marc n’a rien écrit ici" in page
        assert page.count("n’ont rien écrit ici") == 4
    assert say(world, browse("ines"), "/expectations/readiness/withdrawal").status_code == 409


@pytest.mark.parametrize(
    "typed", ["", "demain", "32/01/2030", "01/01/2020", "9" * 400, "\x00\x07", "29/01/99999"]
)
def test_a_date_that_is_none_or_too_soon_is_said_and_stays(world: Any, browse: Any, typed: str) -> None:
    answer = say(world, browse("helene"), "/expectations/date", due_on=typed)
    assert answer.status_code == 422
    assert 'id="due_on"' in answer.text
    if typed.isprintable() and typed:
        assert f'value="{typed}"' in answer.text


def test_a_date_is_told_to_all(world: Any, browse: Any) -> None:
    due = (datetime.now(UTC) + timedelta(days=8)).strftime("%d/%m/%Y")
    assert say(world, browse("helene"), "/expectations/date", due_on=due).status_code == 303
    page = browse("marc").get(at(world)).text
    assert "Hélène pourra révéler ce qui sera prêt" in page
    assert "Écrire vos attentes" in browse("marc").get("/").text


BAD_MARKS = [
    {"heading": "hopes", "words": ""},
    {"heading": "hopes", "words": " \x00 "},
    {"heading": "hopes", "words": "x" * 301},
    {"heading": "anything", "words": "Une phrase."},
    {"words": "Une phrase."},
]


@pytest.mark.parametrize("fields", BAD_MARKS)
def test_a_bad_divergence_is_said_and_stays(world: Any, browse: Any, fields: dict[str, str]) -> None:
    revealed(world, browse)
    answer = say(world, browse("ines"), "/divergences", **fields)
    assert answer.status_code == 422
    if fields["words"].strip("\x00 "):
        assert fields["words"] in answer.text
    assert 'article class="divergence' not in answer.text


def test_a_divergence_is_kept_once_and_given_an_outcome(world: Any, browse: Any, superuser: Any) -> None:
    ines, marc = browse("ines"), browse("marc")
    assert say(world, ines, "/divergences", heading="hopes", words="Trop tôt.").status_code == 409
    revealed(world, browse)
    sent = str(uuid.uuid4())
    for _ in range(2):
        assert (
            say(
                world, ines, "/divergences", heading="fears", words="<b>Le site Sud</b>", divergence_id=sent
            ).status_code
            == 303
        )
    page = marc.get(at(world)).text
    assert page.count(f'id="divergence-{sent}"') == 1
    assert "&lt;b&gt;Le site Sud&lt;/b&gt;" in page
    outcome = f"/divergences/{sent}/outcome"
    for bad in (
        {"outcome": ""},
        {"outcome": "forged", "answer": "x"},
        {"outcome": "agreed", "answer": ""},
        {"outcome": "agreed", "answer": "x" * 601},
        {"outcome": "postponed", "answer": "", "postponed_to": ""},
        {"outcome": "postponed", "answer": "", "postponed_to": "01/01/2020"},
        {"outcome": "postponed", "answer": "", "postponed_to": "jamais"},
    ):
        answer = say(world, marc, outcome, revision="1", **bad)
        assert answer.status_code == 422, bad
        assert bad.get("answer", "") in answer.text
    assert (
        say(world, marc, outcome, revision="1", outcome="agreed", answer="Marc l’écrit.").status_code == 303
    )
    stale = say(world, browse("solange"), outcome, revision="1", outcome="dismissed", answer="Hors sujet.")
    assert stale.status_code == 409
    assert "Hors sujet." in stale.text
    assert "Marc l’écrit." in stale.text
    assert say(world, marc, outcome, revision="x", outcome="agreed", answer="y").status_code in (409, 422)
    assert say(world, browse("yann"), outcome, revision="2", outcome="agreed", answer="y").status_code == 403
    yann = browse("yann")  # the mentee of that other mission
    foreign = world.url("other", f"{PAGE}{outcome}")
    assert post(yann, yann.get(world.url("other", PAGE)), foreign, revision="1").status_code == 404


BAD_HEARD = [
    {"heard_on": ""},
    {"heard_on": "hier"},
    {"heard_on": "01/01/2999"},
    {"heard_on": "01/09/2026", "for_id": ""},
    {"heard_on": "01/09/2026", "for_id": "x"},
    {"heard_on": "01/09/2026", "for_id": str(uuid.uuid4())},
]


@pytest.mark.parametrize("fields", BAD_HEARD)
def test_a_heard_request_needs_who_asks_and_a_day(world: Any, browse: Any, fields: dict[str, str]) -> None:
    given = {"for_id": str(world.people["solange"].contacts["ombrelune"])} | fields
    answer = say(world, browse("helene"), "/request", **given)
    assert answer.status_code == 422
    assert 'id="t-request"' not in browse("helene").get(at(world)).text


def put(app: Any, world: Any, who: str, what: str, words: str) -> None:
    with app.app_context(), As(world, who) as a:
        row = texts.of_mission(a.frame.id, what)
        documents.rewrite(row.document_id, {"text": words}, a.me.contact_id)


def test_the_request_is_heard_kept_and_confirmed_by_whom_it_is_for(app: Any, world: Any, browse: Any) -> None:
    helene, solange = browse("helene"), browse("solange")
    given = {"for_id": str(world.people["solange"].contacts["ombrelune"]), "heard_on": "09/09/2026"}
    assert say(world, helene, "/request", **given).status_code == 303
    assert say(world, helene, "/request/keeping").status_code == 409  # nothing is written yet
    put(app, world, "helene", "request", "Qu’elle prenne sa place.")
    assert say(world, browse("marc"), "/request/keeping").status_code == 403
    assert say(world, helene, "/request/keeping").status_code == 303
    assert "Solange ne l’a pas encore confirmée" in browse("ines").get(at(world)).text
    assert "Confirmer la demande écrite pour vous" in solange.get("/").text
    assert say(world, browse("marc"), "/request/confirmation").status_code == 409
    assert say(world, browse("yann"), "/request/confirmation").status_code == 403
    for _ in range(2):
        assert say(world, solange, "/request/confirmation").status_code == 303
    assert "Confirmée par Solange" in browse("ines").get(at(world)).text
    assert "Confirmer la demande" not in solange.get("/").text
    told = browse("ines").get(at(world, "/history")).text
    assert "Solange a confirmé la demande" in told


def test_the_passage_from_one_text_to_the_next_is_shown(app: Any, world: Any, browse: Any) -> None:
    assert say(world, browse("solange"), "/request").status_code == 303
    put(app, world, "solange", "request", "Qu’elle prenne sa place avant l’été.")
    assert say(world, browse("helene"), "/reformulation").status_code == 303
    put(app, world, "helene", "reformulation", "Qu’elle prenne sa place avant la haute saison.")
    page = browse("marc").get(at(world)).text
    assert "<ins>" in page
    assert "haute saison" in page
    assert say(world, browse("marc"), "/sentence").status_code == 303
    assert 'id="t-sentence"' in browse("ines").get(at(world)).text
    assert 'id="t-request"' not in browse("ines").get(at(world)).text


@pytest.mark.parametrize(
    "door", ["/request", "/reformulation", "/sentence", "/expectations", "/expectations/reveal"]
)
def test_no_door_opens_for_staff_nor_from_another_mission(world: Any, browse: Any, door: str) -> None:
    assert say(world, browse("odile"), door).status_code in (403, 404)
    ines = browse("ines")
    page = ines.get(at(world))
    assert post(ines, page, world.url("other", PAGE + door)).status_code == 404


def asked(client: Any, url: str) -> int:
    """How many statements that page takes."""
    seen: list[str] = []

    def heard(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", heard)
    try:
        assert client.get(url).status_code == 200
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", heard)
    return len(seen)


def test_a_long_page_asks_no_more_than_a_short_one(world: Any, browse: Any) -> None:
    revealed(world, browse)
    ines = browse("ines")
    say(world, ines, "/divergences", heading="hopes", words="Le premier.")
    short = asked(ines, at(world))
    for n in range(12):
        assert say(world, ines, "/divergences", heading="fears", words=f"Écart {n}").status_code == 303
    assert asked(ines, at(world)) == short <= 30


def test_the_mail_says_what_is_awaited_and_nothing_of_it(app: Any) -> None:
    from types import SimpleNamespace

    with app.test_request_context():
        sentence = app.jinja_env.get_template("mail/waits.jinja").module.sentence
        for kind, words in (
            ("agreement.expectations", "Vos attentes sont à écrire"),
            ("agreement.request_confirm", "Un texte écrit pour vous"),
        ):
            assert words in sentence(SimpleNamespace(kind=kind, asker=None, count=1, since=None))


def test_each_region_asked_alone_is_as_the_page_has_it(app: Any, world: Any, browse: Any) -> None:
    say(world, browse("solange"), "/request")
    put(app, world, "solange", "request", "Qu’elle prenne sa place.")
    revealed(world, browse)
    say(world, browse("ines"), "/divergences", heading="hopes", words="Un écart.")
    marc = browse("marc")
    page = bare(marc.get(at(world)).text)
    for region in ("/texts", "/expectations", "/divergences"):
        alone = bare(
            marc.get(at(world, region), headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
        )
        assert alone.strip().startswith("<section")
        assert alone.strip() in page, region

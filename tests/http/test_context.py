"""The context file over HTTP: what each screen does, for whom, what is refused, and what nobody else finds."""

import io
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tenants.documents import operations as documents
from tenants.mission.context import note, positions, queries, questions, sheets
from tests import samples
from tests.db.test_objectives import As, shared
from tests.http.forms import post

PAGE = "/context"
ALL = ("ines", "helene", "marc", "solange", "yann")
TODAY = datetime.now(UTC).strftime("%d/%m/%Y")


def at(world: Any, tail: str = "", mission: str = "solo") -> str:
    return world.url(mission, PAGE + tail)


def say(world: Any, client: Any, tail: str, **fields: str) -> Any:
    """Post to a door of the page, with its token."""
    return post(client, client.get(at(world)), at(world, tail), **fields)


def bare(page: str) -> str:
    """Without what differs from one answer to the next."""
    page = re.sub(r"X-CSRF-Token[^}]*}|name=\"csrf_token\" value=\"[^\"]*\"", "", page)
    return re.sub(r"name=\"(?:question_id|id|objective_id)\" value=\"[^\"]*\"", "", page)


def told(app: Any, world: Any, who: str, **words: str) -> None:
    """That person's job sheet, with these words."""
    with app.app_context(), As(world, who) as a:
        sheets.begin(a.frame, a.strand, by=a.me)
    with app.app_context(), As(world, who) as a:
        row = sheets.of_author(a.strand, a.me.contact_id)
        documents.rewrite(row.document_id, words, a.me.contact_id)


# -- the page ------------------------------------------------------------------------------------------------


def test_everybody_of_the_mission_has_the_page_and_staff_reads_nothing_of_it(world: Any, browse: Any) -> None:
    for who in ALL:
        page = browse(who).get(at(world))
        assert page.status_code == 200
        assert "Le poste, tel que chacun le voit" in page.text
    assert "Le poste, tel que" not in browse("odile").get(at(world)).text
    assert browse("odile").get(at(world, "/sheets")).status_code == 404
    assert browse("paula").get(at(world)).status_code == 404


def test_the_two_pages_of_the_stage_name_each_other(world: Any, browse: Any) -> None:
    ines, solange = browse("ines"), browse("solange")
    for tail in (PAGE, "/objectives"):
        page = ines.get(world.url("solo", tail)).text
        assert "Dossier de contexte</a>" in page
        assert "Objectifs</a>" in page
    # the direction reads the context and not the objectives: its door is the context's
    assert "Objectifs</a>" not in solange.get(at(world)).text
    assert re.search(rf'href="{re.escape(at(world))}"', solange.get(world.url("solo")).text)


# -- the job --------------------------------------------------------------------------------------------------


def test_mentee_and_manager_each_tell_the_job_and_both_answers_stand(
    app: Any, world: Any, browse: Any
) -> None:
    ines = browse("ines")
    assert say(world, ines, "/sheets").status_code == 303
    assert "data-ytext" in ines.get(at(world)).text
    told(app, world, "ines", tasks="Tenir les quais.", market="Trois concurrents.")
    told(app, world, "marc", tasks="Tenir les hommes.", market="Trois concurrents.")
    for who in ("helene", "solange"):
        page = browse(who).get(at(world)).text
        assert "Tenir les quais." in page
        assert "Tenir les hommes." in page
        assert page.count("Trois concurrents.") == 1
        assert "Même réponse\N{NO-BREAK SPACE}: Inès et Marc" in page
        assert "data-ytext" not in page
    assert say(world, browse("helene"), "/sheets").status_code == 403
    assert say(world, browse("solange"), "/sheets").status_code == 403


# -- written once, copied --------------------------------------------------------------------------------------


def test_the_company_sheet_is_written_once_and_enters_each_mission_as_a_dated_copy(
    app: Any, world: Any, browse: Any
) -> None:
    solange, helene = browse("solange"), browse("helene")
    said = say(world, solange, "/company", revision="0", sector="Le transport de nuit.", market="", strategic="",
               commercial="")  # fmt: skip
    assert said.status_code == 303
    for who in ALL:
        assert "Le transport de nuit." in browse(who).get(at(world)).text
    assert "Copie du" in helene.get(at(world)).text
    # the other mission of that company is offered it, by its own direction or mentor, and holds nothing before
    group = world.url("group", PAGE)
    assert "Le transport de nuit." not in browse("theo").get(group).text
    bruno = browse("bruno")
    assert "Le faire entrer dans la mission" in bruno.get(group).text
    assert post(bruno, bruno.get(group), world.url("group", PAGE + "/company/copy")).status_code == 303
    assert "Le transport de nuit." in browse("theo").get(group).text
    # written again elsewhere: the copy stays as it was until somebody brings it up to date
    page = helene.get(at(world))
    assert (
        post(helene, page, at(world, "/company"), revision="1", sector="La nuit et le froid.").status_code
        == 303
    )
    assert "Le transport de nuit." in browse("theo").get(group).text
    assert "Mettre à jour" in bruno.get(group).text
    # what it would change is shown before it does
    assert "Ce que la mise à jour changerait ici" in bruno.get(group).text
    assert re.search(r"<ins>.*?et le froid", bruno.get(group).text)
    assert "Ce que la mise à jour changerait ici" not in browse("theo").get(group).text
    for who in ("ines", "marc", "yann"):
        assert say(world, browse(who), "/company", revision="2", sector="x").status_code == 403


def test_two_who_write_the_company_sheet_lose_nothing(world: Any, browse: Any) -> None:
    solange, helene = browse("solange"), browse("helene")
    assert say(world, solange, "/company", revision="0", sector="De la main de Solange").status_code == 303
    late = say(world, helene, "/company", revision="0", sector="De la main d’Hélène")
    assert late.status_code == 409
    assert "De la main de Solange" in late.text
    assert "De la main d’Hélène" in late.text
    revision = re.findall(r'name="revision" value="(\d+)"', late.text)[0]
    again = say(world, helene, "/company", revision=revision, sector="De la main d’Hélène")
    assert again.status_code == 303
    assert "De la main d’Hélène" in solange.get(at(world)).text


def test_the_mentors_page_is_theirs_and_goes_with_them(world: Any, browse: Any) -> None:
    helene = browse("helene")
    said = say(
        world, helene, "/mentor", revision="0", career="Trente ans d’entrepôts.", posts="Directrice de site."
    )
    assert said.status_code == 303
    for who in ALL:
        assert "Trente ans d’entrepôts." in browse(who).get(at(world)).text
    # in another company the mission holds nothing until she brings it there
    other = world.url("alone", PAGE)
    assert "Trente ans" not in browse("paula").get(other).text
    assert "Votre page a changé le" in helene.get(other).text
    assert post(helene, helene.get(other), world.url("alone", PAGE + "/mentor/copy")).status_code == 303
    assert "Trente ans" in browse("paula").get(other).text
    assert say(world, browse("ines"), "/mentor", revision="0", career="x").status_code == 403


# -- questions ---------------------------------------------------------------------------------------------------


def asked(world: Any, browse: Any, to: str = "ines", audience: str = "everyone") -> str:
    helene = browse("helene")
    made = str(uuid.uuid4())
    who = str(world.people[to].contacts["ombrelune"])
    said = say(
        world, helene, "/questions", question_id=made, to_id=who, words="Qui décide ?", audience=audience
    )
    assert said.status_code == 303
    return made


def test_a_question_is_answered_in_place_and_its_draft_is_nobody_elses(
    app: Any, world: Any, browse: Any, superuser: Any
) -> None:
    made = asked(world, browse)
    ines, marc = browse("ines"), browse("marc")
    assert "On attend votre réponse" in ines.get(at(world)).text
    assert "Répondre à une question du mentor" in ines.get("/").text
    before = bare(marc.get(at(world)).text)
    assert say(world, ines, f"/questions/{made}/draft").status_code == 303
    with app.app_context(), As(world, "ines") as a:
        row = questions.draft(uuid.UUID(made), a.me.contact_id)
        documents.rewrite(row.document_id, {"text": "Karim et moi."}, a.me.contact_id)
    assert bare(marc.get(at(world)).text) == before
    assert say(world, ines, f"/questions/{made}/answer").status_code == 303
    assert "Karim et moi." in marc.get(at(world)).text
    assert superuser.exec_driver_sql("select count(*) from answer_draft").scalar_one() == 0
    assert superuser.exec_driver_sql("select count(*) from document where kind = 'answer'").scalar_one() == 0
    assert "Répondre à une question du mentor" not in ines.get("/").text


def test_an_answer_written_for_somebody_counts_once_they_have_confirmed_it(world: Any, browse: Any) -> None:
    made = asked(world, browse, to="solange")
    helene, solange = browse("helene"), browse("solange")
    door = f"/questions/{made}/report"
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime("%d/%m/%Y")
    assert say(world, helene, door, text="Dans deux ans.", heard_on=tomorrow).status_code == 422
    assert say(world, helene, door, text="", heard_on=TODAY).status_code == 422
    assert say(world, browse("marc"), door, text="Non.", heard_on=TODAY).status_code == 403
    assert say(world, helene, door, text="Dans deux ans.", heard_on=TODAY).status_code == 303
    assert "Solange ne l’a pas encore confirmée" in browse("ines").get(at(world)).text
    assert "Confirmer une réponse écrite pour vous" in solange.get("/").text
    confirmed = f"/questions/{made}/confirmation"
    assert say(world, browse("marc"), confirmed, seen="Dans deux ans.").status_code == 409
    assert say(world, solange, confirmed, seen="Dans trois ans.").status_code == 409
    assert say(world, solange, confirmed, seen="Dans deux ans.").status_code == 303
    assert "Confirmée par Solange" in browse("ines").get(at(world)).text
    assert say(world, helene, door, text="Autre chose.", heard_on=TODAY).status_code == 409


def test_a_question_goes_to_somebody_who_reads_it(world: Any, browse: Any) -> None:
    helene = browse("helene")
    solange, paula = (world.people[w].contacts.get("ombrelune") for w in ("solange", "paula"))
    fields = {"question_id": str(uuid.uuid4()), "words": "Qui décide ?", "audience": "everyone"}
    assert say(world, helene, "/questions", **fields, to_id=str(uuid.uuid4())).status_code == 422
    assert say(world, helene, "/questions", **fields, to_id="x").status_code == 422
    assert (
        say(world, helene, "/questions", **fields | {"audience": "parties"}, to_id=str(solange)).status_code
        == 422
    )
    assert (
        say(world, helene, "/questions", **fields | {"audience": "author"}, to_id=str(solange)).status_code
        == 422
    )
    long = say(world, helene, "/questions", **fields | {"words": "x" * 401}, to_id=str(solange))
    assert long.status_code == 422
    assert "x" * 401 in long.text
    assert paula is None
    assert say(world, browse("ines"), "/questions", **fields, to_id=str(solange)).status_code == 403
    for _ in range(2):  # a double click asks once
        assert say(world, helene, "/questions", **fields, to_id=str(solange)).status_code == 303
    assert helene.get(at(world)).text.count('<article class="part flow" id="question-') == 1


# -- the note ------------------------------------------------------------------------------------------------------

NOTE = "Ce que seules deux personnes savent"


def test_the_note_exists_for_mentor_and_direction_alone(
    app: Any, world: Any, browse: Any, superuser: Any
) -> None:
    """Page, regions, rail, home, people, objectives: the same to the byte before and after it is written."""
    others = {w: browse(w) for w in ("ines", "marc", "yann", "odile")}
    tails = (PAGE, f"{PAGE}/reading", f"{PAGE}/files", "", "/people", "/objectives", "/agreement")
    before = {(w, t): bare(c.get(world.url("solo", t)).text) for w, c in others.items() for t in tails}
    homes = {w: bare(c.get("/").text) for w, c in others.items()}
    assert say(world, browse("solange"), "/note").status_code == 303
    with app.app_context(), As(world, "helene") as a:
        row = note.of_mission(a.frame.id)
        documents.rewrite(row.document_id, {"text": NOTE}, a.me.contact_id)
    sent = say(world, browse("helene"), "/files", id=str(uuid.uuid4()), audience="direction",
               file=(io.BytesIO(samples.pdf()), "plan-secret.pdf"))  # fmt: skip
    assert sent.status_code == 303
    for who in ("helene", "solange"):
        page = browse(who).get(at(world)).text
        assert NOTE in page
        assert "plan-secret.pdf" in page
    for (w, t), page in before.items():
        now = others[w].get(world.url("solo", t)).text
        assert NOTE not in now
        assert bare(now) == page, (w, t)
    assert {w: bare(c.get("/").text) for w, c in others.items()} == homes
    for client in others.values():
        assert client.get(at(world, "/note")).status_code == 404
        assert say(world, client, "/note").status_code == 404
    place = world.missions["solo"]
    hidden = ("select count(*) from zone where audience = 'direction'", "select count(*) from strategic_note",
              "select count(*) from document where kind = 'note'",
              "select count(*) from event where name like 'context.note%%'", "select count(*) from file")  # fmt: skip
    for who in others:
        with app.app_context(), world.acting(who, place.company) as session:
            assert [session.connection().exec_driver_sql(q).scalar_one() for q in hidden] == [0] * len(hidden)
    assert [superuser.exec_driver_sql(q).scalar_one() for q in hidden] == [1] * len(hidden)


# -- lu et compris ---------------------------------------------------------------------------------------------------


def test_the_mentor_says_that_they_have_read_the_file_and_what_changes_after_is_shown(
    app: Any, world: Any, browse: Any
) -> None:
    told(app, world, "ines", tasks="Avant")
    helene = browse("helene")
    assert say(world, browse("ines"), "/understanding").status_code == 403
    assert say(world, helene, "/understanding").status_code == 303
    assert "Rien n’a changé depuis." in browse("ines").get(at(world)).text
    assert say(world, browse("solange"), "/company", revision="0", sector="Après").status_code == 303
    page = browse("ines").get(at(world)).text
    assert "a lu et compris le dossier" in page
    assert "La fiche de l’entreprise, mise à jour par Solange" in page


# -- the starting position -------------------------------------------------------------------------------------------


def placed(app: Any, world: Any, browse: Any, who: str, step: str, words: str) -> None:
    """That person's position on every objective, and what they say of it."""
    client = browse(who)
    assert say(world, client, "/position").status_code == 303
    with app.app_context(), As(world, who) as a:
        lines = [(x.id, x.document_id, x.revision) for x in positions.of_author(a.strand, a.me.contact_id)]
        for _id, document, _revision in lines:
            documents.rewrite(document, {"text": words}, a.me.contact_id)
    for line, _document, revision in lines:
        assert say(world, client, f"/position/{line}", step=step, revision=str(revision)).status_code == 303


def test_positions_are_said_alone_and_revealed_together(
    app: Any, world: Any, browse: Any, superuser: Any
) -> None:
    with app.app_context():
        shared(world)
    ines, marc, helene = browse("ines"), browse("marc"), browse("helene")
    tails = (PAGE, f"{PAGE}/position", "", "/objectives")
    others = {w: browse(w) for w in ("marc", "helene", "solange")}
    before = {(w, t): bare(c.get(world.url("solo", t)).text) for w, c in others.items() for t in tails}
    placed(app, world, browse, "ines", "1", "Je prépare, Marc anime.")
    for (w, t), page in before.items():
        now = re.sub(r' id="grid-[^"]*"', "", others[w].get(world.url("solo", t)).text)
        assert bare(now) == page, (w, t)
    assert say(world, ines, "/position/saying").status_code == 303
    assert "On attend votre position de départ" in marc.get(world.url("solo")).text
    for client in others.values():
        assert "Je prépare, Marc anime." not in client.get(at(world)).text
    placed(app, world, browse, "marc", "0", "Pas encore vue seule.")
    assert say(world, marc, "/position/saying").status_code == 303
    for client in (ines, marc, helene):
        page = client.get(at(world)).text
        assert "Je prépare, Marc anime." in page
        assert "Pas encore vue seule." in page
        assert "<svg viewBox" in page
    assert "Je prépare" not in browse("solange").get(at(world)).text
    assert (
        superuser.exec_driver_sql("select count(*) from document where kind = 'position'").scalar_one() == 0
    )
    assert say(world, ines, "/position/saying/withdrawal").status_code == 409
    with app.app_context(), As(world, "helene") as a:
        start = queries.baseline(a.strand)
        assert [sorted(s.said.values()) for s in start] == [
            [(0, "Pas encore vue seule."), (1, "Je prépare, Marc anime.")]
        ]


def test_bad_positions_are_refused(app: Any, world: Any, browse: Any) -> None:
    ines = browse("ines")
    assert say(world, ines, "/position").status_code == 409  # no objective yet
    with app.app_context():
        shared(world)
    assert say(world, ines, "/position").status_code == 303
    assert say(world, ines, "/position/saying").status_code == 409  # a line without its step
    with app.app_context(), As(world, "ines") as a:
        line = positions.of_author(a.strand, a.me.contact_id)[0].id
    for step in ("4", "-1", "x", "", "1 or 1"):
        assert say(world, ines, f"/position/{line}", step=step, revision="1").status_code == 422
    assert say(world, ines, f"/position/{line}", step="2", revision="7").status_code == 409
    assert say(world, browse("marc"), f"/position/{line}", step="2", revision="1").status_code == 404
    assert say(world, browse("helene"), "/position").status_code == 403


# -- what is attached --------------------------------------------------------------------------------------------------


def test_a_file_is_read_by_those_that_were_named_and_erased_by_who_sent_it(world: Any, browse: Any) -> None:
    ines = browse("ines")
    page = ines.get(at(world)).text
    assert "Inès Corbelin (vous), Hélène Tavernac, Marc Ostrevant" in page
    fields = {"id": str(uuid.uuid4()), "audience": "parties"}
    assert say(world, ines, "/files", **fields).status_code == 422  # nothing chosen
    bad = say(world, ines, "/files", **fields, file=(io.BytesIO(b"MZ\x00\x00"), "plan.pdf"))
    assert bad.status_code == 422
    forged = say(
        world, ines, "/files", **fields | {"audience": "direction"}, file=(io.BytesIO(samples.pdf()), "a.pdf")
    )
    assert forged.status_code == 422
    sent = say(world, ines, "/files", **fields, file=(io.BytesIO(samples.pdf()), "fiche.pdf"))
    assert sent.status_code == 303
    assert "fiche.pdf" in browse("marc").get(at(world)).text
    assert "fiche.pdf" not in browse("solange").get(at(world)).text
    door = f"/files/{fields['id']}/erasure"
    assert say(world, browse("marc"), door).status_code == 403
    assert say(world, browse("solange"), door).status_code == 404
    assert say(world, ines, door).status_code == 303
    assert "fiche.pdf" not in browse("marc").get(at(world)).text


@pytest.mark.parametrize(
    ("who", "door", "fields"),
    [
        ("solange", "/company", {"revision": "0", "sector": "x" * 2001}),
        ("solange", "/company", {"revision": "x", "sector": "gardé"}),
        ("helene", "/mentor", {"revision": "0", "career": "x" * 2001}),
    ],
)
def test_what_is_too_long_is_kept_and_said(world: Any, browse: Any, who: str, door: str, fields: Any) -> None:
    said = say(world, browse(who), door, **fields)
    assert said.status_code == 422
    assert next(v for k, v in fields.items() if k != "revision") in said.text


def test_control_characters_are_dropped(world: Any, browse: Any) -> None:
    assert say(world, browse("solange"), "/company", revision="0", sector="a\x00b\x07c").status_code == 303
    assert "abc" in browse("ines").get(at(world)).text

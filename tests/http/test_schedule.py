"""The calendar over HTTP: what each screen does, for whom, and what comes back when it is refused."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from tests.http.forms import follow, post
from webapp.live.doors import page_of

PAGE = "/schedule"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
DAY = (datetime.now(UTC) + timedelta(days=20)).strftime("%d/%m/%Y")
LATER = (datetime.now(UTC) + timedelta(days=27)).strftime("%d/%m/%Y")
NOWHERE = "Nulle part"


def plain(text: str) -> str:
    """Without the spaces that no line breaks at."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def value(page: Any, name: str, form: str = "") -> str:
    """What a hidden field of a page carries, in the form with that id if one is named."""
    text = page.text
    if form:
        text = text[text.index(f'id="{form}"') :]
    return re.search(rf'name="{name}" value="([^"]*)"', text).group(1)  # type: ignore[union-attr]


def planned(world: Any, client: Any, **fields: str) -> str:
    """A session made through the page; its address."""
    page = client.get(world.url("solo", f"{PAGE}/new"))
    given = {
        "type": "pair",
        "on": "",
        "hour": "",
        "length": "",
        "week": "",
        "way": "place",
        "place": "",
    } | fields
    answer = post(
        client, page, world.url("solo", f"{PAGE}/sessions"), session_id=value(page, "session_id"),
        strand=value(page, "strand"), timezone="Europe/Paris", **given,
    )  # fmt: skip
    assert answer.status_code == 303, plain(answer.text)
    return str(answer.location)


def proposed(client: Any, address: str, *days: str) -> str:
    """Slots of that session, made through its page; the address of the answers."""
    page = client.get(address)
    fields = {f"on_{n}": d for n, d in enumerate(days, 1)} | {
        f"hour_{n}": "10 h" for n in range(1, len(days) + 1)
    }
    answer = post(
        client, page, f"{address}/slots", poll_id=value(page, "poll_id"), timezone="Europe/Paris", **fields
    )
    assert answer.status_code == 303, plain(answer.text)
    return re.search(r'action="([^"]+/answers)"', client.get(address).text).group(1)  # type: ignore[union-attr]


def slots(page: Any) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="(slot-[0-9a-f-]+)"', page.text)))


def test_a_session_is_planned_and_everybody_knows_its_date(world: Any, browse: Any) -> None:
    made = planned(
        world, browse("helene"), type="review", on=DAY, hour="11 h", length="1 h 30", place="site Nord"
    )
    for who in ("ines", "marc", "solange", "yann"):
        page = browse(who).get(made)
        assert page.status_code == 200
        assert "11 h – 12 h 30" in plain(page.text)
        assert "site Nord" in page.text
        assert "Point d’étape à trois" in plain(browse(who).get(world.url("solo", PAGE)).text)


def test_the_firm_sees_the_date_and_the_hours_alone(world: Any, browse: Any) -> None:
    made = planned(world, browse("helene"), on=DAY, hour="9 h 30", length="2 h", place="salle Quai 4")
    odile = browse("odile")
    page = odile.get(world.url("solo", PAGE))
    assert "9 h 30" in plain(page.text)
    assert "salle Quai 4" not in page.text
    assert made not in page.text
    assert odile.get(made).status_code == 404
    assert "Prévoir un rendez-vous" not in page.text
    assert "/schedule" in odile.get(world.url("solo")).text  # a door of the rail


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"on": "31/02/2027", "hour": "9 h"}, "n’est pas une date"),
        ({"on": "01/01/0001", "hour": "9 h"}, "entre 2000 et 2099"),
        ({"on": DAY, "hour": "25 h"}, "n’est pas une heure"),
        ({"on": DAY, "hour": ""}, "Écrivez l’heure"),
        ({"on": "", "hour": "9 h"}, "Écrivez le jour"),
        ({"on": DAY, "hour": "9 h", "length": "longtemps"}, "n’est pas une durée"),
        ({"on": DAY, "hour": "9 h", "length": "13 h"}, "12 heures"),
        ({"on": DAY, "hour": "9 h", "place": "x" * 201}, "200 caractères au plus"),
        ({"on": "28/03/2027", "hour": "2 h 30"}, "La première heure qui existe ensuite est 3 h"),
        ({"timezone": "Mars/Olympus", "on": DAY, "hour": "9 h"}, "Choisissez un lieu de la liste"),
        ({"type": "collective"}, "Choisissez un rendez-vous de la liste"),
        ({"type": "x"}, "Choisissez un rendez-vous de la liste"),
        ({"way": "teleport"}, ""),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_stays_typed(
    world: Any, browse: Any, fields: dict[str, str], said: str
) -> None:
    client = browse("helene")
    page = client.get(world.url("solo", f"{PAGE}/new"))
    given = {
        "session_id": value(page, "session_id"), "strand": value(page, "strand"), "type": "pair", "on": "", "hour": "",
        "length": "", "week": "", "way": "place", "place": "", "timezone": "Europe/Paris",
    } | fields  # fmt: skip
    answer = post(client, page, world.url("solo", f"{PAGE}/sessions"), **given)
    assert answer.status_code == 422
    assert said in plain(answer.text)
    for name in ("on", "hour", "length", "place"):
        if given[name]:
            assert f'value="{given[name]}"' in plain(answer.text)
    assert "Rendez-vous 1" not in plain(client.get(world.url("solo", PAGE)).text)


def test_control_characters_and_markup_are_only_text(world: Any, browse: Any) -> None:
    made = planned(world, browse("helene"), place="<b>Quai\u0000\u0007</b>\r\n4")
    page = browse("ines").get(made).text
    assert "&lt;b&gt;Quai&lt;/b&gt; 4" in page
    assert "<b>Quai" not in page


def test_three_answer_and_the_first_that_suits_all_is_fixed_in_one_click(world: Any, browse: Any) -> None:
    helene = browse("helene")
    made = planned(world, helene, type="review", length="1 h")
    answers = proposed(helene, made, DAY, LATER)
    for who, said in (("ines", ("maybe", "yes")), ("marc", ("no", "yes"))):
        client = browse(who)
        page = client.get(made)
        assert "On attend votre réponse" in plain(page.text)
        chosen = dict(zip(slots(page), said, strict=True))
        assert post(client, page, answers, timezone="Europe/Paris", **chosen).status_code == 303
        assert "Changer ma réponse" in client.get(made).text
    page = helene.get(made)
    assert "Retenir" in page.text
    fixed = post(helene, page, answers.replace("/answers", "/choice"), slot=value(page, "slot"))
    assert fixed.status_code == 303
    shown = plain(browse("solange").get(made).text)
    assert "Date retenue" in shown
    late = post(browse("marc"), browse("marc").get(made), answers, timezone="Europe/Paris")
    assert late.status_code in (400, 409)  # nothing is asked any more


def test_a_stranger_to_the_session_cannot_answer_it(world: Any, browse: Any) -> None:
    helene, marc = browse("helene"), browse("marc")
    made = planned(world, helene)
    answers = proposed(helene, made, DAY)
    page = marc.get(made)
    assert "Je peux" not in page.text
    refused = marc.post(
        answers, data={"csrf_token": re.search(r'X-CSRF-Token":"([^"]+)', page.text).group(1)}
    )  # type: ignore[union-attr]
    assert refused.status_code == 409
    assert browse("yann").get(f"{made}/date").status_code == 200
    assert "Je peux" not in browse("yann").get(made).text


def test_somebody_elses_slot_and_nonsense_change_nothing(world: Any, browse: Any) -> None:
    helene, ines = browse("helene"), browse("ines")
    made = planned(world, helene)
    answers = proposed(helene, made, DAY)
    page = ines.get(made)
    (slot,) = slots(page)
    said = post(
        ines, page, answers, timezone="Europe/Paris", **{slot: "certainly", f"slot-{uuid.uuid4()}": "yes", "slot-x": "yes"}
    )  # fmt: skip
    assert said.status_code == 303
    assert "On attend votre réponse" in plain(ines.get(made).text)


def test_none_suits_and_ones_own_is_proposed(world: Any, browse: Any) -> None:
    helene, ines = browse("helene"), browse("ines")
    made = planned(world, helene)
    answers = proposed(helene, made, DAY)
    page = ines.get(made)
    (slot,) = slots(page)
    fields = {slot: "no", "own_on": LATER, "timezone": "Europe/Paris"}
    wrong = post(ines, page, answers, **fields, own_hour="quinze")
    assert wrong.status_code == 422
    assert 'value="quinze"' in wrong.text
    assert post(ines, page, answers, **fields, own_hour="15 h").status_code == 303
    assert len(slots(helene.get(made))) == 2


def test_moving_with_an_older_page_shows_both_dates(world: Any, browse: Any) -> None:
    helene, marc = browse("helene"), browse("marc")
    made = planned(world, helene, on=DAY, hour="9 h", length="2 h")
    old = marc.get(made)
    fields = {"length": "2 h", "way": "place", "place": "", "reason": "", "timezone": "Europe/Paris"}
    page = helene.get(made)
    moved = post(
        helene, page, f"{made}/date", revision=value(page, "revision"), on=LATER, hour="14 h", **fields
    )
    assert moved.status_code == 303
    clash = post(marc, old, f"{made}/date", revision=value(old, "revision"), on=LATER, hour="16 h", **fields)
    assert clash.status_code == 409
    assert "14 h" in plain(clash.text)
    assert "16 h" in plain(clash.text)
    kept = re.search(
        r'name="revision" value="(\d+)"', clash.text[clash.text.index("session-conflict") :]
    ).group(1)  # type: ignore[union-attr]
    assert (
        post(marc, clash, f"{made}/date", revision=kept, on=LATER, hour="16 h", **fields).status_code == 303
    )
    assert "16 h – 18 h" in plain(helene.get(made).text)


def test_cancelled_it_stays_crossed_out_and_nothing_moves_any_more(world: Any, browse: Any) -> None:
    ines = browse("ines")
    made = planned(world, ines, on=DAY, hour="9 h", length="2 h")
    page = ines.get(made)
    too_long = post(ines, page, f"{made}/cancellation", reason="x" * 501)
    assert too_long.status_code == 422
    assert post(ines, page, f"{made}/cancellation", reason="Un imprévu").status_code == 303
    shown = ines.get(made)
    assert "Annulé" in shown.text
    assert "Changer la date" not in shown.text
    assert "Un imprévu" in browse("marc").get(made).text
    assert "Un imprévu" not in browse("yann").get(made).text
    again = post(ines, shown, f"{made}/date", revision="2", on=LATER, hour="9 h", length="1 h", way="place")
    assert again.status_code == 409


def test_a_mission_is_laid_out_once_as_it_was_shown_and_taken_back(world: Any, browse: Any) -> None:
    helene = browse("helene")
    page = helene.get(world.url("solo", f"{PAGE}/layouts?layout=to_direction"))
    assert "24 h en tout" in plain(page.text)
    sent = {name: value(page, name) for name in ("layout_id", "layout", "steps")}
    stale = post(helene, page, world.url("solo", f"{PAGE}/layouts"), **sent | {"steps": "0" * 64})
    assert stale.status_code == 409
    assert "a changé entre-temps" in plain(stale.text)
    for _ in range(2):
        assert post(helene, page, world.url("solo", f"{PAGE}/layouts"), **sent).status_code == 303
    listed = helene.get(world.url("solo", PAGE))
    assert "24 h au calendrier, sur 24 h convenues" in plain(listed.text)
    assert plain(listed.text).count("Point d’étape à trois") == 3
    again = helene.get(world.url("solo", f"{PAGE}/layouts"))
    assert "rien à répartir" in plain(again.text)
    undone = post(
        helene, listed, world.url("solo", f"{PAGE}/layouts/withdrawal"), layout_id=sent["layout_id"]
    )
    assert undone.status_code == 303
    assert "Aucune date pour l’instant" in plain(helene.get(world.url("solo", PAGE)).text)
    assert browse("ines").get(world.url("solo", f"{PAGE}/layouts")).status_code == 403


def test_what_the_mentor_brings_stays_with_who_reads_the_agenda(world: Any, browse: Any) -> None:
    ines, helene, marc = browse("ines"), browse("helene"), browse("marc")
    made = planned(world, ines)
    page = helene.get(made)
    sent = {"contribution_id": value(page, "contribution_id"), "text": "J’ai vécu cela à Roanne. <b>"}
    assert post(ines, ines.get(made), f"{made}/contributions", **sent).status_code == 403
    for _ in range(2):
        assert post(helene, page, f"{made}/contributions", **sent).status_code == 303
    for who in (ines, marc):
        assert who.get(made).text.count("J’ai vécu cela à Roanne. &lt;b&gt;") == 1
    for who in ("solange", "yann"):
        assert "Roanne" not in browse(who).get(made).text
        assert "Roanne" not in browse(who).get(f"{made}/contributions").text
    for bad in ("", "\u0000", "x" * 5001):
        again = post(helene, page, f"{made}/contributions", contribution_id=str(uuid.uuid4()), text=bad)
        assert again.status_code == 422
    gone = f"{made}/contributions/{sent['contribution_id']}/withdrawal"
    other = planned(world, ines)
    assert post(helene, page, gone.replace(made, other)).status_code == 404
    assert post(ines, ines.get(made), gone).status_code == 403
    assert post(helene, page, gone).status_code == 303
    assert "Roanne" not in marc.get(made).text


def test_a_document_brought_to_a_session_is_read_with_it(world: Any, browse: Any) -> None:
    import io

    from tests import samples
    from tests.http.forms import token

    helene, marc = browse("helene"), browse("marc")
    made = planned(world, browse("ines"))
    page = helene.get(made)
    sent = {
        "csrf_token": token(page),
        "contribution_id": value(page, "contribution_id"),
        "text": "Mon modèle",
    }
    bad = helene.post(f"{made}/contributions", data=sent | {"file": (io.BytesIO(b"MZ\x00\x00"), "a.pdf")})
    assert bad.status_code == 422
    assert "Mon modèle" in bad.text
    good = helene.post(f"{made}/contributions", data=sent | {"file": (io.BytesIO(samples.pdf()), "a.pdf")})
    assert good.status_code == 303
    link = re.search(r'href="([^"]+/files/[^"]+)"', marc.get(made).text)
    assert link
    assert marc.get(link[1]).status_code == 200
    assert browse("solange").get(link[1]).status_code == 404


def test_the_cancel_form_says_what_it_costs(world: Any, browse: Any, superuser: sa.Connection) -> None:
    from tests.db.test_hours import sign

    soon = datetime.now(ZoneInfo("Europe/Paris")) + timedelta(hours=6)
    sign(superuser, world, days=1)
    made = planned(
        world, browse("helene"), on=soon.strftime("%d/%m/%Y"), hour=soon.strftime("%H h %M"), length="2 h"
    )
    far = planned(world, browse("helene"), on=DAY, hour="9 h", length="2 h")
    assert "il compte pour 2 h, comme le prévoit l’accord" in plain(browse("ines").get(made).text)
    assert "Annulé par vous, même tard, il ne décompte aucune heure" in plain(browse("helene").get(made).text)
    assert "Annulé maintenant, il ne décompte aucune heure" in plain(browse("ines").get(far).text)
    ines = browse("ines")
    assert post(ines, ines.get(made), f"{made}/cancellation", reason="").status_code == 303
    for who in ("ines", "helene", "marc"):
        assert "annulé tardivement, 2 h décomptées" in plain(browse(who).get(made).text)


def test_the_agenda_is_of_the_parties(world: Any, browse: Any) -> None:
    ines, marc = browse("ines"), browse("marc")
    made = planned(world, ines)
    page = ines.get(made)
    sent = {"item_id": value(page, "item_id"), "text": "Le planning de nuit"}
    for _ in range(2):
        assert post(ines, page, f"{made}/agenda", **sent).status_code == 303
    assert plain(marc.get(made).text).count("<p>Le planning de nuit</p>") == 1
    assert "Le planning de nuit" not in browse("solange").get(made).text
    assert "Le planning de nuit" not in browse("yann").get(f"{made}/agenda").text
    empty = post(ines, page, f"{made}/agenda", item_id=str(uuid.uuid4()), text=" ")
    assert empty.status_code == 422
    long = post(ines, page, f"{made}/agenda", item_id=str(uuid.uuid4()), text="x" * 301)
    assert long.status_code == 422
    assert "x" * 301 in long.text
    refused = post(marc, marc.get(made), f"{made}/agenda/points", item=sent["item_id"], act="remove")
    assert refused.status_code == 409
    for act in ("up", "down", "done", "undone", "remove"):
        assert post(ines, page, f"{made}/agenda/points", item=sent["item_id"], act=act).status_code == 303
    assert "Le planning de nuit" not in ines.get(made).text
    for item in ("", "x", str(uuid.uuid4())):
        assert post(ines, page, f"{made}/agenda/points", item=item, act="done").status_code in (409, 422)


def test_a_point_becomes_an_action_of_the_roadmap(app: Any, world: Any, browse: Any) -> None:
    from tenants.mission.roadmap import axes, queries, strategies
    from tests.db.test_objectives import As

    with app.app_context():
        with As(world, "ines") as a:
            axis = axes.propose(a.frame, a.strand, by=a.me, wording="Déléguer")
        with As(world, "ines") as a:
            strategy = strategies.add(queries.axis(axis), a.frame, by=a.me, wording="Confier les quais")
        with As(world, "ines") as a:
            axes.share(queries.axis(axis), a.frame, by=a.me)
    ines = browse("ines")
    made = planned(world, ines)
    page = ines.get(made)
    point = value(page, "item_id")
    post(ines, page, f"{made}/agenda", item_id=point, text="Confier le quai 4")
    page = ines.get(made)
    assert "Confier les quais" in page.text
    for _ in range(2):
        sent = post(
            ines,
            page,
            f"{made}/agenda/action",
            item=point,
            strategy=str(strategy),
            action_id=str(uuid.uuid4()),
        )
        assert sent.status_code == 303
    assert plain(browse("marc").get(world.url("solo", "/roadmap")).text).count("Confier le quai 4") >= 1
    assert "Dans la feuille de route" in ines.get(made).text
    stranger = post(ines, page, f"{made}/agenda/action", item=point, strategy=str(uuid.uuid4()))
    assert stranger.status_code == 409


def test_a_summary_is_shared_by_the_mentee_whose_readers_stand_above_the_button(
    world: Any, browse: Any
) -> None:
    helene, ines, marc = (browse(w) for w in ("helene", "ines", "marc"))
    made = planned(world, helene, on=DAY, hour="9 h", length="1 h")
    assert post(helene, helene.get(made), f"{made}/summary").status_code == 303
    assert "pourrait techniquement le lire" in plain(helene.get(made).text)
    assert "Partager aux trois parties" not in helene.get(made).text
    page = ines.get(made)
    assert "Marc Ostrevant" in page.text[page.text.index("share-summary") :]
    assert "session-summary" in marc.get(made).text
    assert "techniquement" not in marc.get(made).text
    assert marc.get(f"{made}/summary", headers=HTMX).status_code == 200
    empty = post(ines, page, f"{made}/summary/sharing")
    assert empty.status_code == 409
    assert "Le compte rendu est vide" in plain(empty.text)
    assert marc.post(f"{made}/summary/sharing").status_code in (400, 404)
    token = re.search(r'X-CSRF-Token":"([^"]+)', marc.get(made).text).group(1)  # type: ignore[union-attr]
    assert marc.post(f"{made}/summary/sharing", data={"csrf_token": token}).status_code == 404


def test_a_review_is_prefilled_with_dated_facts_and_approved_by_the_three(
    app: Any, world: Any, browse: Any
) -> None:
    from tests.db.test_objectives import shared

    with app.app_context():
        shared(world, words="Tenir seule la réunion du lundi.")
    helene = browse("helene")
    made = planned(world, helene, type="review", on=DAY, hour="9 h", length="1 h")
    assert post(helene, helene.get(made), f"{made}/review").status_code == 303
    page = helene.get(made)
    assert "Objectif 1 : Tenir seule la réunion du lundi." in plain(page.text)
    wrong = post(helene, page, f"{made}/review/approval", texts="0" * 64)
    assert wrong.status_code == 409
    for who in ("helene", "ines", "marc"):
        client = browse(who)
        shown = client.get(made)
        assert post(client, shown, f"{made}/review/approval", texts=value(shown, "texts")).status_code == 303
    assert "Approuvé aujourd’hui" in plain(browse("marc").get(made).text)
    assert "Tenir seule" not in browse("solange").get(made).text


def test_the_next_dates_stand_on_the_home_page(world: Any, browse: Any) -> None:
    planned(world, browse("helene"), type="review", on=DAY, hour="11 h", length="1 h")
    home = plain(browse("marc").get("/").text)
    assert "Vos prochaines dates" in home
    assert "Point d’étape" in home
    assert "Vos prochaines dates" not in browse("solange").get("/").text


def test_a_wait_for_a_date_leads_to_its_line(world: Any, browse: Any) -> None:
    helene = browse("helene")
    made = planned(world, helene)
    proposed(helene, made, DAY)
    session = made.rpartition("/")[2]
    home = browse("ines").get("/").text
    assert "Choisir une date pour un rendez-vous" in plain(home)
    assert f"#session-{session}" in home


def test_the_pages_name_a_socket_that_opens(world: Any, browse: Any) -> None:
    ines = browse("ines")
    made = planned(world, ines)
    for address in (world.url("solo", PAGE), made):
        key = re.search(r'data-live="[^"]*page=([^"&]*)"', follow(ines, address).text).group(1)  # type: ignore[union-attr]
        assert page_of(key).mission_id == world.missions["solo"].id


@contextmanager
def counted(app: Any) -> Iterator[list[str]]:
    """The statements that the application sends meanwhile."""
    from tenants.db import db

    sent: list[str] = []
    with app.app_context():
        engine = db.engines[None]

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_thirty_sessions_cost_no_more_statements_than_three(
    app: Any, world: Any, browse: Any, superuser: sa.Connection
) -> None:
    helene, ines = browse("helene"), browse("ines")
    made = [planned(world, helene) for _ in range(3)]
    for address in made:
        proposed(helene, address, DAY, LATER)
    costs = []
    for more in (0, 27):
        for n in range(more):
            address = planned(world, helene, on=DAY if n % 2 else "", hour="9 h" if n % 2 else "")
            if n % 3 == 0:
                proposed(helene, address, DAY, LATER)
            made.append(address)
        for address in (world.url("solo", PAGE), made[0]):
            ines.get(address)
            with counted(app) as sent:
                assert ines.get(address).status_code == 200
            costs.append(len(sent))
    few, few_of_one, many, many_of_one = costs
    assert many == few <= 12
    assert many_of_one <= few_of_one <= 20

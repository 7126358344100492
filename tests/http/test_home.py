"""Home, the mission's page and the rail: what awaits a person, and nothing that they may not know."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tenants import models

T = models.metadata.tables
SINCE = datetime.now(UTC) - timedelta(days=3)


@pytest.fixture
def awaiting(superuser, world):
    """``awaiting("solo", 1, "marc", by="ines")``: an objective shared in a strand, somebody's initials awaited on it."""

    def made(mission, strand, *who, by, audience="parties", agreed=False, kind="objective.assent"):
        m = world.missions[mission]
        ids = {"company_id": m.company_id}
        author = world.people[by].contacts[m.company]
        strand_id = m.strands[strand - 1] if strand else None
        zone, objective = uuid.uuid4(), uuid.uuid4()

        def row(table, **values):
            superuser.execute(T[table].insert().values(**ids, **values))

        row(
            "zone", id=zone, mission_id=m.id, strand_id=strand_id, kind="objectives", audience=audience,
            author_id=author, rule_id=m.rule_id,
        )  # fmt: skip
        shared = audience != "author"
        row(
            "objective", id=objective, zone_id=zone, mission_id=m.id, strand_id=strand_id, author_id=author,
            document_id=uuid.uuid4(), position=1 if shared else None, shared_at=SINCE if shared else None,
            agreed_id=uuid.uuid4() if agreed else None, touched={},
        )  # fmt: skip
        for one in who:
            row(
                "awaited", id=uuid.uuid4(), zone_id=zone, mission_id=m.id, strand_id=strand_id, kind=kind,
                contact_id=world.people[one].contacts[m.company], subject_id=objective, since=SINCE,
            )  # fmt: skip
        return objective

    return made


def _text(response):
    return " ".join(response.get_data(as_text=True).replace("\xa0", " ").replace("\u202f", " ").split())


def test_home_shows_what_awaits_the_person_by_number_and_without_content(browse, awaiting):
    objective = awaiting("solo", 1, "marc", by="ines")
    page = _text(browse("marc").get("/"))
    assert "Une chose attend votre réponse." in page
    assert "Relire et parapher l’objectif 1" in page
    assert "Mission d’Inès Corbelin · Ombrelune Logistique" in page
    assert "attendu depuis 3 jours" in page
    assert "On vous attend" in page
    assert str(objective) in page or "missions/" in page


def test_a_visitor_is_sent_to_sign_in(browse):
    answer = browse(None).get("/")
    assert answer.status_code == 303
    assert answer.location == "/sign-in"


def test_an_unknown_token_is_a_visitor(browse):
    client = browse(None)
    client.set_cookie("sid", "nobody-holds-this")
    assert client.get("/").location == "/sign-in"


def test_whoever_has_not_read_the_notice_reads_it_first(browse, superuser, world):
    person = T["person"]
    superuser.execute(
        person.update().where(person.c.id == world.people["ines"].id).values(notice_version=None)
    )
    answer = browse("ines").get("/")
    assert answer.status_code in (302, 303)
    assert answer.location.startswith("/notice")


def test_nothing_awaited_says_so(browse):
    page = _text(browse("ines").get("/"))
    assert "Rien n’attend votre réponse." in page
    assert "Rien ne vous attend pour l’instant." in page


def test_whom_the_person_waits_for_stands_beside_with_a_way_to_have_them_reminded(browse, awaiting):
    awaiting("solo", 1, "marc", by="ines")
    page = _text(browse("ines").get("/"))
    assert "Ce que vous attendez des autres" in page
    assert "Marc Ostrevant" in page
    assert "Le lui rappeler" in page
    assert "On attend Marc" in page


@pytest.mark.parametrize("who", ["solange", "yann", "odile", "olga"])
def test_those_who_read_no_objective_know_who_is_awaited_and_no_more(browse, awaiting, world, who):
    objective = awaiting("solo", 1, "marc", by="ines")
    page = browse(who).get(world.url("solo"))
    assert page.status_code == 200
    assert "On attend les initiales de Marc sur un objectif" in _text(page)
    assert str(objective) not in page.get_data(as_text=True)
    assert "Le lui rappeler" not in _text(page)


def test_a_draft_leaves_no_trace_anywhere(browse, awaiting, world):
    awaiting("solo", 1, by="marc", audience="author")
    for who in ("ines", "helene", "solange", "yann", "odile"):
        assert "Aucun objectif pour l’instant" in _text(browse(who).get(world.url("solo")))


def test_a_mentee_of_a_group_knows_nothing_of_another_strand(browse, awaiting, world):
    awaiting("group", 2, "marc", by="lina")
    other = _text(browse("theo").get(world.url("group")))
    assert "On attend" not in other
    assert "Aucun objectif pour l’instant" in other
    assert "On attend les initiales de Marc" in _text(browse("lina").get(world.url("group")))
    assert "On attend les initiales de Marc" in _text(browse("bruno").get(world.url("group")))


def test_another_company_another_firm_and_who_has_left_find_no_such_mission(browse, world):
    for who in ("rival", "rivalmentor", "paula", "theo", "former"):
        assert browse(who).get(world.url("solo")).status_code in (403, 404)


def test_the_page_says_who_takes_part_and_who_does_not(browse, world):
    page = _text(browse("paula").get(world.url("alone")))
    assert "Cette mission n’a pas de manager direct." in page
    assert "Hélène Tavernac" in page


def test_a_reminder_goes_out_once_a_day_in_the_services_name(browse, awaiting, superuser, world):
    awaiting("solo", 1, "marc", by="ines")
    client = browse("ines")
    wait = superuser.scalar(sa.select(T["awaited"].c.id))
    address = world.url("solo", f"/reminders/{wait}")
    token = _token(client)
    first = client.post(address, data={"csrf_token": token})
    assert first.status_code == 303
    assert "Un rappel est parti aujourd’hui." in _text(client.get("/"))
    assert client.post(address, data={"csrf_token": token}).status_code == 429
    jobs = superuser.execute(sa.text("select task_name, args from procrastinate_jobs")).all()
    assert [j.task_name for j in jobs] == ["awaits"]
    assert "marc" not in json.dumps(jobs[0].args).casefold()


def test_only_the_parties_may_have_somebody_reminded(browse, awaiting, superuser, world):
    awaiting("solo", 1, "marc", by="ines")
    wait = superuser.scalar(sa.select(T["awaited"].c.id))
    for who, status in (("solange", 404), ("odile", 404), ("theo", 404), ("rival", 404)):
        client = browse(who)
        answer = client.post(world.url("solo", f"/reminders/{wait}"), data={"csrf_token": _token(client)})
        assert answer.status_code in (status, 403)
    own = browse("marc")
    answer = own.post(world.url("solo", f"/reminders/{wait}"), data={"csrf_token": _token(own)})
    assert answer.status_code == 409


def test_the_table_of_acts_is_shown_in_words_to_anybody(browse):
    page = _text(browse(None).get("/policy"))
    assert "Poser ses initiales sur un objectif" in page
    assert "qui le lit" in page


def test_the_firm_sees_the_missions_that_it_runs(browse, awaiting):
    awaiting("group", 2, "marc", by="lina")
    page = _text(browse("odile").get("/"))
    assert "Les missions du cabinet" in page
    assert "Trois chefs d’équipe" in page
    assert "On attend Marc" in page
    assert "Chez un autre cabinet" not in page


def test_an_ended_role_shows_no_mission_and_no_wait(browse, awaiting):
    awaiting("solo", 1, "former", by="ines")
    page = _text(browse("former").get("/"))
    assert "Inès" not in page
    assert "parapher" not in page


def _token(client):
    page = client.get("/").get_data(as_text=True)
    return page.split('X-CSRF-Token":"')[1].split('"')[0]


def test_dates_and_hours_are_read_by_all(browse, world):
    page = _text(browse("odile").get(world.url("solo")))
    assert "24 h" in page
    assert date(2027, 3, 31).strftime("%Y") in page


def test_the_rail_read_again_is_the_pages_own(browse, awaiting, world):
    awaiting("solo", 1, "marc", by="ines")
    client = browse("marc")
    page = client.get(world.url("solo", "/objectives")).get_data(as_text=True)
    there = page[page.index('<nav class="rail"') : page.index("</nav>", page.index('<nav class="rail"'))]
    address = there.split('data-src="')[1].split('"')[0].replace("&amp;", "&")
    again = client.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert again.split()[:-1] == there.split()
    assert "On vous attend depuis 3" in _text(client.get(address))


def test_a_forged_strand_or_room_of_the_rail_changes_nothing(browse, world):
    for query in ("room=nothing&strand=1", f"room=objectives&strand={uuid.uuid4()}", ""):
        assert browse("theo").get(world.url("group", f"/rail?{query}")).status_code == 200


def test_an_invitation_not_accepted_yet_stands_first(browse, superuser, world):
    m = world.missions["alone"]
    ids = {
        "company_id": m.company_id,
        "mission_id": m.id,
        "contact_id": world.people["marc"].contacts["brisemer"],
    }
    superuser.execute(
        T["participation"].insert().values(
            **ids, id=uuid.uuid4(), role="manager", strand_id=m.strands[0], first_team=True, announced_at=SINCE
        )
    )  # fmt: skip
    invitation = uuid.uuid4()
    superuser.execute(
        T["invitation"].insert().values(
            **ids, id=invitation, invited_by=world.people["odile"].contacts["brisemer"], created_at=SINCE,
            expires_at=datetime.now(UTC) + timedelta(days=10),
        )
    )  # fmt: skip
    page = browse("marc").get("/")
    assert "Odile Brassenoy vous invite dans une mission, comme manager direct" in _text(page)
    assert f"/invitations/mine/{invitation}" in page.get_data(as_text=True)
    assert "vous invite" not in _text(browse("ines").get("/"))


@pytest.fixture
def happened(superuser, world):
    """``happened("solo", "helene", "objective.assented")``: an act on a thing of its own, in a zone of that audience."""

    def made(mission, by, name, audience="parties", at=timedelta(hours=1)):
        m, zone = world.missions[mission], uuid.uuid4()
        ids, author = {"company_id": m.company_id}, world.people[by].contacts[m.company]
        superuser.execute(
            T["zone"].insert().values(
                **ids, id=zone, mission_id=m.id, strand_id=m.strands[0], kind="objectives", audience=audience,
                author_id=author, rule_id=m.rule_id,
            )
        )  # fmt: skip
        superuser.execute(
            T["event"].insert().values(
                **ids, id=uuid.uuid4(), zone_id=zone, name=name, subject_id=uuid.uuid4(), by_id=author,
                at=datetime.now(UTC) - at, data={},
            )
        )  # fmt: skip

    return made


def test_what_others_did_is_counted_by_mission_of_what_one_reads_alone(browse, happened):
    for by in ("marc", "ines"):
        happened("solo", by, "objective.assented")
    happened("solo", "ines", "summary.shared")
    happened("alone", "paula", "axis.shared")
    happened("solo", "ines", "axis.shared", audience="author")  # her own draft
    happened("solo", "ines", "objective.shared", at=timedelta(days=20))  # before one was last here
    happened("rival", "rivalmentee", "axis.shared")
    seen = _text(browse("helene").get("/"))
    assert "Ce qui a bougé" in seen
    assert "2 objectifs ont été paraphés." in seen and "Inès a partagé un compte rendu." in seen
    assert "Paula a partagé un axe." in seen and "a partagé un objectif" not in seen
    assert seen.count("a partagé un axe") == 1
    theirs = _text(browse("ines").get("/"))
    assert "Marc a paraphé un objectif." in theirs and "compte rendu" not in theirs
    for who in ("solange", "odile", "theo"):
        assert "Ce qui a bougé" not in _text(browse(who).get("/"))


def test_what_was_seen_at_the_last_visit_moves_no_more(browse, happened, superuser, world):
    happened("solo", "ines", "objective.shared", at=timedelta(hours=3))
    assert "Ce qui a bougé" in _text(browse("marc").get("/"))
    superuser.execute(
        T["person"].update().where(T["person"].c.id == world.people["marc"].id)
        .values(visited_at=datetime.now(UTC) - timedelta(hours=2))
    )  # fmt: skip
    assert "Ce qui a bougé" not in _text(browse("marc").get("/"))

"""What the functions across tell, to whom: shared things only, of the strands that concern each, never a text."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tenants import models
from tenants.db import db
from tenants.mission import across
from tenants.mission.stages import Count

T = models.metadata.tables
SINCE = datetime.now(UTC) - timedelta(days=3)
SECRET_WORDS = "Personne ne doit lire ceci"


@pytest.fixture
def rows(superuser, world):
    """``rows(mission, strand, by, audience, who…)``: an objective with its zone, and those awaited in it; its id."""

    def made(
        mission,
        strand,
        by,
        audience,
        *who,
        kind="objectives",
        wait="objective.assent",
        agreed=False,
        closed=False,
    ):
        m = world.missions[mission]
        ids = {"company_id": m.company_id}
        strand_id = m.strands[strand - 1] if strand else None
        zone, subject = uuid.uuid4(), uuid.uuid4()
        author = world.people[by].contacts[m.company]
        shared = audience != "author"

        def row(table, **values):
            superuser.execute(T[table].insert().values(**ids, **values))

        row(
            "zone", id=zone, mission_id=m.id, strand_id=strand_id, kind=kind, audience=audience, author_id=author,
            rule_id=m.rule_id,
        )  # fmt: skip
        if kind == "objectives":
            row(
                "objective", id=subject, zone_id=zone, mission_id=m.id, strand_id=strand_id, author_id=author,
                document_id=uuid.uuid4(), position=1 if shared else None, shared_at=SINCE if shared else None,
                agreed_id=uuid.uuid4() if agreed else None, closed_at=SINCE if closed else None, touched={},
                stake=SECRET_WORDS,
            )  # fmt: skip
        for one in who:
            row(
                "awaited", id=uuid.uuid4(), zone_id=zone, mission_id=m.id, strand_id=strand_id, kind=wait,
                contact_id=world.people[one].contacts[m.company], subject_id=subject, since=SINCE,
            )  # fmt: skip
        return subject

    return made


@pytest.fixture
def told(in_app, world):
    """``told("ines", "solo")``: the mission's state as that person is told it."""

    def asked(who, mission):
        m = world.missions[mission]
        with world.acting(who, m.company, read_only=True):
            return across.mission_state(m.id)

    return asked


INSIDE = ("ines", "helene", "marc", "solange", "yann", "odile", "olga")


@pytest.mark.parametrize("who", INSIDE)
def test_whoever_may_see_the_mission_is_told_counts_and_waits_of_shared_things(rows, told, world, who):
    rows("solo", 1, "ines", "parties", "marc", agreed=True)
    state = told(who, "solo")
    strand = world.missions["solo"].strands[0]
    assert state.counts == {strand: Count(1, 1)}
    assert [w.contact_id for w in state.waits] == [world.people["marc"].contacts["ombrelune"]]
    assert state.waits[0].kind == "objective.assent"
    assert abs(state.waits[0].since - SINCE) < timedelta(seconds=1)


@pytest.mark.parametrize("audience", ["author", "pair"])
def test_a_draft_and_what_is_the_pairs_are_told_to_nobody(rows, told, audience):
    rows("solo", 1, "ines", audience, "marc")
    for who in INSIDE:
        state = told(who, "solo")
        assert state.counts == {}
        assert state.waits == ()


def test_what_is_closed_counts_no_more(rows, told):
    rows("solo", 1, "ines", "parties", closed=True)
    assert told("ines", "solo").counts == {}


def test_a_mentee_and_a_manager_of_a_group_are_told_of_their_own_strand_and_what_is_collective(
    rows, told, world
):
    strands = world.missions["group"].strands
    rows("group", None, "bruno", "everyone")
    rows("group", 1, "theo", "parties", "ines")
    rows("group", 2, "lina", "parties", "marc")
    assert set(told("theo", "group").counts) == {None, strands[0]}
    assert [w.strand_id for w in told("theo", "group").waits] == [strands[0]]
    assert set(told("marc", "group").counts) == {None, strands[1]}
    for who in ("bruno", "solange", "odile"):
        assert set(told(who, "group").counts) == {None, strands[0], strands[1]}
        assert len(told(who, "group").waits) == 2


def test_what_is_awaited_about_people_is_told_to_mentees_and_mentors_alone(rows, told):
    rows("solo", 1, "odile", "group", "ines", kind="team", wait="mentor.accept")
    for who in ("ines", "helene"):
        assert [w.kind for w in told(who, "solo").waits] == ["mentor.accept"]
    for who in ("marc", "solange", "yann", "odile"):
        assert told(who, "solo").waits == ()


@pytest.mark.parametrize(
    ("who", "company"), [("theo", "ombrelune"), ("former", "ombrelune"), ("paula", "brisemer")]
)
def test_whoever_has_no_part_in_a_mission_is_told_nothing(rows, in_app, world, who, company):
    rows("solo", 1, "ines", "parties", "marc")
    with world.acting(who, company):
        told = db.session.scalar(sa.text("select mission_state(:m)"), {"m": world.missions["solo"].id})
    assert told is None


def test_another_firm_is_told_nothing(rows, in_app, world):
    rows("solo", 1, "ines", "parties", "marc")
    with world.acting("rival", "autre"):
        assert across.mission_state(world.missions["solo"].id) == across.state(None)
        assert all(m.company == "Compagnie Autre" for m in across.missions())


def test_nobody_acting_is_told_nothing(rows, in_app, world):
    rows("solo", 1, "ines", "parties", "marc")
    assert across.waits() == []
    assert across.waits_on_others() == []
    assert across.missions() == []
    assert across.invitations() == []


def test_waits_come_from_all_companies_to_the_person_alone_with_a_number(rows, in_app, world):
    first = rows("solo", 1, "ines", "parties")
    rows("solo", 1, "marc", "author")
    rows("solo", 1, "ines", "parties", "helene")
    rows("alone", 1, "paula", "parties", "helene")
    with world.acting("helene"):
        found = across.waits()
    assert {w.company for w in found} == {"Ombrelune Logistique", "Brisemer Textile"}
    solo = next(w for w in found if w.company == "Ombrelune Logistique")
    assert solo.mentee == "Inès Corbelin"
    assert solo.subject_id != first
    assert solo.number in (1, 2)
    for who in ("ines", "marc", "paula", "odile"):
        with world.acting(who):
            assert across.waits() == []


def test_a_wait_ends_with_the_role(rows, in_app, world):
    rows("solo", 1, "ines", "parties", "former")
    with world.acting("former"):
        assert across.waits() == []
        assert across.missions() == []


def test_a_party_sees_whom_the_others_wait_for_too(rows, in_app, world):
    rows("solo", 1, "ines", "parties", "marc")
    for who, expected in (("ines", 1), ("helene", 1), ("marc", 0), ("solange", 0), ("odile", 0)):
        with world.acting(who):
            assert len(across.waits_on_others()) == expected, who


def test_no_function_across_returns_a_text(rows, in_app, world):
    rows("solo", 1, "ines", "parties", "marc")
    for who in INSIDE:
        with world.acting(who):
            answers = [
                db.session.execute(sa.text(f"select * from {name}()")).all()
                for name in (
                    "my_waits",
                    "waits_on_others",
                    "my_missions_everywhere",
                    "my_invitations_pending",
                )
            ]
        assert SECRET_WORDS not in json.dumps(answers, default=str, ensure_ascii=False)


def test_the_application_cannot_ask_the_state_of_a_mission_past_the_wall(in_app, world):
    with world.acting("rival", "autre"), pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        db.session.execute(sa.text("select state_of(gen_random_uuid(), gen_random_uuid())"))

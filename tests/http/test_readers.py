"""Who can read, as pages say it: names, the reader as « vous », the rule, and those about to read."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import g

from tenants import models, walls
from tenants.db import db
from tenants.mission import queries
from tenants.zones import Audience, Kind
from webapp.mission import names
from webapp.mission.readers import readers_view, staff_view

T = models.metadata.tables


@pytest.fixture
def frame_of(in_app, world):
    """``frame_of("ines", "solo")``: the mission as that person loads it; they are the reader of the page."""

    def entered(who, mission):
        m = world.missions[mission]
        with world.acting(who, m.company, read_only=True):
            g.actor, g.here = queries.who(walls.acting(db.session))
            return queries.frame(m.id)

    return entered


def shared(frame, audience=Audience.PARTIES, kind=Kind.OBJECTIVES, strand=0):
    strand_id = frame.strands[strand].id if strand is not None else None
    return readers_view(frame, kind=kind, audience=audience, strand_id=strand_id)


def test_three_parties_are_named_and_the_reader_is_vous_last(frame_of):
    view = shared(frame_of("marc", "solo"))
    assert view.label == "Inès, Hélène et vous"
    assert view.audience == "parties"
    assert view.reads == {
        "mentee": True, "mentor": True, "manager": True, "sponsor": False, "hr": False, "firm": False,
    }  # fmt: skip
    assert [(party, name, you) for party, _, name, _, you in view.readers] == [
        ("mentee", "Inès Corbelin", False), ("mentor", "Hélène Tavernac", False), ("manager", "Marc Ostrevant", True),
    ]  # fmt: skip
    assert view.rule_words == "Règle du cabinet, en vigueur jusqu’à la signature de l’accord de cadrage."
    assert view.report_words == "La direction et les RH les liront dans le bilan."


def test_a_draft_is_its_authors_alone(frame_of):
    view = shared(frame_of("marc", "solo"), Audience.AUTHOR)
    assert view.audience == "author"
    assert view.label.startswith("Vous seul")
    assert [name for _, _, name, _, _ in view.readers] == ["Marc Ostrevant"]
    assert view.reads["manager"]
    assert view.report_words is None


def test_more_than_three_take_the_groups_name(frame_of):
    view = shared(frame_of("ines", "solo"), Audience.EVERYONE, Kind.CONTEXT)
    assert view.label == "Tous ceux de la mission"
    assert view.audience == "everyone"
    assert len(view.readers) == 5


def test_a_collective_text_names_the_mentor_and_the_mentees_as_a_group(frame_of):
    frame = frame_of("bruno", "group")
    assert shared(frame, Audience.GROUP, strand=None).label == "Vous et les 3 mentorés"
    everyone = shared(frame, Audience.EVERYONE, strand=None)
    assert everyone.label == "Vous, les mentorés et leurs managers"
    assert everyone.audience == "parties"


def test_a_mission_without_a_manager_says_who_is_there(frame_of):
    view = shared(frame_of("paula", "alone"))
    assert view.label == "Hélène et vous"
    assert view.audience == "parties"
    assert not view.reads["manager"]
    assert view.report_words is None


def test_whoever_has_left_reads_no_more(frame_of):
    assert "Édith" not in str(shared(frame_of("ines", "solo")).readers)


def test_whoever_has_not_come_yet_is_named_apart_and_not_counted(frame_of, superuser, world):
    p = T["participation"]
    marc = world.people["marc"].contacts["ombrelune"]
    superuser.execute(
        p.update()
        .where(p.c.contact_id == marc, p.c.mission_id == world.missions["solo"].id)
        .values(reads_from=None, accepted_at=None)
    )
    view = shared(frame_of("ines", "solo"))
    assert view.label == "Hélène et vous"
    assert not view.reads["manager"]
    assert ("Marc Ostrevant", "manager direct, dès que son invitation sera acceptée") in [
        (name, role) for _, _, name, role, _ in view.readers
    ]


def test_a_signed_agreement_is_the_rule_that_is_named(frame_of, superuser, world):
    rule = T["rule"]
    superuser.execute(
        rule.update()
        .where(rule.c.id == world.missions["solo"].rule_id)
        .values(version=3, made_at=datetime(2026, 10, 16, 16, tzinfo=UTC))
    )
    said = shared(frame_of("ines", "solo")).rule_words.replace("\xa0", " ")
    assert said.startswith("Règle de l’accord de cadrage, version 3, signée le 16 octobre")


def test_dates_are_read_by_all_and_the_firm(frame_of):
    view = staff_view(frame_of("paula", "alone"), "Cabinet Sauvelande")
    assert view.audience == "staff"
    assert view.reads["firm"]
    assert not view.reads["manager"]
    assert view.readers[-1][2] == "Cabinet Sauvelande"


def test_hats_are_worn_toward_somebody(frame_of, superuser, world):
    assert names.hat(frame_of("marc", "solo"), g.actor).words == "manager d’Inès"
    assert names.hat(frame_of("helene", "solo"), g.actor).words == "mentor d’Inès"
    assert names.hat(frame_of("bruno", "group"), g.actor).words == "mentor"
    assert names.hat(frame_of("odile", "solo"), g.actor).party == "firm"
    superuser.execute(
        sa.insert(T["participation"]).values(
            company_id=world.missions["solo"].company_id, id=sa.func.gen_random_uuid(),
            mission_id=world.missions["solo"].id, contact_id=world.people["marc"].contacts["ombrelune"],
            role="sponsor", first_team=True, announced_at=datetime.now(UTC), accepted_at=datetime.now(UTC),
            reads_from=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    both = names.hat(frame_of("marc", "solo"), g.actor)
    assert both.words == "manager d’Inès et direction"
    assert both.party == "manager"


def test_two_who_share_a_first_name_are_called_by_both(frame_of, superuser, world):
    contact = T["contact"]
    superuser.execute(
        contact.update()
        .where(contact.c.id == world.people["yann"].contacts["ombrelune"])
        .values(given_name="Marc", family_name="Kermelec")
    )
    frame = frame_of("ines", "solo")
    assert shared(frame).label == "Hélène, Marc Ostrevant et vous"

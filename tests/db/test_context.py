"""The context file on real rows: what is said alone is nobody's to hasten, and the sheets are whose they are."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.db import db, now
from tenants.mission.context import positions, questions, sheets
from tenants.mission.context.places import zone
from tenants.refusals import Incorrect, Refused, Stale
from tenants.zones import Audience
from tests.db.test_objectives import As, shared

pytestmark = pytest.mark.usefixtures("in_app")


def said(world: Any, who: str, step: int) -> bool:
    """That person's position on every objective, said."""
    with As(world, who) as a:
        positions.begin(a.frame, a.strand, by=a.me)
    with As(world, who) as a:
        for line in positions.of_author(a.strand, a.me.contact_id):
            if line.said_at is None:
                positions.place(line, step, line.revision, by=a.me)
    with As(world, who) as a:
        return positions.say(a.frame, a.strand, by=a.me)


def test_positions_are_nobodys_to_reveal_before_both_have_said_theirs(world: Any, superuser: Any) -> None:
    shared(world)
    assert not said(world, "ines", 1)
    for who in ("helene", "marc", "ines"):  # a mentor never, a manager not before his own
        with As(world, who) as a:
            shared_zone = zone(a.frame, Audience.PARTIES, a.strand, by=a.me)
            asked = sa.text("select reveal_positions(:s, :z, :at)")
            values = {"s": a.strand, "z": shared_zone, "at": now()}
            assert db.session.scalar(asked, values) is None
    with As(world, "marc") as a:
        assert positions.of_author(a.strand, world.people["ines"].contacts["ombrelune"]) == []
    assert said(world, "marc", 3)
    for who, count in (("marc", 1), ("helene", 1), ("solange", 0)):
        with As(world, who) as a:
            assert len(positions.of_author(a.strand, world.people["ines"].contacts["ombrelune"])) == count
    assert (
        superuser.exec_driver_sql("select count(*) from awaited where kind = 'context.position'").scalar_one()
        == 0
    )


def test_a_position_is_taken_back_until_it_is_read(world: Any) -> None:
    shared(world)
    said(world, "ines", 1)
    with As(world, "ines") as a:
        positions.take_back(a.frame, a.strand, by=a.me)
    with As(world, "ines") as a:
        (line,) = positions.of_author(a.strand, a.me.contact_id)
        assert line.document_id is not None
        with pytest.raises(Stale):
            positions.place(line, 2, 0, by=a.me)
        with pytest.raises(Incorrect):
            positions.place(line, 4, line.revision, by=a.me)
    said(world, "ines", 2)
    said(world, "marc", 2)
    with As(world, "ines") as a, pytest.raises(Refused, match="revealed"):
        positions.take_back(a.frame, a.strand, by=a.me)


def test_an_objective_that_comes_later_has_its_own_answers_and_its_own_reveal(
    world: Any, superuser: Any
) -> None:
    shared(world)
    said(world, "ines", 1)
    said(world, "marc", 2)
    shared(world, "helene")
    ines = world.people["ines"].contacts["ombrelune"]
    assert not said(world, "ines", 3)
    with As(world, "marc") as a:
        assert len(positions.of_author(a.strand, ines)) == 1, "the second stays hers until he has told his"
        assert len(positions.revealed(a.strand)) == 1
    waits = "select contact_id from awaited where kind = 'context.position'"
    assert superuser.exec_driver_sql(waits).scalar_one() == world.people["marc"].contacts["ombrelune"]
    assert said(world, "marc", 0)
    with As(world, "helene") as a:
        assert sorted(x.step for x in positions.of_author(a.strand, ines)) == [1, 3]
        assert len(positions.revealed(a.strand)) == 2
    assert superuser.exec_driver_sql(waits).first() is None


def test_what_one_alone_has_told_is_not_revealed_with_the_rest(world: Any) -> None:
    shared(world)
    said(world, "ines", 1)
    shared(world, "helene")  # between her word and his
    said(world, "marc", 2)
    marc = world.people["marc"].contacts["ombrelune"]
    with As(world, "ines") as a:
        assert [x.step for x in positions.of_author(a.strand, marc)] == [2]
    said(world, "ines", 0)
    with As(world, "marc") as a:
        assert positions.say(a.frame, a.strand, by=a.me)
    with As(world, "ines") as a:
        assert len(positions.of_author(a.strand, marc)) == 2


def test_the_company_sheet_is_out_of_reach_of_whoever_does_not_write_it(world: Any) -> None:
    with As(world, "solange") as a:
        sheets.write_company(a.frame, {"sector": "La nuit"}, 0, by=a.me)
    for who, sees in (("helene", True), ("ines", False), ("yann", False), ("odile", False)):
        with As(world, who):
            assert (sheets.company_source() is not None) is sees, who


def test_an_answer_by_a_one_time_task_is_that_persons_own(world: Any) -> None:
    made = uuid.uuid4()
    with As(world, "helene") as a:
        to = world.people["marc"].contacts["ombrelune"]
        questions.ask(a.frame, a.strand, made, to, "Que décidez-vous ?", by=a.me)
    with As(world, "ines") as a, pytest.raises(Refused, match="not_asked"):
        questions.answer(questions.get(made), "Moi", by=a.me)
    with As(world, "marc") as a:
        for wrong in ("", " \u00a0\n", "x" * 4001):
            with pytest.raises(Refused):
                questions.answer(questions.get(made), wrong, by=a.me)
        questions.answer(questions.get(made), "Les litiges.", by=a.me)
    with As(world, "ines") as a:
        assert questions.get(made).answer == "Les litiges."
    with As(world, "helene") as a, pytest.raises(Refused, match="answered"):
        questions.withdraw(questions.get(made), by=a.me)

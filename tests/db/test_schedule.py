"""The calendar on real rows: who knows a date, how one is found, what is carried over, what stays between whom."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.awaited import Awaited
from tenants.db import at, db, new_id
from tenants.documents import operations as documents
from tenants.mission.schedule import agenda, planning, queries, reviews, slots, summaries
from tenants.mission.schedule.choosing import Answer
from tenants.mission.schedule.clock import PARIS, When, when
from tenants.mission.schedule.layouts import Layout, lay_out
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.types import State, Type
from tenants.refusals import Incorrect, Refused, Stale
from tests.db.test_objectives import As, shared

pytestmark = pytest.mark.usefixtures("in_app")

SOON = datetime.now(UTC).date() + timedelta(days=10)


def moment(days: int = 0, hour: int = 10) -> When:
    """A morning, ten days from now and so many more."""
    return when(SOON + timedelta(days=days), time(hour), PARIS)


def planned(
    world: Any, who: str = "helene", type_: Type = Type.PAIR, mission: str = "solo", **more: Any
) -> uuid.UUID:
    with As(world, who, mission) as a:
        return planning.plan(a.frame, type_, a.strand, by=a.me, **more)


def asked(world: Any, session: uuid.UUID, *days: int, who: str = "helene") -> uuid.UUID:
    with As(world, who) as a:
        return slots.propose(queries.get(session), a.frame, [moment(d) for d in days], by=a.me)


def answer(world: Any, who: str, poll: uuid.UUID, said: list[Answer], own: When | None = None) -> None:
    with As(world, who) as a:
        row = queries.poll(poll)
        there = queries.proposed(row)
        slots.answer(row, a.frame, {s.id: x for s, x in zip(there, said, strict=False)}, by=a.me, own=own)


def waited(world: Any, kind: str = "schedule.slot") -> set[str]:
    """Who is awaited, by their key in the world."""
    with As(world, "helene"):
        found = set(db.session.scalars(sa.select(Awaited.contact_id).where(Awaited.kind == kind)))
    return {k for k, p in world.people.items() if p.contacts.get("ombrelune") in found}


# -- who knows a date ----------------------------------------------------------------------------


def test_a_date_is_read_by_all_of_the_strand_and_told_to_the_staff_without_its_place(world: Any) -> None:
    made = planned(world, when=moment(), place="site Nord, salle Quai 4")
    for who in ("ines", "helene", "marc", "solange", "yann"):
        with As(world, who) as a:
            assert [s.place for s in queries.of_mission(a.frame, a.strand)] == ["site Nord, salle Quai 4"], (
                who
            )
    with As(world, "odile") as a:
        assert queries.of_mission(a.frame, None) == []
        told = queries.told_to_staff(a.frame.id)
        assert [(t.id, t.type, t.minutes, t.starts_at) for t in told] == [(made, "pair", 120, moment().at)]
        assert not hasattr(told[0], "place")
    with As(world, "ines") as a:  # who takes part has no use for that way
        assert queries.told_to_staff(a.frame.id) == []


def test_another_mentee_of_a_group_knows_nothing_of_a_strands_session(world: Any, superuser: Any) -> None:
    made = planned(world, "bruno", mission="group", when=moment())
    with As(world, "bruno", "group") as a:
        together = planning.plan(a.frame, Type.COLLECTIVE, None, by=a.me, when=moment(2))
        poll = slots.propose(queries.get(made), a.frame, [moment(3)], by=a.me)
    with As(world, "theo", "group") as a:
        row = queries.poll(poll)
        slots.answer(row, a.frame, {s.id: Answer.NO for s in queries.proposed(row)}, by=a.me)
    with As(world, "bruno", "group") as a:
        planning.cancel(queries.get(made), a.frame, "souffrant", by=a.me)
    for who in ("lina", "joel", "marc"):  # other mentees; the manager of another strand
        with As(world, who, "group") as a:
            assert [s.id for s in queries.of_mission(a.frame, None)] == [together]
            assert queries.get(made) is None
            assert queries.poll(poll) is None
            for table in ("slot", "slot_answer", "session_change", "agenda_item", "event"):
                rows = db.session.execute(sa.text(f"select row_to_json(t)::text from {table} t")).scalars()
                assert not any(str(made) in r or str(poll) in r for r in rows), (who, table)
            facts = db.session.execute(sa.text("select mission_state(:m)"), {"m": a.frame.id}).scalar_one()
            assert str(made) not in str(facts)
            assert set(facts["rooms"]["schedule"]) == {"all"}
    with As(world, "theo", "group") as a:
        assert {s.id for s in queries.of_mission(a.frame, None)} == {made, together}


def test_a_reason_is_for_the_parties_alone(world: Any) -> None:
    made = planned(world, when=moment())
    with As(world, "ines") as a:
        planning.cancel(queries.get(made), a.frame, "un imprévu", by=a.me)
    for who, read in (("marc", True), ("helene", True), ("solange", False), ("yann", False)):
        with As(world, who):
            row = queries.get(made)
            assert row.state == State.CANCELLED
            assert [c.reason for c in queries.history(row)] == (["un imprévu"] if read else []), who


def test_next_dates_are_of_those_who_take_part(world: Any) -> None:
    pair, review = planned(world, when=moment(1)), planned(world, type_=Type.REVIEW, when=moment(2))
    for who, expected in (
        ("ines", [pair, review]), ("helene", [pair, review]), ("marc", [review]), ("solange", []), ("odile", []),
    ):  # fmt: skip
        with world.acting(who):
            assert [d.session_id for d in queries.my_next_dates()] == expected, who


def test_a_date_that_is_being_found_is_among_the_next_ones(world: Any) -> None:
    made = planned(world, type_=Type.REVIEW)
    asked(world, made, 1, 4)
    with world.acting("marc"):
        (found,) = queries.my_next_dates()
    assert (found.starts_at, found.first_slot, found.last_slot) == (None, moment(1).local, moment(4).local)


# -- planned, moved, cancelled, held --------------------------------------------------------------


def test_planned_once_however_often_it_is_sent(world: Any) -> None:
    made = new_id()
    for _ in range(2):
        planned(world, session_id=made, when=moment())
    with As(world, "ines") as a:
        (row,) = queries.of_mission(a.frame, a.strand)
        assert (row.id, row.sequence, row.state) == (made, 0, State.PLANNED)
        assert [i.usual for i in queries.agenda(row)] == ["since", "topic", "next"]


def test_moving_counts_and_refuses_who_read_an_older_date(world: Any) -> None:
    made = planned(world, when=moment())
    with As(world, "marc") as a:
        row = queries.get(made)
        read = row.revision
        planning.set_date(
            row, a.frame, read, by=a.me, when=moment(3), minutes=90, way="video", place="", reason="férié"
        )
    with As(world, "ines") as a:
        row = queries.get(made)
        assert (row.starts_at, row.minutes, row.sequence) == (moment(3).at, 90, 1)
        with pytest.raises(Stale):
            planning.set_date(row, a.frame, read, by=a.me, when=moment(5), minutes=90, way="video", place="")


def test_nothing_moves_when_nothing_was_changed(world: Any) -> None:
    made = planned(world, when=moment())
    with As(world, "ines") as a:
        row = queries.get(made)
        planning.set_date(
            row, a.frame, row.revision, by=a.me, when=moment(), minutes=120, way="place", place=""
        )
        assert (row.sequence, row.revision) == (0, 1)


@pytest.mark.parametrize(("hours", "late"), [(49, False), (47, True)])
def test_late_is_less_notice_than_the_rule_asks(world: Any, hours: int, late: bool) -> None:
    made = planned(world, when=moment())
    with As(world, "ines") as a, at(moment().at - timedelta(hours=hours)):
        planning.cancel(queries.get(made), a.frame, "", by=a.me, notice=48)
        row = queries.get(made)
        assert (row.late, row.sequence) == (late, 1)


def test_what_never_had_a_date_is_not_cancelled_late(world: Any) -> None:
    made = planned(world)
    with As(world, "ines") as a:
        planning.cancel(queries.get(made), a.frame, "", by=a.me)
        row = queries.get(made)
        assert (row.late, row.sequence) == (False, 0)
        with pytest.raises(Refused, match=r"schedule\.over"):
            slots.propose(row, a.frame, [moment()], by=a.me)


def test_it_is_held_once_its_hour_has_come(world: Any) -> None:
    made = planned(world, when=moment())
    with As(world, "helene") as a:
        with pytest.raises(Refused, match=r"schedule\.not_begun"):
            planning.hold(queries.get(made), by=a.me)
        with at(moment().at):
            planning.hold(queries.get(made), by=a.me)
        assert queries.get(made).state == State.HELD


def test_a_collective_session_is_of_a_group_alone(world: Any) -> None:
    with As(world, "helene") as a:
        for type_, strand in ((Type.COLLECTIVE, a.strand), (Type.PAIR, None)):
            with pytest.raises(Incorrect, match=r"schedule\.together"):
                planning.plan(a.frame, type_, strand, by=a.me)


# -- slots ------------------------------------------------------------------------------------------


def test_slots_are_answered_then_the_first_that_suits_all_is_fixed(world: Any) -> None:
    made = planned(world, type_=Type.REVIEW)
    poll = asked(world, made, 0, 1, 2)
    assert waited(world) == {"ines", "marc"}
    answer(world, "ines", poll, [Answer.NO, Answer.MAYBE, Answer.YES])
    assert waited(world) == {"marc"}
    answer(world, "marc", poll, [Answer.YES, Answer.YES, Answer.YES])
    assert waited(world) == {"helene"}  # whoever asked is to fix
    with As(world, "helene") as a:
        slots.fix(queries.poll(poll), a.frame, None, by=a.me)
        row = queries.get(made)
        assert (row.state, row.starts_at, row.sequence) == (State.PLANNED, moment(2).at, 0)
    assert waited(world) == set()
    with As(world, "marc") as a, pytest.raises(Refused, match=r"schedule\.closed"):
        slots.answer(queries.poll(poll), a.frame, {}, by=a.me)


def test_none_suits_and_ones_own_is_asked_of_the_others(world: Any) -> None:
    made = planned(world)
    poll = asked(world, made, 0, 1)
    answer(world, "ines", poll, [Answer.NO, Answer.NO], own=moment(5))
    assert waited(world) == {"helene"}
    with As(world, "helene") as a:
        row = queries.poll(poll)
        with pytest.raises(Refused, match=r"schedule\.not_common"):
            slots.fix(row, a.frame, None, by=a.me)
        mine = queries.proposed(row)[-1]
        slots.answer(row, a.frame, {mine.id: Answer.YES}, by=a.me)
        slots.fix(row, a.frame, mine.id, by=a.me)
        assert queries.get(made).starts_at == moment(5).at


def test_only_those_who_are_to_come_answer(world: Any) -> None:
    poll = asked(world, planned(world), 0)
    with As(world, "marc") as a, pytest.raises(Refused, match=r"schedule\.not_invited"):
        slots.answer(queries.poll(poll), a.frame, {}, by=a.me)
    with As(world, "yann") as a:  # answers are for those who are to come and the parties
        assert queries.poll(poll) is None


def test_a_moment_that_has_passed_is_not_proposed(world: Any) -> None:
    made = planned(world)
    past = when(date(2020, 1, 6), time(9), PARIS)
    with As(world, "helene") as a:
        with pytest.raises(Incorrect, match=r"schedule\.past"):
            slots.propose(queries.get(made), a.frame, [moment(), past], by=a.me)
        with pytest.raises(Incorrect, match=r"schedule\.alike"):
            slots.propose(queries.get(made), a.frame, [moment(), moment()], by=a.me)


def test_a_date_fixed_by_hand_puts_the_slots_away(world: Any) -> None:
    made = planned(world)
    poll = asked(world, made, 0)
    with As(world, "ines") as a:
        row = queries.get(made)
        planning.set_date(
            row, a.frame, row.revision, by=a.me, when=moment(9), minutes=60, way="place", place=""
        )
    assert waited(world) == set()
    with As(world, "helene"):
        assert queries.poll(poll).closed_at is not None


# -- laid out in one act ----------------------------------------------------------------------------


def test_a_layout_is_applied_once_and_taken_back_but_for_what_was_touched(world: Any) -> None:
    made = new_id()
    with As(world, "helene") as a:
        steps = lay_out(Layout.TAKING_POST, a.frame.starts_on, a.frame.ends_on, a.frame.hours)
        ids = planning.apply(a.frame, steps, [a.strand], by=a.me, layout_id=made)
        assert planning.apply(a.frame, steps, [a.strand], by=a.me, layout_id=made) == []
        assert sum(s.minutes for s in queries.of_mission(a.frame, a.strand)) == a.frame.hours
        first, second, third = ids[:3]
        row = queries.get(first)
        planning.set_date(row, a.frame, 1, by=a.me, when=moment(), minutes=row.minutes, way="place", place="")
    with As(world, "ines") as a:
        agenda.add(queries.get(second), a.frame, new_id(), "Mon point", by=a.me)
    asked(world, third, 0)
    with As(world, "helene") as a:
        assert planning.undo(a.frame, made, by=a.me) == len(ids) - 3
        assert {s.id for s in queries.of_mission(a.frame, a.strand)} == {first, second, third}


# -- what is said there ------------------------------------------------------------------------------


def test_what_was_not_treated_goes_to_the_next_session_of_the_strand(world: Any) -> None:
    first, second, third = planned(world, when=moment()), planned(world, when=moment(7)), planned(world)
    points = [new_id(), new_id()]
    with As(world, "ines") as a:
        for i, words in zip(points, ("Le planning de nuit", "Le point traité"), strict=True):
            agenda.add(queries.get(first), a.frame, i, words, by=a.me)
    with As(world, "helene") as a:
        agenda.treat(queries.get(first), points[1], done=True, by=a.me)
        assert queries.carried(queries.get(second)) == []
        with at(moment().at + timedelta(hours=3)):
            planning.hold(queries.get(first), by=a.me)
        (carried,) = queries.carried(queries.get(second))
        assert (carried.item.text, carried.carried_from.id) == ("Le planning de nuit", first)
        assert queries.carried(queries.get(third)) == []
        agenda.treat(queries.get(second), carried.item.id, done=True, by=a.me)
        assert queries.carried(queries.get(second)) == []
    with As(world, "solange"):
        assert queries.agenda(queries.get(first)) == []


def test_a_point_is_its_authors_to_take_away(world: Any) -> None:
    made, point = planned(world), new_id()
    with As(world, "ines") as a:
        for _ in range(2):
            agenda.add(queries.get(made), a.frame, point, "Mon point", by=a.me)
    with As(world, "helene") as a:
        row = queries.get(made)
        with pytest.raises(Refused, match=r"agenda\.not_author"):
            agenda.remove(row, point, by=a.me)
        agenda.order(row, point, up=True, by=a.me)
        assert [i.text or i.usual for i in queries.agenda(row)] == ["since", "topic", "Mon point", "next"]
        agenda.remove(row, queries.agenda(row)[0].id, by=a.me)
        assert [i.text or i.usual for i in queries.agenda(row)] == ["topic", "Mon point", "next"]


def test_a_point_of_another_strand_is_not_ones_to_treat(world: Any) -> None:
    here, there = planned(world), new_id()
    with As(world, "bruno", "group") as a:
        other = planning.plan(a.frame, Type.PAIR, a.strand, by=a.me)
        agenda.add(queries.get(other), a.frame, there, "Le point de Théo", by=a.me)
    with As(world, "helene") as a, pytest.raises(Refused, match=r"agenda\.gone"):
        agenda.treat(queries.get(here), there, done=True, by=a.me)


def test_a_summary_is_the_pairs_until_the_mentee_shares_it(world: Any, superuser: Any) -> None:
    made = planned(world, when=moment())
    with As(world, "helene") as a:
        summaries.begin(queries.get(made), a.frame, by=a.me)
        row = queries.summary(queries.get(made))
        documents.rewrite(row.document_id, {"text": "secret d’abord"}, a.me.contact_id)
        documents.rewrite(row.document_id, {"text": "Ce qui a été décidé."}, a.me.contact_id)
    for who in ("marc", "solange", "yann"):
        with As(world, who):
            assert queries.summary(queries.get(made)) is None
    with As(world, "ines") as a:
        summaries.share(queries.summary(queries.get(made)), a.frame, by=a.me)
    with As(world, "marc"):
        row = queries.summary(queries.get(made))
        assert documents.current([row.document_id])[row.document_id] == {"text": "Ce qui a été décidé."}
        with pytest.raises(Refused, match="frozen"):
            documents.append(row.document_id, b"\x00\x00", row.author_id)
    with As(world, "solange"):
        assert queries.summary(queries.get(made)) is None
    kept = superuser.exec_driver_sql(
        "select data from document_update union all select data from document_snapshot"
    )
    assert not any("secret d’abord".encode() in bytes(data) for (data,) in kept)


def test_an_empty_summary_is_not_shared_and_one_thrown_away_leaves_nothing(world: Any) -> None:
    made = planned(world, when=moment())
    with As(world, "ines") as a:
        summaries.begin(queries.get(made), a.frame, by=a.me)
        row = queries.summary(queries.get(made))
        with pytest.raises(Refused, match=r"summary\.empty"):
            summaries.share(row, a.frame, by=a.me)
        document = row.document_id
        summaries.discard(row, by=a.me)
        assert documents.get(document) is None
        assert queries.summary(queries.get(made)) is None


# -- reviews ------------------------------------------------------------------------------------------


def begun(world: Any) -> uuid.UUID:
    made = planned(world, type_=Type.REVIEW, when=moment())
    with As(world, "helene") as a:
        reviews.begin(queries.get(made), a.frame, {"since": "Objectif 1 : six sur neuf."}, by=a.me)
    return made


def approve(world: Any, who: str, session: uuid.UUID) -> bool:
    with As(world, who) as a:
        found = queries.review(queries.get(session))
        texts = documents.current([found.document_id])[found.document_id]
        return reviews.approve(found, a.frame, reviews.texts_hash(texts), by=a.me)


def test_the_three_approve_the_same_words(world: Any) -> None:
    made = begun(world)
    assert waited(world, "schedule.review") == set()
    assert not approve(world, "ines", made)
    assert waited(world, "schedule.review") == {"helene", "marc"}
    assert not approve(world, "helene", made)
    assert approve(world, "marc", made)
    assert waited(world, "schedule.review") == set()
    with As(world, "ines"):
        found = queries.review(queries.get(made))
        assert found.approved_at is not None
        assert documents.get(found.document_id).frozen_at is not None


def test_a_change_takes_the_approvals_back(world: Any) -> None:
    made = begun(world)
    approve(world, "ines", made)
    approve(world, "marc", made)
    with As(world, "helene") as a:
        found = queries.review(queries.get(made))
        documents.rewrite(found.document_id, {"agreed": "Un quai de plus."}, a.me.contact_id)
        reviews.folded(type("Told", (), {"subject_id": found.id, "document_id": found.document_id}), a.frame)
    assert waited(world, "schedule.review") == {"ines", "helene", "marc"}
    assert not approve(world, "helene", made)
    with As(world, "marc") as a:
        found = queries.review(queries.get(made))
        with pytest.raises(Stale):
            reviews.approve(found, a.frame, "0" * 64, by=a.me)


def test_a_review_is_of_the_three_and_of_a_review_session(world: Any) -> None:
    made = begun(world)
    for who in ("solange", "yann"):
        with As(world, who):
            assert queries.review(queries.get(made)) is None
    pair = planned(world)
    with As(world, "helene") as a, pytest.raises(Refused, match=r"review\.not_one"):
        reviews.begin(queries.get(pair), a.frame, {}, by=a.me)


def test_facts_tell_minutes_and_dates_by_strand(world: Any) -> None:
    planned(world, when=moment())
    planned(world, minutes=60)
    shared(world)
    with As(world, "marc") as a:
        told = db.session.execute(sa.text("select mission_state(:m)"), {"m": a.frame.id}).scalar_one()
    (facts,) = told["rooms"]["schedule"].values()
    assert (facts["planned"], facts["held"], facts["to_plan"], facts["sessions"]) == (120, 0, 1, 2)
    assert datetime.fromisoformat(facts["next"]) == moment().at


def test_a_session_of_another_mission_is_not_there(world: Any) -> None:
    made = planned(world)
    with As(world, "paula", "alone"):
        assert db.session.scalar(sa.select(Session).where(Session.id == made)) is None


def test_weeks_aimed_at_stay_within_the_missions_dates_whoever_changed_them(
    world: Any, superuser: Any
) -> None:
    late = planned(world, week_of=date(2027, 3, 29))
    early = planned(world, week_of=date(2026, 9, 7))
    dated = planned(world, when=moment())
    with As(world, "helene") as a:
        superuser.execute(
            sa.text("update mission set starts_on = '2026-10-15', ends_on = '2027-02-10' where id = :m"),
            {"m": a.frame.id},
        )
    with As(world, "odile") as a:  # a coordinator signed last: reads no calendar, yet it moves
        planning.dates_moved(a.frame, a.frame.starts_on, a.frame.ends_on, a.frame.hours, a.me)
    with As(world, "ines"):
        assert queries.get(late).week_of == date(2027, 2, 8)
        assert queries.get(early).week_of == date(2026, 10, 12)
        assert queries.get(dated).starts_at == moment().at
    with As(world, "paula", "alone") as a:  # nobody moves another mission's
        db.session.execute(sa.text("select keep_within(:m)"), {"m": world.missions["solo"].id})

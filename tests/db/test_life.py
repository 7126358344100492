"""Suspended and taken up again, ended early: what stops, what is shifted, what is read and no longer written."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.db import db
from tenants.mission import across
from tenants.mission.life import operations, queries
from tenants.mission.life.spans import Clock, Span, day_of
from tenants.mission.schedule import attending, clock, planning
from tenants.mission.schedule import queries as schedule
from tenants.mission.schedule.types import State, Type
from tenants.policy import Do, may
from tenants.refusals import Incorrect, Refused
from tests.db.test_objectives import As, initial, shared

pytestmark = pytest.mark.usefixtures("in_app")
TODAY = day_of(datetime.now(UTC))
DAY = timedelta(days=1)


def suspended(
    world: Any, who: str = "ines", start: date = TODAY, until: date | None = None, mission: str = "solo"
) -> uuid.UUID:
    with As(world, who, mission) as a:
        strand = None if who != "ines" else a.strand
        return operations.suspend(a.frame, strand, start, until, by=a.me)


def began(superuser: Any, pause: uuid.UUID, start: date, until: date | None = None) -> None:
    superuser.execute(
        sa.text("update pause set from_on = :f, until_on = :u where id = :p"), {"p": pause, "f": start, "u": until}
    )  # fmt: skip


def session(world: Any, day: date, who: str = "helene") -> uuid.UUID:
    with As(world, who) as a:
        when = clock.when(day, time(10), clock.PARIS)
        return planning.plan(a.frame, Type.PAIR, a.strand, by=a.me, when=when, minutes=90)


def waits(world: Any, who: str = "helene") -> list[str]:
    with As(world, who) as a:
        return [w.kind for w in across.mission_state(a.frame.id).waits]


def test_nothing_is_awaited_while_suspended(world: Any, superuser: Any) -> None:
    initial(world, "ines", shared(world))
    assert waits(world)
    pause = suspended(world)
    for who in ("helene", "marc", "ines"):
        assert not waits(world, who), who
        with As(world, who) as a:
            assert not [w for w in across.waits() if w.mission_id == a.frame.id]
            assert not [w for w in across.waits_on_others() if w.mission_id == a.frame.id]
    with As(world, "helene") as a:
        operations.resume(queries.pause(pause), a.frame, (), by=a.me)
    assert waits(world)


def test_ages_leave_suspended_days_out(world: Any, superuser: Any) -> None:
    initial(world, "ines", shared(world))
    superuser.execute(sa.text("update awaited set since = now() - interval '10 days'"))
    pause = suspended(world)
    began(superuser, pause, TODAY - 8 * DAY, TODAY - 5 * DAY)
    with As(world, "helene") as a:
        since = across.mission_state(a.frame.id).waits[0].since
        assert (datetime.now(UTC) - since).days == 6
        mine = [w for w in across.waits_on_others() + across.waits() if w.mission_id == a.frame.id]
        assert {(datetime.now(UTC) - w.since).days for w in mine} == {6}


@pytest.mark.parametrize("strand", [None, "s", "other"])
def test_python_and_postgresql_leave_out_the_same_days(
    world: Any, superuser: Any, strand: str | None
) -> None:
    place, other = world.missions["group"], world.missions["group"].strands[1]
    chosen = {None: None, "s": place.strands[0], "other": other}[strand]
    spans = [
        Span(None, date(2026, 3, 1), date(2026, 3, 4)),
        Span(place.strands[0], date(2026, 3, 3), date(2026, 3, 9)),
    ]
    by = superuser.execute(
        sa.text("select created_by from mission where id = :m"), {"m": place.id}
    ).scalar_one()
    for s in spans:
        superuser.execute(
            sa.text(
                "insert into pause (company_id, id, mission_id, strand_id, from_on, until_on, by_id, at)"
                " values (:c, gen_random_uuid(), :m, :s, :f, :u, :b, now())"
            ),
            {"c": place.company_id, "m": place.id, "s": s.strand_id, "f": s.start, "u": s.until, "b": by},
        )
    asked = sa.text("select paused_days(:c, :m, :s, :f, :u), paused_on(:c, :m, :s, :d)")
    for length in range(14):
        start = date(2026, 2, 27)
        end = start + length * DAY
        noon = [datetime.combine(d, time(11), UTC) for d in (start, end)]
        values = {"c": place.company_id, "m": place.id, "s": chosen, "f": noon[0], "u": noon[1], "d": end}
        python = Clock(tuple(spans), alone=False)
        assert superuser.execute(asked, values).one() == (
            python.left_out(chosen, start, end),
            python.stopped(chosen, end),
        )


def test_another_mentee_never_knows(world: Any) -> None:
    with As(world, "theo", "group") as a:
        mine = next(s.strand_id for s in a.me.seats_in(a.frame.id))
        operations.suspend(a.frame, mine, TODAY, None, by=a.me)
        assert queries.pauses(a.frame.id)
    for who in [k for k in world.people if k != "theo"]:
        seats = _seats(world, who, "group")
        if seats and all(s.strand_id not in (None, mine) for s in seats):
            with As(world, who, "group") as a:
                assert not queries.pauses(a.frame.id)
                assert a.frame.clock == Clock(alone=False)
                assert "life" not in across.mission_state(a.frame.id).rooms
            break
    else:
        pytest.fail("no other mentee")


def _seats(world: Any, who: str, mission: str) -> Any:
    from tenants import walls

    place = world.missions[mission]
    if place.company not in world.people[who].contacts:
        return ()
    try:
        with As(world, who, mission) as a:
            return a.me.seats_in(a.frame.id)
    except (AssertionError, walls.NotEntered):
        return ()


def test_silence_is_not_counted_while_suspended(world: Any, superuser: Any) -> None:
    made = session(world, TODAY - 9 * DAY)
    with As(world, "helene") as a:
        attending.propose(schedule.get(made), a.frame, 90, by=a.me)
    superuser.execute(sa.text("update attendance set at = now() - interval '8 days'"))
    superuser.execute(
        sa.text("update attendance_line set answered_at = now() - interval '8 days' where answer is not null")
    )
    pause = suspended(world)
    stands = sa.text("select count(*) from attendance_stands(now())")
    for start, until in ((TODAY, None), (TODAY - 5 * DAY, TODAY - 3 * DAY)):
        began(superuser, pause, start, until)
        assert superuser.execute(stands).scalar_one() == 0
        with As(world, "helene"):
            assert attending.of_session(made).standing(datetime.now(UTC)).value == "awaited"
    began(superuser, pause, TODAY - 40 * DAY, TODAY - 30 * DAY)
    with As(world, "helene"):
        assert attending.of_session(made).standing(datetime.now(UTC)).value == "uncontested"
    assert superuser.execute(stands).scalar_one() == 1


def test_taken_up_again_with_the_dates_that_are_kept(world: Any, superuser: Any) -> None:
    first, second = session(world, TODAY + 3 * DAY), session(world, TODAY + 5 * DAY)
    pause = suspended(world)
    began(superuser, pause, TODAY - 7 * DAY)
    with As(world, "helene") as a:
        row = queries.pause(pause)
        proposed = {s.id: (s.before, s.after) for s in operations.shifts(a.frame, row, by=a.me)}
        assert proposed[first] == (TODAY + 3 * DAY, TODAY + 10 * DAY)
        operations.resume(row, a.frame, {first}, by=a.me)
    with As(world, "ines") as a:
        assert schedule.get(first).local_at == datetime.combine(TODAY + 10 * DAY, time(10))
        assert schedule.get(second).local_at == datetime.combine(TODAY + 5 * DAY, time(10))
        assert not operations.shifts(a.frame, queries.pause(pause), by=a.me)  # once


def test_what_cannot_be_suspended(world: Any) -> None:
    with As(world, "helene") as a:
        with pytest.raises(Incorrect, match=r"life\.past"):
            operations.suspend(a.frame, None, TODAY - DAY, None, by=a.me)
        with pytest.raises(Incorrect, match=r"life\.order"):
            operations.suspend(a.frame, None, TODAY + DAY, TODAY, by=a.me)
        operations.suspend(a.frame, None, TODAY + 5 * DAY, TODAY + 9 * DAY, by=a.me)
        operations.suspend(a.frame, None, TODAY, TODAY + 4 * DAY, by=a.me)
        with pytest.raises(Refused, match=r"life\.suspended"):
            operations.suspend(a.frame, None, TODAY + 9 * DAY, None, by=a.me)


def test_an_early_end_settles_dates_and_spends_nothing(world: Any, superuser: Any) -> None:
    past, soon, later = (session(world, TODAY + n * DAY) for n in (-2, 3, 9))
    with As(world, "ines") as a:
        operations.end(a.frame, None, TODAY + 5 * DAY, "Merci à tous.", by=a.me)
        assert may(a.me, Do.OBJECTIVE_PROPOSE, a.frame)  # until that day
    with As(world, "marc") as a:
        assert [schedule.get(s).state for s in (past, soon, later)] == [
            State.PLANNED,
            State.PLANNED,
            State.CANCELLED,
        ]
        assert not schedule.get(later).late
        assert [w.text for w in queries.words(a.frame.id).values()] == ["Merci à tous."]
        assert [s.id for s in operations.unconfirmed(a.frame)] == [past]
    minutes = sa.text(
        "select coalesce(sum(minutes), 0) from hours_entry where subject_id = :s and account = :a"
    )
    for account in ("planned", "spent"):
        assert superuser.execute(minutes, {"s": later, "a": account}).scalar_one() == 0


def test_once_ended_it_is_read_and_no_longer_written(world: Any) -> None:
    initial(world, "ines", shared(world))
    past = session(world, TODAY - 2 * DAY)
    with As(world, "solange") as a:
        operations.end(a.frame, None, TODAY, "", by=a.me)
    for who, do in (
        ("ines", Do.OBJECTIVE_PROPOSE),
        ("helene", Do.SCHEDULE_PLAN),
        ("odile", Do.PARTICIPATION_INVITE),
    ):
        with As(world, who) as a:
            assert not may(a.me, do, a.frame), who
            assert may(a.me, Do.MISSION_SEE, a.frame), who
    with As(world, "helene") as a:
        assert may(a.me, Do.ATTENDANCE_PROPOSE, schedule.get(past))
        attending.propose(schedule.get(past), a.frame, 90, by=a.me)
    with As(world, "ines") as a:
        assert [w.kind for w in across.waits() if w.mission_id == a.frame.id] == ["schedule.attendance"]
    assert not waits(world)
    with As(world, "helene", "alone") as a:
        assert may(a.me, Do.OBJECTIVE_PROPOSE, a.frame)  # another mission goes on


def test_who_may_end_it(world: Any) -> None:
    for who, told in (
        ("marc", False),
        ("odile", False),
        ("yann", False),
        ("ines", True),
        ("helene", True),
        ("solange", True),
    ):
        with As(world, who) as a:
            assert operations.may_end(a.frame, None, by=a.me) is told, who
    with As(world, "theo", "group") as a:
        mine = next(s.strand_id for s in a.me.seats_in(a.frame.id))
        assert not operations.may_end(a.frame, None, by=a.me)
        assert operations.may_end(a.frame, mine, by=a.me)
        others = [s.id for s in a.frame.strands if s.id != mine]
        assert not operations.may_end(a.frame, others[0], by=a.me)


def test_of_a_strand_that_ended_the_others_learn_nothing(world: Any) -> None:
    with As(world, "theo", "group") as a:
        mine = next(s.strand_id for s in a.me.seats_in(a.frame.id))
        operations.end(a.frame, mine, TODAY, "", by=a.me)
    with As(world, "theo", "group") as a:
        assert not may(a.me, Do.OBJECTIVE_PROPOSE, a.frame)
    with As(world, "bruno", "group") as a:
        assert may(a.me, Do.OBJECTIVE_PROPOSE, a.frame)
        db.session.rollback()

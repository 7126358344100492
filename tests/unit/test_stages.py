"""Where a mission stands, from counts and waits alone."""

import uuid
from datetime import UTC, datetime, timedelta

import tenants.mission.agreement.stage  # noqa: F401 - the first room says where its stage stands
from tenants.mission.stages import ROOMS, Count, Stage, State, Wait, Where, present, standings, state

A, B = uuid.uuid4(), uuid.uuid4()
THEN = datetime(2026, 11, 20, 9, tzinfo=UTC)


def wait(strand, kind="objective.assent", days=0):
    return Wait(uuid.uuid4(), strand, kind, uuid.uuid4(), THEN + timedelta(days=days))


def objectives(told, strand=None):
    return standings(told, strand)[1]


def test_the_six_stages_are_always_all_six_in_their_order():
    assert [s.stage for s in standings(State({}, ()))] == list(Stage)
    assert [s.number for s in standings(State({}, ()))] == [1, 2, 3, 4, 5, 6]


def test_a_stage_without_a_room_is_to_come_without_wait():
    others = [s for s in standings(State({A: Count(2, 1)}, (wait(A),))) if s.stage not in ROOMS]
    assert others
    assert {s.where for s in others} == {Where.TO_COME}
    assert not any(s.waits or s.done for s in others)


def test_objectives_stand_empty_being_written_awaited_then_agreed():
    assert objectives(State({}, ())).where is Where.EMPTY
    assert objectives(State({A: Count(2, 0)}, ())).where is Where.WRITING
    assert objectives(State({A: Count(2, 1)}, (wait(A),))).where is Where.AWAITING
    agreed = objectives(State({A: Count(2, 2)}, ()))
    assert agreed.done
    assert agreed.agreed == 2


def test_collective_objectives_carry_no_initials_so_they_keep_no_stage_open():
    assert objectives(State({None: Count(1, 0), A: Count(2, 2)}, ())).done
    assert objectives(State({None: Count(1, 0)}, ())).where is Where.WRITING


def test_a_strand_sees_its_own_and_what_is_collective():
    told = State({None: Count(1, 0), A: Count(1, 1), B: Count(3, 0)}, (wait(B),))
    assert objectives(told, A).done
    assert objectives(told, A).waits == ()
    assert objectives(told, B).where is Where.AWAITING
    assert objectives(told).where is Where.AWAITING


def test_a_wait_about_people_belongs_to_no_stage():
    assert wait(None, "mentor.accept").stage is None
    assert objectives(State({}, (wait(None, "mentor.accept"),))).where is Where.EMPTY


def test_a_summary_names_the_stage_that_waits_or_is_written_or_was_done_last():
    assert present(standings(State({}, ()))).stage is Stage.AGREEMENT
    assert present(standings(State({A: Count(1, 1)}, ()))).done
    assert present(standings(State({A: Count(1, 0)}, (wait(A),)))).where is Where.AWAITING


def test_what_the_database_tells_is_read_whole():
    told = state(
        {
            "counts": [[None, 1, 0], [str(A), 2, 1]],
            "waits": [
                [str(uuid.uuid4()), str(A), "objective.assent", str(B), THEN.isoformat(), "2026-12-01", None]
            ],
        }
    )
    assert told.counts == {None: Count(1, 0), A: Count(2, 1)}
    assert told.waits[0].since == THEN
    assert str(told.waits[0].due_on) == "2026-12-01"
    assert state(None) == State({}, ())

"""The account of hours on real rows: nothing spends minutes but confirmed attendance and the agreement's clauses."""

import json
import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.awaited import Awaited
from tenants.db import at, db, new_id, now
from tenants.mission.schedule import attending, hours, planning, queries
from tenants.mission.schedule.clock import PARIS, When, of, when
from tenants.mission.schedule.presence import Answer, Standing
from tenants.mission.schedule.types import State, Type
from tenants.refusals import Incorrect, Refused, Stale
from tests.db.test_objectives import As

pytestmark = pytest.mark.usefixtures("in_app")


def past(days: int = 3, hour: int = 9) -> When:
    """A morning so many days ago."""
    return when(datetime.now(UTC).date() - timedelta(days=days), time(hour), PARIS)


def session(
    world: Any, who: str = "helene", mission: str = "solo", type_: Type = Type.PAIR, **more: Any
) -> Any:
    with As(world, who, mission) as a:
        given = {"when": past(), "minutes": 120} | more
        strand = None if type_ is Type.COLLECTIVE else a.strand
        return planning.plan(a.frame, type_, strand, by=a.me, **given)


def propose(
    world: Any, who: str, session_id: uuid.UUID, minutes: int = 120, mission: str = "solo"
) -> uuid.UUID:
    with As(world, who, mission) as a:
        return attending.propose(queries.get(session_id), a.frame, minutes, by=a.me)


def answer(
    world: Any,
    who: str,
    attendance: uuid.UUID,
    said: Answer = Answer.PRESENT,
    word: str = "",
    mission: str = "solo",
) -> None:
    with As(world, who, mission) as a:
        attending.answer(attending.get(attendance), a.frame, said, word, by=a.me)


def totals(world: Any, who: str = "helene", mission: str = "solo") -> tuple[int, int, int]:
    """Agreed, planned, spent, as that person reads them."""
    with As(world, who, mission) as a:
        staff = who in ("odile", "olga")
        rows = queries.told_to_staff(a.frame.id) if staff else queries.of_mission(a.frame, None)
        held = {} if staff else attending.of_sessions(r.id for r in rows)
        found = hours.account(a.frame, None, by=a.me, sessions=rows, held=held)
        return found.agreed, found.planned, found.spent


def waited(world: Any, who: str = "helene", mission: str = "solo") -> set[str]:
    with As(world, who, mission):
        asked = sa.select(Awaited.contact_id).where(Awaited.kind == attending.ATTENDANCE)
        found = set(db.session.scalars(asked))
    return {k for k, p in world.people.items() if p.contacts.get("ombrelune") in found}


def sign(superuser: Any, world: Any, mission: str = "solo", days: int = 0, **values: Any) -> None:
    """An agreement in force since so many days, with those clauses, and its rule the mission's."""
    place = world.missions[mission]
    kept = {
        "late_hours": 24, "preparation_minutes": 0, "report_minutes": 0, "framing_counts": True, "notebook_months": 3
    } | values  # fmt: skip
    canonical = json.dumps({"values": kept}).encode()
    then = datetime.now(UTC) - timedelta(days=days)
    ids = {
        "c": place.company_id,
        "m": place.id,
        "rule": uuid.uuid4(),
        "v": uuid.uuid4(),
        "at": then,
        "k": canonical,
    }
    run = lambda q: superuser.execute(sa.text(q), ids)  # noqa: E731 - four statements
    run("insert into rule (company_id, id, mission_id, version, made_at) values (:c, :rule, :m, 1, :at)")
    for table in ("matrix_cell", "reported_cell"):
        run(
            f"insert into {table} (company_id, rule_id, mission_id, kind, role) select company_id, :rule, mission_id, kind,"
            f" role from {table} where company_id = :c and mission_id = :m"
        )
    run(
        "insert into agreement_version (company_id, id, zone_id, mission_id, number, kind, canonical, hash, proposed_by,"
        " proposed_at, in_force_at) select :c, :v, z.id, :m, 1, 'agreement', :k, encode(sha256(:k), 'hex'), z.author_id,"
        " :at, :at from zone z where z.company_id = :c and z.mission_id = :m limit 1"
    )
    run("update mission set rule_id = :rule where company_id = :c and id = :m")


def test_a_mission_has_its_agreed_hours_from_the_start(world: Any, superuser: Any) -> None:
    assert totals(world) == (1440, 0, 0)
    superuser.execute(
        sa.text("update mission set hours = 1800 where id = :m"), {"m": world.missions["solo"].id}
    )
    assert totals(world) == (1800, 0, 0)
    with As(world, "helene") as a:
        assert [e.minutes for e in hours.entries(a.frame.id)] == [
            1440,
            360,
        ]  # nothing was changed: something was added


def test_a_session_is_planned_then_spent_once_both_have_said_so(world: Any) -> None:
    made = session(world)
    assert totals(world) == (1440, 120, 0)
    proposed = propose(world, "helene", made, 90)
    assert totals(world) == (1440, 120, 0)
    assert waited(world) == {"ines"}
    answer(world, "ines", proposed)
    assert totals(world) == (1440, 0, 90)
    assert waited(world) == set()
    with As(world, "helene"):
        assert queries.get(made).state == State.HELD
        assert attending.of_session(made).standing(now()) is Standing.CONFIRMED


def test_the_mentee_may_say_it_first(world: Any) -> None:
    proposed = propose(world, "ines", session(world))
    assert waited(world) == {"helene"}
    answer(world, "helene", proposed)
    assert totals(world) == (1440, 0, 120)


def test_moved_cancelled_or_lengthened_the_plan_follows(world: Any) -> None:
    made = session(world, when=None)
    with As(world, "helene") as a:
        row = queries.get(made)
        planning.set_date(
            row, a.frame, row.revision, by=a.me, when=past(-9), minutes=75, way="place", place=""
        )
    assert totals(world) == (1440, 75, 0)
    with As(world, "helene") as a:
        planning.cancel(queries.get(made), a.frame, "", by=a.me, notice=24)
    assert totals(world) == (1440, 0, 0)


def cancelled_soon(world: Any, who: str, mission: str = "solo", planner: str = "helene") -> uuid.UUID:
    """Two hours that begin in five, cancelled by that person with the day's notice that is usual."""
    soon = datetime.now(UTC) + timedelta(hours=5)
    made = session(world, planner, mission, when=When(of(soon, PARIS), PARIS, soon))
    with As(world, who, mission) as a:
        planning.cancel(queries.get(made), a.frame, "", by=a.me, notice=24)
        assert queries.get(made).late
    return made


def spent(world: Any, session_id: uuid.UUID, who: str = "helene", mission: str = "solo") -> int:
    with As(world, who, mission):
        return hours.spent_late(session_id)


@pytest.mark.parametrize("who", ["ines", "marc"])
def test_cancelled_late_by_the_companys_side_it_is_due(world: Any, superuser: Any, who: str) -> None:
    sign(superuser, world, days=1)
    made = cancelled_soon(world, who)
    assert totals(world) == totals(world, "odile") == (1440, 0, 120)
    assert spent(world, made) == 120


def test_cancelled_late_by_the_mentor_it_never_is(world: Any, superuser: Any) -> None:
    sign(superuser, world, days=1)
    assert spent(world, cancelled_soon(world, "helene")) == 0
    assert totals(world) == totals(world, "odile") == (1440, 0, 0)


def test_nothing_is_due_without_an_agreement_in_force_then_nor_where_it_says_never(
    world: Any, superuser: Any
) -> None:
    before = cancelled_soon(world, "ines")
    assert totals(world) == (1440, 0, 0)
    sign(superuser, world, late_hours=24)
    superuser.execute(sa.text("select hours_settle(company_id, mission_id, id, author_id) from session"))
    assert spent(world, before) == 0  # it was not agreed when it was cancelled
    superuser.execute(
        sa.text("update agreement_version set canonical = :k, hash = encode(sha256(:k), 'hex')"),
        {"k": json.dumps({"values": {"late_hours": None}}).encode()},
    )
    assert spent(world, cancelled_soon(world, "ines")) == 0
    assert totals(world) == (1440, 0, 0)


@pytest.mark.parametrize(
    ("who", "late", "due"), [("ines", True, 120), ("marc", True, 120), ("helene", True, 0)]
)
def test_what_a_cancellation_would_cost_is_what_it_costs(
    world: Any, superuser: Any, who: str, late: bool, due: int
) -> None:
    sign(superuser, world, days=1)
    soon = datetime.now(UTC) + timedelta(hours=5)
    made = session(world, when=When(of(soon, PARIS), PARIS, soon))
    far = session(world, when=past(-9))
    with As(world, who) as a:
        assert hours.if_cancelled(a.frame, queries.get(made), by=a.me) == (late, due)
        assert hours.if_cancelled(a.frame, queries.get(far), by=a.me) == (False, 0)
        planning.cancel(queries.get(made), a.frame, "", by=a.me, notice=24)
    assert spent(world, made) == due


def test_contested_with_a_word_nothing_counts_until_another_is_confirmed(world: Any) -> None:
    made = session(world)
    first = propose(world, "helene", made, 180)
    with pytest.raises(Incorrect, match=r"attendance\.word"):
        answer(world, "ines", first, Answer.CONTESTED)
    answer(world, "ines", first, Answer.CONTESTED, "deux heures, pas trois")
    assert totals(world) == (1440, 120, 0)
    assert waited(world) == {"helene"}
    for who, reads in (("helene", True), ("ines", True), ("marc", False), ("solange", False)):
        with As(world, who):
            held = attending.of_session(made)
            assert (held is not None and any("pas trois" in x.word for x in held.lines)) == reads, who
    second = propose(world, "helene", made, 120)
    with pytest.raises(Stale, match=r"attendance\.other"):
        answer(world, "ines", first)
    answer(world, "ines", second)
    assert totals(world) == (1440, 0, 120)


def test_a_correction_is_a_counter_entry(world: Any) -> None:
    made = session(world)
    answer(world, "ines", propose(world, "helene", made, 120))
    again = propose(world, "ines", made, 90)
    assert totals(world) == (1440, 0, 120)  # what stood counts until the other has confirmed
    answer(world, "helene", again)
    assert totals(world) == (1440, 0, 90)
    with As(world, "helene") as a:
        assert [e.minutes for e in hours.entries(a.frame.id) if e.account == "spent"] == [120, -30]


def test_unanswered_for_seven_days_it_stands_computed_then_noted(world: Any, superuser: Any) -> None:
    made = session(world, when=past(12))
    with at(datetime.now(UTC) - timedelta(days=8)):
        proposed = propose(world, "helene", made, 100)
    computed = totals(world)
    assert computed == (1440, 0, 100)
    with As(world, "helene"):
        assert attending.of_session(made).standing(now()) is Standing.UNCONTESTED
    stands = sa.text("select count(*) from attendance_stands(:at)")
    assert superuser.execute(stands, {"at": datetime.now(UTC)}).scalar_one() == 1
    assert superuser.execute(stands, {"at": datetime.now(UTC)}).scalar_one() == 0
    assert totals(world) == computed
    assert totals(world, "odile") == computed
    assert waited(world) == set()
    with As(world, "helene"):
        assert attending.of_session(made).standing(now()) is Standing.UNCONTESTED
    answer(world, "ines", proposed, Answer.CONTESTED, "je n’y étais pas")  # late, and yet it is said
    assert totals(world) == (1440, 120, 0)


def test_silence_confirms_nothing_that_a_mentee_said(world: Any, superuser: Any) -> None:
    made = session(world, when=past(12))
    with at(datetime.now(UTC) - timedelta(days=9)):
        propose(world, "ines", made)
    superuser.execute(sa.text("select attendance_stands(now())"))
    assert totals(world) == (1440, 120, 0)


def test_the_agreement_counts_preparation_and_the_report(world: Any, superuser: Any) -> None:
    sign(superuser, world, days=2, preparation_minutes=30, report_minutes=240)
    answer(world, "ines", propose(world, "helene", session(world), 120))
    assert totals(world) == (1440, 0, 150)
    for _ in range(2):
        with As(world, "helene") as a:
            hours.write_report(a.frame, a.strand, by=a.me)
    assert totals(world) == (1440, 0, 390)
    with As(world, "helene") as a:
        hours.unwrite_report(a.frame, a.strand, by=a.me)
    assert totals(world) == (1440, 0, 150)


def test_framing_before_a_signature_that_does_not_count_it_is_given_back(world: Any, superuser: Any) -> None:
    made = session(world, type_=Type.FRAMING)
    answer(world, "ines", propose(world, "helene", made, 90))
    assert totals(world) == (1440, 0, 90)
    sign(superuser, world, framing_counts=False)
    assert totals(world) == (1440, 0, 0)
    with As(world, "helene") as a:
        assert [e.minutes for e in hours.entries(a.frame.id) if e.account == "spent"] == [90, -90]


def test_a_collective_session_spends_its_hours_once_and_tells_no_absence(world: Any) -> None:
    made = session(world, "bruno", "group", Type.COLLECTIVE)
    with pytest.raises(Refused, match=r"attendance\.not_yours"):
        propose(world, "theo", made, mission="group")
    proposed = propose(world, "bruno", made, 150, "group")
    answer(world, "theo", proposed, mission="group")
    answer(world, "lina", proposed, Answer.ABSENT, mission="group")
    assert totals(world, "bruno", "group")[1:] == (120, 0)
    with As(world, "theo", "group"):
        held = attending.of_session(made)
        seen = {x.contact_id for x in held.lines}
        assert world.people["lina"].contacts["ombrelune"] not in seen
        assert held.standing(now()) is Standing.AWAITED
        rows = db.session.execute(sa.text("select row_to_json(t)::text from awaited t")).scalars()
        assert not any(str(world.people["joel"].contacts["ombrelune"]) in r for r in rows)
    answer(world, "joel", proposed, mission="group")
    for who in ("bruno", "theo", "lina", "joel", "odile"):
        assert totals(world, who, "group")[1:] == (0, 150), who


def test_a_mentee_of_a_group_reads_their_own_lines_and_what_is_collective(world: Any) -> None:
    mine = session(world, "bruno", "group", when=past(-5))
    session(world, "bruno", "group", Type.COLLECTIVE, when=past(-6))
    assert totals(world, "theo", "group") == (1440, 240, 0)
    for who in ("lina", "joel"):
        assert totals(world, who, "group") == (1440, 120, 0)
        with As(world, who, "group"):
            rows = db.session.execute(sa.text("select row_to_json(t)::text from hours_entry t")).scalars()
            assert not any(str(mine) in r for r in rows), who
    for who in ("bruno", "solange", "odile"):
        assert totals(world, who, "group") == (1440, 240, 0)


def test_nobody_writes_in_the_ledger(world: Any) -> None:
    for act in (
        "update hours_entry set minutes = 1", "delete from hours_entry",
        "insert into hours_entry select company_id, gen_random_uuid(), mission_id from hours_entry",
        "update attendance set settled_at = now()",
    ):  # fmt: skip
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), As(world, "helene"):
            db.session.execute(sa.text(act))


def test_what_cannot_be_said_is_refused(world: Any) -> None:
    made = session(world, when=past(-2))
    with pytest.raises(Refused, match=r"schedule\.not_begun"):
        propose(world, "helene", made)
    held = session(world)
    with pytest.raises(Refused, match=r"attendance\.not_yours"):
        propose(world, "marc", held)
    proposed = propose(world, "helene", held)
    with pytest.raises(Incorrect, match=r"attendance\.absent"):
        answer(world, "ines", proposed, Answer.ABSENT)
    answer(world, "ines", proposed)
    answer(world, "ines", proposed)  # harmless again
    with pytest.raises(Refused, match=r"attendance\.answered"):
        answer(world, "ines", proposed, Answer.CONTESTED, "non")
    twice = new_id()
    for _ in range(2):
        with As(world, "helene") as a:
            attending.propose(queries.get(held), a.frame, 60, by=a.me, attendance_id=twice)
    assert totals(world)[2] == 120

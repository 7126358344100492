"""Whatever is done in whatever order, the ledger says what a plain reckoning says, and its entries are never changed."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.db import at, new_id
from tenants.mission.agreement.clauses import ClauseValues
from tenants.mission.schedule import attending, hours, planning, queries
from tenants.mission.schedule.clock import PARIS, when
from tenants.mission.schedule.presence import SILENCE, Answer, Said, Standing, standing
from tenants.mission.schedule.types import Type
from tenants.policy import COMPANY_ROLES, FIRM_ROLES, Role
from tenants.refusals import Refused
from tests.conftest import DEEP
from tests.db.test_hours import sign
from tests.db.test_objectives import As

BEGUN = datetime.now(UTC) - timedelta(days=40)


@dataclass
class Reckoned:
    """One session as the test knows it: what is proposed, what stands."""

    minutes: int
    cancelled: bool = False
    late: bool = False
    open: tuple[str, int, datetime] | None = None  # by whom, how long, when
    contested: bool = False
    stands: tuple[int, bool] | None = None  # minutes, by silence

    def planned(self) -> int:
        return 0 if self.cancelled or self.stands else self.minutes

    def spent(self) -> int:
        return self.minutes if self.late else self.stands[0] if self.stands else 0


@dataclass
class Book:
    """All that was done so far in the test's database, and the rows that the ledger has shown."""

    sessions: dict[Any, Reckoned] = field(default_factory=dict)
    seen: dict[Any, int] = field(default_factory=dict)
    today: datetime = BEGUN


@pytest.fixture
def book(world: Any, superuser: sa.Connection) -> Book:
    """From the first day under an agreement that counts late cancellations."""
    sign(superuser, world, days=60)
    return Book()


def plan(world: Any, b: Book, minutes: int) -> None:
    with As(world, "helene") as a:
        day = (b.today - timedelta(days=1)).date()
        made = planning.plan(
            a.frame, Type.PAIR, a.strand, by=a.me, when=when(day, time(9), PARIS), minutes=minutes
        )
    b.sessions[made] = Reckoned(minutes)


def lengthen(world: Any, b: Book, key: Any, minutes: int) -> None:
    with As(world, "marc") as a:
        row = queries.get(key)
        try:
            planning.set_date(
                row, a.frame, row.revision, by=a.me, when=when(b.today.date(), time(8), PARIS), minutes=minutes,
                way="place", place="",
            )  # fmt: skip
        except Refused:
            return
    b.sessions[key].minutes = minutes


def cancel(world: Any, b: Book, key: Any, notice: int, who: str) -> None:
    """Late it is due, if the mentee cancels; if the mentor does, never."""
    with As(world, who) as a:
        row = queries.get(key)
        late = row.starts_at is not None and b.today > row.starts_at - timedelta(hours=notice)
        late = late and who == "ines"
        try:
            planning.cancel(row, a.frame, "", by=a.me, notice=notice)
        except Refused:
            return
    kept = b.sessions[key]
    kept.late = kept.late if kept.cancelled else late
    kept.cancelled = True


def propose(world: Any, b: Book, key: Any, who: str, minutes: int) -> None:
    with As(world, who) as a:
        try:
            attending.propose(queries.get(key), a.frame, minutes, by=a.me, attendance_id=new_id())
        except Refused:
            return
    kept = b.sessions[key]
    kept.open, kept.contested = (who, minutes, b.today), False


def answer(world: Any, b: Book, key: Any, who: str, said: Answer) -> None:
    with As(world, who) as a:
        held = attending.of_session(key)
        if held is None:
            return
        try:
            attending.answer(held.row, a.frame, said, "non", by=a.me)
        except Refused:
            return
    kept = b.sessions[key]
    if kept.open is None:  # it stands: only silence may still be broken
        if kept.stands and kept.stands[1] and who == "ines":
            kept.stands = None if said is Answer.CONTESTED else (kept.stands[0], False)
        return
    by, minutes, _ = kept.open
    if by == who or kept.contested:
        return
    if said is Answer.CONTESTED:
        kept.contested = True
    else:
        kept.stands, kept.open = (minutes, False), None


def wait(b: Book, superuser: sa.Connection, days: int, clock: bool) -> None:
    b.today += timedelta(days=days)
    if clock:
        superuser.execute(sa.text("select attendance_stands(:at)"), {"at": b.today})
        for kept in b.sessions.values():
            if (
                kept.open
                and kept.open[0] == "helene"
                and not kept.contested
                and kept.open[2] + SILENCE <= b.today
            ):
                kept.stands, kept.open = (kept.open[1], True), None


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("plan", "lengthen", "cancel", "propose", "answer", "wait")), st.integers(0, 7),
        st.integers(1, 240), st.sampled_from(("helene", "ines")), st.sampled_from((Answer.PRESENT, Answer.CONTESTED)),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@pytest.mark.usefixtures("in_app")
@settings(
    max_examples=10_000 if DEEP else 200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(ACTS)
def test_the_ledger_reconciles_whatever_the_order(
    world: Any, superuser: sa.Connection, book: Book, acts: list[Any]
) -> None:
    for name, which, minutes, who, said in acts:
        keys = list(book.sessions)[-6:]
        key = keys[which % len(keys)] if keys else None
        with at(book.today):
            if name == "plan" or key is None:
                plan(world, book, minutes)
            elif name == "lengthen":
                lengthen(world, book, key, minutes)
            elif name == "cancel":
                cancel(world, book, key, minutes, who)
            elif name == "propose":
                propose(world, book, key, who, minutes)
            elif name == "answer":
                answer(world, book, key, who, said)
        if name == "wait":
            wait(book, superuser, which, clock=minutes % 2 == 0)
    with at(book.today), As(world, "helene") as a:
        rows = queries.of_mission(a.frame, None)
        held = attending.of_sessions(r.id for r in rows)
        read = hours.account(a.frame, None, by=a.me, sessions=rows, held=held)
        now = {e.id: e.minutes for e in hours.entries(a.frame.id)}
        standing_now = {k: h.standing(book.today) for k, h in held.items()}
    silent = {
        k: s.open[1] for k, s in book.sessions.items()
        if s.open and standing_now[k] is Standing.UNCONTESTED
    }  # fmt: skip
    planned = sum(s.planned() for k, s in book.sessions.items() if k not in silent)
    spent = sum(silent.get(k, s.spent()) for k, s in book.sessions.items())
    assert (read.agreed, read.planned, read.spent) == (1440, planned, spent)
    # once the clock has noted what stands by silence, the entries alone say the same
    superuser.execute(sa.text("select attendance_stands(:at)"), {"at": book.today})
    for k, minutes in silent.items():
        book.sessions[k].stands, book.sessions[k].open = (minutes, True), None
    with at(book.today), As(world, "odile") as a:
        noted = hours.account(a.frame, None, by=a.me)
        assert (noted.agreed, noted.planned, noted.spent) == (1440, planned, spent)
    # entries are added, never changed
    assert book.seen.items() <= now.items()
    book.seen = now


@given(
    st.sets(st.sampled_from(COMPANY_ROLES + FIRM_ROLES)),
    st.booleans(),
    st.none() | st.integers(1, 99),
    st.booleans(),
)
def test_only_the_companys_side_spends_by_cancelling(
    roles: set[Role], signed: bool, hours_: int | None, late: bool
) -> None:
    held = {r for r in roles if r in COMPANY_ROLES}
    due = hours.late_due(held, ClauseValues(late_hours=hours_) if signed else None, late=late)
    assert due == (late and signed and hours_ is not None and bool(held) and Role.MENTOR not in held)
    assert not hours.late_due(held | {Role.MENTOR}, ClauseValues(), late=True)


@given(st.data())
def test_who_has_said_what_decides_alone(data: st.DataObject) -> None:
    moment = datetime(2026, 11, 24, 9, tzinfo=UTC)
    lines = [
        Said(new_id(), role, said, moment - timedelta(days=data.draw(st.integers(0, 12))) if said else None)
        for role in data.draw(st.lists(st.sampled_from(("mentor", "mentee")), min_size=1, max_size=4))
        for said in [data.draw(st.sampled_from((None, "present", "absent", "contested")))]
    ]
    found, since = standing(lines, moment)
    shuffled = lines[:]
    random.Random(data.draw(st.integers())).shuffle(shuffled)
    assert standing(shuffled, moment) == (found, since)
    if any(s.answer == "contested" for s in lines):
        assert found is Standing.CONTESTED
    elif all(s.answer for s in lines):
        assert found is Standing.CONFIRMED
    else:
        mentor = [s for s in lines if s.role == "mentor" and s.answer == "present"]
        due = any(s.at + SILENCE <= moment for s in mentor if s.at)
        assert (found is Standing.UNCONTESTED) == due

"""Whatever the dates, the hours and the answers: a layout sums to the minute, an hour is what was said, a slot suits all."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.mission.schedule import clock
from tenants.mission.schedule.choosing import Answer, Proposed, common, first, missing
from tenants.mission.schedule.layouts import Layout, lay_out, total
from tenants.mission.schedule.types import LONGEST, Type
from webapp.mission.schedule.free import propose

PLACES = st.sampled_from(
    (
        "Europe/Paris",
        "America/Montreal",
        "Pacific/Noumea",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
    )
)
DAYS = st.dates(date(2008, 1, 1), date(2037, 12, 31))
HOURS = st.times()


# -- an hour somewhere -------------------------------------------------------------------------------


@given(DAYS, HOURS, PLACES)
def test_an_hour_is_an_instant_or_is_refused_with_the_next_one(day: date, hour: time, zone: str) -> None:
    local = datetime.combine(day, hour.replace(second=0, microsecond=0))
    try:
        found = clock.when(day, hour, zone)
    except clock.NoSuchHour as gap:
        after = gap.values["next"]
        assert after > local
        # nothing exists from the hour that was asked until the one that is proposed
        for n in range(int((after - local).total_seconds() // 60)):
            minute = local + timedelta(minutes=n)
            with pytest.raises(clock.NoSuchHour):
                clock.when(minute.date(), minute.time(), zone)
        clock.when(after.date(), after.time(), zone)
        return
    assert found.local == local
    assert clock.of(found.at, zone) == local  # there and back
    # the first of the two, where the clocks show it twice: an hour earlier they show another one
    earlier = [found.at - timedelta(minutes=n) for n in (30, 60)]
    assert all(clock.of(at, zone) != local for at in earlier)
    later = [found.at + timedelta(minutes=n) for n in (30, 60, 1440)]
    assert found.twice == any(clock.of(at, zone) == local for at in later)


@pytest.mark.parametrize(
    ("typed", "proposed"), [(time(2, 0), time(3, 0)), (time(2, 30), time(3, 0)), (time(2, 59), time(3, 0))]
)
def test_the_hour_that_spring_skips_is_refused(typed: time, proposed: time) -> None:
    with pytest.raises(clock.NoSuchHour) as gap:
        clock.when(date(2027, 3, 28), typed, clock.PARIS)
    assert gap.value.values["next"].time() == proposed


def test_the_hour_that_autumn_repeats_is_the_first() -> None:
    found = clock.when(date(2026, 10, 25), time(2, 30), clock.PARIS)
    assert (found.at, found.twice) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True)
    assert not clock.when(date(2026, 10, 25), time(3, 30), clock.PARIS).twice


def test_a_place_keeps_its_own_clock_across_the_change() -> None:
    before, after = (clock.when(d, time(9), clock.PARIS) for d in (date(2027, 3, 26), date(2027, 3, 29)))
    assert (after.at - before.at) == timedelta(days=3) - timedelta(hours=1)
    assert before.at.astimezone(ZoneInfo("Europe/Paris")).hour == 9


# -- the slot that suits all ----------------------------------------------------------------------------

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PEOPLE = [uuid.UUID(int=n) for n in range(1, 5)]


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[Proposed], list[uuid.UUID]]:
    people = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=4))
    slots = []
    for n in range(draw(st.integers(0, 6))):
        at = NOW + timedelta(hours=draw(st.integers(-30, 300)))
        said = draw(st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(Answer), max_size=4))
        slots.append(Proposed(uuid.UUID(int=100 + n), PEOPLE[0], at.replace(tzinfo=None), "UTC", at, said))
    return slots, people


@given(questions())
def test_what_is_fixed_suits_everybody_and_nothing_better_was_left(
    asked: tuple[list[Proposed], list[uuid.UUID]],
) -> None:
    slots, people = asked
    found = common(slots, people, NOW)
    for s in slots:
        no = any(s.answers.get(p) not in (Answer.YES, Answer.MAYBE) for p in people)
        assert (s in found) == (bool(people) and s.starts_at > NOW and not no)
    chosen = first(slots, people, NOW)
    assert (chosen is None) == (not found)
    if chosen is not None:
        gladly = [s for s in found if all(s.answers[p] is Answer.YES for p in people)]
        assert chosen in (gladly or found)
        assert all(chosen.starts_at <= s.starts_at for s in (gladly or found))
        assert set(missing([chosen], people)) == set()


@given(questions())
def test_who_is_missing_has_not_said_something_of_every_slot(
    asked: tuple[list[Proposed], list[uuid.UUID]],
) -> None:
    slots, people = asked
    for p in people:
        assert (p in missing(slots, people)) == any(p not in s.answers for s in slots)


# -- a mission laid out ------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(
    st.sampled_from(Layout), DAYS, st.integers(0, 700), st.integers(0, 200 * 60), st.integers(1, 6),
    st.sets(st.tuples(st.sampled_from([t for t in Type if t is not Type.PAIR]), st.none() | st.integers(0, 5)), max_size=8),
)  # fmt: skip
def test_a_layout_sums_to_the_minute_within_the_dates(
    layout: Layout, starts: date, days: int, minutes: int, strands: int, there: set[tuple[Type, int | None]]
) -> None:
    ends = starts + timedelta(days=days)
    steps = lay_out(layout, starts, ends, minutes, strands, there)
    assert total(steps) == minutes
    assert all(s.minutes > 0 for s in steps)
    assert all(clock.monday(starts) <= s.week_of <= ends and s.week_of.weekday() == 0 for s in steps)
    assert [s.week_of for s in steps] == sorted(s.week_of for s in steps)
    assert not {(s.type, s.strand) for s in steps} & there
    assert not {s.type for s in steps} & {t for t, strand in there if strand is None}
    assert all(s.strand is None or 0 <= s.strand < strands for s in steps)
    if strands == 1:
        assert all(s.strand == 0 for s in steps)
        assert Type.COLLECTIVE not in {s.type for s in steps}
    assert sum(s.type is Type.FRAMING for s in steps) <= 1


@given(st.sampled_from(Layout), st.integers(2, 5), st.integers(0, 4))
def test_one_strands_review_leaves_the_others_theirs(layout: Layout, strands: int, which: int) -> None:
    """Sessions of the pair and reviews are each strand's own; framing, gatherings and restitution are everybody's, once."""
    had = which % strands
    steps = lay_out(layout, date(2026, 10, 5), date(2027, 3, 19), 120 * 60, strands, {(Type.REVIEW, had)})
    reviewed = {s.strand for s in steps if s.type is Type.REVIEW}
    assert reviewed == set(range(strands)) - {had}
    assert {s.strand for s in steps if s.type is Type.PAIR} == set(range(strands))
    for type_ in (Type.FRAMING, Type.RESTITUTION, Type.COLLECTIVE):
        assert {s.strand for s in steps if s.type is type_} == {None}


@given(st.sampled_from(Layout), st.integers(8 * 60, 60 * 60))
def test_an_ordinary_mission_has_every_step_and_sessions_of_a_human_length(
    layout: Layout, minutes: int
) -> None:
    steps = lay_out(layout, date(2026, 10, 5), date(2027, 3, 19), minutes // 15 * 15)
    kinds = [s.type for s in steps]
    assert kinds[0] is Type.FRAMING
    assert kinds[-1] is Type.RESTITUTION
    assert {Type.REVIEW, Type.REPORT, Type.PAIR} <= set(kinds)
    assert all(s.minutes <= LONGEST for s in steps)


LOCAL = st.builds(datetime.combine, st.dates(date(2026, 11, 20), date(2027, 1, 10)), HOURS)


@given(st.lists(LOCAL, max_size=40), st.integers(15, 240))
def test_moments_that_look_free_are_on_working_days_apart_from_what_is_taken(
    taken: list[datetime], minutes: int
) -> None:
    today = date(2026, 11, 24)
    found = propose(taken, today, None, minutes)
    assert len(found) <= 3
    assert len({f.date() for f in found}) == len(found)
    for f in found:
        assert f.weekday() < 5
        assert f.date() > today
        assert all(abs(t - f) >= timedelta(minutes=max(minutes, 120)) for t in taken)

"""Three ways to lay a mission out on its calendar, by need. Pure: dates and minutes in, steps out, to the minute.

What a layout proposes sums to the minutes that it was given, whatever they are: sessions of the pair take what the
steps leave, and when there is too little for all steps the least necessary ones go.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tenants.mission.schedule.clock import monday
from tenants.mission.schedule.types import LONGEST, USUAL, Type

GRAIN = 15  # minutes: the smallest part of an hour that is planned


class Layout(StrEnum):
    """What the mentee needs."""

    TAKING_POST = "taking_post"
    PASSING_ON = "passing_on"
    TO_DIRECTION = "to_direction"


@dataclass(frozen=True)
class Step:
    """One line of a layout. ``strand``: its place among the mission's, None for all together."""

    type: Type
    week_of: date
    minutes: int
    strand: int | None = 0


@dataclass(frozen=True)
class _Fixed:
    """A step that a layout always has: where in the mission's time (0 to 1), how long, and what goes first (high)."""

    type: Type
    place: float
    minutes: int
    spare: int = 0


@dataclass(frozen=True)
class _Shape:
    """``sessions``: the length that sessions of the pair have; ``early``: how much nearer the beginning they stand."""

    steps: tuple[_Fixed, ...]
    session: int
    early: float = 1.0


SHAPES: dict[Layout, _Shape] = {
    # close sessions at the start, the workplace seen at once, two reviews with the manager
    Layout.TAKING_POST: _Shape(
        (
            _Fixed(Type.FRAMING, 0.0, 90),
            _Fixed(Type.VISIT, 0.06, 120, 4),
            _Fixed(Type.REVIEW, 0.33, 60),
            _Fixed(Type.REVIEW, 0.66, 60, 2),
            _Fixed(Type.REPORT, 0.93, 60),
            _Fixed(Type.RESTITUTION, 1.0, 90),
        ),
        session=90,
        early=1.35,
    ),
    # what is passed on is seen where it is done: two visits, long sessions, evenly
    Layout.PASSING_ON: _Shape(
        (
            _Fixed(Type.FRAMING, 0.0, 90),
            _Fixed(Type.VISIT, 0.1, 180, 4),
            _Fixed(Type.REVIEW, 0.4, 60),
            _Fixed(Type.VISIT, 0.7, 180, 5),
            _Fixed(Type.REPORT, 0.93, 60),
            _Fixed(Type.RESTITUTION, 1.0, 90),
        ),
        session=150,
    ),
    # fewer and longer, three reviews: the place in the company changes
    Layout.TO_DIRECTION: _Shape(
        (
            _Fixed(Type.FRAMING, 0.0, 120),
            _Fixed(Type.REVIEW, 0.25, 60, 4),
            _Fixed(Type.REVIEW, 0.5, 60),
            _Fixed(Type.REVIEW, 0.75, 60, 2),
            _Fixed(Type.REPORT, 0.93, 90),
            _Fixed(Type.RESTITUTION, 1.0, 120),
        ),
        session=120,
        early=1.1,
    ),
}
# What a mission of several mentees does once for all of them: there the framing and the restitution gather everybody.
TOGETHER = (_Fixed(Type.COLLECTIVE, 0.08, 120, 6), _Fixed(Type.COLLECTIVE, 0.5, 120, 7))


def lay_out(
    layout: Layout, starts_on: date, ends_on: date, minutes: int, strands: int = 1,
    there: Collection[tuple[Type, int | None]] = (),
) -> list[Step]:  # fmt: skip
    """The steps by week, in order; their minutes sum to ``minutes`` exactly. None at all for no minutes.

    ``there``: steps that the calendar has already, each with the place of its strand (None: of all together), which are
    not proposed again: one strand's review leaves the others theirs.
    """
    if minutes <= 0 or ends_on < starts_on or strands < 1:
        return []
    shape = SHAPES[layout]
    fixed = [(f, n) for f, n in _fixed(shape, strands) if not _has(there, f.type, n, strands)]
    while len(fixed) > 1 and sum(f.minutes for f, _ in fixed) + shape.session > minutes:
        dropped = max(fixed, key=lambda f: (f[0].spare, f[0].minutes, f[1] or 0))
        if not dropped[0].spare and sum(1 for _ in fixed) * GRAIN <= minutes:
            break
        fixed.remove(dropped)
    nominal = [(f.type, f.place, f.minutes, strand) for f, strand in fixed]
    nominal += _sessions(shape, minutes - sum(n[2] for n in nominal), strands, _weeks(starts_on, ends_on))
    shares = _shares([n[2] for n in nominal], minutes)
    steps = [
        Step(type_, _week(starts_on, ends_on, place), share, strand)
        for (type_, place, _, strand), share in zip(nominal, shares, strict=True)
        if share > 0
    ]
    order = list(USUAL)
    return sorted(steps, key=lambda s: (s.week_of, _rank(s.type), order.index(s.type), s.strand or 0))


def _fixed(shape: _Shape, strands: int) -> list[tuple[_Fixed, int | None]]:
    if strands == 1:
        return [(f, 0) for f in shape.steps]
    gathered = {Type.FRAMING, Type.RESTITUTION}
    found: list[tuple[_Fixed, int | None]] = [(f, None) for f in TOGETHER]
    for f in shape.steps:
        found += [(f, None)] if f.type in gathered else [(f, n) for n in range(strands)]
    return found


def _has(there: Collection[tuple[Type, int | None]], type_: Type, strand: int | None, strands: int) -> bool:
    """What is done together is done for each; what each has had needs no meeting of all."""
    if (type_, None) in there or (type_, strand) in there:
        return True
    return strand is None and all((type_, n) in there for n in range(strands))


def _sessions(
    shape: _Shape, left: int, strands: int, weeks: int
) -> list[tuple[Type, float, int, int | None]]:
    """Sessions of each pair in what is left: about as long as the shape says, one a week at most, unless they got too long."""
    if left <= 0:
        return []
    share = left // strands
    wanted = max(1, round(share / shape.session))
    count = max(min(wanted, max(weeks - 1, 1)), -(-share // LONGEST), 1)
    if share < GRAIN:
        return [(Type.PAIR, 0.5, left, 0)]
    return [
        (Type.PAIR, ((n + 0.75) / (count + 0.5)) ** shape.early * 0.96, max(share // count, 1), strand)
        for strand in range(strands)
        for n in range(count)
    ]


def _shares(nominal: list[int], minutes: int) -> list[int]:
    """``minutes`` shared out in proportion, by grains; the odd rest goes to the longest."""
    whole = sum(nominal)
    shares = [minutes * n // whole // GRAIN * GRAIN for n in nominal]
    rest = minutes - sum(shares)
    longest = sorted(range(len(nominal)), key=lambda i: (shares[i] - minutes * nominal[i] / whole, i))
    for i in longest:
        if rest < GRAIN:
            break
        shares[i] += GRAIN
        rest -= GRAIN
    shares[max(range(len(nominal)), key=lambda i: (nominal[i], -i))] += rest
    return shares


def _weeks(starts_on: date, ends_on: date) -> int:
    return (monday(ends_on) - monday(starts_on)).days // 7 + 1


def _week(starts_on: date, ends_on: date, place: float) -> date:
    """The week of that point of the mission's time, by its Monday."""
    at = min(max(place, 0.0), 1.0) * (ends_on - starts_on).days
    return monday(starts_on + timedelta(days=int(at)))


def _rank(type_: Type) -> int:
    """In one week: framing first, report and restitution last."""
    return {Type.FRAMING: 0, Type.REPORT: 2, Type.RESTITUTION: 3}.get(type_, 1)


def total(steps: Iterable[Step]) -> int:
    """Minutes of them all."""
    return sum(s.minutes for s in steps)

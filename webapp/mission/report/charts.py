"""Pictures of a report as plain numbers: each objective from its start to its result, the hours, the dates in time.

The page draws them as SVG and the paper with typst, from the same values. Each says in words its first, last and target
value; an objective whose values are not of one kind has no picture, and its words stand in the table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tenants.mission.objectives.content import Measure
from webapp import formats


@dataclass(frozen=True)
class Range:
    """From ``start`` by ``target`` to ``result``, between ``least`` and ``most``; None where it is not known."""

    start: float | None
    target: float | None
    result: float
    least: float
    most: float
    reached: bool | None
    alt: str

    def place(self, value: float, width: float, edge: float) -> float:
        """Where a value stands on a line of that width."""
        spread = (self.most - self.least) or 1
        return round(edge + (width - 2 * edge) * (value - self.least) / spread, 1)


def reached(start: Measure, target: Measure, last: Measure) -> bool | None:
    """Whether the target is reached; None where that cannot be told from figures."""
    values = comparable(start, target, last)
    if values is None:
        return None
    first, aim, now = values
    if aim is None or now is None:
        return None
    sense = target.sense
    if sense is None:
        sense = "most" if first is not None and aim < first else "least"
    return now <= aim if sense == "most" else now >= aim


def comparable(*measures: Measure) -> list[float | None] | None:
    """Their values on one scale: all out of something, as parts of 100, or all bare. None where they are mixed."""
    known = [m for m in measures if m.value is not None]
    if not known or len({m.out_of is None for m in known}) > 1:
        return None
    if any(m.out_of == 0 for m in known):
        return None
    return [_value(m) for m in measures]


def _value(m: Measure) -> float | None:
    if m.value is None:
        return None
    return float(m.value * 100 / m.out_of) if m.out_of else float(m.value)


def range_of(result: Mapping[str, Any]) -> Range | None:
    """The picture of one objective, from the report's own values."""
    if not result["readings"]:
        return None
    start, target = Measure.of(result["baseline"]), Measure.of(result["target"])
    last = Measure.of(result["readings"][-1]["measure"])
    values = comparable(start, target, last)
    if values is None or values[2] is None:
        return None
    known = [v for v in values if v is not None]
    out_of = last.out_of is not None
    low, high = (0.0, 100.0) if out_of else (min(0.0, *known), max(*known, 1.0))
    high = max(high, *known)
    done = reached(start, target, last)
    return Range(values[0], values[1], values[2], low, high, done, alt(start, target, last, done))


def alt(start: Measure, target: Measure, last: Measure, done: bool | None) -> str:
    """« De 23 à 11, cible : 8 au plus, non atteinte »."""
    said = [
        _("De %(start)s à %(last)s", start=words(start), last=words(last))
        if start
        else _("Résultat : %(last)s", last=words(last))
    ]
    if target:
        said.append(_("cible : %(target)s", target=words(target)))
    if done is not None:
        said.append(_("atteinte") if done else _("non atteinte"))
    return ", ".join(said)


def words(m: Measure) -> str:
    """The figure alone where there is one."""
    return formats.measure("" if m.value is not None else m.words, m.value, m.out_of, m.sense)


def hours_of(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """Agreed, spent, planned: one bar that adds up."""
    told = content["hours"]
    if not told or not (told["agreed"] or told["spent"]):
        return None
    agreed, spent = told["agreed"], told["spent"]
    whole = max(agreed, spent, 1)
    said = (
        _(
            "%(spent)s décomptées sur %(agreed)s",
            spent=formats.duration(spent),
            agreed=formats.duration(agreed),
        )
        if agreed
        else _("%(spent)s décomptées", spent=formats.duration(spent))
    )
    left = max(agreed - spent, 0)
    return {
        "spent": spent,
        "whole": whole,
        "part": round(240 * min(spent, whole) / whole),
        "words": said,
        "rest": _("%(left)s restent", left=formats.duration(left)) if left else "",
        "alt": said,
    }


def timeline_of(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The sessions in time: those held, those to come, between the mission's first and last day."""
    dated = [(date.fromisoformat(s["on"]), s) for s in content["sessions"] if s["on"]]
    if not dated:
        return None
    starts, ends = (date.fromisoformat(content["mission"][k]) for k in ("starts_on", "ends_on"))
    first = min([starts, *(d for d, _s in dated)])
    last = max([ends, *(d for d, _s in dated)])
    days = max((last - first).days, 1)
    marks = [
        {
            "at": (on - first).days / days,
            "held": s["state"] == "held",
            "x": round(8 + 464 * (on - first).days / days, 1),
        }
        for on, s in dated
    ]
    held = sum(bool(m["held"]) for m in marks)
    return {
        "marks": marks,
        "first": formats.day(first),
        "last": formats.day(last),
        "alt": _timed(held, len(marks) - held, dated, first, last),
    }


def _timed(held: int, left: int, dated: Sequence[tuple[date, Any]], first: date, last: date) -> str:
    said = _(
        "Du %(first)s au %(last)s : %(held)s rendez-vous tenus, %(left)s à venir, le premier le %(one)s, le dernier le %(other)s",
        first=formats.day(first),
        last=formats.day(last),
        held=held,
        left=left,
        one=formats.day(dated[0][0]),
        other=formats.day(dated[-1][0]),
    )
    return str(said)

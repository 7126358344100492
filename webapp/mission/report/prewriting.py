"""The sentences with which a report begins, from dated facts: elided, in the plural, dated as French writes them.

Always in French: a report is printed and sealed in the language of its mission's agreement.
"""

import uuid
from collections.abc import Callable
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from tenants.mission.objectives.content import Measure
from tenants.mission.queries import Frame
from tenants.mission.report.drafting import Draft
from tenants.mission.report.sources import Result, Taken, Told
from tenants.mission.roadmap.lines import ActionLine, AxisLine
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.types import Type
from webapp import formats
from webapp.formats import day, duration
from webapp.mission import names
from webapp.mission.report.charts import reached
from webapp.mission.schedule.words import TYPES


def drafts(frame: Frame, taken: Taken) -> list[Draft]:
    """Every passage that the facts give, part by part."""
    found = [synthesis(frame, taken)]
    found += points(frame, taken)
    found += [axis(x) for x in taken.axes]
    found += [result(frame, r) for r in taken.results]
    found += follow_up(frame, taken)
    return [d for d in found if d is not None]


def synthesis(frame: Frame, taken: Taken) -> Draft | None:
    """« De septembre 2026 à mars 2027, 22 h décomptées sur 24 h, 4 objectifs. La demande convenue : « … » »."""
    said = [span(frame.starts_on, frame.ends_on)]
    if taken.hours:
        agreed, spent, _planned = taken.hours
        whole = len(frame.strands) == 1 and agreed
        if spent:
            said.append(
                _("%(spent)s décomptées sur %(agreed)s", spent=duration(spent), agreed=duration(agreed))
                if whole
                else _("%(spent)s décomptées", spent=duration(spent))
            )
    if taken.results:
        said.append(ngettext("%(num)d objectif", "%(num)d objectifs", len(taken.results)))
    text = ", ".join(said) + "."
    if taken.sentence:
        quoted = taken.sentence.strip().rstrip(".")
        text += " " + _("La demande convenue : « %(sentence)s. »", sentence=quoted)
    kind, source = ("sentence", taken.sentence_id) if taken.sentence_id else (None, None)
    return Draft("synthesis", text, kind, source)


def span(starts: date, ends: date) -> str:
    """« De septembre 2026 à mars 2027 », « D’octobre à décembre 2026 », « En mars 2027 »."""
    first, last = _month(starts), _month(ends)
    if (starts.year, starts.month) == (ends.year, ends.month):
        return _("En %(month)s", month=last)
    if starts.year == ends.year:
        first = first.rsplit(" ", 1)[0]
    of = formats.of_name(first)
    return _("%(From)s à %(last)s", From=of[:1].upper() + of[1:], last=last)


def points(frame: Frame, taken: Taken) -> list[Draft | None]:
    """How often they met, then what each approved review and shared summary says."""
    return [met(taken.held), *(told(t) for t in taken.told)]


def met(held: tuple[Session, ...]) -> Draft | None:
    """« 7 rendez-vous ont eu lieu, du 20 octobre 2026 au 23 février 2027, dont 2 points d’étape. »"""
    dated = [s for s in held if s.local_at is not None]
    if not dated:
        return None
    first, last = (_on(s.local_at) for s in (dated[0], dated[-1]))
    reviews = sum(s.type == Type.REVIEW for s in dated)
    many = len(dated)
    if first == last:
        text = ngettext(
            "%(num)d rendez-vous a eu lieu, le %(day)s",
            "%(num)d rendez-vous ont eu lieu, le %(day)s",
            many,
            day=day(last),
        )
    else:
        text = _(
            "%(num)d rendez-vous ont eu lieu, du %(first)s au %(last)s",
            num=many,
            first=day(first),
            last=day(last),
        )
    if 0 < reviews < many:
        text += ngettext(", dont %(num)d point d’étape", ", dont %(num)d points d’étape", reviews)
    return Draft("points", text + ".", "session", dated[0].id)


def told(t: Told) -> Draft | None:
    """« Au point d’étape du 24 novembre 2026, il a été convenu : … »; a shared summary as it was shared."""
    on = t.session.local_at
    if t.kind == "summary":
        text = t.texts.get("text", "").strip()
        return Draft("points", text, "summary", t.id) if text else None
    said = t.texts.get("agreed", "").strip() or t.texts.get("since", "").strip()
    if not said or on is None:
        return None
    text = _("Au point d’étape du %(day)s, il a été convenu : « %(said)s »", day=day(_on(on)), said=said)
    return Draft("points", text, "review", t.id)


def axis(x: AxisLine) -> Draft:
    """« Conduire par les chefs d’équipe : donner à chacun un périmètre écrit ; tenir une réunion courte. »"""
    content = x.agreed if x.agreed is not None and x.rewording is None else x.content
    head = content.wording.strip().rstrip(".")
    lines = [_small(w.strip().rstrip(".")) for _id, w in content.strategies if w.strip()]
    text = _("%(axis)s : %(strategies)s.", axis=head, strategies=_semicolons(lines)) if lines else f"{head}."
    return Draft("axes", text, "axis", x.id)


def result(frame: Frame, r: Result) -> Draft:
    """« L’objectif 2 n’est pas atteint : 11 relevés le 26 février 2027 par Marc, pour une cible de 8 au plus. »"""
    return Draft("results", _result(frame, r), "objective", r.id)


def _result(frame: Frame, r: Result) -> str:
    last = r.last
    if last is None:
        if not r.measured:
            return _("L’objectif %(number)s s’apprécie sans indicateur.", number=r.number)
        return _("Aucun relevé n’a été noté pour l’objectif %(number)s.", number=r.number)
    value = {
        "number": r.number,
        "value": measured(last.measure),
        "day": day(last.on),
        "who": names.first_name(frame, last.by_id),
        "target": measured(r.content.target),
    }
    state = reached(r.content.baseline, r.content.target, last.measure)
    if not r.content.target:
        return _("Objectif %(number)s : %(value)s, relevé du %(day)s par %(who)s.", **value)
    if state is None:
        return _(
            "Objectif %(number)s : %(value)s, relevé du %(day)s par %(who)s ; cible : %(target)s.", **value
        )
    if state:
        return _(
            "L’objectif %(number)s est atteint : %(value)s, relevé du %(day)s par %(who)s, pour une cible de %(target)s.",
            **value,
        )
    return _(
        "L’objectif %(number)s n’est pas atteint : %(value)s, relevé du %(day)s par %(who)s, pour une cible de %(target)s.",
        **value,
    )


def follow_up(frame: Frame, taken: Taken) -> list[Draft]:
    """Actions still to be done that have a date, and the dates to come, in order."""
    found = [due(a) for a in taken.due] + [date_to_come(s) for s in taken.to_come]
    return sorted((d for d in found if d is not None), key=lambda d: (d.due_on or date.max, d.text))


def due(a: ActionLine) -> Draft | None:
    """An action, with whom and for when."""
    text = a.wording.strip().rstrip(".")
    return Draft("follow_up", text, "action", a.id, a.due_on, a.owner_id) if text else None


def date_to_come(s: Session) -> Draft | None:
    """« Point d’étape », on its day."""
    if s.local_at is None or s.type in (Type.REPORT, Type.RESTITUTION):
        return None
    return Draft("follow_up", TYPES[s.type](), "session", s.id, _on(s.local_at))


def left(
    taken: Taken, used: set[tuple[str, str, uuid.UUID]], make: Callable[[Taken], list[Draft]]
) -> list[Draft]:
    """What the facts give that the report has not taken."""
    return [d for d in make(taken) if d.source_kind and (d.part, d.source_kind, d.source_id) not in used]


def measured(m: Measure) -> str:
    """« 9 sur 10 », « 8 au plus »."""
    return formats.measure(m.words, m.value, m.out_of, m.sense)


def _semicolons(lines: list[str]) -> str:
    return f"{formats.THIN}; ".join(lines)


def _small(text: str) -> str:
    """A strategy within a sentence begins with a small letter, unless it begins with a name or initials."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() else text[:1].lower() + text[1:]


def _month(value: date) -> str:
    return formats.day(value.replace(day=2)).split(formats.NB, 1)[1]


def _on(value: datetime | None) -> date:
    assert value is not None  # noqa: S101 - the caller kept those that have a date
    return value.date()


__all__ = ["drafts", "left"]

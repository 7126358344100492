"""« Vos prochaines dates »: what the person is to come to, in all their companies, with the mission's name and no word of it."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from tenants.mission.schedule.queries import NextDate
from webapp import formats
from webapp.mission import names
from webapp.mission.schedule import words

SHOWN = 6


@dataclass(frozen=True)
class DateView:
    """One date, or the days between which one is being found (``iso`` None)."""

    when: str
    iso: str | None
    what: str
    where: str
    url: str


def views(found: list[NextDate]) -> list[DateView]:
    """The next ones."""
    return [_view(one) for one in found[:SHOWN]]


def _view(one: NextDate) -> DateView:
    name = names.name_of([one.mentee] if one.mentee else [], one.title)
    what = words.TYPES[one.type]()
    return DateView(
        when=_when(one),
        iso=one.local_at.isoformat(timespec="minutes") if one.local_at else None,
        what=what if one.starts_at else gettext("%(what)s, date à choisir", what=what),
        where=f"{name} · {one.company} · {formats.duration(one.minutes)}",
        url=url_for("schedule.one", company=one.slug, mission_id=one.mission_id, session_id=one.session_id),
    )


def _when(one: NextDate) -> str:
    """« Jeudi 3 décembre, 9 h », « Entre le 8 et le 11 décembre »."""
    if one.local_at is not None:
        day = one.local_at.date()
        said = formats.weekday(day, year=day.year != formats.today().year)
        return f"{said[:1].upper()}{said[1:]}, {words.hour(one.local_at, one.timezone)}"
    if one.first_slot is None or one.last_slot is None or one.first_slot.date() == one.last_slot.date():
        return gettext("Le %(day)s", day=formats.short_day(one.first_slot.date())) if one.first_slot else ""
    first, last = one.first_slot.date(), one.last_slot.date()
    if (first.year, first.month) == (last.year, last.month):
        number = formats.day(first).split(formats.NB, 1)[0]
        return gettext("Entre le %(first)s et le %(last)s", first=number, last=formats.short_day(last))
    return gettext(
        "Entre le %(first)s et le %(last)s", first=formats.short_day(first), last=formats.short_day(last)
    )

"""The calendar as a list by month: one line a session, where today falls, which step of the method it marks."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from tenants.actors import Actor
from tenants.mission.queries import Frame
from tenants.mission.schedule import queries
from tenants.mission.schedule.attending import Held
from tenants.mission.schedule.choosing import Proposed, missing
from tenants.mission.schedule.models import SlotPoll
from tenants.mission.schedule.presence import Standing
from tenants.mission.schedule.types import USUAL, State, Type
from tenants.mission.stages import Stage, Where
from tenants.mission.stages import Standing as StageStanding
from tenants.zones import Audience, Kind
from webapp import formats
from webapp.mission import layout, names
from webapp.mission.readers import ReadersView, readers_view
from webapp.mission.schedule import attendance, words


@dataclass(frozen=True)
class RowView:
    """One session as a line. ``url`` None: for whoever reads its date alone."""

    id: uuid.UUID
    title: str
    url: str | None
    day: str
    weekday: str
    hour: str
    iso: str | None
    who: str
    length: str
    where: str
    state: tuple[str, str]
    step: int | None
    step_name: str
    gone: bool = False
    mine: bool = False


@dataclass
class MonthView:
    """A month, its lines in order; ``before``: the line above which today stands, '' after the last, None elsewhere."""

    id: str
    label: str
    rows: list[RowView] = field(default_factory=list)
    before: str | None = None


@dataclass(frozen=True)
class StepView:
    """One of the six steps of the method, with where it falls."""

    number: int
    name: str
    words: str
    iso: str | None
    done: bool


def standing_line(standing: StageStanding) -> str:
    """« Prochain rendez-vous le 8 décembre », « 3 dates à poser »."""
    told = standing.facts
    if standing.where is Where.EMPTY:
        return _("Aucune date pour l’instant")
    if told.get("next"):
        return _("Prochain rendez-vous %(day)s", day=formats.on_day(told["next"]))
    if told.get("to_plan"):
        return ngettext("%(num)d date à poser", "%(num)d dates à poser", told["to_plan"])
    return _("Tous les rendez-vous ont eu lieu")


def hours_note(frame: Frame, standing: StageStanding, whole: bool) -> str:
    """« 12 h sur 20 h décomptées »; of one part of a mission, without the budget, which is everybody's."""
    spent = formats.duration(standing.facts.get("spent") or 0)
    if whole:
        return _("%(spent)s sur %(agreed)s décomptées", spent=spent, agreed=formats.duration(frame.hours))
    return _("%(spent)s décomptées", spent=spent)


def titles(frame: Frame, rows: Sequence[Any]) -> dict[uuid.UUID, str]:
    """« Cadrage à quatre », « Rendez-vous 3 »: sessions of a pair are numbered as they follow each other."""
    found, count = {}, dict[Any, int]()
    for row in rows:
        name = words.TYPES[row.type]()
        if row.type == Type.PAIR:  # a cancelled one keeps its number: those after it keep theirs
            count[row.strand_id] = count.get(row.strand_id, 0) + 1
            name = _("Rendez-vous %(number)s", number=count[row.strand_id])
        elif row.type in (Type.FRAMING, Type.REVIEW) and hasattr(row, "roles"):
            there = len(queries.participants(frame, row))
            name = _together(name, there)
        found[row.id] = name
    return found


def _together(name: str, count: int) -> str:
    numbers = {
        2: _("%(name)s à deux", name=name),
        3: _("%(name)s à trois", name=name),
        4: _("%(name)s à quatre", name=name),
        5: _("%(name)s à cinq", name=name),
    }
    return numbers.get(count, name)


@dataclass(frozen=True)
class Attended:
    """What is known of who was there: what was said, as far as the reader reads it, and what the ledger counts."""

    held: Mapping[uuid.UUID, Held] = field(default_factory=dict)
    counted: Collection[uuid.UUID] = ()


def months(
    frame: Frame, rows: Sequence[Any], polls: Mapping[uuid.UUID, SlotPoll],
    slots: Mapping[uuid.UUID, Sequence[Proposed]], actor: Actor, attended: Attended,
) -> list[MonthView]:  # fmt: skip
    """Month after month; what has neither date nor week comes last."""
    named, today = titles(frame, rows), formats.today()
    found: dict[str, MonthView] = {}
    keys: list[tuple[date | None, RowView]] = []
    for row in rows:
        poll = polls.get(row.id)
        view = _row(frame, row, named[row.id], poll, slots.get(poll.id, ()) if poll else (), actor, attended)
        day = day_of(row)
        keys.append((day, view))
        _month(found, day).rows.append(view)
    if rows and any(day for day, _view in keys):
        here = _month(found, today)
        later = next((v for day, v in keys if day and day >= today and v in here.rows), None)
        here.before = str(later.id) if later else ""
    return sorted(found.values(), key=lambda m: m.id)


def _month(found: dict[str, MonthView], day: date | None) -> MonthView:
    key = f"{day.year}-{day.month:02}" if day else "later"
    if key not in found:
        found[key] = MonthView(key, month_name(day) if day else _("Sans date"))
    return found[key]


def month_name(day: date) -> str:
    """« décembre 2026 »."""
    return formats.day(day.replace(day=2)).split(formats.NB, 1)[1]


def day_of(row: Any) -> date | None:
    """The day of a session, or the first of the week aimed at."""
    found: date | None = row.local_at.date() if row.local_at else row.week_of
    return found


def _row(
    frame: Frame, row: Any, title: str, poll: SlotPoll | None, slots: Sequence[Proposed], actor: Actor,
    attended: Attended,
) -> RowView:  # fmt: skip
    full = hasattr(row, "roles")
    people = queries.participants(frame, row) if full else []
    step = USUAL[Type(row.type)].stage
    local = row.local_at
    return RowView(
        id=row.id,
        title=title,
        url=url_for("schedule.one", mission_id=frame.id, session_id=row.id) if full else None,
        day=str(local.day) if local else "",
        weekday=formats.weekday(local.date()).split(" ")[0] if local else "",
        hour=words.hour(local, row.timezone) if local else week_words(row.week_of),
        iso=local.isoformat(timespec="minutes") if local else None,
        who=who(frame, people, actor) if full else _whose(frame, row.strand_id),
        length=formats.duration(row.minutes),
        where=place(row) if full else "",
        state=state(frame, row, poll, slots, people, actor, attended),
        step=list(Stage).index(step) + 1 if step else None,
        step_name=layout.stage_name(step) if step else "",
        gone=row.state == State.CANCELLED,
        mine=bool(poll) and awaited(row, poll, slots, people) == actor.contact_id,
    )


def awaited(row: Any, poll: SlotPoll | None, slots: Sequence[Proposed], people: Sequence[uuid.UUID]) -> Any:
    """The first who is awaited for its date: somebody who has not answered, else whoever asked."""
    if poll is None:
        return None
    return next(iter(missing(slots, people)), poll.author_id)


def week_words(week: date | None) -> str:
    """« semaine du 7 décembre »."""
    return _("semaine du %(day)s", day=formats.short_day(week)) if week else _("sans date")


def who(frame: Frame, people: Sequence[uuid.UUID], actor: Actor) -> str:
    """« Inès et vous »; « tous » when everybody of the mission is to come."""
    everybody = {s.contact_id for s in frame.sitting()}
    if len(people) > 3 and set(people) == everybody:  # noqa: PLR2004 - beyond three the group's name
        return _("tous")
    return names.first_names(frame, people, actor.contact_id)


def _whose(frame: Frame, strand_id: uuid.UUID | None) -> str:
    mentee = frame.mentee_of(strand_id) if strand_id else None
    if mentee is None:
        return _("tous les mentorés")
    return names.first_name(frame, mentee.id)


def place(row: Any) -> str:
    """« site Nord », « en visio »."""
    if row.way == "video":
        return f"{_('en visio')}{_(' :')} {row.place}" if row.place else _("en visio")
    return str(row.place)


def state(
    frame: Frame, row: Any, poll: SlotPoll | None, slots: Sequence[Proposed], people: Sequence[uuid.UUID], actor: Actor,
    attended: Attended,
) -> tuple[str, str]:  # fmt: skip
    """The mark and its words."""
    if row.state == State.CANCELLED:
        return "todo", _("Annulé")
    if row.state == State.HELD:
        return _was_held(frame, row, actor, attended)
    if poll is not None:
        return _asked(frame, poll, slots, people, actor)
    if row.state == State.TO_PLAN:
        return "draft", _("Date à poser")
    if row.starts_at <= formats.now():
        return "doing", _("Passé, à confirmer")
    return "agreed", _("Date retenue")


def _was_held(frame: Frame, row: Any, actor: Actor, attended: Attended) -> tuple[str, str]:
    """Confirmed, contested, taken as said, or whom one waits for; to whoever reads no answers, whether it counts."""
    held = attended.held.get(row.id)
    if held is None:
        if row.id in attended.counted:
            return attendance.told(Standing.CONFIRMED)
        return "doing", _("A eu lieu, à confirmer")
    where = held.standing(formats.now())
    if where is Standing.AWAITED and row.id not in attended.counted:
        lacking = [x.contact_id for x in held.lines if x.answer is None]
        if actor.contact_id in lacking:
            return "awaiting", _("On attend votre confirmation")
        if lacking:
            since = formats.since(held.row.at)
            return "awaiting", _(
                "On attend %(who)s %(since)s", who=names.first_names(frame, lacking), since=since
            )
    if where is Standing.AWAITED and row.id in attended.counted:
        where = Standing.CONFIRMED  # what was confirmed counts until the correction is confirmed too
    return attendance.told(where)


def _asked(
    frame: Frame, poll: SlotPoll, slots: Sequence[Proposed], people: Sequence[uuid.UUID], actor: Actor
) -> tuple[str, str]:
    lacking = missing(slots, people)
    if not lacking:
        if poll.author_id == actor.contact_id:
            return "awaiting", _("À vous de retenir une date")
        return "awaiting", _("On attend %(who)s", who=names.first_name(frame, poll.author_id))
    if actor.contact_id in lacking:
        return "awaiting", _("On attend votre réponse")
    since = formats.since(poll.at)
    return "awaiting", _("On attend %(who)s %(since)s", who=names.first_names(frame, lacking), since=since)


def steps(rows: Sequence[Any]) -> list[StepView]:
    """The six steps of the method, each with the session that marks it: the next one, else the last there was."""
    kept = [r for r in rows if r.state != State.CANCELLED]
    review = next((r for r in kept if r.type == Type.REVIEW), None)
    found = []
    for number, stage in enumerate(Stage, 1):
        marking = [r for r in kept if USUAL[Type(r.type)].stage is stage]
        row = next((r for r in marking if r.state != State.HELD), marking[-1] if marking else None)
        if row is not None:
            said, iso = _falls(row)
        elif stage in (Stage.OBJECTIVES, Stage.ROADMAP) and review is not None and day_of(review):
            said, iso = _("avant le %(day)s", day=formats.short_day(day_of(review))), None  # type: ignore[arg-type]
        else:
            said, iso = _("sans date"), None
        done = bool(marking) and all(r.state == State.HELD for r in marking)
        found.append(StepView(number, layout.stage_name(stage), said, iso, done))
    return found


def _falls(row: Any) -> tuple[str, str | None]:
    if row.local_at:
        return formats.short_day(row.local_at.date()), row.local_at.date().isoformat()
    return week_words(row.week_of), None


def dates_view(frame: Frame, strand_id: uuid.UUID | None) -> ReadersView:
    """Who may know the dates: the calendar's readers, and the firm's staff, for whom the firm's name stands."""
    base = readers_view(frame, kind=Kind.CALENDAR, audience=Audience.EVERYONE, strand_id=strand_id)
    firm = g.here.firm
    staff = ("firm", "", firm, _("coordination et gérance"), False)
    return replace(
        base,
        audience="everyone",
        label=_("%(readers)s et le cabinet", readers=base.label),
        reads=base.reads | {"firm": True},
        readers=[*base.readers, staff],
        rule_words=_(
            "%(rule)s Le cabinet lit les dates et les durées, jamais un contenu.", rule=base.rule_words
        ),
    )


def span(local: datetime, minutes: int, zone: str) -> str:
    """« mardi 8 décembre, 11 h – 12 h 30 »."""
    from datetime import timedelta

    end = words.hour(local + timedelta(minutes=minutes), zone)
    return f"{formats.weekday(local.date(), year=local.year != formats.today().year)}, {formats.clock(local.time())} – {end}"

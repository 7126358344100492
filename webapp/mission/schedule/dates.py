"""Dates: a session planned, moved, cancelled, held; slots proposed, answered, one fixed; a mission laid out."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from tenants.mission.agreement import clauses
from tenants.mission.queries import Frame
from tenants.mission.schedule import planning, queries, slots
from tenants.mission.schedule.layouts import Layout
from tenants.mission.schedule.models import Session, SlotPoll
from tenants.mission.schedule.types import Type
from tenants.policy import Do, may
from tenants.refusals import Incorrect, Refused, Stale
from webapp import access
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Invalid
from webapp.mission.schedule import forms, load, preview, sessions, views
from webapp.mission.schedule.views import ONE
from webapp.pages import go, show

dates = Blueprint("schedule_dates", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/schedule")


@dates.post("/sessions")
@allows(Do.SCHEDULE_PLAN, load.strand)
def plan(strand: load.Strand) -> Any:
    """A session to come, of the strand or, by the mentor, of everybody."""
    gathers = may(access.actor(), Do.SCHEDULE_GATHER, strand)
    form = forms.SessionForm(request.form).offer(group=len(strand.frame.strands) > 1, gathers=gathers)
    try:
        forms.check(form)
        type_ = form.chosen()
        when = form.moment(form.on, form.hour)
    except Invalid:
        return show("mission/schedule/new.html", status=422, **views.planning(strand, form))
    made = planning.plan(
        strand.frame, type_, None if type_ is Type.COLLECTIVE else strand.strand_id, by=access.actor(),
        session_id=form.session_id.data, minutes=form.length.minutes or None, when=when, week_of=form.week.day,
        way=form.way.data or "place", place=form.place.data or "",
    )  # fmt: skip
    return go("schedule.one", mission_id=strand.mission_id, session_id=made)


@dates.post("/sessions/<uuid:session_id>/date")
@allows(Do.SCHEDULE_PLAN, load.session)
def set_date(row: Session) -> Any:
    """A date, or another one."""
    form = forms.DateForm(request.form)
    try:
        forms.check(form)
        when = form.moment(form.on, form.hour)
        planning.set_date(
            row, g.frame, form.revision.data or 0, by=access.actor(), when=when, minutes=form.length.minutes,
            way=form.way.data or "place", place=form.place.data or "", reason=form.reason.data or "",
        )  # fmt: skip
    except Invalid:
        return _date(row, status=422, typed=form)
    except Incorrect as wrong:
        form.refuse(wrong.values["field"], words_of(wrong).todo)
        return _date(row, status=422, typed=form)
    except Stale:
        return _date(row, status=409, conflict=_conflict(row, form))
    return _date(row)


@dates.post("/sessions/<uuid:session_id>/slots")
@allows(Do.SCHEDULE_PLAN, load.session)
def propose(row: Session) -> Any:
    """Three moments for those who are to come to choose among."""
    form = forms.SlotsForm(request.form)
    try:
        forms.check(form)
        slots.propose(row, g.frame, form.moments(), by=access.actor(), poll_id=form.poll_id.data)
    except Invalid:
        return _date(row, status=422, typed=form)
    except Incorrect as wrong:
        _day, hour = [p for p in form.pairs() if p[0].data][wrong.values["number"]]
        form.refuse(hour.name, words_of(wrong).title)
        return _date(row, status=422, typed=form)
    return _date(row)


@dates.post("/sessions/<uuid:session_id>/slots/<uuid:poll_id>/answers")
@allows(Do.SCHEDULE_ANSWER, load.poll)
def answer(poll: SlotPoll) -> Any:
    """Yes, if need be or no, slot by slot; « aucun ne convient, voici le mien »."""
    row = _session(poll)
    form = forms.AnswerForm(request.form)
    try:
        forms.check(form)
        own = form.moment(form.own_on, form.own_hour)
        slots.answer(poll, g.frame, form.answers(request.form), by=access.actor(), own=own)
    except Invalid:
        return _date(row, status=422, typed=form)
    except Incorrect as wrong:
        form.refuse("own_hour", words_of(wrong).title)
        return _date(row, status=422, typed=form)
    except Refused as refused:
        return _date(row, status=refused.status, refused=words_of(refused))
    return _date(row)


@dates.post("/sessions/<uuid:session_id>/slots/<uuid:poll_id>/choice")
@allows(Do.SCHEDULE_FIX, load.poll)
def fix(poll: SlotPoll) -> Any:
    """The slot that suits everybody becomes the date."""
    row, form = _session(poll), forms.FixForm.read()
    try:
        slots.fix(poll, g.frame, form.slot.data, by=access.actor())
    except Refused as refused:
        return _date(row, status=refused.status, refused=words_of(refused))
    return _date(row)


@dates.post("/sessions/<uuid:session_id>/slots/<uuid:poll_id>/withdrawal")
@allows(Do.SCHEDULE_FIX, load.poll)
def drop(poll: SlotPoll) -> Any:
    """Nobody is asked any more."""
    row = _session(poll)
    slots.drop(poll, by=access.actor())
    return _date(row)


@dates.post("/sessions/<uuid:session_id>/cancellation")
@allows(Do.SCHEDULE_PLAN, load.session)
def cancel(row: Session) -> Any:
    """It will not take place; a reason is nobody's due."""
    form = forms.CancelForm(request.form)
    if not form.validate():
        return _date(row, status=422, typed=form)
    notice = clauses.clauses_in_force(row.mission_id).late_hours
    planning.cancel(row, g.frame, form.reason.data or "", by=access.actor(), notice=notice or 0)
    return _date(row)


@dates.post("/sessions/<uuid:session_id>/holding")
@allows(Do.SCHEDULE_PLAN, load.session)
def hold(row: Session) -> Any:
    """It took place."""
    planning.hold(row, by=access.actor())
    return _date(row)


# -- a mission laid out -------------------------------------------------------------------------


@dates.post("/layouts")
@allows(Do.SCHEDULE_LAY_OUT, load.mission)
def lay_out(frame: Frame) -> Any:
    """Every step in its week, as it was shown before."""
    form = forms.LayoutForm.read()
    chosen, actor = Layout(form.layout.data), access.actor()
    found = preview.of(frame, chosen, actor)
    if found.hash != form.steps.data and not _done(frame, form.layout_id.data):
        return show("mission/schedule/layouts.html", status=409, **views.previewed(frame, chosen, moved=True))
    from webapp.mission import layout

    strands = layout.my_strands(frame, actor)
    planning.apply(frame, found.steps, strands, by=actor, layout_id=form.layout_id.data or uuid.uuid4())
    return go("schedule.index", mission_id=frame.id)


@dates.post("/layouts/withdrawal")
@allows(Do.SCHEDULE_LAY_OUT, load.mission)
def undo(frame: Frame) -> Any:
    """What that act laid out and is still to plan goes."""
    form = forms.LayoutForm.read()
    if form.layout_id.data is None:
        abort(404)
    planning.undo(frame, form.layout_id.data, by=access.actor())
    strand = load.strand(frame.id)
    if strand is None:
        abort(404)
    to = url_for("schedule.index", mission_id=frame.id, strand=strand.strand_id)
    return show(views.PAGE, "_list.html", to=to, **views.listed(strand))


# -- what the acts share ------------------------------------------------------------------------


def _done(frame: Frame, layout_id: uuid.UUID | None) -> bool:
    return any(r.layout_id == layout_id for r in queries.of_mission(frame, None))


def _session(poll: SlotPoll) -> Session:
    found = queries.get(poll.session_id)
    if found is None:
        abort(404)
    return found


def _date(row: Session, status: int = 200, **more: Any) -> Response:
    """Its date again, for htmx; after a plain post its page."""
    access.renew(row.mission_id)
    fresh = queries.get(row.id) or row
    to = url_for("schedule.one", mission_id=row.mission_id, session_id=row.id)
    return show(ONE, "_date.html", to=to, status=status, **sessions.context(fresh, part="_date.html", **more))


def _conflict(row: Session, form: forms.DateForm) -> dict[str, Any]:
    """Both dates, in words, with what the post of one's own would carry."""
    fresh = queries.get(row.id) or row
    posted = {k: v for k, v in request.form.items() if k not in ("csrf_token", "revision")}
    mine = f"{form.on.data} {form.hour.data}".strip()
    theirs = sessions.moved_words({
        "local_at": fresh.local_at.isoformat() if fresh.local_at else None, "minutes": fresh.minutes,
        "timezone": fresh.timezone,
    })  # fmt: skip
    return {
        "mine": mine or _("(rien)"),
        "theirs": theirs or _("(rien)"),
        "revision": fresh.revision,
        "posted": posted,
    }

"""The hours' page, and the acts that move the account: attendance said, confirmed, contested; the report written."""

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from tenants.mission.schedule import attending, hours, queries
from tenants.mission.schedule.hours_models import Attendance
from tenants.mission.schedule.models import Session
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused
from webapp import access
from webapp.access import allows
from webapp.errors import words_of
from webapp.mission.schedule import hours_forms, hours_shown, load, sessions
from webapp.mission.schedule.views import ONE
from webapp.pages import show

hours_room = Blueprint(
    "schedule_hours", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/schedule"
)
PAGE = "mission/schedule/hours.html"


@hours_room.get("/hours")
@allows(Do.MISSION_SEE, load.strand)
def index(strand: load.Strand) -> Any:
    """Agreed, planned, spent; what spent them; every entry."""
    return show(PAGE, "_hours.html", **hours_shown.context(strand))


@hours_room.post("/hours/report")
@allows(Do.HOURS_PIECE, load.strand)
def report(strand: load.Strand) -> Any:
    """The report is written, or is not after all: what the agreement counts for it."""
    form, by = hours_forms.ReportForm.read(), access.actor()
    if strand.strand_id is None:
        raise Refused("hours.no_piece")
    act = hours.write_report if form.written.data == "yes" else hours.unwrite_report
    act(strand.frame, strand.strand_id, by=by)
    access.renew(strand.mission_id)
    to = url_for("schedule_hours.index", mission_id=strand.mission_id, strand=strand.strand_id)
    return show(PAGE, "_hours.html", to=to, **hours_shown.context(strand))


@hours_room.get("/sessions/<uuid:session_id>/attendance")
@allows(Do.SCHEDULE_SEE, load.session)
def attendance(row: Session) -> Any:
    """Who said what of it."""
    return show(ONE, "_attendance.html", **sessions.context(row))


@hours_room.post("/sessions/<uuid:session_id>/attendance")
@allows(Do.ATTENDANCE_PROPOSE, load.session)
def propose(row: Session) -> Any:
    """It took place, so long."""
    form = hours_forms.LastedForm(request.form).offer(row.minutes)
    if not hours_forms.checked(form):
        return _part(row, status=422, attended=form)
    try:
        attending.propose(
            row, g.frame, form.minutes, by=access.actor(), attendance_id=form.attendance_id.data
        )
    except Refused as refused:
        return _part(row, status=refused.status, refused=words_of(refused))
    return _part(row)


@hours_room.post("/sessions/<uuid:session_id>/attendance/<uuid:attendance_id>/answer")
@allows(Do.ATTENDANCE_ANSWER, load.attendance)
def answer(found: Attendance) -> Any:
    """Confirmed, or contested with a word."""
    row = queries.get(found.session_id)
    assert row is not None  # noqa: S101 - the loader has just read it
    form = hours_forms.PresenceForm(request.form).offer(found.minutes, together=row.strand_id is None)
    said = form.said()
    if not hours_forms.checked(form) or said is None:
        return _part(row, status=422, attended=form)
    try:
        attending.answer(found, g.frame, said, form.word.data or "", by=access.actor())
    except Incorrect as wrong:
        form.refuse(wrong.values["field"], words_of(wrong).title)
        return _part(row, status=422, attended=form)
    except Refused as refused:
        return _part(row, status=refused.status, refused=words_of(refused))
    return _part(row)


def _part(row: Session, status: int = 200, **more: Any) -> Response:
    access.renew(row.mission_id)
    fresh = queries.get(row.id) or row
    to = url_for("schedule.one", mission_id=row.mission_id, session_id=row.id, _anchor="session-attendance")
    found = sessions.context(fresh, part="_attendance.html", **more)
    return show(ONE, "_attendance.html", to=to, status=status, **found)

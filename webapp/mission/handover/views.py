"""One page for whoever has left as mentor, for fifteen days; one for whoever reads what they left."""

import uuid
from typing import Any, Generic, TypeVar

from flask import Blueprint, Response, url_for

from tenants.db import db
from tenants.mission.handover import operations, queries
from tenants.mission.handover.models import Handover
from tenants.mission.handover.queries import Departure, Strand, Unsaid
from tenants.mission.queries import Frame
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused, Stale
from webapp import access
from webapp.access import actor, allows
from webapp.errors import words_of
from webapp.forms import Form
from webapp.mission.handover import shown
from webapp.mission.handover.forms import TextForm
from webapp.mission.schedule import hours_forms
from webapp.pages import show

room = Blueprint("handover", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/handover")


Thing = TypeVar("Thing")


class Of(Generic[Thing]):
    """A thing of the page of whoever left: a subject for the policy, which looks at whose it is."""

    def __init__(self, found: Departure, thing: Thing) -> None:
        self.found, self.thing = found, thing
        self.company_id, self.contact_id = found.company_id, found.contact_id


def departure(mission_id: uuid.UUID) -> Departure | None:
    """The actor's own; None for everybody else, and afterwards."""
    return queries.departure(mission_id)


def strand(mission_id: uuid.UUID, strand_id: uuid.UUID) -> Of[Strand] | None:
    """A strand that was theirs."""
    found = queries.departure(mission_id)
    one = next((s for s in found.strands if s.id == strand_id), None) if found else None
    return Of(found, one) if found and one else None


def attendance(mission_id: uuid.UUID, attendance_id: uuid.UUID) -> Of[Unsaid] | None:
    """A session of their time on which their word is awaited."""
    found = queries.departure(mission_id)
    one = next((u for u in queries.unsaid(mission_id) if u.attendance_id == attendance_id), None)
    return Of(found, one) if found and one else None


def mission(mission_id: uuid.UUID) -> Frame | None:
    """The mission, for whoever takes part."""
    return access.in_mission(mission_id)


def text(mission_id: uuid.UUID, handover_id: uuid.UUID) -> Handover | None:
    """A text that the actor reads there."""
    frame = access.in_mission(mission_id)
    return next((h for h in queries.texts(frame, actor()) if h.id == handover_id), None) if frame else None


@room.get("/leave")
@allows(Do.HANDOVER_LEAVE, departure)
def leave(found: Departure) -> Response:
    """What is left to do, and until when."""
    return _left(found)


@room.post("/leave/<uuid:strand_id>")
@allows(Do.HANDOVER_LEAVE, strand)
def keep(of: Of[Strand]) -> Response:
    """Keep the text, or hand it over."""
    form, by = TextForm(), actor()
    if not form.validate():
        return _left(of.found, 422, typed=form, on=of.thing.id)
    row_id, deliver = form.row_id.data or uuid.uuid4(), form.act.data == "deliver"
    try:
        operations.keep(
            of.found, of.thing, row_id, form.words.data or "", form.revision.data or 0, deliver=deliver, by=by
        )
    except Incorrect as wrong:
        form.refuse(wrong.values["field"], words_of(wrong).title)
        return _left(of.found, 422, typed=form, on=of.thing.id)
    except (Stale, Refused) as refused:
        return _left(of.found, refused.status, typed=form, on=of.thing.id, refused=words_of(refused))
    return _left(of.found)


@room.post("/leave/attendance/<uuid:attendance_id>")
@allows(Do.HANDOVER_LEAVE, attendance)
def answer(of: Of[Unsaid]) -> Response:
    """Confirm, or contest with a word."""
    asked = of.thing
    form = hours_forms.PresenceForm().offer(asked.minutes, together=asked.together)
    said = form.said()
    if not hours_forms.checked(form) or said is None:
        return _left(of.found, 422, typed=form, on=asked.attendance_id)
    try:
        operations.answer(of.found, asked.attendance_id, said.value, form.word.data or "", by=actor())
    except Incorrect as wrong:
        form.refuse(wrong.values["field"], words_of(wrong).title)
        return _left(of.found, 422, typed=form, on=asked.attendance_id)
    return _left(of.found)


@room.get("")
@allows(Do.HANDOVER_SEE, mission)
def index(frame: Frame) -> Response:
    """The texts that one reads."""
    return _reading(frame)


@room.post("/<uuid:handover_id>/open")
@allows(Do.HANDOVER_OPEN, text)
def open_(row: Handover) -> Response:
    """« Transmettre à … »."""
    Form.read()
    frame = _frame(row)
    try:
        operations.open_to_successor(row, frame, by=actor())
    except Refused as refused:
        return _reading(frame, refused.status, refused=words_of(refused))
    return _reading(frame)


@room.post("/<uuid:handover_id>/hold")
@allows(Do.HANDOVER_OPEN, text)
def hold(row: Handover) -> Response:
    """« Garder pour moi »."""
    Form.read()
    operations.hold(row, by=actor())
    return _reading(_frame(row))


def _frame(row: Handover) -> Frame:
    frame = access.in_mission(row.mission_id)
    assert frame is not None  # noqa: S101 - the loader has just read it
    return frame


def _left(found: Departure, status: int = 200, **more: Any) -> Response:
    db.session.expire_all()
    return show(
        "mission/handover/leave.html",
        "_leave.html",
        to=url_for("handover.leave", mission_id=found.left_id),
        status=status,
        **shown.leave(found, **more),
    )


def _reading(frame: Frame, status: int = 200, **more: Any) -> Response:
    db.session.expire_all()
    to = url_for("handover.index", mission_id=frame.id)
    return show(
        "mission/handover/page.html", "_texts.html", to=to, status=status, **shown.reading(frame, **more)
    )

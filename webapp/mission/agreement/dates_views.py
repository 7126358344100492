"""Dates and hours alone: proposed, signed by the direction and the firm, accepted in one tap by mentee and mentor."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, url_for

from tenants.mission.agreement import amendments
from tenants.mission.agreement.versions_models import DatesAmendment
from tenants.mission.queries import Frame
from tenants.policy import Do, may
from tenants.refusals import Refused
from webapp import access, formats
from webapp.access import allows
from webapp.auth.words import sentence
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission import layout, readers
from webapp.mission.agreement import amendments_shown, load, proving
from webapp.mission.agreement.binding_forms import DatesForm, HashForm, SignForm
from webapp.mission.agreement.binding_load import dates as loaded
from webapp.pages import go, show

pages = Blueprint(
    "agreement_dates", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/agreement/dates"
)
PAGE = "mission/agreement/dates.html"
NEW = "mission/agreement/new_dates.html"


@pages.get("")
@allows(Do.DATES_PROPOSE, load.room)
def new(frame: Frame) -> Any:
    """The dates and hours of today, to be changed."""
    form = DatesForm(formdata=None)
    form.starts_on.data, form.ends_on.data = (
        formats.typed_day(frame.starts_on),
        formats.typed_day(frame.ends_on),
    )
    form.hours.data = formats.typed_duration(frame.hours)
    return show(NEW, None, **_frame(frame), form=form, fault=None)


@pages.post("")
@allows(Do.DATES_PROPOSE, load.room)
def propose(frame: Frame) -> Any:
    """New ones, for signature."""
    try:
        form = DatesForm.read()
    except Invalid as bad:
        return show(NEW, None, status=422, **_frame(frame), form=bad.form, fault=None)
    try:
        row = amendments.propose(
            frame,
            form.amendment_id.data,
            form.starts_on.read,
            form.ends_on.read,
            form.hours.read,
            by=access.actor(),
        )
    except Refused as refused:
        return show(NEW, None, status=refused.status, **_frame(frame), form=form, fault=words_of(refused))
    return go("agreement_dates.one", mission_id=frame.id, amendment_id=row.id)


@pages.get("/<uuid:amendment_id>")
@allows(Do.MISSION_SEE, loaded)
def one(row: DatesAmendment) -> Any:
    """Before, after, and who has answered."""
    return show(PAGE, "_dates.html", **_one(row))


@pages.post("/<uuid:amendment_id>/acceptance")
@allows(Do.DATES_ACCEPT, loaded)
def accept(row: DatesAmendment) -> Any:
    """One tap."""
    amendments.accept(row, g.frame, HashForm.read().hash.data or "", by=access.actor())
    return _there(row)


@pages.post("/<uuid:amendment_id>/withdrawal")
@allows(Do.DATES_PROPOSE, loaded)
def withdraw(row: DatesAmendment) -> Any:
    """Not these dates, after all."""
    Form.read()
    if row.proposed_by != access.actor().contact_id:
        raise Refused("dates.not_signatory")
    amendments.withdraw(row, g.frame, by=access.actor())
    return _there(row)


@pages.post("/<uuid:amendment_id>/signature")
@allows(Do.DATES_SIGN, loaded)
def sign(row: DatesAmendment) -> Any:
    """As a version is signed: the tick, a proof for these very dates, the signature."""
    evidence, form, answer = proving.step(_to_prove(row))
    if evidence is None:
        return answer
    amendments.sign(row, g.frame, form.hash.data or "", evidence, by=access.actor())
    return _there(row)


@pages.post("/<uuid:amendment_id>/signature/passkey")
@allows(Do.DATES_SIGN, loaded)
def sign_by_passkey(row: DatesAmendment) -> Any:
    """A key shown for these dates, once they were ticked."""
    try:
        amendments.sign(row, g.frame, row.hash, proving.by_passkey(_to_prove(row)), by=access.actor())
    except Refused as refused:
        return make_response(jsonify(message=sentence(refused)), refused.status)
    return jsonify(next=_place(row))


def _frame(frame: Frame) -> dict[str, Any]:
    live = f"/live?company={g.slug}&page=agreement:{frame.id}"
    return {
        **layout.context(frame, "agreement"),
        "audience": readers.staff_view(frame, g.here.firm),
        "live_url": live,
    }


def _one(row: DatesAmendment, form: SignForm | None = None) -> dict[str, Any]:
    frame: Frame = g.frame
    found = amendments_shown.one(frame, row)
    step = proving.shown(_act(row), form) if found["sign"] else None
    return {
        **_frame(frame),
        "d": found,
        "step": step,
        "statement": amendments_shown.statement(row),
        "may_withdraw": found["may_withdraw"] and may(access.actor(), Do.DATES_PROPOSE, frame),
    }


def _to_prove(row: DatesAmendment) -> proving.Act:
    me = access.actor().contact_id
    return proving.Act(
        name=_act(row),
        statement=amendments_shown.statement(row),
        place=_place(row),
        there=lambda: _there(row),
        page=lambda form, status: show(PAGE, None, status=status, **_one(row, form)),
        done=lambda: any(a.contact_id == me for a in amendments.answers(row.id)),
    )


def _act(row: DatesAmendment) -> str:
    return f"dates:{row.id}:{row.hash}:{access.actor().contact_id}"


def _place(row: DatesAmendment) -> str:
    return url_for("agreement_dates.one", mission_id=row.mission_id, amendment_id=row.id)


def _there(row: DatesAmendment) -> Response:
    return go("agreement_dates.one", mission_id=row.mission_id, amendment_id=row.id)

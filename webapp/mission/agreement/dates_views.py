"""Dates and hours alone: proposed, signed by the direction and the firm, accepted in one tap by mentee and mentor."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, request, url_for
from flask_babel import gettext as _

from tenants.mission.agreement import amendments
from tenants.mission.agreement.signing import Evidence
from tenants.mission.agreement.versions_models import DatesAmendment
from tenants.mission.queries import Frame
from tenants.people import queries as people
from tenants.people.codes import CodeRefused
from tenants.policy import Do, may
from tenants.refusals import Limited, Refused
from webapp import access, formats
from webapp.access import allows, keep
from webapp.auth import acts
from webapp.auth.words import sentence
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission import layout, readers
from webapp.mission.agreement import amendments_shown, load
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
    form = SignForm(request.form)
    act, person = _act(row), people.person()
    if not form.ticked.data:
        form.ticked.errors = [_("Cochez que vous avez lu ces dates : rien n’est coché d’avance.")]
        return show(PAGE, None, status=422, **_one(row, form))
    if not form.code.data:
        send = bool(form.send.data) or not acts.has_passkey(person)
        try:
            return acts.begin(_there(row), act, _place(row), person, send=send)
        except (Limited, Refused) as refused:
            form.code.errors = [sentence(refused)]
            return show(PAGE, None, status=refused.status, **_one(row, form))
    try:
        SignForm.read()
        keep()
        mailbox = acts.by_code(act, form.code.data)
    except Invalid as bad:
        return show(PAGE, None, status=422, **_one(row, bad.form))
    except CodeRefused as refused:
        form.code.errors = [sentence(refused)]
        return show(PAGE, None, status=422, **_one(row, form))
    evidence = Evidence("code", statement(row), mailbox, acts.network(), acts.device())
    amendments.sign(row, g.frame, form.hash.data or "", evidence, by=access.actor())
    return _there(row)


@pages.post("/<uuid:amendment_id>/signature/passkey")
@allows(Do.DATES_SIGN, loaded)
def sign_by_passkey(row: DatesAmendment) -> Any:
    """A key shown for these dates, once they were ticked."""
    given = request.get_json(silent=True)
    credential = given.get("credential") if isinstance(given, dict) else None
    try:
        acts.by_passkey(_act(row), credential, people.person())
        evidence = Evidence("passkey", statement(row), "", acts.network(), acts.device())
        amendments.sign(row, g.frame, row.hash, evidence, by=access.actor())
    except Refused as refused:
        return make_response(jsonify(message=sentence(refused)), refused.status)
    return jsonify(next=_place(row))


def statement(row: DatesAmendment) -> str:
    """What is ticked, and kept as evidence."""
    return _(
        "J’ai lu l’avenant de dates et d’heures n° %(n)d et je l’approuve tel qu’il est écrit.", n=row.number
    )


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
    step = None
    if found["sign"]:
        person, begun = people.person(), acts.begun(_act(row))
        step = {
            "form": form or SignForm(formdata=None),
            "begun": begun is not None,
            "sent": begun.address if begun is not None and begun.request else "",
            "mailbox": acts.mailbox(person),
            "has_passkey": acts.has_passkey(person),
        }
    return {
        **_frame(frame),
        "d": found,
        "step": step,
        "statement": statement(row),
        "may_withdraw": found["may_withdraw"] and may(access.actor(), Do.DATES_PROPOSE, frame),
    }


def _act(row: DatesAmendment) -> str:
    return f"dates:{row.id}:{row.hash}:{access.actor().contact_id}"


def _place(row: DatesAmendment) -> str:
    return url_for("agreement_dates.one", mission_id=row.mission_id, amendment_id=row.id)


def _there(row: DatesAmendment) -> Response:
    return go("agreement_dates.one", mission_id=row.mission_id, amendment_id=row.id)

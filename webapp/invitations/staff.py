"""An invitation to a firm's staff, as owner or coordinator."""

import uuid

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _

from tenants.firm import invitations
from tenants.firm.invitations import StaffInvited
from tenants.people import notice, tokens
from webapp.access import public
from webapp.company.fields import Name, short, written
from webapp.forms import Form, Invalid
from webapp.invitations.missions import GONE, arrived
from webapp.invitations.room import room


class NameForm(Form):
    """How the firm's companies are to see whoever accepts."""

    name = Name(_("Votre prénom et votre nom"), [written(_("Écrivez votre prénom et votre nom.")), short()])


@room.get("/staff/<token>")
@public
def staff(token: str) -> Response:
    """What it says; opening it writes nothing."""
    invited = invitations.invited_by(tokens.link_hash(token))
    return _page(invited, NameForm(formdata=None, name=invited.name if invited else ""))


@room.post("/staff/<token>")
@public
def accept_staff(token: str) -> Response:
    """Accept."""
    hashed = tokens.link_hash(token)
    try:
        form = NameForm.read()
    except Invalid as bad:
        return _page(invitations.invited_by(hashed), bad.form, status=422)
    answer = invitations.accept(hashed, name=form.name.data, confirmed="confirmed" in request.form)
    if answer.outcome != "accepted" or answer.firm is None:
        return _page(invitations.invited_by(hashed), form, answer.outcome)
    onward = url_for("firm.page", firm_id=answer.firm)
    return arrived(answer.person, onward)


@room.get("/staff/mine/<uuid:firm_id>")
@public
def staff_mine(firm_id: uuid.UUID) -> Response:
    """After signing in: the link of the mail is opened once more, for no page keeps its token."""
    if g.actor is None:
        return make_response(redirect(url_for("signing_in.sign_in", next=request.path), 303))
    return make_response(render_template("invitations/open_again.html"))


def _page(
    invited: StaffInvited | None, form: NameForm, outcome: str | None = None, status: int | None = None
) -> Response:
    outcome = outcome or (invited.outcome if invited else "gone")
    if outcome == "open" and invited:
        outcome = _before(invited)
    status = status or GONE.get(outcome, 409 if request.method == "POST" else 200)
    return make_response(
        render_template(
            "invitations/staff.html",
            invited=invited,
            outcome=outcome,
            form=form,
            action=request.path,
            dated=notice.DATED,
            sign_in=_sign_in(invited) if invited else None,
        ),
        status,
    )


def _before(invited: StaffInvited) -> str:
    if g.actor is None:
        return "sign_in" if invited.known else "open"
    if invited.already:
        return "already"
    if invited.for_me:
        return "open"
    return "other_person" if invited.known else "confirm"


def _sign_in(invited: StaffInvited) -> str:
    return url_for("signing_in.sign_in", next=url_for("invitations.staff_mine", firm_id=invited.firm_id))

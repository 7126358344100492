"""The firm's staff: who they are, inviting and ending, by an owner."""

from flask import Response, url_for

from tenants.firm import operations, queries, renewals
from tenants.firm.models import Firm, Staff
from tenants.policy import Do, Role
from tenants.refusals import Incorrect
from webapp.access import actor, allows
from webapp.company.words import said
from webapp.firm import load
from webapp.firm.forms import StaffForm
from webapp.firm.room import room
from webapp.firm.views import hat
from webapp.forms import Invalid
from webapp.pages import go, show


@room.get("/staff")
@allows(Do.FIRM_STAFF, load.firm)
def staff(firm: Firm) -> Response:
    """Who they are."""
    return _page(firm, StaffForm(formdata=None))


@room.post("/staff")
@allows(Do.FIRM_STAFF, load.firm)
def invite(firm: Firm) -> Response:
    """Invite somebody."""
    try:
        form = StaffForm.read()
        operations.invite(
            firm,
            id=form.id.data,
            name=form.name.data,
            address=form.address.data,
            role=Role(form.role.data),
            by=actor(),
        )
    except Invalid as bad:
        return _page(firm, bad.form, status=422)
    except Incorrect as wrong:
        return _page(firm, form.refuse(wrong.values["field"], said(wrong)).form, status=422)
    return go("firm.staff", firm_id=firm.id)


@room.post("/staff/<uuid:staff_id>/invitation")
@allows(Do.FIRM_STAFF, load.member)
def invite_again(member: Staff) -> Response:
    """Send a new link."""
    operations.invite_again(member, by=actor())
    return go("firm.staff", firm_id=member.firm_id)


@room.get("/staff/<uuid:staff_id>/end")
@allows(Do.FIRM_STAFF, load.member)
def ending(member: Staff) -> Response:
    """What ending means, before it is done."""
    return show("firm/end.html", member=member, hat=None)


@room.post("/staff/<uuid:staff_id>/end")
@allows(Do.FIRM_STAFF, load.member)
def end(member: Staff) -> Response:
    """They are staff no more."""
    firm_id = member.firm_id
    operations.end(member, by=actor())
    if member.person_id == actor().person_id:
        return go("home.index")
    return go("firm.staff", firm_id=firm_id)


def _page(firm: Firm, form: StaffForm, status: int = 200) -> Response:
    return show(
        "firm/staff.html",
        "_staff.html",
        to=url_for("firm.staff", firm_id=firm.id),
        status=status,
        firm=firm,
        staff=queries.staff_of(firm.id),
        renewable=renewals.people(firm.id),
        form=form,
        me=actor().person_id,
        hat=hat(firm),
    )

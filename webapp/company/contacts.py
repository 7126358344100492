"""Correcting how somebody is known in a company: by the firm's staff."""

from flask import Response, url_for

from tenants.company import operations
from tenants.company.models import Contact
from tenants.company.operations import Named
from tenants.mission import coming
from tenants.policy import Do
from tenants.refusals import Incorrect, Stale
from webapp.access import actor, allows
from webapp.company import load
from webapp.company.forms import ContactForm
from webapp.company.room import room
from webapp.company.views import hat
from webapp.company.words import said
from webapp.forms import Invalid
from webapp.pages import go, show


@room.get("/contacts/<uuid:contact_id>")
@allows(Do.CONTACT_EDIT, load.contact)
def contact(known: Contact) -> Response:
    """As they are known."""
    return _page(known, ContactForm(formdata=None, obj=known))


@room.post("/contacts/<uuid:contact_id>")
@allows(Do.CONTACT_EDIT, load.contact)
def correct(known: Contact) -> Response:
    """Correct it; when somebody else has meanwhile, both are shown and what was typed stays."""
    try:
        form = ContactForm.read()
        person = Named(
            known.id, form.given_name.data, form.family_name.data, form.title.data, form.email.data
        )
        before = known.email
        operations.correct(known, person, form.revision.data or 0, by=actor())
        if known.email != before and known.person_id is None:
            coming.readdressed(known.company_id, known.id, by=actor())
    except Invalid as bad:
        return _page(known, bad.form, status=422)
    except Incorrect as wrong:
        return _page(known, form.refuse(wrong.values["field"], said(wrong)).form, status=422)
    except Stale:
        form.revision.data = known.revision
        return _page(known, form, status=409, theirs=known)
    return go("company.page", _anchor=f"c-{known.id}")


def _page(known: Contact, form: ContactForm, status: int = 200, theirs: Contact | None = None) -> Response:
    return show(
        "company/contact.html",
        "_contact_form.html",
        to=url_for("company.contact", contact_id=known.id),
        status=status,
        contact=known,
        form=form,
        theirs=theirs,
        hat=hat(),
    )

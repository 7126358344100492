"""Opening a client company."""

from typing import Any

from flask import Response, abort, request

from tenants.company import operations as contacts
from tenants.firm import operations
from tenants.firm.models import Firm
from tenants.policy import Do
from webapp.access import actor, allows
from webapp.company.again import again
from webapp.company.forms import CompanyForm, faults
from webapp.firm import load
from webapp.firm.room import room
from webapp.firm.views import hat
from webapp.forms import Invalid
from webapp.pages import go, show


@room.get("/companies/new")
@allows(Do.COMPANY_OPEN, load.firm)
def new_company(firm: Firm) -> Response:
    """The form, blank."""
    return show("firm/company.html", "_company_form.html", **_context(firm, CompanyForm(formdata=None)))


@room.post("/companies/new")
@allows(Do.COMPANY_OPEN, load.firm)
def open_company(firm: Firm) -> Response:
    """Open it with its first contacts; or add or take away a line."""
    if "add" in request.form or "remove" in request.form:
        form = CompanyForm(request.form)
        form.change_lines(request.form)
        return again("firm/company.html", "_company_form.html", **_context(firm, form))
    try:
        form = CompanyForm.read()
    except Invalid as bad:
        return show("firm/company.html", "_company_form.html", status=422, **_context(firm, bad.form))
    name = form.name.data
    opened = operations.open_company(
        firm, id=form.id.data, name=name, base=contacts.slug_base(name), by=actor()
    )
    if opened is None:
        abort(409)
    company_id, slug = opened
    for entry in form.people.entries:
        if not entry.form.blank:
            contacts.write_down(company_id, entry.form.named(), by=actor())
    return go("company.page", company=slug)


def _context(firm: Firm, form: CompanyForm) -> dict[str, Any]:
    return {"firm": firm, "form": form, "faults": faults(form), "hat": hat(firm)}

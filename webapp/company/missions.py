"""Opening a mission: title, dates, hours, people, roles, strands, on one page."""

from typing import Any

from flask import Response, request

from tenants.company import queries
from tenants.company.models import Company
from tenants.mission import operations
from tenants.mission.operations import Plan
from tenants.policy import Do, Role
from webapp.access import actor, allows
from webapp.company import lines, load
from webapp.company.again import again
from webapp.company.forms import MissionForm, faults
from webapp.company.room import room
from webapp.company.views import hat
from webapp.forms import Invalid
from webapp.pages import go, show

# The three parties are there to begin with; more lines come by a button.
FIRST_LINES = [{"roles": [Role.MENTEE]}, {"roles": [Role.MENTOR]}, {"roles": [Role.MANAGER]}]


@room.get("/missions/new")
@allows(Do.MISSION_OPEN, load.company)
def new_mission(company: Company) -> Response:
    """The form, blank."""
    form = MissionForm(formdata=None, contacts=queries.contacts(company.id), people=FIRST_LINES)
    return show("company/mission.html", "_mission_form.html", **_context(company, form))


@room.post("/missions/new")
@allows(Do.MISSION_OPEN, load.company)
def open_mission(company: Company) -> Response:
    """Open it and invite its people; or add or take away a line."""
    contacts = queries.contacts(company.id)
    if "add" in request.form or "remove" in request.form:
        form = MissionForm(request.form, contacts=contacts)
        form.change_lines(request.form)
        return again("company/mission.html", "_mission_form.html", **_context(company, form))
    try:
        form = MissionForm.read(contacts=contacts)
    except Invalid as bad:
        return show("company/mission.html", "_mission_form.html", status=422, **_context(company, bad.form))
    plan = Plan(
        form.id.data,
        form.title.data,
        form.starts_on.read,
        form.ends_on.read,
        form.hours.read,
        lines.takings(company.id, form, by=actor()),
    )
    operations.open_mission(company.id, plan, by=actor())
    return go("mission_people.page", mission_id=plan.id)


def _context(company: Company, form: MissionForm) -> dict[str, Any]:
    return {"company": company, "form": form, "faults": faults(form), "hat": hat()}

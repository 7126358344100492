"""The company's page: the missions that one may see and, for the firm's staff, those known there."""

from flask import Response

from tenants.company import queries
from tenants.company.models import Company
from tenants.mission import across
from tenants.policy import FIRM_ROLES, Do, may
from webapp import formats, words
from webapp.access import actor, allows
from webapp.company import load
from webapp.company.room import room
from webapp.home.missions import mission_views
from webapp.mission.names import Hat
from webapp.pages import show


@room.get("")
@allows(Do.COMPANY_SEE, load.company)
def page(company: Company) -> Response:
    """Missions of the reader there; all of them, and the contacts, for staff."""
    staff = may(actor(), Do.CONTACT_EDIT, company)
    return show(
        "company/page.html",
        company=company,
        missions=mission_views([m for m in across.missions() if m.slug == company.slug]),
        contacts=queries.contacts(company.id) if staff else [],
        staff=staff,
        hat=hat(),
    )


def hat() -> Hat | None:
    """The firm's hat of whoever is staff."""
    roles = [r for r in reversed(FIRM_ROLES) if r in actor().firm_roles]
    return Hat("firm", words.roles(roles, formats.form_of_reader())) if roles else None

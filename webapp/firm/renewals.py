"""Somebody of the firm has lost every means of signing in: an owner authorises new ones, dated, told, and late."""

from flask import Response

from tenants.firm import renewals
from tenants.firm.renewals import Renewable
from tenants.policy import Do
from webapp.access import actor, allows
from webapp.auth.fresh import require_fresh
from webapp.firm import load
from webapp.firm.room import room
from webapp.pages import go, show


@room.get("/renewals/<uuid:person_id>")
@allows(Do.FIRM_RENEW, load.renewable)
def renewal(whom: Renewable) -> Response:
    """What it means, before it is done."""
    return show("firm/renewal.html", whom=whom, hat=None)


@room.post("/renewals/<uuid:person_id>")
@allows(Do.FIRM_RENEW, load.renewable)
def authorise(whom: Renewable) -> Response:
    """Authorise it."""
    require_fresh()
    renewals.authorise(whom, by=actor())
    return go("firm.staff", firm_id=whom.firm_id)


@room.post("/renewals/<uuid:person_id>/end")
@allows(Do.FIRM_RENEW, load.renewable)
def take_back(whom: Renewable) -> Response:
    """Take it back."""
    renewals.take_back(whom, by=actor())
    return go("firm.staff", firm_id=whom.firm_id)

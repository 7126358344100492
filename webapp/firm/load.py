"""What the firm's routes are about, through the walls."""

import uuid

from tenants.firm import queries, renewals
from tenants.firm.models import Firm, Staff
from tenants.firm.renewals import Renewable


def firm(firm_id: uuid.UUID) -> Firm | None:
    """The firm of the address, if one is its staff."""
    return queries.firm(firm_id)


def member(firm_id: uuid.UUID, staff_id: uuid.UUID) -> Staff | None:
    """One of its staff."""
    return queries.staff(firm_id, staff_id)


def renewable(firm_id: uuid.UUID, person_id: uuid.UUID) -> Renewable | None:
    """Somebody of that firm who may be given new means of signing in."""
    return renewals.person(firm_id, person_id)

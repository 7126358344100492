"""What the firm's routes are about, through the walls."""

import uuid

from tenants.firm import queries
from tenants.firm.models import Firm, Staff


def firm(firm_id: uuid.UUID) -> Firm | None:
    """The firm of the address, if one is its staff."""
    return queries.firm(firm_id)


def member(firm_id: uuid.UUID, staff_id: uuid.UUID) -> Staff | None:
    """One of its staff."""
    return queries.staff(firm_id, staff_id)

"""What the routes of a company are about, through the walls."""

import uuid

from flask import g

from tenants.company import queries
from tenants.company.models import Company, Contact


def company() -> Company | None:
    """The company of the address."""
    return queries.here() if g.slug else None


def contact(contact_id: uuid.UUID) -> Contact | None:
    """Somebody known there."""
    return queries.contact(contact_id)

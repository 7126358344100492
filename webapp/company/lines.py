"""From the lines of a form to what the operations take: contacts written down, roles, who manages whom."""

import uuid

from tenants.actors import Actor
from tenants.company import operations
from tenants.mission.operations import Taking
from tenants.policy import Role
from webapp.company.forms import PeopleForm, RoleFields


def takings(company_id: uuid.UUID, form: PeopleForm, *, by: Actor) -> list[Taking]:
    """Each person of the form, written down where they are new."""
    contacts = {row.id.data: _contact(company_id, row, by=by) for row in form.present}
    managed: dict[uuid.UUID, set[uuid.UUID]] = {}
    for mentee in form.holding(Role.MENTEE):
        for manager in form.manager_of(mentee):
            managed.setdefault(contacts[manager.id.data], set()).add(contacts[mentee.id.data])
    return [
        Taking(contact, row.held(), frozenset(managed.get(contact, ())))
        for row in form.present
        for contact in (contacts[row.id.data],)
    ]


def _contact(company_id: uuid.UUID, row: RoleFields, *, by: Actor) -> uuid.UUID:
    if row.contact.data:
        return uuid.UUID(row.contact.data)
    return operations.write_down(company_id, row.named(), by=by)

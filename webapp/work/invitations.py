"""Invitations: the token is made at the moment of sending, its hash alone is kept."""

import uuid

import sqlalchemy as sa

from tenants import walls
from tenants.company.models import Company, Contact
from tenants.db import db
from tenants.mission.models import Invitation, Participation
from tenants.people import tokens
from webapp.formats import day, now, speaking
from webapp.mail.compose import Mail
from webapp.mail.deliver import deliver, link
from webapp.work.queue import as_queue, key_of_try, task


@task
def invitation(invitation_id: str) -> None:
    """As who invites: to a contact, for the seats they have now. Nothing if it was answered, revoked or has expired."""
    company_id = walls.acting(db.session).company
    invited = db.session.get(Invitation, (company_id, uuid.UUID(invitation_id)), with_for_update=True)
    if invited is None or invited.accepted_at or invited.revoked_at or invited.expires_at <= now():
        return
    contact = db.session.get(Contact, (company_id, invited.contact_id))
    inviter = db.session.get(Contact, (company_id, invited.invited_by))
    company = db.session.get(Company, company_id)
    roles = _roles(invited)
    if contact is None or inviter is None or company is None or not roles:
        return
    token = tokens.new_token()
    invited.token_hash = tokens.link_hash(token)
    address, language = _where(contact)
    with speaking(language):
        until = day(invited.expires_at, year=False)
    values = {
        "name": contact.name,
        "inviter": inviter.name,
        "firm": company.firm_name,
        "company": company.name,
        "roles": roles,
        "day": until,
        "link": link("invitations.show", token=token),
    }
    db.session.commit()
    deliver(Mail("invitation", address, language, key_of_try(), sender=company.firm_name, values=values))


@task
def staff_invitation(staff_id: str) -> None:
    """To an owner or a coordinator of a firm; nobody need be acting, for a firm begins by its first owner."""
    token = tokens.new_token()
    with as_queue() as connection:
        row = connection.execute(
            "select address, name, firm, role from issue_staff_invitation(%s, %s)",
            (uuid.UUID(staff_id), tokens.link_hash(token)),
        ).fetchone()
    if row is None or row[0] is None:
        return
    address, name, firm, role = row
    values = {"name": name, "firm": firm, "role": role, "link": link("invitations.staff", token=token)}
    deliver(Mail("staff_invitation", address, "fr", key_of_try(), sender=firm, values=values))


def _roles(invited: Invitation) -> list[str]:
    seats = sa.select(Participation.role).where(
        Participation.company_id == invited.company_id,
        Participation.mission_id == invited.mission_id,
        Participation.contact_id == invited.contact_id,
        Participation.until_at.is_(None),
    )
    return list(
        dict.fromkeys(db.session.scalars(seats.order_by(Participation.announced_at, Participation.id)))
    )


def _where(contact: Contact) -> tuple[str, str]:
    """The address and language that the person chose, if they have an account: who invites never sees them."""
    if contact.person_id is None:
        return contact.email, "fr"
    with as_queue() as connection:
        row = connection.execute(
            "select address, language from mail_address_of(%s)", (contact.person_id,)
        ).fetchone()
    return (row[0], row[1]) if row and row[0] else (contact.email, "fr")

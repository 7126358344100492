"""Those known in a company: written down by the firm's staff, corrected by them, never deleted here."""

import re
import unicodedata
import uuid
from dataclasses import dataclass

from sqlalchemy import insert, update

from tenants.actors import Actor
from tenants.company import queries
from tenants.company.models import Contact
from tenants.db import db
from tenants.people.addresses import normal
from tenants.refusals import Incorrect, Stale


@dataclass(frozen=True)
class Named:
    """A person as the firm writes them down. ``id`` is the form's own, so that a second click makes nobody twice."""

    id: uuid.UUID
    given_name: str
    family_name: str
    title: str
    email: str


def slug_base(name: str) -> str:
    """The readable part of a company's address: « Société Œuvrière d’Ostaval » gives societe-oeuvriere-d-ostaval."""
    latin = name.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    bare = "".join(c for c in unicodedata.normalize("NFKD", latin.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", bare)[:40].strip("-")


def write_down(company_id: uuid.UUID, person: Named, *, by: Actor) -> uuid.UUID:
    """The contact of that person: whoever already has this address here, else a new one. Its id."""
    known = queries.contact_of(company_id, person.id) or queries.by_address(company_id, normal(person.email))
    if known is not None:
        return known.id
    db.session.execute(
        insert(Contact).values(
            company_id=company_id,
            id=person.id,
            given_name=person.given_name,
            family_name=person.family_name,
            title=person.title,
            email=normal(person.email),
        )
    )
    return person.id


def correct(contact: Contact, person: Named, revision: int, *, by: Actor) -> None:
    """Correct how somebody is known. Raises Stale when another has meanwhile, Incorrect for a colleague's address, and
    for the name of somebody who has joined: whoever reads is known by it, and nobody new may read under another's.
    """
    named = (person.given_name, person.family_name) == (contact.given_name, contact.family_name)
    if contact.person_id is not None and not named:
        raise Incorrect("contact.joined", field="given_name", whose=contact.name)
    other = queries.by_address(contact.company_id, normal(person.email))
    if other is not None and other.id != contact.id:
        raise Incorrect("contact.known", field="email", whose=other.name)
    values = {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "title": person.title,
        "email": normal(person.email),
        "revision": Contact.revision + 1,
    }
    same = (Contact.company_id == contact.company_id, Contact.id == contact.id, Contact.revision == revision)
    if not db.session.execute(update(Contact).where(*same).values(values)).rowcount:  # type: ignore[attr-defined]
        raise Stale("contact.stale", revision=contact.revision)
    db.session.refresh(contact)

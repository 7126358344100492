"""A person's e-mail addresses: the employer's by which they were invited, and personal ones that only they see."""

import unicodedata
import uuid

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError

from tenants.actors import Actor
from tenants.db import db, now
from tenants.people import passkeys
from tenants.people.models import Address, Person
from tenants.refusals import Incorrect, Refused


def normal(typed: str) -> str:
    """One form for one mailbox: NFC, no space around, small letters."""
    return unicodedata.normalize("NFC", typed).strip().lower()


def of(person_id: uuid.UUID) -> list[Address]:
    """The addresses of a person, the employer's first."""
    rows = select(Address).where(Address.person_id == person_id).order_by(Address.personal, Address.address)
    return list(db.session.scalars(rows))


def find(address_id: uuid.UUID) -> Address | None:
    """One of my addresses."""
    return db.session.get(Address, address_id)


def keep(address: str, *, by: Actor) -> Address:
    """Keep an address whose code was just given. Raises Incorrect where it serves another account.

    Nothing leaks: whoever gave the code reads that mailbox.
    """
    row = Address(person_id=by.person_id, address=normal(address), personal=True, verified_at=now())
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Incorrect("address.taken", field="address") from None
    return row


def prefer(address: Address, *, by: Actor) -> None:
    """Send the mails to that address from now on."""
    db.session.execute(
        update(Address).where(Address.person_id == by.person_id, Address.mails).values(mails=False)
    )
    db.session.execute(update(Address).where(Address.id == address.id).values(mails=True))


def allow_sign_in(address: Address, *, allowed: bool, by: Actor) -> None:
    """Switch an address on or off for signing in. Raises Refused where no way in would be left."""
    if not allowed and not _another_way(address, by.person_id):
        raise Refused("address.last")
    address.sign_in = allowed


def remove(address: Address, *, by: Actor) -> None:
    """Forget a personal address. Raises Refused for the one that gets the mails, or the last way in."""
    if not address.personal:
        raise Refused("address.employer")
    if address.mails:
        raise Refused("address.mails")
    if not _another_way(address, by.person_id):
        raise Refused("address.last")
    db.session.delete(address)


def _another_way(address: Address, person_id: uuid.UUID) -> bool:
    person = db.session.get_one(Person, person_id)
    other = select(exists().where(Address.person_id == person_id, Address.id != address.id, Address.sign_in))
    by_mail = not person.codes_off and bool(db.session.scalar(other))
    return by_mail or bool(passkeys.of(person_id))

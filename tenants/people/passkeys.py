"""The passkeys of a person. The ceremony itself is a door's affair (``webapp.auth.ceremony``)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tenants.actors import Actor
from tenants.db import db
from tenants.events import defer
from tenants.people.models import Passkey, Person
from tenants.refusals import Refused

LONGEST_NAME = 60


@dataclass(frozen=True)
class Known:
    """A passkey as found by its credential, before anybody is signed in."""

    id: uuid.UUID
    person_id: uuid.UUID
    public_key: bytes
    sign_count: int


def of(person_id: uuid.UUID) -> list[Passkey]:
    """The passkeys of a person, the oldest first."""
    rows = select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.created_at, Passkey.id)
    return list(db.session.scalars(rows))


def find(passkey_id: uuid.UUID) -> Passkey | None:
    """One of my passkeys."""
    return db.session.get(Passkey, passkey_id)


def find_by_credential(credential_id: bytes) -> Known | None:
    """Whose key that is."""
    row = db.session.execute(text("select * from find_passkey(:c)"), {"c": credential_id}).one()
    return Known(row.id, row.person, bytes(row.public_key), row.sign_count) if row.id else None


def spend(challenge_hash: bytes, until: datetime) -> bool:
    """Whether that challenge had not served yet; it has now."""
    asked = text("select spend_challenge(:h, :u)")
    return bool(db.session.scalar(asked, {"h": challenge_hash, "u": until}))


def used(known: Known, sign_count: int) -> None:
    """Note that the key was shown, and what its device has counted."""
    db.session.execute(text("select passkey_used(:i, :c)"), {"i": known.id, "c": sign_count})


def add(*, credential_id: bytes, public_key: bytes, sign_count: int, name: str, by: Actor) -> Passkey:
    """Keep a new key. Raises Refused if it is already kept."""
    row = Passkey(
        person_id=by.person_id,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        name=" ".join(name.split())[:LONGEST_NAME],
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Refused("passkey.known") from None
    defer("access_changed", what="passkey-added")
    return row


def remove(passkey: Passkey, *, by: Actor) -> None:
    """Forget a key. Without any left, codes by e-mail come back."""
    db.session.delete(passkey)
    db.session.flush()
    person = db.session.get_one(Person, by.person_id)
    if person.codes_off and not of(person.id):
        person.codes_off = False
    defer("access_changed", what="passkey-removed")

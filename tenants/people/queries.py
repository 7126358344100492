"""What a person reads about themselves; each begins from who is acting, never from an id that somebody sends."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from tenants import walls
from tenants.db import db
from tenants.people.models import Address, Person


@dataclass(frozen=True)
class SignInRow:
    """One of my sign-ins: a device, since when, seen when (UTC). ``current``: the one that asks."""

    id: uuid.UUID
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    device: str
    recognised: bool
    by: str
    current: bool
    person_id: uuid.UUID


def person() -> Person:
    """My row. Raises NoResultFound if nobody acts."""
    return db.session.get_one(Person, walls.acting(db.session).person)


def sign_ins(token_hash: bytes) -> list[SignInRow]:
    """My open sign-ins, this one first, then the latest seen."""
    rows = db.session.execute(text("select * from my_sign_ins(:t)"), {"t": token_hash}).mappings()
    person_id = walls.acting(db.session).person
    return [SignInRow(**row, person_id=person_id) for row in rows] if person_id else []


def sign_in(sign_in_id: uuid.UUID) -> SignInRow | None:
    """One of my open sign-ins."""
    return next((s for s in sign_ins(b"") if s.id == sign_in_id), None)


def is_strict() -> bool:
    """Whether I am staff or a mentor somewhere: shorter sign-ins, and a second factor."""
    return bool(db.session.scalar(text("select am_strict()")))


def is_fresh(token_hash: bytes) -> bool:
    """Whether a code or a passkey was given in this sign-in within ten minutes."""
    return bool(db.session.scalar(text("select is_fresh(:t)"), {"t": token_hash}))


def account() -> str:
    """What names my account in a key or an application: the address of my mails, else my name."""
    found = mail_address()
    return found[0] if found else person().name


def mail_address() -> tuple[str, str, str] | None:
    """Where my mails go: address, name, language. None: I have no address that gets them."""
    row = db.session.execute(
        select(Address.address, Person.name, Person.language)
        .join(Person, Person.id == Address.person_id)
        .where(Address.mails, Person.id == walls.acting(db.session).person)
    ).one_or_none()
    return (row.address, row.name, row.language) if row else None


def renewal() -> tuple[datetime, datetime] | None:
    """From when until when I may set up new means of signing in, when an owner has authorised it."""
    row = db.session.execute(text("select * from my_renewal()")).one()
    return (row.from_at, row.until_at) if row.from_at else None

"""A private calendar address: made by a person for their own diary, shown once, known here by its hash, revoked at will."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, db, new_id, now


class CalendarFeed(Model):
    """One address a person. Whoever holds it reads when they are expected somewhere, and nothing else.

    ``reads``: how often since ``counted_from``, see ``take``.
    """

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
    counted_from: Mapped[datetime | None]
    reads: Mapped[int] = mapped_column(default=0, server_default="0")


walls.declare(
    "calendar_feed",
    walls.Policy("self", f"person_id = {walls.PERSON}"),
    walls.Policy("system_rows", "true", (walls.SYSTEM,)),  # counted by take_feed()
)


@dataclass(frozen=True)
class FeedDate:
    """When somebody is expected: no title, no place, no name. ``cancelled``: it was to be, and is not any more."""

    session_id: uuid.UUID
    slug: str
    mission_id: uuid.UUID
    starts_at: datetime
    local_at: datetime
    timezone: str
    minutes: int
    sequence: int
    cancelled: bool
    changed_at: datetime


def mine() -> CalendarFeed | None:
    """The acting person's, if there is one."""
    return db.session.scalar(select(CalendarFeed).where(CalendarFeed.person_id == _me()))


def make() -> str:
    """A new token; the one before opens nothing any more. It is told here and never again."""
    revoke()
    token = secrets.token_urlsafe(32)
    db.session.add(CalendarFeed(person_id=_me(), token_hash=hashed(token)))
    db.session.flush()
    return token


def revoke() -> None:
    """The address opens nothing any more. Harmless without one."""
    found = mine()
    if found is not None:
        db.session.delete(found)
        db.session.flush()


def take(token: str) -> datetime | None:
    """One more reading of that address, counted apart from the request (a GET cannot write); from when on there is one
    again, after sixty in an hour. None: go on, whether it opens anything or not."""
    if not token.isascii():
        return None
    with db.engine.begin() as connection:
        until: datetime | None = connection.scalar(text("select take_feed(:t)"), {"t": hashed(token)})
        return until


def dates(token: str) -> tuple[str, list[FeedDate]] | None:
    """Whoever asks: the language and the dates of the person who made that address; None if it opens nothing."""
    if not token.isascii():
        return None
    language = db.session.scalar(text("select feed_language(:t)"), {"t": hashed(token)})
    if language is None:
        return None
    rows = db.session.execute(text("select * from feed_dates(:t)"), {"t": hashed(token)})
    return str(language), [FeedDate(*r) for r in rows]


def hashed(token: str) -> bytes:
    """What the database knows of a token: 256 random bits need no more than a fast hash."""
    return hashlib.sha256(token.encode()).digest()


def _me() -> uuid.UUID:
    person = walls.acting(db.session).person
    assert person is not None  # noqa: S101 - whoever reads their own page is signed in
    return person

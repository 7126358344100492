"""« Ce qui vous attend »: what is awaited of one person, read company by company through the walls of their own pages.

So the digest needs no right of its own: whoever has lost a right since the job was made no longer finds the wait.
It names who asks and the firm; never the mentee, a mission or a content.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import g

from tenants import walls
from tenants.awaited import Awaited
from tenants.company.models import Contact
from tenants.db import db
from tenants.events import ANSWERED, Event
from tenants.mission.models import Participation, ZoneRow
from tenants.people import queries as people
from tenants.people import tokens
from webapp.mail.compose import Mail
from webapp.mail.deliver import deliver, link
from webapp.work.queue import key, task

HOME = "home.index"
STOP = "mails.stop"


@dataclass(frozen=True)
class Wait:
    """So many things of one kind, asked by one person (None: not named), since the oldest."""

    kind: str
    asker: str | None
    count: int
    since: datetime


@dataclass(frozen=True)
class Place:
    """What is awaited in one company of a person, by the first name that they have there."""

    you: str
    firm: str
    company: str
    waits: tuple[Wait, ...]


@task
def awaits() -> None:
    """At the moment of sending, not before: what has been done meanwhile is not asked again."""
    me = people.mail_address()
    companies = db.session.execute(sa.text("select slug, name, firm from my_companies()")).all()
    places = [place for slug, name, firm in companies if (place := _place(slug, name, firm)).waits]
    if me is None or not places:
        return
    address, _, language = me
    stop = secrets.token_urlsafe(32)
    _begin_again()
    db.session.execute(sa.text("select keep_mail_stop(:h)"), {"h": tokens.link_hash(stop)})
    db.session.commit()
    values = {"name": places[0].you, "places": places, "link": link(HOME)}
    sender = places[0].firm if len({place.firm for place in places}) == 1 else ""
    deliver(
        Mail("awaits", address, language, key(), sender=sender, stop=link(STOP, token=stop), values=values)
    )


def _place(slug: str, name: str, firm: str) -> Place:
    _begin_again()
    with walls.entering(g.ticket, slug, read_only=True):
        try:
            me = db.session.get_one(
                Contact, (walls.acting(db.session).company, walls.acting(db.session).contact)
            )
            return Place(me.given_name, firm, name, tuple(_waits(me)))
        except walls.NotEntered:
            return Place("", firm, name, ())
        finally:
            _begin_again()


def _waits(me: Contact) -> Iterator[Wait]:
    mine = db.session.scalars(
        sa.select(Awaited)
        .join(ZoneRow, sa.and_(ZoneRow.company_id == Awaited.company_id, ZoneRow.id == Awaited.zone_id))
        .where(Awaited.contact_id == me.id, ZoneRow.audience != "author")
        .order_by(Awaited.since, Awaited.id)
    )
    found: dict[tuple[str, str | None], list[datetime]] = {}
    for wait in mine:
        found.setdefault((wait.kind, _asker(wait)), []).append(wait.since)
    for (kind, asker), moments in found.items():
        yield Wait(kind, asker, len(moments), moments[0])


def _asker(wait: Awaited) -> str | None:
    """Who did last what makes it awaited; None when that is the mentee, whom no mail names."""
    last = (
        sa.select(Event.by_id)
        .where(
            Event.subject_id == wait.subject_id,
            Event.by_id != wait.contact_id,
            Event.name.in_(sorted(ANSWERED)),
        )
        .order_by(Event.at.desc())
        .limit(1)
    )
    mentee = sa.exists().where(
        Participation.company_id == Contact.company_id,
        Participation.contact_id == Contact.id,
        Participation.mission_id == wait.mission_id,
        Participation.role == "mentee",
    )
    asker = db.session.scalar(sa.select(Contact).where(Contact.id == last.scalar_subquery(), ~mentee))
    return asker.name if asker else None


def _begin_again() -> None:
    """The next statement opens a transaction, by the door that stands then."""
    db.session.rollback()

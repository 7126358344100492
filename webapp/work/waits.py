"""« Ce qui vous attend »: what is awaited of one person, and what they are to learn (``tenants.news``), read company by
company through the walls of their own pages.

So the digest needs no right of its own: whoever has lost a right since the job was made no longer finds the wait.
It names who asks and the firm; never the mentee, a mission or a content. For managers and sponsors, and whoever wishes
it or is signed in nowhere, each thing has its own link (``tenants.tasks``), made here and kept nowhere.
"""

import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask import g

from tenants import mailing, news, tasks, walls
from tenants.awaited import Awaited
from tenants.company.models import Contact
from tenants.db import db
from tenants.events import ANSWERED, Event
from tenants.mission import across
from tenants.mission.models import Participation, ZoneRow
from tenants.people import queries as people
from tenants.people import tokens
from webapp.mail.compose import Mail
from webapp.mail.deliver import deliver, link
from webapp.tasks.registry import ANSWERS, KINDS
from webapp.work import direct
from webapp.work.direct import Direct
from webapp.work.queue import key, task
from webapp.work.telling import Piece, pieces

HOME = "home.index"
STOP = "mails.stop"
MOST = 6  # links in one mail
TO_SIGN = frozenset({"agreement.sign", "agreement.sign_dates"})


@dataclass(frozen=True)
class Wait:
    """So many things of one kind, asked by one person (None: not named), since the oldest."""

    kind: str
    asker: str | None
    count: int
    since: datetime
    links: tuple[Direct, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Place:
    """What is awaited in one company of a person, and what they are to learn, by the first name that they have there.

    ``heard``: the ids of the news that this mail settles, told or no longer to be told.
    """

    you: str
    firm: str
    company: str
    waits: tuple[Wait, ...] = ()
    news: tuple[Piece, ...] = ()
    heard: tuple[uuid.UUID, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.waits or self.news)


@task
def awaits() -> None:
    """At the moment of sending, not before: what has been done meanwhile is not asked again."""
    _send(_Wish(mailing.off(), tasks.wanted()))


@task
def to_sign() -> None:
    """What must be signed, at once and whatever else was chosen; nothing of the rest."""
    _send(_Wish(frozenset(mailing.KINDS), tasks.wanted(), signing=True))


@dataclass(frozen=True)
class _Wish:
    """What the reader wants no mails of, whether they want links, and whether this mail is of signatures alone."""

    off: frozenset[str]
    links: str
    signing: bool = False

    def wants(self, kind: str) -> bool:
        """What must be signed is told whatever was chosen."""
        return kind in TO_SIGN or (not self.signing and mailing.kind_of(kind) not in self.off)


def _send(wish: _Wish) -> None:
    me = people.mail_address()
    if me is None:
        return
    companies = db.session.execute(sa.text("select slug, name, firm from my_companies()")).all()
    seen = [_place(slug, name, firm, wish) for slug, name, firm in companies]
    places = [*(place for place in seen if place), *([] if wish.signing else _alone(me[1]))]
    if places:
        _mail(me, places)
    heard = [i for place in seen for i in place.heard]
    if heard:  # once the mail has left: a server that is away loses no news
        _begin_again()
        news.told(heard)
        db.session.commit()


def _alone(name: str) -> Iterator[Place]:
    """What stands in no zone, for nobody but the reader knows of it: of those who ask, and of what, nothing is said."""
    _begin_again()
    found: dict[tuple[str, str], dict[str, list[datetime]]] = {}
    for wait in across.own_waits():
        found.setdefault((wait.firm, wait.company), {}).setdefault(wait.kind, []).append(wait.since)
    for (firm, company), kinds in found.items():
        waits = tuple(Wait(kind, None, len(since), min(since)) for kind, since in kinds.items())
        yield Place(name, firm, company, waits)


def _mail(me: tuple[str, str, str], places: list[Place]) -> None:
    address, _, language = me
    stop = secrets.token_urlsafe(32)
    _begin_again()
    db.session.execute(sa.text("select keep_mail_stop(:h)"), {"h": tokens.link_hash(stop)})
    db.session.commit()
    links = [x for place in places for wait in place.waits for x in wait.links]
    links += [x for place in places for piece in place.news for x in piece.links]
    values = {
        "name": places[0].you,
        "places": places,
        "link": link(HOME),
        "direct": any(x.until is not None for x in links),
        "awaited": any(place.waits for place in places),
    }
    sender = places[0].firm if len({place.firm for place in places}) == 1 else ""
    deliver(
        Mail("awaits", address, language, key(), sender=sender, stop=link(STOP, token=stop), values=values)
    )


def _place(slug: str, name: str, firm: str, wish: _Wish) -> Place:
    _begin_again()
    with walls.entering(g.ticket, slug):
        try:
            me = db.session.get_one(
                Contact, (walls.acting(db.session).company, walls.acting(db.session).contact)
            )
            waits = tuple(_waits(me, wish))
            told = [] if wish.signing else news.mine()
            heard = tuple(one.id for one in told)
            wanted = [one for one in told if wish.wants(one.kind)]
            left = MOST - sum(len(w.links) for w in waits)
            found = Place(
                me.given_name, firm, name, waits, tuple(pieces(wanted, wish.links, slug, left)), heard
            )
            db.session.commit()  # the hashes of the links that leave
        except walls.NotEntered:
            return Place("", firm, name)
        finally:
            _begin_again()
        return found


def _waits(me: Contact, wish: _Wish) -> Iterator[Wait]:
    mine = db.session.scalars(
        sa.select(Awaited)
        .join(ZoneRow, sa.and_(ZoneRow.company_id == Awaited.company_id, ZoneRow.id == Awaited.zone_id))
        .where(Awaited.contact_id == me.id, ZoneRow.audience != "author")
        .order_by(Awaited.since, Awaited.id)
    )
    found: dict[tuple[str, str | None], list[Awaited]] = {}
    for wait in mine:
        if wish.wants(wait.kind):
            found.setdefault((wait.kind, _asker(wait)), []).append(wait)
    left = MOST
    for (kind, asker), waits in found.items():
        links = tuple(_links(waits[:left], wish))
        left -= len(links)
        yield Wait(kind, asker, len(waits), waits[0].since, links)


def _links(waits: list[Awaited], wish: _Wish) -> Iterator[Direct]:
    """Straight to each thing, where that was wished: the reader's right to it is judged again here, and as it is used."""
    for wait in waits:
        kind = KINDS.get(ANSWERS[wait.kind]) if wait.kind in ANSWERS else None
        there = kind and direct.to(
            kind, wait.subject_id, zone_id=wait.zone_id, mission_id=wait.mission_id, wanted=wish.links
        )
        if there:
            yield there


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

"""Coming into a mission and leaving it: invited, announced, accepted, seen, ended.

From when somebody reads is settled by PostgreSQL alone (migration 0011): the application cannot write it.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from tenants import walls
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.events import defer, stale, tell
from tenants.mission.models import AnnouncementSeen, Invitation, Participation, Strand
from tenants.mission.queries import Frame, Place
from tenants.once import add_once
from tenants.people import notice
from tenants.policy import Role
from tenants.refusals import Refused

INVITED_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Invited:
    """What an invitation says to whoever holds it. ``roles``: role, the mentee it is about (or None), first team.

    ``outcome``: open, used, revoked, expired, gone. ``for_me``: the person signed in is the one invited; ``known``: the
    address has an account; ``elsewhere``: the name under which the person signed in is already known in that company.
    ``reads_from``: from when they read, once they have accepted.
    """

    outcome: str
    id: uuid.UUID
    company: str
    slug: str
    firm: str
    mission: uuid.UUID
    title: str
    starts_on: date
    ends_on: date
    hours: int
    inviter: str
    given: str
    family: str
    email: str
    expires_at: datetime
    roles: list[list[Any]]
    for_me: bool
    known: bool
    elsewhere: str | None
    reads_from: datetime | None


@dataclass(frozen=True)
class Accepted:
    """``outcome`` accepted, or why not: used, revoked, expired, gone, sign_in, other_person, other_contact, confirm."""

    outcome: str
    person: uuid.UUID | None
    slug: str | None
    mission: uuid.UUID | None
    reads_from: datetime | None


def invite(
    company_id: uuid.UUID,
    mission_id: uuid.UUID,
    contact_id: uuid.UUID,
    *,
    invitation_id: uuid.UUID,
    by: Actor,
) -> None:
    """Invite a contact for the seats they have: the worker makes the link and sends it. Harmless again with that id."""
    values = {
        "company_id": company_id,
        "id": invitation_id,
        "mission_id": mission_id,
        "contact_id": contact_id,
        "invited_by": by.contact_id,
        "expires_at": now() + INVITED_FOR,
    }
    if add_once(Invitation, **values):
        defer("invitation", invitation_id=invitation_id)


def invite_again(invited: Invitation, *, invitation_id: uuid.UUID, by: Actor) -> None:
    """A new link; the one sent before opens nothing any more. Raises Refused when they have accepted meanwhile."""
    if invited.accepted_at is not None or not _expected(invited):
        raise Refused("invitation.answered")
    if invitation(invited.company_id, invited.mission_id, invitation_id) is None:
        revoke(invited, by=by)
        invite(invited.company_id, invited.mission_id, invited.contact_id, invitation_id=invitation_id, by=by)
        people_changed(invited.company_id, invited.mission_id)


def readdressed(company_id: uuid.UUID, contact_id: uuid.UUID, *, by: Actor) -> None:
    """Somebody who has not come is written down under another address: links sent to the one before have died with it
    (0011), and each invitation that awaits them is sent again."""
    waiting = select(Invitation.id).where(
        Invitation.company_id == company_id,
        Invitation.contact_id == contact_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now(),
    )
    for invitation_id in db.session.scalars(waiting):
        defer("invitation", invitation_id=invitation_id)


def revoke(invited: Invitation, *, by: Actor) -> None:
    """The link opens nothing any more. Harmless again; raises Refused when it was accepted meanwhile."""
    open_ = (
        Invitation.company_id == invited.company_id,
        Invitation.mission_id == invited.mission_id,
        Invitation.contact_id == invited.contact_id,
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    db.session.execute(update(Invitation).where(*open_).values(revoked_at=now()))
    db.session.refresh(invited)
    if invited.accepted_at is not None:
        raise Refused("invitation.answered")
    people_changed(invited.company_id, invited.mission_id)


def announce(participation_id: uuid.UUID) -> None:
    """Tell mentees and mentors, by name, that somebody is to read: what is awaited of them, and a mail each."""
    db.session.execute(text("select announce(:p)"), {"p": participation_id})
    defer("reader_announced", participation_id=participation_id)


def see(participation: Participation, *, by: Actor) -> datetime | None:
    """Say that one has seen the announcement. From when they read, or None. Harmless again.

    Raises Refused for a mentor, whom one accepts, for oneself, and for whoever is not announced (any more).
    """
    if participation.role == Role.MENTOR:
        raise Refused("participation.mentor")
    return _answer(participation, by=by)


def accept_mentor(participation: Participation, *, by: Actor) -> datetime | None:
    """A mentee accepts a later mentor. From when they read, None while another mentee's word is missing. Harmless again.

    Raises Refused for who is no mentor, for oneself, for whoever is not announced (any more), after a « no ».
    """
    if participation.role != Role.MENTOR:
        raise Refused("participation.mentor")
    return _answer(participation, by=by)


def decline_mentor(participation: Participation, *, by: Actor) -> None:
    """A mentee does not want a later mentor, and gives no reason: nothing of their strand is ever read by that one.

    Those who coordinate are told by a mail each. Other mentees' strands are theirs to open. Harmless again. Raises
    Refused as ``accept_mentor``, and once the mentor reads that strand.
    """
    if participation.role != Role.MENTOR:
        raise Refused("participation.mentor")
    mine = {s.strand_id for s in by.seats_in(participation.mission_id) if s.role is Role.MENTEE} & _opened(
        participation
    )
    if mine:
        raise Refused("participation.answered")
    _answer(participation, by=by, declined=True)


def _opened(participation: Participation) -> set[uuid.UUID]:
    """The strands that a later mentor reads now."""
    if participation.reads_from is None or participation.reads_from > now():
        return set()
    return {participation.strand_id} if participation.strand_id else set(participation.opened_ids or [])


def _answer(participation: Participation, *, by: Actor, declined: bool = False) -> datetime | None:
    announced = not participation.first_team and participation.until_at is None
    if not announced or participation.contact_id == by.contact_id:
        raise Refused("participation.over")
    at: datetime | None = db.session.scalar(
        text("select see_announcement(:p, :no)"), {"p": participation.id, "no": declined}
    )
    if (by.contact_id in declining(participation)) is not declined:
        raise Refused("participation.answered")  # said before, otherwise: the first word stands
    if at is not None and at <= now():
        tell(f"revoked mission {participation.mission_id}")  # their open pages are judged again
    people_changed(participation.company_id, participation.mission_id)
    return at


def end(participation: Participation, *, by: Actor) -> None:
    """They take part no more, at once: no reading, no socket, no invitation, nothing awaited. Harmless again."""
    if db.session.scalar(text("select end_participation(:p)"), {"p": participation.id}) is not None:
        tell(f"revoked mission {participation.mission_id}")
        people_changed(participation.company_id, participation.mission_id)


def invited_by(*, token_hash: bytes | None = None, invitation_id: uuid.UUID | None = None) -> Invited | None:
    """The invitation of that token; or, without one, that invitation if it is for the person signed in. None: gone."""
    row = db.session.execute(
        text("select * from invitation_facts(:t, :i)"), {"t": token_hash, "i": invitation_id}
    ).one()
    return None if row.outcome == "gone" else Invited(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def accept(
    *, token_hash: bytes | None = None, invitation_id: uuid.UUID | None = None, confirmed: bool = False
) -> Accepted:
    """Accept, as the person signed in or as a new one, having read the notice. Single use; see ``Accepted``."""
    values = {"t": token_hash, "i": invitation_id, "p": new_id(), "n": notice.VERSION, "ok": confirmed}
    try:
        with db.session.begin_nested():
            row = db.session.execute(
                text("select * from accept_invitation(:t, :i, :p, :n, :ok)"), values
            ).one()
    except IntegrityError:  # somebody has just made an account with that address
        return Accepted("sign_in", None, None, None, None)
    if row.outcome == "accepted":
        tell(
            f"revoked mission {row.mission}"
        )  # whoever is on a page of it is judged again: they may read from now on
        for zone_id in row.zones or []:
            stale(zone_id, f"people:{row.mission}")
    return Accepted(row.outcome, row.person, row.slug, row.mission, row.reads_from)


def invitation(company_id: uuid.UUID, mission_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation | None:
    """One invitation into a mission."""
    return db.session.scalar(
        select(Invitation).where(
            Invitation.company_id == company_id,
            Invitation.mission_id == mission_id,
            Invitation.id == invitation_id,
        )
    )


def invitations(company_id: uuid.UUID, mission_id: uuid.UUID) -> list[Invitation]:
    """Those of a mission, the last one first."""
    rows = select(Invitation).where(Invitation.company_id == company_id, Invitation.mission_id == mission_id)
    return list(db.session.scalars(rows.order_by(Invitation.created_at.desc(), Invitation.id)))


def participation(
    company_id: uuid.UUID, mission_id: uuid.UUID, participation_id: uuid.UUID
) -> Participation | None:
    """Somebody's part in a mission."""
    return db.session.scalar(
        select(Participation).where(
            Participation.company_id == company_id,
            Participation.mission_id == mission_id,
            Participation.id == participation_id,
        )
    )


def seen_by(company_id: uuid.UUID, mission_id: uuid.UUID, contact_id: uuid.UUID | None) -> set[uuid.UUID]:
    """The participations whose announcement that contact has answered."""
    rows = select(AnnouncementSeen.participation_id).where(
        AnnouncementSeen.company_id == company_id,
        AnnouncementSeen.mission_id == mission_id,
        AnnouncementSeen.contact_id == contact_id,
    )
    return set(db.session.scalars(rows))


def declining(row: Participation | Place) -> set[uuid.UUID]:
    """The mentees who have declined that later mentor."""
    company = walls.acting(db.session).company
    rows = select(AnnouncementSeen.contact_id).where(
        AnnouncementSeen.company_id == company,
        AnnouncementSeen.participation_id == row.id,
        AnnouncementSeen.declined,
    )
    return set(db.session.scalars(rows))


def asked(frame: Frame, place: Place) -> list[uuid.UUID]:
    """The mentees whose word opens their strand to a later mentor, given or not."""
    seat = place.seat
    return [
        s.contact_id
        for s in frame.seats
        if s.role is Role.MENTEE
        and s.contact_id != seat.contact_id
        and (seat.strand_id is None or s.strand_id == seat.strand_id)
        and (s.until_at is None or s.until_at > place.announced_at)
    ]


def announced_page(participation_id: uuid.UUID) -> dict[str, str]:
    """What a later mentor who has come says of themselves, by heading, for a mentee who is to accept them; else empty."""
    found: dict[str, str] | None = db.session.scalar(
        text("select announced_mentor_page(:p)"), {"p": participation_id}
    )
    return found or {}


def not_yet_accepting(frame: Frame, place: Place) -> list[uuid.UUID]:
    """The mentees whose word a later mentor awaits."""
    rows = select(AnnouncementSeen.contact_id).where(
        AnnouncementSeen.company_id == frame.company_id, AnnouncementSeen.participation_id == place.id
    )
    answered = set(db.session.scalars(rows))
    return [contact for contact in asked(frame, place) if contact not in answered]


def people_changed(company_id: uuid.UUID, mission_id: uuid.UUID) -> None:
    """At commit, the page about a mission's people is read again where it is open."""
    zones = select(Strand.state_zone_id).where(
        Strand.company_id == company_id, Strand.mission_id == mission_id
    )
    for zone_id in db.session.scalars(zones):
        stale(zone_id, f"people:{mission_id}")


def _expected(invited: Invitation) -> bool:
    rows = select(Participation.id).where(
        Participation.company_id == invited.company_id,
        Participation.mission_id == invited.mission_id,
        Participation.contact_id == invited.contact_id,
        Participation.until_at.is_(None),
        Participation.accepted_at.is_(None),
    )
    return db.session.scalars(rows).first() is not None

"""How a mission calls its people: by first name, by full name where two share one; and the hats they wear in it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from tenants.actors import Actor
from tenants.mission.queries import Frame, Member
from tenants.policy import COMPANY_ROLES, FIRM_ROLES, Role
from tenants.zones import Seat
from webapp import formats, words

ORDER = (*COMPANY_ROLES, *FIRM_ROLES)


@dataclass(frozen=True)
class Hat:
    """In what capacity the reader is here: the shape of their mark and the words beside their name."""

    party: str
    words: str


def first_name(frame: Frame, contact_id: uuid.UUID | None) -> str:
    """« Marc »; « Marc Ostrevant » when another Marc is in the mission; '' for nobody."""
    member = frame.members.get(contact_id) if contact_id else None
    if member is None:
        return ""
    alike = sum(m.given.casefold() == member.given.casefold() for m in frame.members.values())
    return member.given if member.given and alike == 1 else member.name


def first_names(frame: Frame, contacts: Iterable[uuid.UUID], me: uuid.UUID | None = None) -> str:
    """« Hélène et Marc », « Inès, Hélène et vous »: the reader last."""
    there = list(dict.fromkeys(contacts))
    return formats.names([first_name(frame, c) for c in there if c != me], you=me in there)


def mission_name(frame: Frame) -> str:
    """« Mission d’Inès Corbelin » with one mentee, else its title."""
    mentees = [m for m in (frame.mentee_of(s.id) for s in frame.strands) if m is not None]
    return name_of([m.name for m in mentees], frame.title)


def name_of(mentees: list[str], title: str) -> str:
    """As :func:`mission_name`, from plain names."""
    if len(mentees) != 1:
        return title
    return gettext("Mission %(of_mentee)s", of_mentee=formats.of_name(mentees[0]))


def hat(frame: Frame, actor: Actor) -> Hat | None:
    """« manager d’Inès », « direction et manager d’Inès »; None for somebody without a part here."""
    seats = sorted(actor.seats_in(frame.id), key=lambda s: ORDER.index(s.role))
    roles = [s.role for s in seats]
    said = list(dict.fromkeys(_toward(frame, s) for s in seats))
    if not seats:
        roles = sorted(actor.firm_roles, key=ORDER.index)
        said = [words.role(r, formats.form_of_reader()) for r in roles]
    return Hat(words.party_of(roles[0]), formats.names(said)) if roles else None


def hat_words(role: Role, mentee: str = "", form: str | None = None) -> str:
    """« mentor d’Inès », « manager d’Inès », « mentorée », « direction »: of somebody whom words agree with so."""
    if role in (Role.MENTOR, Role.MANAGER) and mentee:
        return gettext("%(role)s %(of_mentee)s", role=words.party(role), of_mentee=formats.of_name(mentee))
    return words.role(role, form)


def _toward(frame: Frame, seat: Seat) -> str:
    """The reader's. A mentor of all strands of a group is the mentor, of nobody in particular."""
    strands = [seat.strand_id] if seat.strand_id else [s.id for s in frame.strands]
    mentee: Member | None = frame.mentee_of(strands[0]) if len(strands) == 1 else None
    named = first_name(frame, mentee.id) if mentee else ""
    return hat_words(seat.role, named, formats.form_of_reader())

"""A mission's people in words: since when each reads, what is missing before they do; who is announced to the reader."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext, ngettext

from tenants.actors import Actor
from tenants.db import now
from tenants.mission import coming
from tenants.mission.context.headings import CAREER
from tenants.mission.models import Invitation
from tenants.mission.queries import Frame, Place
from tenants.policy import COMPANY_ROLES, Role
from tenants.zones import Kind
from webapp import formats, words
from webapp.mission import names
from webapp.mission.context.words import HEADING

ANNOUNCED_FOR = timedelta(hours=48)

Declined = dict[uuid.UUID, frozenset[uuid.UUID]]  # of a later mentor's part: the mentees who declined them


@dataclass(frozen=True)
class Line:
    """One person with all their parts. For staff: ``sent``, the invitation that is open; ``again``, the last one where
    none is; ``parts``, (id, role in words), which end one by one; ``declined``: a mentee did not want that mentor.
    """

    contact_id: uuid.UUID
    party: str
    initials: str
    name: str
    title: str
    roles: str
    status: str
    you: bool
    reads: bool
    sent: Invitation | None = None
    sent_words: str = ""
    again: uuid.UUID | None = None
    parts: list[tuple[uuid.UUID, str]] = field(default_factory=list)
    declined: bool = False


@dataclass(frozen=True)
class Notice:
    """Somebody is to read, and the reader of the page is one of those who are told first. ``page``: what a mentor says of
    themselves, by heading; ``no_page``: a mentor who says nothing yet.
    """

    id: uuid.UUID
    title: str
    text: str
    reads: str
    mentor: bool
    name: str
    page: list[tuple[str, str]] = field(default_factory=list)
    no_page: bool = False


def present(frame: Frame, actor: Actor, invitations: Iterable[Invitation]) -> list[Line]:
    """Those who take part, or are about to, in the usual order of roles."""
    there = [p for p in frame.places if p.seat.until_at is None or p.seat.until_at > now()]
    return _lines(frame, actor, there, list(invitations), _declined(frame, there))


def gone(frame: Frame, actor: Actor) -> list[Line]:
    """Those who took part and no longer do."""
    ended = [p for p in frame.places if p.seat.until_at is not None and p.seat.until_at <= now()]
    return _lines(frame, actor, ended, [], {})


def notices(frame: Frame, actor: Actor) -> list[Notice]:
    """What is announced to the actor, as mentee or mentor, and that they have not answered."""
    seen = coming.seen_by(frame.company_id, frame.id, actor.contact_id)
    return [
        _notice(frame, place) for place in frame.places if place.id not in seen and _told(frame, actor, place)
    ]


def role_of(frame: Frame, place: Place) -> str:
    """« manager d’Inès » in a group, « manager direct » where there is one mentee only."""
    seat = place.seat
    mentee = frame.mentee_of(seat.strand_id) if seat.strand_id and len(frame.strands) > 1 else None
    if mentee and seat.role is not Role.MENTEE:
        return names.hat_words(seat.role, names.first_name(frame, mentee.id))
    return words.role(seat.role, frame.members[seat.contact_id].form)


def _told(frame: Frame, actor: Actor, place: Place) -> bool:
    """As see_announcement() judges: a mentee of the strand; for any but a mentor, a mentor too; never oneself."""
    seat = place.seat
    if place.first_team or seat.until_at is not None or seat.contact_id == actor.contact_id:
        return False
    if seat.role is Role.MENTOR and seat.sits(
        now()
    ):  # whoever came since then came to a mission that has that mentor
        asked = [s for s in actor.seats_in(frame.id) if s.role is Role.MENTEE and not seat.spans(s.strand_id)]
        return bool(asked)
    told = {Role.MENTEE} if seat.role is Role.MENTOR else {Role.MENTEE, Role.MENTOR}
    return any(s.role in told and s.spans(seat.strand_id) for s in actor.seats_in(frame.id))


def _declined(frame: Frame, places: list[Place]) -> Declined:
    later = [p for p in places if p.seat.role is Role.MENTOR and not p.first_team]
    return {p.id: frozenset(coming.declining(p)) for p in later}


def _lines(
    frame: Frame, actor: Actor, places: list[Place], invitations: list[Invitation], declined: Declined
) -> list[Line]:
    held: dict[uuid.UUID, list[Place]] = {}
    for place in sorted(places, key=lambda p: COMPANY_ROLES.index(p.seat.role)):
        held.setdefault(place.seat.contact_id, []).append(place)
    last: dict[uuid.UUID, Invitation] = {}
    for invitation in invitations:  # the last one comes first
        last.setdefault(invitation.contact_id, invitation)
    return [_line(frame, actor, of, last.get(contact), declined) for contact, of in held.items()]


def _line(frame: Frame, actor: Actor, held: list[Place], last: Invitation | None, declined: Declined) -> Line:
    member = frame.members[held[0].seat.contact_id]
    roles = list(dict.fromkeys(role_of(frame, p) for p in held))
    said_no = frozenset(c for p in held for c in declined.get(p.id, ()))
    waits = any(p.accepted_at is None and p.seat.until_at is None for p in held)
    sent = last if waits and last and last.accepted_at is None and last.revoked_at is None else None
    return Line(
        contact_id=member.id,
        party=words.party_of(held[0].seat.role),
        initials=member.initials,
        name=member.name,
        title=member.title,
        roles=formats.names(roles),
        status=_status(frame, held) if not said_no else _status_declined(frame, actor, held, said_no),
        you=member.id == actor.contact_id,
        reads=any(p.seat.sits(now()) for p in held),
        sent=sent,
        sent_words=_sent(sent) if waits else "",
        again=last.id if waits and last and not sent else None,
        parts=[(p.id, role_of(frame, p)) for p in held],
        declined=bool(said_no),
    )


def _status(frame: Frame, held: list[Place]) -> str:
    """One sentence; where two roles begin at different times, each with its own."""
    said = list(dict.fromkeys(_begins(frame, p) for p in held))
    if len(said) == 1:
        return said[0]
    return " ".join(
        gettext("%(role)s : %(status)s", role=role_of(frame, p), status=_begins(frame, p)) for p in held
    )


def _status_declined(frame: Frame, actor: Actor, held: list[Place], said_no: frozenset[uuid.UUID]) -> str:
    """What a mentor reads whom somebody declined: nothing of theirs, and the rest as it would be."""
    place = next(p for p in held if p.seat.role is Role.MENTOR)
    asked = coming.asked(frame, place)
    who = names.first_names(frame, [c for c in asked if c in said_no], actor.contact_id)
    if said_no.issuperset(asked) and not place.seat.sits(now()):
        said = gettext("Ne lit rien : n’a pas été accepté·e comme mentor par %(who)s.", who=who)
    else:
        closed = ngettext(
            "N’a pas été accepté·e par %(who)s : rien de ce parcours ne lui est ouvert.",
            "N’a pas été accepté·e par %(who)s : rien de ces parcours ne lui est ouvert.",
            len(said_no),
            who=who,
        )
        said = f"{_status(frame, held)} {closed}"
    return formats.agreed(said, frame.members[place.seat.contact_id].form)


def _begins(frame: Frame, place: Place) -> str:
    seat = place.seat
    if seat.until_at is not None and seat.until_at <= now():
        return gettext("A pris part jusqu’au %(day)s.", day=formats.short_day(seat.until_at))
    if seat.sits(now()):
        return gettext("Lit depuis %(day)s.", day=_since(seat.reads_from))
    if place.accepted_at is None:
        return gettext("Ne lit rien encore : l’invitation n’est pas acceptée.")
    if seat.role is Role.MENTOR:
        who = names.first_names(frame, coming.not_yet_accepting(frame, place))
        return gettext("Ne lit rien encore : on attend l’accord %(of_mentee)s.", of_mentee=_of(who))
    if seat.reads_from is not None:
        return gettext("Pourra lire %(moment)s, ou dès que chacun l’aura vu.", moment=_from(seat.reads_from))
    return gettext("Ne lit rien encore : il faut d’abord qu’une personne accompagnée en soit prévenue.")


def _since(moment: datetime | None) -> str:
    near = formats.near_day(moment) if moment else ""
    today = formats.today()
    if moment is None or formats.local(moment).date() >= today - timedelta(days=1):
        return near
    return gettext("le %(day)s", day=near)


def _from(moment: datetime) -> str:
    return gettext(
        "à partir du %(day)s à %(hour)s", day=formats.short_day(moment), hour=formats.clock(moment)
    )


def _of(who: str) -> str:
    return formats.of_name(who) if who else gettext("de la personne accompagnée")


def _sent(sent: Invitation | None) -> str:
    if sent is None:
        return gettext("Aucune invitation n’est ouverte.")
    if sent.expires_at <= now():
        return gettext("L’invitation a expiré %(day)s.", day=formats.on_day(sent.expires_at))
    return gettext(
        "Invitation envoyée %(day)s, ouverte jusqu’au %(until)s.",
        day=formats.on_day(sent.created_at),
        until=formats.short_day(sent.expires_at),
    )


def _notice(frame: Frame, place: Place) -> Notice:
    member = frame.members[place.seat.contact_id]
    mentor = place.seat.role is Role.MENTOR
    role = role_of(frame, place)
    if mentor:
        title = formats.agreed(gettext("%(name)s est proposé·e comme mentor", name=member.name), member.form)
        text = gettext("Cette personne ne lira rien sans votre accord.")
    elif place.seat.sits(now()):
        title = gettext("%(name)s lit ce que lit ce rôle : %(role)s", name=member.name, role=role)
        text = gettext("Cela a été annoncé %(day)s.", day=formats.on_day(place.announced_at))
    else:
        when = place.seat.reads_from or place.announced_at + ANNOUNCED_FOR
        title = gettext(
            "%(name)s pourra lire, en tant que %(role)s, %(moment)s",
            name=member.name,
            role=role,
            moment=_from(when),
        )
        text = (
            gettext("Ce sera plus tôt si chacun de ceux à qui c’est annoncé en prend connaissance.")
            if place.accepted_at
            else gettext("Au plus tôt : son invitation n’est pas encore acceptée.")
        )
    page = coming.announced_page(place.id) if mentor else {}
    return Notice(
        id=place.id,
        title=title,
        text=text,
        reads=_readable(frame, place.seat.role),
        mentor=mentor,
        name=names.first_name(frame, member.id),
        page=[(HEADING[h](), page[h]) for h in CAREER if page.get(h)],
        no_page=mentor and not any(page.get(h) for h in CAREER),
    )


def _readable(frame: Frame, role: Role) -> str:
    """What that role reads under the matrix in force, what was written before included."""
    rule = frame.rules.get(frame.rule_id, {})
    things = {
        Kind.AGREEMENT: gettext("l’accord de cadrage"),
        Kind.CONTEXT: gettext("le dossier de contexte"),
        Kind.OBJECTIVES: gettext("les objectifs"),
        Kind.ROADMAP: gettext("la feuille de route"),
        Kind.SUMMARIES: gettext("les comptes rendus partagés"),
        Kind.CALENDAR: gettext("le calendrier et les heures"),
        Kind.REPORT: gettext("le bilan"),
        Kind.MINUTES: gettext("le procès-verbal"),
    }
    said = [name for kind, name in things.items() if role in rule.get(kind, frozenset())]
    return gettext("Ce rôle lit %(things)s, avec ce qui y est déjà écrit.", things=formats.names(said))

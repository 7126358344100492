"""Who can read a text, by name, as pages show it: computed from the rule that guards it, never from what was asked.

A text that is about to be shared is judged by the zone that it would get, so that its readers are named first.
"""

import uuid
from dataclasses import dataclass, field

from flask_babel import gettext, ngettext

from tenants.db import now
from tenants.mission.queries import Frame, Member
from tenants.policy import COMPANY_ROLES, Role
from tenants.zones import Audience, Kind, Seat, Zone, reads
from webapp import access, formats, words
from webapp.mission import names

UPSTAIRS = frozenset({Role.SPONSOR, Role.HR})
BY_NAME = 3  # up to three readers are named in the badge (design.md, section 4)

Line = tuple[str, str, str, str, bool]  # party, initials, name, words of the role, is the reader of the page


@dataclass(frozen=True)
class ReadersView:
    """What ``ui/audience.html`` shows. ``audience`` is the colour, computed from the readers; ``reads`` the six shapes."""

    audience: str
    label: str
    reads: dict[str, bool]
    readers: list[Line]
    rule_words: str
    report_words: str | None = None
    ids: frozenset[uuid.UUID] = field(default=frozenset())


def readers_view(
    frame: Frame,
    zone_id: uuid.UUID | None = None,
    *,
    kind: Kind | str | None = None,
    audience: Audience | str | None = None,
    strand_id: uuid.UUID | None = None,
    author_id: uuid.UUID | None = None,
) -> ReadersView:
    """Of a zone that exists, or of the one that a text of that kind, audience and strand would get now."""
    me = access.actor().contact_id
    zone = frame.zones[zone_id] if zone_id else _imagined(frame, kind, audience, strand_id, author_id or me)
    if zone.audience is Audience.AUTHOR:
        return _alone(frame, zone, me)
    seats = _reading(frame, zone)
    begun = [s for s in seats if s.sits(now())]
    ids = frozenset(s.contact_id for s in begun)
    return ReadersView(
        audience=_shade(zone, begun),
        label=_label(frame, zone, begun, me),
        reads={p: any(words.party_of(s.role) == p for s in begun) for p in words.PARTIES},
        readers=_lines(frame, seats, me),
        rule_words=_rule(frame),
        report_words=_report(frame, zone, begun),
        ids=ids,
    )


def staff_view(frame: Frame, firm: str) -> ReadersView:
    """Dates, hours and stages: everyone in the mission, and the firm's staff, whom the firm's name stands for."""
    seats = frame.sitting()
    parties = {words.party_of(s.role) for s in seats} | {"firm"}
    staff = ("firm", "", firm, gettext("coordination et gérance"), False)
    return ReadersView(
        audience="staff",
        label=gettext("Tous ceux de la mission et le cabinet"),
        reads={p: p in parties for p in words.PARTIES},
        readers=[*_lines(frame, seats, access.actor().contact_id), staff],
        rule_words=gettext("Les étapes, les dates et les heures sont lues de tous ; un parcours, des siens."),
        ids=frozenset(s.contact_id for s in seats),
    )


def _imagined(
    frame: Frame,
    kind: Kind | str | None,
    audience: Audience | str | None,
    strand_id: uuid.UUID | None,
    author_id: uuid.UUID | None,
) -> Zone:
    if kind is None or audience is None or author_id is None:
        raise ValueError("a zone, or a kind, an audience and an author")
    return Zone(
        uuid.UUID(int=0), frame.id, strand_id, Kind(kind), Audience(audience), author_id, frame.rule_id
    )


def _reading(frame: Frame, zone: Zone) -> list[Seat]:
    """The seats that read or will once begun, in the usual order; the rule is that of the database."""
    then, current = frame.rules.get(zone.rule_id, {}), frame.rules.get(frame.rule_id, {})
    return [s for s in frame.sitting(zone.strand_id) if reads(s, zone, then, current)]


def _alone(frame: Frame, zone: Zone, me: uuid.UUID | None) -> ReadersView:
    member = frame.members.get(zone.author_id)
    party = next((words.party_of(s.role) for s in frame.sitting() if s.contact_id == zone.author_id), "firm")
    mine = zone.author_id == me
    line = (party, member.initials, member.name, _role_words(frame, zone.author_id), mine) if member else None
    return ReadersView(
        audience="author",
        label=formats.only_you() if mine else names.first_name(frame, zone.author_id),
        reads={p: p == party for p in words.PARTIES},
        readers=[line] if line else [],
        rule_words=gettext("Un brouillon n’est lu que par qui l’écrit."),
        ids=frozenset({zone.author_id}),
    )


def _shade(zone: Zone, begun: list[Seat]) -> str:
    """From the roles that read. The pair's own colour is kept for what the pair alone may read, by choice."""
    roles = {s.role for s in begun}
    if roles & UPSTAIRS:
        return "everyone"
    if zone.audience is Audience.PAIR:
        return "pair"
    return "group" if zone.strand_id is None and Role.MANAGER not in roles else "parties"


def _label(frame: Frame, zone: Zone, begun: list[Seat], me: uuid.UUID | None) -> str:
    ids = list(dict.fromkeys(s.contact_id for s in begun))
    if len(ids) <= BY_NAME:
        return names.first_names(frame, ids, me)
    everybody = {s.contact_id for s in frame.sitting() if s.sits(now())}
    if set(ids) == everybody:
        return gettext("Tous ceux de la mission")
    roles = {s.role for s in begun}
    if Role.MANAGER in roles and not roles & UPSTAIRS and zone.strand_id is not None:
        return gettext("Les trois parties")
    return _group(frame, begun, me) or ngettext(
        "%(num)d personne de la mission", "%(num)d personnes de la mission", len(ids)
    )


def _group(frame: Frame, begun: list[Seat], me: uuid.UUID | None) -> str | None:
    """Of a mission with several mentees: « Hélène et les 5 mentorés », « Vous, les mentorés et leurs managers »."""
    roles = {s.role for s in begun}
    mentees = {s.contact_id for s in begun if s.role is Role.MENTEE}
    mentors = [s.contact_id for s in begun if s.role is Role.MENTOR]
    if roles == {Role.MENTOR, Role.MENTEE} and len(mentees) > 1:
        return gettext(
            "%(mentors)s et les %(count)d mentorés",
            mentors=_capital(names.first_names(frame, mentors, me)),
            count=len(mentees),
        )
    if roles == {Role.MENTOR, Role.MENTEE, Role.MANAGER} and len(mentees) > 1:
        led = _capital(names.first_names(frame, mentors, me))
        return gettext("%(mentors)s, les mentorés et leurs managers", mentors=led)
    return None


def _lines(frame: Frame, seats: list[Seat], me: uuid.UUID | None) -> list[Line]:
    """One line a person, their roles together, in the usual order."""
    lines = []
    for contact in dict.fromkeys(s.contact_id for s in seats):
        held = [s for s in seats if s.contact_id == contact]
        member = frame.members[contact]
        said = _said(member, [s.role for s in held])
        if not any(s.sits(now()) for s in held):
            said = gettext("%(role)s, dès que son invitation sera acceptée", role=said)
        lines.append((words.party_of(held[0].role), member.initials, member.name, said, contact == me))
    return lines


def _role_words(frame: Frame, contact: uuid.UUID) -> str:
    roles = [s.role for s in frame.sitting() if s.contact_id == contact]
    return _said(frame.members[contact], roles)


def _said(member: Member, roles: list[Role]) -> str:
    """The title for whoever is there by their place in the company, the role for the three parties."""
    held = [r for r in COMPANY_ROLES if r in roles]
    if member.title and held and set(held) <= UPSTAIRS:
        return member.title
    return words.roles(held, member.form)


def _rule(frame: Frame) -> str:
    version, made_at = frame.versions.get(frame.rule_id, (None, None))
    if version is None or made_at is None:
        return gettext("Règle du cabinet, en vigueur jusqu’à la signature de l’accord de cadrage.")
    return gettext(
        "Règle de l’accord de cadrage, version %(version)s, signée le %(day)s.",
        version=version,
        day=formats.short_day(made_at),
    )


def _report(frame: Frame, zone: Zone, begun: list[Seat]) -> str | None:
    """« Au bilan »: only for whoever is in the mission and does not read already."""
    there = {s.role for s in frame.sitting(zone.strand_id)} - {s.role for s in begun}
    roles = frame.reported.get(zone.kind, frozenset()) & there
    if roles == UPSTAIRS:
        return gettext("La direction et les RH les liront dans le bilan.")
    if roles == {Role.SPONSOR}:
        return gettext("La direction les lira dans le bilan.")
    return gettext("Les RH les liront dans le bilan.") if roles else None


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]

"""What is awaited, in words by kind: a number and no content, whom it is about, since when, and the exact place.

A room that makes a new kind of wait gives its words here; without them a wait still has a sentence and a way to its
mission.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, url_for
from flask_babel import gettext, ngettext

from tenants.mission.across import AwaitedFromOthers, Awaiting, MyMission, Pending
from tenants.mission.reminders import PAUSE
from tenants.policy import COMPANY_ROLES, FIRM_ROLES, Role
from webapp import formats, words
from webapp.mission import names

SEEN = "participation.seen"  # a dated window of 48 h: shown to whoever it concerns, waited for by nobody


@dataclass(frozen=True)
class Kind:
    """How one kind of wait is said: to whoever is awaited, on the button that leads there, and to who waits."""

    title: Callable[[int], str]
    act: Callable[[], str]
    of_other: Callable[[int], str]
    endpoint: str
    anchor: str = ""


@dataclass(frozen=True)
class WaitView:
    """One line of « Ce qui vous attend »."""

    title: str
    where: str
    since: datetime
    since_words: str
    act: str
    url: str


@dataclass(frozen=True)
class OtherView:
    """One line of « Ce que vous attendez des autres ». ``remind``: where to post, None: a reminder is too recent."""

    name: str
    what: str
    where: str
    since: datetime
    since_words: str
    remind: str | None
    reminded: str | None
    id: str


def _numbered(number: int) -> str:
    """An objective has a number in its list; without one it is just an objective."""
    return gettext("l’objectif %(number)s", number=number) if number else gettext("un objectif")


KINDS: dict[str, Kind] = {
    "objective.assent": Kind(
        lambda n: gettext("Relire et parapher %(objective)s", objective=_numbered(n)),
        lambda: gettext("Lire l’objectif"),
        lambda n: gettext("Ses initiales sur %(objective)s", objective=_numbered(n)),
        "objectives.index",
        "objective-",
    ),
    "agreement.expectations": Kind(
        lambda _n: gettext("Écrire vos attentes, puis dire « prêt »"),
        lambda: gettext("Ouvrir l’accord"),
        lambda _n: gettext("Son « prêt » sur ses attentes"),
        "agreement.index",
    ),
    "agreement.request_confirm": Kind(
        lambda _n: gettext("Confirmer la demande écrite pour vous"),
        lambda: gettext("Lire la demande"),
        lambda _n: gettext("Sa confirmation de la demande"),
        "agreement.index",
    ),
    "agreement.sign": Kind(
        lambda _n: gettext("Lire et signer l’accord de cadrage"),
        lambda: gettext("Lire l’accord"),
        lambda _n: gettext("Sa signature sur l’accord de cadrage"),
        "agreement_versions.index",
    ),
    "agreement.talk": Kind(
        lambda _n: gettext("En parler avec la personne mentorée avant qu’elle signe"),
        lambda: gettext("Lire son mot"),
        lambda _n: gettext("Une réponse"),
        "agreement_versions.index",
    ),
    "agreement.sign_dates": Kind(
        lambda _n: gettext("Lire et signer de nouvelles dates"),
        lambda: gettext("Lire les dates"),
        lambda _n: gettext("Sa signature sur de nouvelles dates"),
        "agreement_versions.index",
    ),
    "agreement.accept": Kind(
        lambda _n: gettext("Accepter de nouvelles dates, ou en parler"),
        lambda: gettext("Lire les dates"),
        lambda _n: gettext("Son accord sur de nouvelles dates"),
        "agreement_versions.index",
    ),
    "schedule.slot": Kind(
        lambda _n: gettext("Choisir une date pour un rendez-vous"),
        lambda: gettext("Répondre"),
        lambda _n: gettext("Sa réponse sur une date"),
        "schedule.index",
        "session-",
    ),
    "schedule.review": Kind(
        lambda _n: gettext("Relire et approuver un point d’étape"),
        lambda: gettext("Lire le point d’étape"),
        lambda _n: gettext("Son approbation d’un point d’étape"),
        "schedule.index",
        "session-",
    ),
    "schedule.attendance": Kind(
        lambda _n: gettext("Confirmer qu’un rendez-vous a eu lieu"),
        lambda: gettext("Confirmer"),
        lambda _n: gettext("Sa confirmation d’un rendez-vous"),
        "schedule.index",
        "session-",
    ),
    "plan.assent": Kind(
        lambda _n: gettext("Relire et parapher le plan de mentoring"),
        lambda: gettext("Lire le plan"),
        lambda _n: gettext("Ses initiales sur le plan de mentoring"),
        "schedule_plan.index",
    ),
    "context.question": Kind(
        lambda _n: gettext("Répondre à une question du mentor"),
        lambda: gettext("Lire la question"),
        lambda _n: gettext("Sa réponse à une question"),
        "context.index",
        "question-",
    ),
    "context.confirm": Kind(
        lambda _n: gettext("Confirmer une réponse écrite pour vous"),
        lambda: gettext("Lire la réponse"),
        lambda _n: gettext("Sa confirmation d’une réponse"),
        "context.index",
        "question-",
    ),
    "context.position": Kind(
        lambda _n: gettext("Dire où l’on en est au départ"),
        lambda: gettext("Ouvrir la position de départ"),
        lambda _n: gettext("Sa position de départ"),
        "context.index",
        "grid-",
    ),
    "roadmap.assent": Kind(
        lambda _n: gettext("Relire et parapher un axe de la feuille de route"),
        lambda: gettext("Lire l’axe"),
        lambda _n: gettext("Ses initiales sur un axe de la feuille de route"),
        "roadmap.index",
        "axis-",
    ),
    "handover.leave": Kind(
        lambda _n: gettext("Confirmer vos rendez-vous passés et laisser une passation"),
        lambda: gettext("Ouvrir la page"),
        lambda _n: gettext("Sa passation"),
        "handover.leave",
    ),
    "handover.read": Kind(
        lambda _n: gettext("Lire en premier la passation de votre mentor"),
        lambda: gettext("Lire la passation"),
        lambda _n: gettext("Une réponse"),
        "handover.index",
    ),
    "difficulty.answer": Kind(
        lambda _n: gettext("Répondre à ce qui vous est signalé"),
        lambda: gettext("Lire le message"),
        lambda _n: gettext("Une réponse"),
        "difficulty.index",
        "difficulty-",
    ),
    "difficulty.read": Kind(
        lambda _n: gettext("Lire la réponse qui vous est faite"),
        lambda: gettext("Lire la réponse"),
        lambda _n: gettext("Une réponse"),
        "difficulty.index",
        "difficulty-",
    ),
    "mentor.accept": Kind(
        lambda _n: gettext("Dire si vous acceptez un nouveau mentor"),
        lambda: gettext("Répondre"),
        lambda _n: gettext("Sa réponse sur un nouveau mentor"),
        "mission_people.page",
    ),
    SEEN: Kind(
        lambda _n: gettext("Voir qui va lire la mission"),
        lambda: gettext("Voir qui lira"),
        lambda _n: gettext("Qu’un nouveau lecteur soit vu"),
        "mission_people.page",
    ),
}
OTHER = Kind(
    lambda _n: gettext("Répondre dans la mission"),
    lambda: gettext("Ouvrir la mission"),
    lambda _n: gettext("Une réponse"),
    "mission.show",
)


def mine(wait: Awaiting) -> WaitView:
    """What awaits the reader."""
    kind = KINDS.get(wait.kind, OTHER)
    return WaitView(
        title=kind.title(wait.number),
        where=f"{_mission(wait)} · {wait.company}",
        since=wait.since,
        since_words=_since(wait),
        act=kind.act(),
        url=_place(kind, wait),
    )


def other(wait: AwaitedFromOthers) -> OtherView:
    """Whom the reader waits for."""
    kind = KINDS.get(wait.kind, OTHER)
    recent = wait.reminded_at is not None and formats.now() < wait.reminded_at + PAUSE
    return OtherView(
        name=wait.contact,
        what=kind.of_other(wait.number),
        where=f"{_mission(wait)} · {wait.company}",
        since=wait.since,
        since_words=_since(wait),
        remind=None if recent else remind_url(wait),
        reminded=gettext("Un rappel est parti %(day)s.", day=formats.on_day(wait.reminded_at))
        if wait.reminded_at
        else None,
        id=f"w-{wait.id}",
    )


def others(waits: list[AwaitedFromOthers]) -> list[OtherView]:
    """All of them, but what is only a window."""
    return [other(w) for w in waits if w.kind != SEEN]


def remind_url(wait: AwaitedFromOthers) -> str:
    """Where a reminder of this wait is asked for."""
    return url_for("mission.remind", company=wait.slug, mission_id=wait.mission_id, awaited_id=wait.id)


@dataclass(frozen=True)
class InvitationView:
    """An invitation not accepted yet: who invites, to what, as whom."""

    title: str
    where: str
    until: str
    url: str | None


def invitation(pending: Pending) -> InvitationView:
    """An invitation in words; the page that accepts it says all."""
    roles = [words.role(r, formats.form_of_reader()) for r in COMPANY_ROLES if r in pending.roles]
    there = "invitations.mine" in current_app.view_functions
    return InvitationView(
        title=gettext(
            "%(inviter)s vous invite dans une mission, comme %(roles)s",
            inviter=pending.inviter,
            roles=formats.names(roles),
        ),
        where=f"{pending.firm} · {pending.company}",
        until=gettext("Invitation ouverte jusqu’au %(day)s", day=formats.short_day(pending.expires_at)),
        url=url_for("invitations.mine", invitation_id=pending.id) if there else None,
    )


def hat(missions: list[MyMission]) -> names.Hat | None:
    """« manager dans deux missions »: every role that the person holds somewhere, the firm's included."""
    held = {r: {m.id for m in missions if any(x == r for x, _ in m.mine)} for r in COMPANY_ROLES}
    said = [_hat(r, len(ids)) for r, ids in held.items() if ids]
    roles: list[Role] = [r for r, ids in held.items() if ids]
    for role in FIRM_ROLES:
        if any(m.staff is role for m in missions):
            roles.append(role)
            said.append(words.role(role, formats.form_of_reader()))
    return names.Hat(words.party_of(roles[0]), formats.names(said)) if roles else None


def _hat(role: Role, missions: int) -> str:
    party = words.party(words.party_of(role))
    if missions == 1:
        return gettext("%(role)s dans une mission", role=party)
    return ngettext("%(role)s dans %(num)d mission", "%(role)s dans %(num)d missions", missions, role=party)


def _mission(wait: Awaiting | AwaitedFromOthers) -> str:
    return names.name_of([wait.mentee] if wait.mentee else [], wait.title)


def _since(wait: Awaiting | AwaitedFromOthers) -> str:
    if wait.due_on is not None and wait.due_on >= formats.today() - timedelta(days=0):
        return gettext("pour le %(day)s", day=formats.short_day(wait.due_on))
    return gettext("attendu %(since)s", since=formats.since(wait.since))


def _place(kind: Kind, wait: Awaiting) -> str:
    endpoint = kind.endpoint if kind.endpoint in current_app.view_functions else OTHER.endpoint
    strand = wait.strand_id if kind.anchor else None
    anchor = f"{kind.anchor}{wait.subject_id}" if kind.anchor else None
    return url_for(endpoint, company=wait.slug, mission_id=wait.mission_id, strand=strand, _anchor=anchor)

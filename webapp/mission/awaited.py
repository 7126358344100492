"""Who is awaited in a mission, for what, since when: one line a wait, those of the reader first."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext, ngettext

from tenants.actors import Actor
from tenants.mission.queries import Frame
from tenants.mission.reminders import PAUSE
from tenants.mission.stages import State, Wait
from tenants.policy import PARTIES
from webapp import formats
from webapp.mission import names

# What one is awaited for, by kind: « On attend … ». A kind without words waits for an answer.
SEEN = "participation.seen"


@dataclass(frozen=True)
class Line:
    """``lead`` in bold, ``rest`` after it. ``remind``: where the party that waits may have them reminded."""

    lead: str
    rest: str
    you: bool
    since: datetime
    remind: str | None


def lines(frame: Frame, state: State, actor: Actor) -> list[Line]:
    """Several waits of one kind from one person make one line, as old as the oldest."""
    grouped: dict[tuple[uuid.UUID, str, uuid.UUID | None], list[Wait]] = {}
    for wait in state.waits:
        if wait.kind != SEEN or wait.contact_id == actor.contact_id:
            grouped.setdefault((wait.contact_id, wait.kind, wait.strand_id), []).append(wait)
    found = [_line(frame, waits, actor) for waits in grouped.values()]
    return sorted(found, key=lambda line: (not line.you, line.since))


def _line(frame: Frame, waits: list[Wait], actor: Actor) -> Line:
    first, you = waits[0], waits[0].contact_id == actor.contact_id
    reminded = max((w.reminded_at for w in waits if w.reminded_at), default=None)
    rest = gettext("%(since)s.", since=formats.since(first.since))
    if reminded is not None:
        rest += " " + gettext("Un rappel est parti %(day)s.", day=formats.on_day(reminded))
    recent = reminded is not None and formats.now() < reminded + PAUSE
    party = any(s.role in PARTIES and s.spans(first.strand_id) for s in actor.seats_in(frame.id))
    there = first.contact_id in frame.members
    return Line(
        lead=_lead(frame, first, len(waits), you=you),
        rest=rest,
        you=you,
        since=first.since,
        remind=url_for("mission.remind", mission_id=frame.id, awaited_id=first.id)
        if party and there and not you and not recent
        else None,
    )


def _lead(frame: Frame, wait: Wait, count: int, *, you: bool) -> str:
    """« On attend vos initiales sur 2 objectifs », « On attend les initiales de Marc sur un objectif »."""
    said = SAID.get(wait.kind, _answer)
    return said(count, None if you else formats.of_name(names.first_name(frame, wait.contact_id)))


def _initials(count: int, of_name: str | None) -> str:
    if of_name is None:
        return ngettext(
            "On attend vos initiales sur un objectif", "On attend vos initiales sur %(num)d objectifs", count
        )
    return ngettext(
        "On attend les initiales %(of_name)s sur un objectif",
        "On attend les initiales %(of_name)s sur %(num)d objectifs",
        count,
        of_name=of_name,
    )


def _mentor(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend votre réponse sur un nouveau mentor")
    return gettext("On attend la réponse %(of_name)s sur un nouveau mentor", of_name=of_name)


def _reader(_count: int, _of_name: str | None) -> str:
    return gettext("Un nouveau lecteur vous est annoncé")


def _date(count: int, of_name: str | None) -> str:
    if of_name is None:
        return ngettext("On vous attend pour une date", "On vous attend pour %(num)d dates", count)
    return ngettext(
        "On attend la réponse %(of_name)s sur une date",
        "On attend la réponse %(of_name)s sur %(num)d dates",
        count,
        of_name=of_name,
    )


def _review(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend votre approbation d’un point d’étape")
    return gettext("On attend l’approbation %(of_name)s sur un point d’étape", of_name=of_name)


def _axes(count: int, of_name: str | None) -> str:
    if of_name is None:
        return ngettext(
            "On attend vos initiales sur un axe", "On attend vos initiales sur %(num)d axes", count
        )
    return ngettext(
        "On attend les initiales %(of_name)s sur un axe",
        "On attend les initiales %(of_name)s sur %(num)d axes",
        count,
        of_name=of_name,
    )


def _answer(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend une réponse de vous")
    return gettext("On attend une réponse %(of_name)s", of_name=of_name)


def _expectations(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend votre « prêt » sur vos attentes")
    return gettext("On attend le « prêt » %(of_name)s sur ses attentes", of_name=of_name)


def _request(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend que vous confirmiez votre demande")
    return gettext("On attend la confirmation %(of_name)s sur sa demande", of_name=of_name)


def _signature(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend votre signature sur l’accord de cadrage")
    return gettext("On attend la signature %(of_name)s sur l’accord de cadrage", of_name=of_name)


def _dates_signed(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend votre signature sur de nouvelles dates")
    return gettext("On attend la signature %(of_name)s sur de nouvelles dates", of_name=of_name)


def _dates_accepted(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend votre accord sur de nouvelles dates")
    return gettext("On attend l’accord %(of_name)s sur de nouvelles dates", of_name=of_name)


def _asked(count: int, of_name: str | None) -> str:
    if of_name is None:
        return ngettext(
            "On attend votre réponse à une question",
            "On attend votre réponse à %(num)d questions",
            count,
        )
    return ngettext(
        "On attend la réponse %(of_name)s à une question",
        "On attend la réponse %(of_name)s à %(num)d questions",
        count,
        of_name=of_name,
    )


def _reported(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend que vous confirmiez une réponse écrite pour vous")
    return gettext("On attend la confirmation %(of_name)s sur une réponse", of_name=of_name)


def _position(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend votre position de départ")
    return gettext("On attend la position de départ %(of_name)s", of_name=of_name)


AGREEMENT = {
    "agreement.expectations": _expectations,
    "agreement.request_confirm": _request,
    "agreement.sign": _signature,
    "agreement.sign_dates": _dates_signed,
    "agreement.accept": _dates_accepted,
}


def _attendance(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend que vous confirmiez un rendez-vous")
    return gettext("On attend la confirmation %(of_name)s sur un rendez-vous", of_name=of_name)


def _plan(_count: int, of_name: str | None) -> str:
    if of_name is None:
        return gettext("On attend vos initiales sur le plan")
    return gettext("On attend les initiales %(of_name)s sur le plan", of_name=of_name)


CONTEXT = {"context.question": _asked, "context.confirm": _reported, "context.position": _position}
SCHEDULE = {"schedule.slot": _date, "schedule.review": _review}
SCHEDULE |= {"schedule.attendance": _attendance, "plan.assent": _plan}
SAID = SCHEDULE | AGREEMENT | {"objective.assent": _initials, "mentor.accept": _mentor, SEEN: _reader}
SAID |= CONTEXT | {"roadmap.assent": _axes}

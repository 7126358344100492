"""What the page of a session says of its attendance: who said what, whose word is awaited, the two taps."""

import uuid
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from tenants.actors import Actor
from tenants.mission.queries import Frame
from tenants.mission.schedule import attending
from tenants.mission.schedule.attending import Held
from tenants.mission.schedule.hours_models import AttendanceLine
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.presence import Answer, Standing
from tenants.mission.schedule.types import State
from tenants.policy import Do, may
from tenants.zones import Audience, Kind
from webapp import formats
from webapp import words as glossary
from webapp.mission import names
from webapp.mission.readers import readers_view
from webapp.mission.schedule.hours_forms import LastedForm, PresenceForm

STATES: dict[Standing, tuple[str, Callable[[], str]]] = {
    Standing.AWAITED: ("awaiting", lambda: _("À confirmer")),
    Standing.CONFIRMED: ("signed", lambda: _("Confirmé")),
    Standing.UNCONTESTED: ("signed", lambda: _("Constaté par le mentor, non contesté")),
    Standing.CONTESTED: ("reservation", lambda: _("Contesté")),
}


def context(frame: Frame, row: Session, actor: Actor, held: Held | None, typed: Any = None) -> dict[str, Any]:
    """What ``_attendance.html`` needs; ``attendance`` None: nothing to show yet, or not to this reader."""
    if not begun(row):
        return {"attendance": None, "can_propose": False}
    view = readers_view(
        frame, kind=Kind.CALENDAR, audience=Audience.PAIR if row.strand_id else Audience.GROUP,
        strand_id=row.strand_id,
    )  # fmt: skip
    proposes = attending.proposes(frame, row, actor) is not None and may(actor, Do.ATTENDANCE_PROPOSE, row)
    if held is None:
        shown = proposes
        return {
            "attendance": {"lines": [], "state": None, "audience": view, "id": None} if shown else None,
            "can_propose": proposes,
            "lasted_form": _lasted(row, typed),
        }
    where = held.standing(formats.now())
    mine = held.of(actor.contact_id)
    answers = mine is not None and mine.answer is None and where is not Standing.CONTESTED
    return {
        "attendance": {
            "id": held.row.id,
            "state": told(where),
            "lines": [_line(frame, row, held, x, actor) for x in held.lines],
            "audience": view,
            "words": _words(held, where),
            "length": formats.duration(held.row.minutes),
            "by_silence": where is Standing.UNCONTESTED,
        },
        "can_answer_attendance": answers,
        "can_propose": proposes,
        "lasted_form": _lasted(row, typed),
        "presence_form": _presence(row, held, typed),
    }


def begun(row: Session) -> bool:
    """Whether its hour has come, and it was not cancelled."""
    return row.state != State.CANCELLED and row.starts_at is not None and row.starts_at <= formats.now()


def told(where: Standing) -> tuple[str, str]:
    """Its mark and its words."""
    mark, words = STATES[where]
    return mark, words()


def _words(held: Held, where: Standing) -> str:
    length = formats.duration(held.row.minutes)
    if where is Standing.CONFIRMED:
        return _("%(length)s décomptées : tous l’ont confirmé.", length=length)
    if where is Standing.UNCONTESTED:
        return _("%(length)s décomptées : personne n’a répondu en sept jours.", length=length)
    if where is Standing.CONTESTED:
        return _("Rien n’est décompté tant qu’une autre durée n’est pas proposée, puis confirmée.")
    return _("%(length)s seront décomptées quand tous auront confirmé.", length=length)


def _line(frame: Frame, row: Session, held: Held, line: AttendanceLine, actor: Actor) -> dict[str, Any]:
    member = frame.members[line.contact_id]
    you = line.contact_id == actor.contact_id
    return {
        "party": glossary.party_of(line.role),
        "initials": member.initials,
        "name": _("%(name)s, vous", name=member.name) if you else member.name,
        "words": formats.agreed(_said(row, held, line), member.form),
        "word": line.word,
        "given": line.answer is not None,
        "state": {
            None: ("awaiting", _("Votre confirmation") if you else _("Sa confirmation")),
            Answer.PRESENT.value: ("signed", _("Confirmé")),
            Answer.ABSENT.value: ("signed", _("Confirmé")),
            Answer.CONTESTED.value: ("reservation", _("Contesté")),
        }[line.answer],
        "you": you,
    }  # fmt: skip


def _said(row: Session, held: Held, line: AttendanceLine) -> str:
    if line.answered_at is None:
        return _("attendu depuis %(moment)s", moment=formats.moment(held.row.at))
    when = formats.on_moment(line.answered_at)
    if line.answer == Answer.CONTESTED:
        return _("a contesté %(when)s", when=when)
    if line.answer == Answer.ABSENT:
        return _("absent·e, l’a confirmé %(when)s", when=when)
    if line.contact_id == held.row.author_id:
        return _("a dit %(when)s : %(length)s", when=when, length=formats.duration(held.row.minutes))
    return _("a confirmé %(when)s", when=when)


def _lasted(row: Session, typed: Any) -> LastedForm:
    form = typed if isinstance(typed, LastedForm) else LastedForm(formdata=None)
    form.attendance_id.data = form.attendance_id.data or uuid.uuid4()
    return form.offer(row.minutes)


def _presence(row: Session, held: Held, typed: Any) -> PresenceForm:
    form = typed if isinstance(typed, PresenceForm) else PresenceForm(formdata=None)
    return form.offer(held.row.minutes, together=row.strand_id is None)


def named(frame: Frame, held: Held) -> str:
    """« Hélène » who proposed it."""
    return names.first_name(frame, held.row.author_id)

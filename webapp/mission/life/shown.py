"""What is suspended and what has ended, in words: for the page, the mission's own pages, and home."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tenants.mission.life import operations, queries
from tenants.mission.life.models import EarlyEnd, Pause
from tenants.mission.life.operations import Shift
from tenants.mission.life.queries import Ending
from tenants.mission.life.spans import Span
from tenants.mission.queries import Frame
from tenants.mission.schedule.models import Session
from tenants.mission.stages import State
from tenants.policy import Do, may
from webapp import access, formats
from webapp.mission import names
from webapp.mission.life import load, words
from webapp.mission.schedule.words import TYPES


@dataclass(frozen=True)
class Line:
    """A suspension or an end. ``act``: « Reprendre », or what else its page offers; None: nothing to the reader."""

    words: str
    act: str | None = None
    pause_id: uuid.UUID | None = None
    sentence: str = ""
    author: str = ""


@dataclass(frozen=True)
class Row:
    """A date before and after."""

    id: uuid.UUID
    what: str
    before: str
    after: str


def notices(state: State, name_of: Any, *, alone: bool) -> list[str]:
    """One sentence for each suspension and each end that the reader may know. ``name_of``: a strand's mentee, for a group."""
    spans, ends = queries.told(state)
    said = [_span(s, name_of, alone=alone) for s in spans if not _covered(s.strand_id, ends)]
    return said + [_end(e, name_of, alone=alone) for e in ends]


def of_frame(frame: Frame, state: State) -> list[str]:
    """The same, for a page of that mission."""
    return notices(state, lambda strand: _mentee(frame, strand), alone=len(frame.strands) == 1)


def pauses(frame: Frame) -> list[Line]:
    """Every suspension that the reader may know, the last first, with what they may do about it."""
    return [
        _pause(frame, p) for p in queries.pauses(frame.id) if p.until_on is None or p.until_on >= p.from_on
    ]


def ends(frame: Frame) -> list[Line]:
    """Every early end, with its sentence where the reader reads it."""
    read = queries.words(frame.id)
    return [_ended(frame, e, read) for e in queries.ends(frame.id)]


def rows(frame: Frame, shifts: list[Shift]) -> list[Row]:
    """The list of a resumption."""
    return [Row(s.id, _what(s), _on(s, s.before), _on(s, s.after)) for s in shifts]


def parts(frame: Frame, whole: bool, strands: list[uuid.UUID]) -> list[tuple[str, str]]:
    """What a form offers: the mission as a whole, each strand by its mentee."""
    found = [("", _("Toute la mission"))] if whole else []
    return found + [
        (str(s), _("Parcours %(of_mentee)s", of_mentee=formats.of_name(_mentee(frame, s)))) for s in strands
    ]


def offered(frame: Frame, do: str) -> list[tuple[str, str]]:
    """The parts that the actor may suspend, or end; empty: none."""
    actor = access.actor()
    there = [load.Part(frame, frame.company_id, frame.id, s.id) for s in load.known(frame)]
    whole = load.Part(frame, frame.company_id, frame.id, None)
    if do == "suspend":
        alone = len(frame.strands) == 1
        all_ = (
            may(actor, Do.STRAND_SUSPEND, there[0])
            if alone and there
            else may(actor, Do.MISSION_SUSPEND, whole)
        )
        mine = (
            [] if alone else [p.strand_id for p in there if p.strand_id and may(actor, Do.STRAND_SUSPEND, p)]
        )
        return parts(frame, all_, mine)
    over = {e.strand_id for e in queries.ends(frame.id)}
    if None in over:
        return []
    all_ = may(actor, Do.MISSION_END, whole) and operations.may_end(frame, None, by=actor)
    own = (
        [p.strand_id for p in there if p.strand_id and p.strand_id not in over]
        if len(frame.strands) > 1
        else []
    )
    ending = [
        s for s in own
        if may(actor, Do.MISSION_END, load.Part(frame, frame.company_id, frame.id, s))
        and operations.may_end(frame, s, by=actor)
    ]  # fmt: skip
    return parts(frame, all_, ending)


def session_words(session: Session) -> str:
    """« Rendez-vous, 12 novembre »."""
    kind = next((said() for kind, said in TYPES.items() if kind == session.type), "")
    return f"{kind}, {formats.short_day(session.local_at)}" if session.local_at else kind


def _span(span: Span, name_of: Any, *, alone: bool) -> str:
    whole = span.strand_id is None or alone
    return _named(words.paused(span.start, span.until, whole=whole), span.strand_id, name_of, whole=whole)


def _end(end: Ending, name_of: Any, *, alone: bool) -> str:
    whole = end.strand_id is None or alone
    return _named(words.ended(end.on, whole=whole), end.strand_id, name_of, whole=whole)


def _named(said: str, strand_id: uuid.UUID | None, name_of: Any, *, whole: bool) -> str:
    who = "" if whole or strand_id is None else name_of(strand_id)
    return _("%(who)s : %(said)s", who=who, said=said[:1].lower() + said[1:]) if who else said


def _covered(strand_id: uuid.UUID | None, ended: tuple[Ending, ...]) -> bool:
    today = formats.today()
    return any(e.strand_id in (None, strand_id) and e.on <= today for e in ended)


def _pause(frame: Frame, pause: Pause) -> Line:
    actor = access.actor()
    place = load.Suspended(frame, pause, frame.company_id, frame.id, pause.strand_id)
    act = None
    if may(actor, Do.MISSION_RESUME, place):
        if operations.running(pause):
            act = _("Reprendre") if pause.from_on <= queries.today() else _("Ne plus suspendre")
        elif operations.shifts(frame, pause, by=actor):
            act = _("Décaler les dates")
    span = Span(pause.strand_id, pause.from_on, pause.until_on)
    said = _span(span, lambda s: _mentee(frame, s), alone=len(frame.strands) == 1)
    return Line(said, act, pause.id)


def _ended(frame: Frame, end: EarlyEnd, read: Any) -> Line:
    said = _end(
        Ending(end.strand_id, end.effective_on), lambda s: _mentee(frame, s), alone=len(frame.strands) == 1
    )
    word = read.get(end.id)
    if word is None:
        return Line(said)
    return Line(said, sentence=word.text, author=names.first_name(frame, word.author_id))


def _mentee(frame: Frame, strand_id: uuid.UUID) -> str:
    mentee = frame.mentee_of(strand_id)
    return names.first_name(frame, mentee.id) if mentee else ""


def _what(shift: Shift) -> str:
    if shift.kind == "mission":
        return _("Fin de la mission, par un avenant à signer")
    if shift.kind == "action":
        return _("Action : %(wording)s", wording=shift.name or _("sans texte"))
    return next((said() for kind, said in TYPES.items() if kind == shift.name), shift.name)


def _on(shift: Shift, day: date) -> str:
    said = formats.short_day(day)
    return _("semaine du %(day)s", day=said) if shift.week else said

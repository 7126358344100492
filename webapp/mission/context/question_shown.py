"""The mentor's open questions as values: to whom, what was answered, what the reader may do."""

import uuid
from typing import Any

from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from tenants.mission.context import queries
from tenants.mission.context.headings import LIMITS
from tenants.mission.context.questions import AUDIENCES
from tenants.mission.queries import Frame
from tenants.policy import Do, may
from tenants.zones import Audience, Kind
from webapp import access, formats
from webapp.mission import names
from webapp.mission.agreement.shown import party
from webapp.mission.context import load
from webapp.mission.context.forms import QuestionForm, ReportForm
from webapp.mission.readers import ReadersView, readers_view


def of_questions(
    frame: Frame,
    strand_id: uuid.UUID,
    asking: QuestionForm | None = None,
    reporting: tuple[uuid.UUID, ReportForm] | None = None,
    refused: tuple[uuid.UUID, Any] | None = None,
) -> dict[str, Any]:
    """What ``_questions.html`` needs. ``refused``: the question whose act was refused, and why."""
    actor = access.actor()
    subject = load.Dossier(frame, frame.company_id, frame.id, strand_id)
    usual = load.readers(frame, strand_id)
    asked = queries.questions(strand_id, actor)
    may_ask = may(actor, Do.QUESTION_ASK, subject)
    return {
        "questions": [_question(frame, q, usual, reporting, refused) for q in asked],
        "may_ask": may_ask,
        "ask_form": asking_form(frame, strand_id, asking) if may_ask else None,
        "ask_readers": readers_by_audience(frame, strand_id, AUDIENCES),
        "answer_limit": LIMITS["answer"],
    }


def asking_form(frame: Frame, strand_id: uuid.UUID, typed: QuestionForm | None = None) -> QuestionForm:
    """The form that asks, with those who may be asked."""
    form = typed or QuestionForm(formdata=None)
    me = access.actor().contact_id
    there = list(dict.fromkeys(s.contact_id for s in frame.sitting(strand_id) if s.contact_id != me))
    form.to_id.choices = [SelectChoice(str(c), names.first_name(frame, c)) for c in there]
    form.audience.choices = audience_choices(frame, strand_id, AUDIENCES)
    if form.audience.data is None:
        form.audience.data = Audience.EVERYONE.value
    if form.question_id.data is None:
        form.question_id.data = uuid.uuid4()
    return form


def audience_choices(frame: Frame, strand_id: uuid.UUID | None, audiences: Any) -> list[Any]:
    """Each audience by the words of its badge."""
    said = {
        a: readers_view(frame, kind=Kind.CONTEXT, audience=a, strand_id=strand_id).label for a in audiences
    }
    return [SelectChoice(a.value, label) for a, label in said.items()]


def readers_by_audience(frame: Frame, strand_id: uuid.UUID | None, audiences: Any) -> dict[str, str]:
    """The names of those who would read, by audience: shown before the button."""
    found = {}
    for audience in audiences:
        view = readers_view(frame, kind=Kind.CONTEXT, audience=audience, strand_id=strand_id)
        found[audience.value] = ", ".join(
            _("%(name)s (vous)", name=name) if you else name for _p, _i, name, _r, you in view.readers
        )
    return found


def _question(
    frame: Frame,
    q: queries.Asked,
    usual: ReadersView,
    reporting: tuple[uuid.UUID, ReportForm] | None,
    refused: tuple[uuid.UUID, Any] | None,
) -> dict[str, Any]:
    row, actor = q.row, access.actor()
    view = readers_view(frame, row.zone_id)
    typed = reporting[1] if reporting is not None and reporting[0] == row.id else None
    mine, mentor = row.to_id == actor.contact_id, may(actor, Do.QUESTION_REPORT, row)
    return {
        "id": row.id,
        "words": row.words,
        "to": party(frame, row.to_id),
        "first": names.first_name(frame, row.to_id),
        "asked": _(
            "%(who)s, %(day)s", who=names.first_name(frame, row.asked_by), day=formats.on_day(row.asked_at)
        ),
        "answer": row.answer,
        "line": _line(frame, q),
        "state": _state(frame, q),
        "audience": None if view.ids == usual.ids else view,
        "can": frozenset(_can(q, mine=mine, mentor=mentor)),
        "draft_id": q.draft_id,
        "draft": q.draft,
        "report_form": typed or ReportForm(formdata=None),
        "reporting": typed is not None,
        "refused": refused[1] if refused is not None and refused[0] == row.id else None,
    }


def _can(q: queries.Asked, *, mine: bool, mentor: bool) -> list[str]:
    row = q.row
    can = []
    if mine:
        can.append("give" if q.draft_id else "again" if row.counts else "begin")
        if row.heard_on is not None and row.confirmed_at is None:
            can.append("confirm")
    elif mentor and not row.counts:
        can.append("report")
    if mentor and row.answered_at is None:
        can.append("withdraw")
    return can


def _line(frame: Frame, q: queries.Asked) -> str:
    row = q.row
    if row.answered_at is None:
        return ""
    if row.heard_on is not None:
        return _(
            "%(mentor)s, pour %(who)s, d’après leur entretien du %(day)s",
            mentor=names.first_name(frame, row.asked_by),
            who=names.first_name(frame, row.to_id),
            day=formats.short_day(row.heard_on),
        )
    return _("%(who)s, %(day)s", who=names.first_name(frame, row.to_id), day=formats.on_day(row.answered_at))


def _state(frame: Frame, q: queries.Asked) -> tuple[str, str]:
    row = q.row
    who = names.first_name(frame, row.to_id)
    you = row.to_id == access.actor().contact_id
    if row.answered_at is None:
        return "awaiting", _("On attend votre réponse") if you else _(
            "On attend la réponse %(of)s", of=formats.of_name(who)
        )
    if row.heard_on is not None and row.confirmed_at is None:
        return "awaiting", _("Vous ne l’avez pas encore confirmée") if you else _(
            "%(who)s ne l’a pas encore confirmée", who=who
        )
    if row.confirmed_at is not None:
        return "agreed", _("Confirmée par %(who)s %(day)s", who=who, day=formats.on_day(row.confirmed_at))
    return "done", _("Répondu")

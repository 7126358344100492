"""Acts on the mentor's questions. Each calls one operation and shows the questions again."""

import uuid
from typing import Any

from flask import g
from flask_babel import gettext as _

from tenants.mission.context import questions
from tenants.mission.context.models import ContextQuestion
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused
from tenants.zones import Audience
from webapp import access
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission.context import context, load, question_shown
from webapp.mission.context.acts import again
from webapp.mission.context.forms import ConfirmForm, QuestionForm, ReportForm
from webapp.mission.context.views import renewed


@context.post("/questions")
@allows(Do.QUESTION_ASK, load.reading)
def ask(dossier: load.Dossier) -> Any:
    """A question, to one person."""
    frame, strand = dossier.frame, dossier.strand_id
    choices = question_shown.audience_choices(frame, strand, questions.AUDIENCES)
    form = QuestionForm.read_with(choices)
    if form.errors:
        return _questions(dossier, 422, asking=form)
    try:
        questions.ask(
            frame, strand, form.question_id.data or uuid.uuid4(), _contact(form.to_id.data), form.words.data or "",
            Audience(form.audience.data), by=access.actor(),
        )  # fmt: skip
    except Incorrect as wrong:
        form.refuse(wrong.values["field"], _asked(wrong))
        return _questions(dossier, 422, asking=form)
    return _questions(dossier)


@context.post("/questions/<uuid:question_id>/draft")
@allows(Do.QUESTION_ANSWER, load.question)
def begin_answer(row: ContextQuestion) -> Any:
    """A text of one's own, read by nobody else until it is given."""
    Form.read()
    return _act(row, lambda: questions.begin(row, g.frame, by=access.actor()))


@context.post("/questions/<uuid:question_id>/draft/discard")
@allows(Do.QUESTION_ANSWER, load.question)
def drop_answer(row: ContextQuestion) -> Any:
    """The draft is thrown away."""
    Form.read()
    return _act(row, lambda: questions.drop(row, by=access.actor()))


@context.post("/questions/<uuid:question_id>/answer")
@allows(Do.QUESTION_ANSWER, load.question)
def give_answer(row: ContextQuestion) -> Any:
    """What was drafted becomes the answer."""
    Form.read()
    return _act(row, lambda: questions.give(row, by=access.actor()))


@context.post("/questions/<uuid:question_id>/report")
@allows(Do.QUESTION_REPORT, load.question)
def report(row: ContextQuestion) -> Any:
    """« Pour Solange, d’après notre entretien du… »."""
    try:
        form = ReportForm.read()
        questions.report(row, form.text.data or "", form.heard_on.day, by=access.actor())
    except Invalid as bad:
        return _questions(_dossier(row), 422, reporting=(row.id, bad.form))
    except Incorrect:
        form.refuse("heard_on", _("Écrivez le jour de l’entretien : il a eu lieu, aujourd’hui ou avant."))
        return _questions(_dossier(row), 422, reporting=(row.id, form))
    except Refused as refused:
        why = (row.id, words_of(refused))
        return _questions(_dossier(row), refused.status, reporting=(row.id, form), refused=why)
    return _questions(_dossier(row))


@context.post("/questions/<uuid:question_id>/confirmation")
@allows(Do.QUESTION_CONFIRM, load.question)
def confirm(row: ContextQuestion) -> Any:
    """« C’est bien ma réponse », in one tap."""
    form = ConfirmForm.read()
    return _act(row, lambda: questions.confirm(row, form.seen.data or "", by=access.actor()))


@context.post("/questions/<uuid:question_id>/withdrawal")
@allows(Do.QUESTION_ASK, load.question)
def withdraw(row: ContextQuestion) -> Any:
    """Taken back, while it has no answer."""
    Form.read()
    return _act(row, lambda: questions.withdraw(row, by=access.actor()))


def _act(row: ContextQuestion, act: Any) -> Any:
    dossier = _dossier(row)
    try:
        act()
    except Refused as refused:
        return _questions(dossier, refused.status, refused=(row.id, words_of(refused)))
    return _questions(dossier)


def _dossier(row: ContextQuestion) -> load.Dossier:
    return load.Dossier(g.frame, row.company_id, row.mission_id, row.strand_id)


def _questions(dossier: load.Dossier, status: int = 200, **given: Any) -> Any:
    now = renewed(dossier.frame)
    typed = question_shown.of_questions(now, dossier.strand_id, **given) if given else {}
    return again(dossier, "_questions.html", "questions", status, **typed)


def _contact(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed or "")
    except ValueError:
        return None


def _asked(wrong: Incorrect) -> str:
    if wrong.name == "context.to":
        return _("Choisissez une personne de la mission.")
    return _("La personne à qui vous demandez ne la lirait pas.")

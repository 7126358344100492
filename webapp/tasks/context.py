"""By a link: answer one question of the mentor's in place, confirm an answer written for oneself after a talk."""

from typing import Any

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms.validators import DataRequired, Length

from tenants.documents import operations as documents
from tenants.mission.context import questions
from tenants.mission.context.headings import LIMITS
from tenants.mission.context.models import ContextQuestion
from tenants.policy import Do
from tenants.refusals import Refused
from webapp import access, formats
from webapp.errors import words_of
from webapp.forms import Form, Paragraphs
from webapp.mission import names
from webapp.mission.context import load
from webapp.mission.context.forms import ConfirmForm
from webapp.tasks.registry import NO_TOKEN, Again, Kind


class AnswerForm(Form):
    """One's answer."""

    text = Paragraphs(
        __("Votre réponse"),
        validators=[
            DataRequired(__("Écrivez votre réponse.")),
            Length(max=LIMITS[questions.KIND], message=__("%(max)d caractères au plus.")),
        ],
        render_kw={"rows": 8},
    )


def _asked(row: ContextQuestion) -> dict[str, Any]:
    form = AnswerForm(formdata=None, meta=NO_TOKEN)
    form.text.data = _begun(row)
    return {"q": row, "asked_by": names.first_name(g.frame, row.asked_by), "form": form}


def _begun(row: ContextQuestion) -> str:
    """What one had begun to write on the page, which nobody else reads."""
    draft = questions.draft(row.id, row.to_id)
    if draft is None:
        return ""
    return documents.current([draft.document_id]).get(draft.document_id, {}).get("text", "")


def _answer(row: ContextQuestion) -> None:
    form = AnswerForm(request.form, meta=NO_TOKEN)
    if not form.validate():
        raise Again(422, form=form)
    try:
        questions.answer(row, form.text.data or "", by=access.actor())
    except Refused as refused:
        raise Again(refused.status, form=form, refused=words_of(refused)) from None


def _written(row: ContextQuestion) -> dict[str, Any]:
    who = names.first_name(g.frame, row.asked_by)
    day = formats.short_day(row.heard_on) if row.heard_on is not None else ""
    asker = names.first_name(g.frame, row.to_id)
    said = _("%(who)s, pour %(asker)s, d’après leur entretien du %(day)s", who=who, asker=asker, day=day)
    return {"q": row, "said": said}


def _confirm(row: ContextQuestion) -> None:
    questions.confirm(row, ConfirmForm.read(meta=NO_TOKEN).seen.data or "", by=access.actor())


def _answered(row: ContextQuestion) -> bool:
    return row.to_id != access.actor().contact_id or row.counts


def _confirmed(row: ContextQuestion) -> bool:
    return _answered(row) or row.heard_on is None


KINDS = (
    Kind(
        Do.QUESTION_ANSWER,
        lambda: _("Répondre à une question du mentor"),
        lambda: _("Votre réponse est donnée"),
        "question",
        load.question,
        _asked,
        _answer,
        over=_answered,
    ),
    Kind(
        Do.QUESTION_CONFIRM,
        lambda: _("Confirmer une réponse écrite pour vous"),
        lambda: _("Vous l’avez confirmée"),
        "answer",
        load.question,
        _written,
        _confirm,
        over=_confirmed,
    ),
)

"""Forms of the report: a passage more, the time to read, a change asked for, a reply, the issue, a correction."""

import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, NumberRange

from tenants.mission.report.drafting import LIMIT
from tenants.mission.report.issuing import DAYS, REASON_LIMIT, REPLY_LIMIT, REQUEST_LIMIT, USUAL
from tenants.mission.report.sources import PARTS
from webapp.forms import Form, Id, Line, Paragraphs
from webapp.mission.objectives.forms import DayField, OrderForm

MOST = __("%(max)d caractères au plus.")
KINDS = ("sentence", "objective", "axis", "action", "session", "review", "summary")


class BeginForm(Form):
    """A new report; its id is made with the page, so that sent twice it is made once."""

    report_id = Id()
    strand = Id()


class PassageForm(Form):
    """A passage more: in which part, what it comes from if anything; for the calendar, a day and a person."""

    passage_id = Id()
    part = SelectField(choices=[SelectChoice(p, p) for p in PARTS])
    source_kind = SelectField(choices=[SelectChoice(k, k) for k in ("", *KINDS)], default="")
    source_id = Id()
    due_on = DayField(__("Date"))
    owner = SelectField(__("Qui s’en charge"), choices=[], validate_choice=False, default="")
    text = Paragraphs(__("Ce qui est prévu"), validators=[Length(max=LIMIT, message=MOST)])

    def validate_owner(self, field: Any) -> None:
        """A contact's id, or nobody; whether they take part is the operation's to say."""
        if field.data:
            try:
                uuid.UUID(field.data)
            except ValueError:
                raise ValidationError(_("Choisissez une personne de la liste.")) from None

    @property
    def owner_id(self) -> uuid.UUID | None:
        """Whose it is."""
        return uuid.UUID(self.owner.data) if self.owner.data else None


class ReadingForm(Form):
    """For how long the mentee reads first."""

    days = IntegerField(
        __("Délai de lecture"),
        default=USUAL,
        description=__("En jours, de 2 à 30. Il se termine de lui-même."),
        validators=[
            DataRequired(__("Écrivez un nombre de jours, de 2 à 30.")),
            NumberRange(DAYS.start, DAYS.stop - 1, __("Choisissez de 2 à 30 jours.")),
        ],
    )


class RequestForm(Form):
    """Said once, however often it is sent."""

    request_id = Id()
    text = Paragraphs(
        __("Le changement que vous demandez"),
        description=__("Lu de votre mentor seul, qui corrige ou vous en parle."),
        validators=[
            DataRequired(__("Écrivez votre demande avant de l’envoyer.")),
            Length(max=REQUEST_LIMIT, message=MOST),
        ],
    )


class ReplyForm(Form):
    """Printed as it is written; empty, it is taken back."""

    reply = Paragraphs(
        __("Ce que vous souhaitez ajouter"),
        description=__(
            "Votre réponse sera imprimée telle quelle à la fin du bilan et lue par tous ses destinataires."
        ),
        validators=[Length(max=REPLY_LIMIT, message=MOST)],
    )


class IssueForm(Form):
    """The hash under which it was read."""

    hash = StringField()


class CorrectForm(Form):
    """What the corrected report changes: printed on it."""

    reason = Line(
        __("Ce que la correction change"),
        description=__("Imprimé en tête du nouveau bilan."),
        validators=[
            DataRequired(__("Dites ce que la correction change.")),
            Length(max=REASON_LIMIT, message=MOST),
        ],
    )


__all__ = ["OrderForm"]

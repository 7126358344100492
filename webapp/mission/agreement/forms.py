"""Forms of the agreement's first page."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length

from tenants.mission.agreement.divergences import ANSWER, LONGEST, OUTCOMES, POSTPONED
from tenants.mission.agreement.headings import HEADINGS
from webapp.forms import Form, Id, Line, Paragraphs, Revision
from webapp.mission.objectives.forms import DayField


class RequestForm(Form):
    """Begun in one's own name; by the mentor, for whom and after which talk."""

    for_id = Id()
    heard_on = DayField(__("Jour de l’entretien"))


class DateForm(Form):
    """From which day the mentor may reveal what is ready."""

    due_on = DayField(
        __("Jour annoncé à tous"),
        validators=[DataRequired(__("Écrivez le jour : 29/01/2027."))],
    )


class MarkForm(Form):
    """« Écart », in a sentence, on a heading. Its id is made with the page: sent twice, kept once."""

    divergence_id = Id()
    heading = SelectField(__("Sous quel titre"), choices=[SelectChoice(h, h) for h in HEADINGS])
    words = Line(
        __("L’écart, en une phrase"),
        description=__("Ce qui diffère, sans dire qui a raison : on en parlera à la première rencontre."),
        validators=[
            DataRequired(__("Écrivez la phrase : c’est elle qui ira à l’ordre du jour.")),
            Length(max=LONGEST, message=__("Une phrase de %(max)d caractères au plus.")),
        ],
    )


class OutcomeForm(Form):
    """What was made of a divergence: what is agreed, why it is set aside, to which day it is postponed."""

    revision = Revision()
    outcome = RadioField(
        __("Suite"),
        choices=[SelectChoice(o, o) for o in OUTCOMES],
        validators=[InputRequired(__("Choisissez une suite."))],
    )
    answer = Paragraphs(
        __("En quelques mots"),
        description=__("Ce qui est convenu, ou pourquoi l’écart est écarté."),
        validators=[Length(max=ANSWER, message=__("%(max)d caractères au plus."))],
    )
    postponed_to = DayField(__("Reporté au"))

    def validate_answer(self, field: Any) -> None:
        """What is agreed is said, and why it is set aside."""
        if self.outcome.data in OUTCOMES and self.outcome.data != POSTPONED and not field.data:
            raise ValidationError(_("Dites ce qui est convenu, ou pourquoi l’écart est écarté."))

    def validate_postponed_to(self, field: Any) -> None:
        """A postponed one has a day; the others have none, whatever was typed."""
        if self.outcome.data == POSTPONED and not field.data:
            raise ValidationError(_("Écrivez le jour où l’on y reviendra : 29/01/2027."))

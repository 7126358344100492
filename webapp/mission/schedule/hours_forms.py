"""Forms of attendance: that it took place and how long, in two taps; that one confirms it, or contests it with a word."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from tenants.mission.schedule.attending import WORD_LIMIT
from tenants.mission.schedule.presence import Answer
from webapp import formats
from webapp.forms import Form, Id, Paragraphs
from webapp.mission.schedule.forms import LengthField

USUAL, OTHER = "usual", "other"


class LastedForm(Form):
    """« Il a eu lieu, 2 h » or another length. Its id is made with the form."""

    attendance_id = Id()
    lasted = RadioField(
        __("Combien de temps"),
        choices=[],
        validate_choice=False,
        validators=[InputRequired(__("Choisissez la durée, puis confirmez."))],
    )
    length = LengthField(__("Une autre durée"), description=__("Exemple : 2 h, ou 1 h 30."))

    def offer(self, minutes: int) -> "LastedForm":
        """The planned length, and another one."""
        self.planned = minutes
        self.lasted.choices = [
            SelectChoice(USUAL, _("Il a eu lieu, %(length)s", length=formats.duration(minutes))),
            SelectChoice(OTHER, _("Il a eu lieu, moins ou plus longtemps")),
        ]
        return self

    @property
    def minutes(self) -> int:
        """What was said; 0 where another length was chosen and none is typed."""
        return self.planned if self.lasted.data == USUAL else self.length.minutes


class PresenceForm(Form):
    """One's own word on what another said."""

    answer = RadioField(
        __("Votre réponse"),
        choices=[],
        validate_choice=False,
        validators=[InputRequired(__("Choisissez une réponse, puis confirmez."))],
    )
    word = Paragraphs(
        __("Ce qui n’est pas exact"),
        validators=[Length(max=WORD_LIMIT, message=__("%(max)d caractères au plus."))],
    )

    def offer(self, minutes: int, *, together: bool, silent: bool = False) -> "PresenceForm":
        """Present, absent from a collective session, or it was otherwise."""
        length = formats.duration(minutes)
        self.answer.choices = [SelectChoice(Answer.PRESENT.value, _("J’y étais, %(length)s", length=length))]
        if together:
            self.answer.choices.append(SelectChoice(Answer.ABSENT.value, _("Elle a eu lieu, sans moi")))
        self.answer.choices.append(SelectChoice(Answer.CONTESTED.value, _("Ce n’est pas exact")))
        return self

    def said(self) -> Answer | None:
        """The answer; None for what is not one."""
        return Answer(self.answer.data) if self.answer.data in set(Answer) else None


class PlanForm(Form):
    """The plan as it was read: the hash of all its lines."""

    plan = HiddenField()


class ReportForm(Form):
    """Whether the report is written."""

    written = RadioField(choices=[SelectChoice("yes", "yes"), SelectChoice("no", "no")], default="yes")


def checked(form: Any) -> bool:
    """Whether it holds; a chosen other length must be typed."""
    good = bool(form.validate())
    if isinstance(form, LastedForm) and form.lasted.data not in (USUAL, OTHER, None):
        form.refuse("lasted", _("Choisissez la durée, puis confirmez."))
        return False
    if good and isinstance(form, LastedForm) and not form.minutes:
        form.refuse("length", _("Écrivez la durée : 2 h, ou 1 h 30."))
        return False
    if good and isinstance(form, PresenceForm) and form.said() is None:
        form.refuse("answer", _("Choisissez une réponse, puis confirmez."))
        return False
    return good

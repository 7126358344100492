"""Forms of the objectives. A measure is words + optional value + optional « sur »; a target has a sense."""

import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length

from tenants.mission.objectives.content import COMMENT_LIMIT, REASON_LIMIT, STAKE_LIMIT, WORDS_LIMIT, Measure
from webapp import formats
from webapp.forms import Form, Id, Line, Paragraphs, Revision

SENSES = [
    SelectChoice("", __("sans seuil")),
    SelectChoice("least", __("au moins")),
    SelectChoice("most", __("au plus")),
]
STEPS = [SelectChoice(step, step) for step in ("", "up", "down")]
LARGEST = Decimal(10) ** 9


class NumberField(Line):
    """A number as one types it, or nothing. ``number`` is its value."""

    number: Decimal | None = None

    def pre_validate(self, form: Any) -> None:
        """Read it; what was typed stays."""
        self.number = None
        if not self.data:
            return
        try:
            found = formats.parse_number(self.data)
        except ValueError:
            raise ValidationError(
                _("« %(typed)s » n’est pas un nombre. Écrivez 8, ou 6,5.", typed=self.data)
            ) from None
        if abs(found) > LARGEST or found != round(found, 4):
            raise ValidationError(_("Ce nombre est trop long. Gardez quatre décimales au plus."))
        self.number = found


class DayField(Line):
    """A day typed 29/01/2027, or nothing. ``day`` is its value."""

    day: date | None = None

    def pre_validate(self, form: Any) -> None:
        """Read it; what was typed stays."""
        self.day = None
        if not self.data:
            return
        try:
            self.day = formats.parse_day(self.data)
        except ValueError:
            raise ValidationError(
                _("« %(typed)s » n’est pas une date. Écrivez-la ainsi : 29/01/2027.", typed=self.data)
            ) from None


def _words(label: Any) -> Line:
    return Line(
        label,
        validators=[
            Length(max=WORDS_LIMIT, message=__("%(max)d caractères au plus ; le reste va dans les notes."))
        ],
    )


class Fields(Form):
    """All scalars of an objective; a post sets the groups that it carries (see ``given``)."""

    revision = Revision()
    stake = Line(
        __("Enjeu servi"),
        description=__("En une ligne : ce que cet objectif fait avancer."),
        validators=[Length(max=STAKE_LIMIT, message=__("Une ligne de %(max)d caractères au plus."))],
    )
    baseline = _words(__("Départ, en mots"))
    baseline_value = NumberField(__("Valeur de départ"))
    baseline_out_of = NumberField(__("sur"))
    target = _words(__("Cible, en mots"))
    target_value = NumberField(__("Valeur visée"))
    target_out_of = NumberField(__("sur"))
    target_sense = SelectField(__("Seuil"), choices=SENSES, validate_choice=True, default="")
    due_on = DayField(__("Échéance"))
    observer = SelectField(__("Observé par"), choices=[], validate_choice=False, default="")

    def validate_baseline_out_of(self, field: Any) -> None:
        """« sur » needs a value before it."""
        _needs(self.baseline_value, field)

    def validate_target_out_of(self, field: Any) -> None:
        """« sur » needs a value before it."""
        _needs(self.target_value, field)

    def validate_observer(self, field: Any) -> None:
        """A contact's id, or nobody; whether they read it is the operation's to say."""
        if field.data:
            try:
                uuid.UUID(field.data)
            except ValueError:
                raise ValidationError(_("Choisissez une personne de la liste.")) from None

    def given(self, posted: Any) -> dict[str, Any]:
        """The groups that the post carries, as the operation takes them."""
        groups: dict[str, tuple[str, Callable[[], Any]]] = {
            "stake": ("stake", lambda: self.stake.data or ""),
            "baseline": (
                "baseline",
                lambda: Measure(self.baseline.data or "", self.baseline_value.number, self.baseline_out_of.number),
            ),
            "target": (
                "target",
                lambda: Measure(
                    self.target.data or "", self.target_value.number, self.target_out_of.number,
                    self.target_sense.data or None if self.target_value.number is not None else None,
                ),
            ),
            "due_on": ("due_on", lambda: self.due_on.day),
            "observer": ("observer", lambda: uuid.UUID(self.observer.data) if self.observer.data else None),
        }  # fmt: skip
        return {name: read() for field, (name, read) in groups.items() if field in posted}


def _needs(value: NumberField, out_of: NumberField) -> None:
    if out_of.data and not value.data:
        raise ValidationError(_("Écrivez d’abord la valeur : 9 sur 10."))


class ProposeForm(Form):
    """A draft of one's own; ``objective_id`` is made with the page, so that sent twice it is made once."""

    objective_id = Id()
    strand = Id()


class AssentForm(Form):
    """The exact wording that was read."""

    wording = Line(validators=[InputRequired(), Length(min=64, max=64)])


class ReasonForm(Form):
    """Why an objective is closed: kept and shown."""

    reason = Paragraphs(
        __("Motif"),
        description=__("Lu par tous ceux qui lisent l’objectif ; il reste dans l’historique."),
        validators=[
            DataRequired(__("Écrivez le motif : il dira pourquoi l’objectif s’arrête.")),
            Length(max=REASON_LIMIT, message=__("%(max)d caractères au plus.")),
        ],
    )


class CommentForm(Form):
    """Said once, however often it is sent."""

    comment_id = Id()
    text = Paragraphs(
        __("Votre commentaire"),
        validators=[
            DataRequired(__("Écrivez votre commentaire avant de l’envoyer.")),
            Length(max=COMMENT_LIMIT, message=__("%(max)d caractères au plus : gardez l’essentiel.")),
        ],
    )


class ProgressForm(Form):
    """A reading: a day, words, an optional value."""

    progress_id = Id()
    on = DayField(
        __("Jour du relevé"), validators=[InputRequired(__("Écrivez le jour du relevé : 29/01/2027."))]
    )
    value = NumberField(__("Valeur"))
    out_of = NumberField(__("sur"))
    words = _words(__("En mots"))

    def validate_out_of(self, field: Any) -> None:
        """« sur » needs a value before it."""
        _needs(self.value, field)

    def validate_words(self, field: Any) -> None:
        """Words or a value, one of them."""
        if not field.data and not self.value.data:
            raise ValidationError(_("Écrivez une valeur, ou dites-le en mots."))


class OrderForm(Form):
    """Its new neighbours (ids, '' at an end), or one step up or down from a page without scripts."""

    after = Id()
    before = Id()
    to = SelectField(choices=STEPS, default="")

"""Forms of what binds: values and cells of the rules, a proposal, a signature, a change, a refusal, dates, the template."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import BooleanField, HiddenField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length

from tenants.mission.agreement.clauses import (
    CLAUSE_LIMIT,
    LATE_LONGEST,
    NOTEBOOK_LONGEST,
    PIECE_LONGEST,
    PRICE_LIMIT,
    REASON_LIMIT,
    TITLE_LIMIT,
    ClauseValues,
)
from tenants.mission.agreement.signing import REASON_LIMIT as SAID_LIMIT
from webapp import formats
from webapp.auth.forms import CodeField, six_digits
from webapp.company.fields import DayField, HoursField, NewId
from webapp.files import FileBox
from webapp.forms import Form, Id, Line, Paragraphs, Revision

LARGEST_HOURS = 10_000 * 60
YES_NO = [SelectChoice("yes", __("oui")), SelectChoice("no", __("non"))]


class CountField(Line):
    """A whole number as one types it, or nothing. ``count`` is its value."""

    count: int | None = None

    def __init__(self, label: Any, largest: int, **given: Any) -> None:
        super().__init__(label, **given)
        self.largest = largest

    def pre_validate(self, form: Any) -> None:
        """Read it; what was typed stays."""
        self.count = None
        if not self.data:
            return
        if not (self.data.isascii() and self.data.isdigit()):
            raise ValidationError(_("« %(typed)s » n’est pas un nombre entier. Écrivez 24.", typed=self.data))
        if len(self.data) > 6 or int(self.data) > self.largest:  # noqa: PLR2004 - longer is larger anyway
            raise ValidationError(_("%(largest)d au plus.", largest=self.largest))
        self.count = int(self.data)


class PieceField(Line):
    """A duration as one types it (1 h 30), or nothing. ``minutes`` is its value."""

    minutes: int = 0

    def pre_validate(self, form: Any) -> None:
        """Read it; what was typed stays."""
        self.minutes = 0
        if not self.data:
            return
        try:
            self.minutes = formats.parse_duration(self.data)
        except ValueError:
            raise ValidationError(
                _("« %(typed)s » n’est pas un nombre d’heures. Écrivez 1 h 30, 1:30 ou 1,5.", typed=self.data)
            ) from None
        if self.minutes > PIECE_LONGEST:
            raise ValidationError(_("%(longest)s au plus.", longest=formats.duration(PIECE_LONGEST)))


class TermsForm(Form):
    """All values of the rules; a post sets those that it carries (see ``given``)."""

    revision = Revision()
    starts_on = DayField(__("Début"))
    ends_on = DayField(__("Fin"))
    hours = HoursField(__("Heures de la mission"))
    late_hours = CountField(__("Heures avant la séance"), LATE_LONGEST)
    preparation_minutes = PieceField(__("Préparation, par séance"))
    report_minutes = PieceField(__("Écriture du bilan"))
    framing_counts = SelectField(__("Cadrage avant la signature"), choices=YES_NO, default="yes")
    notebook_months = CountField(__("Mois après la clôture"), NOTEBOOK_LONGEST)
    price = Line(
        __("Prix, ou contrat cité"),
        validators=[Length(max=PRICE_LIMIT, message=__("%(max)d caractères au plus."))],
    )
    hr_signs = SelectField(__("La personne des RH signe aussi"), choices=YES_NO, default="no")

    @classmethod
    def carried(cls, posted: Any) -> "TermsForm":
        """Only what the post carries is judged. Raises Invalid."""
        form = cls(posted)
        for name in list(form._fields):
            if name not in posted and name not in ("revision", "csrf_token"):
                del form[name]
        return form

    def given(self) -> dict[str, Any]:
        """The values that the post carries, as the operation takes them."""
        read: dict[str, Callable[[], Any]] = {
            "starts_on": lambda: self.starts_on.day,
            "ends_on": lambda: self.ends_on.day,
            "hours": lambda: self.hours.minutes,
            "late_hours": lambda: self.late_hours.count or None,
            "preparation_minutes": lambda: self.preparation_minutes.minutes,
            "report_minutes": lambda: self.report_minutes.minutes,
            "framing_counts": lambda: self.framing_counts.data == "yes",
            "notebook_months": lambda: self.notebook_months.count or 0,
            "price": lambda: self.price.data or "",
            "hr_signs": lambda: self.hr_signs.data == "yes",
        }
        return {name: get() for name, get in read.items() if name in self._fields}


class CellForm(Form):
    """One cell of the matrix, read at a revision."""

    revision = Revision()
    kind = HiddenField()
    role = HiddenField()
    value = HiddenField()


class AnnexForm(Form):
    """The firm's own document."""

    file_id = NewId()
    file = FileBox(__("Document du cabinet"))


class PaperForm(Form):
    """The agreement as it was signed on paper."""

    file_id = NewId()
    file = FileBox(__("L’accord signé"))


class HashForm(Form):
    """The hash of what was read."""

    hash = HiddenField()


class SignForm(Form):
    """That one has read it, which text it was, and the code that came for it."""

    hash = HiddenField()
    ticked = BooleanField()
    code = CodeField(__("Code à six chiffres"), [six_digits], id="sign-code")
    send = HiddenField()


class ChangeForm(Form):
    """What is to change, and why: read by all."""

    reason = Paragraphs(
        __("Ce que vous demandez, et pourquoi"),
        description=__(
            "Lu par tous ceux qui lisent l’accord. Le texte se rouvre, et les signatures données tombent."
        ),
        validators=[
            DataRequired(__("Écrivez ce que vous demandez : les autres sauront quoi reprendre.")),
            Length(max=SAID_LIMIT, message=__("%(max)d caractères au plus.")),
        ],
    )


class RefusalForm(Form):
    """No reason is asked."""

    reason = Paragraphs(
        __("Motif"),
        description=__("Si vous l’écrivez, tous ceux qui lisent l’accord le liront."),
        validators=[Length(max=SAID_LIMIT, message=__("%(max)d caractères au plus."))],
    )


class TalkForm(Form):
    """To the mentor alone; its id is made with the form."""

    talk_id = Id()
    text = Paragraphs(
        __("Ce dont vous voulez parler"),
        validators=[
            DataRequired(__("Écrivez de quoi vous voulez parler, en une phrase si vous voulez.")),
            Length(max=SAID_LIMIT, message=__("%(max)d caractères au plus.")),
        ],
    )


class DatesForm(Form):
    """New dates and hours, and nothing else."""

    amendment_id = NewId()
    starts_on = DayField(__("Début"))
    ends_on = DayField(__("Fin"))
    hours = HoursField(__("Heures de la mission"))

    def validate_ends_on(self, field: DayField) -> None:
        """An end comes after its beginning."""
        if field.day and self.starts_on.day and field.day < self.starts_on.day:
            raise ValidationError(_("La fin vient avant le début. Écrivez une date plus tardive."))

    def validate_hours(self, field: HoursField) -> None:
        """Within what a mission may hold."""
        if field.minutes is not None and field.minutes > LARGEST_HOURS:
            raise ValidationError(_("C’est plus qu’une mission ne peut durer."))


class ClauseForm(Form):
    """One rule of the firm's template."""

    key = HiddenField()
    title = Line(
        __("Titre"),
        validators=[
            InputRequired(__("Écrivez un titre.")),
            Length(max=TITLE_LIMIT, message=__("%(max)d caractères au plus.")),
        ],
    )
    text = Paragraphs(
        __("Texte"),
        description=__("Laissé vide, la règle n’est plus proposée."),
        validators=[Length(max=CLAUSE_LIMIT, message=__("%(max)d caractères au plus."))],
    )
    reason = Paragraphs(
        __("Pourquoi cette règle"),
        validators=[Length(max=REASON_LIMIT, message=__("%(max)d caractères au plus."))],
    )


class TemplateForm(Form):
    """The values with which the rules of a mission begin; ``version``: the template that was read."""

    version = Revision()
    late_hours = CountField(__("Une annulation compte, moins de… heures avant"), LATE_LONGEST)
    preparation_minutes = PieceField(__("Préparation, par séance"))
    report_minutes = PieceField(__("Écriture du bilan"))
    framing_counts = SelectField(
        __("Les rencontres de cadrage d’avant la signature comptent"), choices=YES_NO, default="yes"
    )
    notebook_months = CountField(__("Le carnet est détruit… mois après la clôture"), NOTEBOOK_LONGEST)
    price = Line(
        __("Prix, ou contrat cité"),
        validators=[Length(max=PRICE_LIMIT, message=__("%(max)d caractères au plus."))],
    )

    def given(self) -> ClauseValues:
        """As the rules take them."""
        return ClauseValues(
            self.late_hours.count or None,
            self.preparation_minutes.minutes,
            self.report_minutes.minutes,
            self.framing_counts.data == "yes",
            self.notebook_months.count or 0,
        )

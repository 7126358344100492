"""Forms of the context file."""

from typing import Any, Self

from flask import request
from flask_babel import lazy_gettext as __
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length

from tenants.mission.context.headings import LIMITS, STEPS
from webapp.files import FileBox
from webapp.forms import Form, Id, Line, Paragraphs, Revision
from webapp.mission.objectives.forms import DayField


def _text(label: Any, help_: Any = "") -> Paragraphs:
    longest = Length(max=LIMITS["sheet"], message=__("%(max)d caractères au plus."))
    return Paragraphs(label, description=help_, validators=[longest], render_kw={"rows": 4})


class CompanyForm(Form):
    """The company sheet, under four headings."""

    revision = Revision()
    sector = _text(__("Secteur d’activité"), __("Le métier, les clients, ce qui le fait changer."))
    market = _text(__("Marché"), __("Les concurrents, les prix, les volumes, les saisons."))
    strategic = _text(__("Enjeux stratégiques"), __("Ce que l’entreprise veut devenir, et d’ici quand."))
    commercial = _text(
        __("Enjeux commerciaux"), __("Les clients à garder, ceux à gagner, ce qu’ils attendent.")
    )


class MentorForm(Form):
    """The mentor's page."""

    revision = Revision()
    career = _text(__("Parcours"), __("D’où vous venez, ce que vous avez appris en chemin."))
    sectors = _text(__("Secteurs"), __("Les métiers et les entreprises que vous connaissez de l’intérieur."))
    posts = _text(__("Postes tenus"), __("Les fonctions, les équipes, les dates."))


class Chosen(Form):
    """A form whose audiences depend on who fills it."""

    @classmethod
    def read_with(cls, choices: list[Any]) -> Self:
        """The submitted form, judged against those audiences; its ``errors`` say what is wrong."""
        form = cls(request.form)
        form.audience.choices = choices
        form.validate()
        found: Self = form
        return found


class QuestionForm(Chosen):
    """An open question, to one person. Its id is made with the page: sent twice, asked once."""

    question_id = Id()
    to_id = SelectField(__("À qui"), choices=[], validate_choice=False)
    words = Line(
        __("La question"),
        description=__("Une question ouverte, à une seule personne."),
        validators=[
            DataRequired(__("Écrivez la question.")),
            Length(max=LIMITS["question"], message=__("Une question de %(max)d caractères au plus.")),
        ],
    )
    audience = RadioField(
        __("Qui lira la question et la réponse"),
        choices=[],
        validators=[InputRequired(__("Choisissez qui lira."))],
    )


class ReportForm(Form):
    """An answer written by the mentor for whoever was asked, after a talk."""

    text = Paragraphs(
        __("Sa réponse, telle que vous l’avez entendue"),
        validators=[
            DataRequired(__("Écrivez la réponse.")),
            Length(max=LIMITS["answer"], message=__("%(max)d caractères au plus.")),
        ],
        render_kw={"rows": 5},
    )
    heard_on = DayField(
        __("Jour de l’entretien"), validators=[DataRequired(__("Écrivez le jour : 29/01/2027."))]
    )


class ConfirmForm(Form):
    """The words that were read."""

    seen = HiddenField()


class StepForm(Form):
    """One of the four steps, by its button."""

    revision = Revision()
    step = RadioField(
        choices=[SelectChoice(str(n), str(n)) for n in range(STEPS)],
        validators=[InputRequired(__("Choisissez une marche."))],
    )


class FileForm(Chosen):
    """A file, and who will read it. Its id is made with the page."""

    id = Id()
    file = FileBox(__("Fichier"))
    audience = RadioField(
        __("Qui pourra le lire"), choices=[], validators=[InputRequired(__("Choisissez qui pourra le lire."))]
    )

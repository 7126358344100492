"""Forms of the roadmap: who does it and for when, how far it is, what it gave, what is said of it."""

import uuid
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import SelectField, SelectMultipleField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length

from tenants.mission.roadmap.content import (
    COMMENT_LIMIT,
    CONTRIBUTION_LIMIT,
    REASON_LIMIT,
    RESULT_LIMIT,
    SERVED_LIMIT,
    Progress,
)
from webapp.files import FileBox
from webapp.forms import Form, Id, Line, Paragraphs, Revision
from webapp.mission.objectives.forms import AssentForm, DayField, OrderForm

STATES = [SelectChoice(s.value, s.value) for s in Progress if s is not Progress.DROPPED]
MOST = __("%(max)d caractères au plus.")


class AxisForm(Form):
    """A new axis; its id is made with the page, so that sent twice it is made once."""

    axis_id = Id()
    strand = Id()


class StrategyForm(Form):
    """A new strategy, the same."""

    strategy_id = Id()


class ActionForm(Form):
    """A new action, the same."""

    action_id = Id()


class ServedForm(Form):
    """The objectives that an axis serves, read at a revision."""

    revision = Revision()
    served = SelectMultipleField(__("Objectifs servis"), choices=[], validate_choice=False)

    def validate_served(self, field: Any) -> None:
        """Ids; whether one reads them is the operation's to say."""
        if len(field.data or []) > SERVED_LIMIT:
            raise ValidationError(
                _("%(max)d objectifs au plus : un axe qui sert tout ne dit rien.", max=SERVED_LIMIT)
            )
        try:
            field.data = [uuid.UUID(i) for i in field.data or []]
        except ValueError:
            raise ValidationError(_("Choisissez dans la liste.")) from None


class Fields(Form):
    """Scalars of an action; a post sets those that it carries."""

    revision = Revision()
    owner = SelectField(__("Qui s’en charge"), choices=[], validate_choice=False, default="")
    due_on = DayField(__("Échéance"))
    result = Line(__("Ce que cela a donné"), validators=[Length(max=RESULT_LIMIT, message=MOST)])

    def validate_owner(self, field: Any) -> None:
        """A contact's id, or nobody; whether they read it is the operation's to say."""
        if field.data:
            try:
                uuid.UUID(field.data)
            except ValueError:
                raise ValidationError(_("Choisissez une personne de la liste.")) from None

    def given(self, posted: Any) -> dict[str, Any]:
        """The values that the post carries, as the operation takes them."""
        values: dict[str, Callable[[], Any]] = {
            "owner": lambda: uuid.UUID(self.owner.data) if self.owner.data else None,
            "due_on": lambda: self.due_on.day,
            "result": lambda: self.result.data or "",
        }
        return {name: read() for name, read in values.items() if name in posted}


class StateForm(Form):
    """How far an action is: one tap."""

    state = SelectField(choices=STATES)


class DropForm(Form):
    """Why an action is dropped: kept and shown."""

    reason = Paragraphs(
        __("Motif"),
        description=__("Lu par tous ceux qui lisent la feuille de route."),
        validators=[
            DataRequired(__("Écrivez le motif : il dira pourquoi l’action s’arrête.")),
            Length(max=REASON_LIMIT, message=MOST),
        ],
    )


class CloseForm(Form):
    """Why an axis is closed: kept and shown."""

    reason = Paragraphs(
        __("Motif"),
        description=__("Lu par tous ceux qui lisent l’axe ; il reste dans l’historique."),
        validators=[
            DataRequired(__("Écrivez le motif : il dira pourquoi l’axe s’arrête.")),
            Length(max=REASON_LIMIT, message=MOST),
        ],
    )


class MoveForm(Form):
    """Where a line goes: a strategy, or an axis."""

    to = Id()

    def validate_to(self, field: Any) -> None:
        """One of the places shown."""
        if field.data is None:
            raise ValidationError(_("Choisissez où la déplacer."))


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


class ContributionForm(Form):
    """What the mentor brings; once, however often it is sent."""

    contribution_id = Id()
    text = Paragraphs(
        __("Votre apport"),
        description=__("Ce que vous avez vécu, un exemple, où trouver un document."),
        validators=[
            DataRequired(__("Écrivez votre apport avant de l’ajouter.")),
            Length(max=CONTRIBUTION_LIMIT, message=__("%(max)d caractères au plus : gardez l’essentiel.")),
        ],
    )
    file = FileBox(__("Un document (facultatif)"), required=False)


__all__ = ["AssentForm", "OrderForm"]

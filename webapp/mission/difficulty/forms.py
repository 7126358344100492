"""To tell a difficulty: to whom, and what; then a message more. Ids are made with the form: sent twice, kept once."""

import uuid

from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from tenants.mission.difficulty.models import WORD_LIMIT
from tenants.mission.difficulty.queries import Named
from webapp import words
from webapp.forms import Form, Id, Paragraphs


class _Words(Form):
    word_id = Id()
    words = Paragraphs(
        __("Votre message"),
        validators=[
            InputRequired(__("Écrivez quelques mots.")),
            Length(max=WORD_LIMIT, message=__("%(max)d caractères au plus.")),
        ],
    )

    def made(self) -> None:
        """Its id, when the form is shown for the first time."""
        self.word_id.data = self.word_id.data or uuid.uuid4()


class TellForm(_Words):
    """One person of the firm, and the first message."""

    thread_id = Id()
    named = RadioField(
        __("À qui l’écrire"),
        choices=[],
        validate_choice=False,
        validators=[InputRequired(__("Choisissez à qui vous écrivez."))],
    )

    def offer(self, people: list[Named]) -> "TellForm":
        """Those who can be told; the first one is chosen already."""
        self.offered = {str(n.id): n.id for n in people}
        self.named.choices = [
            SelectChoice(str(n.id), _("%(name)s, %(role)s", name=n.name, role=words.role(n.role)))
            for n in people
        ]
        if not self.is_submitted() and people:
            self.named.data = str(people[0].id)
        self.made()
        self.thread_id.data = self.thread_id.data or uuid.uuid4()
        return self

    def chosen(self) -> uuid.UUID | None:
        """Whom; None for what is not one of them."""
        return self.offered.get(self.named.data or "")


class WordForm(_Words):
    """A message more."""

"""From–to, the dates to shift, the last day with its sentence."""

import uuid
from typing import Any

from flask import request
from flask_babel import lazy_gettext as __
from wtforms import SelectField
from wtforms.validators import Length

from tenants.mission.life.operations import SENTENCE_LIMIT
from webapp.company.fields import DayField, NewId, options
from webapp.forms import Form, Paragraphs

WHOLE = ""


class LooseDay(DayField):
    """A day, or nothing."""

    def pre_validate(self, form: Any) -> None:
        """Nothing is no day."""
        self.day = None
        if self.data:
            super().pre_validate(form)


class PartForm(Form):
    """Of the whole, or of a strand, where there are several."""

    strand = SelectField(__("Ce qui est concerné"), default=WHOLE)

    def __init__(self, *args: Any, parts: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        if len(parts) > 1:
            self.strand.choices = options(parts)
        else:
            del self.strand


class SuspendForm(PartForm):
    """Both days included; no end: until it is taken up again. No reason is asked."""

    pause_id = NewId()
    from_on = DayField(__("Du"))
    until_on = LooseDay(__("Au"))


class EndForm(PartForm):
    """The day it takes effect, and a sentence that the readers of the agreement read."""

    end_id = NewId()
    effective_on = DayField(__("Date d’effet"))
    sentence = Paragraphs(
        __("Une phrase pour les autres"),
        validators=[Length(max=SENTENCE_LIMIT, message=__("%(max)d caractères au plus."))],
    )


def ticked() -> set[uuid.UUID]:
    """The lines whose date is to be shifted; what is no id is nothing."""
    found = set()
    for value in request.form.getlist("shift"):
        try:
            found.add(uuid.UUID(value))
        except ValueError:
            continue
    return found

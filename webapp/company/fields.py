"""Fields that setting up shares: a person, a day, a number of hours."""

import uuid
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, Form, StringField, ValidationError

from tenants.company.operations import Named
from tenants.db import new_id
from webapp import formats
from webapp.auth.forms import AddressField, address_shape
from webapp.forms import Id, Line, clean

LONGEST = 120


class DayField(StringField):
    """A day typed as one writes it; ``day`` is the date, or None."""

    day: date | None = None

    def process_formdata(self, values: list[str]) -> None:
        """Keep what was typed."""
        self.data = clean(values[0])[:LONGEST] if values else ""

    def pre_validate(self, form: Any) -> None:
        """Read the day."""
        try:
            self.day = formats.parse_day(self.data or "")
        except formats.Unreadable:
            raise ValidationError(
                gettext("« %(typed)s » n’est pas une date. Écrivez par exemple 29/01/2027.", typed=self.data)
                if self.data
                else gettext("Écrivez une date, par exemple 29/01/2027.")
            ) from None


class HoursField(StringField):
    """Hours typed as one writes them; ``minutes`` is their number, or None."""

    minutes: int | None = None

    def process_formdata(self, values: list[str]) -> None:
        """Keep what was typed."""
        self.data = clean(values[0])[:LONGEST] if values else ""

    def pre_validate(self, form: Any) -> None:
        """Read the hours."""
        try:
            self.minutes = formats.parse_duration(self.data or "")
        except formats.Unreadable:
            raise ValidationError(
                gettext("« %(typed)s » n’est pas un nombre d’heures. Écrivez 20, ou 20 h 30.", typed=self.data)
                if self.data
                else gettext("Écrivez un nombre d’heures, par exemple 20, ou 20 h 30.")
            ) from None


def short(longest: int = LONGEST) -> Any:
    """A validator: no longer than so many characters."""

    def judged(form: Form, field: Field) -> None:
        if len(field.data or "") > longest:
            raise ValidationError(gettext("C’est trop long : %(count)d caractères au plus.", count=longest))

    return judged


def written(words: Any) -> Any:
    """A validator: not empty."""

    def judged(form: Form, field: Field) -> None:
        if not field.data:
            raise ValidationError(words)

    return judged


class PersonFields(Form):  # type: ignore[misc]
    """A person to write down. A line left blank is nobody."""

    id = Id(default=new_id)
    given_name = Line(_("Prénom"), [written(_("Écrivez le prénom.")), short()])
    family_name = Line(_("Nom"), [written(_("Écrivez le nom.")), short()])
    title = Line(_("Fonction"), [short()])
    email = AddressField(_("Adresse e-mail professionnelle"), [address_shape])

    @property
    def blank(self) -> bool:
        """Whether nothing was typed."""
        return not any((self.given_name.data, self.family_name.data, self.title.data, self.email.data))

    @property
    def shown_name(self) -> str:
        """The name as typed."""
        return f"{self.given_name.data or ''} {self.family_name.data or ''}".strip()

    def named(self) -> Named:
        """As the operations take it."""
        return Named(
            self.id.data or uuid.uuid4(),
            self.given_name.data or "",
            self.family_name.data or "",
            self.title.data or "",
            self.email.data or "",
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """A blank line is no fault."""
        return self.blank or bool(super().validate(extra_validators))

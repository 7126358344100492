"""Fields that setting up shares: a person, a day, a number of hours."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, Form, HiddenField, StringField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from tenants.company.operations import Named
from tenants.db import new_id
from webapp import formats
from webapp.auth.forms import AddressField, address_shape
from webapp.forms import Line, clean

LONGEST = 120


class NewId(HiddenField):
    """The id of what the form makes, chosen by the form: sent twice, it makes one thing. A spoilt one is chosen anew."""

    data: Any

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **{"default": new_id, **given})

    def process_formdata(self, values: list[str]) -> None:
        """Read the id."""
        try:
            self.data = uuid.UUID(values[0])
        except (ValueError, IndexError):
            self.data = new_id()


class Name(Line):
    """A line that is always text."""

    data: str

    def process_formdata(self, values: list[str]) -> None:
        """Clean what was typed; nothing is an empty line."""
        super().process_formdata(values or [""])


class DayField(StringField):
    """A day typed as one writes it; ``day`` is the date, or None."""

    day: date | None = None

    @property
    def read(self) -> date:
        """The date of a field that was found good."""
        assert self.day is not None  # noqa: S101 - the form was validated
        return self.day

    def process_formdata(self, values: list[str]) -> None:
        """Keep what was typed."""
        self.data = clean(values[0])[:LONGEST] if values else ""

    def pre_validate(self, form: Any) -> None:
        """Read the day."""
        try:
            self.day = formats.parse_day(self.data or "")
        except formats.Unreadable:
            raise ValidationError(
                gettext("« %(typed)s » n’est pas une date. Écrivez par exemple 29/01/2027.", typed=self.data)
                if self.data
                else gettext("Écrivez une date, par exemple 29/01/2027.")
            ) from None


class HoursField(StringField):
    """Hours typed as one writes them; ``minutes`` is their number, or None."""

    minutes: int | None = None

    @property
    def read(self) -> int:
        """The minutes of a field that was found good."""
        assert self.minutes is not None  # noqa: S101 - the form was validated
        return self.minutes

    def process_formdata(self, values: list[str]) -> None:
        """Keep what was typed."""
        self.data = clean(values[0])[:LONGEST] if values else ""

    def pre_validate(self, form: Any) -> None:
        """Read the hours."""
        try:
            self.minutes = formats.parse_duration(self.data or "")
        except formats.Unreadable:
            raise ValidationError(
                gettext(
                    "« %(typed)s » n’est pas un nombre d’heures. Écrivez 20, ou 20 h 30.", typed=self.data
                )
                if self.data
                else gettext("Écrivez un nombre d’heures, par exemple 20, ou 20 h 30.")
            ) from None


def short(longest: int = LONGEST) -> Any:
    """A validator: no longer than so many characters."""

    def judged(form: Form, field: Field) -> None:
        if len(field.data or "") > longest:
            raise ValidationError(gettext("C’est trop long : %(count)d caractères au plus.", count=longest))

    return judged


def written(words: Any) -> Any:
    """A validator: not empty."""

    def judged(form: Form, field: Field) -> None:
        if not field.data:
            raise ValidationError(words)

    return judged


def options(pairs: Iterable[tuple[str, Any]]) -> list[Any]:
    """What a list offers: (value, words)."""
    return [SelectChoice(value, words) for value, words in pairs]


class PersonFields(Form):
    """A person to write down. A line left blank is nobody."""

    id = NewId()
    given_name = Name(_("Prénom"), [written(_("Écrivez le prénom.")), short()])
    family_name = Name(_("Nom"), [written(_("Écrivez le nom.")), short()])
    title = Name(_("Fonction"), [short()])
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
            self.id.data,
            self.given_name.data,
            self.family_name.data,
            self.title.data,
            self.email.data,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """A blank line is no fault."""
        return self.blank or bool(super().validate(extra_validators))

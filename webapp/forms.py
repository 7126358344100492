"""The base of every form: bad input gets a clear message and loses nothing.

``Form.read()`` gives the filled form or raises Invalid, which the view turns into 422 with the form again.
"""

import unicodedata
import uuid
from typing import Any, Self

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.widgets import HiddenInput

from webapp.translations.borrowed import BORROWED, Borrowed


class Invalid(Exception):
    """The form as typed, with its errors beside their fields."""

    def __init__(self, form: "Form") -> None:
        super().__init__("invalid form")
        self.form = form


def clean(text: str | None) -> str:
    """NFC, without control characters but line breaks and tabs, ends trimmed. Nothing else of what was typed changes."""
    kept = "".join(
        c for c in text or "" if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")
    )
    return unicodedata.normalize("NFC", kept.replace("\r\n", "\n")).strip()


class Form(FlaskForm):  # type: ignore[misc]
    """A form that can be read in one line."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Flask-WTF's tokens; WTForms' own messages in our words."""

        def get_translations(self, form: Any) -> Borrowed:
            """The reader's language is asked for at each message."""
            return BORROWED

    @classmethod
    def read(cls, **given: Any) -> Self:
        """The submitted form; raises Invalid."""
        form = cls(request.form, **given)
        if not form.validate():
            raise Invalid(form)
        found: Self = form
        return found

    def refuse(self, field: str, message: str) -> "Invalid":
        """``raise form.refuse("observer", _("…"))``: an error that an operation found."""
        self[field].errors = [*self[field].errors, message]
        return Invalid(self)


class Line(StringField):
    """One line of text, cleaned; its line breaks become spaces."""

    def process_formdata(self, values: list[str]) -> None:
        """Clean what was typed."""
        if values:
            self.data = " ".join(clean(values[0]).split())


class Paragraphs(TextAreaField):
    """Some lines of text, cleaned."""

    def process_formdata(self, values: list[str]) -> None:
        """Clean what was typed."""
        if values:
            self.data = clean(values[0])


class Id(Field):
    """A UUID or nothing, hidden; anything else is an error, never an exception."""

    widget = HiddenInput()
    data: uuid.UUID | None

    def process_formdata(self, values: list[str]) -> None:
        """Read the UUID."""
        self.data = None
        if values and values[0]:
            try:
                self.data = uuid.UUID(values[0])
            except ValueError:
                raise ValidationError("id") from None

    def _value(self) -> str:
        return str(self.data or "")


class Revision(IntegerField):
    """The revision at which the row was read."""

    widget = HiddenInput()

"""What signing in asks: an address, six digits, a second factor.

Ids are their own: these forms also stand in a dialog over a page that has fields of its own.
"""

import re

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, Field, HiddenField, StringField, ValidationError

from tenants.people import tokens
from webapp.forms import Form, clean

LONGEST_ADDRESS = 254
DIGITS = 6
LONGEST_RECOVERY = 40
SHAPE = r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+"


class AddressField(EmailField):
    """An e-mail address, cleaned."""

    data: str

    def process_formdata(self, values: list[str]) -> None:
        """Clean what was typed."""
        self.data = clean(values[0]) if values else ""


class CodeField(StringField):
    """A code as typed, to show it again."""

    data: str

    def process_formdata(self, values: list[str]) -> None:
        """Clean what was typed."""
        self.data = clean(values[0])[:LONGEST_RECOVERY] if values else ""


def address_shape(form: Form, field: Field) -> None:
    """Raise ValidationError with what to write instead; the shape alone is judged, known or not."""
    typed = field.data or ""
    if not typed:
        raise ValidationError(_("Écrivez votre adresse e-mail."))
    if len(typed) > LONGEST_ADDRESS or not re.fullmatch(SHAPE, typed):
        raise ValidationError(_("Cette adresse n’est pas complète. Exemple : prenom.nom@entreprise.fr"))


def six_digits(form: Form, field: Field) -> None:
    """Raise ValidationError unless there are six digits; spaces between them do not count."""
    if len(tokens.digits(field.data or "")) != DIGITS:
        raise ValidationError(_("Le code a six chiffres."))


def something(form: Form, field: Field) -> None:
    """Raise ValidationError on an empty field."""
    if not field.data:
        raise ValidationError(
            _("Écrivez le code que montre votre application, ou l’un de vos codes de secours.")
        )


class SignInForm(Form):
    """Which mailbox, then back where."""

    address = AddressField(_("Adresse e-mail"), [address_shape], id="sign-in-address")
    next = HiddenField()


class CodeForm(Form):
    """The code that came."""

    code = CodeField(_("Code à six chiffres"), [six_digits], id="sign-in-code")
    recognised = BooleanField(_("Reconnaître cet appareil pendant 30 jours"), id="sign-in-recognised")


class LinkForm(Form):
    """The link that came: only whether this device is to be recognised."""

    recognised = BooleanField(_("Reconnaître cet appareil pendant 30 jours"))


class SecondForm(Form):
    """The application's six digits, or a recovery code."""

    code = CodeField(_("Code de votre application, ou code de secours"), [something], id="sign-in-second")


class TotpForm(Form):
    """The first code of a new application."""

    code = CodeField(_("Code à six chiffres de l’application"), [six_digits], id="application-code")


class FreshForm(Form):
    """A code once more, before a grave act."""

    code = CodeField(_("Code à six chiffres"), [six_digits])
    next = HiddenField()

"""What a person says of themselves."""

from flask_babel import lazy_gettext as _
from wtforms import Field, RadioField, SelectChoice, ValidationError  # type: ignore[attr-defined]  # stubs of 3.2

from webapp.auth.forms import AddressField, CodeField, address_shape, six_digits
from webapp.forms import Form, Line

LONGEST_NAME = 120


def a_name(form: Form, field: Field) -> None:
    """Raise ValidationError on an empty or endless name."""
    if not field.data:
        raise ValidationError(_("Écrivez votre nom."))
    if len(field.data) > LONGEST_NAME:
        raise ValidationError(_("Ce nom dépasse 120 caractères."))


class ProfileForm(Form):
    """Name, how words agree with it, language, theme, rhythm of the mails."""

    name = Line(_("Votre nom"), [a_name])
    agrees = RadioField(
        _("Comment les mots s’accordent avec vous"),
        choices=[
            SelectChoice("feminine", _("Au féminin : mentorée, invitée")),
            SelectChoice("masculine", _("Au masculin : mentoré, invité")),
            SelectChoice("", _("Ni l’un ni l’autre : mentoré·e, invité·e")),
        ],
        filters=[lambda chosen: chosen or ""],
    )
    language = RadioField(
        _("Langue"), choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")]
    )
    theme = RadioField(
        _("Apparence"),
        choices=[
            SelectChoice("system", _("Celle de l’appareil")),
            SelectChoice("light", _("Claire")),
            SelectChoice("dark", _("Sombre")),
        ],
    )
    rhythm = RadioField(
        _("E-mails sur ce qui vous attend"),
        choices=[
            SelectChoice("daily", _("Un par jour au plus")),
            SelectChoice("weekly", _("Un par semaine")),
            SelectChoice("never", _("Aucun")),
        ],
    )


class NewAddressForm(Form):
    """A personal address."""

    address = AddressField(_("Adresse personnelle"), [address_shape])


class AddressCodeForm(Form):
    """The code that came there."""

    code = CodeField(_("Code à six chiffres"), [six_digits])

"""What is said when something about one's own account is refused."""

from typing import Any

from flask import Flask
from flask_babel import gettext as _

from webapp.errors import Words, refusal

Values = dict[str, Any]


def init_app(app: Flask) -> None:
    """The words are registered by being here."""


@refusal("address.taken")
def _address_taken(values: Values) -> Words:
    return Words(
        _("Cette adresse sert déjà à un autre compte."),
        _("Entrez avec elle pour l’y retirer, ou choisissez-en une autre."),
    )


@refusal("address.last")
def _address_last(values: Values) -> Words:
    return Words(
        _("C’est votre seul moyen d’entrer."), _("Ajoutez d’abord une clé d’accès, ou une autre adresse.")
    )


@refusal("address.mails")
def _address_mails(values: Values) -> Words:
    return Words(_("Cette adresse reçoit vos e-mails."), _("Choisissez d’abord où les recevoir."))


@refusal("address.employer")
def _address_employer(values: Values) -> Words:
    return Words(
        _("Cette adresse est celle de votre invitation, elle ne peut pas être retirée."),
        _("Vous pouvez ne plus vous en servir pour entrer."),
    )


@refusal("codes.no_passkey")
def _codes_no_passkey(values: Values) -> Words:
    return Words(
        _("Sans clé d’accès, les codes sont votre seul moyen d’entrer."), _("Créez d’abord une clé d’accès.")
    )


@refusal("passkey.last")
def _passkey_last(values: Values) -> Words:
    return Words(
        _("C’est votre seule seconde preuve."),
        _("Ajoutez d’abord une autre clé, ou une application de codes."),
    )

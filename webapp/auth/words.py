"""What is said when a code, a link or a second factor is refused."""

from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from tenants.refusals import Refused
from webapp import errors, formats
from webapp.errors import Words, refusal

Values = dict[str, Any]


def init_app(app: Flask) -> None:
    """The words are registered by being here."""


def sentence(refused: Refused) -> str:
    """The words of a refusal beside its field."""
    words = errors.words_of(refused)
    return " ".join(part for part in (words.title, words.todo) if part)


def _at(until: datetime | None) -> str:
    return formats.clock(until) if until else ""


@refusal("code.wrong")
def _code_wrong(values: Values) -> Words:
    left = int(values["left"])
    return Words(
        _("Ce n’est pas le code envoyé."),
        ngettext("Il reste %(num)d essai.", "Il reste %(num)d essais.", left),
    )


@refusal("code.expired")
def _code_expired(values: Values) -> Words:
    return Words(_("Ce code a expiré à %(hour)s.", hour=_at(values["until"])), _("Demandez-en un nouveau."))


@refusal("code.spent")
def _code_spent(values: Values) -> Words:
    return Words(_("Ce code a été essayé cinq fois, il ne sert plus."), _("Demandez-en un nouveau."))


@refusal("code.used")
def _code_used(values: Values) -> Words:
    # a double click gives it twice: the first answer has opened, the second is the one that is seen
    return Words(
        _("Ce code a déjà servi."),
        _("Si vous venez de le donner, vous êtes entré·e : ouvrez l’accueil. Sinon, demandez-en un nouveau."),
    )


@refusal("code.gone")
def _code_gone(values: Values) -> Words:
    return Words(_("Cette demande de code n’existe plus."), _("Demandez un nouveau code."))


@refusal("code.limited")
def _code_limited(values: Values) -> Words:
    return Words(
        _("Trop de codes ont été demandés en une heure."),
        _("Vous pourrez en demander un autre à %(hour)s.", hour=_at(values["until"])),
    )


@refusal("link.expired")
def _link_expired(values: Values) -> Words:
    return Words(_("Ce lien a expiré à %(hour)s.", hour=_at(values["until"])), _("Demandez-en un nouveau."))


@refusal("link.used")
def _link_used(values: Values) -> Words:
    return Words(_("Ce lien a déjà servi."), _("Demandez-en un nouveau."))


@refusal("link.gone")
def _link_gone(values: Values) -> Words:
    return Words(_("Ce lien n’existe plus."), _("Demandez-en un nouveau."))


@refusal("totp.wrong")
def _totp_wrong(values: Values) -> Words:
    return Words(
        _("Ce n’est pas le code que montre l’application."), _("Vérifiez l’heure de votre téléphone.")
    )


@refusal("totp.replayed")
def _totp_replayed(values: Values) -> Words:
    return Words(_("Ce code vient de servir."), _("Attendez le suivant, dans moins de 30 secondes."))


@refusal("totp.none")
def _totp_none(values: Values) -> Words:
    return Words(_("Aucune application n’est en attente."), _("Recommencez depuis votre compte."))


@refusal("recovery.wrong")
def _recovery_wrong(values: Values) -> Words:
    return Words(_("Ce n’est ni le code de l’application, ni un code de secours encore valable."))


@refusal("second.spent")
def _second_spent(values: Values) -> Words:
    return Words(_("Cinq essais ont été faits."), _("Recommencez avec un nouveau code par e-mail."))


@refusal("passkey.unknown")
def _passkey_unknown(values: Values) -> Words:
    return Words(_("Cette clé d’accès n’est pas connue ici."), _("Demandez plutôt un code par e-mail."))


@refusal("passkey.refused")
def _passkey_refused(values: Values) -> Words:
    return Words(
        _("Cette clé d’accès n’a pas pu être vérifiée."), _("Recommencez, ou demandez un code par e-mail.")
    )


@refusal("passkey.known")
def _passkey_known(values: Values) -> Words:
    return Words(_("Cette clé d’accès est déjà enregistrée."))

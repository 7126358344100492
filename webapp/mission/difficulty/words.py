"""What is said when an act on a difficulty is refused."""

from typing import Any

from flask_babel import gettext as _

from webapp.errors import Words, refusal

Values = dict[str, Any]


@refusal("difficulty.open")
def _open(_values: Values) -> Words:
    return Words(_("Un échange est déjà ouvert"), _("Écrivez à la suite, ou fermez-le d’abord."))


@refusal("difficulty.named")
def _named(_values: Values) -> Words:
    return Words(_("Cette personne ne peut pas recevoir ce message"), _("Choisissez-en une autre."))


@refusal("difficulty.closed")
def _closed(_values: Values) -> Words:
    return Words(_("Cet échange est fermé"), _("Vous pouvez en ouvrir un autre."))

"""What is said when an act on the firm's staff is refused."""

from typing import Any

from flask_babel import gettext as _

from webapp.errors import Words, refusal

Values = dict[str, Any]


@refusal("staff.known")
def _known(_values: Values) -> Words:
    return Words(_("Cette adresse a déjà un accès au cabinet, ou une invitation."))


@refusal("staff.role")
def _role(_values: Values) -> Words:
    return Words(_("Choisissez la coordination ou la gérance."))


@refusal("staff.last_owner")
def _last(_values: Values) -> Words:
    return Words(
        _("C’est la dernière personne de la gérance"),
        _("Invitez-en d’abord une autre : un cabinet sans gérance ne peut plus rien ouvrir."),
    )


@refusal("invitation.answered")
def _answered(_values: Values) -> Words:
    return Words(
        _("Cette invitation a déjà reçu sa réponse"), _("Rechargez la page pour voir où elle en est.")
    )

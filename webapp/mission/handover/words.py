"""What is said when an act on a handover is refused."""

from typing import Any

from flask_babel import gettext as _

from webapp.errors import Words, refusal

Values = dict[str, Any]


@refusal("handover.nobody")
def _nobody(_values: Values) -> Words:
    return Words(
        _("Personne n’est là pour lire cette passation"), _("La personne accompagnée a quitté la mission.")
    )


@refusal("handover.delivered")
def _delivered(_values: Values) -> Words:
    return Words(_("Cette passation est déjà remise"), _("Elle ne change plus."))


@refusal("handover.stale")
def _stale(_values: Values) -> Words:
    return Words(
        _("Un autre texte a été gardé entre-temps"),
        _(
            "Les deux sont là : ce que vous venez d’écrire dans le champ, l’autre au-dessous. Gardez celui que vous voulez."
        ),
    )


@refusal("handover.empty")
def _empty(_values: Values) -> Words:
    return Words(_("Écrivez quelques mots avant de remettre la passation."))


@refusal("handover.successor")
def _successor(_values: Values) -> Words:
    return Words(
        _("Il n’y a pas encore de mentor à qui la transmettre"),
        _("Vous pourrez le faire quand vous en aurez accepté un."),
    )

"""What is said when an act on a mission's people is refused."""

from typing import Any

from flask_babel import gettext as _

from webapp.errors import Words, refusal

Values = dict[str, Any]


@refusal("participation.mentor")
def _mentor(_values: Values) -> Words:
    return Words(_("Un mentor s’accepte, les autres s’annoncent"), _("Rechargez la page."))


@refusal("participation.answered")
def _answered(_values: Values) -> Words:
    return Words(
        _("Vous avez déjà répondu au sujet de ce mentor"),
        _("Pour revenir sur cette réponse, dites-le à la coordination du cabinet."),
    )


@refusal("participation.over")
def _over(_values: Values) -> Words:
    return Words(
        _("Cette annonce n’attend plus de réponse"), _("Rechargez la page pour voir où elle en est.")
    )

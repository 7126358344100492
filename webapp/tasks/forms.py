"""How mails come: with links to one thing or without, and about what."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectChoice, SelectMultipleField  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.widgets import CheckboxInput, ListWidget

from tenants.mailing import KINDS
from webapp.forms import Form

NAMES = {
    "agreement": _("L’accord de cadrage"),
    "objectives": _("Le contexte et les objectifs"),
    "roadmap": _("La feuille de route et le plan"),
    "calendar": _("Le calendrier et les heures"),
    "reading": _("Ce qui vous est envoyé à lire"),
}


class ChoicesForm(Form):
    """Links in mails; the kinds that one wishes to hear of."""

    links = RadioField(
        _("Liens directs dans les messages"),
        choices=[
            SelectChoice("role", _("Comme manager ou direction, et quand je ne suis connecté·e nulle part")),
            SelectChoice("always", _("Toujours")),
            SelectChoice("never", _("Jamais")),
        ],
    )
    kinds = SelectMultipleField(
        _("Ce dont ces messages me parlent"),
        choices=[SelectChoice(kind, NAMES[kind]) for kind in KINDS],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

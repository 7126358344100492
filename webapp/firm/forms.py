"""Inviting somebody to the firm's staff."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField

from tenants.policy import Role
from webapp.auth.forms import AddressField, address_shape
from webapp.company.fields import Name, NewId, options, short, written
from webapp.forms import Form


class StaffForm(Form):
    """Whom, and as what."""

    id = NewId()
    name = Name(_("Prénom et nom"), [written(_("Écrivez le prénom et le nom.")), short()])
    address = AddressField(_("Adresse e-mail"), [address_shape])
    role = RadioField(
        _("En tant que"),
        choices=options(
            [
                (Role.COORDINATOR.value, _("Coordination du cabinet")),
                (Role.OWNER.value, _("Gérance du cabinet")),
            ]
        ),
        default=Role.COORDINATOR.value,
    )

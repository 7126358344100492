"""Inviting somebody to the firm's staff."""

from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.fields import SelectChoice

from tenants.db import new_id
from tenants.policy import Role
from webapp.auth.forms import AddressField, address_shape
from webapp.company.fields import short, written
from webapp.forms import Form, Id, Line


class StaffForm(Form):
    """Whom, and as what."""

    id = Id(default=new_id)
    name = Line(_("Prénom et nom"), [written(_("Écrivez le prénom et le nom.")), short()])
    address = AddressField(_("Adresse e-mail"), [address_shape])
    role = RadioField(
        _("En tant que"),
        choices=[
            SelectChoice(Role.COORDINATOR.value, _("Coordination du cabinet")),
            SelectChoice(Role.OWNER.value, _("Gérance du cabinet")),
        ],
        default=Role.COORDINATOR.value,
    )

"""The text of a handover, and one's own word on a session of one's time."""

from flask_babel import lazy_gettext as __
from wtforms import HiddenField
from wtforms.validators import AnyOf, Length

from tenants.mission.handover.models import TEXT_LIMIT
from webapp.forms import Form, Id, Paragraphs, Revision


class TextForm(Form):
    """Kept as a draft, or handed over. ``revision``: of the text that was read; ``row_id`` is made with the form."""

    row_id = Id()
    revision = Revision()
    act = HiddenField(default="keep", validators=[AnyOf(("keep", "deliver"))])
    words = Paragraphs(
        __("Passation"),
        validators=[Length(max=TEXT_LIMIT, message=__("%(max)d caractères au plus."))],
    )

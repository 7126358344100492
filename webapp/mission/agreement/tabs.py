"""The three pages of the agreement, as tabs: those whose doors are there."""

from flask import current_app, url_for
from flask_babel import gettext as _

from tenants.mission.queries import Frame


def items(frame: Frame) -> list[tuple[str, str]]:
    """Words and address of each, in their order; the current one is told by its address."""
    pages = (
        (_("Demande et attentes"), "agreement.index"),
        (_("Règles et confidentialité"), "agreement_rules.index"),
        (_("Texte et signatures"), "agreement_versions.index"),
    )
    there = current_app.view_functions
    return [(words, url_for(endpoint, mission_id=frame.id)) for words, endpoint in pages if endpoint in there]

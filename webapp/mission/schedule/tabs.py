"""The pages of the calendar's stage, as tabs."""

import uuid

from flask import current_app, url_for
from flask_babel import gettext as _

from tenants.mission.queries import Frame
from webapp import access
from webapp.mission import layout


def url(endpoint: str, frame: Frame, strand_id: uuid.UUID | None) -> str:
    """Its address, with the strand where the reader has several."""
    several = len(layout.my_strands(frame, access.actor())) > 1
    return url_for(endpoint, mission_id=frame.id, strand=strand_id if several else None)


def items(frame: Frame, strand_id: uuid.UUID | None) -> list[tuple[str, str]]:
    """Words and address of each, in their order; the plan is a strand's, for whoever takes part in it."""
    pages = [(_("Calendrier"), "schedule.index"), (_("Heures"), "schedule_hours.index")]
    if access.actor().seats_in(frame.id):
        pages.append((_("Plan"), "schedule_plan.index"))
    there = current_app.view_functions
    return [(words, url(endpoint, frame, strand_id)) for words, endpoint in pages if endpoint in there]

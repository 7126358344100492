"""The mission's page: where it stands, who takes part, its dates and hours."""

import uuid

from flask import Blueprint, Response

from tenants.mission.queries import Frame
from tenants.policy import Do
from webapp import access, pages
from webapp.access import allows
from webapp.mission import layout, people, readers

mission = Blueprint("mission", __name__, url_prefix="/<company>/missions/<uuid:mission_id>")


def _frame(mission_id: uuid.UUID) -> Frame | None:
    return access.in_mission(mission_id)


@mission.get("")
@allows(Do.MISSION_SEE, _frame)
def show(frame: Frame) -> Response:
    """Six stages with what is awaited, the people with their roles, dates and hours."""
    return pages.show(
        "mission/page.html",
        **layout.context(frame, "mission"),
        people=people.by_strand(frame, access.actor()),
        audience=readers.staff_view(),
    )

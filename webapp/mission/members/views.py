"""The page: everyone by name, and what is announced to the reader."""

from typing import Any

from flask import Response, url_for

from tenants.documents import operations as documents
from tenants.mission import coming
from tenants.mission.handover import queries as handovers
from tenants.mission.queries import Frame
from tenants.policy import Do, may
from webapp.access import Current, actor, allows
from webapp.mission import layout
from webapp.mission.members import lines, load
from webapp.mission.members.room import room
from webapp.mission.readers import staff_view
from webapp.pages import show


@room.get("")
@allows(Do.PEOPLE_SEE, load.frame)
def page(frame: Frame) -> Response:
    """Who takes part."""
    return shown(frame)


def shown(frame: Frame) -> Response:
    """The page, or its region."""
    return show(
        "mission/people/page.html",
        "_people.html",
        to=url_for("mission_people.page", mission_id=frame.id),
        **layout.context(frame, "people"),
        **context(frame),
    )


def context(frame: Frame) -> dict[str, Any]:
    """What the region shows to this reader; invitations and acts for staff alone."""
    staff = may(actor(), Do.PARTICIPATION_INVITE, frame)
    sent = coming.invitations(frame.company_id, frame.id) if staff else []
    here = Current().person
    return {
        "everyone": staff_view(frame, here.firm if here else ""),
        "staff": staff,
        "seated": bool(actor().seats_in(frame.id)),
        "hidden": documents.hidden_from(),
        "notices": lines.notices(frame, actor()),
        "people": lines.present(frame, actor(), sent),
        "gone": lines.gone(frame, actor()),
        "handovers": bool(handovers.texts(frame, actor())),
    }

"""Not showing one's presence to somebody: neither on which page, nor in which section, nor where one writes."""

import uuid
from dataclasses import dataclass

from flask import Response, request

from tenants.documents import operations as documents
from tenants.mission.queries import Frame
from tenants.policy import Do
from webapp.access import actor, allows, in_mission
from webapp.mission.members.room import room
from webapp.mission.members.views import shown


@dataclass(frozen=True)
class Other:
    """Somebody else of the mission. A subject for the policy, which looks at the actor's own part in it."""

    frame: Frame
    company_id: uuid.UUID
    mission_id: uuid.UUID
    other_id: uuid.UUID


def other(mission_id: uuid.UUID, contact_id: uuid.UUID) -> Other | None:
    """Whoever takes part in the mission, the actor apart."""
    frame = in_mission(mission_id)
    if frame is None or contact_id == actor().contact_id:
        return None
    there = {s.contact_id for s in frame.sitting()}
    return Other(frame, frame.company_id, frame.id, contact_id) if contact_id in there else None


@room.post("/<uuid:contact_id>/presence")
@allows(Do.PRESENCE_HIDE, other)
def presence(found: Other) -> Response:
    """Hide from, or show again to, one person of the company; they are not told."""
    if request.form.get("shown"):
        documents.show(found.other_id)
    else:
        documents.hide(found.other_id)
    return shown(found.frame)

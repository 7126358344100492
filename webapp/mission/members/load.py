"""What the routes about a mission's people are about, through the walls."""

import uuid

from tenants.mission import coming
from tenants.mission.models import Invitation, Participation
from tenants.mission.queries import Frame
from webapp import access


def frame(mission_id: uuid.UUID) -> Frame | None:
    """The mission."""
    return access.in_mission(mission_id)


def participation(mission_id: uuid.UUID, participation_id: uuid.UUID) -> Participation | None:
    """Somebody's part in it."""
    of = access.in_mission(mission_id)
    return coming.participation(of.company_id, of.id, participation_id) if of else None


def invitation(mission_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation | None:
    """An invitation into it."""
    of = access.in_mission(mission_id)
    return coming.invitation(of.company_id, of.id, invitation_id) if of else None

"""What the routes of this room are about. None is 404."""

import uuid
from dataclasses import dataclass

from tenants.mission.agreement import queries, texts
from tenants.mission.agreement.headings import REFORMULATION, REQUEST
from tenants.mission.agreement.models import AgreementText, Divergence
from tenants.mission.queries import Frame
from tenants.zones import Audience, Kind
from webapp import access
from webapp.mission.readers import ReadersView, readers_view


def room(mission_id: uuid.UUID) -> Frame | None:
    """The mission."""
    return access.in_mission(mission_id)


def readers(frame: Frame) -> ReadersView:
    """Who reads what the agreement shares, by the rule in force."""
    return readers_view(frame, kind=Kind.AGREEMENT, audience=Audience.EVERYONE)


def reading(mission_id: uuid.UUID) -> Frame | None:
    """The mission, for whoever reads its agreement: what one cannot read one cannot write."""
    frame = room(mission_id)
    return frame if frame is not None and access.actor().contact_id in readers(frame).ids else None


@dataclass(frozen=True)
class Held:
    """One of the texts. Its author, for the policy, is that of its zone: whoever writes the request in their own name."""

    row: AgreementText
    frame: Frame
    company_id: uuid.UUID
    mission_id: uuid.UUID
    zone_id: uuid.UUID
    author_id: uuid.UUID

    @property
    def id(self) -> uuid.UUID:
        """The text's: what a one-time task is about."""
        return self.row.id


def _held(mission_id: uuid.UUID, what: str) -> Held | None:
    frame = room(mission_id)
    row = texts.of_mission(mission_id, what) if frame is not None else None
    if frame is None or row is None:
        return None
    return Held(row, frame, row.company_id, row.mission_id, row.zone_id, row.author_id)


def request(mission_id: uuid.UUID) -> Held | None:
    """The sponsor's request, once begun."""
    return _held(mission_id, REQUEST)


def reformulation(mission_id: uuid.UUID) -> Held | None:
    """The mentor's reformulation, once begun."""
    return _held(mission_id, REFORMULATION)


def divergence(mission_id: uuid.UUID, divergence_id: uuid.UUID) -> Divergence | None:
    """One divergence of that mission."""
    frame = room(mission_id)
    row = queries.divergence(divergence_id) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None

"""Who takes part in the agreement, the zone of what all of them may read, the regions that hear of it."""

import uuid

from sqlalchemy import select

from tenants.actors import Actor
from tenants.db import db, now
from tenants.mission.models import ZoneRow
from tenants.mission.queries import Frame
from tenants.mission.zoning import planned, zone_for
from tenants.policy import Role
from tenants.zones import Audience, Kind

PARTIES = (Role.MENTEE, Role.MENTOR, Role.MANAGER, Role.SPONSOR)


def me(by: Actor) -> uuid.UUID:
    """The acting contact."""
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    return by.contact_id


def parties(frame: Frame) -> list[uuid.UUID]:
    """Each person who signs and expects, once, also those who have not come yet."""
    return list(dict.fromkeys(s.contact_id for s in frame.sitting(roles=PARTIES)))


def askers(frame: Frame) -> list[uuid.UUID]:
    """Whose request it is: the direction's; where there is none, the managers'; else the mentees'."""
    for role in (Role.SPONSOR, Role.MANAGER, Role.MENTEE):
        if found := [s.contact_id for s in frame.sitting(roles=(role,))]:
            return list(dict.fromkeys(found))
    return []


def holds(frame: Frame, contact_id: uuid.UUID | None, role: Role) -> bool:
    """Whether that person takes part in that role now."""
    return any(s.contact_id == contact_id and s.role is role and s.sits(now()) for s in frame.seats)


def everyone(frame: Frame, *, by: Actor) -> uuid.UUID:
    """The zone of what the agreement shares: one that is there, also since the frame was read, else a new one."""
    kind, audience = Kind.AGREEMENT, Audience.EVERYONE
    known = planned(frame, kind, audience, None, by=by).id
    if known in frame.zones:
        return known
    asked = select(ZoneRow.id).where(
        ZoneRow.company_id == frame.company_id, ZoneRow.mission_id == frame.id, ZoneRow.strand_id.is_(None),
        ZoneRow.kind == kind, ZoneRow.audience == audience, ZoneRow.rule_id == frame.rule_id,
    )  # fmt: skip
    return db.session.scalar(asked.limit(1)) or zone_for(frame, kind, audience, None, by=by)


def texts_key(mission_id: uuid.UUID) -> str:
    """The region of the three texts."""
    return f"agreement-texts:{mission_id}"


def expectations_key(mission_id: uuid.UUID) -> str:
    """The region of the expectations."""
    return f"agreement-expectations:{mission_id}"


def divergences_key(mission_id: uuid.UUID) -> str:
    """The region of the divergences."""
    return f"agreement-divergences:{mission_id}"


def mission_key(mission_id: uuid.UUID) -> str:
    """The rail, and what is awaited."""
    return f"mission:{mission_id}"

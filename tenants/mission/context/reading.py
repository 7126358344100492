"""« Lu et compris »: the mentor says that they have read the file of a strand; and what has changed since."""

import uuid

from sqlalchemy import select

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.events import record
from tenants.mission.context.models import Understanding
from tenants.mission.context.places import key, me, zone
from tenants.mission.queries import Frame
from tenants.once import add_once
from tenants.zones import Audience


def understand(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> None:
    """Dated; said again, the date is the new one."""
    zone_id = zone(frame, Audience.EVERYONE, strand_id, by=by)
    values = {
        "company_id": frame.company_id, "id": new_id(), "zone_id": zone_id, "mission_id": frame.id,
        "strand_id": strand_id, "contact_id": me(by), "at": now(),
    }  # fmt: skip
    if not add_once(Understanding, **values):
        found = next((u for u in of_strand(strand_id) if u.contact_id == me(by)), None)
        if found is None:
            return
        found.at, found.zone_id = now(), zone_id
        db.session.flush()
    record(
        "context.understood", zone_id=zone_id, subject_id=strand_id, by=me(by), touches=(key("read", strand_id),)
    )  # fmt: skip


def of_strand(strand_id: uuid.UUID) -> list[Understanding]:
    """Who has read the file, the latest first."""
    company = db.session.info["acting"].company
    asked = select(Understanding).where(
        Understanding.company_id == company, Understanding.strand_id == strand_id
    )
    return list(db.session.scalars(asked.order_by(Understanding.at.desc())))

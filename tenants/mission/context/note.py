"""The strategic note: written by mentor and direction, read by nobody else. All it tells, it tells in its own zone."""

import uuid

from sqlalchemy import select

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.kinds import Folded
from tenants.events import record, stale
from tenants.mission.context.models import StrategicNote
from tenants.mission.context.places import key, me, zone
from tenants.mission.queries import Frame
from tenants.once import add_once
from tenants.zones import Audience

KIND = "note"


def begin(frame: Frame, *, by: Actor) -> uuid.UUID:
    """Empty, for both to write. Begun twice, it is one."""
    zone_id = zone(frame, Audience.DIRECTION, None, by=by)
    made, document_id = new_id(), new_id()
    values = {
        "company_id": frame.company_id, "id": made, "zone_id": zone_id, "mission_id": frame.id, "author_id": me(by),
        "document_id": document_id,
    }  # fmt: skip
    if add_once(StrategicNote, **values):
        documents.create(KIND, made, zone_id, me(by), {}, document_id)
        record(
            "context.note_begun",
            zone_id=zone_id,
            subject_id=made,
            by=me(by),
            touches=(key("note", frame.id),),
        )
        return made
    found = of_mission(frame.id)
    return found.id if found is not None else made


def of_mission(mission_id: uuid.UUID) -> StrategicNote | None:
    """The note, for whoever reads it."""
    company = db.session.info["acting"].company
    asked = select(StrategicNote).where(
        StrategicNote.company_id == company, StrategicNote.mission_id == mission_id
    )
    return db.session.scalar(asked)


def folded(told: Folded) -> None:
    """After live text was folded: since when it has not moved."""
    row = db.session.get(StrategicNote, (db.session.info["acting"].company, told.subject_id))
    if row is not None:
        row.moved_at = now()
        db.session.flush()
        stale(row.zone_id, key("note", row.mission_id))

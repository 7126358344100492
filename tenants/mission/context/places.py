"""Where what the acts of this room write stands: who tells the job, the zones, the regions that hear of it."""

import uuid

from sqlalchemy import select

from tenants.actors import Actor
from tenants.db import db, new_id
from tenants.events import tell
from tenants.mission.context.headings import TELLERS
from tenants.mission.models import ZoneRow
from tenants.mission.queries import Frame
from tenants.mission.zoning import planned, zone_for
from tenants.zones import Audience, Kind


def me(by: Actor) -> uuid.UUID:
    """The acting contact."""
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    return by.contact_id


def tellers(frame: Frame, strand_id: uuid.UUID) -> list[uuid.UUID]:
    """Who tells the job and where it starts: mentee and manager of the strand, also those who have not come yet."""
    return list(dict.fromkeys(s.contact_id for s in frame.sitting(strand_id, TELLERS)))


def zone(frame: Frame, audience: Audience, strand_id: uuid.UUID | None, *, by: Actor) -> uuid.UUID:
    """The zone of that audience: one that is there, also since the frame was read, else a new one."""
    known = planned(frame, Kind.CONTEXT, audience, strand_id, by=by).id
    if known in frame.zones:
        return known
    alone = audience is Audience.AUTHOR
    strand = ZoneRow.strand_id.is_(None) if strand_id is None else ZoneRow.strand_id == strand_id
    asked = select(ZoneRow.id).where(
        ZoneRow.company_id == frame.company_id, ZoneRow.mission_id == frame.id, strand, ZoneRow.kind == Kind.CONTEXT,
        ZoneRow.audience == audience, ZoneRow.rule_id == frame.rule_id,
        *((ZoneRow.author_id == me(by),) if alone else ()),
    )  # fmt: skip
    return db.session.scalar(asked.limit(1)) or zone_for(frame, Kind.CONTEXT, audience, strand_id, by=by)


def own_zone(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> uuid.UUID:
    """A zone that all of the strand read and whose author is the actor: live writing asks whose it is."""
    wanted = (Kind.CONTEXT, Audience.EVERYONE, strand_id, frame.rule_id, me(by))
    for known in frame.zones.values():
        if (known.kind, known.audience, known.strand_id, known.rule_id, known.author_id) == wanted:
            return known.id
    made = ZoneRow(
        company_id=frame.company_id, id=new_id(), mission_id=frame.id, strand_id=strand_id, kind=Kind.CONTEXT,
        audience=Audience.EVERYONE, author_id=me(by), rule_id=frame.rule_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    tell(f"revoked mission {frame.id}")  # open pages are judged again, and hear the new zone
    return made.id


def key(part: str, of: uuid.UUID) -> str:
    """The region of a part of the file: ``sheets``, ``questions``, ``position``, ``read`` of a strand; the others of a mission."""
    return f"context-{part}:{of}"


def mission_key(mission_id: uuid.UUID) -> str:
    """The rail, and what is awaited."""
    return f"mission:{mission_id}"

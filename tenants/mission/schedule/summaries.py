"""What mentor and mentee keep of a session: theirs alone until the mentee shares it, and then as it was shared."""

import uuid

from sqlalchemy import select

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.texts import canonical
from tenants.mission.queries import Frame
from tenants.mission.schedule.models import Session, Summary
from tenants.mission.schedule.telling import Zones, changed, me, take, tell
from tenants.mission.schedule.types import State
from tenants.refusals import Refused
from tenants.zones import Audience, Kind

KIND = "summary"
LIMIT = 6_000


def begin(session: Session, frame: Frame, *, by: Actor) -> uuid.UUID:
    """A live text of the pair (of mentor and mentees, for a collective session). One a session: harmless again.

    Raises Refused ``schedule.over`` for a session that was cancelled.
    """
    row = take(session.id)
    if row.state == State.CANCELLED:
        raise Refused("schedule.over")
    asked = select(Summary.id).where(Summary.company_id == row.company_id, Summary.session_id == row.id)
    if (found := db.session.scalar(asked)) is not None:
        return found
    audience = Audience.PAIR if row.strand_id else Audience.GROUP
    zone_id = Zones(frame, by).of(Kind.SUMMARIES, audience, row.strand_id)
    made, document_id = new_id(), new_id()
    db.session.add(
        Summary(
            company_id=row.company_id, id=made, zone_id=zone_id, mission_id=row.mission_id, strand_id=row.strand_id,
            session_id=row.id, author_id=me(by), document_id=document_id,
        )
    )  # fmt: skip
    db.session.flush()
    documents.create(KIND, made, zone_id, me(by), {}, document_id)
    tell(row, "summary.begun", by, zone_id=zone_id)
    return made


def share(summary: Summary, frame: Frame, *, by: Actor) -> None:
    """From the pair to the three parties of the strand, exactly as it stands; it is written no more. Harmless again.

    Raises Refused ``summary.empty``, ``.long``, ``.collective`` for what mentor and mentees already read together.
    """
    row = take(summary.session_id)
    asked = select(Summary).where(Summary.company_id == row.company_id, Summary.id == summary.id)
    found = db.session.scalar(asked.execution_options(populate_existing=True))
    if found is None or found.shared_at is not None:
        return
    if found.strand_id is None:
        raise Refused("summary.collective")
    documents.hold(found.document_id)
    text = documents.fold(found.document_id).get("text", "")
    if not canonical(text):
        raise Refused("summary.empty")
    if len(text) > LIMIT:
        raise Refused("summary.long", length=len(text), limit=LIMIT)
    zones = Zones(frame, by)
    pair, zone_id = found.zone_id, zones.of(Kind.SUMMARIES, Audience.PARTIES, row.strand_id)
    new = documents.reseed(found.document_id, me(by), zone_id=zone_id)
    documents.freeze(new.id)
    found.document_id, found.zone_id = new.id, zone_id
    found.shared_at, found.shared_by = now(), me(by)
    db.session.flush()
    changed(row, zone_id, "summary_shared", by)
    tell(row, "summary.shared", by, zone_id=zone_id)
    tell(row, "summary.moved", by, zone_id=pair)


def discard(summary: Summary, *, by: Actor) -> None:
    """Taken away before it was shared: nothing of it is left. Raises Refused ``summary.shared`` afterwards."""
    row = take(summary.session_id)
    asked = select(Summary).where(Summary.company_id == row.company_id, Summary.id == summary.id)
    found = db.session.scalar(asked.execution_options(populate_existing=True))
    if found is None:
        return
    if found.shared_at is not None:
        raise Refused("summary.shared")
    zone_id, document_id = found.zone_id, found.document_id
    db.session.delete(found)
    db.session.flush()
    documents.discard(document_id)
    tell(row, "summary.withdrawn", by, zone_id=zone_id)

"""Acts on the sheets: the job as each tells it, the company's and the mentor's page, written once and copied, dated."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from tenants import walls
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.kinds import Folded
from tenants.events import record, stale
from tenants.mission.context.headings import COMPANY, MENTOR
from tenants.mission.context.models import CompanySheet, ContextCopy, JobSheet, MentorPage
from tenants.mission.context.places import key, me, own_zone, tellers, zone
from tenants.mission.queries import Frame
from tenants.once import add_once
from tenants.refusals import Refused, Stale
from tenants.zones import Audience

KIND = "job_sheet"


def begin(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> uuid.UUID:
    """The job as the actor tells it: a text of theirs under the headings. Begun twice, it is one. Raises Refused."""
    if me(by) not in tellers(frame, strand_id):
        raise Refused("context.not_teller")
    zone_id = own_zone(frame, strand_id, by=by)
    made, document_id = new_id(), new_id()
    values = {
        "company_id": frame.company_id, "id": made, "zone_id": zone_id, "mission_id": frame.id, "strand_id": strand_id,
        "author_id": me(by), "document_id": document_id,
    }  # fmt: skip
    if add_once(JobSheet, **values):
        documents.create(KIND, made, zone_id, me(by), {}, document_id)
        _tell_sheet(strand_id, zone_id, made, me(by), "context.sheet_begun")
        return made
    found = of_author(strand_id, me(by))
    return found.id if found is not None else made


def of_author(strand_id: uuid.UUID, author_id: uuid.UUID) -> JobSheet | None:
    """The job as that person tells it."""
    company = db.session.info["acting"].company
    asked = select(JobSheet).where(
        JobSheet.company_id == company, JobSheet.strand_id == strand_id, JobSheet.author_id == author_id
    )
    return db.session.scalar(asked)


def folded(told: Folded) -> None:
    """After live text was folded: since when it has not moved; the pages read it again."""
    row = db.session.get(JobSheet, (db.session.info["acting"].company, told.subject_id))
    if row is None or row.document_id != told.document_id:
        return
    row.moved_at = now()
    db.session.flush()
    stale(row.zone_id, key("sheets", row.strand_id), key("read", row.strand_id))


def settled(told: Folded) -> None:
    """A passage came to rest: what happened is told, without its words."""
    row = db.session.get(JobSheet, (db.session.info["acting"].company, told.subject_id))
    if row is not None:
        _tell_sheet(row.strand_id, row.zone_id, row.id, row.author_id, "context.sheet_written")


# -- written once, copied ---------------------------------------------------------------------------


def write_company(frame: Frame, texts: Mapping[str, str], revision: int, *, by: Actor) -> None:
    """The company sheet, for all its missions; this one's copy follows. Raises Stale (``texts``, ``by_id``, ``at``)."""
    company = frame.company_id
    values = {"texts": dict(texts), "written_at": now(), "written_by": me(by)}
    if revision == 0:
        first = insert(CompanySheet).values(company_id=company, revision=1, **values).on_conflict_do_nothing()
        db.session.execute(first)
    row = _source(CompanySheet, company)
    if row is None:
        raise Refused("context.moved")
    if row.texts != dict(texts):
        if row.revision != revision:
            raise Stale(
                "context.stale",
                theirs=row.texts,
                revision=row.revision,
                by_id=row.written_by,
                at=row.written_at,
            )
        row.texts, row.written_at, row.written_by = dict(texts), now(), me(by)
        row.revision += 1
        db.session.flush()
    copy(frame, COMPANY, by=by)


def write_mentor(frame: Frame, texts: Mapping[str, str], revision: int, *, by: Actor) -> None:
    """The mentor's own page, for all their missions; this one's copy follows. Raises Stale (``theirs``)."""
    person = walls.acting(db.session).person
    if revision == 0:
        first = insert(MentorPage).values(person_id=person, texts=dict(texts), written_at=now(), revision=1)
        db.session.execute(first.on_conflict_do_nothing())
    row = _source(MentorPage, person)
    if row is None:
        raise Refused("context.moved")
    if row.texts != dict(texts):
        if row.revision != revision:
            raise Stale(
                "context.stale", theirs=row.texts, revision=row.revision, by_id=me(by), at=row.written_at
            )
        row.texts, row.written_at = dict(texts), now()
        row.revision += 1
        db.session.flush()
    copy(frame, MENTOR, by=by)


def copy(frame: Frame, what: str, *, by: Actor) -> None:
    """« Mettre à jour »: what stands in the source enters the mission, with its date. Raises Refused ``context.moved``."""
    person = walls.acting(db.session).person
    row: CompanySheet | MentorPage | None = (
        _source(CompanySheet, frame.company_id) if what == COMPANY else _source(MentorPage, person)
    )
    if row is None:
        raise Refused("context.moved")
    about = frame.company_id if what == COMPANY else me(by)
    zone_id = zone(frame, Audience.EVERYONE, None, by=by)
    values: dict[str, Any] = {
        "texts": row.texts, "written_at": row.written_at, "copied_at": now(), "copied_by": me(by), "zone_id": zone_id,
    }  # fmt: skip
    made = add_once(
        ContextCopy, company_id=frame.company_id, id=new_id(), mission_id=frame.id, what=what, about_id=about, **values
    )  # fmt: skip
    found = copied(frame.id, what, about)
    if found is None:
        raise Refused("context.moved")
    if not made:
        for name, value in values.items():
            setattr(found, name, value)
        db.session.flush()
    strands = (key("read", s.id) for s in frame.strands)
    record(
        "context.copied", zone_id=zone_id, subject_id=found.id, by=me(by), touches=(key("copies", frame.id), *strands)
    )  # fmt: skip


def copied(mission_id: uuid.UUID, what: str, about_id: uuid.UUID) -> ContextCopy | None:
    """What the mission holds of it."""
    company = db.session.info["acting"].company
    asked = select(ContextCopy).where(
        ContextCopy.company_id == company, ContextCopy.mission_id == mission_id, ContextCopy.what == what,
        ContextCopy.about_id == about_id,
    )  # fmt: skip
    return db.session.scalar(asked)


def company_source() -> CompanySheet | None:
    """The company sheet, for whoever may write it."""
    return db.session.get(CompanySheet, db.session.info["acting"].company)


def mentor_source() -> MentorPage | None:
    """The acting person's own page."""
    return db.session.get(MentorPage, walls.acting(db.session).person)


def newer(found: ContextCopy | None, written_at: datetime) -> bool:
    """Whether the source has been written since it was copied."""
    return found is None or found.written_at < written_at


def _source(model: Any, key_: Any) -> Any:
    """The row, kept from other writers until the end of the transaction, as it is now."""
    asked = select(model).where(next(iter(model.__table__.primary_key.columns)) == key_)
    return db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))


def _tell_sheet(
    strand_id: uuid.UUID, zone_id: uuid.UUID, row_id: uuid.UUID, by: uuid.UUID, name: str
) -> None:
    touches = (key("sheets", strand_id), key("read", strand_id))
    record(name, zone_id=zone_id, subject_id=row_id, by=by, touches=touches)

"""Writing a report: begin it, add, take and drop passages, order them, invite the mentee to write too."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, text

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.events import record, tell
from tenants.mission.queries import Frame
from tenants.mission.report import queries
from tenants.mission.report.models import Report, ReportPassage, company
from tenants.mission.report.reach import takes
from tenants.mission.report.sources import PARTS
from tenants.mission.zoning import zone_for
from tenants.refusals import Incorrect, Refused
from tenants.zones import Audience, Kind

ALONE, TOGETHER = "passage", "invited_passage"  # kinds of document: who writes it differs
LIMIT = 4_000  # characters of a passage
MOST = 200  # passages of a report


@dataclass(frozen=True)
class Draft:
    """A passage to come: its words, and what it comes from."""

    part: str
    text: str = ""
    source_kind: str | None = None
    source_id: uuid.UUID | None = None
    due_on: date | None = None
    owner_id: uuid.UUID | None = None


def me(by: Actor) -> uuid.UUID:
    """The contact who acts."""
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    return by.contact_id


def take(report_id: uuid.UUID) -> Report:
    """The row, kept from other writers until the end of the transaction. Raises Refused ``report.gone``."""
    asked = select(Report).where(Report.company_id == company(), Report.id == report_id)
    found = db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise Refused("report.gone")
    return found


def open_for_writing(report_id: uuid.UUID) -> Report:
    """The same, to be written. Raises Refused ``report.issued``."""
    row = take(report_id)
    if row.issued_at is not None:
        raise Refused("report.issued")
    return row


def told(row: Report, name: str, by: Actor, *, rail: bool = False) -> None:
    """Its readers' pages hear of it; the rail too, where its stage moves."""
    touches = [f"report:{row.strand_id}"] + ([f"mission:{row.mission_id}"] if rail else [])
    record(name, zone_id=row.zone_id, subject_id=row.id, by=me(by), touches=touches)


def begin(
    frame: Frame, strand_id: uuid.UUID, drafts: Iterable[Draft], *, by: Actor, report_id: uuid.UUID | None = None
) -> uuid.UUID:  # fmt: skip
    """A report of one's own, with its first passages. One at a time by strand and mentor: harmless again.

    Raises Refused ``report.there`` where one was issued already: it is corrected.
    """
    alone(strand_id)
    mine = select(Report).where(
        Report.company_id == company(), Report.strand_id == strand_id, Report.issued_at.is_(None)
    )
    if (found := db.session.scalars(mine).first()) is not None:
        return found.id
    if queries.issued(strand_id):
        raise Refused("report.there")
    return begun(frame, strand_id, drafts, by, report_id or new_id()).id


def begun(
    frame: Frame, strand_id: uuid.UUID, drafts: Iterable[Draft], by: Actor, report_id: uuid.UUID, **values: Any
) -> Report:  # fmt: skip
    """The row and its first passages, read by its author alone."""
    zone_id = zone_for(frame, Kind.REPORT, Audience.AUTHOR, strand_id, by=by)
    row = Report(
        company_id=frame.company_id, id=report_id, zone_id=zone_id, mission_id=frame.id, strand_id=strand_id,
        author_id=me(by), begun_at=now(), **values,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for n, draft in enumerate(drafts, 1):
        _put(row, draft, n, by)
    db.session.flush()
    told(row, "report.begun", by)
    return row


def add(report: Report, frame: Frame, draft: Draft, *, by: Actor, passage_id: uuid.UUID | None = None) -> uuid.UUID:  # fmt: skip
    """A passage at the end of its part; sent twice, added once.

    Raises Refused ``report.issued``, ``report.reach`` for what its readers may not all read, ``report.many``.
    """
    row = open_for_writing(report.id)
    made = passage_id or new_id()
    if queries.passage(made) is not None:
        return made
    if draft.part not in PARTS:
        raise Incorrect("report.part", field="part")
    rows = queries.passages(row.id)
    if len(rows) >= MOST:
        raise Refused("report.many")
    if draft.source_kind is not None:
        if (draft.part, draft.source_kind, draft.source_id) in queries.used(rows):
            return next(p.id for p in rows if p.part == draft.part and p.source_id == draft.source_id)
        guard(frame, row.strand_id, draft)
    if draft.owner_id is not None and draft.owner_id not in {
        s.contact_id for s in frame.sitting(row.strand_id)
    }:
        raise Incorrect("report.owner", field="owner")
    position = 1 + max((p.position for p in rows if p.part == draft.part), default=0)
    _put(row, draft, position, by, made)
    told(row, "report.passage_added", by)
    return made


def guard(frame: Frame, strand_id: uuid.UUID, draft: Draft) -> None:
    """Raises Refused ``report.reach``: what it comes from is nothing that all who will read the report may read.

    PostgreSQL's trigger asks the same (0033): this says it in words before.
    """
    asked = text("select report_source_zone(:c, :m, :k, :i)")
    values = {"c": frame.company_id, "m": frame.id, "k": draft.source_kind, "i": draft.source_id}
    zone_id = db.session.scalar(asked, values)
    if zone_id is None or not takes(frame, frame.zones.get(zone_id), strand_id):
        raise Refused("report.reach")


def drop(passage: ReportPassage, *, by: Actor) -> None:
    """Taken out: nothing of its words is left. Raises Refused ``report.issued``."""
    row = open_for_writing(passage.report_id)
    found = queries.passage(passage.id)
    if found is None:
        return
    document_id = found.document_id
    db.session.delete(found)
    db.session.flush()
    documents.discard(document_id)
    told(row, "report.passage_dropped", by)


def order(passage: ReportPassage, *, after: uuid.UUID | None, before: uuid.UUID | None, by: Actor) -> None:
    """Between two neighbours of its part. Raises Refused ``report.issued``."""
    row = open_for_writing(passage.report_id)
    listed = [p for p in queries.passages(row.id) if p.part == passage.part]
    others = [p for p in listed if p.id != passage.id]
    ids = [p.id for p in others]
    at = ids.index(before) if before in ids else len(ids)
    at = ids.index(after) + 1 if after in ids else at
    moved = next((p for p in listed if p.id == passage.id), None)
    if moved is None or listed.index(moved) == at:
        return
    others.insert(at, moved)
    for n, p in enumerate(others, 1):
        p.position = n
    db.session.flush()
    told(row, "report.passage_ordered", by)


def invite(report: Report, frame: Frame, *, by: Actor) -> None:
    """The mentee reads it from now on and writes in it too, with its mentor. Harmless again.

    Raises Refused ``report.issued``, ``report.read`` once their time to read is over.
    """
    row = open_for_writing(report.id)
    if queries.read(row):
        raise Refused("report.read")
    if row.invited_at is not None:
        return
    row.invited_at = now()
    to_pair(row, frame, by)
    told(row, "report.invited", by)


def to_pair(row: Report, frame: Frame, by: Actor) -> None:
    """From its author to the pair, with all its passages: what was taken out of them before goes with their old log."""
    old = row.zone_id
    row.zone_id = zone_for(frame, Kind.REPORT, Audience.PAIR, row.strand_id, by=by)
    db.session.flush()
    kind = TOGETHER if row.invited_at is not None else ALONE
    for p in queries.passages(row.id):
        document = documents.get(p.document_id)
        if document is not None and (p.zone_id, document.kind) == (row.zone_id, kind):
            continue
        new = documents.reseed(p.document_id, me(by), zone_id=row.zone_id)
        new.kind = kind
        p.document_id, p.zone_id = new.id, row.zone_id
    db.session.flush()
    tell(f"stale {old} report:{row.strand_id}")


def alone(strand_id: uuid.UUID) -> None:
    """One at a time begins, opens or issues a report of that strand."""
    key = f"report/{company()}/{strand_id}"
    db.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:k, 0))"), {"k": key})


def _put(row: Report, draft: Draft, position: int, by: Actor, passage_id: uuid.UUID | None = None) -> None:
    made, document_id = passage_id or new_id(), new_id()
    db.session.add(
        ReportPassage(
            company_id=row.company_id, id=made, zone_id=row.zone_id, report_id=row.id, mission_id=row.mission_id,
            strand_id=row.strand_id, author_id=me(by), part=draft.part, position=position, document_id=document_id,
            source_kind=draft.source_kind, source_id=draft.source_id, due_on=draft.due_on, owner_id=draft.owner_id,
        )
    )  # fmt: skip
    db.session.flush()
    kind = TOGETHER if row.invited_at is not None else ALONE
    documents.create(kind, made, row.zone_id, me(by), {"text": draft.text}, document_id)

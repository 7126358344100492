"""Read first, then issued: the mentee's time, what they ask and reply, the frozen report, receipts, a corrected issue."""

import uuid
from datetime import date, timedelta

from tenants import news
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.texts import unprintable
from tenants.events import defer, tell
from tenants.mission.queries import Frame
from tenants.mission.report import content, drafting, queries, sources
from tenants.mission.report.drafting import Draft, alone, me, open_for_writing, take, to_pair, told
from tenants.mission.report.models import Report, ReportReceipt, ReportRequest
from tenants.mission.zoning import zone_for
from tenants.once import add_once
from tenants.policy import Role
from tenants.refusals import Incorrect, Refused
from tenants.zones import Audience, Kind

DAYS = range(2, 31)  # days to read first
USUAL = 7
REPLY_LIMIT, REQUEST_LIMIT, REASON_LIMIT = 4_000, 2_000, 600


def open_reading(report: Report, frame: Frame, days: int, *, by: Actor) -> None:
    """The mentee reads first, for so many days; then it ends by itself. Harmless again.

    Raises Refused ``report.issued``, ``report.empty``, ``report.other_reading``; Incorrect ``report.days``.
    """
    if days not in DAYS:
        raise Incorrect("report.days", field="days")
    row = open_for_writing(report.id)
    if row.opened_at is not None:
        return
    alone(row.strand_id)
    if any(r.opened_at for r in queries.of_strand(row.strand_id) if r.issued_at is None):
        raise Refused("report.other_reading")
    rows = queries.passages(row.id)
    texts = documents.current([p.document_id for p in rows]) if rows else {}
    if not any(t.get("text", "").strip() for t in texts.values()):
        raise Refused("report.empty")
    row.opened_at = now()
    row.closes_at = row.opened_at + timedelta(days=days)
    to_pair(row, frame, by)
    told(row, "report.opened", by, rail=True)
    mentees = {s.contact_id for s in frame.sitting(row.strand_id, (Role.MENTEE,))}
    news.tell("report.first", row.id, row.zone_id, mentees, None)  # by the day's mail: a window, not a wait


def ask(report: Report, request_id: uuid.UUID, words: str, *, by: Actor) -> None:
    """The mentee asks for a change. Sent twice, asked once. Raises Refused ``report.not_reading`` outside their time."""
    row = _reading(report.id)
    values = {"company_id": row.company_id, "id": request_id, "zone_id": row.zone_id, "report_id": row.id}
    if add_once(ReportRequest, **values, author_id=me(by), text=words, at=now()):
        told(row, "report.change_asked", by)


def settle(request: ReportRequest, *, by: Actor) -> None:
    """The mentor has seen to it."""
    row = open_for_writing(request.report_id)
    if request.done_at is None:
        request.done_at = now()
        db.session.flush()
        told(row, "report.change_seen", by)


def reply(report: Report, words: str, *, by: Actor) -> None:
    """The mentee's own reply, printed as it is written; '' takes it back.

    Raises Refused ``report.not_reading``, ``report.unprintable`` with ``characters``.
    """
    row = _reading(report.id)
    if bad := unprintable(words):
        raise Refused("report.unprintable", characters=bad)
    row.reply = words
    row.reply_at, row.reply_by = (now(), me(by)) if words else (None, None)
    db.session.flush()
    told(row, "report.replied", by)


def finish(report: Report, *, by: Actor) -> None:
    """« J’ai lu »: the time to read ends now. Raises Refused ``report.not_reading``."""
    row = _reading(report.id)
    row.read_at = now()
    db.session.flush()
    told(row, "report.read", by, rail=True)


def issue(report: Report, frame: Frame, seen: str, *, by: Actor) -> None:
    """Frozen as it was read under that hash, and read from now on by all whom the matrix names. Harmless again.

    Raises Refused ``report.not_read``, ``report.empty``, ``report.unprintable``, ``report.reach`` (``numbers``),
    ``report.no_reason``, ``report.changed`` where its text or a fact has changed since it was shown.
    """
    row = take(report.id)
    if row.issued_at is not None:
        return
    alone(row.strand_id)
    if not queries.read(row):
        raise Refused("report.not_read")
    if row.corrects_id is not None and not row.reason:
        raise Refused("report.no_reason")
    rows = queries.passages(row.id)
    for p in rows:
        documents.hold(p.document_id)
        documents.settle(p.document_id)
        if p.source_kind is not None:
            drafting.guard(frame, row.strand_id, Draft(p.part, "", p.source_kind, p.source_id))
    taken = sources.of_strand(frame, row.strand_id, by=by)
    made = content.build(frame, row, by=by, taken=taken)
    body = content.canonical(made)
    if content.hashed(body) != seen:
        raise Refused("report.changed")
    bad = list(dict.fromkeys(c for t in content.texts_of(made) for c in unprintable(t)))
    if bad:
        raise Refused("report.unprintable", characters=bad)
    for p in rows:
        documents.freeze(p.document_id)
    pair = row.zone_id
    row.zone_id = zone_for(frame, Kind.REPORT, Audience.EVERYONE, row.strand_id, by=by)
    row.canonical, row.hash = body, content.hashed(body)
    row.source_zones = content.zones(rows, taken)
    row.issued_at, row.issued_by = now(), me(by)
    db.session.flush()
    if row.corrects_id is not None:
        before = take(row.corrects_id)
        before.recalled_at, before.recalled_by = row.issued_at, row.id
        db.session.flush()
    told(row, "report.issued", by, rail=True)
    tell(f"stale {pair} report:{row.strand_id}")
    defer("print_report", report_id=row.id)


def receive(report: Report, *, by: Actor) -> None:
    """« J’en accuse réception », once. Raises Refused ``report.not_issued``, ``report.recalled``."""
    row = queries.get(report.id)
    if row is None or row.issued_at is None:
        raise Refused("report.not_issued")
    if row.recalled_at is not None:
        raise Refused("report.recalled")
    if any(r.contact_id == me(by) for r in queries.receipts(row.id)):
        return
    add_once(
        ReportReceipt,
        company_id=row.company_id,
        id=new_id(),
        zone_id=row.zone_id,
        report_id=row.id,
        contact_id=me(by),
        hash=row.hash,
        at=now(),
    )
    told(row, "report.received", by)


def correct(report: Report, frame: Frame, reason: str, *, by: Actor) -> uuid.UUID:
    """A corrected report begins from the issued one: the mentee reads it first too, and issued it recalls the other.

    Raises Refused ``report.not_issued``, ``report.recalled``, ``report.no_reason``. Harmless while one is being written.
    """
    row = take(report.id)
    if row.issued_at is None:
        raise Refused("report.not_issued")
    if row.recalled_at is not None:
        raise Refused("report.recalled")
    if not reason.strip():
        raise Refused("report.no_reason")
    alone(row.strand_id)
    if (open_ := queries.being_written(row.strand_id)) is not None:
        return open_.id
    there = content.read(row)["parts"]
    drafts = [_again(frame, row, part, p) for part, lines in there.items() for p in lines]
    values = {"corrects_id": row.id, "reason": reason.strip(), "version": row.version + 1}
    return drafting.begun(frame, row.strand_id, drafts, by, new_id(), **values).id


def _again(frame: Frame, row: Report, part: str, p: dict[str, object]) -> Draft:
    """A passage of the issued report; without its source where that may no longer be repeated."""
    source, owner, due = p["source"], p["owner"], p["due_on"]
    made = Draft(
        part,
        str(p["text"]),
        str(source["kind"]) if isinstance(source, dict) else None,
        uuid.UUID(source["id"]) if isinstance(source, dict) else None,
        date.fromisoformat(str(due)) if due else None,
        uuid.UUID(owner["contact"]) if isinstance(owner, dict) else None,
    )
    try:
        if made.source_kind is not None:
            drafting.guard(frame, row.strand_id, made)
    except Refused:
        return Draft(part, made.text, None, None, made.due_on, made.owner_id)
    return made


def _reading(report_id: uuid.UUID) -> Report:
    row = take(report_id)
    if not queries.reading(row):
        raise Refused("report.not_reading")
    return row

"""What the pages of the report read."""

import uuid
from collections.abc import Iterable

from sqlalchemy import select

from tenants.db import db, now
from tenants.mission.report.models import Report, ReportPassage, ReportReceipt, ReportRequest, company


def get(report_id: uuid.UUID) -> Report | None:
    """The row, if the acting person reads its zone."""
    return db.session.scalar(select(Report).where(Report.company_id == company(), Report.id == report_id))


def of_strand(strand_id: uuid.UUID | None) -> list[Report]:
    """Those that the acting person reads, the last issued first, then those being written."""
    asked = select(Report).where(Report.company_id == company(), Report.strand_id == strand_id)
    return sorted(
        db.session.scalars(asked), key=lambda r: (r.issued_at is None, -r.version, r.begun_at, str(r.id))
    )


def being_written(strand_id: uuid.UUID | None) -> Report | None:
    """The one that is not issued; the one that the mentee reads before any other."""
    open_ = [r for r in of_strand(strand_id) if r.issued_at is None]
    return min(open_, key=lambda r: (r.opened_at is None, r.begun_at), default=None)


def issued(strand_id: uuid.UUID | None) -> list[Report]:
    """Those that were issued, the last first."""
    return [r for r in of_strand(strand_id) if r.issued_at is not None]


def passage(passage_id: uuid.UUID) -> ReportPassage | None:
    """The row, if the acting person reads its zone."""
    return db.session.scalar(
        select(ReportPassage).where(ReportPassage.company_id == company(), ReportPassage.id == passage_id)
    )


def passages(report_id: uuid.UUID) -> list[ReportPassage]:
    """In the order of the report's parts, then in their own."""
    asked = select(ReportPassage).where(
        ReportPassage.company_id == company(), ReportPassage.report_id == report_id
    )
    return list(
        db.session.scalars(
            asked.order_by(ReportPassage.part, ReportPassage.position, ReportPassage.at, ReportPassage.id)
        )
    )


def requests(report_id: uuid.UUID) -> list[ReportRequest]:
    """What the mentee asked for, in order."""
    asked = select(ReportRequest).where(
        ReportRequest.company_id == company(), ReportRequest.report_id == report_id
    )
    return list(db.session.scalars(asked.order_by(ReportRequest.at, ReportRequest.id)))


def receipts(report_id: uuid.UUID) -> list[ReportReceipt]:
    """Who acknowledged it, in order."""
    asked = select(ReportReceipt).where(
        ReportReceipt.company_id == company(), ReportReceipt.report_id == report_id
    )
    return list(db.session.scalars(asked.order_by(ReportReceipt.at, ReportReceipt.id)))


def reading(report: Report) -> bool:
    """Whether the mentee's time to read first runs."""
    return (
        report.issued_at is None
        and report.opened_at is not None
        and report.closes_at is not None
        and report.read_at is None
        and now() < report.closes_at
    )


def read(report: Report) -> bool:
    """Whether it may be issued: the mentee said that they have read, or the time has come."""
    return report.issued_at is None and report.opened_at is not None and not reading(report)


def used(rows: Iterable[ReportPassage]) -> set[tuple[str, str, uuid.UUID]]:
    """Part, kind and id of what the passages come from."""
    return {(p.part, p.source_kind, p.source_id) for p in rows if p.source_kind and p.source_id}

"""What the routes of this room are about: a strand, a report, a passage, a request. None is 404."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from tenants.db import db
from tenants.mission.report import queries
from tenants.mission.report.models import Report, ReportPassage, ReportRequest
from webapp import access
from webapp.mission.objectives.load import Strand, strand


def report(mission_id: uuid.UUID, report_id: uuid.UUID) -> Report | None:
    """The row, in that mission, seen through the walls; the actor's zones are known from then on."""
    row = queries.get(report_id) if access.in_mission(mission_id) is not None else None
    return row if row is not None and row.mission_id == mission_id else None


def passage(mission_id: uuid.UUID, passage_id: uuid.UUID) -> ReportPassage | None:
    """A passage of a report of that mission."""
    row = queries.passage(passage_id) if access.in_mission(mission_id) is not None else None
    return row if row is not None and row.mission_id == mission_id else None


@dataclass(frozen=True)
class Asked:
    """A change that was asked for. Its subject is the report."""

    row: ReportRequest
    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID
    zone_id: uuid.UUID


def request(mission_id: uuid.UUID, report_request_id: uuid.UUID) -> Asked | None:
    """What the mentee asked for, with the report that it is about."""
    if access.in_mission(mission_id) is None:
        return None
    row = db.session.scalar(select(ReportRequest).where(ReportRequest.id == report_request_id))
    of = queries.get(row.report_id) if row is not None else None
    if row is None or of is None or of.mission_id != mission_id:
        return None
    return Asked(row, of.company_id, of.mission_id, of.strand_id, row.zone_id)


__all__ = ["Strand", "strand"]

"""News in the day's mail: what each piece is of, whether it still is so, where it is read. A kind and no content."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g

from tenants import news
from tenants.documents import files
from tenants.documents.files import File
from tenants.mission.agreement.versions_models import AgreementVersion, DatesAmendment
from tenants.mission.objectives import queries as objectives
from tenants.mission.objectives.models import Objective
from tenants.mission.report.models import Report
from tenants.mission.roadmap.content import Progress
from tenants.mission.roadmap.models import Action
from tenants.news import News
from tenants.policy import Do, may
from webapp.mail.deliver import link
from webapp.mission.agreement import binding_load
from webapp.mission.objectives import load as objective_load
from webapp.mission.report import load as report_load
from webapp.mission.roadmap import load as roadmap_load
from webapp.tasks.registry import KINDS
from webapp.work import direct
from webapp.work.direct import Direct


@dataclass(frozen=True)
class Piece:
    """So many things of one kind to learn."""

    kind: str
    count: int
    links: tuple[Direct, ...]


@dataclass(frozen=True)
class Sort:
    """One kind of news: its subject through the walls, who may, the act by a link if there is one, its page otherwise."""

    load: Callable[[uuid.UUID, uuid.UUID], Any]
    reads: Do
    by_link: Do | None
    page: Callable[[Any, str], str]
    still: Callable[[Any, News], bool] = lambda _subject, _told: True


def pieces(told: list[News], wanted: str, slug: str, most: int) -> list[Piece]:
    """What is still so, for this reader, by kind; ``most`` links in all."""
    found: dict[str, list[Direct]] = {}
    left = most
    for one in told:
        there = _where(one, wanted if left > 0 else "never", slug)
        if there is not None:
            found.setdefault(one.kind, []).append(there)
            left -= 1
    made, left = [], most
    for kind, links in found.items():
        made.append(Piece(kind, len(links), tuple(links[: max(0, left)])))
        left -= len(links)
    return made


def _where(one: News, wanted: str, slug: str) -> Direct | None:
    sort = SORTS[one.kind]
    if not direct.enter(one.mission_id):
        return None
    subject = sort.load(one.mission_id, one.subject_id)
    if subject is None or not may(g.actor, sort.reads, subject) or not sort.still(subject, one):
        return None
    if sort.by_link is not None:
        straight = direct.to(
            KINDS[sort.by_link], one.subject_id, zone_id=one.zone_id, mission_id=one.mission_id, wanted=wanted
        )
        if straight is not None:
            return straight
    return Direct(one.kind, sort.page(subject, slug))


# -- each kind ----------------------------------------------------------------------------------


def _file(mission_id: uuid.UUID, file_id: uuid.UUID) -> File | None:
    row = files.get(file_id)
    return row if row is not None and row.mission_id == mission_id else None


def _of_file(row: File, slug: str) -> str:
    return link("files.get", company=slug, mission_id=row.mission_id, file_id=row.id)


def _of_version(row: AgreementVersion, slug: str) -> str:
    return link("agreement_versions.one", company=slug, mission_id=row.mission_id, version_id=row.id)


def _of_dates(row: DatesAmendment, slug: str) -> str:
    return link("agreement_dates.one", company=slug, mission_id=row.mission_id, amendment_id=row.id)


def _of_report(row: Report, slug: str) -> str:
    return link("report.one", company=slug, mission_id=row.mission_id, report_id=row.id)


def _of_action(row: Action, slug: str) -> str:
    page = link("roadmap.index", company=slug, mission_id=row.mission_id, strand=row.strand_id)
    return f"{page}#line-{row.id}"


def _of_objective(row: Objective, slug: str) -> str:
    page = link("objectives.index", company=slug, mission_id=row.mission_id, strand=row.strand_id)
    return f"{page}#objective-{row.id}"


def _to_do(row: Action, told: News) -> bool:
    """Theirs, for that day, and not said done or dropped meanwhile."""
    return (row.owner_id, row.due_on) == (told.contact_id, told.day) and row.state in (
        Progress.TODO,
        Progress.DOING,
    )


def _to_read(row: Objective, told: News) -> bool:
    """Nobody has entered a reading since it was due."""
    if row.observer_id != told.contact_id or row.closed_at is not None:
        return False
    return not any(p.at >= told.made_at for p in objectives.progress(row.id))


SORTS: dict[str, Sort] = {
    "agreement.refused": Sort(binding_load.version, Do.VERSION_READ, None, _of_version),
    "agreement.reopened": Sort(binding_load.version, Do.VERSION_READ, None, _of_version),
    "agreement.dates_changed": Sort(binding_load.dates, Do.MISSION_SEE, None, _of_dates),
    "objective.reading": Sort(
        objective_load.objective, Do.OBJECTIVE_PROGRESS, Do.OBJECTIVE_PROGRESS, _of_objective, _to_read
    ),
    "roadmap.due": Sort(roadmap_load.action, Do.ROADMAP_STATE, Do.ROADMAP_STATE, _of_action, _to_do),
    "reading.sealed": Sort(binding_load.version, Do.VERSION_READ, Do.VERSION_READ, _of_version),
    "reading.plan": Sort(_file, Do.FILE_READ, None, _of_file),
    "report.first": Sort(report_load.report, Do.REPORT_SEE, None, _of_report),
    "report.issued": Sort(report_load.report, Do.REPORT_SEE, None, _of_report),
}
assert SORTS.keys() == set(news.KINDS)  # noqa: S101 - a kind without words of its own would be told as nothing

"""What the context file's page shows, and what the report reads of it. All through the walls of whoever acts."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from tenants.actors import Actor
from tenants.db import db
from tenants.documents import files
from tenants.documents import operations as documents
from tenants.mission.context import positions, stage
from tenants.mission.context.headings import COMPANY
from tenants.mission.context.models import (
    AnswerDraft,
    ContextCopy,
    ContextQuestion,
    JobSheet,
    PositionGrid,
    PositionLine,
)
from tenants.mission.context.places import me, tellers
from tenants.mission.queries import Frame
from tenants.policy import Role
from tenants.zones import Audience


@dataclass(frozen=True)
class Told:
    """The job as one person tells it, by heading."""

    row: JobSheet
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """A question, and the acting person's own draft of its answer: document id and words, if there is one."""

    row: ContextQuestion
    draft_id: uuid.UUID | None = None
    draft: str = ""


@dataclass(frozen=True)
class Start:
    """One objective of the baseline: its wording then, and by person the step (0 to 3) and the words."""

    objective_id: uuid.UUID
    wording: str
    said: Mapping[uuid.UUID, tuple[int, str]]


@dataclass(frozen=True)
class Positions:
    """Where the starting position stands. ``mine``: the acting person's own lines, with their words."""

    grid: PositionGrid | None
    tellers: tuple[uuid.UUID, ...]
    mine: tuple[tuple[PositionLine, str], ...]
    revealed: tuple[Start, ...]

    @property
    def said(self) -> tuple[uuid.UUID, ...]:
        """Who has said it."""
        return tuple(self.grid.said_ids) if self.grid is not None else ()


@dataclass(frozen=True)
class Moved:
    """Something of the file that has changed: what it is, whose, when."""

    what: str
    who_id: uuid.UUID | None
    at: datetime


def sheets(frame: Frame, strand_id: uuid.UUID) -> list[Told]:
    """The job as mentee and manager tell it, the mentee first; those who left, last."""
    rows = list(
        db.session.scalars(
            select(JobSheet).where(JobSheet.company_id == frame.company_id, JobSheet.strand_id == strand_id)
        )
    )
    words = documents.current([r.document_id for r in rows]) if rows else {}
    order = tellers(frame, strand_id)
    rows.sort(key=lambda r: (order.index(r.author_id) if r.author_id in order else len(order), str(r.id)))
    return [Told(r, words.get(r.document_id, {})) for r in rows]


def copies(mission_id: uuid.UUID) -> list[ContextCopy]:
    """The company sheet first, then the mentors' pages."""
    rows = db.session.scalars(
        select(ContextCopy).where(ContextCopy.company_id == _company(), ContextCopy.mission_id == mission_id)
    )
    return sorted(rows, key=lambda c: (c.what != COMPANY, c.copied_at, str(c.id)))


def questions(strand_id: uuid.UUID, by: Actor) -> list[Asked]:
    """Those of a strand that the acting person reads, in the order in which they were asked."""
    rows = list(
        db.session.scalars(
            select(ContextQuestion)
            .where(
                ContextQuestion.company_id == _company(),
                ContextQuestion.strand_id == strand_id,
                ContextQuestion.withdrawn_at.is_(None),
            )
            .order_by(ContextQuestion.asked_at, ContextQuestion.id)
        )
    )
    mine = select(AnswerDraft).where(AnswerDraft.company_id == _company(), AnswerDraft.author_id == me(by))
    drafts = {d.question_id: d.document_id for d in db.session.scalars(mine)} if rows else {}
    words = documents.current(drafts.values()) if drafts else {}
    return [
        Asked(r, drafts.get(r.id), words.get(drafts[r.id], {}).get("text", "") if r.id in drafts else "")
        for r in rows
    ]


def starting(frame: Frame, strand_id: uuid.UUID, by: Actor) -> Positions:
    """Who has said it, the acting person's own lines, and what is revealed."""
    own = positions.of_author(strand_id, me(by))
    documents_of = [line.document_id for line in own if line.document_id is not None]
    words = documents.current(documents_of) if documents_of else {}
    order = _order(frame, strand_id)
    mine = sorted(own, key=lambda line: order.get(line.objective_id, len(order)))
    return Positions(
        grid=positions.grid(strand_id),
        tellers=tuple(tellers(frame, strand_id)),
        mine=tuple(
            (line, words.get(line.document_id, {}).get("text", "") if line.document_id else line.words)
            for line in mine
        ),
        revealed=tuple(baseline(strand_id, frame)),
    )


def baseline(strand_id: uuid.UUID, frame: Frame | None = None) -> list[Start]:
    """Where the mentee started, objective by objective, once revealed: what the report reads. Nothing before."""
    rows = db.session.scalars(
        select(PositionLine)
        .where(
            PositionLine.company_id == _company(), PositionLine.strand_id == strand_id,
            PositionLine.revealed_at.is_not(None),
        )
        .order_by(PositionLine.id)
    )  # fmt: skip
    found: dict[uuid.UUID, list[PositionLine]] = {}
    for row in rows:
        found.setdefault(row.objective_id, []).append(row)
    order = _order(frame, strand_id) if frame is not None else {}
    return [
        Start(objective, lines[0].wording, {x.author_id: (x.step or 0, x.words) for x in lines})
        for objective, lines in sorted(found.items(), key=lambda told: order.get(told[0], len(order)))
    ]


def moved_since(frame: Frame, strand_id: uuid.UUID, at: datetime) -> list[Moved]:
    """What changed in the file after that time, the latest first: what all of its readers may know."""
    shared = [z for z in frame.zones.values() if z.audience in (Audience.EVERYONE, Audience.PARTIES)]
    zones = {z.id for z in shared}
    found = [
        Moved("sheet", t.row.author_id, t.row.moved_at) for t in sheets(frame, strand_id) if t.row.moved_at
    ]
    found += [Moved(c.what, c.copied_by, c.copied_at) for c in copies(frame.id)]
    asked = db.session.scalars(
        select(ContextQuestion).where(
            ContextQuestion.company_id == _company(), ContextQuestion.strand_id == strand_id,
            ContextQuestion.withdrawn_at.is_(None),
        )
    )  # fmt: skip
    found += [Moved("answer", q.to_id, q.confirmed_at or q.answered_at) for q in asked if q.answered_at]
    found += [Moved("file", f.by_id, f.at) for f in files.of(frame.id, "context") if f.zone_id in zones]
    return sorted((m for m in found if m.at > at), key=lambda m: m.at, reverse=True)


def has_direction(frame: Frame) -> bool:
    """Whether somebody takes part as direction: without one, no note is kept apart for them."""
    return bool(frame.sitting(roles=(Role.SPONSOR,)))


def _order(frame: Frame, strand_id: uuid.UUID) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        text(
            "select id from objective where company_id = :c and mission_id = :m"
            " and (strand_id is null or strand_id = :s) order by strand_id is not null, position, created_at, id"
        ),
        {"c": frame.company_id, "m": frame.id, "s": strand_id},
    )
    return {row.id: n for n, row in enumerate(rows)}


def _company() -> uuid.UUID:
    company: uuid.UUID = db.session.info["acting"].company
    return company


__all__ = ["stage"]

"""The rows of the context file. Each is content, in a zone; the two sheets written once have walls of their own.

A position stands in a zone of its author's until ``reveal_positions`` (migration 0018) moves all of a strand at once.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, now, within


class JobSheet(TenantRow, Model):
    """The mentee's job as one person tells it, under the headings of ``headings.HEADINGS``; its words in a document."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    moved_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        Index("ix_job_sheet_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "strand_id", "author_id", unique=True),
        Index(None, "company_id", "mission_id"),
    )


class CompanySheet(Model):
    """The company as its missions describe it: one for all of them. Mentors and directions alone reach it."""

    company_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("company.id"), primary_key=True)
    texts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    written_at: Mapped[datetime] = mapped_column(default=now)
    written_by: Mapped[uuid.UUID]
    revision: Mapped[int] = mapped_column(default=1)
    __table_args__ = (within("contact", "written_by"),)


class MentorPage(Model):
    """What a mentor has done, written once for all their missions: nobody else reaches it, missions hold copies."""

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    texts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    written_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)


class ContextCopy(TenantRow, Model):
    """The company sheet, or a mentor's page, as it stood on a day: what a mission reads of it.

    ``about_id``: the mentor; for the company sheet, the company. ``written_at``: of the source that was copied.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    what: Mapped[str]
    about_id: Mapped[uuid.UUID]
    texts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    written_at: Mapped[datetime]
    copied_at: Mapped[datetime] = mapped_column(default=now)
    copied_by: Mapped[uuid.UUID]
    __table_args__ = (
        CheckConstraint("what in ('company', 'mentor')", name="what"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "copied_by"),
        Index("ix_context_copy_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id", "what", "about_id", unique=True),
    )


class ContextQuestion(TenantRow, Model):
    """A question of the mentor's to one person, and its answer once there is one.

    ``heard_on``: the mentor wrote the answer for that person, after that day's talk; it counts once ``confirmed_at``.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    asked_by: Mapped[uuid.UUID]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    to_id: Mapped[uuid.UUID]
    words: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    heard_on: Mapped[date | None]
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("(answer = '') = (answered_at is null)", name="answered"),
        CheckConstraint("heard_on is null or answered_at is not null", name="heard"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "asked_by"),
        within("contact", "to_id"),
        Index("ix_context_question_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id"),
        Index(None, "company_id", "strand_id"),
    )

    @property
    def counts(self) -> bool:
        """Answered by whoever was asked; written for them, confirmed by them."""
        return self.answered_at is not None and (self.heard_on is None or self.confirmed_at is not None)


class AnswerDraft(TenantRow, Model):
    """An answer being written, read by its author alone until it is given."""

    zone_id: Mapped[uuid.UUID]
    question_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    __table_args__ = (
        within("zone", "zone_id"),
        within("context_question", "question_id", ondelete="CASCADE"),
        within("contact", "author_id"),
        Index("ix_answer_draft_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "question_id", "author_id", unique=True),
    )


class StrategicNote(TenantRow, Model):
    """What mentor and direction alone know of the stakes; its words in a document that both write."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    moved_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "author_id"),
        Index("ix_strategic_note_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id", unique=True),
    )


class Understanding(TenantRow, Model):
    """« Lu et compris »: that a mentor has read the file of a strand, and when for the last time."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "contact_id"),
        Index("ix_understanding_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "strand_id", "contact_id", unique=True),
    )


class PositionGrid(TenantRow, Model):
    """Who has said where the mentee starts, and when all of it appeared: what the parties know before the reveal."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    said_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(UUID(as_uuid=True)), default=list)
    revealed_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        Index("ix_position_grid_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "strand_id", unique=True),
    )


class PositionLine(TenantRow, Model):
    """Where the mentee starts on one objective, as one person sees it: a step of four, and words.

    ``wording``: the objective as it was then. ``document_id``: while it is written; ``words``: once said.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    strand_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    objective_id: Mapped[uuid.UUID]
    wording: Mapped[str]
    step: Mapped[int | None]
    document_id: Mapped[uuid.UUID | None]
    words: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint("step between 0 and 3", name="step"),
        CheckConstraint("document_id is null or said_at is null", name="writing"),
        CheckConstraint("revealed_at is null or said_at is not null", name="revealed"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("strand", "strand_id"),
        within("contact", "author_id"),
        Index("ix_position_line_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "strand_id", "author_id", "objective_id", unique=True),
    )


walls.declare("mentor_page", walls.Policy("self", f"person_id = {walls.PERSON}"))
walls.declare(
    "company_sheet",
    walls.ROWS,
    walls.Policy("writers", "(SELECT writes_company_sheet())", (walls.APP,), restrictive=True),
)
# Another's positions are moved by the definer function alone, whoever acts.
_REVEALED = walls.Policy("revealed", "true", (walls.SYSTEM,), command="UPDATE")
for _table in ("position_line", "position_grid"):
    walls.declare(_table, walls.ROWS, _REVEALED)

"""The three texts, the expectations, who is ready, when they are revealed, the divergences. Shared rows share one zone.

An expectation alone stands in a zone of its author's until it is revealed: its walls open by ``reveal_expectations``
(migration 0016), which no author can be kept from nor anybody hasten.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, now, within


class AgreementText(TenantRow, Model):
    """The request, its reformulation or the agreed sentence: one of each in a mission, its words in a document.

    ``author_id`` began it. ``for_id``: the request was written for that person, after the talk of ``heard_on``, and
    counts once they have confirmed it. ``kept_at``: « retenue »; ``moved_at``: its words last changed.
    ``locked_at``: a version is proposed, nobody writes it meanwhile.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    what: Mapped[str]
    document_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    for_id: Mapped[uuid.UUID | None]
    heard_on: Mapped[date | None]
    begun_at: Mapped[datetime] = mapped_column(default=now)
    moved_at: Mapped[datetime | None]
    moved_by: Mapped[uuid.UUID | None]
    kept_at: Mapped[datetime | None]
    kept_by: Mapped[uuid.UUID | None]
    confirmed_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("what in ('request', 'reformulation', 'sentence')", name="what"),
        CheckConstraint("(for_id is null) = (heard_on is null)", name="heard"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "author_id"),
        within("contact", "for_id"),
        Index("ix_agreement_text_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id", "what", unique=True),
    )


class AgreementChange(TenantRow, Model):
    """One line of a text's history: what was done, by whom, when, and the words before and after."""

    zone_id: Mapped[uuid.UUID]
    text_id: Mapped[uuid.UUID]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    act: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    also_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(UUID(as_uuid=True)), default=list)
    __table_args__ = (
        within("zone", "zone_id"),
        within("agreement_text", "text_id", ondelete="CASCADE"),
        within("contact", "by_id"),
        Index("ix_agreement_change_zone", "company_id", "zone_id", "text_id"),
        Index(None, "company_id", "text_id"),
    )


class Expectation(TenantRow, Model):
    """What one person expects, under the five headings. ``document_id``: while they write it; ``texts``: once ready.

    ``revealed_at`` None: in a zone of its author's, where nobody else finds it.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID | None]
    texts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    ready_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("document_id is null or ready_at is null", name="writing"),
        CheckConstraint("revealed_at is null or ready_at is not null", name="revealed"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "author_id"),
        Index("ix_expectation_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id", "author_id", unique=True),
    )


class Readiness(TenantRow, Model):
    """That a person has said « prêt »: all that the others know of what they expect. Taken back, the row goes."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "contact_id"),
        Index("ix_readiness_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id", "contact_id", unique=True),
    )


class Reveal(TenantRow, Model):
    """When the expectations of a mission appear: the date that was told to all, if one was; when they did, by whose act."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    due_on: Mapped[date | None]
    told_at: Mapped[datetime | None]
    told_by: Mapped[uuid.UUID | None]
    revealed_at: Mapped[datetime | None]
    revealed_by: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint("(due_on is null) = (told_at is null)", name="told"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        Index("ix_reveal_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id", unique=True),
    )


class Divergence(TenantRow, Model):
    """« Écart »: a sentence on one of the five headings, for the first meeting, and what was made of it.

    ``outcome``: ``agreed`` (what, in ``answer``), ``dismissed`` (why), ``postponed`` (to ``postponed_to``), None: open.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    heading: Mapped[str]
    words: Mapped[str]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    outcome: Mapped[str | None]
    answer: Mapped[str] = mapped_column(default="")
    postponed_to: Mapped[date | None]
    settled_by: Mapped[uuid.UUID | None]
    settled_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint("outcome in ('agreed', 'dismissed', 'postponed')", name="outcome"),
        CheckConstraint("(outcome is null) = (settled_at is null)", name="settled"),
        CheckConstraint("(outcome = 'postponed') = (postponed_to is not null)", name="postponed"),
        CheckConstraint("outcome is null or outcome = 'postponed' or answer <> ''", name="answer"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "by_id"),
        Index("ix_divergence_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "mission_id"),
    )


# Another's expectations are moved by the definer function alone, whoever acts.
_REVEALED = walls.Policy("revealed", "true", (walls.SYSTEM,), command="UPDATE")
for _table in ("expectation", "reveal"):
    walls.declare(_table, walls.ROWS, _REVEALED)

"""Document, its append-only log, its snapshot and the text folded from it. All carry the zone of what they serve.

Why the log has no foreign key to a person or a document: each would cost every keystroke a look-up and a lock, and a
row gets in only by joining its document in the same statement (see migration 0006, ``append_updates``).
"""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, PrimaryKeyConstraint
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, now, within


class Document(TenantRow, Model):
    """One co-edited text of one thing. ``frozen_at``: read, no longer written. ``ended_why``: replaced or withdrawn."""

    zone_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    frozen_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    next_id: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint("ended_why in ('replaced', 'withdrawn')", name="why"),
        within("zone", "zone_id"),
        Index("ix_document_zone", "company_id", "zone_id", "id"),
        Index(None, "company_id", "subject_id"),
    )

    @property
    def open(self) -> bool:
        """Whether somebody who may write may write now."""
        return self.frozen_at is None and self.ended_why is None


class Update(Model):
    """One committed update, by whom, when. Ids of one document grow in the order of commits."""

    __tablename__ = "document_update"
    company_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    zone_id: Mapped[uuid.UUID]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    contact_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now, server_default="now()")
    __table_args__ = (PrimaryKeyConstraint("company_id", "document_id", "id"),)


class Snapshot(Model):
    """The updates up to ``head``, as one. Every document has one: its seed is the first."""

    __tablename__ = "document_snapshot"
    company_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    zone_id: Mapped[uuid.UUID]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    head: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "document_id"),
        within("document", "document_id", ondelete="CASCADE"),
    )


class DocumentText(Model):
    """One root as text, folded up to ``head``. ``settled_text``: what the history has; ``writers``: who changed it since."""

    company_id: Mapped[uuid.UUID]
    document_id: Mapped[uuid.UUID]
    root: Mapped[str]
    zone_id: Mapped[uuid.UUID]
    text: Mapped[str]
    hash: Mapped[str]
    head: Mapped[int] = mapped_column(BigInteger)
    settled_text: Mapped[str]
    settled_head: Mapped[int] = mapped_column(BigInteger)
    writers: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(UUID(as_uuid=True)), default=list)
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "document_id", "root"),
        within("document", "document_id", ondelete="CASCADE"),
        Index("ix_document_text_zone", "company_id", "zone_id", "document_id"),
    )


class PresenceHidden(Model):
    """``contact_id`` does not show ``hidden_from_id`` where they are: neither roster, nor section, nor caret.

    Only the one who hides can read the row: to be hidden from is not to be known.
    """

    company_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    hidden_from_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "contact_id", "hidden_from_id"),
        CheckConstraint("contact_id <> hidden_from_id", name="other"),
        within("contact", "contact_id"),
        within("contact", "hidden_from_id"),
    )


for _table in ("document", "document_update"):
    walls.declare(_table, walls.ROWS, walls.LOG, walls.ERASED)
walls.declare("document_snapshot", walls.ROWS, walls.LOG)
walls.declare("document_text", walls.ROWS, walls.Policy("live_rows", "true", (walls.LIVE,), command="SELECT"))
_MINE = walls.Policy("own", "contact_id = (SELECT acting_contact())", (walls.APP,), restrictive=True)
walls.declare("presence_hidden", walls.ROWS, _MINE)

"""Files: what somebody sent, and what was printed and sealed. The bytes lie elsewhere, under a random name.

A file is read by the readers of its zone. It is never changed: another one takes its place; what was brought to a line
of a roadmap goes with it. What is taken away leaves
its stored name behind in ``erased_file``, by which the worker erases the bytes.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, select, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.actors import Actor
from tenants.db import Model, TenantRow, db, now, within
from tenants.events import defer
from tenants.once import add_once
from tenants.refusals import Incorrect

PURPOSES = ("context", "annex", "contribution", "paper", "agreement", "plan", "report")


class File(TenantRow, Model):
    """``name`` is cleaned, ``type`` is what the content says, ``size`` in bytes, ``stored`` the name of the bytes."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    purpose: Mapped[str]
    name: Mapped[str]
    type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    stored: Mapped[str] = mapped_column(unique=True)
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint(f"purpose in {PURPOSES}", name="purpose"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(sha256) = 32", name="sha256"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "by_id"),
        Index("ix_file_zone", "company_id", "zone_id"),
        Index("ix_file_mission", "company_id", "mission_id", "purpose"),
    )

    @property
    def author_id(self) -> uuid.UUID:
        """Who sent it."""
        return self.by_id


class Seal(TenantRow, Model):
    """What makes a file an official document: its number, of what it is the print, the hash of the text, the key.

    ``id`` is the file's. ``sha256`` again, so that a file brought back is known by its bytes alone.
    """

    zone_id: Mapped[uuid.UUID]
    purpose: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    number: Mapped[str]
    version: Mapped[int]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[uuid.UUID]
    timestamped: Mapped[bool]
    pages: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        within("file", "id", ondelete="CASCADE"),
        within("zone", "zone_id"),
        Index(None, "company_id", "purpose", "subject_id", unique=True),
        Index(None, "company_id", "number", unique=True),
        Index("ix_seal_zone", "company_id", "zone_id"),
        Index(None, "sha256"),
    )


class Numbering(Model):
    """The last number given to a kind of document in a year: counted under the row's lock, so without a hole."""

    company_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class ErasedFile(Model):
    """The stored name of bytes that no row names any more: the worker's to erase. Written by a trigger."""

    stored: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)


_SYSTEM = walls.Policy("system_rows", "true", (walls.SYSTEM,))
# Moved by move_file() alone (0032), which goes with what the file was brought to.
_MOVED = walls.Policy("moved", "true", (walls.SYSTEM,), command="UPDATE")
walls.declare("file", walls.ROWS, walls.ERASED, _MOVED)
walls.declare("seal", walls.ROWS, walls.ERASED)
walls.declare("numbering", walls.ROWS, _SYSTEM)
walls.declare("erased_file", walls.Policy("jobs_rows", "true", (walls.JOBS,)), _SYSTEM)


@dataclass(frozen=True)
class Bytes:
    """Bytes that are already kept: their type by content, their size, their hash, the name to find them by."""

    type: str
    size: int
    sha256: bytes
    stored: str


@dataclass(frozen=True)
class Sealed:
    """An official document: the file and its seal."""

    file: File
    number: str
    version: int
    pages: int
    timestamped: bool
    at: datetime


def add(
    kept: Bytes,
    *,
    id: uuid.UUID,  # noqa: A002  the form's own
    mission_id: uuid.UUID,
    zone_id: uuid.UUID,
    purpose: str,
    name: str,
    by: uuid.UUID,
) -> tuple[File, bool]:
    """The row of bytes just kept, and whether it is new: the same id sent again gives the first one back.

    Raises Incorrect (``file.taken``) where that id is another mission's or nobody's to see.
    """
    values = {
        "company_id": db.session.info["acting"].company,
        "id": id,
        "zone_id": zone_id,
        "mission_id": mission_id,
        "purpose": purpose,
        "name": name,
        "by_id": by,
        "at": now(),
    }
    new = add_once(File, **values, **vars(kept))
    row = get(id)
    if row is None or row.mission_id != mission_id or (row.by_id, row.purpose) != (by, purpose):
        raise Incorrect("file.taken", field="file")
    return row, new


def get(file_id: uuid.UUID) -> File | None:
    """A file that the acting person reads."""
    return db.session.scalar(select(File).where(File.id == file_id))


def of(mission_id: uuid.UUID, *purposes: str) -> list[File]:
    """Those of a mission that the acting person reads, in the order in which they came."""
    rows = select(File).where(File.mission_id == mission_id).order_by(File.at, File.id)
    return list(db.session.scalars(rows.where(File.purpose.in_(purposes)) if purposes else rows))


def erase(row: File, *, by: Actor | None = None) -> None:
    """Take it away: the row in this transaction, the bytes soon after. A sealed document is not taken away so."""
    db.session.delete(row)
    db.session.flush()
    defer("sweep_files")


def move(file_id: uuid.UUID, zone_id: uuid.UUID) -> None:
    """With what it was brought to, from one zone that the acting person reads to another. Raises ValueError otherwise."""
    row = get(file_id)
    moved = db.session.scalar(text("select move_file(:f, :z)"), {"f": file_id, "z": zone_id})
    if row is None or not moved:
        raise ValueError(f"file {file_id} is nothing that was brought, or not the actor's to move")
    db.session.refresh(row)


def sealed(*, purpose: str, subject_id: uuid.UUID) -> Sealed | None:
    """The official document of a thing (a version of the agreement); None while it is still being made."""
    rows = (
        select(File, Seal)
        .join(Seal, (Seal.company_id == File.company_id) & (Seal.id == File.id))
        .where(Seal.purpose == purpose, Seal.subject_id == subject_id)
    )
    found = db.session.execute(rows).one_or_none()
    if found is None:
        return None
    file, seal = found
    return Sealed(file, seal.number, seal.version, seal.pages, seal.timestamped, seal.at)


def next_number(kind: str, year: int) -> str:
    """« ACC-2026-001 », taken in this transaction: another one that numbers waits, and a failure gives it back."""
    count: int = db.session.execute(text("select next_number(:k, :y)"), {"k": kind, "y": year}).scalar_one()
    return f"{kind}-{year}-{count:03}"


def known(sha256: bytes) -> dict[str, Any] | None:
    """What anybody may know of a file that they hold, by its bytes: kind, number, version, firm, moment. No text."""
    row = db.session.execute(text("select * from sealed_file(:h)"), {"h": sha256}).one_or_none()
    return dict(row._mapping) if row is not None else None  # noqa: SLF001 - SQLAlchemy's own name for it


def firm_of_seal(fingerprint: bytes) -> str | None:
    """The firm whose seal it is, by the SHA-256 of the certificate; None: no firm of this house."""
    found: str | None = db.session.execute(text("select firm_of_seal(:f)"), {"f": fingerprint}).scalar_one()
    return found

"""The key with which a firm seals its documents: made for it, replaced by its owner. One is in force at a time.

The private key lies encrypted; the application reads neither it nor the table, only what the functions below tell.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.actors import Actor
from tenants.db import Model, db, new_id, now
from tenants.firm.models import Firm
from tenants.refusals import Incorrect


class FirmKey(Model):
    """``certificates``: PEM, that of the seal first, its issuers after. ``fingerprint``: SHA-256 of the first.

    ``origin``: ``made`` by this service, not known in advance to PDF readers, or ``given`` by the firm.
    """

    firm_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("firm.id", ondelete="CASCADE"))
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    origin: Mapped[str]
    certificates: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("origin in ('made', 'given')", name="origin"),
        Index("ix_firm_key_in_force", "firm_id", unique=True, postgresql_where=text("until_at is null")),
        Index(None, "firm_id"),
    )


walls.declare("firm_key", walls.Policy("system_rows", "true", (walls.SYSTEM,)))


@dataclass(frozen=True)
class InForce:
    """What a firm's staff see of the key in force."""

    origin: str
    certificates: str
    fingerprint: bytes
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Key:
    """A key ready to be kept: certificates in PEM, the private key encrypted."""

    id: uuid.UUID
    certificates: str
    fingerprint: bytes
    secret: bytes
    expires_at: datetime


def in_force(firm: Firm) -> InForce | None:
    """None until the first one is made."""
    row = db.session.execute(text("select * from firm_seal(:f)"), {"f": firm.id}).one_or_none()
    return InForce(*row) if row is not None else None


def replace(firm: Firm, key: Key, *, by: Actor) -> None:
    """Seal with this one from now on; what was sealed before keeps its own.

    Raises Incorrect (``seal.known``) for a certificate that is or was already a firm's, again the same one included.
    """
    values = {
        "f": firm.id,
        "i": key.id,
        "c": key.certificates,
        "p": key.fingerprint,
        "s": key.secret,
        "e": key.expires_at,
    }
    said = db.session.execute(text("select replace_firm_key(:f, :i, :c, :p, :s, :e)"), values).scalar_one()
    if not said:
        raise Incorrect("seal.known", field="file")

"""Firm and Staff. Walled by the firms of the acting person, derived from staff itself by ``my_firms()``."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, new_id, now


class Firm(Model):
    """A consulting firm. ``name`` is what mails and pages call it."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def firm_id(self) -> uuid.UUID:
        """A firm is its own subject."""
        return self.id


class Staff(Model):
    """A person of the firm: ``owner`` or ``coordinator``, until they leave. Mentors are not staff by that fact.

    ``person_id`` is None until the invitation is accepted; the token's hash is the worker's to write.
    """

    firm_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("firm.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    accepted_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("role in ('owner', 'coordinator')", name="role"),
        Index(None, "person_id"),
    )


_SYSTEM = walls.Policy("system_rows", "true", (walls.SYSTEM,))  # found_firm, issue and accept an invitation
walls.declare("staff", walls.Policy("firm_wall", f"firm_id = ANY ({walls.FIRMS})"), _SYSTEM)
walls.declare("firm", walls.Policy("firm_wall", f"id = ANY ({walls.FIRMS})", command="SELECT"), _SYSTEM)

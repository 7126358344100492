"""Accepting to be a firm's staff."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tenants.db import db, new_id
from tenants.people import notice
from tenants.policy import Role


@dataclass(frozen=True)
class StaffInvited:
    """What it says to whoever holds it. ``already``: the person signed in is that firm's staff; the rest as for a mission."""

    outcome: str
    firm_id: uuid.UUID
    firm: str
    name: str
    address: str
    role: Role
    expires_at: datetime | None
    for_me: bool
    known: bool
    already: bool


@dataclass(frozen=True)
class StaffAccepted:
    """``outcome`` accepted, or why not: gone, used, revoked, expired, sign_in, other_person, already, confirm."""

    outcome: str
    person: uuid.UUID | None
    firm: uuid.UUID | None


def invited_by(token_hash: bytes) -> StaffInvited | None:
    """The invitation of that token. None: there is none."""
    row = db.session.execute(text("select * from staff_invitation_facts(:t)"), {"t": token_hash}).one()
    if row.outcome == "gone":
        return None
    return StaffInvited(**{**row._mapping, "role": Role(row.role)})  # noqa: SLF001 - SQLAlchemy's public name


def accept(token_hash: bytes, *, name: str, confirmed: bool = False) -> StaffAccepted:
    """Accept, as the person signed in or as a new one, having read the notice; enters every company of the firm."""
    values = {"t": token_hash, "p": new_id(), "name": name, "n": notice.VERSION, "ok": confirmed}
    try:
        with db.session.begin_nested():
            row = db.session.execute(
                text("select * from accept_staff_invitation(:t, :p, :name, :n, :ok)"), values
            ).one()
    except IntegrityError:  # somebody has just made an account with that address
        return StaffAccepted("sign_in", None, None)
    return StaffAccepted(row.outcome, row.person, row.firm)

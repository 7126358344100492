"""Who works for a firm: invited by an owner, entering by accepting, leaving at once."""

import uuid
from datetime import timedelta

from sqlalchemy import select, text

from tenants.actors import Actor
from tenants.db import db, now
from tenants.events import defer, tell
from tenants.firm.models import Firm, Staff
from tenants.once import add_once
from tenants.people.addresses import normal
from tenants.policy import Role
from tenants.refusals import Incorrect, Refused

INVITED_FOR = timedelta(days=14)


def invite(
    firm: Firm,
    *,
    id: uuid.UUID,  # noqa: A002  the form's own
    name: str,
    address: str,
    role: Role,
    by: Actor,
) -> None:
    """Invite somebody as owner or coordinator. Again with the same id: nothing more happens.

    Raises Incorrect (``staff.known``) where that address is already theirs or invited.
    """
    if role not in (Role.OWNER, Role.COORDINATOR):
        raise Incorrect("staff.role", field="role")
    same = select(Staff.id).where(
        Staff.firm_id == firm.id,
        Staff.address == normal(address),
        Staff.until_at.is_(None),
        Staff.id != id,
    )
    if db.session.scalar(same):
        raise Incorrect("staff.known", field="address")
    values = {
        "firm_id": firm.id,
        "id": id,
        "role": role,
        "name": name,
        "address": normal(address),
        "expires_at": now() + INVITED_FOR,
    }
    if add_once(Staff, **values):
        defer("staff_invitation", staff_id=id)


def invite_again(member: Staff, *, by: Actor) -> None:
    """A new link, the one sent before opens nothing any more. Raises Refused once accepted or ended."""
    if member.accepted_at or member.until_at:
        raise Refused("invitation.answered")
    member.token_hash, member.expires_at = None, now() + INVITED_FOR
    defer("staff_invitation", staff_id=member.id)


def end(member: Staff, *, by: Actor) -> None:
    """They are staff no more, at once, sockets included. Raises Refused for the last owner. Harmless again.

    Every owner's row is locked first, in one order: two owners who end each other at once leave one.
    """
    owners = db.session.scalars(
        select(Staff.id)
        .where(
            Staff.firm_id == member.firm_id,
            Staff.role == Role.OWNER,
            Staff.accepted_at.is_not(None),
            Staff.until_at.is_(None),
        )
        .order_by(Staff.id)
        .with_for_update()
    ).all()
    if member.until_at is not None:
        return
    if list(owners) == [member.id]:
        raise Refused("staff.last_owner")
    member.until_at, member.token_hash = now(), None
    if member.person_id:
        tell(f"revoked person {member.person_id}")


def found(connection: object, *, name: str, owner: str, address: str) -> uuid.UUID:
    """Make a firm and invite its owner, on the owner role's connection (the command line's alone). The staff row's id."""
    firm_id, staff_id = uuid.uuid4(), uuid.uuid4()
    connection.execute(  # type: ignore[attr-defined]
        "select found_firm(%s, %s, %s, %s, %s)", (firm_id, name, staff_id, owner, normal(address))
    )
    return staff_id


def open_company(
    firm: Firm,
    *,
    id: uuid.UUID,  # noqa: A002  the form's own
    name: str,
    base: str,
    by: Actor,
) -> tuple[uuid.UUID, str] | None:
    """Open a client company; every staff member enters it. Its id and slug, the same again for the same id.

    From then on the transaction acts in that company, as the contact who opened it. None: that id is another firm's.
    """
    row = db.session.execute(
        text("select * from open_company(:i, :f, :n, :b)"), {"i": id, "f": firm.id, "n": name, "b": base}
    ).one()
    return (row.company, row.slug) if row.company else None

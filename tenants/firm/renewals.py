"""New means of signing in for somebody who lost theirs: an owner's act, for the firm's staff and its missions' mentors.

It opens nothing by itself: what is set up is set up by the person, who comes by a code of their own mailbox, 48 hours
later at the earliest. Every address of theirs and the other owners are told at once.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.events import tell
from tenants.people.addresses import normal
from tenants.policy import Role

SHOWN_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Renewable:
    """Somebody for whom an owner of ``firm_id`` may authorise it, and what was last authorised there (None: nothing)."""

    firm_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    role: Role
    id: uuid.UUID | None
    by_name: str | None
    asked_at: datetime | None
    from_at: datetime | None
    until_at: datetime | None
    used_at: datetime | None
    ended_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it can still be used."""
        over = self.used_at is not None or self.ended_at is not None
        return self.until_at is not None and not over and self.until_at > now()

    @property
    def lately(self) -> bool:
        """Whether it is worth a line."""
        return self.asked_at is not None and self.asked_at > now() - SHOWN_FOR


def people(firm_id: uuid.UUID) -> list[Renewable]:
    """Owners, coordinators, mentors of the firm's missions, whoever asks excepted; nobody for who is no owner."""
    rows = db.session.execute(text("select * from renewable(:f)"), {"f": firm_id}).mappings()
    return [Renewable(**{**row, "firm_id": firm_id, "role": Role(row["role"])}) for row in rows]


def person(firm_id: uuid.UUID, person_id: uuid.UUID) -> Renewable | None:
    """One of them."""
    return next((p for p in people(firm_id) if p.person_id == person_id), None)


def authorise(whom: Renewable, *, by: Actor) -> None:
    """From here on all their sign-ins are ended. Again while one is open: nothing more happens."""
    values = {"i": new_id(), "f": whom.firm_id, "p": whom.person_id}
    for ended in db.session.scalars(text("select authorise_renewal(:i, :f, :p)"), values):
        tell(f"revoked sign-in {ended}")


def take_back(whom: Renewable, *, by: Actor) -> None:
    """It can be used no more. Harmless again."""
    db.session.execute(text("select take_back_renewal(:f, :p)"), {"f": whom.firm_id, "p": whom.person_id})


def renew_owner(connection: object, address: str) -> list[uuid.UUID] | None:
    """The same for an owner, on the owner role's connection (the command line's alone). The sign-ins that it ends.

    None: no owner of a firm has that address.
    """
    row = connection.execute(  # type: ignore[attr-defined]
        "select renew_owner(%s, %s)", (uuid.uuid4(), normal(address))
    ).fetchone()
    ended: list[uuid.UUID] | None = row[0]
    return ended

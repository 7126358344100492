"""« Le lui rappeler »: in the service's name, never a party's, and once a day at most for one wait."""

import uuid
from datetime import timedelta

from sqlalchemy import select, text

from tenants import walls
from tenants.actors import Actor
from tenants.awaited import Awaited
from tenants.db import db, now
from tenants.refusals import Limited, Refused

PAUSE = timedelta(days=1)


def waiting(awaited_id: uuid.UUID) -> Awaited | None:
    """A wait that the acting person may read of, through the walls."""
    company = walls.acting(db.session).company
    asked = select(Awaited).where(Awaited.company_id == company, Awaited.id == awaited_id)
    return db.session.scalar(asked)


def remind(wait: Awaited, *, by: Actor) -> None:
    """Have whoever is awaited told by the service's next mail.

    Raises Limited ``reminder.sent`` (until) within a day of the last one, Refused ``reminder.own`` for one's own wait.
    """
    if wait.contact_id == by.contact_id:
        raise Refused("reminder.own")
    moment = now()
    if wait.reminded_at is not None and moment < wait.reminded_at + PAUSE:
        raise Limited("reminder.sent", until=wait.reminded_at + PAUSE, reminded_at=wait.reminded_at)
    wait.reminded_at = moment
    db.session.flush()
    db.session.execute(text("select remind(:a)"), {"a": wait.id})

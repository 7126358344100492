"""One-time tasks: one act on one thing, by one person, without an account; the link that opens it is all their proof.

``enter()`` gives the transaction of ``/t/<token>`` that contact, in that company, while the task is open and they still
sit in its mission; ``Actor.only`` is what ``may()`` then judges. The worker makes a token as it sends it, and keeps its
hash. What was used, has expired or was revoked opens nothing: ``told`` says which, and names nothing of the mission.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, db, new_id, now, within
from tenants.people import tokens
from tenants.policy import Do

LASTS = timedelta(days=30)  # at most; less where the subject has a date of its own


class Task(TenantRow, Model):
    """``contact_id`` may do ``do`` to ``subject_id``, which stands in that zone. ``made_by``: as whom the link was sent."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    do: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    token_hash: Mapped[bytes]
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "contact_id"),
        within("contact", "made_by"),
        Index("uq_task_token", "token_hash", unique=True),
        Index("ix_task_zone", "company_id", "zone_id"),
        Index(None, "company_id", "contact_id", "do", "subject_id"),
    )

    @property
    def only(self) -> tuple[Do, uuid.UUID]:
        """The one thing that it allows."""
        return Do(self.do), self.subject_id


# One's own alone, whoever else reads the thing; spent and revoked across companies by the functions of 0023.
_MINE = walls.Policy("own_task", "contact_id = (SELECT acting_contact())", (walls.APP,), restrictive=True)
walls.declare("task", walls.ROWS, _MINE, walls.Policy("system_rows", "true", (walls.SYSTEM,)))


@dataclass(frozen=True)
class Told:
    """What a link is, for whoever opens it: ``open``, ``used``, ``expired``, ``revoked`` or ``ended`` (no longer there)."""

    state: str
    do: str
    given: str
    firm: str
    company: str
    language: str
    used_at: datetime | None


@dataclass(frozen=True)
class Sent:
    """A link that was sent to the acting person, as their profile lists it. No content."""

    id: uuid.UUID
    company: str
    firm: str
    do: str
    made_at: datetime
    expires_at: datetime
    state: str


def issue(
    do: Do,
    subject_id: uuid.UUID,
    *,
    zone_id: uuid.UUID,
    mission_id: uuid.UUID,
    until: datetime | None = None,
) -> str:
    """A task of the acting contact's own; its token, which is kept nowhere. Links sent before stay good until one is used.

    ``until``: the subject's own date, if it is sooner than a month from now.
    """
    acting = walls.acting(db.session)
    token, latest = tokens.new_token(), now() + LASTS
    db.session.add(
        Task(
            company_id=acting.company, id=new_id(), zone_id=zone_id, mission_id=mission_id, contact_id=acting.contact,
            do=do, subject_id=subject_id, token_hash=tokens.task_hash(token), made_by=acting.contact,
            expires_at=min(until or latest, latest),
        )
    )  # fmt: skip
    db.session.flush()
    return token


def opened(token_hash: bytes) -> Task | None:
    """The task by which the present transaction acts; None when its zone is no longer theirs."""
    asked = select(Task).where(
        Task.company_id == walls.acting(db.session).company, Task.token_hash == token_hash
    )
    return db.session.scalar(asked)


def take(task: Task) -> bool:
    """Hold it until the end of the transaction. Whether it is still to be used: of two at once, one."""
    asked = select(Task).where(Task.company_id == task.company_id, Task.id == task.id)
    row = db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    return row is not None and row.used_at is None and row.revoked_at is None


def spend(task: Task) -> None:
    """It was done: neither this link nor another one to the same thing does it again."""
    _same(task, used_at=now())


def revoke(task: Task) -> None:
    """Neither this link nor another one to the same thing opens any more."""
    _same(task, revoked_at=now())


def told(token_hash: bytes) -> Told | None:
    """What became of a link; None: there never was one."""
    row = db.session.execute(text("select * from task_told(:h)"), {"h": token_hash}).mappings().one()
    return Told(**row) if row["state"] else None


def sent() -> list[Sent]:
    """The links that the acting person was sent, in every company, the latest first."""
    return [Sent(**row) for row in db.session.execute(text("select * from my_tasks()")).mappings()]


def revoke_mine(task_id: uuid.UUID) -> bool:
    """One of the acting person's own, wherever it is. Whether there was one."""
    return bool(db.session.scalar(text("select revoke_my_task(:t)"), {"t": task_id}))


def wanted() -> str:
    """How the acting person wants them: ``always``, ``never``, ``role`` (managers and sponsors), ``absent`` (so do those
    who are signed in nowhere). ``never`` also for whoever signs in by more than a code: a link would be less."""
    return str(db.session.scalar(text("select links_wanted()")))


def _same(task: Task, **values: datetime) -> None:
    db.session.execute(
        update(Task)
        .where(
            Task.company_id == task.company_id, Task.contact_id == task.contact_id, Task.do == task.do,
            Task.subject_id == task.subject_id, Task.used_at.is_(None), Task.revoked_at.is_(None),
        )
        .values(**values)
    )  # fmt: skip

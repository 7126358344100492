"""The rhythm of mails: one a day at most, as the person chose (``Person.rhythm``). No mail and no content is kept."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, PrimaryKeyConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, db, now

_SYSTEM = walls.Policy("system_rows", "true", (walls.SYSTEM,))


class MailDay(Model):
    """That a person was told on that day (Europe/Paris) what awaits them: the row is the claim, taken once."""

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    day: Mapped[date]
    __table_args__ = (PrimaryKeyConstraint("person_id", "day"),)


class MailStop(Model):
    """The hash of the link under a mail by which its reader, without signing in, asks for no more of them."""

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=now)


class MailSigning(Model):
    """That a person was told of one thing to sign: at once, whatever the day's mail, and once."""

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    subject_id: Mapped[uuid.UUID]
    made_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (PrimaryKeyConstraint("person_id", "subject_id"),)


# What the day's mail may be about, each as little as one wishes; what must be signed is told whatever was chosen.
KINDS = ("agreement", "objectives", "roadmap", "calendar", "reading")


_OF = {"agreement": "agreement", "objective": "objectives", "context": "objectives", "roadmap": "roadmap"} | {
    "plan": "roadmap", "schedule": "calendar", "reading": "reading",
}  # fmt: skip


class MailOff(Model):
    """A kind of mails that the person wants no more of."""

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str]
    __table_args__ = (
        PrimaryKeyConstraint("person_id", "kind"),
        CheckConstraint("kind in ('agreement', 'objectives', 'roadmap', 'calendar', 'reading')", name="kind"),
    )


walls.declare("mail_signing", _SYSTEM)
walls.declare("mail_off", walls.Policy("self", f"person_id = {walls.PERSON}"), _SYSTEM)
walls.declare("mail_day", _SYSTEM)
walls.declare("mail_stop", _SYSTEM)


def kind_of(wait: str) -> str | None:
    """The kind of mails that a wait or a piece of news belongs to; None: of none that can be declined (a new reader, a new mentor)."""
    return _OF.get(wait.partition(".")[0])


def off() -> frozenset[str]:
    """The kinds that the acting person wants no more of."""
    return frozenset(db.session.scalars(select(MailOff.kind)))


def choose(kinds: Iterable[str], *, by: uuid.UUID) -> None:
    """Wanted from now on: these; of the others no more."""
    db.session.execute(delete(MailOff).where(MailOff.person_id == by))
    db.session.add_all(MailOff(person_id=by, kind=kind) for kind in KINDS if kind not in set(kinds))
    db.session.flush()

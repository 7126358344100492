"""The rhythm of mails: one a day at most, as the person chose (``Person.rhythm``). No mail and no content is kept."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, now

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


walls.declare("mail_day", _SYSTEM)
walls.declare("mail_stop", _SYSTEM)

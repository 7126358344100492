"""A date in somebody's own diary: an invitation when it is fixed or moved, and its end when it is cancelled."""

import uuid
from email.utils import parseaddr

from tenants import mailing, walls
from tenants.company.models import Company
from tenants.db import db
from tenants.mission import queries as missions
from tenants.mission.schedule import queries
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.types import State
from tenants.people import queries as people
from webapp import formats
from webapp.calendars import ics
from webapp.calendars.words import description, summary
from webapp.formats import speaking
from webapp.mail.compose import Mail
from webapp.mail.deliver import configuration, deliver, link
from webapp.mission.schedule import words
from webapp.work.queue import key, task


@task
def session_invitation(session_id: str, sequence: str) -> None:
    """As the one who is told, through the walls: nothing for who is not to come any more, nor for a date that moved since,
    nor for who wants no mails of the calendar."""
    acting = walls.acting(db.session)
    if "calendar" in mailing.off():
        return
    row = queries.get(uuid.UUID(session_id))
    me = people.mail_address()
    company = db.session.get(Company, acting.company)
    if row is None or me is None or company is None or row.sequence != int(sequence):
        return
    frame = missions.frame(row.mission_id)
    if frame is None or acting.contact not in queries.participants(frame, row) or not _told(row):
        return
    address, name, language = me
    with speaking(language):
        one = _dated(row, company.slug)
        sender = ics.Organizer(company.firm_name, parseaddr(configuration().mail_from)[1])
        body = ics.invitation(one, summary(), description(), sender, address)
        day = formats.weekday(one.local.date(), year=True)
        values = {
            "name": name,
            "firm": company.firm_name,
            "company": company.name,
            "link": one.link,
            "when": f"{day}, {words.hour(one.local, one.zone)}",
            "length": formats.duration(row.minutes),
            "cancelled": one.cancelled,
            "moved": row.sequence > 0,
        }
    method = ics.Method.CANCEL if one.cancelled else ics.Method.REQUEST
    deliver(
        Mail(
            "session_invitation", address, language, key(), sender=company.firm_name, values=values,
            calendar=(method.value, body),
        )
    )  # fmt: skip


def _told(row: Session) -> bool:
    """A date to come, or one that was to come and is cancelled."""
    return row.state in (State.PLANNED, State.CANCELLED) and bool(
        row.starts_at and row.starts_at > formats.now()
    )


def _dated(row: Session, slug: str) -> ics.Dated:
    assert row.starts_at is not None  # noqa: S101 - it is to come
    assert row.local_at is not None  # noqa: S101 - as above
    return ics.Dated(
        session_id=row.id, local=row.local_at, zone=row.timezone or "UTC", at=row.starts_at, minutes=row.minutes,
        sequence=row.sequence, cancelled=row.state == State.CANCELLED, changed_at=formats.now(),
        link=link("schedule.one", company=slug, mission_id=row.mission_id, session_id=row.id),
    )  # fmt: skip

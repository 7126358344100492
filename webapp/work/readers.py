"""A later reader is announced to the mentee and the mentors before they read: one job each, acting as whom it tells."""

import uuid
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext

from tenants import walls
from tenants.company.models import Company, Contact
from tenants.db import db
from tenants.mission.models import Participation
from tenants.people import queries as people
from webapp.formats import agreed, moment, speaking
from webapp.mail.compose import Mail
from webapp.mail.deliver import deliver, link
from webapp.work.queue import key, task

ANNOUNCED_FOR = timedelta(hours=48)


@task
def reader_announced(participation_id: str) -> None:
    """As the member of the firm's staff who announces: one job for each who is to be told."""
    db.session.execute(sa.text("select tell_of_reader(:p)"), {"p": participation_id})


@task
def new_reader(participation_id: str) -> None:
    """Read through the walls as the one who is told: who has left the mission since finds nothing, and gets nothing."""
    acting = walls.acting(db.session)
    coming = db.session.get(Participation, (acting.company, uuid.UUID(participation_id)))
    reader = db.session.get(Contact, (acting.company, coming.contact_id)) if coming else None
    company = db.session.get(Company, acting.company)
    mine = _my_role(coming) if coming else None
    me = people.mail_address()
    if coming is None or coming.until_at or reader is None or company is None or mine is None or me is None:
        return
    address, name, language = me
    with speaking(language):
        values = {
            "name": name,
            "reader": None if coming.role == "mentee" else reader.name,  # no mail names a mentee
            "role": coming.role,
            "accepts": coming.role == "mentor" and mine == "mentee",
            "day": moment(coming.reads_from or coming.announced_at + ANNOUNCED_FOR),
            "firm": company.firm_name,
            "company": company.name,
            "link": link(PEOPLE, company=company.slug, mission_id=coming.mission_id),
        }
    deliver(Mail("new_reader", address, language, key(), sender=company.firm_name, values=values))


@task
def mentor_declined(participation_id: str) -> None:
    """As one who coordinates: a mentee did not want that mentor. No reason was asked, and no mail names a mentee."""
    acting = walls.acting(db.session)
    declined = db.session.get(Participation, (acting.company, uuid.UUID(participation_id)))
    mentor = db.session.get(Contact, (acting.company, declined.contact_id)) if declined else None
    company = db.session.get(Company, acting.company)
    me = people.mail_address()
    if declined is None or declined.until_at or mentor is None or company is None or me is None:
        return
    address, name, language = me
    with speaking(language):
        said = gettext(
            "%(mentor)s, que le cabinet avait proposé·e comme mentor, n’a pas été accepté·e par une personne accompagnée.",
            mentor=mentor.name,
        )
        values = {
            "name": name,
            "said": agreed(said, mentor.form),
            "firm": company.firm_name,
            "company": company.name,
            "link": link(PEOPLE, company=company.slug, mission_id=declined.mission_id),
        }
    deliver(Mail("mentor_declined", address, language, key(), sender=company.firm_name, values=values))


def _my_role(coming: Participation) -> str | None:
    acting = walls.acting(db.session)
    return db.session.scalar(
        sa.select(Participation.role)
        .where(
            Participation.company_id == acting.company,
            Participation.mission_id == coming.mission_id,
            Participation.contact_id == acting.contact,
            Participation.role.in_(("mentee", "mentor")),
            Participation.until_at.is_(None),
        )
        .order_by(Participation.role)
        .limit(1)
    )


PEOPLE = "mission_people.page"

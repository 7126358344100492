"""A mission was suspended, taken up again or ended early: one job for each who takes part, acting as them.

No mail says by whom or why, nor names a mission or a mentee.
"""

import uuid
from datetime import date

from tenants import walls
from tenants.company.models import Company
from tenants.db import db
from tenants.mission.models import Mission
from tenants.people import queries as people
from webapp.formats import day, speaking
from webapp.mail.compose import Mail
from webapp.mail.deliver import deliver, link
from webapp.work.queue import key, task

PAGE = "life.page"


@task
def life_mail(mission_id: str, what: str, from_on: str, until_on: str = "") -> None:
    """Read through the walls as the one who is told: whoever has left the mission since gets nothing."""
    acting = walls.acting(db.session)
    mission = db.session.get(Mission, (acting.company, uuid.UUID(mission_id)))
    company = db.session.get(Company, acting.company)
    me = people.mail_address()
    if mission is None or company is None or me is None:
        return
    address, name, language = me
    with speaking(language):
        values = {
            "name": name,
            "what": what,
            "start": day(date.fromisoformat(from_on)),
            "end": day(date.fromisoformat(until_on)) if until_on else "",
            "firm": company.firm_name,
            "company": company.name,
            "link": link(PAGE, company=company.slug, mission_id=mission.id),
        }
    deliver(Mail("life", address, language, key(), sender=company.firm_name, values=values))

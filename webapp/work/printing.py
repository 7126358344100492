"""What is printed and sealed once it is signed; then who may read it is told that it is there, by a link."""

import uuid

import sqlalchemy as sa

from tenants import walls
from tenants.company.models import Company
from tenants.db import db
from tenants.documents import files
from tenants.events import stale
from tenants.people import queries as people
from webapp.formats import speaking
from webapp.mail.compose import Mail
from webapp.mail.deliver import deliver, link
from webapp.work.queue import as_queue, key, task


@task
def print_agreement(version_id: str) -> None:
    """As whoever signed last. Nothing if it was made before; an authority that is away leaves the job waiting."""
    from webapp.printing import agreement, official  # typst is imported where it prints

    version = uuid.UUID(version_id)
    if files.sealed(purpose="agreement", subject_id=version) is not None:
        return
    document = agreement.document(version)
    if document is None:
        return
    made = official.make(document)
    stale(
        document.zone_id,
        f"version:{version}",
        f"agreement-version:{document.mission_id}",
        f"mission:{document.mission_id}",
    )
    db.session.execute(sa.text("select tell_of_seal(:f)"), {"f": made.file.id})


@task
def make_keys(timestamp: int = 0) -> None:
    """By the clock: each firm has a key before its first document, so that its owners see it, and may replace it."""
    from webapp.printing.keeping import key_of_firm

    with as_queue() as connection:
        lacking = connection.execute("select firm_id, name from firms_without_key()").fetchall()
    for firm_id, name in lacking:
        key_of_firm(firm_id, name)


@task
def print_plan(strand_id: str) -> None:
    """As whoever initialled last. Nothing if it was made before, or if a line has changed since."""
    from webapp.printing import official, plan

    document = plan.document(uuid.UUID(strand_id))
    if document is None or files.sealed(purpose="plan", subject_id=document.subject_id) is not None:
        return
    made = official.make(document)
    stale(document.zone_id, f"plan:{strand_id}")
    db.session.execute(sa.text("select tell_of_seal(:f)"), {"f": made.file.id})


@task
def print_report(report_id: str) -> None:
    """As the mentor who issued it. Nothing if it was made before; then each of its readers is told."""
    from webapp.printing import official, report

    which = uuid.UUID(report_id)
    if files.sealed(purpose="report", subject_id=which) is not None:
        return
    document = report.document(which)
    if document is None:
        return
    made = official.make(document)
    stale(document.zone_id, f"report:{document.proof['content']['strand']}")
    db.session.execute(sa.text("select tell_of_seal(:f)"), {"f": made.file.id})


@task
def sealed_document(file_id: str) -> None:
    """Read through the walls as the one who is told: who reads it no more finds nothing, and gets nothing."""
    acting = walls.acting(db.session)
    file = files.get(uuid.UUID(file_id))
    company = db.session.get(Company, acting.company)
    me = people.mail_address()
    if file is None or company is None or me is None:
        return
    address, name, language = me
    with speaking(language):
        values = {
            "name": name,
            "firm": company.firm_name,
            "company": company.name,
            "link": link("files.get", company=company.slug, mission_id=file.mission_id, file_id=file.id),
        }
    deliver(Mail("sealed_document", address, language, key(), sender=company.firm_name, values=values))

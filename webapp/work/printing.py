"""What is printed and sealed once it is signed; then who may read it is told that it is there, by the day's mail."""

import uuid

from tenants.documents import files
from tenants.events import stale
from webapp.work.queue import as_queue, task
from webapp.work.reactions import tell_readers


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
    official.make(document)
    stale(
        document.zone_id,
        f"version:{version}",
        f"agreement-version:{document.mission_id}",
        f"mission:{document.mission_id}",
    )
    tell_readers("reading.sealed", version, document.mission_id, document.zone_id)


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
    tell_readers("reading.plan", made.file.id, document.mission_id, document.zone_id)


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
    official.make(document)
    stale(document.zone_id, f"report:{document.proof['content']['strand']}")
    tell_readers("report.issued", which, document.mission_id, document.zone_id)

"""Who is told of a version that is out for signature, or of new dates."""

import uuid

from tenants.mission.agreement import signing, versions
from webapp.work.queue import task
from webapp.work.reactions import ask_to_sign, tell_of_dates


@task
def agreement_invite(version_id: str) -> None:
    """The others are asked too, two days after the mentees; nothing if it was signed or reopened meanwhile."""
    signing.invite(uuid.UUID(version_id))
    version = versions.get(uuid.UUID(version_id))
    if version is not None:
        ask_to_sign(version.zone_id)


@task
def dates_told(amendment_id: str) -> None:
    """Proposed: whose answer they wait for. In force: who is to know."""
    tell_of_dates(uuid.UUID(amendment_id))

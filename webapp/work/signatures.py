"""What the clock brings to a version that is out for signature."""

import uuid

from tenants.mission.agreement import signing
from webapp.work.queue import task


@task
def agreement_invite(version_id: str) -> None:
    """The others are asked too, two days after the mentees; nothing if it was signed or reopened meanwhile."""
    signing.invite(uuid.UUID(version_id))

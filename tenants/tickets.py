"""What proves for whom a job acts: the hash of a ticket that the job carries, until the job ends.

Only ``trialogue_jobs`` reads and writes it, and ``enter()``; the application cannot make one, save by ``defer()``.
"""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, now


class JobTicket(Model):
    """For whom, and in which company (None: the person alone). A ticket opens no other company than its own."""

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    company_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(default=now)


walls.declare("job_ticket", walls.Policy("ticket_rows", "true", (walls.JOBS,)))

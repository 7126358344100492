"""What was taken back leaves nothing, once it can no longer be undone."""

import uuid

from tenants.mission.objectives import operations as objectives
from webapp.work.queue import task


@task
def erase_objective(objective_id: str) -> None:
    """As its author: nothing if the withdrawal was undone meanwhile, or is done already."""
    objectives.erase(uuid.UUID(objective_id))

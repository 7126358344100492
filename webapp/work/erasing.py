"""What was taken back leaves nothing, once it can no longer be undone."""

import uuid

from tenants.events import tell
from tenants.mission.objectives import operations as objectives
from tenants.mission.roadmap import actions, axes, strategies
from webapp.work.queue import as_queue, task


@task
def erase_objective(objective_id: str) -> None:
    """As its author: nothing if the withdrawal was undone meanwhile, or is done already."""
    objectives.erase(uuid.UUID(objective_id))


@task
def erase_withdrawn(timestamp: int = 0) -> None:
    """By the clock, as nobody: what its author can no longer erase, having been removed before it was done (0014)."""
    with as_queue() as connection:
        gone = connection.execute(
            "select erase_withdrawn() union all select erase_withdrawn_lines()"
        ).fetchall()
    for (document_id,) in gone:
        tell(f"closed {document_id} withdrawn")


@task
def erase_line(level: str, line_id: str) -> None:
    """A line of a roadmap, as its author: nothing if that was undone meanwhile."""
    room = {"axis": axes, "strategy": strategies, "action": actions}[level]
    room.erase(uuid.UUID(line_id))

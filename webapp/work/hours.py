"""By the clock: a session that a mentor said was held, and that nobody contested for seven days, spends its hours."""

from tenants.db import now
from tenants.events import tell
from webapp.work.queue import as_queue, task


@task
def attendance_stands(timestamp: int = 0) -> None:
    """As nobody: whoever said it may have left meanwhile. Pages that show the session or the account read again."""
    with as_queue() as connection:
        stood = connection.execute("select * from attendance_stands(%s)", (now(),)).fetchall()
    for zone, mission, strand, session in stood:
        tell(f"stale {zone} session:{session} schedule:{strand or mission} mission:{mission}")

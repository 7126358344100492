"""What happens by the clock: stalled jobs again, what awaits each at eight, what has ended or was taken back goes."""

from datetime import time
from zoneinfo import ZoneInfo

import procrastinate
from procrastinate.jobs import Status

from webapp.formats import ZONE, now
from webapp.mail.deliver import configuration
from webapp.work.queue import as_queue, task

SILENT = 15.0  # seconds without a heartbeat after which a worker is taken for dead
EIGHT, NINE = time(8), time(9)
CLOCKED = {
    "at_eight": "*/10 * * * *",
    "forget": "7 * * * *",
    "sweep_files": "*/10 * * * *",
    "make_keys": "*/10 * * * *",
    "erase_withdrawn": "* * * * *",
    "attendance_stands": "* * * * *",
}


def wind(queue: procrastinate.App) -> None:
    """Give the queue its periodic jobs. A lock keeps each from being queued twice."""

    async def rescue(timestamp: int) -> None:
        """A worker killed in mid-job leaves it « doing » for ever: queue it again."""
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
            if job.queueing_lock:  # the clock's own: the next tick is its second try
                await queue.job_manager.finish_job(job, status=Status.ABORTED, delete_job=True)
            else:
                await queue.job_manager.retry_job(job)

    queue.periodic(cron="* * * * * */15")(queue.task(name="rescue", queueing_lock="rescue")(rescue))
    for name, cron in CLOCKED.items():
        queue.periodic(cron=cron, queueing_lock=name)(queue.tasks[name])


@task
def at_eight(timestamp: int = 0) -> None:
    """From eight in Paris on, each of whom something is awaited or due, once that day; a worker late by an hour tells later."""
    hour = now().astimezone(ZoneInfo(ZONE)).time()
    # the demonstration keeps the day's mail for what its visitors do, and begins at any hour
    if hour >= EIGHT and not (configuration().demo and hour >= NINE):
        with as_queue() as connection:
            connection.execute("select tell_all_awaited()")
            connection.execute("select tell_all_own()")
            connection.execute("select gather_due()")
            connection.execute("select tell_all_news()")


@task
def forget(timestamp: int = 0) -> None:
    """Sign-ins, requests, tickets and invitations that have ended, and jobs that failed a month ago."""
    with as_queue() as connection:
        connection.execute("select forget_ended()")
        connection.execute("select forget_links()")
        connection.execute("select forget_handovers()")
        connection.execute("delete from job_ticket where made_at < now() - interval '7 days'")
        connection.execute(
            "delete from procrastinate_jobs where status in ('failed', 'aborted', 'cancelled') and not exists"
            " (select from procrastinate_events e where e.job_id = procrastinate_jobs.id"
            " and e.at > now() - interval '30 days')"
        )

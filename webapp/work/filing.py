"""Bytes that no row names any more, or never did: erased."""

from datetime import timedelta
from itertools import islice

from webapp.files.store import store
from webapp.formats import now
from webapp.work.queue import as_queue, task

BATCH = 500
FORGOTTEN = timedelta(days=1)  # after which bytes without a row are those of an act that never committed


@task
def sweep_files(timestamp: int = 0) -> None:
    """What was taken away, at once; what lies about, when it is a day old. Again after a failure: nothing is lost by it."""
    kept = store()
    with as_queue() as connection:
        for (stored,) in connection.execute("select stored from erased_file order by at").fetchall():
            kept.delete(stored)
            connection.execute("delete from erased_file where stored = %s", (stored,))
        names = kept.names(now() - FORGOTTEN)
        while batch := list(islice(names, BATCH)):
            for (stored,) in connection.execute("select unknown_files(%s)", (batch,)).fetchall():
                kept.delete(stored)

"""The worker: one process beside the web's, or many. It ends within seconds of SIGTERM and loses no job."""

import logging
import os
import sys
from importlib import import_module

import procrastinate
from flask import Flask

from webapp.app import create_app
from webapp.config import Config
from webapp.work import clock, queue

# Each names its tasks by being imported
JOBS = (
    "calendars",
    "erasing",
    "filing",
    "hours",
    "invitations",
    "life",
    "printing",
    "reactions",
    "readers",
    "signatures",
    "signing_in",
    "waits",
)
for _name in JOBS:
    import_module(f"webapp.work.{_name}")

CONCURRENCY = 4
POLL = 1.0  # seconds: a new job wakes the worker, one that was to wait does not
HEARTBEAT = 5  # seconds; three missed, and the job is another worker's


def main() -> int:
    """Run until SIGTERM or SIGINT. 0: asked to stop."""
    listen_to_the_queue()
    app = create_app(Config.from_environ(os.environ))
    assemble(app).run_worker(
        concurrency=CONCURRENCY,
        fetch_job_polling_interval=POLL,
        delete_jobs="successful",
        shutdown_graceful_timeout=5,
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=clock.SILENT,
    )
    return 0


def assemble(app: Flask) -> procrastinate.App:
    """The queue of one application with its tasks and its clock."""
    made = queue.make(app)
    clock.wind(made)
    return made


def listen_to_the_queue() -> None:
    """The package's warnings and errors go to standard error, without tickets."""
    heard = logging.StreamHandler(sys.stderr)
    heard.setFormatter(queue.Discreet("%(name)s: %(message)s"))
    package = logging.getLogger("procrastinate")
    package.handlers, package.propagate = [heard], False
    package.setLevel(logging.WARNING)

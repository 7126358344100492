"""The queue as the worker sees it: its tasks, for whom each acts, how often it is tried again.

A job carries ids and a ticket. The ticket is what proves the actor to ``enter``; it ends with the job, and is never
written in a log. Jobs run at least once: each task can run again without harm.
"""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import procrastinate
import psycopg
from flask import Flask, current_app, g
from procrastinate.jobs import Job

from tenants import walls
from tenants.db import db
from tenants.events import told
from webapp.config import Config
from webapp.live.bus import publish
from webapp.mail.post import NotSent

Task = Callable[..., None]


class Away(Exception):
    """Something outside of the house does not answer: nothing is wrong with the job, which waits."""


TASKS: dict[str, Task] = {}
BUGS = 8  # tries of a task that fails by itself
OUTAGES = 160  # tries while a server outside is away: three days and a half
LONGEST = 1800  # seconds between two tries


def task(run: Task) -> Task:
    """A job of that name runs this function, as the person of its ticket, with the job's ids as arguments."""
    TASKS[run.__name__] = run
    return run


class Patience(procrastinate.BaseRetryStrategy):
    """Later and later, up to half an hour. A mail server that is away costs no job; a fault of ours ends one."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        """None: give up, and keep the job as failed."""
        most = OUTAGES if isinstance(exception, NotSent | Away) else BUGS
        if job.attempts >= most:
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": min(3**job.attempts * 2, LONGEST)})


def make(app: Flask) -> procrastinate.App:
    """The queue of one application, seen by ``trialogue_jobs``, which reads no business table."""
    config: Config = app.extensions["trialogue"]
    connector = procrastinate.PsycopgConnector(
        conninfo=config.role_url("trialogue_jobs"), min_size=1, max_size=4
    )
    queue = procrastinate.App(connector=connector)
    for name, run in TASKS.items():
        queue.task(name=name, retry=Patience(), task_middleware=[as_its_person(app)])(_taking_ids(run))
    return queue


def as_its_person(app: Flask) -> Callable[..., Any]:
    """Every task runs in an application context and a door: the ticket's, or nobody's."""

    def around(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
        ticket = context.job.task_kwargs.get("ticket")
        with app.app_context(), walls.entering(ticket_hash(ticket) if ticket else b""):
            g.job, g.ticket = context.job, ticket_hash(ticket) if ticket else b""
            if ticket:
                walls.acting(db.session)  # as a request does: operations find there who acts
            done = call_next()
            lines = told()
            db.session.commit()
            publish(lines)
            return done

    return around


def _taking_ids(run: Task) -> Task:
    def taking(ticket: str | None = None, **ids: Any) -> None:
        run(**ids)

    return taking


def ticket_hash(ticket: str) -> bytes:
    """What ``enter()`` looks for; of another length than a session's hash, so that no cookie can hold a ticket."""
    return hashlib.sha384(ticket.encode()).digest()


def key() -> str:
    """Names the present job, in this database and in no other: a mail that it sends twice is the same mail."""
    named = json.dumps([g.job.id, g.job.task_kwargs], sort_keys=True)
    return hashlib.sha256(named.encode()).hexdigest()


def key_of_try() -> str:
    """Names the present try: a mail with a new code replaces the one before, and must not pass for it."""
    return f"{key()}:{g.job.attempts}"


@contextmanager
def as_queue() -> Iterator[psycopg.Connection[Any]]:
    """A transaction of ``trialogue_jobs``, for what no person does: codes for nobody yet, the clock. Commits."""
    config: Config = current_app.extensions["trialogue"]
    with psycopg.connect(config.role_url("trialogue_jobs")) as connection:
        yield connection


class Discreet(logging.Formatter):
    """The package writes a job's arguments in its lines: the ticket among them is not for a log."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, every ticket in it replaced."""
        return re.sub(r"(ticket['\"]?\s*[=:]\s*)['\"][^'\"]*['\"]", r"\1…", super().format(record))

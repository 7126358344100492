"""The queue: filled with the business transaction, closed to the application, each job proven by a ticket that ends."""

import asyncio
import inspect
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, ProgrammingError

from tenants import walls
from tenants.db import db
from tenants.events import ANSWERED, defer
from webapp.mail.post import NotSent
from webapp.mail.sink import Sink
from webapp.work import clock, reactions, worker
from webapp.work import queue as work
from webapp.work.schema import queue_schema

JOBS = sa.text("select task_name, status::text, attempts, args from procrastinate_jobs order by id")
SUBJECT = uuid.uuid4()
ROOT = Path(__file__).parents[2]


@pytest.fixture
def jobs(superuser: sa.Connection) -> Any:
    """Every job, as the superuser sees them."""
    return lambda: superuser.execute(JOBS).all()


def run(app: Any) -> None:
    """What is queued, without the clock."""
    work.make(app).run_worker(
        wait=False, delete_jobs="successful", install_signal_handlers=False, listen_notify=False
    )


def test_a_job_is_committed_and_rolled_back_with_the_act_that_defers_it(in_app, world, jobs):
    with world.acting("marc", "ombrelune"):
        defer("event", event_id=SUBJECT)
        db.session.rollback()
    assert jobs() == []
    with world.acting("marc", "ombrelune"):
        defer("event", event_id=SUBJECT)
        db.session.commit()
    [job] = jobs()
    assert (job.task_name, job.args["event_id"]) == ("event", str(SUBJECT))
    assert set(job.args) == {"event_id", "ticket"}


def test_nobody_acting_defers_nothing(in_app, jobs):
    with pytest.raises(ProgrammingError, match="nobody is acting"):
        defer("event", event_id=SUBJECT)
    db.session.rollback()
    assert jobs() == []


def test_a_job_holds_ids_never_content(in_app, world):
    for content in ("Inès doute de sa légitimité", "ines@example.test", "a" * 65, "{}"):
        with world.acting("marc", "ombrelune"), pytest.raises(DBAPIError, match="a job holds ids only"):
            defer("event", event_id=content)


def test_a_ticket_that_somebody_sends_is_replaced(in_app, world, jobs):
    with world.acting("marc", "ombrelune"):
        defer("event", event_id=SUBJECT, ticket=uuid.uuid4(), company_id=uuid.uuid4())
        db.session.commit()
    [job] = jobs()
    assert set(job.args) == {"event_id", "ticket"}
    assert len(job.args["ticket"]) == 72


CLOSED = [
    "select * from procrastinate_jobs",
    "insert into procrastinate_jobs (queue_name, task_name) values ('default', 'forget')",
    "delete from procrastinate_jobs",
    "select * from job_ticket",
    "insert into job_ticket (token_hash, person_id) select '\\x00', id from person",
    "select * from mail_day",
    "select * from mail_stop",
    "select defer_as('forget', '{}', null, null)",
    "select tell_person(gen_random_uuid(), null)",
    "select tell_all_awaited()",
    "select procrastinate_fetch_job_v2(null, 1)",
    "select procrastinate_defer_jobs_v1(array[row('d', 't', 0, null, null, '{}', null)::procrastinate_job_to_defer_v1])",
    "select forget_ended()",
    "select erase_withdrawn()",
    "select erase_withdrawn_lines()",
]


def test_the_application_can_do_nothing_to_the_queue_but_defer(in_app, world):
    for statement in CLOSED:
        with world.acting("marc", "ombrelune"), pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(sa.text(statement))


def test_the_queues_role_reads_no_business_table(app):
    url = app.extensions["trialogue"].role_url("trialogue_jobs")
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("person", "address", "contact", "objective", "event", "document_text", "sign_in"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from {table}")


def test_a_ticket_enters_as_its_person_and_opens_its_company_alone(in_app, world, jobs):
    with world.acting("marc", "ombrelune"):
        defer("event", event_id=SUBJECT)
        db.session.commit()
    proof = work.ticket_hash(jobs()[0].args["ticket"])
    company_id, slug = world.companies["ombrelune"]
    for asked in (None, slug):
        with walls.entering(proof, asked):
            acting = walls.acting(db.session)
            assert (acting.person, acting.company) == (world.people["marc"].id, company_id)
            db.session.rollback()
    with walls.entering(proof, world.companies["brisemer"][1]), pytest.raises(walls.NotEntered):
        walls.acting(db.session)
    db.session.rollback()


def test_a_ticket_read_in_the_queue_signs_nobody_in(app, world, jobs, browse):
    with app.app_context(), world.acting("marc", "ombrelune"):
        defer("event", event_id=SUBJECT)
        db.session.commit()
    thief = browse(None)
    thief.set_cookie("sid", jobs()[0].args["ticket"])
    for page in ("/profile", world.url("solo", "/objectives")):
        assert thief.get(page).status_code == 401


def test_a_job_that_has_ended_leaves_no_proof(app, world, jobs, superuser, monkeypatch):
    seen: list[Any] = []
    monkeypatch.setitem(work.TASKS, "event", lambda **_: seen.append(walls.acting(db.session).person))
    monkeypatch.setitem(work.TASKS, "reminder", lambda **_: 1 / 0)
    monkeypatch.setattr(work, "BUGS", 0)
    with app.app_context(), world.acting("marc", "ombrelune"):
        defer("event", event_id=SUBJECT)
        defer("reminder", awaited_id=SUBJECT)
        db.session.commit()
    run(app)
    assert seen == [world.people["marc"].id]
    [failed] = jobs()
    assert (failed.status, failed.args) == ("failed", {"awaited_id": str(SUBJECT)})
    assert superuser.scalar(sa.text("select count(*) from job_ticket")) == 0


def test_a_task_that_fails_is_tried_again_later_and_an_outage_for_days(
    app, world, jobs, superuser, monkeypatch
):
    tried: list[int] = []

    def refusing(event_id: str) -> None:
        tried.append(1)
        raise NotSent("ConnectionRefusedError")

    monkeypatch.setitem(work.TASKS, "event", refusing)
    with app.app_context(), world.acting("marc", "ombrelune"):
        defer("event", event_id=SUBJECT)
        db.session.commit()
    run(app)
    run(app)
    [job] = jobs()
    assert (tried, job.status, job.attempts) == ([1], "todo", 1)
    superuser.execute(sa.text("update procrastinate_jobs set scheduled_at = now(), attempts = 100"))
    run(app)
    assert (len(tried), jobs()[0].status) == (2, "todo")


def test_a_job_whose_worker_was_killed_runs_again(app, world, jobs, superuser, monkeypatch):
    seen: list[str] = []
    monkeypatch.setitem(work.TASKS, "event", lambda **ids: seen.append(ids["event_id"]))
    with app.app_context(), world.acting("marc", "ombrelune"):
        defer("event", event_id=SUBJECT)
        db.session.commit()
    dead = superuser.scalar(
        sa.text(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 minute') returning id"
        )
    )
    superuser.execute(sa.text("update procrastinate_jobs set status = 'doing', worker_id = :w"), {"w": dead})
    run(app)
    assert (seen, jobs()[0].status) == ([], "doing")
    made = worker.assemble(app)

    async def tick() -> None:
        async with made.open_async():
            await made.tasks["rescue"].func(timestamp=0)

    asyncio.run(tick())
    run(app)
    assert (seen, jobs()) == ([str(SUBJECT)], [])


def test_a_job_whose_subject_is_gone_ends_quietly(app, world, jobs):
    sink = Sink().start()
    app.extensions["trialogue"] = replace(app.extensions["trialogue"], smtp_url=sink.smtp_url)
    with app.app_context(), world.acting("marc", "ombrelune"):
        for name, run_it in work.TASKS.items():
            wanted = inspect.signature(run_it).parameters.values()
            ids = {p.name: SUBJECT if p.name.endswith("_id") else "0" for p in wanted if p.default is p.empty}
            defer(
                name,
                **(
                    ids
                    | (
                        {"what": "codes-on"}
                        if name == "access_changed"
                        else {}
                        if name != "erase_line"
                        else {"level": "action"}
                    )
                ),
            )
        db.session.commit()
    run(app)
    sink.stop()
    assert jobs() == []
    assert [m["subject"] for m in sink.newest_first()] == ["Un moyen de connexion a changé"]


def test_every_job_that_is_deferred_has_its_task():
    sources = [p for room in ("tenants", "webapp", "migrations") for p in (ROOT / room).rglob("*.py")]
    named = {
        n for p in sources for n in re.findall(r"\bdefer(?:_as)?\(\s*[\"']([a-z_]+)[\"']", p.read_text())
    }
    assert {"sign_in", "invitation", "event", "awaits"} <= named
    assert named <= work.TASKS.keys()


def test_each_event_that_is_answered_has_its_reaction():
    assert reactions.REACTIONS.keys() == ANSWERED


def test_no_line_of_the_worker_holds_a_ticket():
    ticket = str(uuid.uuid4()) * 2
    lines = work.Discreet("%(message)s")
    for message in (f"Job event[3](event_id='x', ticket='{ticket}') ended", json.dumps({"ticket": ticket})):
        record = logging.LogRecord("procrastinate", logging.ERROR, "", 0, message, None, None)
        assert ticket not in lines.format(record)


def test_the_queue_is_the_installed_packages_and_asking_again_is_harmless(database, superuser):
    have = superuser.scalars(sa.text("select version from queue_schema")).all()
    assert version("procrastinate") in have
    with psycopg.connect(database) as raw:
        queue_schema(raw)
    assert superuser.scalars(sa.text("select version from queue_schema")).all() == have


@pytest.mark.parametrize(
    ("rhythm", "told_days_ago", "tells"),
    [
        ("daily", None, 1),
        ("daily", 0, 0),
        ("daily", 1, 1),
        ("weekly", 1, 0),
        ("weekly", 7, 1),
        ("never", None, 0),
    ],
)
def test_a_person_is_told_as_often_as_they_chose(superuser, world, jobs, rhythm, told_days_ago, tells):
    who = {"who": world.people["marc"].id, "rhythm": rhythm, "ago": told_days_ago}
    superuser.execute(sa.text("update person set rhythm = :rhythm where id = :who"), who)
    if told_days_ago is not None:
        superuser.execute(
            sa.text("insert into mail_day values (:who, (now() at time zone 'Europe/Paris')::date - :ago)"),
            who,
        )
    told = [superuser.scalar(sa.text("select tell_person(:who, null)"), who) for _ in range(2)]
    assert told == [tells, 0]
    assert len(jobs()) == tells


def test_what_has_ended_is_forgotten(app, superuser, world):
    marc, place = world.people["marc"], world.missions["solo"]
    here = {"c": place.company_id, "m": place.id, "k": marc.contacts["ombrelune"], "p": marc.id}
    for statement in (
        "update sign_in set expires_at = now() where person_id = :p",
        "insert into job_ticket values ('\\x00', :p, null, now() - interval '8 days')",
        "insert into job_ticket values ('\\x01', :p, null, now() - interval '6 days')",
        (
            "insert into sign_in_request (id, address, purpose, ip_hash, next, asked_at) values (gen_random_uuid(), 'a@b.test',"
            " 'sign_in', '', '/', now() - interval '25 hours')"
        ),
        "insert into spent_challenge (hash, until) values ('', now())",
        "insert into mail_stop values ('\\x00', :p, now() - interval '2 years')",
        "insert into mail_day values (:p, current_date - 90)",
        (
            "insert into invitation (company_id, id, mission_id, contact_id, invited_by, created_at, token_hash, expires_at)"
            " select :c, gen_random_uuid(), :m, :k, :k, now(), sha256(d::text::bytea), now() - d * interval '1 day'"
            " from unnest(array[10, 31]) d"
        ),
    ):
        superuser.execute(sa.text(statement), here)
    with app.app_context():
        clock.forget()
    left = {
        "select count(*) from sign_in where person_id = :p": 0,
        "select count(*) from sign_in where person_id <> :p": len(world.people) - 1,
        "select count(*) from job_ticket": 1,
        "select count(*) from sign_in_request": 0,
        "select count(*) from spent_challenge": 0,
        "select count(*) from mail_stop": 0,
        "select count(*) from mail_day": 0,
        "select count(*) from invitation where token_hash is not null": 1,
    }
    assert {q: superuser.scalar(sa.text(q), here) for q in left} == left


@pytest.fixture
def worker_process(app: Any) -> Iterator[tuple[subprocess.Popen[bytes], Sink]]:
    """A worker as the parent starts it, and the mail server that it knows."""
    config, sink = app.extensions["trialogue"], Sink().start()
    life, held = os.pipe()
    environ = {
        "PATH": os.environ["PATH"], "DATABASE_URL": config.database_url, "TRIALOGUE_SECRET": config.secret,
        "LIFE": str(life), "TRIALOGUE_SMTP_URL": sink.smtp_url,
    }  # fmt: skip
    argv = [sys.executable, "-m", "webapp.setup.child", "work"]
    with subprocess.Popen(argv, env=environ, pass_fds=(life,)) as process:
        os.close(life)
        yield process, sink
        os.close(held)
        process.kill()
    sink.stop()


def test_a_worker_sends_at_once_and_ends_soon_after_it_is_asked_to(app, world, worker_process):
    process, sink = worker_process
    for number in (1, 2):
        with app.app_context(), world.acting("marc"):
            defer("access_changed", what="codes-on")
            db.session.commit()
        began = time.monotonic()
        sink.wait(number, to="marc@example.test", seconds=30)
    assert time.monotonic() - began < 2
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(5) == 0
    assert time.monotonic() - began < 3

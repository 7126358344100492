"""The server of our own: shared by who needs it, stopped by the last one, whole after a kill."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest

from webapp.setup.places import place, short
from webapp.setup.postgres import LocalPostgres


@pytest.fixture(scope="module")
def home():
    folder = Path(tempfile.mkdtemp(prefix="trialogue essai é "))
    folder.chmod(0o755)  # as root, PostgreSQL's account walks through it
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(home):
    holder = LocalPostgres(home / "pg").start()
    yield holder
    holder.stop()


def ask(server, question):
    with psycopg.connect(server.url, autocommit=True) as c:
        return c.execute(question).fetchone()[0]


def postmaster(server):
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_it_answers_in_a_folder_whose_name_has_a_space_and_an_accent(server):
    assert ask(server, "select lower('ÉCOLE')") == "école"


def test_no_other_account_of_the_machine_enters_without_the_password(server):
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url.replace("postgres:", "postgres:x", 1))
    assert (server.home / "password").stat().st_mode & 0o077 == 0


def test_who_leaves_stops_it_only_when_nobody_else_is_there(home, server):
    second = LocalPostgres(home / "pg").start()
    number = postmaster(server)
    second.stop()
    assert ask(server, "select 1") == 1
    assert postmaster(server) == number
    server.stop()
    assert not (server.data / "postmaster.pid").exists()


def test_what_was_committed_is_there_after_a_kill(home, server):
    with psycopg.connect(server.url, autocommit=True) as c:
        c.execute("create table if not exists kept (word text)")
        c.execute("insert into kept values ('gardé')")
    os.kill(postmaster(server), signal.SIGKILL)
    again = LocalPostgres(home / "pg").start()
    try:
        assert ask(again, "select word from kept limit 1") == "gardé"
    finally:
        again.stop()


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path):
    deep = tmp_path / ("x" * 100)
    assert len(os.fsencode(short(deep, "trialogue"))) < 80
    assert short(Path("/srv/t"), "trialogue") == Path("/srv/t")


def test_only_root_moves_its_data_out_of_a_closed_folder(tmp_path):
    closed = tmp_path / "closed" / "pg"
    closed.parent.mkdir(mode=0o700)
    moved = place(closed) != closed
    assert moved == (os.geteuid() == 0)
    assert closed.parent.stat().st_mode & 0o777 == 0o700

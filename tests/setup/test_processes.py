"""One parent and its children: whatever happens to either, nothing is left behind and nothing stays down."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.setup import processes
from webapp.setup.progress import SetupFailed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def parent(request):
    argv = [sys.executable, str(Path(__file__).with_name("family.py")), getattr(request, "param", "sleeper")]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(argv, env=environ, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def read(parent, expected):
    """The lines up to that one; the pipe itself waits."""
    lines = []
    for line in parent.stdout:
        lines.append(line.strip())
        if lines[-1] == expected:
            return lines
    return lines


def wait_for_end(pid):
    """Until that process is gone. A descriptor, for only a parent may wait for its child."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 10)[0])
    finally:
        os.close(watched)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_parent_and_its_child(parent, number):
    child = int(read(parent, "ready")[0])
    parent.send_signal(number)
    assert parent.wait(10) == 0
    assert wait_for_end(child)


def test_a_killed_parent_leaves_no_orphan(parent):
    child = int(read(parent, "ready")[0])
    parent.kill()
    assert wait_for_end(child)


def test_a_killed_child_is_started_again(parent):
    child = int(read(parent, "ready")[0])
    os.kill(child, signal.SIGKILL)
    assert int(parent.stdout.readline()) != child


@pytest.mark.parametrize("parent", ["stillborn"], indirect=True)
def test_a_child_that_cannot_start_ends_the_start_by_its_name(parent):
    assert "child ne démarre pas (code 3" in read(parent, "")[0]
    assert parent.wait(10) == 0


def test_a_port_that_is_taken_is_one_clear_line():
    with processes.bind("127.0.0.1", 0) as held:
        port = held.getsockname()[1]
        with pytest.raises(SetupFailed, match=f"{port}.*TRIALOGUE_PORT"):
            processes.bind("127.0.0.1", port)


def test_any_free_port_is_known_at_once_and_queues_who_comes_early():
    with processes.bind("127.0.0.1", 0) as held, socket.create_connection(held.getsockname()):
        pass

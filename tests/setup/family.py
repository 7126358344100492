"""A parent with one child, run as a program by test_processes: it prints the child's number each time it starts one."""

import os
import subprocess
import sys

from webapp.setup import processes

SLEEPER = "from webapp.setup.child import _follow_parent; _follow_parent()"


def start() -> "subprocess.Popen[bytes]":
    """A child that does nothing but wait for its parent's end, started as the real ones are."""
    if sys.argv[1] == "stillborn":
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    life = processes.life()
    argv = [sys.executable, "-c", SLEEPER]
    child = subprocess.Popen(
        argv, env={**os.environ, "LIFE": str(life)}, pass_fds=(life,), start_new_session=True
    )
    print(child.pid, flush=True)
    return child


family = processes.Family()
family.add("child", start)
try:
    family.wait_until_ready(None, settle=0.3)
    print("ready", flush=True)
    family.keep()
except processes.SetupFailed as e:
    print(e, flush=True)
finally:
    family.end()

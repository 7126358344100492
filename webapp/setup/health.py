"""Whether the container does its work: 0 or 1, for the image's HEALTHCHECK.

`web` answers /health. `work` has no port: its child runs, and the parent restarts one that dies, so a child that is
there twice in a row is a child that works.
"""

import os
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

WORKER = b"webapp.setup.child\0work"


def healthy() -> bool:
    """Asked inside the container, where the first process is the command itself."""
    if b"\0work" in Path("/proc/1/cmdline").read_bytes():
        return any(WORKER in _command(p) for p in Path("/proc").glob("[0-9]*/cmdline"))
    port = os.environ.get("TRIALOGUE_PORT") or "8000"
    host = urlsplit(os.environ.get("TRIALOGUE_PUBLIC_URL") or "http://localhost").netloc
    health = urllib.request.Request(f"http://127.0.0.1:{port}/health", headers={"Host": host})
    try:
        urllib.request.urlopen(health, timeout=4).close()  # noqa: S310  our own http address
    except OSError:
        return False
    return True


def _command(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it ended meanwhile
        return b""


if __name__ == "__main__":
    sys.exit(not healthy())

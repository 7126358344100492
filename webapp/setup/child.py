"""A web process or a worker, as the parent starts it: `python -m webapp.setup.child web FD`, `… work`.

Ends by SIGTERM or with the parent. The end is `os._exit`: uvicorn raises SIGTERM again after its shutdown, so that
`atexit` would never run and PostgreSQL would stay, and a stuck thread would hold a normal exit.
"""

import os
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from webapp.setup.postgres import LocalPostgres

GRACE = 5  # seconds for requests and jobs under way; the parent gives ten
MESSAGE = 1_000_000  # bytes, the largest frame of a socket
CANNOT_START = 3


def main(kind: str, *fds: str) -> None:
    """Run until told to stop. A fault ends with its traceback, then one line that names it."""
    threading.Thread(target=_follow_parent, daemon=True).start()
    held = (
        LocalPostgres(Path(os.environ["HELD_POSTGRES"])).start() if os.environ.get("HELD_POSTGRES") else None
    )
    try:
        status = _web(int(fds[0])) if kind == "web" else _work()
    except BaseException as e:  # noqa: BLE001  whatever it is, the parent and the reader must learn of it
        traceback.print_exc()
        print(f"{kind} : {type(e).__name__} : {e}", file=sys.stderr)
        status = CANNOT_START
    if held:
        held.stop()
    sys.stderr.flush()
    os._exit(status)


def _web(fd: int) -> int:
    import uvicorn

    config = uvicorn.Config(
        "webapp.asgi:app",
        ws="websockets-sansio",
        ws_max_size=MESSAGE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        proxy_headers=os.environ.get("TRIALOGUE_ENV") == "production",
        log_level="warning",
        access_log=False,
        lifespan="on",
    )
    config.load()
    server = uvicorn.Server(config)
    for number in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # before uvicorn has its own, and when it raises its signal again
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    server.run(sockets=[socket.socket(fileno=fd)])
    return 0 if server.started else CANNOT_START


def _work() -> int:
    from webapp.work.worker import main as work

    result: Any = work()
    return int(result or 0)


def _follow_parent() -> None:
    """End of file: the parent is gone, however it went."""
    os.read(int(os.environ["LIFE"]), 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])

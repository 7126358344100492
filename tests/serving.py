"""Web processes of the product, forked from one that has read its modules: 0.6 s less of processor for each.

Python's own forkserver: it is a process without threads, it reads the modules once, and what it forks begins as a new
``python`` would, with an environment of its own.
"""

import multiprocessing
import os
import signal
import socket
from multiprocessing.context import ForkServerProcess

READ_ONCE = ["uvicorn", "a2wsgi", "webapp.app", "webapp.live.gateway", "webapp.live.fallback", "webapp.wire"]

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(READ_ONCE)


def _serve(listening: socket.socket, environ: dict[str, str]) -> None:
    """In the fork: that environment and no other, then as the product's own command does."""
    os.environ.clear()
    os.environ.update(environ)
    import uvicorn

    config = uvicorn.Config(
        "webapp.asgi:app",
        ws="websockets-sansio",
        ws_max_size=1_000_000,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
        server_header=False,
        log_level="warning",
        access_log=False,
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[listening])


class Process:
    """One such process, held as ``subprocess.Popen`` would."""

    def __init__(self, listening: socket.socket, environ: dict[str, str]) -> None:
        self._forked: ForkServerProcess = _forks.Process(
            target=_serve, args=(listening, environ), daemon=True
        )
        self._forked.start()

    @property
    def pid(self) -> int:
        assert self._forked.pid is not None
        return self._forked.pid

    def poll(self) -> int | None:
        """How it ended; none while it runs."""
        return self._forked.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, seconds: float) -> int:
        """Its code; TimeoutError when it still runs."""
        self._forked.join(seconds)
        code = self._forked.exitcode
        if code is None:
            raise TimeoutError
        return code

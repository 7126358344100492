"""One parent holds the port and the children: it starts them, restarts what dies, and leaves nothing behind.

Why not `uvicorn --workers`: the port is bound before anything else (busy is one clear line, and it stays open while
a child restarts: requests queue, none is refused), and the worker is a child like the others.

However the parent ends, the children end: each reads a pipe whose writing end only the parent holds, and end of
file means that the parent is gone. The terminal's Ctrl-C reaches the parent alone, for each child leads a session
of its own.

Tests start a real server by `bind(…)` and `start_web(…)`; the first request queues in the open port, so none sleeps.
"""

import errno
import functools
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from webapp.config import ROOT
from webapp.setup.progress import SetupFailed, say

GRACE = 10  # seconds between SIGTERM and SIGKILL
PATIENCE = 60  # seconds for the first answer
LONGEST_PAUSE = 5.0  # between two tries at a child that dies at once
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Environ = Mapping[str, str]


def bind(host: str, port: int) -> socket.socket:
    """The listening socket, before anything else is started; port 0 is known from then on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except PermissionError:
        raise SetupFailed(f"le port {port} est réservé ; TRIALOGUE_PORT en choisit un autre") from None
    except OSError as e:
        reason = (
            f"le port {port} de {host} est déjà pris ; TRIALOGUE_PORT en choisit un autre (0 : un port libre)"
        )
        raise SetupFailed(
            reason if e.errno == errno.EADDRINUSE else f"{host}:{port} : {e.strerror}"
        ) from None


def start_web(sock: socket.socket, environ: Environ) -> subprocess.Popen[bytes]:
    """A web process that serves `sock`. It ends by SIGTERM, or when this process is gone."""
    return _start(["web", str(sock.fileno())], environ, sock.fileno())


def start_work(environ: Environ) -> subprocess.Popen[bytes]:
    """A worker. It ends by SIGTERM, or when this process is gone."""
    return _start(["work"], environ)


def stop(children: list[subprocess.Popen[bytes]], grace: float = GRACE) -> None:
    """SIGTERM to each, SIGKILL to what is still there after `grace` seconds."""
    for child in children:
        child.terminate()
    end = time.monotonic() + grace
    for child in children:
        try:
            child.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_for_answer(address: str, host: str, alive: Callable[[], None]) -> None:
    """Until the first page answers. `host` is the name that people type: others are refused in production.
    `alive` raises when there is nothing left to wait for."""
    health = urllib.request.Request(f"{address}/health", headers={"Host": host})  # noqa: S310  our own http address
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        alive()
        try:
            urllib.request.urlopen(health, timeout=2).close()  # noqa: S310  as above
        except urllib.error.HTTPError as e:
            e.close()
            if e.code < 500:  # noqa: PLR2004  it answers; what it answers is not the parent's matter
                return
            raise SetupFailed(f"le serveur démarre, mais {address}/health répond {e.code}") from None
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SetupFailed(f"le serveur n’a pas répondu en {PATIENCE} s")


@dataclass
class _Kept:
    """A child and what it takes to start it again."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = field(default=0.0)

    def begin(self) -> None:
        self.started, self.process = time.monotonic(), self.start()

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None


class Family:
    """The children of one parent, for as long as it runs. Made in the main thread: signals come to it."""

    def __init__(self) -> None:
        self._kept: list[_Kept] = []
        self._asked_to_stop = False
        self._wake, self._woken = os.pipe()
        for end in (self._wake, self._woken):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake up
        for number in STOPS:
            signal.signal(number, self._stop_asked)

    def add(self, name: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        """Start a child and keep it running."""
        child = _Kept(name, start)
        self._kept.append(child)
        child.begin()

    def wait_until_ready(self, address: str | None, host: str = "", settle: float = 2) -> None:
        """Until a page answers; without pages, until the worker has lived `settle` seconds. A child that ends before
        is the end of the start: it said why on standard error, above."""
        if address:
            wait_for_answer(address, host, self._all_alive)
            return
        end = time.monotonic() + settle
        while time.monotonic() < end:
            self._all_alive()
            time.sleep(0.05)

    def keep(self) -> None:
        """Restart what dies, until a signal asks to stop."""
        while not self._asked_to_stop:
            now = time.monotonic()
            for child in self._kept:
                if child.died():
                    self._mourn(child, now)
                if child.process is None and child.due <= now:
                    child.begin()
            self._sleep(min([5.0, *(c.due - now for c in self._kept if c.process is None)]))

    def end(self) -> None:
        """Stop every child, whatever happened before."""
        stop([c.process for c in self._kept if c.process is not None])

    def _mourn(self, child: _Kept, now: float) -> None:
        """At once after a long life; later and later for one that dies as soon as it is born."""
        status = child.process.returncode if child.process else None
        child.pause = 0.0 if now - child.started > 10 else min(LONGEST_PAUSE, child.pause * 2 or 0.2)  # noqa: PLR2004
        child.process, child.due = None, now + child.pause
        say(f"{child.name} s’est arrêté ({status}) : redémarrage")

    def _all_alive(self) -> None:
        if self._asked_to_stop:
            raise KeyboardInterrupt
        for child in self._kept:
            if child.died() and child.process:
                raise SetupFailed(
                    f"{child.name} ne démarre pas (code {child.process.returncode}, raison ci-dessus)"
                )

    def _sleep(self, seconds: float) -> None:
        """Until a signal, at most so long. A pipe and not an Event: a handler that sets one may meet its own lock."""
        select.select([self._wake], [], [], max(0.0, seconds))
        try:
            os.read(self._wake, 512)
        except BlockingIOError:
            return

    def _stop_asked(self, *_: object) -> None:
        if self._asked_to_stop:  # asked twice: no more patience
            for child in self._kept:
                if child.process and child.process.poll() is None:
                    child.process.kill()
        self._asked_to_stop = True


@functools.cache
def life() -> int:
    """The reading end of a pipe whose writing end this process alone holds, for as long as it lives."""
    return os.pipe()[0]


def _start(argv: list[str], environ: Environ, *fds: int) -> subprocess.Popen[bytes]:
    """A child in a session of its own, its standard output on our standard error: a2wsgi's `wsgi.errors` is stdout,
    and one line is promised there."""
    return subprocess.Popen(
        [sys.executable, "-X", "utf8", "-m", "webapp.setup.child", *argv],
        env={**environ, "LIFE": str(life())},
        cwd=ROOT,
        pass_fds=(life(), *fds),
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
    )

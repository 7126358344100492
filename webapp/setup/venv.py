"""`.venv`: made once, filled from the hash-locked requirements by uv, by pip where uv cannot work."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from webapp.config import ROOT
from webapp.setup import places
from webapp.setup.progress import SetupFailed, say

LOCKS = Path(__file__).parent / "locks"
Level = Literal["run", "dev"]


def ensure(home: Path, level: Level) -> Path:
    """The Python of a `.venv` that holds what `level` locks; `dev` holds `run` too, so it is never taken down."""
    for python in _pythons(home):
        version, folder = _version(python), python.parents[1]
        if version and _read(folder) in {_stamp(folder, version, at) for at in _at_least(level)}:
            return python
    folder = places.made_here(home, ".venv")
    environ = places.tool_environment(home)
    python = folder / "bin" / "python"
    version = _version(python)
    if not version or _moved(folder):
        _make(folder, environ)
        version = _version(python)
    _fill(folder, level, environ)
    (folder / "trialogue.stamp").write_text(_stamp(folder, version, level))
    return python


def install_apart(home: Path, lock: str, target: Path) -> None:
    """Packages beside the others, out of their way: `sync` removes what its own lock lacks."""
    python = next(p for p in _pythons(home) if os.access(p, os.X_OK))
    environ = places.tool_environment(home)
    locked: list[str | Path] = ["--require-hashes", "--no-deps", "-r", LOCKS / lock]
    uv: list[str | Path] = [
        python,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "--target",
        target,
        *locked,
    ]
    if _run(uv, environ):
        pip = [python, "-m", "pip", "install", "--quiet", "--target", target, *locked]
        if reason := _run(pip, environ):
            raise SetupFailed(f"{lock} ne s’installe pas : {reason}")


def _pythons(home: Path) -> list[Path]:
    """Where one may be: in the project, or in the data folder when the project is read-only."""
    return [folder / ".venv" / "bin" / "python" for folder in (ROOT, home)]


def _make(folder: Path, environ: dict[str, str]) -> None:
    say(f"Environnement Python {sys.version_info.major}.{sys.version_info.minor} dans {folder}…")
    if reason := _run([sys.executable, "-m", "venv", "--clear", folder], environ):
        more = " (sous Debian et Ubuntu : apt install python3-venv)" if "ensurepip" in reason else ""
        raise SetupFailed(f"l’environnement Python ne se crée pas{more} : {reason}")


def _fill(folder: Path, level: Level, environ: dict[str, str]) -> None:
    python, lock = folder / "bin" / "python", LOCKS / f"{level}.txt"
    say(f"Paquets Python ({lock.read_text().count('==')}, empreintes vérifiées)…")
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    uv: list[str | Path] = [
        python,
        "-m",
        "uv",
        "pip",
        "sync",
        "--quiet",
        "--python",
        python,
        "--require-hashes",
        lock,
    ]
    reason = _run([*pip, "-r", LOCKS / "uv.txt"], environ) or _run(uv, environ)
    if reason:
        say(f"uv ne peut pas servir ici ({reason}) : pip le remplace, en moins d’une minute…")
        if reason := _run([*pip, "-r", lock], environ):
            raise SetupFailed(f"les paquets Python ne s’installent pas : {reason}")


def _at_least(level: Level) -> tuple[Level, ...]:
    return ("dev",) if level == "dev" else ("run", "dev")


def _stamp(folder: Path, version: str, level: Level) -> str:
    """What `.venv` was made from: its locks, its place, its own Python (the caller's may be another each time)."""
    digest = hashlib.sha256(f"{folder}\n{version}\n".encode())
    for name in ("uv", level):
        digest.update((LOCKS / f"{name}.txt").read_bytes())
    return f"{level} {digest.hexdigest()}\n{folder}\n"


def _moved(folder: Path) -> bool:
    """The programs in a virtual environment name its folder: after a move they are those of the old place."""
    stamp = _read(folder).splitlines()
    return bool(stamp) and stamp[1:] != [str(folder)]


def _read(folder: Path) -> str:
    stamp = folder / "trialogue.stamp"
    return stamp.read_text() if stamp.exists() else ""


def _version(python: Path) -> str:
    """Of the Python in `.venv`; empty where there is none, or where what it was made from is gone."""
    if not os.access(python, os.X_OK):
        return ""
    asked = subprocess.run(
        [python, "-I", "-c", "import sys, pip; print(sys.version)"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip()


def _run(argv: Sequence[str | Path], environ: dict[str, str]) -> str:
    """Nothing when it worked; else the last line that it said."""
    done = subprocess.run(argv, env=environ, capture_output=True, text=True, check=False, cwd="/")
    if not done.returncode:
        return ""
    lines = (done.stderr.strip() or done.stdout.strip() or f"code {done.returncode}").splitlines()
    told = [line for line in lines if "rror" in line] or lines
    return told[-1].strip()

"""static/dist: built when its sources have changed, from packages installed by their lock."""

import hashlib
import platform
import shutil
from pathlib import Path

from webapp.config import ROOT
from webapp.setup import node, places
from webapp.setup.progress import say

SOURCE = ROOT / "static"
MADE = {"dist", "dist.new", "node_modules"}


def ensure(home: Path, *, packages: bool = False) -> Path:
    """The folder of built files. `packages`: node_modules too (tests take axe-core from there).

    Why two stamps: most changes touch a style or a script, and a build takes a tenth of a second, npm four.
    """
    digest = _digest(*_sources(SOURCE))
    finished = SOURCE / "dist"
    if _stamped(finished, digest) and (not packages or _stamped(SOURCE / "node_modules", _packages_digest())):
        return finished
    static = places.made_here(home, "static")
    if static != SOURCE:
        shutil.copytree(SOURCE, static, dirs_exist_ok=True, ignore=lambda _, names: MADE.intersection(names))
    installed = _stamped(static / "node_modules", _packages_digest())
    if installed and _stamped(static / "dist", digest):
        return static / "dist"
    tools = node.ensure(home)
    if not installed:
        say("Paquets npm (empreintes vérifiées)…")
        tools.run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=static)
        _stamp(static / "node_modules", _packages_digest())
    say("Construction de static/dist…")
    tools.run("build.mjs", cwd=static)
    _stamp(static / "dist", digest)
    return static / "dist"


def node_modules(home: Path) -> Path:
    """Where `ensure(packages=True)` installed them."""
    return places.made_here(home, "static") / "node_modules"


def _sources(folder: Path) -> list[Path]:
    """Every file that the build reads."""
    top = [p for p in folder.iterdir() if p.name not in MADE]
    return sorted(f for p in top for f in ([p] if p.is_file() else p.rglob("*")) if f.is_file())


def _packages_digest() -> str:
    """npm installs for one kind of machine: esbuild is a program."""
    return _digest(SOURCE / "package-lock.json", extra=f"{platform.system()} {platform.machine()}")


def _digest(*files: Path, extra: str = "") -> str:
    digest = hashlib.sha256(extra.encode())
    for file in files:
        digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _stamped(folder: Path, digest: str) -> bool:
    stamp = folder / ".stamp"
    return stamp.exists() and stamp.read_text() == digest


def _stamp(folder: Path, digest: str) -> None:
    (folder / ".stamp").write_text(digest)

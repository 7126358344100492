"""`lock`: write the lock files again from pyproject.toml and the package.json files. `--upgrade` takes newer versions.

uv writes hashes of every file of a release and no address at all; npm is told the same by static/.npmrc.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from webapp.config import ROOT, Config
from webapp.setup import assets, node, places, venv
from webapp.setup.progress import SetupFailed, say

COMPILE = (
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--quiet",
)
NPM_LOCK = ("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")


def lock(config: Config, rest: list[str]) -> int:
    """Python first, then npm. uv.txt and node.txt hold one pin each and change by hand, hashes with it."""
    environ = places.tool_environment(config.home)
    run, dev = venv.LOCKS / "run.txt", venv.LOCKS / "dev.txt"
    for output, more in ((run, ()), (dev, ("--group", "dev", "-c", run))):
        say(f"{output.name}…")
        uv = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            "pyproject.toml",
            *more,
            *COMPILE,
            *rest,
            "-o",
            output,
        ]
        if subprocess.run(uv, env=environ, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
            raise SetupFailed(f"{output.name} ne s’écrit pas")
    tools = node.ensure(config.home)
    for folder in (assets.SOURCE, venv.LOCKS / "chromium"):
        say(f"{folder.name}/package-lock.json…")
        tools.run_npm(*NPM_LOCK, cwd=folder)
        _installs_from_empty(tools, folder)
    return 0


def _installs_from_empty(tools: node.Node, folder: Path) -> None:
    """A package whose optional parts lag behind passes `npm install` and fails `npm ci`."""
    with tempfile.TemporaryDirectory() as empty:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(folder / name, empty)
        tools.run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--dry-run", cwd=Path(empty))

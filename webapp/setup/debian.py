"""Programs that Debian packages: looked for on the path, installed once when we are root and apt is there."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from webapp.setup.progress import say


def found(names: Sequence[str], packages: Sequence[str], *, known: bool = False) -> str | None:
    """Where one of these programs is; None: it is not here, and cannot be installed.

    ``known``: only if apt knows the packages already; its lists are not fetched for what one can do without.
    """
    if here := _on_path(names):
        return here
    if os.geteuid() or not shutil.which("apt-get"):
        return None
    say(f"{packages[0]} par apt-get (une fois)…")
    # waits for another apt instead of failing beside it; asks nothing
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    if not _quietly(install, environ) and not known:
        _quietly([*apt, "update"], environ)
        _quietly(install, environ)
    return _on_path(names)


def _on_path(names: Sequence[str]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _quietly(argv: list[str], environ: dict[str, str]) -> bool:
    done = subprocess.run(argv, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return not done.returncode

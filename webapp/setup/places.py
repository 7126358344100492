"""Where things lie: the project, the data, and the environment that other people's tools run in."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

from webapp.config import ROOT
from webapp.setup.progress import SetupFailed, say

BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
MEANT_FOR_ANOTHER_PYTHON = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


def project_is_writable() -> bool:
    """A project in a read-only image or owned by somebody else keeps what is made in TRIALOGUE_HOME."""
    return os.access(ROOT, os.W_OK)


def make_home(home: Path) -> Path:
    """The data folder, made if need be. 0755 so that, as root, PostgreSQL's account can walk through it."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o755)
    except OSError as e:
        raise SetupFailed(
            f"{home} ne peut pas être créé ({e.strerror}) ; TRIALOGUE_HOME en choisit un autre"
        ) from None
    if not os.access(home, os.W_OK):
        raise SetupFailed(f"{home} n’est pas accessible en écriture ; TRIALOGUE_HOME en choisit un autre")
    return home


def made_here(home: Path, name: str) -> Path:
    """A folder of made things (.venv, static): in the project, or in the data folder when the project is read-only."""
    return (ROOT if project_is_writable() else home) / name


def tag(path: Path) -> str:
    """A short name for a path, for folders that must not bear it."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def tool_environment(home: Path) -> dict[str, str]:
    """The environment for uv, npm, PostgreSQL and for ourselves: nobody else's Python, a HOME that can be written.

    The caches move with HOME only where there is none: elsewhere they spare the next project its downloads.
    """
    environ = {k: v for k, v in os.environ.items() if k not in MEANT_FOR_ANOTHER_PYTHON}
    environ |= {
        "PYTHONNOUSERSITE": "1",
        "UV_NO_CONFIG": "1",
        "UV_LINK_MODE": "copy",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "NODE_DISABLE_COMPILE_CACHE": "1",
    }
    _trust_what_the_machine_trusts(environ)
    if not os.access(environ.get("HOME") or "/nowhere", os.W_OK):
        own = home / "home"
        own.mkdir(parents=True, exist_ok=True, mode=0o700)
        environ |= {
            "HOME": str(own),
            "UV_CACHE_DIR": str(own / "uv"),
            "PIP_CACHE_DIR": str(own / "pip"),
            "npm_config_cache": str(own / "npm"),
        }
    return environ


def _trust_what_the_machine_trusts(environ: dict[str, str]) -> None:
    """uv and the wheel's node carry certificates of their own; behind a company's proxy the machine's are needed."""
    environ.setdefault("UV_SYSTEM_CERTS", "1")
    known = (environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *BUNDLES)
    if bundle := next((path for path in known if path and Path(path).exists()), None):
        environ.setdefault("NODE_EXTRA_CA_CERTS", bundle)


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """One set-up at a time for a folder: a test run and a server may be started at once."""
    lock = home / "setup.lock"
    with lock.open("a+") as gate:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Une autre préparation est en cours : attente…")
            fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def account() -> pwd.struct_passwd:
    """As root: the account that runs PostgreSQL, which refuses root. One that exists already, never made by us."""
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get(os.environ.get("TRIALOGUE_PG_USER") or "postgres") or names["nobody"]


def place(home: Path) -> Path:
    """As root: a folder that `account()` can walk to; parents closed to it are left as they are."""
    if os.geteuid():
        return home
    who = account()
    home.mkdir(parents=True, exist_ok=True, mode=0o755)
    for folder in home.parents:
        stat = folder.stat()
        bit = 0o100 if stat.st_uid == who.pw_uid else 0o010 if stat.st_gid == who.pw_gid else 0o001
        if not stat.st_mode & bit:
            return Path("/var/lib") / f"trialogue-{tag(home)}"
    return home


def short(folder: Path, name: str) -> Path:
    """A folder for a socket: its path may have no more than 107 bytes, name included."""
    return folder if len(os.fsencode(folder)) < 80 else Path(tempfile.gettempdir()) / f"{name}-{tag(folder)}"  # noqa: PLR2004  107, less the socket's own name

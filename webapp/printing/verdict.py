"""What a file is that somebody brings: ours and whole, ours and altered, or unknown. It is kept nowhere.

First by its bytes: what we sealed is known by its SHA-256. Else by its seal, read by a process made for that.
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from tenants.documents import files
from webapp.config import ROOT

PATIENCE = 20  # seconds for the process that reads
CHUNK = 262_144
_HEAD = 1024  # where a PDF must say that it is one


@dataclass(frozen=True)
class Verdict:
    """``outcome``: whole, altered (our seal, another content), unlisted (our seal, whole, in no register of ours),
    foreign (somebody else's seal), bare (a PDF without a seal), unreadable, not_pdf.
    """

    outcome: str
    sha256: str
    purpose: str | None = None
    number: str | None = None
    version: int | None = None
    firm: str | None = None
    at: datetime | None = None
    timestamped: bool = False

    @property
    def whole(self) -> bool:
        """The only outcome by which a file may be relied on."""
        return self.outcome == "whole"


def of(source: IO[bytes]) -> Verdict:
    """Reads it from its start; bounded in size by whoever took it in."""
    digest = hashlib.sha256()
    while piece := source.read(CHUNK):
        digest.update(piece)
    sha256 = digest.hexdigest()
    if known := files.known(digest.digest()):
        return Verdict("whole", sha256, **known)
    source.seek(0)
    if b"%PDF-" not in source.read(_HEAD):
        return Verdict("not_pdf", sha256)
    source.seek(0)
    return _sealed(_read_apart(source.read()), sha256)


def _sealed(told: dict[str, Any], sha256: str) -> Verdict:
    seals = told.get("seals", -1)
    if seals < 1:
        return Verdict("bare" if seals == 0 else "unreadable", sha256)
    firm = files.firm_of_seal(bytes.fromhex(told["fingerprint"]))
    if firm is None:
        return Verdict("foreign", sha256)
    return Verdict("unlisted" if told["whole"] else "altered", sha256, firm=firm)


def _read_apart(body: bytes) -> dict[str, Any]:
    """By a process without our environment: no secret, no database, little memory, little time."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "webapp.printing.check"], input=body, capture_output=True,
            cwd=ROOT, env={}, timeout=PATIENCE, check=False,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {}
    return found

"""Where the bytes of files lie: behind four verbs, so that another place may take a folder's part.

A name is random and says nothing; it is no part of a path that anybody typed. What was put is never overwritten.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol

from flask import current_app

CHUNK = 256 * 1024
_NAME = re.compile(r"[0-9a-f]{32}")


class Missing(Exception):
    """No bytes under that name: the row is older than the folder, or the folder is not the one that it was."""


@dataclass(frozen=True)
class Put:
    """What was written."""

    stored: str
    size: int
    sha256: bytes


class Store(Protocol):
    """The verbs."""

    def put(self, source: IO[bytes]) -> Put:
        """Keep all that the source gives from where it stands, durably, under a new name."""
        ...

    def open(self, stored: str) -> IO[bytes]:
        """Raises Missing."""
        ...

    def delete(self, stored: str) -> None:
        """Nothing if it is not there."""
        ...

    def names(self, before: datetime) -> Iterator[str]:
        """Those put before then."""
        ...


class Folder:
    """A local folder, shared by all processes of a machine (a volume, in containers)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, source: IO[bytes]) -> Put:
        """Beside first, then under its name once it is whole and on the disk."""
        stored = secrets.token_hex(16)
        path = self._path(stored)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".partial")
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            partial.rename(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        return Put(stored, size, digest.digest())

    def open(self, stored: str) -> IO[bytes]:
        """Raises Missing."""
        try:
            return self._path(stored).open("rb")
        except FileNotFoundError:
            raise Missing(stored) from None

    def delete(self, stored: str) -> None:
        """Nothing if it is not there."""
        self._path(stored).unlink(missing_ok=True)

    def names(self, before: datetime) -> Iterator[str]:
        """Those put before then; pieces that a killed process left are taken away on the way."""
        for path in self.root.glob("??/*"):
            old = datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
            if old and path.suffix == ".partial":
                path.unlink(missing_ok=True)
            elif old and _NAME.fullmatch(path.parent.name + path.name):
                yield path.parent.name + path.name

    def _path(self, stored: str) -> Path:
        if not _NAME.fullmatch(stored):
            raise Missing(stored)
        return self.root / stored[:2] / stored[2:]


def store() -> Store:
    """That of the present application."""
    return Folder(current_app.extensions["trialogue"].files)

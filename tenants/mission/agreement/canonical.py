"""The exact text of a version: one value, its bytes, its hash. Pure.

Bytes are canonical JSON (keys sorted, no spaces, UTF-8), so that whoever has the value finds the same hash; what is
printed, shown and signed is read from them and from nothing else.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenants.documents.texts import canonical, unprintable

FORMAT = 1


@dataclass(frozen=True)
class Exact:
    """What is signed."""

    content: Mapping[str, Any]

    @property
    def data(self) -> bytes:
        """As kept."""
        return json.dumps(self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @property
    def hash(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def of_bytes(data: bytes) -> dict[str, Any]:
    """The content of a version, from what was hashed."""
    found: dict[str, Any] = json.loads(data)
    return found


def strings(value: Any) -> Iterable[str]:
    """Every text of a content, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def unprintables(content: Mapping[str, Any]) -> list[str]:
    """Characters that no printer shows, by name."""
    return list(dict.fromkeys(c for s in strings(content) for c in unprintable(s)))


def same(one: Mapping[str, Any], other: Mapping[str, Any], *, but: Iterable[str] = ()) -> bool:
    """Whether two contents say the same, whatever their number and what ``but`` names."""
    left_out = {"number", "kind", "previous", *but}
    return all(_plain(one.get(k)) == _plain(other.get(k)) for k in {*one, *other} - left_out)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return canonical(value)
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value

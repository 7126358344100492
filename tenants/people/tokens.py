"""Secrets that leave this house once, and the hashes that stay. Randomness for signing in enters here alone.

Each kind is hashed in a way of its own, so that a token of one kind never opens the door of another.
"""

import hashlib
import hmac
import ipaddress
import secrets
import unicodedata
import uuid


def new_token() -> str:
    """256 random bits, safe in a cookie and in an address."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**6):06d}"


def session_hash(token: str) -> bytes:
    """What ``enter()`` looks for."""
    return hashlib.sha256(token.encode()).digest()


def pending_hash(token: str) -> bytes:
    """Of a token that proves the first factor alone: never equal to a session's, whatever the cookie holds."""
    return _keyed(b"pending", token)


def link_hash(token: str) -> bytes:
    """Of the token in a mailed link."""
    return _keyed(b"link", token)


def task_hash(token: str) -> bytes:
    """Of the token of a one-time task: what ``enter()`` looks for, which no cookie's hash can equal."""
    return _keyed(b"task", token)


def device_hash(token: str) -> bytes:
    """Of the cookie that names a browser."""
    return _keyed(b"device", token)


def code_hash(secret: bytes, request_id: uuid.UUID, code: str) -> bytes:
    """Six digits can be guessed from a bare hash: the key is the application's, the salt is the request."""
    return hmac.digest(secret, b"code" + request_id.bytes + digits(code).encode(), "sha256")


def ip_hash(secret: bytes, address: str) -> bytes:
    """Counts what one network address asks without keeping it; of IPv6 the /64, which one subscriber has whole."""
    return hmac.digest(secret, b"ip" + _network(address).encode(), "sha256")


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004 - the protocol's own
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False))


def recovery_hash(secret: bytes, person_id: uuid.UUID, code: str) -> bytes:
    """Of a recovery code as typed: case, spaces and hyphens do not count."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", code).upper() if c.isalnum())
    return hmac.digest(secret, b"recovery" + person_id.bytes + kept.encode(), "sha256")


def digits(typed: str) -> str:
    """The digits of what was typed, whatever their script and what stands between them."""
    return "".join(str(unicodedata.digit(c)) for c in typed if c.isdigit())


def _keyed(kind: bytes, token: str) -> bytes:
    return hashlib.blake2b(token.encode(), digest_size=32, person=kind).digest()

"""Before a socket or a fallback post is opened: where it comes from, whose cookie it has, which page it is.

Why Origin: neither CORS nor a form token protects a socket, and SameSite does not stop a sibling subdomain.
"""

import uuid
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from webapp.live.frames import Close, Fault
from webapp.live.topics import Page
from webapp.security import same_origin

SCHEMA = "1"  # of the documents; an older page is asked to reload
KEY = 200  # characters of a page key


class Refuse(Exception):
    """No socket at all: an HTTP answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Door:
    """What the handshake says; nothing of it is believed before the database has judged it."""

    token: bytes
    slug: str
    page: Page


def door(scope: dict[str, Any], *, https: bool) -> Door | Fault:
    """Who knocks. Raises Refuse when it is another site; a Fault is the close code that a browser can act on."""
    headers = {k: v.decode("latin-1") for k, v in scope["headers"]}
    if not same_origin(headers.get(b"origin", ""), headers.get(b"host", ""), https=https):
        raise Refuse(403)
    if scope["path"] not in {"/live", "/live/"} and not scope["path"].startswith("/live/"):
        raise Refuse(404)
    asked = {k: v[0] for k, v in parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=10).items()}
    try:
        page = page_of(asked.get("page", ""))
    except ValueError:
        return Fault(Close.NO_ACCESS, "page")
    if asked.get("v", SCHEMA) != SCHEMA:
        return Fault(Close.OLD_PAGE)
    token = _token(headers.get(b"cookie", ""), https=https)
    if not token:
        return Fault(Close.SIGN_IN, "no-cookie")
    if not asked.get("company"):
        return Fault(Close.NO_ACCESS, "company")
    return Door(token, asked["company"], page)


def page_of(key: str) -> Page:
    """``objectives:<mission>:<strand>``, ``people:<mission>``, or a word alone. Raises ValueError."""
    room, *ids = key.split(":")
    if len(key) > KEY or not room.replace("-", "").isalpha() or len(ids) > 2:  # noqa: PLR2004 - mission, strand
        raise ValueError(key)
    found = [uuid.UUID(i) for i in ids]
    if [str(i) for i in found] != ids:  # one spelling only: the key goes on the bus, and a roster is a page's
        raise ValueError(key)
    return Page(key, *found)


def _token(cookie: str, *, https: bool) -> bytes:
    from webapp.auth import session

    try:
        jar = {k: m.value for k, m in SimpleCookie(cookie).items()}
    except CookieError:
        return b""
    return session.token_hash(jar, https=https)

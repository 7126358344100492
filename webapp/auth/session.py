"""The cookie of a sign-in. It holds a random token, whose hash is a row: ending the row ends the session, at once.

Why not Flask's signed session, nor Flask-Login's: after a sign-out a copied cookie of theirs still opens pages.
"""

import re
import threading
import time
import uuid
from collections.abc import Mapping

from flask import Response, current_app
from sqlalchemy import text

from tenants.db import db
from tenants.people import tokens
from tenants.people.operations import Started
from webapp.config import Config

TOUCH_EVERY = 300.0  # seconds; the database keeps to it as well, whichever process asks
LONGEST = 100
YEAR = 365 * 24 * 3600

_touched: dict[bytes, float] = {}
_touching = threading.Lock()

# Each names those that it descends from after itself: the first that is found is the one.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Vivaldi", "Vivaldi"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def secure() -> bool:
    """Whether people come by https."""
    config: Config = current_app.extensions["trialogue"]
    return config.secure


def cookie_name(*, https: bool | None = None) -> str:
    """``__Host-sid`` over https: no subdomain can plant it. Outside the application say which."""
    return "__Host-sid" if (secure() if https is None else https) else "sid"


def token_hash(cookies: Mapping[str, str], *, https: bool | None = None) -> bytes:
    """What ``enter()`` is given; b"" without a cookie."""
    token = cookies.get(cookie_name(https=https), "")
    return tokens.session_hash(token) if 0 < len(token) <= LONGEST else b""


def give(response: Response, started: Started) -> Response:
    """Hand the token to the browser: for as long as the row where the device is recognised, else until it closes."""
    response.set_cookie(
        cookie_name(),
        started.token,
        expires=started.expires_at if started.lasting else None,
        path="/",
        secure=secure(),
        httponly=True,
        samesite="Lax",
    )
    if started.device_token:
        response.set_cookie(
            device_cookie(),
            started.device_token,
            max_age=YEAR,
            path="/",
            secure=secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def take_back(response: Response) -> Response:
    """Forget the token in the browser."""
    response.delete_cookie(cookie_name(), path="/", secure=secure(), httponly=True, samesite="Lax")
    return response


def device_cookie() -> str:
    """Names a browser, so that a sign-in from a new one can be told to its person. Says nothing of the person."""
    return "__Host-device" if secure() else "device"


def device(user_agent: str | None) -> str:
    """« Firefox, Windows »: enough to know one's own devices by; nothing when it cannot be told."""
    agent = user_agent or ""
    found = [_first(agent, _BROWSERS), _first(agent, _SYSTEMS)]
    return ", ".join(word for word in found if word)


def touch(token: bytes) -> None:
    """Note that a sign-in was used: one statement every five minutes, in a transaction of its own (a GET cannot write)."""
    moment = time.monotonic()
    with _touching:
        if moment - _touched.get(token, -TOUCH_EVERY) < TOUCH_EVERY:
            return
        if len(_touched) > 10_000:  # noqa: PLR2004  a bound on memory: forgetting costs a statement, nothing else
            _touched.clear()
        _touched[token] = moment
    with db.engine.begin() as connection:
        connection.execute(text("select touch_sign_in(:t)"), {"t": token})


def ended(token: bytes) -> uuid.UUID | None:
    """Whose sign-in that was, when it was ended from elsewhere; apart from the request's transaction, where nobody acts."""
    with db.engine.connect() as connection:
        found: uuid.UUID | None = connection.scalar(text("select ended_sign_in(:t)"), {"t": token})
        return found


def _first(agent: str, words: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in words if re.search(rf"\b{mark}", agent)), "")

"""What the pages of signing in share: the step one is at, and how a sign-in begins.

Two short cookies carry it: ``asked`` (signed: which request, which address, back where) and
``second`` (the token of a sign-in whose second factor is awaited). Nothing of it stands in an address or a page.
"""

import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tenants import walls
from tenants.actors import Actor
from tenants.db import db
from tenants.people import operations, tokens
from tenants.people.operations import Pending, Started
from webapp.auth import paths, session
from webapp.pages import wants_fragment

PENDING_FOR = 900
ASKED_FOR = 3600  # seconds: longer than a code lives, so that its expiry can be said
PATH = "/"


@dataclass(frozen=True)
class Asked:
    """A code was asked for: by which request, at which address, back where."""

    request: str
    address: str
    next: str
    purpose: str = "sign_in"

    @property
    def request_id(self) -> uuid.UUID:
        """The request that the code belongs to."""
        return uuid.UUID(self.request)


def secret() -> bytes:
    """The application's secret, with which codes are hashed."""
    return str(current_app.config["SECRET_KEY"]).encode()


def ip() -> str:
    """The network address that asks."""
    return request.remote_addr or ""


def asked(purpose: str = "sign_in") -> Asked | None:
    """What was asked in this browser, for that; None if nothing, or too long ago."""
    try:
        found = Asked(**_signer().loads(request.cookies.get(_name("asked"), ""), max_age=ASKED_FOR))
    except (BadSignature, TypeError):
        return None
    return found if found.purpose == purpose else None


def remember(response: Response, found: Asked) -> Response:
    """Keep the step in the browser."""
    return _keep(response, "asked", _signer().dumps(asdict(found)), ASKED_FOR)


def shown(page: str, fragment: str, *, status: int = 200, **context: object) -> Response:
    """The page, or the fragment in the page's dialog; after a post too, where what is shown is shown once."""
    inside = wants_fragment()
    template = f"auth/{fragment if inside else page}"
    response = make_response(render_template(template, inside=inside, **context), status)
    response.headers["Vary"] = "Cookie, HX-Request, HX-Request-Type"
    return response


def onward(endpoint: str) -> Response:
    """To the next step. In the page's dialog the redirection is followed unseen and brings the step's fragment."""
    return make_response(redirect(url_for(f"signing_in.{endpoint}"), 303))


def begin(person_id: uuid.UUID, *, by: str, recognised: bool, next_path: str) -> Response:
    """Open the sign-in, or its second step; the answer carries the cookie and leads on."""
    started = start(person_id, by=by, recognised=recognised)
    if not started.pending:
        return arrive(started, person_id, next_path)
    response = remember(onward("second"), Asked("", "", next_path))
    return _keep(response, "second", started.token, PENDING_FOR)


def start(person_id: uuid.UUID, *, by: str, recognised: bool) -> Started:
    """Open the sign-in in place of the one that this browser held."""
    return operations.start_sign_in(
        person_id,
        session.device(request.user_agent.string),
        recognised=recognised,
        by=by,
        replaces=g.token_hash,
        device_token=request.cookies.get(session.device_cookie()),
    )


def complete(found: Pending, token: str) -> Started:
    """The second factor was given: a new token takes the place of the one that proved the first."""
    operations.sign_out(tokens.pending_hash(token))
    return start(found.person_id, by="second", recognised=found.recognised)


def arrive(started: Started, person_id: uuid.UUID, next_path: str) -> Response:
    """Signed in: to the page asked for; in the page's dialog, the page is told and sends its request again."""
    answer = told(person_id) if wants_fragment() else make_response(redirect(paths.safe(next_path), 303))
    return dress(answer, started)


def told(person_id: uuid.UUID) -> Response:
    """Nothing to show: the page sends its request again, if the same person signed in as had typed in it."""
    response = make_response("")
    response.headers["HX-Trigger"] = json.dumps({"signed-in": {"me": str(person_id)}})
    return response


def dress(response: Response, started: Started) -> Response:
    """Give the session's cookie, forget the steps."""
    session.give(response, started)
    for name in ("asked", "second"):
        response.delete_cookie(_name(name), path=PATH, secure=session.secure(), httponly=True, samesite="Lax")
    return response


@contextlib.contextmanager
def waiting() -> Iterator[tuple[Pending, str, Actor] | None]:
    """Act as the person whose second factor is awaited in this browser: (what, the token, who), or None."""
    token = request.cookies.get(_name("second"), "")
    db.session.rollback()
    read_only = request.method in ("GET", "HEAD")
    with walls.entering(tokens.pending_hash(token) if token else b"", read_only=read_only):
        found = operations.pending(token) if token else None
        yield (found, token, Actor(person_id=found.person_id)) if found else None


def _keep(response: Response, name: str, value: str, seconds: int) -> Response:
    response.set_cookie(
        _name(name), value, max_age=seconds, path=PATH, secure=session.secure(), httponly=True, samesite="Lax"
    )
    return response


def _name(name: str) -> str:
    return f"__Host-{name}" if session.secure() else name


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret(), salt="asked")

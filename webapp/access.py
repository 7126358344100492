"""The one door: who asks, in which company, in one transaction, allowed by one table.

Every route names what it does (``@allows(Do.X, load)``) or says that it is ``@public``; a route that says neither stops
the start. The request is the transaction: a GET cannot write, an answer below 400 commits, what was told leaves then.
"""

import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import wraps
from typing import Any

from flask import Flask, Response, abort, current_app, g, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from tenants import tasks, walls
from tenants.actors import Actor
from tenants.db import db
from tenants.events import told
from tenants.mission import queries as missions
from tenants.mission.life.queries import ended_on
from tenants.people import tokens
from tenants.policy import Do, allowed, may
from tenants.refusals import Refused
from tenants.tasks import Task
from webapp import seeing

View = Callable[..., Any]
SAFE = ("GET", "HEAD", "OPTIONS")


def allows(do: Do, load: View) -> Callable[[View], View]:
    """The view gets what ``load`` found through the walls: None is 404, an actor whom the table refuses is 403."""

    def named(view: View) -> View:
        @wraps(view)
        def opened(**args: Any) -> Any:
            subject = load(**args)
            if subject is None:
                abort(404)
            if not may(g.actor, do, subject):
                if allowed(g.actor, do, subject):
                    raise Refused("mission.ended", on=ended_on(subject))
                abort(403)
            return view(subject)

        opened.door = (do, load)  # type: ignore[attr-defined]
        return opened

    return named


def public(view: View) -> View:
    """Open to anyone, signed in or not: it must read nothing that belongs to somebody."""
    view.public = True  # type: ignore[attr-defined]
    return view


def one_task(view: View) -> View:
    """The token in the address is who asks and the one thing that they may do: no cookie is read, none is given."""
    view.by_task = True  # type: ignore[attr-defined]
    return public(view)


def task() -> Task | None:
    """The one-time task by which this request acts; None when its link opens nothing (any more)."""
    found: Task | None = g.task
    return found


def keep() -> None:
    """Commit this transaction whatever the status: a wrong code answers 422 and must still be counted."""
    g.keep = True


def actor() -> Actor:
    """Who asks. Only views may call it: operations take ``by=``."""
    found: Actor = g.actor
    return found


def in_mission(mission_id: uuid.UUID) -> missions.Frame | None:
    """Load the mission that the request is about; from then on the actor knows the zones that they read in it."""
    known: missions.Frame | None = g.get("frame")
    if known is None or known.id != mission_id:
        known = g.frame = missions.frame(mission_id)
        if known is not None:
            g.actor = seeing.borrow(missions.with_zones(g.actor, known), known)
    return known


def renew(mission_id: uuid.UUID) -> missions.Frame | None:
    """Load the mission again after an act that made a zone in it."""
    g.frame = None
    return in_mission(mission_id)


def init_app(app: Flask) -> None:
    """Open and settle every request, and check that every route says what it does."""
    app.url_value_preprocessor(_company)
    app.url_defaults(_same_company)
    seeing.init_app(app)
    app.before_request(_enter)
    app.after_request(_settle)
    app.teardown_request(_leave)
    app.context_processor(lambda: {"current": Current()})


class Current:
    """Who asks, as templates see it: ``current.person`` (None for a visitor) and ``current.actor``."""

    @property
    def person(self) -> missions.Here | None:
        """Names, language and theme."""
        found: missions.Here | None = current_user.here if current_user.is_authenticated else None
        return found

    @property
    def actor(self) -> Actor | None:
        """The plain value that the policy judges."""
        found: Actor | None = g.get("actor")
        return found

    @property
    def forget(self) -> uuid.UUID | None:
        """Whose unsent texts this device is to forget: its sign-in was ended from elsewhere. Never for one that expired."""
        from webapp.auth import session

        token = g.get("token_hash")
        return session.ended(token) if token and g.get("actor") is None else None


def check_routes(app: Flask) -> None:
    """Raises if a route neither names its Do nor is public."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint != "static" and not hasattr(view, "door") and not hasattr(view, "public"):
            raise RuntimeError(f"{rule.endpoint}: add @allows(Do.…, load.…) or @public")


def _company(endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.slug = values.pop("company", None) if values else None


def _same_company(endpoint: str, values: dict[str, Any]) -> None:
    """Links within a company name it by themselves."""
    if (
        g.get("slug")
        and "company" not in values
        and current_app.url_map.is_endpoint_expecting(endpoint, "company")
    ):
        values["company"] = g.slug


def _enter() -> Any:
    from webapp.auth import session

    g.actor = g.here = g.frame = g.task = None
    g.stack = ExitStack()
    view = request.endpoint and _view(request.endpoint)
    if request.endpoint in (None, "static") or view is None:
        return None
    by_task = hasattr(view, "by_task")
    g.token_hash = (
        tokens.task_hash((request.view_args or {})["token"])
        if by_task
        else session.token_hash(request.cookies)
    )
    read_only = request.method in SAFE
    g.stack.enter_context(walls.entering(g.token_hash, g.slug, read_only=read_only))
    if hasattr(view, "public") and (not g.token_hash or g.slug):
        return None
    try:
        acting = walls.acting(db.session)
    except walls.NotEntered as refused:
        db.session.rollback()
        abort(404 if refused.signed_in else 401)
    found = missions.who(acting) if acting.person else None
    if found is not None and by_task:
        _enter_task(*found)
    elif found is not None:
        g.actor, g.here = found
        g.language = g.here.language
    elif not hasattr(view, "public"):
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return None


def _enter_task(found: Actor, here: missions.Here) -> None:
    """Its person, for that one thing, in its company. Nobody is signed in: ``g.here`` stays empty."""
    row = tasks.opened(g.token_hash)
    g.language = here.language
    if row is not None:
        g.task, g.actor, g.slug = row, replace(found, only=row.only), here.slug


def _view(endpoint: str) -> Any:
    return current_app.view_functions.get(endpoint)


def _settle(response: Response) -> Response:
    """Commit or roll back, then tell. A commit that fails answers 503: nothing was promised to anybody."""
    if "token_hash" not in g:
        return response
    from webapp.live import bus

    settled = response.status_code < 400 or g.get("keep") or request.method in SAFE  # noqa: PLR2004 - HTTP's own
    lines = told() if settled else []
    try:
        db.session.commit() if settled else db.session.rollback()
    except SQLAlchemyError:
        db.session.rollback()
        abort(503)
    if lines:
        bus.publish(lines)
    return response


def _leave(error: BaseException | None) -> None:
    from webapp.auth import session

    db.session.rollback()
    told()
    db.session.remove()
    if "stack" in g:
        g.stack.close()
    if g.get("actor") is not None and g.get("task") is None:
        session.touch(g.token_hash)

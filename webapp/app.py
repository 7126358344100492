"""create_app(): composition, nothing else."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from jinja2 import StrictUndefined

from tenants import models, walls  # noqa: F401 - the tables must be known before any query
from tenants.db import db
from webapp import access, errors, formats, pages, security, wire
from webapp.config import Config, engine_url

TEMPLATES = Path(__file__).parents[1] / "templates"
ROOMS = (
    "webapp.health",
    "webapp.auth",
    "webapp.people",
    "webapp.firm",
    "webapp.company",
    "webapp.mission",
    "webapp.mission.members",
    "webapp.mission.difficulty",
    "webapp.mission.handover",
    "webapp.invitations",
    "webapp.files",
    "webapp.printing",
    "webapp.mission.agreement",
    "webapp.mission.agreement.binding",
    "webapp.mission.objectives",
    "webapp.mission.context",
    "webapp.mission.roadmap",
    "webapp.mission.schedule",
    "webapp.mission.life",
    "webapp.mission.report",
    "webapp.calendars",
    "webapp.tasks",
    "webapp.home",
    "webapp.mail",
)


def create_app(config: Config | None = None) -> Flask:
    """The application for one configuration; a route that names no right stops it here."""
    config = config or Config.from_environ(os.environ)
    app = Flask(
        __name__,
        template_folder=str(TEMPLATES),
        static_folder=str(config.dist),
        static_url_path="/static",
    )
    app.config.update(settings(config))
    app.extensions["trialogue"] = config
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    walls.install()
    formats.register(app)
    for part in (wire, access, security, pages, errors):
        part.init_app(app)
    for room in (*ROOMS, "webapp.demo") if config.demo else ROOMS:
        import_module(room).init_app(app)
    access.check_routes(app)
    return app


def settings(config: Config) -> dict[str, Any]:
    """Flask's and the extensions' settings for one configuration."""
    return {
        "SECRET_KEY": config.secret,
        "SQLALCHEMY_DATABASE_URI": engine_url(config.database_url),
        # a pooler between us and PostgreSQL is the operator's choice; without one these connections are all there are
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 12, "max_overflow": 4, "pool_pre_ping": False},
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 500,
        # the session holds the CSRF token alone; who is signed in is a row (webapp/auth/session.py)
        "SESSION_COOKIE_NAME": "__Host-form" if config.secure else "form",
        "SESSION_COOKIE_SECURE": config.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # a page stays open all day; the token ends with the browser's session
        "TRUSTED_HOSTS": trusted_hosts(config),
    }


def trusted_hosts(config: Config) -> list[str]:
    """The names under which the application answers; links in mails never follow a Host header."""
    public = urlsplit(config.public_url).hostname or "localhost"
    return [public] if config.production else [public, "localhost", "127.0.0.1"]

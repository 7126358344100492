"""Whether this process serves: asked by the parent, a balancer, a container's health check. Tells nothing else."""

from flask import Blueprint, Flask, Response, make_response
from sqlalchemy import text

from tenants.db import db
from webapp.access import public

health = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    """Register the one route."""
    app.register_blueprint(health)


@health.get("/health")
@public
def index() -> Response:
    """200 when the database answers; the error page's 500 or 503 otherwise."""
    db.session.execute(text("select 1"))
    response = make_response("ok\n")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response

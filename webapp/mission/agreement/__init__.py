"""The agreement's doors: the request and its sentence, expectations, divergences. Its binding has doors of its own."""

from flask import Blueprint, Flask

from tenants.documents import kinds
from tenants.mission.agreement import texts
from tenants.mission.stages import Stage
from tenants.zones import Kind
from webapp.mission import layout

agreement = Blueprint("agreement", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/agreement")


def init_app(app: Flask) -> None:
    """Register the blueprint, the words of refusals, the stage's door, and what follows a fold of live text."""
    from webapp.mission.agreement import expecting, views, words, writing  # noqa: F401 - their routes

    words.register()
    app.register_blueprint(agreement)
    layout.DOORS[Stage.AGREEMENT] = ("agreement.index", Kind.AGREEMENT)
    layout.LINES[Stage.AGREEMENT] = words.line
    for what in ("request", "reformulation", "sentence"):
        kinds.on_fold[what] = texts.folded
        kinds.on_settle[what] = texts.settled

"""The context file's doors, beside the objectives in their stage: sheets, copies, questions, starting position, files."""

from flask import Blueprint, Flask

from tenants.documents import kinds
from tenants.mission.context import note, sheets
from tenants.mission.stages import Stage
from tenants.zones import Kind
from webapp.mission import layout

context = Blueprint("context", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/context")


def init_app(app: Flask) -> None:
    """Register the blueprint, the words of refusals, the stage's second door, and what follows a fold of live text."""
    from webapp.mission.context import (  # noqa: F401 - their routes
        acts,
        attachments,
        position_acts,
        question_acts,
        views,
        words,
    )

    words.register()
    app.register_blueprint(context)
    layout.BESIDE[Stage.OBJECTIVES] = ("context.index", Kind.CONTEXT)
    kinds.on_fold["job_sheet"] = sheets.folded
    kinds.on_settle["job_sheet"] = sheets.settled
    kinds.on_fold["note"] = note.folded

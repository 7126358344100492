"""The objectives' doors: the list of a strand, each line read and written, initials, comments, history, progress."""

from typing import Any

from flask import Flask

from tenants.documents import kinds
from tenants.mission import queries as missions
from tenants.mission.objectives import operations, queries


def init_app(app: Flask) -> None:
    """Register the blueprint, the words of refusals, and what follows a fold of live text."""
    from webapp.mission.objectives import acts, views, words

    words.register()
    app.register_blueprint(views.objectives)
    app.register_blueprint(acts.acts)
    kinds.on_fold["objective"] = _folded
    kinds.on_settle["objective"] = operations.settled


def _folded(told: Any) -> None:
    row = queries.get(told.subject_id)
    frame = missions.frame(row.mission_id) if row is not None else None
    if frame is not None:
        operations.folded(told, frame)

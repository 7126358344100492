"""The roadmap's doors: the axes of a strand, with their strategies and actions, read and written."""

from typing import Any

from flask import Flask

from tenants.documents import kinds
from tenants.mission import queries as missions
from tenants.mission.roadmap import history
from tenants.mission.stages import Stage
from tenants.zones import Kind
from webapp.mission import layout


def init_app(app: Flask) -> None:
    """Register blueprints, the words of refusals, the stage's door and line, and what follows a fold of live words."""
    from webapp.mission.roadmap import acts, line_acts, views, words

    words.register()
    for blueprint in (views.roadmap, acts.acts, line_acts.acts):
        app.register_blueprint(blueprint)
    layout.DOORS[Stage.ROADMAP] = ("roadmap.index", Kind.ROADMAP)
    layout.LINES[Stage.ROADMAP] = words.stage_line
    for kind in history.MODELS:
        kinds.on_fold[kind] = _folded
        kinds.on_settle[kind] = history.settled


def _folded(told: Any) -> None:
    line = history.line_of(told)
    frame = missions.frame(line.mission_id) if line is not None else None
    if frame is not None:
        history.folded(told, frame)

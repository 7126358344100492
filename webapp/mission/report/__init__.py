"""The report's doors: written by the mentor, read first by the mentee, issued, acknowledged."""

from flask import Flask

from tenants.mission.stages import Stage
from tenants.zones import Kind
from webapp.mission import layout


def init_app(app: Flask) -> None:
    """Register blueprints, the words of refusals, the stage's door and line."""
    from webapp.mission.report import acts, views, words

    words.register()
    for blueprint in (views.report, acts.acts):
        app.register_blueprint(blueprint)
    layout.DOORS[Stage.REPORT] = ("report.index", Kind.REPORT)
    layout.LINES[Stage.REPORT] = words.stage_line

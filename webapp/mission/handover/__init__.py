"""« Passation »: the one page of a mentor who was replaced, and what the mentee makes of what they left."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the routes and the words of refusals."""
    from webapp.mission.handover import views, words  # noqa: F401 - words by being imported

    app.register_blueprint(views.room)

"""« Signaler une difficulté », at hand on every page of a mission: one thread, two persons, nobody else."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the routes and the words of refusals."""
    from webapp.mission.difficulty import views, words  # noqa: F401 - words by being imported

    app.register_blueprint(views.room)

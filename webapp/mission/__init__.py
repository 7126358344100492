"""A mission's own pages: where it stands and who takes part. Its rooms have packages and blueprints of their own."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the mission's blueprint and the words of its refusals."""
    from webapp.mission import searching, views

    app.register_blueprint(views.mission)
    app.register_blueprint(searching.search)

"""The people of a mission: who, in what role, since when they read; who is announced; inviting and ending, for staff."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the routes and the words of refusals."""
    from webapp.mission.members import acts, coming, presence, views, words  # noqa: F401 - routes and words by being imported
    from webapp.mission.members.room import room

    app.register_blueprint(room)

"""« Vie de la mission »: suspended, taken up again, ended early."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the routes and the words of refusals."""
    from webapp.mission import layout
    from webapp.mission.life import shown, views, words  # noqa: F401 - routes and words by being imported
    from webapp.mission.life.room import room

    if shown.of_frame not in layout.LIFE:  # an application made again in one process says it once
        layout.LIFE.append(shown.of_frame)

    app.register_blueprint(room)

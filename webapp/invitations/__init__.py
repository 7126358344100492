"""Invitations, into a mission or a firm: shown to whoever holds the link, accepted once."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the routes."""
    from webapp.invitations import missions, staff  # noqa: F401 - routes by being imported
    from webapp.invitations.room import room

    app.register_blueprint(room)

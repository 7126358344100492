"""Dates in people's own diaries: invitations by mail, and a private address that a diary reads. Neutral titles only."""

from flask import Flask


def init_app(app: Flask) -> None:
    """The feed and what makes or revokes its address."""
    from webapp.calendars.views import feeds

    app.register_blueprint(feeds)

"""The demonstration: its people, one button each, and the mails that went out. Impossible in production."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages; only a demonstration calls this (webapp/app.py)."""
    from webapp.demo import mails, views

    app.register_blueprint(views.demo)
    mails.init_app(app)

"""A client company: its missions, those known there; opening a mission."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the routes and the words of refusals."""
    from webapp.company import contacts, missions, views, words  # noqa: F401 - routes and words by being imported
    from webapp.company.room import room

    app.register_blueprint(room)

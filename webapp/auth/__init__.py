"""Signing in: by a code or a link that comes by e-mail, or by a passkey; staff and mentors give a second factor."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages, and what a view may ask of a sign-in."""
    from webapp.auth import fresh, passkeys, second, views, words
    from webapp.auth.login import manager
    from webapp.auth.room import room

    manager.init_app(app)
    for part in (views, second, passkeys, fresh, words):
        part.init_app(app)
    app.register_blueprint(room)

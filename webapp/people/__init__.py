"""A person's own pages: who they are, how they enter, on which devices, what is processed about them."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages, and show the notice before first use."""
    from webapp.people import addresses, application, devices, keys, notice, profile, words
    from webapp.people.room import room

    for part in (profile, addresses, keys, application, devices, notice, words):
        part.init_app(app)
    app.register_blueprint(room)

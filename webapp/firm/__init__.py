"""The firm's own pages: its companies and missions (stages, dates, hours), its staff, opening a company."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the routes and the words of refusals."""
    from webapp.firm import clauses, companies, renewals, staff, views, words  # noqa: F401 - routes and words by being imported
    from webapp.firm.room import room

    app.register_blueprint(room)

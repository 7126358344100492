"""What awaits a person, across companies and firms: the first page after signing in. And who may do what, in words."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the blueprint."""
    from webapp.home import views

    app.register_blueprint(views.home)

"""Files that people send: judged by content, kept under a random name, given back as attachments and never opened here.

A room's view says ``@files.uploads``, reads a form with a ``FileBox``, and hands what came to ``receive``.
"""

from flask import Flask

from webapp.files.box import FileBox
from webapp.files.limits import uploads
from webapp.files.receive import receive

__all__ = ["FileBox", "init_app", "receive", "uploads"]


def init_app(app: Flask) -> None:
    """Register the door of files, the bodies' limits, and the words of refusals."""
    from webapp.files import limits, views, words

    limits.init_app(app)
    app.jinja_env.globals.update(file_kind=words.kind)
    app.register_blueprint(views.files)

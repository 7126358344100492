"""Mails: composed from templates in the reader's language, posted by SMTP, caught in memory by the demonstration."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """The page that a digest's last link opens. Imported here alone: the sink needs no application."""
    from webapp.mail.views import mails
    from webapp.security import csrf

    csrf.exempt(
        mails
    )  # the token is the right to do this; a mail reader's own button (RFC 8058) has no form of ours
    app.register_blueprint(mails)

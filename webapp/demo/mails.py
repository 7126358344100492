"""Every mail that the demonstration sent, as the mail server in the parent's memory holds them: nothing is in a table."""

import json
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, jsonify, request

from webapp.access import public
from webapp.mail.deliver import configuration
from webapp.pages import show

mails = Blueprint("demo_mails", __name__)
SECONDS = 5


def init_app(app: Flask) -> None:
    """In the demonstration only: webapp.demo calls it."""
    app.register_blueprint(mails)


@mails.get("/demo/mails")
@public
def index() -> Response:
    """Newest first, text and headers, links to follow; the same as JSON."""
    sent = _sent()
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(sent)
    return show("demo/mails.html", mails=sent)


def _sent() -> list[dict[str, Any]]:
    address = configuration().demo_mails
    if urlsplit(address).hostname != "127.0.0.1":
        return []
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310  loopback, checked just above
            found: list[dict[str, Any]] = json.load(answer)
    except OSError:  # the parent that held them is gone, and its mails with it
        return []
    return found

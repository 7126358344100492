"""The rhythm of mails, by the link under one of them: no sign-in, for who receives them may not be signed in here."""

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from sqlalchemy import text

from tenants.db import db
from tenants.people import tokens
from webapp.access import public
from webapp.pages import show
from webapp.tasks.forms import NAMES

mails = Blueprint("mails", __name__)


@mails.get("/mails/<token>")
@public
def stop(token: str) -> Response:
    """What is so, and what can be chosen. Opening the link changes nothing: scanners open links."""
    return _shown(token, None)


@mails.post("/mails/<token>")
@public
def choose(token: str) -> Response:
    """A rhythm; a mail reader's own button means « never »."""
    kind = request.form.get("kind")
    if kind is not None:
        return _shown(token, None, kind)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    return _shown(token, "never" if one_click else request.form.get("rhythm", ""))


def _shown(token: str, wanted: str | None, kind: str | None = None) -> Response:
    on = request.form.get("on") == "1"
    off = db.session.scalar(
        text("select mail_kinds_by_link(:h, :k, :on)"),
        {"h": tokens.link_hash(token), "k": kind, "on": on},
    )
    rhythm = db.session.scalar(
        text("select rhythm_by_link(:h, :w)"), {"h": tokens.link_hash(token), "w": wanted}
    )
    if rhythm is None:
        abort(404)
    choices = {
        "daily": _("Un message par jour au plus"),
        "weekly": _("Un message par semaine au plus"),
        "never": _("Aucun de ces messages"),
    }
    return show("mails/rhythm.html", rhythm=rhythm, choices=choices, kinds=NAMES, off=off)

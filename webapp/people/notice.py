"""The notice of what is processed and why, dated: shown before first use, and again when it changes."""

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for

from tenants.people import notice as in_force
from tenants.people import operations, passkeys, queries
from tenants.people.models import Person
from tenants.policy import Do
from webapp.access import actor, allows
from webapp.auth import paths
from webapp.pages import wants_fragment
from webapp.people.room import room

OPEN = ("people.notice", "people.read_notice", "static")


def init_app(app: Flask) -> None:
    """Whoever has not read the notice in force reads it before any page."""
    app.before_request(_before_first_use)


@room.get("/notice")
@allows(Do.PROFILE_SEE, queries.person)
def notice(person: Person) -> Response:
    """The notice, and when one took note of it."""
    return make_response(
        render_template(
            "people/notice.html",
            next=paths.safe(request.args.get("next")),
            dated=in_force.DATED,
            read_at=person.notice_at if person.notice_version == in_force.VERSION else None,
        )
    )


@room.post("/notice")
@allows(Do.PROFILE_EDIT, queries.person)
def read_notice(person: Person) -> Response:
    """Take note, then go on; the first time, by the offer of a passkey."""
    first = person.notice_version is None
    operations.acknowledge_notice(by=actor())
    next_path = paths.safe(request.form.get("next"))
    if first and not passkeys.of(person.id):
        return make_response(redirect(url_for("people.offer", next=next_path), 303))
    return make_response(redirect(next_path, 303))


def _before_first_use() -> Response | None:
    here = g.get("here")
    if here is None or here.notice_version == in_force.VERSION or request.method != "GET" or wants_fragment():
        return None
    if request.endpoint in OPEN or (request.endpoint or "").startswith(("signing_in.", "demo")):
        return None
    return make_response(redirect(url_for("people.notice", next=request.full_path.rstrip("?"))))

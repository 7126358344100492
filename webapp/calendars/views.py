"""The private address: made, shown once, revoked on « Mon compte »; read by a diary that signs in nowhere."""

import hashlib
import math
from datetime import datetime

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext as _

from tenants.people import feeds as mine
from tenants.people import queries
from tenants.people.models import Person
from tenants.policy import Do
from webapp.access import allows, public
from webapp.calendars import ics
from webapp.calendars.words import description, summary
from webapp.formats import now, speaking
from webapp.mail.deliver import link
from webapp.pages import go, show

feeds = Blueprint("calendars", __name__)
LONGEST = 100  # characters of a token
TOO_MANY = 429


@feeds.get("/calendar/<token>.ics")
@public
def feed(token: str) -> Response:
    """Dates alone. An address that was revoked or never made is the same to whoever asks: there is nothing."""
    until = mine.take(token) if len(token) <= LONGEST else None
    if until is not None:
        return _later(until)
    found = mine.dates(token) if len(token) <= LONGEST else None
    if found is None:
        abort(404)
    language, dates = found
    with speaking(language):
        body = ics.feed(
            [_dated(d) for d in dates], summary(), description(), _("Rendez-vous de mentorat (Trialogue)")
        )
    response = make_response(body)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


@feeds.get("/profile/calendar")
@allows(Do.PROFILE_SEE, queries.person)
def calendar(person: Person) -> Response:
    """Whether there is an address, since when."""
    return show("people/calendar.html", feed=mine.mine(), address=None)


@feeds.post("/profile/calendar")
@allows(Do.PROFILE_EDIT, queries.person)
def make(person: Person) -> Response:
    """A new one, shown now and never again; the one before opens nothing any more."""
    address = link("calendars.feed", token=mine.make())
    # not a redirection as after other posts: this is the one time that the address is seen
    return make_response(render_template("people/calendar.html", feed=mine.mine(), address=address))


@feeds.post("/profile/calendar/revocation")
@allows(Do.PROFILE_EDIT, queries.person)
def revoke(person: Person) -> Response:
    """It opens nothing any more."""
    mine.revoke()
    return go("calendars.calendar")


def _later(until: datetime) -> Response:
    """Asked too often: a diary reads when it may again, and shows what it had."""
    response = make_response("", TOO_MANY)
    response.headers["Retry-After"] = str(max(1, math.ceil((until - now()).total_seconds())))
    return response


def _dated(d: mine.FeedDate) -> ics.Dated:
    return ics.Dated(
        session_id=d.session_id, local=d.local_at, zone=d.timezone, at=d.starts_at, minutes=d.minutes,
        sequence=d.sequence, cancelled=d.cancelled, changed_at=d.changed_at,
        link=link("schedule.one", company=d.slug, mission_id=d.mission_id, session_id=d.session_id),
    )  # fmt: skip

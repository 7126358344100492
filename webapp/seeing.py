"""« Voir comme »: any page of a mission's rooms as another party reads it, by ``?as=<contact>``, for whoever may.

One mechanism: the actor becomes that contact, with no zone that the asker does not read too (the walls are narrowed to
the same, in the transaction), and still: the policy refuses every act. Links keep the eyes; a form that would act is
taken out of the page, whichever template wrote it.
"""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    has_app_context,
    has_request_context,
    request,
    url_for,
)

from tenants import walls
from tenants.actors import Actor
from tenants.db import db
from tenants.mission.queries import Frame
from tenants.policy import READING, Do, may

ROOMS = (
    "agreement", "agreement_rules", "agreement_versions", "context", "objectives", "roadmap", "schedule",
    "schedule_hours", "schedule_plan",
)  # fmt: skip
PAGES = frozenset({f"{room}.index" for room in ROOMS} | {"schedule.one", "agreement_versions.one"})
# What has a page of its own, when only a part of it is asked for
OWN = {"session_id": "schedule.one", "version_id": "agreement_versions.one"}
ACTING = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.DOTALL)
LIVING = re.compile(r" data-(?:ytext|doc|src|stale|section|order|order-url)=\"[^\"]*\"")


@dataclass(frozen=True)
class Seen:
    """Through whose eyes this page is read, in place of whose."""

    other: uuid.UUID
    asker: Actor


@dataclass(frozen=True)
class Place:
    """What the policy judges: one strand, as something of the mission."""

    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID


def init_app(app: Flask) -> None:
    """Keep the eyes along the links of a page, and the page still."""
    app.url_defaults(_same_eyes)
    app.after_request(_still)


def seen() -> Seen | None:
    """Through whose eyes this page is read; None: one's own."""
    found: Seen | None = g.get("seen")
    return found


def borrow(actor: Actor, frame: Frame) -> Actor:
    """The actor, or the contact that ``?as=`` names, as far as both read. Aborts with 404 or 403."""
    g.seen = None
    if not has_request_context():  # the worker reads through its reader's own eyes
        return actor
    asked = request.args.get("as")
    if asked is None or request.blueprint not in ROOMS:
        return actor
    other = next((s.contact_id for s in frame.sitting() if str(s.contact_id) == asked), None)
    shared = [] if other in (None, actor.contact_id) else _beside(actor, frame, other)
    if other is None or not shared or request.method not in ("GET", "HEAD"):
        abort(404)
    if not any(may(actor, Do.MISSION_SEE_AS, place) for place in shared):
        abort(403)
    both = actor.zones & frame.readable(other)
    walls.narrow(db.session, both)
    g.seen = Seen(other, actor)
    return Actor(
        person_id=uuid.UUID(int=0),
        company_id=actor.company_id,
        contact_id=other,
        firm_id=actor.firm_id,
        seats=tuple(s for s in frame.seats if s.contact_id == other),
        zones=both,
        still=True,
    )


def offered(
    frame: Frame, actor: Actor, page: str, strand_id: uuid.UUID | None
) -> list[tuple[uuid.UUID, str]]:
    """Who else takes part, each with the address of this page as they read it; nobody for whoever may not.

    ``page``: that of the room, where this address is no page of its own (a dialog).
    """
    strands = [s for s in frame.strands if strand_id in (None, s.id)]
    places = [Place(frame.company_id, frame.id, s.id) for s in strands]
    there = [p for p in places if actor.seats_in(frame.id) and may(actor, Do.MISSION_SEE_AS, p)]
    if actor.still or page not in PAGES or not there:
        return []
    others = dict.fromkeys(s.contact_id for p in there for s in frame.sitting(p.strand_id))
    return [(c, _address(page, frame, strand_id, c)) for c in others if c != actor.contact_id]


def back() -> str:
    """The same page through one's own eyes."""
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "as": None}
    return url_for(request.endpoint or "", **values)


def _address(page: str, frame: Frame, strand_id: uuid.UUID | None, contact: uuid.UUID) -> str:
    several = len(frame.strands) > 1
    values: dict[str, Any] = {"mission_id": frame.id, "strand": strand_id if several else None, "as": contact}
    asked = request.view_args or {}
    own = next((one for name, one in OWN.items() if name in asked), request.endpoint)
    if own in PAGES:
        given = {name: asked[name] for name in asked if own == request.endpoint or name in OWN}
        return url_for(own, **given | values)
    return url_for(page, **values)


def _beside(actor: Actor, frame: Frame, other: uuid.UUID | None) -> list[Place]:
    """The strands in which both sit."""
    mine = actor.seats_in(frame.id)
    theirs = [s for s in frame.sitting() if s.contact_id == other]
    return [
        Place(frame.company_id, frame.id, strand.id)
        for strand in frame.strands
        if any(s.spans(strand.id) for s in mine) and any(s.spans(strand.id) for s in theirs)
    ]


def _same_eyes(endpoint: str, values: dict[str, Any]) -> None:
    """A link from a page that is read through another's eyes leads to one that is read so, if it only reads."""
    found = seen() if has_app_context() else None
    if found is None or "as" in values or endpoint.partition(".")[0] not in ROOMS:
        return
    door = getattr(current_app.view_functions[endpoint], "door", None)
    if door is not None and door[0] in READING:
        values["as"] = found.other


def _still(response: Response) -> Response:
    """What acts is taken out, and what would follow others' acts: it is the page of a moment."""
    if seen() is None or response.mimetype != "text/html":
        return response
    page = ACTING.sub("", response.get_data(as_text=True))
    response.set_data(LIVING.sub("", page))
    return response

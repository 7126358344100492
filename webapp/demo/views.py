"""The demonstration's people, and the button that signs in as one of them. Public: everything of it is fictional."""

import uuid
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, redirect, request, url_for

from tenants.people.operations import start_sign_in
from tenants.policy import COMPANY_ROLES, Role
from webapp import words
from webapp.access import public
from webapp.auth import session
from webapp.demo import listing
from webapp.demo.listing import Seat, Someone
from webapp.pages import show
from webapp.security import csrf

demo = Blueprint("demo", __name__)


@demo.get("/demo")
@public
def index() -> Response:
    """By company, mission and role with a button each; as JSON, one entry a person."""
    people = listing.people()
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify([_plain(p) for p in people])
    return show("demo/page.html", companies=_companies(people), staff=[p for p in people if p.staff])


@demo.get("/demo/sign-in/<uuid:person_id>")
@public
def enter(person_id: uuid.UUID) -> Response:
    """A page of one button: a link that somebody opens signs nobody in."""
    return show("demo/enter.html", person=_found(person_id))


@demo.post("/demo/sign-in/<uuid:person_id>")
@public
def sign_in(person_id: uuid.UUID) -> Response:
    """Open a sign-in of that person, in place of the one that this browser held."""
    person = _found(person_id)
    device = session.device(request.user_agent.string)
    started = start_sign_in(person.id, device, by="demo", replaces=g.token_hash)
    return session.give(redirect(url_for("home.index"), 303), started)  # type: ignore[arg-type]


csrf.exempt(
    sign_in
)  # a script of the demonstration's reader holds no form's token; its origin is judged, as of all posts


def _found(person_id: uuid.UUID) -> Someone:
    return next((p for p in listing.people() if p.id == person_id), None) or abort(404)


def _plain(person: Someone) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "name": person.name,
        "email": person.email,
        "firm": person.firm,
        "company": person.company,
        "missions": [_mission(s) for s in person.seats],
        "sign_in": url_for("demo.enter", person_id=person.id),
    }


def _mission(seat: Seat) -> dict[str, Any]:
    return {
        "id": str(seat.mission_id),
        "url": url_for("mission.show", company=seat.slug, mission_id=seat.mission_id),
        "title": seat.title,
        "roles": [r.value for r in seat.roles],
        "company": seat.company,
    }


def _companies(people: list[Someone]) -> dict[str, dict[str, list[tuple[Someone, str, str]]]]:
    """Company → mission → (person, words of their roles, their party), in the usual order of roles."""
    found: dict[str, dict[str, list[tuple[Someone, Role, list[Role]]]]] = {}
    for person in people:
        for seat in person.seats:
            roles = [r for r in seat.roles if r in COMPANY_ROLES]
            if roles:
                missions = found.setdefault(seat.company, {})
                missions.setdefault(seat.title, []).append((person, roles[0], roles))
    return {
        company: {
            title: [
                (person, words.roles(roles), words.party_of(first))
                for person, first, roles in sorted(lines, key=lambda line: COMPANY_ROLES.index(line[1]))
            ]
            for title, lines in missions.items()
        }
        for company, missions in found.items()
    }

"""The passkey's requests, made by static/js/passkey.js: options first, then what the device answered. JSON both ways."""

from typing import Any

from flask import Flask, Response, g, jsonify, make_response, request, url_for
from flask_babel import gettext as _

from tenants.people import operations, queries
from tenants.people.models import Person
from tenants.policy import Do
from tenants.refusals import Refused
from webapp.access import actor, allows, public
from webapp.auth import ceremony, fresh, paths, second, session, steps
from webapp.auth.room import room
from webapp.auth.words import sentence
from webapp.forms import clean


def init_app(app: Flask) -> None:
    """The routes are registered by being here."""


@room.post("/sign-in/passkey/options")
@public
def sign_in_options() -> Response:
    """A challenge for whoever is there."""
    return jsonify(ceremony.authentication(secret=steps.secret()))


@room.post("/sign-in/passkey")
@public
def sign_in_by_passkey() -> Response:
    """Enter by a key: it is enough alone, second factor included."""
    given = _json()
    try:
        known = ceremony.authenticated(given.get("credential"), secret=steps.secret())
    except Refused as refused:
        return _refused(refused)
    started = steps.start(known.person_id, by="passkey", recognised=bool(given.get("recognised")))
    answer = jsonify(next=paths.safe(str(given.get("next") or "")), me=str(known.person_id))
    return steps.dress(answer, started)


@room.post("/sign-in/second/passkey/options")
@public
def first_key_options() -> Response:
    """Staff and mentors without any factor may make their first key before the sign-in opens."""
    with steps.waiting() as waiting:
        if waiting is None or second.has_factor():
            return _refused(Refused("second.spent"))
        return jsonify(_registration(queries.person()))


@room.post("/sign-in/second/passkey")
@public
def first_key() -> Response:
    """Keep the first key, and open the sign-in."""
    given = _json()
    with steps.waiting() as waiting:
        if waiting is None or second.has_factor():
            return _refused(Refused("second.spent"))
        found, token, who = waiting
        try:
            ceremony.registered(given.get("credential"), _label(given), secret=steps.secret(), by=who)
        except Refused as refused:
            return _refused(refused)
        asked = steps.asked()
        answer = jsonify(next=paths.safe(asked.next if asked else None), me=str(found.person_id))
        return steps.dress(answer, steps.complete(found, token))


@room.post("/profile/passkeys/options")
@allows(Do.PROFILE_EDIT, queries.person)
def new_key_options(person: Person) -> Response:
    """A challenge for one more key of mine; asks for a proof first when the last one is old."""
    if not fresh.is_fresh():
        response = jsonify(proof=url_for("signing_in.fresh", next=url_for("people.profile")))
        return make_response(response, 403)
    return jsonify(_registration(person))


@room.post("/profile/passkeys")
@allows(Do.PROFILE_EDIT, queries.person)
def new_key(person: Person) -> Response:
    """Keep one more key of mine."""
    fresh.require_fresh()
    given = _json()
    try:
        ceremony.registered(given.get("credential"), _label(given), secret=steps.secret(), by=actor())
    except Refused as refused:
        return _refused(refused)
    return jsonify(next=paths.safe(str(given.get("next") or url_for("people.profile"))))


@room.post("/sign-in/fresh/passkey")
@allows(Do.PROFILE_SEE, queries.person)
def prove_by_passkey(person: Person) -> Response:
    """Show a key of mine again, before a grave act."""
    given = _json()
    try:
        known = ceremony.authenticated(given.get("credential"), secret=steps.secret())
        if known.person_id != person.id:
            raise Refused("passkey.unknown")  # noqa: TRY301  one refusal, one answer
    except Refused as refused:
        return _refused(refused)
    operations.prove_fresh(g.token_hash)
    return jsonify(next=paths.safe(str(given.get("next") or "")))


def _registration(person: Person) -> dict[str, Any]:
    return ceremony.registration(person.id, queries.account(), person.name, secret=steps.secret())


def _json() -> dict[str, Any]:
    given = request.get_json(silent=True)
    return given if isinstance(given, dict) else {}


def _label(given: dict[str, Any]) -> str:
    typed = given.get("name")
    return (
        clean(typed if isinstance(typed, str) else "")
        or session.device(request.user_agent.string)
        or _("Clé d’accès")
    )


def _refused(refused: Refused) -> Response:
    return make_response(jsonify(message=sentence(refused)), 422)

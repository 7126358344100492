"""A person's passkeys, and whether codes by e-mail are still sent. Keys are made in ``webapp.auth.passkeys``."""

from flask import Flask, Response, make_response, render_template, request

from tenants.people import operations, passkeys, queries
from tenants.people.models import Passkey, Person
from tenants.policy import Do
from tenants.refusals import Refused
from webapp.access import actor, allows
from webapp.auth import paths
from webapp.auth.fresh import require_fresh
from webapp.pages import go
from webapp.people.room import room


def init_app(app: Flask) -> None:
    """The routes are registered by being here."""


@room.get("/profile/passkeys/offer")
@allows(Do.PROFILE_EDIT, queries.person)
def offer(person: Person) -> Response:
    """Offered once, after the first sign-in."""
    next_path = paths.safe(request.args.get("next"))
    return make_response(render_template("people/offer.html", next=next_path))


@room.get("/profile/passkeys/<uuid:passkey_id>/removal")
@allows(Do.PROFILE_EDIT, passkeys.find)
def passkey_removal(passkey: Passkey) -> Response:
    """Ask before removing."""
    require_fresh()
    return make_response(render_template("people/remove_passkey.html", passkey=passkey))


@room.post("/profile/passkeys/<uuid:passkey_id>/removal")
@allows(Do.PROFILE_EDIT, passkeys.find)
def remove_key(passkey: Passkey) -> Response:
    """Forget a key."""
    require_fresh()
    person = queries.person()
    if queries.is_strict() and person.totp_secret is None and len(passkeys.of(person.id)) == 1:
        raise Refused("passkey.last")
    passkeys.remove(passkey, by=actor())
    return go("people.profile")


@room.post("/profile/codes")
@allows(Do.PROFILE_EDIT, queries.person)
def switch_codes(person: Person) -> Response:
    """Have no code by e-mail any more, or have them again."""
    require_fresh()
    operations.switch_codes(off=request.form.get("off") == "1", by=actor())
    return go("people.profile")

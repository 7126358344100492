"""Where one is signed in: each device can be signed out, or all the others, at once, open pages included."""

import uuid

from flask import Flask, Response, g

from tenants.people import operations, queries
from tenants.people.models import Person
from tenants.people.queries import SignInRow
from tenants.policy import Do
from webapp.access import allows
from webapp.auth import session
from webapp.pages import go, show
from webapp.people.room import room


def init_app(app: Flask) -> None:
    """The routes are registered by being here."""


def mine(sign_in_id: uuid.UUID) -> SignInRow | None:
    """One of my open sign-ins."""
    return next((s for s in queries.sign_ins(g.token_hash) if s.id == sign_in_id), None)


@room.get("/profile/devices")
@allows(Do.PROFILE_SEE, queries.person)
def devices(person: Person) -> Response:
    """My open sign-ins."""
    return show("people/devices.html", sign_ins=queries.sign_ins(g.token_hash))


@room.post("/profile/devices/<uuid:sign_in_id>/sign-out")
@allows(Do.SIGN_IN_REVOKE, mine)
def sign_out_device(found: SignInRow) -> Response:
    """Sign one out."""
    operations.end_sign_in(found.id)
    if found.current:
        return session.take_back(go("signing_in.sign_in"))
    return go("people.devices")


@room.post("/profile/devices/sign-out-others")
@allows(Do.SIGN_IN_REVOKE, queries.person)
def sign_out_others(person: Person) -> Response:
    """Sign out all but this one."""
    operations.end_other_sign_ins(g.token_hash)
    return go("people.devices")

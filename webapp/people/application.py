"""A person's application of codes (TOTP) and its recovery codes."""

from flask import Flask, Response, make_response, render_template

from tenants import db as clock
from tenants.people import passkeys, queries, totp
from tenants.people.models import Person
from tenants.policy import Do
from tenants.refusals import Refused
from webapp.access import actor, allows, keep
from webapp.auth import qr, steps
from webapp.auth.forms import TotpForm
from webapp.auth.fresh import require_fresh
from webapp.auth.words import sentence
from webapp.forms import Form, Invalid
from webapp.pages import go
from webapp.people.room import room


def init_app(app: Flask) -> None:
    """The routes are registered by being here."""


@room.post("/profile/application")
@allows(Do.PROFILE_EDIT, queries.person)
def begin_application(person: Person) -> Response:
    """Make a shared secret to take over."""
    require_fresh()
    totp.begin(secret=steps.secret(), by=actor())
    return go("people.application")


@room.get("/profile/application")
@allows(Do.PROFILE_EDIT, queries.person)
def application(person: Person) -> Response:
    """Show it until its first code."""
    require_fresh()
    return _page(TotpForm(formdata=None)) if person.totp_pending else go("people.profile")


@room.post("/profile/application/code")
@allows(Do.PROFILE_EDIT, queries.person)
def confirm_application(person: Person) -> Response:
    """Give the first code: the application is on."""
    require_fresh()
    form = TotpForm()
    try:
        form = TotpForm.read()
        keep()
        made = totp.confirm(form.code.data, secret=steps.secret(), at=clock.now(), by=actor())
    except Invalid as bad:
        return _page(bad.form, 422)
    except Refused as refused:
        form.code.errors = [sentence(refused)]
        return _page(form, 422)
    return _codes(made)


@room.post("/profile/application/recovery-codes")
@allows(Do.PROFILE_EDIT, queries.person)
def renew_codes(person: Person) -> Response:
    """Ten new recovery codes; the earlier ones are void."""
    require_fresh()
    if person.totp_secret is None:
        raise Refused("totp.none")
    return _codes(totp.renew_recovery_codes(secret=steps.secret(), by=actor()))


@room.post("/profile/application/removal")
@allows(Do.PROFILE_EDIT, queries.person)
def remove_application(person: Person) -> Response:
    """Forget the application."""
    require_fresh()
    if queries.is_strict() and not passkeys.of(person.id):
        raise Refused("passkey.last")
    totp.switch_off(by=actor())
    return go("people.profile")


def _page(form: Form, status: int = 200) -> Response:
    shared = totp.awaited(secret=steps.secret(), by=actor()) or ""
    page = render_template(
        "people/application.html",
        form=form,
        shared=qr.grouped(shared),
        drawing=qr.drawing(totp.uri(shared, queries.account())),
    )
    return make_response(page, status)


def _codes(made: list[str]) -> Response:
    return steps.shown("recovery_codes.html", "_recovery_codes.html", codes=made, next="/profile")

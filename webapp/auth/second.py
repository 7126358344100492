"""The second factor of staff and mentors who come by a code: a passkey, an application, a recovery code.

Whoever has none yet sets one up here, before the first page opens. What is asked acts as that person alone, under a
token that opens nothing else.
"""

from typing import Any

from flask import Flask, Response, g, make_response, redirect

from tenants import db as clock
from tenants.actors import Actor
from tenants.people import operations, passkeys, queries, tokens, totp
from tenants.refusals import Refused
from webapp.access import keep, public
from webapp.auth import paths, qr, steps
from webapp.auth.forms import DIGITS, SecondForm, TotpForm
from webapp.auth.room import room
from webapp.auth.words import sentence
from webapp.forms import Invalid
from webapp.pages import wants_fragment


def init_app(app: Flask) -> None:
    """The routes are registered by being here."""


@room.get("/sign-in/second")
@public
def second() -> Response:
    """Ask for the second factor, or for one to be set up."""
    with steps.waiting() as waiting:
        if waiting is None:
            return steps.onward("sign_in")
        _, _, actor = waiting
        return _ask(SecondForm(), actor) if has_factor() else _set_up(TotpForm(), actor)


@room.post("/sign-in/second")
@public
def give() -> Response:
    """Give the application's code, or a recovery code."""
    with steps.waiting() as waiting:
        if waiting is None:
            return steps.onward("sign_in")
        found, token, actor = waiting
        form = SecondForm()
        try:
            form = SecondForm.read()
            keep()  # a wrong code counts as a try
            operations.count_try(token)
            _judge(form.code.data, actor)
        except Invalid as bad:
            return _ask(bad.form, actor, 422)
        except Refused as refused:
            form.code.errors = [sentence(refused)]
            return _ask(form, actor, 422)
        return steps.arrive(steps.complete(found, token), found.person_id, _next())


@room.post("/sign-in/second/application")
@public
def begin_application() -> Response:
    """Show a shared secret to take over in an application."""
    with steps.waiting() as waiting:
        if waiting is not None and not has_factor():
            totp.begin(secret=steps.secret(), by=waiting[2])
    return steps.onward("second")


@room.post("/sign-in/second/application/code")
@public
def confirm_application() -> Response:
    """The application's first code: the second factor is on, and the sign-in opens."""
    with steps.waiting() as waiting:
        if waiting is None or has_factor():
            return steps.onward("second")
        found, token, actor = waiting
        form = TotpForm()
        try:
            form = TotpForm.read()
            keep()
            operations.count_try(token)
            made = totp.confirm(form.code.data, secret=steps.secret(), at=clock.now(), by=actor)
        except Invalid as bad:
            return _set_up(bad.form, actor, 422)
        except Refused as refused:
            form.code.errors = [sentence(refused)]
            return _set_up(form, actor, 422)
        started = steps.complete(found, token)
        page = steps.shown("recovery_codes.html", "_recovery_codes.html", codes=made, next=_next())
        return steps.dress(page, started)


@room.get("/sign-in/done")
@public
def done() -> Response:
    """In the page's dialog, once the recovery codes have been read: the page goes on."""
    if g.actor is None:
        return steps.onward("sign_in")
    return steps.told(g.actor.person_id) if wants_fragment() else make_response(redirect("/"))


def _judge(code: str, actor: Actor) -> None:
    """Raises Incorrect unless that is the application's present code, or a recovery code not yet used."""
    moment = clock.now()
    if len(tokens.digits(code)) == DIGITS and not any(c.isalpha() for c in code):
        totp.verify(code, secret=steps.secret(), at=moment, by=actor)
    else:
        totp.recover(code, secret=steps.secret(), at=moment, by=actor)


def has_factor() -> bool:
    """Whether whoever acts has a second factor already."""
    person = queries.person()
    return person.totp_secret is not None or bool(passkeys.of(person.id))


def _ask(form: Any, actor: Actor, status: int = 200) -> Response:
    person = queries.person()
    return steps.shown(
        "second.html",
        "_second.html",
        status=status,
        form=form,
        has_passkey=bool(passkeys.of(person.id)),
        has_application=person.totp_secret is not None,
        renewal=queries.renewal(),
        next=_next(),
    )


def _set_up(form: Any, actor: Actor, status: int = 200) -> Response:
    shared = totp.awaited(secret=steps.secret(), by=actor)
    return steps.shown(
        "set_up.html",
        "_set_up.html",
        status=status,
        form=form,
        shared=qr.grouped(shared) if shared else None,
        drawing=qr.drawing(totp.uri(shared, queries.account())) if shared else None,
        next=_next(),
    )


def _next() -> str:
    asked = steps.asked()
    return paths.safe(asked.next if asked else None)

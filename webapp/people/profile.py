"""« Mon compte »: who one is, how pages and mails come, and what opens the account."""

from typing import Any

from flask import Flask, Response, g

from tenants.people import addresses, operations, passkeys, queries, totp
from tenants.people.models import Person
from tenants.policy import Do
from webapp.access import actor, allows
from webapp.forms import Invalid
from webapp.pages import show
from webapp.people.forms import NewAddressForm, ProfileForm
from webapp.people.room import room


def init_app(app: Flask) -> None:
    """The routes are registered by being here."""


@room.get("/profile")
@allows(Do.PROFILE_SEE, queries.person)
def profile(person: Person) -> Response:
    """The whole page."""
    return page(person)


@room.post("/profile")
@allows(Do.PROFILE_EDIT, queries.person)
def edit(person: Person) -> Response:
    """Say who one is, and how pages and mails are to come."""
    try:
        form = ProfileForm.read()
    except Invalid as bad:
        return page(person, status=422, form=bad.form)
    operations.present(
        name=form.name.data or "",
        language=form.language.data,
        theme=form.theme.data,
        rhythm=form.rhythm.data,
        by=actor(),
    )
    return page(person)


def page(person: Person, *, status: int = 200, **forms: Any) -> Response:
    """The page with the forms as they were sent, or as the rows are."""
    mine, keys = addresses.of(person.id), passkeys.of(person.id)
    context = {
        "form": ProfileForm(formdata=None, obj=person),
        "new_address": NewAddressForm(formdata=None),
    } | forms
    return show(
        "people/profile.html",
        to="/profile",
        status=status,
        account=person,
        addresses=mine,
        keys=keys,
        only_way=not keys and sum(a.sign_in for a in mine) == 1,
        strict=queries.is_strict(),
        codes_left=totp.recovery_codes_left(person.id) if person.totp_secret else 0,
        devices=len(queries.sign_ins(g.token_hash)),
        **context,
    )

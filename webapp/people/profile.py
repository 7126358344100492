"""« Mon compte »: who one is, how pages and mails come, and what opens the account."""

from flask import Flask, Response, g

from tenants.people import addresses, operations, passkeys, queries, totp
from tenants.people.models import Person
from tenants.policy import Do
from webapp.access import actor, allows
from webapp.forms import Invalid
from webapp.pages import go, show
from webapp.people.forms import ProfileForm
from webapp.people.room import room


def init_app(app: Flask) -> None:
    """The routes are registered by being here."""


@room.get("/profile")
@allows(Do.PROFILE_SEE, queries.person)
def profile(person: Person) -> Response:
    """The whole page."""
    return page(ProfileForm(formdata=None, obj=person, agrees=person.form), person)


@room.post("/profile")
@allows(Do.PROFILE_EDIT, queries.person)
def edit(person: Person) -> Response:
    """Say who one is, and how pages and mails are to come."""
    try:
        form = ProfileForm.read()
    except Invalid as bad:
        return page(bad.form, person, 422)
    operations.present(
        name=form.name.data or "",
        form=form.agrees.data or None,
        language=form.language.data,
        theme=form.theme.data,
        rhythm=form.rhythm.data,
        by=actor(),
    )
    return go("people.profile")  # the whole page: its language and its theme may have changed


def page(form: ProfileForm, person: Person, status: int = 200) -> Response:
    """The page with the form as it was sent, or as the row is."""
    mine, keys = addresses.of(person.id), passkeys.of(person.id)
    return show(
        "people/profile.html",
        "_who.html",
        status=status,
        form=form,
        account=person,
        addresses=mine,
        keys=keys,
        only_way=not keys and sum(a.sign_in for a in mine) == 1,
        strict=queries.is_strict(),
        codes_left=totp.recovery_codes_left(person.id) if person.totp_secret else 0,
        devices=len(queries.sign_ins(g.token_hash)),
    )

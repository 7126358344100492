"""A person's addresses: a personal one is verified by a code, and seen by nobody of the company or the firm."""

from flask import Flask, Response, make_response, redirect, render_template, url_for

from tenants.events import defer
from tenants.people import addresses, codes, queries
from tenants.people.codes import CodeRefused
from tenants.people.models import Address, Person
from tenants.policy import Do
from tenants.refusals import Incorrect, Limited
from webapp.access import actor, allows, keep
from webapp.auth import steps
from webapp.auth.fresh import require_fresh
from webapp.auth.words import sentence
from webapp.forms import Form, Invalid
from webapp.pages import go
from webapp.people.forms import AddressCodeForm, NewAddressForm
from webapp.people.room import room


def init_app(app: Flask) -> None:
    """The routes are registered by being here."""


@room.get("/profile/addresses/new")
@allows(Do.PROFILE_EDIT, queries.person)
def new_address(person: Person) -> Response:
    """Where a personal address is typed; the proof is asked before, so that nothing typed waits for it."""
    require_fresh()
    return _new(NewAddressForm(formdata=None))


@room.post("/profile/addresses")
@allows(Do.PROFILE_EDIT, queries.person)
def add_address(person: Person) -> Response:
    """Send a code to a new address."""
    try:
        form = NewAddressForm.read()
        require_fresh()
        address = addresses.normal(form.address.data)
        request_id = codes.ask(address, secret=steps.secret(), ip=steps.ip(), purpose="address")
    except Invalid as bad:
        return _new(bad.form, 422)
    except Limited as limited:
        form.address.errors = [sentence(limited)]
        return _new(form, 429)
    response = make_response(redirect(url_for("people.address_code"), 303))
    return steps.remember(response, steps.Asked(str(request_id), address, "/profile", "address"))


@room.get("/profile/addresses/code")
@allows(Do.PROFILE_EDIT, queries.person)
def address_code(person: Person) -> Response:
    """Where the code is typed."""
    asked = steps.asked("address")
    return _code(AddressCodeForm(formdata=None), asked.address) if asked else go("people.profile")


@room.post("/profile/addresses/code")
@allows(Do.PROFILE_EDIT, queries.person)
def keep_address(person: Person) -> Response:
    """Give the code: the address is kept."""
    asked = steps.asked("address")
    if asked is None:
        return go("people.profile")
    try:
        form = AddressCodeForm.read()
        keep()
        proof = codes.use(asked.request_id, form.code.data, secret=steps.secret(), purpose="address")
        addresses.keep(proof.address, by=actor())
    except Invalid as bad:
        return _code(bad.form, asked.address, 422)
    except (CodeRefused, Incorrect) as refused:
        form.code.errors = [sentence(refused)]
        return _code(form, asked.address, 422)
    defer("access_changed", what="address-added")
    return go("people.profile")


@room.post("/profile/addresses/<uuid:address_id>/mails")
@allows(Do.PROFILE_EDIT, addresses.find)
def send_mails(address: Address) -> Response:
    """Have the mails sent there."""
    require_fresh()
    addresses.prefer(address, by=actor())
    return go("people.profile")


@room.post("/profile/addresses/<uuid:address_id>/codes")
@allows(Do.PROFILE_EDIT, addresses.find)
def allow_codes(address: Address) -> Response:
    """Let a code be sent there again."""
    require_fresh()
    addresses.allow_sign_in(address, allowed=True, by=actor())
    return go("people.profile")


@room.post("/profile/addresses/<uuid:address_id>/no-codes")
@allows(Do.PROFILE_EDIT, addresses.find)
def refuse_codes(address: Address) -> Response:
    """Have no code sent there any more: whoever reads that mailbox enters no more."""
    require_fresh()
    addresses.allow_sign_in(address, allowed=False, by=actor())
    return go("people.profile")


@room.get("/profile/addresses/<uuid:address_id>/removal")
@allows(Do.PROFILE_EDIT, addresses.find)
def address_removal(address: Address) -> Response:
    """Ask before removing."""
    require_fresh()
    return make_response(
        render_template("people/remove_address.html", form=Form(formdata=None), address=address)
    )


@room.post("/profile/addresses/<uuid:address_id>/removal")
@allows(Do.PROFILE_EDIT, addresses.find)
def remove_address(address: Address) -> Response:
    """Forget a personal address."""
    require_fresh()
    addresses.remove(address, by=actor())
    defer("access_changed", what="address-removed")
    return go("people.profile")


def _code(form: Form, address: str, status: int = 200) -> Response:
    return make_response(render_template("people/address_code.html", form=form, address=address), status)


def _new(form: Form, status: int = 200) -> Response:
    return make_response(render_template("people/new_address.html", form=form), status)

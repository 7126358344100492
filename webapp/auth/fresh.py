"""A fresh proof: before a grave act, a code or a passkey given within ten minutes in this sign-in.

``require_fresh()`` in a view is enough: the answer then asks for the proof, and leads back to the page.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for

from tenants.people import addresses, codes, operations, passkeys, queries
from tenants.people.codes import CodeRefused
from tenants.people.models import Person
from tenants.policy import Do
from tenants.refusals import Limited
from webapp.access import allows, keep
from webapp.auth import paths, steps
from webapp.auth.forms import FreshForm
from webapp.auth.room import room
from webapp.auth.words import sentence
from webapp.forms import Invalid
from webapp.pages import wants_fragment


class NotFresh(Exception):
    """The last proof is too old for this act."""


def init_app(app: Flask) -> None:
    """Answer NotFresh with the page that asks."""
    app.register_error_handler(NotFresh, _ask_first)


def is_fresh() -> bool:
    """Whether a code or a passkey was given within ten minutes in this sign-in."""
    return queries.is_fresh(g.token_hash)


def require_fresh() -> None:
    """Raises NotFresh, which the application answers."""
    if not is_fresh():
        raise NotFresh


@room.get("/sign-in/fresh", endpoint="fresh")
@allows(Do.PROFILE_SEE, queries.person)
def prove(person: Person) -> Response:
    """Ask for a proof."""
    return _page(FreshForm(formdata=None, next=paths.safe(request.args.get("next"))), person)


@room.post("/sign-in/fresh/code")
@allows(Do.PROFILE_SEE, queries.person)
def send_proof(person: Person) -> Response:
    """Send a code to where my codes come."""
    next_path = paths.safe(request.form.get("next"))
    form = FreshForm(formdata=None, next=next_path)
    to = _mailbox(person)
    if to is None:
        return _page(form, person, 422)
    try:
        request_id = codes.ask(to, secret=steps.secret(), ip=steps.ip(), purpose="fresh")
    except Limited as limited:
        form.code.errors = [sentence(limited)]
        return _page(form, person, 429)
    response = make_response(redirect(url_for("signing_in.fresh", next=next_path), 303))
    return steps.remember(response, steps.Asked(str(request_id), to, next_path, "fresh"))


@room.post("/sign-in/fresh")
@allows(Do.PROFILE_SEE, queries.person)
def give_proof(person: Person) -> Response:
    """Give the code."""
    form = FreshForm()
    asked = steps.asked("fresh")
    try:
        form = FreshForm.read()
        keep()
        if not asked or not asked.request:
            raise CodeRefused("code.gone")  # noqa: TRY301  one refusal, one answer
        codes.use(asked.request_id, form.code.data, secret=steps.secret(), purpose="fresh")
    except Invalid as bad:
        return _page(bad.form, person, 422)
    except CodeRefused as refused:
        form.code.errors = [sentence(refused)]
        return _page(form, person, 422)
    operations.prove_fresh(g.token_hash)
    return make_response(redirect(paths.safe(form.next.data), 303))


def _page(form: FreshForm, person: Person, status: int = 200) -> Response:
    asked = steps.asked("fresh")
    to = _mailbox(person)
    return make_response(
        render_template(
            "auth/fresh.html",
            form=form,
            to=to,
            sent=bool(asked and asked.request and asked.address == to),
            has_passkey=bool(passkeys.of(person.id)),
        ),
        status,
    )


def _mailbox(person: Person) -> str | None:
    """Where a code may go: the address of the mails if codes may come there, else another that may have them."""
    if person.codes_off:
        return None
    found = [a for a in addresses.of(person.id) if a.sign_in]
    return next((a.address for a in sorted(found, key=lambda a: not a.mails)), None)


def _ask_first(error: NotFresh) -> Response:
    """From a page: to the proof and back to it. From htmx: the whole page goes there."""
    page = request.full_path if request.method == "GET" else urlsplit(request.referrer or "/").path
    address = url_for("signing_in.fresh", next=paths.safe(page.rstrip("?")))
    if wants_fragment():
        return make_response("", 403, {"HX-Redirect": address})
    return make_response(redirect(address, 303))

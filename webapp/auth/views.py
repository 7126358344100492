"""An address, a code or a link, and the way out. Every answer is the same whether the address is known or not."""

from typing import Any

from flask import Flask, Response, g, make_response, redirect, request, url_for

from tenants.people import codes, operations
from tenants.people.codes import CodeRefused
from tenants.refusals import Limited
from webapp.access import keep, public
from webapp.auth import paths, session, steps
from webapp.auth.forms import CodeForm, LinkForm, SignInForm
from webapp.auth.room import room
from webapp.auth.steps import Asked
from webapp.auth.words import sentence
from webapp.forms import Invalid


def init_app(app: Flask) -> None:
    """The routes are registered by being here."""


@room.get("/sign-in")
@public
def sign_in() -> Response:
    """Ask for an address. Whoever is signed in already goes on."""
    next_path = paths.safe(request.args.get("next"))
    if g.actor is not None:
        return make_response(redirect(next_path))
    return _address(SignInForm(next=next_path))


@room.get("/sign-in/here")
@public
def here() -> Response:
    """The same, for the dialog of a page whose sign-in has expired."""
    return _address(SignInForm(next="/"))


@room.post("/sign-in")
@public
def ask() -> Response:
    """Send a code, or seem to."""
    try:
        form = SignInForm.read()
        return _ask(form.address.data, paths.safe(form.next.data))
    except Invalid as bad:
        return _address(bad.form, 422)
    except Limited as limited:
        form.address.errors = [sentence(limited)]
        return _address(form, 429)


@room.get("/sign-in/code")
@public
def code() -> Response:
    """Where the code is typed."""
    asked = steps.asked()
    return _code(CodeForm(), asked) if asked and asked.request else _from_the_start()


@room.post("/sign-in/code")
@public
def use() -> Response:
    """Give the code."""
    asked = steps.asked()
    if not asked or not asked.request:
        return _from_the_start()
    try:
        form = CodeForm.read()
        keep()  # a wrong code counts as a try
        proof = codes.use(asked.request_id, form.code.data, secret=steps.secret())
    except Invalid as bad:
        return _code(bad.form, asked, 422)
    except CodeRefused as refused:
        form.code.errors = [sentence(refused)]
        return _code(form, asked, 422)
    return steps.begin(proof.person_id, by="code", recognised=form.recognised.data, next_path=proof.next)


@room.post("/sign-in/again")
@public
def again() -> Response:
    """Send another code to the same address."""
    asked = steps.asked()
    if not asked or not asked.address:
        return _from_the_start()
    try:
        return _ask(asked.address, asked.next)
    except Limited as limited:
        form = CodeForm(formdata=None)
        form.code.errors = [sentence(limited)]
        return _code(form, asked, 429)


@room.get("/sign-in/link/<token>")
@public
def link(token: str) -> Response:
    """What the link would do. A mail scanner that opens it uses nothing up: this reads only."""
    found = codes.see_link(token)
    if found is None or found.outcome != "good":
        outcome = found.outcome if found else "gone"
        return _dead_link(CodeRefused(f"link.{outcome}", until=found.until if found else None))
    return steps.shown("link.html", "_link.html", form=LinkForm(), address=found.address, token=token)


@room.post("/sign-in/link/<token>")
@public
def follow(token: str) -> Response:
    """Follow the link."""
    form = LinkForm.read()
    try:
        proof = codes.use_link(token)
    except CodeRefused as refused:
        return _dead_link(refused)
    return steps.begin(proof.person_id, by="code", recognised=form.recognised.data, next_path=proof.next)


@room.post("/sign-out")
@public
def sign_out() -> Response:
    """End this sign-in. Harmless again, and for whoever was not signed in."""
    if g.token_hash:
        operations.sign_out(g.token_hash)
    response = make_response(redirect(url_for("signing_in.sign_in"), 303))
    response.headers["Clear-Site-Data"] = '"cache"'  # "storage" would take another person's unsent text
    return session.take_back(response)


def _ask(address: str, next_path: str) -> Response:
    request_id = codes.ask(address, secret=steps.secret(), ip=steps.ip(), next_path=next_path)
    return steps.remember(steps.onward("code"), Asked(str(request_id), address, next_path))


def _address(form: Any, status: int = 200) -> Response:
    return steps.shown("sign_in.html", "_sign_in.html", status=status, form=form)


def _code(form: Any, asked: Asked, status: int = 200) -> Response:
    return steps.shown("code.html", "_code.html", status=status, form=form, address=asked.address)


def _dead_link(refused: CodeRefused) -> Response:
    return steps.shown("dead_link.html", "_dead_link.html", status=410, words=sentence(refused))


def _from_the_start() -> Response:
    return steps.onward("sign_in")

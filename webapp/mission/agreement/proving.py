"""The two steps before a signature, whatever is signed: the tick, then a code or a passkey asked for that very text."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from tenants.mission.agreement.signing import Evidence
from tenants.people import queries as people
from tenants.people.codes import CodeRefused
from tenants.refusals import Limited, Refused
from webapp.access import keep
from webapp.auth import acts
from webapp.auth.words import sentence
from webapp.forms import Invalid
from webapp.mission.agreement.binding_forms import SignForm


@dataclass(frozen=True)
class Act:
    """What is to be proved: its name, the sentence ticked, its place, its page shown again, and whether it is done."""

    name: str
    statement: str
    place: str
    there: Callable[[], Response]
    page: Callable[[SignForm, int], Response]
    done: Callable[[], bool] = lambda: False


def step(act: Act) -> tuple[Evidence | None, SignForm, Response | None]:
    """The proof, or the answer that asks for what is missing."""
    form = SignForm(request.form)
    if act.done():  # a second click
        return None, form, act.there()
    if not form.ticked.data:
        form.ticked.errors = [_("Cochez que vous avez lu ce texte : rien n’est coché d’avance.")]
        return None, form, act.page(form, 422)
    if not form.code.data:
        return None, form, _begin(act, form)
    return _given(act, form)


def by_passkey(act: Act) -> Evidence:
    """A key shown once the text was ticked. Raises Refused."""
    given = request.get_json(silent=True)
    acts.by_passkey(act.name, given.get("credential") if isinstance(given, dict) else None, people.person())
    return Evidence("passkey", act.statement, "", acts.network(), acts.device())


def shown(name: str, form: SignForm | None = None) -> dict[str, Any]:
    """Where the reader is: to tick, to prove, with what."""
    person, begun = people.person(), acts.begun(name)
    return {
        "form": form or SignForm(formdata=None),
        "begun": begun is not None,
        "sent": begun.address if begun is not None and begun.request else "",
        "mailbox": acts.mailbox(person),
        "has_passkey": acts.has_passkey(person),
    }


def _begin(act: Act, form: SignForm) -> Response:
    """A code leaves at once for whoever has no key to show, else when they ask for it."""
    person = people.person()
    send = bool(form.send.data) or not acts.has_passkey(person)
    try:
        return acts.begin(act.there(), act.name, act.place, person, send=send)
    except (Limited, Refused) as refused:
        form.code.errors = [sentence(refused)]
        return act.page(form, refused.status)


def _given(act: Act, form: SignForm) -> tuple[Evidence | None, SignForm, Response | None]:
    try:
        SignForm.read()
        keep()  # a wrong code is counted
        mailbox = acts.by_code(act.name, form.code.data)
    except Invalid as bad:
        return None, form, act.page(bad.form, 422)
    except CodeRefused as refused:
        if act.done():  # by the first of two clicks, which this one waited for
            return None, form, act.there()
        form.code.errors = [sentence(refused)]
        return None, form, act.page(form, 422)
    return Evidence("code", act.statement, mailbox, acts.network(), acts.device()), form, None

"""A fresh code before a signature by a link: sent for this very text, by this link.

Which request it belongs to goes with the form, signed for the link and the text, since no cookie is given.
"""

import uuid
from typing import Any

from flask import request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tenants.mission.agreement.signing import Evidence
from tenants.people import codes
from tenants.people import queries as people
from tenants.people.codes import CodeRefused
from tenants.refusals import Limited, Refused
from webapp import access
from webapp.auth import acts, steps
from webapp.auth.words import sentence
from webapp.mission.agreement.binding_forms import SignForm
from webapp.tasks.registry import NO_TOKEN, Again


def shown(statement: str) -> dict[str, Any]:
    """Where it begins: to tick, then a code."""
    return {
        "statement": statement,
        "mailbox": acts.mailbox(people.person()),
        "step": None,
        "sent": "",
        "form": SignForm(formdata=None, meta=NO_TOKEN),
    }


def by_code(text_hash: str, statement: str) -> tuple[SignForm, Evidence]:
    """The proof for that text, and the form that gave it. Raises Again with what is still to be done."""
    form = SignForm(request.form, meta=NO_TOKEN)
    if not form.ticked.data:
        form.ticked.errors = [_("Cochez que vous avez lu ce texte : rien n’est coché d’avance.")]
        raise Again(422, form=form)
    step = _step(text_hash)
    if step is None or form.send.data:
        raise _asks(text_hash, form)
    again: dict[str, Any] = {"form": form, "step": request.form.get("step"), "sent": acts.masked(step["to"])}
    if not form.validate():
        raise Again(422, **again)
    try:
        codes.use(step["id"], form.code.data or "", secret=steps.secret(), purpose="fresh")
    except CodeRefused as refused:
        form.code.errors = [sentence(refused)]
        raise Again(422, kept=True, **again) from None  # a wrong code is counted
    proof = Evidence("code", statement, acts.masked(step["to"]), acts.network(), acts.device())
    return form, proof


def _asks(text_hash: str, form: SignForm) -> Again:
    """A code leaves; the page comes again, with where to type it."""
    to = acts.mailbox(people.person())
    if to is None:
        form.code.errors = [sentence(Refused("act.no_mailbox"))]
        return Again(409, form=form)
    try:
        asked = codes.ask(to, secret=steps.secret(), ip=steps.ip(), purpose="fresh")
    except (Limited, Refused) as refused:
        form.code.errors = [sentence(refused)]
        return Again(refused.status, form=form)
    form.code.errors = []
    step = _signer(text_hash).dumps({"id": str(asked), "to": to})
    return Again(200, form=form, step=step, sent=acts.masked(to))


def _step(text_hash: str) -> dict[str, Any] | None:
    """The request for a code that this page made for this text by this link, if it did within the hour."""
    try:
        found = _signer(text_hash).loads(request.form.get("step", ""), max_age=steps.ASKED_FOR)
        return {"id": uuid.UUID(found["id"]), "to": str(found["to"])}
    except (BadSignature, KeyError, TypeError, ValueError):
        return None


def _signer(text_hash: str) -> URLSafeTimedSerializer:
    task = access.task()
    return URLSafeTimedSerializer(steps.secret(), salt=f"task-sign:{task.id if task else ''}:{text_hash}")

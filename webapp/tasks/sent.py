"""« Liens envoyés »: what was sent to me that opens without an account, and how to close one."""

import uuid
from dataclasses import dataclass

from flask import Blueprint, Response

from tenants import mailing, tasks, walls
from tenants.db import db
from tenants.people import operations, queries
from tenants.people.models import Person
from tenants.policy import Do
from webapp.access import actor, allows
from webapp.forms import Form, Invalid
from webapp.pages import show
from webapp.tasks import words
from webapp.tasks.forms import ChoicesForm

sent = Blueprint("people_links", __name__, url_prefix="/profile/links")


@dataclass(frozen=True)
class Held:
    """One of my links. Its subject is myself."""

    id: uuid.UUID
    person_id: uuid.UUID


def mine(task_id: uuid.UUID) -> Held | None:
    """One of the links that I was sent, in whatever state."""
    me = walls.acting(db.session).person
    found = next((t for t in tasks.sent() if t.id == task_id), None)
    return Held(found.id, me) if found is not None and me is not None else None


@sent.get("")
@allows(Do.PROFILE_SEE, queries.person)
def index(_person: Person) -> Response:
    """The latest first."""
    return _shown()


@sent.post("/choices")
@allows(Do.PROFILE_EDIT, queries.person)
def choose(_person: Person) -> Response:
    """Whether mails lead straight to one thing, and what they are about."""
    try:
        form = ChoicesForm.read()
    except Invalid as bad:
        return _shown(form=bad.form, status=422)
    operations.choose_links(form.links.data, by=actor())
    mailing.choose(form.kinds.data or (), by=actor().person_id)
    return _shown("/profile/links")


@sent.post("/<uuid:task_id>/revocation")
@allows(Do.PROFILE_EDIT, mine)
def revoke(link: Held) -> Response:
    """It opens nothing any more, nor does another one to the same thing."""
    Form.read()
    tasks.revoke_mine(link.id)
    return _shown("/profile/links")


def _shown(to: str | None = None, form: Form | None = None, status: int = 200) -> Response:
    if form is None:
        form = ChoicesForm(formdata=None)
        form.links.data = queries.person().links
        form.kinds.data = [k for k in mailing.KINDS if k not in mailing.off()]
    found = [(t, words.task(t.do)) for t in tasks.sent()]
    never = tasks.wanted() == "never" and form.links.data != "never"
    return show("tasks/sent.html", "_sent.html", to=to, status=status, links=found, form=form, never=never)

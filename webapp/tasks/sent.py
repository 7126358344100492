"""« Liens envoyés »: what was sent to me that opens without an account, and how to close one."""

import uuid
from dataclasses import dataclass

from flask import Blueprint, Response

from tenants import tasks, walls
from tenants.db import db
from tenants.people import queries
from tenants.people.models import Person
from tenants.policy import Do
from webapp.access import allows
from webapp.forms import Form
from webapp.pages import show
from webapp.tasks import words

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


@sent.post("/<uuid:task_id>/revocation")
@allows(Do.PROFILE_EDIT, mine)
def revoke(link: Held) -> Response:
    """It opens nothing any more, nor does another one to the same thing."""
    Form.read()
    tasks.revoke_mine(link.id)
    return _shown("/profile/links")


def _shown(to: str | None = None) -> Response:
    found = [(t, words.task(t.do)) for t in tasks.sent()]
    return show("tasks/sent.html", "_sent.html", to=to, links=found)

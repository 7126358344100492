"""The page, its acts. Nobody's browser is woken by them: each of the two finds the word on their home, or by a mail."""

import uuid
from typing import Any

from flask import Blueprint, Response, url_for

from tenants.db import db
from tenants.mission.difficulty import operations, queries
from tenants.mission.difficulty.models import Difficulty
from tenants.mission.queries import Frame
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused
from webapp import access
from webapp.access import actor, allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission.difficulty import shown
from webapp.mission.difficulty.forms import TellForm, WordForm
from webapp.pages import show

room = Blueprint("difficulty", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/difficulty")


def mission(mission_id: uuid.UUID) -> Frame | None:
    """The mission."""
    return access.in_mission(mission_id)


def thread(mission_id: uuid.UUID, difficulty_id: uuid.UUID) -> Difficulty | None:
    """A thread of which the actor is one of the two."""
    frame = access.in_mission(mission_id)
    return queries.get(frame, difficulty_id, actor()) if frame else None


@room.get("")
@allows(Do.DIFFICULTY_SEE, mission)
def index(frame: Frame) -> Response:
    """The reader's threads in this mission."""
    return _page(frame)


@room.post("")
@allows(Do.DIFFICULTY_TELL, mission)
def tell(frame: Frame) -> Response:
    """Begin one."""
    form = TellForm().offer(queries.named(frame.id))
    if not form.validate():
        return _page(frame, 422, typed=form)
    chosen = form.chosen() or frame.id  # what is none of them is nobody
    try:
        operations.tell(
            frame, _id(form.thread_id), chosen, _id(form.word_id), form.words.data or "", by=actor()
        )
    except Incorrect as wrong:
        form.refuse("named", words_of(wrong).title)
        return _page(frame, 422, typed=form)
    except Refused as refused:
        return _page(frame, refused.status, typed=form, refused=words_of(refused), kept=form.words.data)
    return _page(frame)


@room.post("/<uuid:difficulty_id>/words")
@allows(Do.DIFFICULTY_WRITE, thread)
def write(row: Difficulty) -> Response:
    """A message more."""
    try:
        form = WordForm.read()
    except Invalid as bad:
        return _page(_frame(row), 422, typed=bad.form, on=row.id)
    try:
        operations.write(row, _id(form.word_id), form.words.data or "", by=actor())
    except Refused as refused:
        return _page(
            _frame(row),
            refused.status,
            typed=form,
            on=row.id,
            refused=words_of(refused),
            kept=form.words.data,
        )
    return _page(_frame(row))


@room.post("/<uuid:difficulty_id>/seen")
@allows(Do.DIFFICULTY_WRITE, thread)
def seen(row: Difficulty) -> Response:
    """« J’ai lu »: nothing is awaited."""
    Form.read()
    operations.seen(row, by=actor())
    return _page(_frame(row))


@room.post("/<uuid:difficulty_id>/close")
@allows(Do.DIFFICULTY_CLOSE, thread)
def close(row: Difficulty) -> Response:
    """Whoever told it closes it."""
    Form.read()
    operations.close(row, by=actor())
    return _page(_frame(row))


def _id(field: Any) -> uuid.UUID:
    return field.data or uuid.uuid4()


def _frame(row: Difficulty) -> Frame:
    frame = access.in_mission(row.mission_id)
    assert frame is not None  # noqa: S101 - the loader has just read it
    return frame


def _page(frame: Frame, status: int = 200, **more: Any) -> Response:
    db.session.expire_all()
    return show(
        "mission/difficulty/page.html",
        "_difficulty.html",
        to=url_for("difficulty.index", mission_id=frame.id),
        status=status,
        **shown.context(frame, **more),
    )

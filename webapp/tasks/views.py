"""The page of a link. Opening it writes nothing, as mail scanners open links; the act is done by its one form, once."""

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for

from tenants import tasks
from tenants.mission.queries import Frame
from tenants.policy import may
from tenants.refusals import Refused
from tenants.tasks import Task
from webapp import access
from webapp.access import keep, one_task
from webapp.errors import words_of
from webapp.forms import Invalid
from webapp.tasks import words
from webapp.tasks.registry import KINDS, Again, Kind

links = Blueprint("links", __name__, url_prefix="/t")
GONE = 410
# The address is a secret: it goes into no Referer. « no-referrer » would turn the form's own Origin into « null ».
PRIVATE = {
    "Referrer-Policy": "strict-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Vary": "Cookie",
}


@links.get("/<token>")
@one_task
def show(token: str) -> Response:
    """What is asked, word for word, and of whom."""
    found = _found()
    return _closed() if found is None else _page(*found)


@links.post("/<token>")
@one_task
def act(token: str) -> Response:
    """The one act. Twice, it is done once, and said."""
    found = _found()
    if found is None or found[1].act is None or not tasks.take(found[0]):
        return _closed()
    task, kind, subject = found
    g.csrf_valid = True  # the forms of the rooms ask; the token in the address has answered
    try:
        kind.act(subject)  # type: ignore[misc]  # checked above
    except Again as again:
        if again.kept:
            keep()
        return _page(task, kind, subject, again.status, **again.more)
    except Invalid as bad:
        return _page(task, kind, subject, 422, form=bad.form)
    except Refused as refused:
        return _page(task, kind, subject, refused.status, refused=words_of(refused))
    tasks.spend(task)
    return _private(make_response(redirect(url_for("links.show", token=token), 303)))


@links.post("/<token>/refusal")
@one_task
def not_me(token: str) -> Response:
    """« Ce n’est pas moi »: the link ends, and says so to whoever opens it next."""
    task = access.task()
    if task is not None:
        tasks.revoke(task)
    return _private(make_response(redirect(url_for("links.show", token=token), 303)))


def _found() -> tuple[Task, Kind, Any] | None:
    """The task, its kind, its subject as the walls show it and as the policy allows it to this actor; else None.

    None also once the thing awaits nothing more of them: done on its page, replaced, taken back.
    """
    task = access.task()
    kind = KINDS.get(task.only[0]) if task is not None else None
    if task is None or kind is None or access.in_mission(task.mission_id) is None:
        return None
    subject = kind.load(task.mission_id, task.subject_id)
    if subject is None or not may(access.actor(), kind.do, subject) or kind.over(subject):
        return None
    return task, kind, subject


def _page(task: Task, kind: Kind, subject: Any, status: int = 200, **more: Any) -> Response:
    frame: Frame = g.frame
    me = frame.members[task.contact_id]
    context: dict[str, Any] = {"form": None, "refused": None} | kind.show(subject) | more
    page = render_template(
        "tasks/page.html",
        kind=kind,
        task=task,
        me=me,
        firm=words.firm(),
        frame=frame,
        here=request.path,
        **context,
    )
    return _private(make_response(page, status))


def _closed() -> Response:
    """Done, over, taken back, or never there: in words that name nothing of the mission."""
    told = tasks.told(g.token_hash)
    if told is None:
        abort(404)
    g.language = told.language
    done = told.state == "used"
    page = render_template("tasks/closed.html", told=told, closed=words.closed(told))
    return _private(make_response(page, 200 if done else GONE))


def _private(response: Response) -> Response:
    response.headers.update(PRIVATE)
    return response

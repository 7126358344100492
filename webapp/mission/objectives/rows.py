"""The lines of a list as HTML, each kept by everything that it is made from.

Why: forty lines cost far more to write than to read, and most of them are as they were a moment ago. A line is kept
per reader and per what they read: the rows it was read from, the mission's frame and who of it has begun to read, the
reader and their relation to it, language, day. Whatever a template of the line came to depend on must join ``_key``.
Nothing of it outlives the process.
"""

import secrets
import threading
import uuid
from collections import OrderedDict
from typing import Any

from flask import g, render_template, request
from flask_wtf.csrf import generate_csrf

from tenants.actors import Actor
from tenants.db import now
from tenants.mission.objectives import queries
from tenants.mission.objectives.queries import Line
from tenants.mission.queries import Frame
from tenants.policy import Role
from webapp import formats
from webapp.mission.objectives import lines

KEPT = 4096
TOKEN = f"{{csrf {secrets.token_hex(16)}}}"  # stands for the reader's own token in what is kept; nobody can type it
_kept: OrderedDict[Any, str] = OrderedDict()
_lock = threading.Lock()


class Rendered(str):
    """HTML that a template of ours has written, with what people typed escaped in it: Jinja puts it in as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def rendered(frame: Frame, found: list[Line], actor: Actor, strand: uuid.UUID | None) -> Rendered:
    """The whole list's lines for this reader."""
    token = generate_csrf()
    last = queries.last_changes(x.id for x in found if lines.lapsed(x, actor.contact_id))
    movable = [x.id for x in found if x.number is not None and not x.closed]
    roles = _roles(actor)
    begun = tuple(s.sits(now()) for s in frame.seats)  # a reader begins to read by the clock alone
    html = []
    for x in found:
        ends = (bool(movable) and movable[0] == x.id, bool(movable) and movable[-1] == x.id)
        changed = last[x.id].id if x.id in last else None
        key = (begun, *_key(frame, x, actor, strand, roles(x), ends, changed))
        one = _get(key)
        if one is None:
            shown = lines.shown(frame, [x], actor, strand, movable=movable)
            one = render_template("mission/objectives/_objective.html", o=shown[0]).replace(token, TOKEN)
            _put(key, one)
        html.append(one)
    return Rendered("".join(html).replace(TOKEN, token))


def _key(
    frame: Frame, x: Line, actor: Actor, strand: uuid.UUID | None, roles: frozenset[Role],
    ends: tuple[bool, bool], changed: uuid.UUID | None,
) -> Any:  # fmt: skip
    edited = request.args.get("edit") == str(x.id)
    place = (frame.company_id, g.slug, actor.contact_id, strand)
    return (
        *place,
        x.seen,
        x.number,
        frame.seen,
        roles,
        ends,
        changed,
        edited,
        formats.language(),
        formats.today(),
    )


def _roles(actor: Actor) -> Any:
    """The actor's relations to a line, worked out once for lines that they stand alike to."""
    me = actor.contact_id
    seen: dict[Any, frozenset[Role]] = {}

    def of(x: Line) -> frozenset[Role]:
        key = (x.zone_id, x.strand_id, x.author_id == me, x.observer_id == me)
        if key not in seen:
            seen[key] = actor.roles_toward(x)
        return seen[key]

    return of


def _get(key: Any) -> str | None:
    with _lock:
        one = _kept.get(key)
        if one is not None:
            _kept.move_to_end(key)
        return one


def _put(key: Any, one: str) -> None:
    with _lock:
        _kept[key] = one
        while len(_kept) > KEPT:
            _kept.popitem(last=False)

"""The lines of a list as HTML, each kept by everything that it is made from.

Why: forty lines cost far more to write than to read, and most of them are as they were a moment ago. A line is kept
per reader and per what they read: the rows it was read from, the mission's frame and who of it has begun to read, the
reader and their relation to it, language, day. Whatever a template of the line came to depend on must join ``_page``
if it is the same for all lines of a list, ``_key`` if not. Nothing of it outlives the process.
"""

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
from webapp.pages import Late

KEPT = 4096  # lines
Written = tuple[bytes, ...]  # a line without its reader's token, cut where it stands
_kept: OrderedDict[Any, dict[Any, Written]] = OrderedDict()
_lock = threading.Lock()


class Rendered(str):
    """HTML that a template of ours has written, with what people typed escaped in it: Jinja puts it in as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def rendered(frame: Frame, found: list[Line], actor: Actor, strand: uuid.UUID | None) -> Late:
    """The whole list's lines for this reader; what the list no longer shows is kept no longer."""
    token = generate_csrf()
    last = queries.last_changes(x.id for x in found if lines.lapsed(x, actor.contact_id))
    movable = [x.id for x in found if x.number is not None and not x.closed]
    roles = _roles(actor)
    page = _page(frame, actor, strand)
    before = _get(page)
    written: dict[Any, Written] = {}
    for x in found:
        ends = (bool(movable) and movable[0] == x.id, bool(movable) and movable[-1] == x.id)
        key = _key(x, roles(x), ends, last[x.id].id if x.id in last else None)
        one = before.get(key)
        if one is None:
            shown = lines.shown(frame, [x], actor, strand, movable=movable, still=actor.still)
            html = render_template("mission/objectives/_objective.html", o=shown[0])
            one = tuple(part.encode() for part in html.split(token))
        written[key] = one
    _put(page, written)
    mine = token.encode()
    return Late(mine.join(one) for one in written.values())


def _page(frame: Frame, actor: Actor, strand: uuid.UUID | None) -> Any:
    begun = tuple(s.sits(now()) for s in frame.seats)  # a reader begins to read by the clock alone
    place = (frame.company_id, g.slug, actor.contact_id, actor.still, strand)
    return (*place, begun, frame.seen, formats.language(), formats.today())


def _key(x: Line, roles: frozenset[Role], ends: tuple[bool, bool], changed: uuid.UUID | None) -> Any:
    edited = request.args.get("edit") == str(x.id)
    return (x.seen, x.number, roles, ends, changed, edited)


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


def _get(page: Any) -> dict[Any, Written]:
    with _lock:
        found = _kept.get(page)
        if found is not None:
            _kept.move_to_end(page)
        return found or {}


def _put(page: Any, written: dict[Any, Written]) -> None:
    with _lock:
        _kept[page] = written
        _kept.move_to_end(page)
        while len(_kept) > 1 and sum(map(len, _kept.values())) > KEPT:
            _kept.popitem(last=False)

"""The axes of a list as HTML, each kept by everything that it is made from, as the objectives' lines are.

Why: twelve axes with sixty actions cost far more to write than to read, and most are as they were a moment ago. An axis
is kept per reader and per what they read; whatever a template of it came to depend on must join ``_key``.
"""

import re
import secrets
import threading
import uuid
from collections import OrderedDict
from typing import Any

from flask import g, render_template
from flask_wtf.csrf import generate_csrf

from tenants.actors import Actor
from tenants.db import now
from tenants.mission.queries import Frame
from tenants.mission.roadmap import queries
from tenants.mission.roadmap.lines import AxisLine
from tenants.mission.roadmap.queries import Served
from webapp import formats
from webapp.mission.objectives.rows import Rendered
from webapp.mission.roadmap import shown

KEPT = 2048
TOKEN = f"{{csrf {secrets.token_hex(16)}}}"  # stands for the reader's own token in what is kept; nobody can type it
FRESH = f"{{id {secrets.token_hex(16)}}}"  # stands for the id of a line to come: new at each showing
_kept: OrderedDict[Any, str] = OrderedDict()
_lock = threading.Lock()


def rendered(
    frame: Frame, found: list[AxisLine], actor: Actor, strand: uuid.UUID | None, objectives: list[Served]
) -> Rendered:
    """The whole list's axes for this reader."""
    token = generate_csrf()
    last = queries.last_changes(x.id for x in found if shown.has_lapsed(x, actor.contact_id))
    order = movable(found)
    begun = tuple(s.sits(now()) for s in frame.seats)  # a reader begins to read by the clock alone
    html = []
    for x in found:
        changed = last[x.id].id if x.id in last else None
        key = (begun, tuple(objectives), order[:1] == [x.id], order[-1:] == [x.id], changed)
        key += _key(frame, x, actor, strand)
        one = _get(key)
        if one is None:
            views = shown.shown(
                frame, [x], actor, strand, movable=order, objectives=objectives, still=actor.still
            )
            brought = _brought(frame, views[0], actor)
            html_ = render_template(
                "mission/roadmap/_axis.html", x=views[0], brought=brought, fresh_id=lambda: FRESH
            )
            one = html_.replace(token, TOKEN)
            if not brought:
                _put(key, one)
        html.append(one)
    return fresh(Rendered("".join(html).replace(TOKEN, token)))


def movable(found: list[AxisLine]) -> list[uuid.UUID]:
    """The axes that have a place in the list, in order."""
    return [x.id for x in found if x.number is not None and not x.closed]


def fresh(html: str) -> Rendered:
    """Each line to come gets an id of its own, so that a form that is sent twice adds one line."""
    return Rendered(re.sub(re.escape(FRESH), lambda _: str(uuid.uuid4()), html))


def _brought(frame: Frame, x: shown.ShownAxis, actor: Actor) -> dict[uuid.UUID, Any]:
    from webapp.mission.roadmap.views import brought

    return brought(frame, x, actor)


def _key(frame: Frame, x: AxisLine, actor: Actor, strand: uuid.UUID | None) -> tuple[Any, ...]:
    opened = shown.asked() & {str(x.id), *(str(line.id) for line in x.lines)}
    return (
        frame.company_id, g.slug, actor.contact_id, actor.still, strand, x.seen, x.number, frame.seen, actor.roles_toward(x),
        actor.seats_in(frame.id), frozenset(opened), formats.language(), formats.today(),
    )  # fmt: skip


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

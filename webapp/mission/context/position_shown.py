"""The starting position as values: one's own lines before the reveal; both, side by side, after it."""

import uuid
from typing import Any

from flask_babel import gettext as _

from tenants.mission.context import queries
from tenants.mission.context.headings import LIMITS
from tenants.mission.objectives import queries as objectives
from tenants.mission.queries import Frame
from tenants.zones import Audience, Kind
from webapp import access, formats
from webapp.mission import names
from webapp.mission.agreement.shown import party
from webapp.mission.context.words import STEP, step
from webapp.mission.readers import readers_view

# The small picture: units of its view box.
WIDTH, MARGIN, ROW = 280, 20, 26


def of_position(frame: Frame, strand_id: uuid.UUID) -> dict[str, Any]:
    """What ``_position.html`` needs. ``position_here``: the reader is one of the parties; ``position_open``: something is
    still to be told.
    """
    actor = access.actor()
    view = readers_view(frame, kind=Kind.CONTEXT, audience=Audience.PARTIES, strand_id=strand_id)
    if actor.contact_id not in view.ids:
        return {"position_here": False}
    found = queries.starting(frame, strand_id, actor)
    mine_here = actor.contact_id in found.tellers
    left = [c for c in found.tellers if c not in found.said]
    told = {s.objective_id for s in found.revealed}
    shared = [
        x for x in objectives.of_strand(frame, strand_id, by=actor)
        if x.shared_at and not x.closed and x.id not in told
    ]  # fmt: skip
    mine = [(line, words) for line, words in found.mine if line.revealed_at is None]
    covered = {line.objective_id for line, _words in mine}
    at = found.grid.revealed_at if found.grid is not None else None
    return {
        "position_here": True,
        "position_audience": view,
        "position_alone": readers_view(frame, kind=Kind.CONTEXT, audience=Audience.AUTHOR) if mine_here else None,
        "position_mine_here": mine_here,
        "position_said": actor.contact_id in found.said,
        "position_lines": [_line(line, words) for line, words in mine],
        "position_new": bool(shared) and any(x.id not in covered for x in shared),
        "position_objectives": len(shared),
        "position_people": [
            party(
                frame, c, ready=c in found.said,
                said=_("a dit sa position") if c in found.said else _("ne l’a pas encore dite"),
            )
            for c in found.tellers
        ],
        "position_left": names.first_names(frame, left, actor.contact_id),
        "position_tellers": names.first_names(frame, found.tellers, actor.contact_id),
        "position_last": left == [actor.contact_id],
        "position_at": at,
        "position_open": at is None or bool(shared),
        "position_grid": found.grid.id if found.grid is not None else None,
        "position_revealed": [_start(frame, s) for s in found.revealed],
        "steps": [(n, words(), hint()) for n, (words, hint) in enumerate(STEP)],
        "position_limit": LIMITS["position"],
    }  # fmt: skip


def _line(line: Any, words: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "wording": line.wording or _("Objectif sans formulation"),
        "step": line.step,
        "step_words": step(line.step) if line.step is not None else "",
        "words": words,
        "said": line.said_at is not None,
        "document_id": line.document_id,
        "revision": line.revision,
    }


def _start(frame: Frame, s: queries.Start) -> dict[str, Any]:
    """In words, and where each mark stands on the four steps of the picture."""
    order = [seat.contact_id for seat in frame.sitting()]
    people = sorted(s.said, key=lambda c: order.index(c) if c in order else len(order))
    said = [{"who": party(frame, c), "step": step(s.said[c][0]), "words": s.said[c][1]} for c in people]
    marks = [
        {"party": party(frame, c).party, "x": _x(s.said[c][0]), "y": ROW * row + ROW // 2}
        for row, c in enumerate(people)
    ]
    same = len({v[0] for v in s.said.values()}) == 1 and len(people) > 1
    return {
        "id": s.objective_id,
        "wording": s.wording or _("Objectif sans formulation"),
        "said": said,
        "marks": marks,
        "same": same,
        "ticks": [_x(n) for n in range(len(STEP))],
        "width": WIDTH,
        "height": ROW * max(len(people), 1),
        "alt": formats.names(
            [_("%(who)s, « %(step)s »", who=party(frame, c).name, step=step(s.said[c][0])) for c in people]
        ),
    }


def _x(number: int) -> int:
    return MARGIN + number * (WIDTH - 2 * MARGIN) // (len(STEP) - 1)

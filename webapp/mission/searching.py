"""« Chercher dans la mission »: passages that one reads, each with what it is, where it stands and who reads it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from tenants.mission import searching
from tenants.mission.queries import Frame
from tenants.mission.searching import Hit
from tenants.policy import Do
from webapp import access
from webapp.access import allows
from webapp.forms import clean
from webapp.mission import layout
from webapp.mission.readers import ReadersView, readers_view
from webapp.pages import show

AROUND = 90  # characters on either side of the first word found

search = Blueprint("search", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/search")

# By kind: what it is, the page that shows it, and its place there (of a session, a part of its own page).
PLACES: dict[str, tuple[Callable[[], str], str, str]] = {
    "objective": (lambda: _("Objectif"), "objectives.index", "objective-"),
    "comment": (lambda: _("Commentaire d’un objectif"), "objectives.index", "objective-"),
    "axis": (lambda: _("Axe de la feuille de route"), "roadmap.index", "axis-"),
    "strategy": (lambda: _("Stratégie"), "roadmap.index", "line-"),
    "action": (lambda: _("Action"), "roadmap.index", "line-"),
    "axis_comment": (lambda: _("Commentaire d’un axe"), "roadmap.index", "axis-"),
    "agenda": (lambda: _("Point à l’ordre du jour"), "schedule.one", "session-agenda"),
    "summary": (lambda: _("Compte rendu d’un rendez-vous"), "schedule.one", "session-summary"),
    "review": (lambda: _("Point d’étape"), "schedule.one", "session-review"),
    "request": (lambda: _("Demande"), "agreement.index", ""),
    "reformulation": (lambda: _("Reformulation"), "agreement.index", ""),
    "sentence": (lambda: _("Phrase convenue"), "agreement.index", ""),
    "expectation": (lambda: _("Vos attentes"), "agreement.index", ""),
    "progress": (lambda: _("Relevé d’un objectif"), "objectives.index", "objective-"),
    "brought": (lambda: _("Apport du mentor"), "roadmap.index", "line-"),
    "brought_session": (lambda: _("Apport du mentor à un rendez-vous"), "schedule.one", ""),
    "divergence": (lambda: _("Écart"), "agreement.index", "divergence-"),
    "expected": (lambda: _("Attente"), "agreement.index", ""),
    "question": (lambda: _("Question du mentor"), "context.index", "question-"),
    "position": (lambda: _("Position de départ"), "context.index", "start-"),
    "copy": (lambda: _("Contexte"), "context.index", ""),
    "clause": (lambda: _("Règle de l’espace de travail"), "agreement_rules.index", ""),
}


@dataclass(frozen=True)
class Found:
    """One passage as its line: what, where, in pieces of which some are the words."""

    what: str
    url: str
    pieces: list[tuple[str, bool]]
    audience: ReadersView
    id: str


def _frame(mission_id: uuid.UUID) -> Frame | None:
    return access.in_mission(mission_id)


@search.get("")
@allows(Do.MISSION_SEE, _frame)
def index(frame: Frame) -> Response:
    """What says every word that was typed."""
    query = " ".join(clean(request.args.get("q", "")).split())[: searching.LONGEST]
    looked_for = searching.words_of(query)
    hits = searching.search(frame, query, by=access.actor())
    return show(
        "mission/search.html",
        "_search.html",
        **layout.context(frame, "search"),
        query=query,
        enough=bool(looked_for),
        found=[_found(frame, n, hit, looked_for) for n, hit in enumerate(hits)],
        most=len(hits) == searching.MOST,
    )


def _found(frame: Frame, number: int, hit: Hit, looked_for: list[str]) -> Found:
    what, endpoint, anchor = PLACES.get(hit.kind, (lambda: _("Contexte"), "context.index", ""))
    values: dict[str, Any] = {"mission_id": frame.id, "strand": frame.zones[hit.zone_id].strand_id}
    if endpoint == "schedule.one":
        values = {"mission_id": frame.id, "session_id": hit.subject_id, "_anchor": anchor or None}
    else:
        values["_anchor"] = f"{anchor}{hit.subject_id}" if anchor else None
    return Found(
        what=what(),
        url=url_for(endpoint, **values),
        pieces=_around(searching.marked(hit.words, looked_for)),
        audience=readers_view(frame, hit.zone_id),
        id=f"readers-hit-{number}",
    )


def _around(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The first word with what stands around it; « … » where more was left out."""
    first = next((n for n, (_words, on) in enumerate(pieces) if on), 0)
    before = "".join(words for words, _on in pieces[:first])
    kept: list[tuple[str, bool]] = [(("…" if len(before) > AROUND else "") + before[-AROUND:], False)]
    left = 2 * AROUND
    for words, on in pieces[first:]:
        kept.append((words if len(words) <= left else words[:left] + "…", on))
        left -= len(words)
        if left <= 0:
            break
    return [(words, on) for words, on in kept if words]

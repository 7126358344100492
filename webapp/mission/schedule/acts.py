"""What is said at a session: its agenda, its summary, the review that it leaves."""

import uuid
from typing import Any

from flask import Blueprint, Response, g, url_for
from flask_babel import gettext as _

from tenants.mission.objectives import queries as objectives
from tenants.mission.roadmap import actions
from tenants.mission.roadmap import queries as roadmap
from tenants.mission.schedule import agenda, queries, reviews, summaries
from tenants.mission.schedule.models import Review, Session, Summary
from tenants.policy import Do
from tenants.refusals import Refused
from webapp import access, formats
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Invalid
from webapp.mission.objectives import lines as objective_lines
from webapp.mission.schedule import forms, load, sessions
from webapp.mission.schedule.views import ONE
from webapp.pages import show

acts = Blueprint("schedule_acts", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/schedule")


@acts.post("/sessions/<uuid:session_id>/agenda")
@allows(Do.AGENDA_WRITE, load.session)
def add(row: Session) -> Any:
    """A point of one's own."""
    try:
        form = forms.PointForm.read()
    except Invalid as bad:
        return _part(row, "_agenda.html", status=422, point=bad.form)
    agenda.add(row, g.frame, form.item_id.data or uuid.uuid4(), form.text.data or "", by=access.actor())
    return _part(row, "_agenda.html")


@acts.post("/sessions/<uuid:session_id>/agenda/points")
@allows(Do.AGENDA_WRITE, load.session)
def change(row: Session) -> Any:
    """Treated, or not after all; one step up or down; taken away."""
    form, by = forms.ItemForm.read(), access.actor()
    item = form.item.data or uuid.uuid4()
    if form.act.data in ("done", "undone"):
        agenda.treat(row, item, done=form.act.data == "done", by=by)
    elif form.act.data in ("up", "down"):
        agenda.order(row, item, up=form.act.data == "up", by=by)
    else:
        agenda.remove(row, item, by=by)
    return _part(row, "_agenda.html")


@acts.post("/sessions/<uuid:session_id>/agenda/action")
@allows(Do.AGENDA_WRITE, load.session)
def to_roadmap(row: Session) -> Any:
    """A point enters the roadmap as an action of a strategy of the same strand."""
    form, by = forms.ActionForm.read(), access.actor()
    strategy = roadmap.strategy(form.strategy.data) if form.strategy.data else None
    item = next((p for p in points(row) if p.id == form.item.data), None)
    if strategy is None or strategy.mission_id != row.mission_id or item is None:
        raise Refused("agenda.gone")
    if item.action_id is None:
        words = sessions.point_words(row, item)
        made = actions.add(strategy, by=by, action_id=form.action_id.data, wording=words)
        agenda.became(row, item.id, made, by=by)
    return _part(row, "_agenda.html")


def points(row: Session) -> list[Any]:
    """The session's own points and those that were carried to it."""
    return [*queries.agenda(row), *(p.item for p in queries.carried(row))]


# -- the summary --------------------------------------------------------------------------------


@acts.post("/sessions/<uuid:session_id>/summary")
@allows(Do.SUMMARY_WRITE, load.session)
def summarise(row: Session) -> Any:
    """A live text of mentor and mentee."""
    summaries.begin(row, g.frame, by=access.actor())
    return _part(row, "_summary.html")


@acts.post("/sessions/<uuid:session_id>/summary/sharing")
@allows(Do.SUMMARY_SHARE, load.summary)
def share(found: Summary) -> Any:
    """From the pair to the three parties, whose names stood above the button."""
    row = _session(found)
    try:
        summaries.share(found, g.frame, by=access.actor())
    except Refused as refused:
        return _part(row, "_summary.html", status=refused.status, refused=words_of(refused))
    return _part(row, "_summary.html")


@acts.post("/sessions/<uuid:session_id>/summary/withdrawal")
@allows(Do.SUMMARY_WRITE, load.summary)
def discard(found: Summary) -> Any:
    """Thrown away before it was shared."""
    row = _session(found)
    summaries.discard(found, by=access.actor())
    return _part(row, "_summary.html")


# -- the review ---------------------------------------------------------------------------------


@acts.post("/sessions/<uuid:session_id>/review")
@allows(Do.REVIEW_WRITE, load.session)
def review(row: Session) -> Any:
    """Four texts, prefilled with dated facts."""
    reviews.begin(row, g.frame, seed(row), by=access.actor())
    return _part(row, "_review.html")


@acts.post("/sessions/<uuid:session_id>/review/approval")
@allows(Do.REVIEW_APPROVE, load.review)
def approve(found: Review) -> Any:
    """One's word on the exact texts that were read."""
    row, form = _session(found), forms.ApproveForm.read()
    try:
        reviews.approve(found, g.frame, form.texts.data or "", by=access.actor())
    except Refused as refused:
        return _part(row, "_review.html", status=refused.status, refused=words_of(refused))
    return _part(row, "_review.html")


@acts.post("/sessions/<uuid:session_id>/review/approval/withdrawal")
@allows(Do.REVIEW_APPROVE, load.review)
def take_back(found: Review) -> Any:
    """One's own word, taken back."""
    row = _session(found)
    try:
        reviews.take_back(found, g.frame, by=access.actor())
    except Refused as refused:
        return _part(row, "_review.html", status=refused.status, refused=words_of(refused))
    return _part(row, "_review.html")


def seed(row: Session) -> dict[str, str]:
    """Dated facts to begin from: each shared objective with its start, its last reading, its target."""
    told = []
    for x in objectives.of_strand(g.frame, row.strand_id, by=access.actor()):
        if x.shared_at is None or x.closed:
            continue
        parts = [_("Objectif %(n)s : %(wording)s", n=x.number, wording=x.shown.wording.strip())]
        if said := objective_lines.said(x.shown.baseline):
            parts.append(_("au départ : %(words)s", words=said))
        if x.latest is not None:
            words = objective_lines.said(x.latest.measure)
            parts.append(_("le %(day)s : %(words)s", day=formats.short_day(x.latest.on), words=words))
        else:
            parts.append(_("aucun relevé pour l’instant"))
        if said := objective_lines.said(x.shown.target):
            parts.append(_("cible : %(words)s", words=said))
        told.append(" — ".join(parts))
    return {"since": "\n".join(told)}


# -- what the acts share ------------------------------------------------------------------------


def _session(found: Summary | Review) -> Session:
    row = queries.get(found.session_id)
    assert row is not None  # noqa: S101 - the loader has just read it
    return row


def _part(row: Session, fragment: str, status: int = 200, **more: Any) -> Response:
    """One part of the page again, for htmx; after a plain post the page."""
    access.renew(row.mission_id)
    fresh = queries.get(row.id) or row
    anchor = "session-" + fragment.strip("_").removesuffix(".html")
    to = url_for("schedule.one", mission_id=row.mission_id, session_id=row.id, _anchor=anchor)
    return show(ONE, fragment, to=to, status=status, **sessions.context(fresh, part=fragment, **more))

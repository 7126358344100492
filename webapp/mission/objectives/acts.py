"""Writing: each act reads its form, calls one operation, and shows the line or the list again."""

import uuid
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask_babel import gettext as _

from tenants.mission.objectives import operations, queries
from tenants.mission.objectives.models import Objective
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused, Stale
from tenants.zones import Audience, Kind
from webapp import access, formats
from webapp.access import allows
from webapp.errors import refused_beside
from webapp.forms import Form, Invalid
from webapp.mission import names
from webapp.mission.objectives import forms, load, views
from webapp.mission.objectives.views import ONE, PAGE
from webapp.mission.objectives.words import FIELD
from webapp.mission.readers import readers_view
from webapp.pages import show, wants_fragment

acts = Blueprint("objective_acts", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/objectives")


@acts.post("")
@allows(Do.OBJECTIVE_PROPOSE, load.proposing)
def propose(strand: load.Strand) -> Any:
    """A private draft of one's own."""
    form = forms.ProposeForm.read()
    made = operations.propose(
        strand.frame, strand.strand_id, by=access.actor(), objective_id=form.objective_id.data
    )
    access.renew(strand.mission_id)
    shown = load.strand(strand.mission_id) or strand
    return show(
        PAGE, "_list.html", to=_place(strand.mission_id, made, shown.strand_id), **views.listed(_now(shown))
    )


@acts.post("/<uuid:objective_id>/fields")
@allows(Do.OBJECTIVE_WRITE, load.objective)
def fields(row: Objective) -> Any:
    """Baseline, target, due date, observer, stake: what the post carries, read at a revision."""
    try:
        form = forms.Fields.read()
        operations.set_fields(
            row, g.frame, form.revision.data or 0, form.given(request.form), by=access.actor()
        )
    except Invalid as bad:
        return _scalars(row, status=422, typed=bad.form)
    except Incorrect as wrong:
        form.refuse(wrong.values["field"], _("Choisissez une personne qui lit cet objectif."))
        return _scalars(row, status=422, typed=form)
    except Stale as stale:
        return _scalars(row, status=409, conflict=_conflict(row, stale))
    return _scalars(row)


@acts.get("/<uuid:objective_id>/sharing")
@allows(Do.OBJECTIVE_SHARE, load.objective)
def sharing(row: Objective) -> Any:
    """The future readers by name, before the button."""
    return _dialog(row, "_share.html", readers=_future(row))


@acts.post("/<uuid:objective_id>/sharing")
@allows(Do.OBJECTIVE_SHARE, load.objective)
def share(row: Objective) -> Any:
    """From the author alone to the parties."""
    operations.share(row, g.frame, by=access.actor())
    return _list(row)


@acts.post("/<uuid:objective_id>/assent")
@allows(Do.OBJECTIVE_ASSENT, load.objective)
def assent(row: Objective) -> Any:
    """One's initials on the exact wording that was read."""
    form = forms.AssentForm.read()
    try:
        operations.assent(row, g.frame, form.wording.data or "", by=access.actor())
    except Refused as refused:
        return refused_beside(refused, partial(_line, row))
    return _line(row)


@acts.post("/<uuid:objective_id>/assent/withdrawal")
@allows(Do.OBJECTIVE_ASSENT, load.objective)
def take_back(row: Objective) -> Any:
    """One's own initials, taken back."""
    operations.take_back(row, g.frame, by=access.actor())
    return _line(row)


@acts.post("/<uuid:objective_id>/rewording")
@allows(Do.OBJECTIVE_REWORD, load.objective)
def reword(row: Objective) -> Any:
    """« Proposer une autre rédaction »."""
    operations.reword(row, g.frame, by=access.actor())
    return _line(row)


@acts.post("/<uuid:objective_id>/rewording/withdrawal")
@allows(Do.OBJECTIVE_REWORD, load.objective)
def withdraw_rewording(row: Objective) -> Any:
    """The agreed wording is the only one again."""
    operations.withdraw_rewording(row, g.frame, by=access.actor())
    return _line(row)


@acts.get("/<uuid:objective_id>/closing")
@allows(Do.OBJECTIVE_CLOSE, load.objective)
def closing(row: Objective) -> Any:
    """Why it is closed, asked before."""
    return _dialog(row, "_close.html", form=forms.ReasonForm(formdata=None))


@acts.post("/<uuid:objective_id>/closing")
@allows(Do.OBJECTIVE_CLOSE, load.objective)
def close(row: Objective) -> Any:
    """Closed with a reason, never deleted."""
    try:
        form = forms.ReasonForm.read()
    except Invalid as bad:
        return _dialog(row, "_close.html", status=422, form=bad.form)
    operations.close(row, form.reason.data or "", by=access.actor())
    return _list(row)


@acts.get("/<uuid:objective_id>/withdrawal")
@allows(Do.OBJECTIVE_WITHDRAW, load.objective)
def withdrawal(row: Objective) -> Any:
    """How much goes, and who had read it, said before."""
    found = queries.line(g.frame, row.id, by=access.actor())
    text = f"{found.content.wording} {found.content.indicator} {found.notes}" if found else ""
    return _dialog(row, "_withdraw.html", words=len(text.split()))


@acts.post("/<uuid:objective_id>/withdrawal")
@allows(Do.OBJECTIVE_WITHDRAW, load.objective)
def withdraw(row: Objective) -> Any:
    """Taken back by its author; ten seconds to undo."""
    operations.withdraw(row, by=access.actor())
    response = _list(row)
    if wants_fragment() and response.status_code == 200:  # noqa: PLR2004 - HTTP's own
        undo = url_for("objective_acts.keep", mission_id=row.mission_id, objective_id=row.id)
        response.data += render_template("mission/objectives/_undo.html", undo=undo).encode()
    return response


@acts.post("/<uuid:objective_id>/withdrawal/undo")
@allows(Do.OBJECTIVE_WITHDRAW, load.withdrawn)
def keep(row: Objective) -> Any:
    """It is there again, if it was still to be erased."""
    operations.keep(row.id, by=access.actor())
    return _list(row)


@acts.post("/<uuid:objective_id>/order")
@allows(Do.OBJECTIVE_ORDER, load.objective)
def order(row: Objective) -> Any:
    """Between its new neighbours; or one step, from a page without scripts."""
    form = forms.OrderForm.read()
    after, before = form.after.data, form.before.data
    if form.to.data:
        listed = [
            x.id
            for x in _lines(row)
            if x.number is not None and x.strand_id == row.strand_id and x.id != row.id
        ]
        at = sum(
            1
            for x in _lines(row)
            if x.number is not None and x.strand_id == row.strand_id and x.number < (_number(row) or 0)
        )
        place = max(0, min(len(listed), at - 1 if form.to.data == "up" else at + 1))
        after = listed[place - 1] if place else None
        before = listed[place] if place < len(listed) else None
    operations.order(row, after=after, before=before, by=access.actor())
    return _list(row)


@acts.post("/<uuid:objective_id>/comments")
@allows(Do.OBJECTIVE_COMMENT, load.objective)
def comment(row: Objective) -> Any:
    """Said to all who read the objective."""
    try:
        form = forms.CommentForm.read()
    except Invalid as bad:
        return show(ONE, "_comments.html", status=422, **views.said(row, bad.form))
    operations.comment(row, form.comment_id.data or uuid.uuid4(), form.text.data or "", by=access.actor())
    return show(ONE, "_comments.html", to=_at(row, "comments"), **views.said(row))


@acts.post("/<uuid:objective_id>/progress")
@allows(Do.OBJECTIVE_PROGRESS, load.objective)
def progress(row: Objective) -> Any:
    """A reading, dated."""
    try:
        form = forms.ProgressForm.read()
    except Invalid as bad:
        return show(ONE, "_progress.html", status=422, **views.read(row, bad.form))
    operations.read(
        row, form.progress_id.data or uuid.uuid4(), form.on.day or formats.today(), form.words.data or "",
        form.value.number, form.out_of.number, by=access.actor(),
    )  # fmt: skip
    return show(ONE, "_progress.html", to=_at(row, "progress"), **views.read(row))


@acts.post("/<uuid:objective_id>/history/<uuid:change_id>/restoration")
@allows(Do.OBJECTIVE_RESTORE, load.restored)
def restore(found: load.Restored) -> Any:
    """Back to what it was before that change."""
    Form.read()
    operations.restore(found.row, found.change_id, g.frame, by=access.actor())
    return _line(found.row)


# -- what the acts share ------------------------------------------------------------------------


def _strand(row: Objective) -> load.Strand:
    return load.Strand(g.frame, row.company_id, row.mission_id, row.strand_id)


def _now(strand: load.Strand) -> load.Strand:
    """The same strand with the frame as it is after the act: a zone may have been made."""
    return load.Strand(g.frame, strand.company_id, strand.mission_id, strand.strand_id)


def _lines(row: Objective) -> list[queries.Line]:
    return queries.of_strand(g.frame, row.strand_id, by=access.actor())


def _number(row: Objective) -> int | None:
    return next((x.number for x in _lines(row) if x.id == row.id), None)


def _place(mission_id: uuid.UUID, objective_id: uuid.UUID, strand_id: uuid.UUID | None) -> str:
    return url_for(
        "objectives.index", mission_id=mission_id, strand=strand_id, _anchor=f"objective-{objective_id}"
    )


def _at(row: Objective, what: str) -> str:
    return url_for(f"objectives.{what}", mission_id=row.mission_id, objective_id=row.id)


def _line(row: Objective, status: int = 200, **more: Any) -> Response:
    """The line again, for htmx; after a plain post the list, at that line."""
    to = _place(row.mission_id, row.id, row.strand_id)
    return show(ONE, "_objective.html", to=to, status=status, **views.one(row, **more))


def _scalars(row: Objective, status: int = 200, **more: Any) -> Response:
    """Its fields again, with what was typed; after a plain post the list, at that line."""
    to = _place(row.mission_id, row.id, row.strand_id)
    return show(ONE, "_scalars.html", to=to, status=status, **views.one(row, **more), opened="fields")


def _list(row: Objective) -> Response:
    """The list again, and the dialog closed."""
    access.renew(row.mission_id)
    strand = load.strand(row.mission_id) or _strand(row)
    to = _place(row.mission_id, row.id, strand.strand_id)
    response = show(PAGE, "_list.html", to=to, **views.listed(strand))
    if wants_fragment():
        response.headers["HX-Trigger"] = "close-dialog"
        response.headers["HX-Retarget"] = "#objectives"
        response.headers["HX-Reswap"] = "outerMorph"
    return response


def _dialog(row: Objective, fragment: str, status: int = 200, **more: Any) -> Response:
    """A question before an act: in the dialog for htmx, a page of its own otherwise."""
    context = views.one(row) | {"question": f"mission/objectives/{fragment}"} | more
    response = show("mission/objectives/ask.html", fragment, status=status, **context)
    if wants_fragment():
        response.headers["HX-Retarget"] = "#dialog"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _future(row: Objective) -> Any:
    audience = Audience.PARTIES if row.strand_id else Audience.EVERYONE
    return readers_view(g.frame, kind=Kind.OBJECTIVES, audience=audience, strand_id=row.strand_id)


def _conflict(row: Objective, stale: Stale) -> dict[str, Any]:
    """Both values, in words, with what the post of one's own would carry."""
    field = stale.values["field"]
    return {
        "field": field,
        "what": FIELD[field](),
        "who": names.first_name(g.frame, stale.values["by_id"]),
        "mine": views.value(g.frame, field, operations.kept(stale.values["mine"])),
        "theirs": views.value(g.frame, field, operations.kept(stale.values["theirs"])),
        "revision": stale.values["revision"],
        "posted": {k: v for k, v in request.form.items() if k not in ("csrf_token", "revision")},
    }

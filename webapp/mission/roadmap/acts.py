"""Writing, on a whole axis: each act reads its form, calls one operation, and shows the axis or the list again."""

import uuid
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask_babel import gettext as _

from tenants.mission.roadmap import axes, initials, queries, strategies
from tenants.mission.roadmap import history as past
from tenants.mission.roadmap.models import Axis
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused
from tenants.zones import Audience, Kind
from webapp import access
from webapp.access import allows
from webapp.errors import refused_beside
from webapp.forms import Form, Invalid
from webapp.mission.readers import readers_view
from webapp.mission.roadmap import forms, load, views
from webapp.mission.roadmap.views import ONE, PAGE
from webapp.pages import show, wants_fragment

acts = Blueprint("roadmap_acts", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/roadmap")


@acts.post("/axes")
@allows(Do.ROADMAP_PROPOSE, load.proposing)
def propose(strand: load.Strand) -> Any:
    """A new axis: shared at once, or a draft of one's own (« Écrire d’abord pour moi »)."""
    form = forms.AxisForm.read()
    made = axes.propose(
        strand.frame, strand.strand_id, by=access.actor(), axis_id=form.axis_id.data,
        draft=bool(request.form.get("draft")),
    )  # fmt: skip
    access.renew(strand.mission_id)
    there = load.strand(strand.mission_id) or strand
    to = url_for(
        "roadmap.index", mission_id=strand.mission_id, strand=there.strand_id, _anchor=f"axis-{made}"
    )
    again = load.Strand(g.frame, there.company_id, there.mission_id, there.strand_id)
    return begun(show(PAGE, "_list.html", to=to, **views.listed(again)), made)


@acts.post("/axes/<uuid:axis_id>/strategies")
@allows(Do.ROADMAP_WRITE, load.axis)
def add_strategy(row: Axis) -> Any:
    """A strategy at the end of the axis."""
    form = forms.StrategyForm.read()
    made = strategies.add(row, g.frame, by=access.actor(), strategy_id=form.strategy_id.data)
    return begun(axis_again(row, line=made), made)


@acts.post("/axes/<uuid:axis_id>/served")
@allows(Do.ROADMAP_WRITE, load.axis)
def serve(row: Axis) -> Any:
    """Which objectives it serves, read at a revision."""
    try:
        form = forms.ServedForm.read()
        axes.serve(row, g.frame, form.revision.data or 0, form.served.data or [], by=access.actor())
    except Invalid as bad:
        return axis_again(row, status=422, faults={"served": bad.form.errors.get("served", [""])[0]})
    except Incorrect:
        wrong = _("Choisissez des objectifs que vous lisez.")
        return axis_again(row, status=422, faults={"served": wrong})
    except Refused as refused:
        return refused_beside(refused, partial(axis_again, row))
    return axis_again(row)


@acts.get("/axes/<uuid:axis_id>/sharing")
@allows(Do.ROADMAP_SHARE, load.axis)
def sharing(row: Axis) -> Any:
    """The future readers by name, before the button."""
    audience = Audience.PARTIES if row.strand_id else Audience.EVERYONE
    future = readers_view(g.frame, kind=Kind.ROADMAP, audience=audience, strand_id=row.strand_id)
    return dialog(row, "_share.html", readers=future)


@acts.post("/axes/<uuid:axis_id>/sharing")
@allows(Do.ROADMAP_SHARE, load.axis)
def share(row: Axis) -> Any:
    """From the author alone to the parties, with all its lines."""
    axes.share(row, g.frame, by=access.actor())
    return list_again(row)


@acts.post("/axes/<uuid:axis_id>/assent")
@allows(Do.ROADMAP_ASSENT, load.axis)
def assent(row: Axis) -> Any:
    """One's initials on the exact content that was read."""
    form = forms.AssentForm.read()
    try:
        initials.assent(row, g.frame, form.wording.data or "", by=access.actor())
    except Refused as refused:
        return refused_beside(refused, partial(axis_again, row))
    return axis_again(row)


@acts.post("/axes/<uuid:axis_id>/assent/withdrawal")
@allows(Do.ROADMAP_ASSENT, load.axis)
def take_back(row: Axis) -> Any:
    """One's own initials, taken back."""
    initials.take_back(row, g.frame, by=access.actor())
    return axis_again(row)


@acts.post("/axes/<uuid:axis_id>/rewording")
@allows(Do.ROADMAP_REWORD, load.axis)
def reword(row: Axis) -> Any:
    """« Proposer une autre rédaction »."""
    initials.reword(row, by=access.actor())
    return axis_again(row)


@acts.post("/axes/<uuid:axis_id>/rewording/withdrawal")
@allows(Do.ROADMAP_REWORD, load.axis)
def withdraw_rewording(row: Axis) -> Any:
    """The agreed content is the only one again."""
    try:
        initials.withdraw_rewording(row, by=access.actor())
    except Refused as refused:
        return refused_beside(refused, partial(axis_again, row))
    return axis_again(row)


@acts.get("/axes/<uuid:axis_id>/closing")
@allows(Do.ROADMAP_CLOSE, load.axis)
def closing(row: Axis) -> Any:
    """Why it is closed, asked before."""
    return dialog(row, "_close.html", form=forms.CloseForm(formdata=None))


@acts.post("/axes/<uuid:axis_id>/closing")
@allows(Do.ROADMAP_CLOSE, load.axis)
def close(row: Axis) -> Any:
    """Closed with a reason, never deleted."""
    try:
        form = forms.CloseForm.read()
    except Invalid as bad:
        return dialog(row, "_close.html", status=422, form=bad.form)
    axes.close(row, form.reason.data or "", by=access.actor())
    return list_again(row)


@acts.get("/axes/<uuid:axis_id>/withdrawal")
@allows(Do.ROADMAP_WITHDRAW, load.axis)
def withdrawal(row: Axis) -> Any:
    """How much goes, said before."""
    return dialog(row, "_withdraw.html")


@acts.post("/axes/<uuid:axis_id>/withdrawal")
@allows(Do.ROADMAP_WITHDRAW, load.axis)
def withdraw(row: Axis) -> Any:
    """Taken back by its author; ten seconds to undo."""
    axes.withdraw(row, by=access.actor())
    undo = url_for("roadmap_acts.keep", mission_id=row.mission_id, axis_id=row.id)
    return undoable(list_again(row), undo, _("L’axe est retiré."), "#roadmap")


@acts.post("/axes/<uuid:axis_id>/withdrawal/undo")
@allows(Do.ROADMAP_WITHDRAW, load.withdrawn_axis)
def keep(row: Axis) -> Any:
    """It is there again, if it was still to be erased."""
    axes.keep(row.id, by=access.actor())
    return list_again(row)


@acts.post("/axes/<uuid:axis_id>/order")
@allows(Do.ROADMAP_ORDER, load.axis)
def order(row: Axis) -> Any:
    """Between its new neighbours; or one step, from a page without scripts."""
    there = queries.of_strand(g.frame, row.strand_id, by=access.actor())
    listed = [x.id for x in there if x.number is not None and x.strand_id == row.strand_id]
    after, before = neighbours(listed, row.id)
    axes.order(row, after=after, before=before, by=access.actor())
    return list_again(row)


@acts.post("/axes/<uuid:axis_id>/comments")
@allows(Do.ROADMAP_COMMENT, load.axis)
def comment(row: Axis) -> Any:
    """Said to all who read the axis."""
    try:
        form = forms.CommentForm.read()
    except Invalid as bad:
        return show(ONE, "_comments.html", status=422, **views.said(row, bad.form))
    past.comment(row, form.comment_id.data or uuid.uuid4(), form.text.data or "", by=access.actor())
    to = url_for("roadmap.comments", mission_id=row.mission_id, axis_id=row.id)
    return show(ONE, "_comments.html", to=to, **views.said(row))


@acts.post("/axes/<uuid:axis_id>/history/<uuid:line_change_id>/restoration")
@allows(Do.ROADMAP_RESTORE, load.restored)
def restore(found: load.Restored) -> Any:
    """Back to what it was before that change."""
    Form.read()
    past.restore(found.row, found.change_id, g.frame, by=access.actor())
    return axis_again(found.row)


# -- what the acts of this room share -------------------------------------------------------------


def neighbours(listed: list[uuid.UUID], moved: uuid.UUID) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Where a line goes: as the form says by its neighbours, or a step up or down among those listed."""
    form = forms.OrderForm.read()
    if not form.to.data or moved not in listed:
        return form.after.data, form.before.data
    others = [i for i in listed if i != moved]
    at = listed.index(moved) + (-1 if form.to.data == "up" else 1)
    at = max(0, min(len(others), at))
    return others[at - 1] if at else None, others[at] if at < len(others) else None


def axis_again(row: Axis, status: int = 200, *, line: uuid.UUID | None = None, **more: Any) -> Response:
    """The axis again, for htmx; after a plain post the list, at that line."""
    to = views.place(row, views.beside(row).strand_id, line)
    response = show(ONE, "_axis.html", to=to, status=status, **views.one(row, **more))
    if wants_fragment():
        response.headers["HX-Retarget"] = f"#axis-{row.id}"
        response.headers["HX-Reswap"] = "outerMorph"
        if status < 400:  # noqa: PLR2004 - HTTP's own
            response.headers["HX-Trigger"] = "close-dialog"
    return response


def list_again(row: Any) -> Response:
    """The list again, and the dialog closed."""
    access.renew(row.mission_id)
    strand = views.beside(row)
    to = views.place(row, strand.strand_id)
    response = show(PAGE, "_list.html", to=to, **views.listed(strand))
    if wants_fragment():
        response.headers["HX-Trigger"] = "close-dialog"
        response.headers["HX-Retarget"] = "#roadmap"
        response.headers["HX-Reswap"] = "outerMorph"
    return response


def dialog(row: Axis, fragment: str, status: int = 200, **more: Any) -> Response:
    """A question before an act: in the dialog for htmx, a page of its own otherwise."""
    context = views.one(row) | {"question": f"mission/roadmap/{fragment}"} | more
    response = show("mission/roadmap/ask.html", fragment, status=status, **context)
    if wants_fragment():
        response.headers["HX-Retarget"] = "#dialog"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def begun(response: Response, line: uuid.UUID) -> Response:
    """The caret goes to the words of the line that was just added."""
    if wants_fragment():
        response.headers["HX-Trigger"] = f'{{"begin-writing": {{"id": "line-{line}-wording"}}}}'
    return response


def undoable(response: Response, undo: str, words: str, target: str) -> Response:
    """With a toast beside it: ten seconds to undo."""
    if wants_fragment() and response.status_code < 400:  # noqa: PLR2004 - HTTP's own
        toast = render_template("mission/roadmap/_undo.html", undo=undo, words=words, target=target)
        response.data += toast.encode()
    return response

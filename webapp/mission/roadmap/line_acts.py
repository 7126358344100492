"""Writing, on strategies and actions: each act shows its axis again, or the list when a line leaves it."""

import uuid
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from tenants.mission.roadmap import actions, contributions, queries, strategies
from tenants.mission.roadmap.content import Progress
from tenants.mission.roadmap.models import Action, Axis, Contribution, Strategy
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused, Stale
from webapp import access, files, formats
from webapp.access import allows
from webapp.errors import refused_beside, words_of
from webapp.forms import Form, Invalid
from webapp.mission import names
from webapp.mission.roadmap import forms, load
from webapp.mission.roadmap.acts import axis_again, begun, dialog, list_again, neighbours, undoable
from webapp.mission.roadmap.words import FIELD, named

acts = Blueprint("roadmap_lines", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/roadmap")


# -- strategies -------------------------------------------------------------------------------------


@acts.post("/strategies/<uuid:strategy_id>/actions")
@allows(Do.ROADMAP_WRITE, load.strategy)
def add_action(row: Strategy) -> Any:
    """An action at the end of the strategy."""
    form = forms.ActionForm.read()
    made = actions.add(row, by=access.actor(), action_id=form.action_id.data)
    return begun(axis_again(_axis(row), line=made), made)


@acts.post("/strategies/<uuid:strategy_id>/order")
@allows(Do.ROADMAP_ORDER, load.strategy)
def order_strategy(row: Strategy) -> Any:
    """Between its new neighbours; or one step, from a page without scripts."""
    line = queries.line(g.frame, row.axis_id, by=access.actor())
    after, before = neighbours([s.id for s in line.strategies] if line else [], row.id)
    strategies.order(row, g.frame, after=after, before=before, by=access.actor())
    return axis_again(_axis(row), line=row.id)


@acts.get("/strategies/<uuid:strategy_id>/moving")
@allows(Do.ROADMAP_WRITE, load.strategy)
def moving_strategy(row: Strategy) -> Any:
    """The other axes that it may go to."""
    return _moving(row, "strategy", forms.MoveForm(formdata=None))


@acts.post("/strategies/<uuid:strategy_id>/moving")
@allows(Do.ROADMAP_WRITE, load.strategy)
def move_strategy(row: Strategy) -> Any:
    """To the end of another axis, with its actions."""
    try:
        form = forms.MoveForm.read()
    except Invalid as bad:
        return _moving(row, "strategy", bad.form, status=422)
    to = queries.axis(form.to.data) if form.to.data else None
    if to is None or to.mission_id != row.mission_id:
        raise Refused("roadmap.withdrawn")
    strategies.move(row, to, g.frame, by=access.actor())
    return list_again(row)


@acts.post("/strategies/<uuid:strategy_id>/withdrawal")
@allows(Do.ROADMAP_WRITE, load.strategy)
def remove_strategy(row: Strategy) -> Any:
    """Taken out of its axis; ten seconds to undo."""
    Form.read()
    strategies.remove(row, g.frame, by=access.actor())
    undo = url_for("roadmap_lines.keep_strategy", mission_id=row.mission_id, strategy_id=row.id)
    return undoable(axis_again(_axis(row)), undo, _("La stratégie est retirée."), f"#axis-{row.axis_id}")


@acts.post("/strategies/<uuid:strategy_id>/withdrawal/undo")
@allows(Do.ROADMAP_WRITE, load.withdrawn_strategy)
def keep_strategy(row: Strategy) -> Any:
    """It is there again."""
    strategies.keep(row.id, g.frame, by=access.actor())
    return axis_again(_axis(row), line=row.id)


# -- actions ----------------------------------------------------------------------------------------


@acts.post("/actions/<uuid:action_id>/fields")
@allows(Do.ROADMAP_WRITE, load.action)
def fields(row: Action) -> Any:
    """Who, for when, what it gave: what the post carries, read at a revision."""
    try:
        form = forms.Fields.read()
        actions.set_fields(row, g.frame, form.revision.data or 0, form.given(request.form), by=access.actor())
    except Invalid as bad:
        return _again(row, status=422, typed={row.id: bad.form})
    except Incorrect:
        form.refuse("owner", _("Choisissez une personne qui lit la feuille de route."))
        return _again(row, status=422, typed={row.id: form})
    except Stale as stale:
        return _again(row, status=409, conflict={row.id: _conflict(stale)})
    except Refused as refused:
        return refused_beside(refused, partial(_again, row))
    return _again(row)


@acts.post("/actions/<uuid:action_id>/state")
@allows(Do.ROADMAP_STATE, load.action)
def state(row: Action) -> Any:
    """À faire, en cours, fait: one tap."""
    form = forms.StateForm.read()
    actions.set_state(row, Progress(form.state.data), by=access.actor())
    return _again(row)


@acts.get("/actions/<uuid:action_id>/dropping")
@allows(Do.ROADMAP_STATE, load.action)
def dropping(row: Action) -> Any:
    """Why it is dropped, asked before."""
    return dialog(_axis(row), "_drop.html", form=forms.DropForm(formdata=None), action=_named(row))


@acts.post("/actions/<uuid:action_id>/dropping")
@allows(Do.ROADMAP_STATE, load.action)
def drop(row: Action) -> Any:
    """Dropped, with a reason."""
    try:
        form = forms.DropForm.read()
    except Invalid as bad:
        return dialog(_axis(row), "_drop.html", status=422, form=bad.form, action=_named(row))
    actions.set_state(row, Progress.DROPPED, by=access.actor(), reason=form.reason.data or "")
    return _again(row)


@acts.post("/actions/<uuid:action_id>/order")
@allows(Do.ROADMAP_ORDER, load.action)
def order_action(row: Action) -> Any:
    """Between its new neighbours; or one step, from a page without scripts."""
    line = queries.line(g.frame, row.axis_id, by=access.actor())
    there = line.strategies if line else ()
    listed = next(([a.id for a in s.actions] for s in there if s.id == row.strategy_id), [])
    after, before = neighbours(listed, row.id)
    actions.order(row, after=after, before=before, by=access.actor())
    return _again(row)


@acts.get("/actions/<uuid:action_id>/moving")
@allows(Do.ROADMAP_WRITE, load.action)
def moving_action(row: Action) -> Any:
    """The other strategies that it may go to."""
    return _moving(row, "action", forms.MoveForm(formdata=None))


@acts.post("/actions/<uuid:action_id>/moving")
@allows(Do.ROADMAP_WRITE, load.action)
def move_action(row: Action) -> Any:
    """To the end of another strategy."""
    try:
        form = forms.MoveForm.read()
    except Invalid as bad:
        return _moving(row, "action", bad.form, status=422)
    to = queries.strategy(form.to.data) if form.to.data else None
    if to is None or to.mission_id != row.mission_id:
        raise Refused("roadmap.withdrawn")
    actions.move(row, to, g.frame, by=access.actor())
    return list_again(row)


@acts.post("/actions/<uuid:action_id>/withdrawal")
@allows(Do.ROADMAP_WITHDRAW, load.action)
def remove_action(row: Action) -> Any:
    """Taken back by its author; ten seconds to undo."""
    Form.read()
    actions.remove(row, by=access.actor())
    undo = url_for("roadmap_lines.keep_action", mission_id=row.mission_id, action_id=row.id)
    return undoable(axis_again(_axis(row)), undo, _("L’action est retirée."), f"#axis-{row.axis_id}")


@acts.post("/actions/<uuid:action_id>/withdrawal/undo")
@allows(Do.ROADMAP_WITHDRAW, load.withdrawn_action)
def keep_action(row: Action) -> Any:
    """It is there again."""
    actions.keep(row.id, by=access.actor())
    return _again(row)


# -- what the mentor brings -------------------------------------------------------------------------


@acts.post("/actions/<uuid:action_id>/contributions")
@allows(Do.CONTRIBUTION_ADD, load.action)
@files.uploads
def contribute(row: Action) -> Any:
    """« Apport », with a document or none: read by whoever reads the action."""
    try:
        form = forms.ContributionForm.read()
    except Invalid as bad:
        return _again(row, status=422, bringing={row.id: bad.form})
    made, by = form.contribution_id.data or uuid.uuid4(), access.actor()
    try:
        file = None
        if form.file.data is not None:
            file = files.receive(
                form.file.data, id=made, frame=g.frame, zone_id=row.zone_id, purpose="contribution", by=by
            )
        contributions.add(row, made, form.text.data or "", by=by, file_id=file.id if file else None)
    except (Incorrect, Refused) as wrong:
        said = words_of(wrong)
        form.refuse("file", f"{said.title}. {said.todo}")
        return _again(row, status=422, bringing={row.id: form})
    return _again(row)


@acts.post("/contributions/<uuid:contribution_id>/withdrawal")
@allows(Do.CONTRIBUTION_REMOVE, load.contribution)
def take_back_contribution(row: Contribution) -> Any:
    """Taken back by whoever brought it."""
    Form.read()
    action = queries.action(row.subject_id)
    contributions.remove(row, by=access.actor())
    return _again(action) if action is not None else list_again(row)


# -- what these acts share --------------------------------------------------------------------------


def _axis(row: Strategy | Action) -> Axis:
    found = queries.axis(row.axis_id)
    if found is None:
        raise Refused("roadmap.withdrawn")
    return found


def _again(row: Action, status: int = 200, **more: Any) -> Response:
    return axis_again(_axis(row), status, line=row.id, **more)


def _named(row: Action | Strategy) -> dict[str, Any]:
    line = queries.line(g.frame, row.axis_id, by=access.actor())
    there = line.lines if line else ()
    level = "action" if isinstance(row, Action) else "strategy"
    return {
        "id": row.id,
        "words": named(level, next((x.wording for x in there if x.id == row.id), "")),
    }


def _moving(row: Action | Strategy, level: str, form: forms.MoveForm, status: int = 200) -> Response:
    """Where it may go, by name: places that are read by nobody more, and open."""
    here = queries.of_strand(g.frame, row.strand_id, by=access.actor())
    there = [
        x for x in here
        if x.strand_id == row.strand_id and not x.closed and strategies.narrower(g.frame, x.zone_id, row.zone_id)
    ]  # fmt: skip
    places: list[tuple[str, list[tuple[uuid.UUID, str]]]] = []
    for x in there:
        head = _("Axe %(number)s", number=x.number) if x.number else _("Votre brouillon")
        if level == "strategy":
            if x.open and x.id != row.axis_id:
                places.append(("", [(x.id, f"{head} · {x.content.wording or _('sans texte')}")]))
            continue
        into = [
            (s.id, s.wording or _("sans texte"))
            for s in x.strategies
            if s.id != getattr(row, "strategy_id", None)
        ]
        if into:
            places.append((f"{head} · {x.content.wording or _('sans texte')}", into))
    where: dict[str, Any] = {"mission_id": row.mission_id, f"{level}_id": row.id}
    url = url_for(f"roadmap_lines.move_{level}", **where)
    return dialog(
        _axis(row),
        "_move.html",
        status=status,
        form=form,
        places=places,
        url=url,
        moved=_named(row),
        level=level,
    )


def _conflict(stale: Stale) -> dict[str, Any]:
    """Both values, in words, with what the post of one's own would carry."""
    field = stale.values["field"]
    return {
        "field": field,
        "title": _(
            "%(who)s a changé %(what)s pendant que vous l’écriviez",
            who=names.first_name(g.frame, stale.values["by_id"]), what=FIELD[field](named("action", "")),
        ),
        "who": names.first_name(g.frame, stale.values["by_id"]),
        "mine": _said(field, stale.values["mine"]),
        "theirs": _said(field, stale.values["theirs"]),
        "revision": stale.values["revision"],
        "posted": {k: v for k, v in request.form.items() if k not in ("csrf_token", "revision")},
    }  # fmt: skip


def _said(field: str, value: Any) -> str:
    if not value:
        return ""
    if field == "owner":
        return names.first_name(g.frame, value)
    return formats.day(value) if field == "due_on" else str(value)

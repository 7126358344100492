"""By a link: initial an axis with its strategies, mark an action done."""

from typing import Any

from flask import g
from flask_babel import gettext as _

from tenants.mission.roadmap import actions, initials, queries
from tenants.mission.roadmap.content import Progress
from tenants.mission.roadmap.models import Action, Axis
from tenants.policy import Do
from webapp import access
from webapp.mission.objectives.lines import mark_of
from webapp.mission.roadmap import forms, load
from webapp.tasks.registry import NO_TOKEN, Kind


def _shown(row: Axis) -> dict[str, Any]:
    frame, actor = g.frame, access.actor()
    line = queries.line(frame, row.id, by=actor)
    served = {o.id: o for o in queries.served(frame, row.strand_id, by=actor)}
    return {
        "line": line,
        "served": [served[i] for i in line.content.served if i in served] if line else [],
        "marks": [mark_of(frame, line, i, actor) for i in line.initials] if line else [],
    }


def _initial(row: Axis) -> None:
    form = forms.AssentForm.read(meta=NO_TOKEN)
    initials.assent(row, g.frame, form.wording.data or "", by=access.actor())


def _todo(row: Action) -> dict[str, Any]:
    axis = queries.axis(row.axis_id)
    line = queries.line(g.frame, axis.id, by=access.actor()) if axis is not None else None
    found = next((a for a in line.actions if a.id == row.id), None) if line else None
    if found is not None and found.state == Progress.DONE:
        found = None
    return {"line": line, "action": found}


def _done(row: Action) -> None:
    actions.set_state(row, Progress.DONE, by=access.actor())


KINDS = (
    Kind(
        Do.ROADMAP_ASSENT,
        lambda: _("Parapher un axe de la feuille de route"),
        lambda: _("Vos initiales sont posées"),
        "axis_assent",
        load.axis,
        _shown,
        _initial,
    ),
    Kind(
        Do.ROADMAP_STATE,
        lambda: _("Dire qu’une action est faite"),
        lambda: _("L’action est notée comme faite"),
        "action_done",
        load.action,
        _todo,
        _done,
    ),
)

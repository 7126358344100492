"""Acts on the starting position. Each calls one operation and shows it again."""

from typing import Any

from flask import g

from tenants.mission.context import positions
from tenants.mission.context.models import PositionLine
from tenants.policy import Do
from tenants.refusals import Refused
from webapp import access
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission.context import context, load
from webapp.mission.context.acts import again
from webapp.mission.context.forms import StepForm


@context.post("/position")
@allows(Do.POSITION_SAY, load.reading)
def begin_position(dossier: load.Dossier) -> Any:
    """One's own lines, an objective each."""
    return _act(dossier, positions.begin)


@context.post("/position/saying")
@allows(Do.POSITION_SAY, load.reading)
def say_position(dossier: load.Dossier) -> Any:
    """« C’est dit »; the last one reveals both."""
    return _act(dossier, positions.say)


@context.post("/position/saying/withdrawal")
@allows(Do.POSITION_SAY, load.reading)
def take_back_position(dossier: load.Dossier) -> Any:
    """Written again."""
    return _act(dossier, positions.take_back)


@context.post("/position/<uuid:line_id>")
@allows(Do.POSITION_WRITE, load.line)
def place(row: PositionLine) -> Any:
    """One of the four steps."""
    dossier = load.Dossier(g.frame, row.company_id, row.mission_id, row.strand_id)
    try:
        form = StepForm.read()
        positions.place(row, int(form.step.data), form.revision.data or 0, by=access.actor())
    except Invalid:
        return _again(dossier, 422, position_fault=row.id)
    except Refused as refused:
        return _again(dossier, refused.status, position_refused=words_of(refused))
    return _again(dossier)


def _act(dossier: load.Dossier, act: Any) -> Any:
    Form.read()
    try:
        act(dossier.frame, dossier.strand_id, by=access.actor())
    except Refused as refused:
        return _again(dossier, refused.status, position_refused=words_of(refused))
    return _again(dossier)


def _again(dossier: load.Dossier, status: int = 200, **more: Any) -> Any:
    return again(dossier, "_position.html", "position", status, **more)

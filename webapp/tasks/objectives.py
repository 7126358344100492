"""By a link: initial an objective, enter a reading."""

import uuid
from typing import Any

from flask import g
from flask_babel import gettext as _

from tenants.mission.objectives import operations, queries
from tenants.mission.objectives.models import Objective
from tenants.policy import Do
from webapp import access, formats
from webapp.mission.objectives import forms, lines, load
from webapp.tasks.registry import NO_TOKEN, Kind


def _show(row: Objective) -> dict[str, Any]:
    actor = access.actor()
    line = queries.line(g.frame, row.id, by=actor)
    shown = lines.shown(g.frame, [line] if line else [], actor, row.strand_id, still=True)
    return {"o": shown[0] if shown else None}


def _initial(row: Objective) -> None:
    form = forms.AssentForm.read(meta=NO_TOKEN)
    operations.assent(row, g.frame, form.wording.data or "", by=access.actor())


def _reading(row: Objective) -> dict[str, Any]:
    form = forms.ProgressForm(formdata=None, meta=NO_TOKEN, progress_id=uuid.uuid4())
    form.on.data = formats.typed_day(formats.today())
    return _show(row) | {"form": form}


def _read(row: Objective) -> None:
    form = forms.ProgressForm.read(meta=NO_TOKEN)
    operations.read(
        row, form.progress_id.data or uuid.uuid4(), form.on.day or formats.today(), form.words.data or "",
        form.value.number, form.out_of.number, by=access.actor(),
    )  # fmt: skip


KINDS = (
    Kind(
        Do.OBJECTIVE_ASSENT,
        lambda: _("Parapher un objectif"),
        lambda: _("Vos initiales sont posées"),
        "objective_assent",
        load.objective,
        _show,
        _initial,
    ),
    Kind(
        Do.OBJECTIVE_PROGRESS,
        lambda: _("Noter un relevé"),
        lambda: _("Votre relevé est noté"),
        "objective_progress",
        load.objective,
        _reading,
        _read,
    ),
)

"""The plan of a strand on one page, and the initials that one act gives to all its lines."""

from typing import Any

from flask import Blueprint, Response, url_for

from tenants.mission.schedule import plan
from tenants.policy import Do
from tenants.refusals import Refused
from webapp import access
from webapp.access import allows
from webapp.errors import words_of
from webapp.mission.schedule import hours_forms, load, plan_shown
from webapp.pages import show

plan_room = Blueprint(
    "schedule_plan", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/schedule/plan"
)
PAGE = "mission/schedule/plan.html"


@plan_room.get("")
@allows(Do.MISSION_SEE, load.seated)
def index(strand: load.Strand) -> Any:
    """Objectives, roadmap, calendar and hours, as far as the reader reads them."""
    return show(PAGE, "_plan.html", **plan_shown.context(strand))


@plan_room.post("/assent")
@allows(Do.PLAN_ASSENT, load.seated)
def assent(strand: load.Strand) -> Any:
    """Initials on all lines, as they were read."""
    form = hours_forms.PlanForm.read()
    assert strand.strand_id is not None  # noqa: S101 - the loader has looked
    try:
        plan.assent(strand.frame, strand.strand_id, form.plan.data or "", by=access.actor())
    except Refused as refused:
        return _again(strand, status=refused.status, refused=words_of(refused))
    return _again(strand)


@plan_room.post("/assent/withdrawal")
@allows(Do.PLAN_ASSENT, load.seated)
def take_back(strand: load.Strand) -> Any:
    """One's own initials on the whole, before all have given theirs."""
    assert strand.strand_id is not None  # noqa: S101 - the loader has looked
    try:
        plan.take_back(strand.frame, strand.strand_id, by=access.actor())
    except Refused as refused:
        return _again(strand, status=refused.status, refused=words_of(refused))
    return _again(strand)


def _again(strand: load.Strand, status: int = 200, **more: Any) -> Response:
    access.renew(strand.mission_id)
    fresh = load.seated(strand.mission_id) or strand
    to = url_for("schedule_plan.index", mission_id=strand.mission_id, strand=strand.strand_id)
    return show(PAGE, "_plan.html", to=to, status=status, **plan_shown.context(fresh, **more))

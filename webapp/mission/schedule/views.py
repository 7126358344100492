"""Reading: the list by month, a session with what is said there, the ways to lay a mission out."""

import uuid
from typing import Any

from flask import Blueprint, g, request
from flask_babel import gettext as _

from tenants.mission.queries import Frame
from tenants.mission.schedule import attending, hours, queries
from tenants.mission.schedule.layouts import Layout
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.types import State
from tenants.policy import Do, may
from webapp import access, formats
from webapp.access import allows
from webapp.mission import layout
from webapp.mission.schedule import forms, lines, load, preview, sessions, tabs
from webapp.pages import show

schedule = Blueprint("schedule", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/schedule")
PAGE = "mission/schedule/page.html"
ONE = "mission/schedule/one.html"
ROOM = "schedule"


@schedule.get("")
@allows(Do.MISSION_SEE, load.strand)
def index(strand: load.Strand) -> Any:
    """The calendar of a strand by month, what is collective with it."""
    return show(PAGE, "_list.html", **listed(strand))


@schedule.get("/new")
@allows(Do.SCHEDULE_PLAN, load.strand)
def new(strand: load.Strand) -> Any:
    """What is asked to plan a session."""
    return show("mission/schedule/new.html", **planning(strand))


@schedule.get("/layouts")
@allows(Do.SCHEDULE_LAY_OUT, load.mission)
def layouts(frame: Frame) -> Any:
    """Three ways to lay the mission out; the steps of the chosen one are shown before anything is done."""
    asked = request.args.get("layout", "")
    chosen = Layout(asked) if asked in set(Layout) else Layout.TAKING_POST
    return show("mission/schedule/layouts.html", "_layout.html", **previewed(frame, chosen))


@schedule.get("/sessions/<uuid:session_id>")
@allows(Do.SCHEDULE_SEE, load.session)
def one(row: Session) -> Any:
    """A session: its date, its agenda, what was kept of it."""
    return show(ONE, **sessions.context(row))


@schedule.get("/sessions/<uuid:session_id>/date")
@allows(Do.SCHEDULE_SEE, load.session)
def date(row: Session) -> Any:
    """When, where, who, and how a date is found."""
    return show(ONE, "_date.html", **sessions.context(row))


@schedule.get("/sessions/<uuid:session_id>/agenda")
@allows(Do.SCHEDULE_SEE, load.session)
def agenda(row: Session) -> Any:
    """What is to be spoken of."""
    return show(ONE, "_agenda.html", **sessions.context(row))


@schedule.get("/sessions/<uuid:session_id>/summary")
@allows(Do.SCHEDULE_SEE, load.session)
def summary(row: Session) -> Any:
    """What was kept of it, for whoever reads that."""
    return show(ONE, "_summary.html", **sessions.context(row))


@schedule.get("/sessions/<uuid:session_id>/review")
@allows(Do.SCHEDULE_SEE, load.session)
def review(row: Session) -> Any:
    """The four texts of a review and who approves them."""
    return show(ONE, "_review.html", **sessions.context(row))


# -- contexts, shared with the acts -------------------------------------------------------------


def listed(strand: load.Strand) -> dict[str, Any]:
    """What ``page.html`` and ``_list.html`` need."""
    frame, actor = strand.frame, access.actor()
    staff = not actor.seats_in(frame.id) and bool(actor.firm_roles)
    rows: list[Any] = (
        queries.told_to_staff(frame.id) if staff else queries.of_mission(frame, strand.strand_id)
    )
    polls = {} if staff else queries.open_polls(r.id for r in rows)
    slots = queries.slots_of(polls.values())
    held = {} if staff else attending.of_sessions(r.id for r in rows)
    shown = lines.months(frame, rows, polls, slots, actor, lines.Attended(held, hours.confirmed(frame.id)))
    return {
        **layout.context(frame, ROOM, strand.strand_id),
        "strand": strand,
        "tabs": tabs.items(frame, strand.strand_id),
        "tab": tabs.url("schedule.index", frame, strand.strand_id),
        "months": shown,
        "steps": lines.steps(rows),
        "total": _total(frame, rows),
        "audience": lines.dates_view(frame, strand.strand_id),
        "mine": [r for m in shown for r in m.rows if r.mine],
        "today_words": _("Aujourd’hui, %(day)s", day=formats.weekday(formats.today())),
        "can_plan": may(actor, Do.SCHEDULE_PLAN, strand) and not staff,
        "can_lay_out": may(actor, Do.SCHEDULE_LAY_OUT, strand),
        "laid": _laid(rows) if may(actor, Do.SCHEDULE_LAY_OUT, strand) else None,
        "live_url": live_url(frame, strand.strand_id),
    }


def planning(strand: load.Strand, form: forms.SessionForm | None = None) -> dict[str, Any]:
    """What ``new.html`` needs."""
    frame = strand.frame
    form = form or forms.SessionForm(formdata=None)
    gathers = may(access.actor(), Do.SCHEDULE_GATHER, strand)
    form.offer(group=len(frame.strands) > 1, gathers=gathers)
    form.session_id.data = form.session_id.data or uuid.uuid4()
    return {
        **layout.context(frame, ROOM, strand.strand_id) | {"live": False},
        "strand": strand,
        "form": form,
        "hints": sessions.hints(),
        "audience": lines.dates_view(frame, strand.strand_id),
    }


def previewed(frame: Frame, chosen: Layout, *, moved: bool = False) -> dict[str, Any]:
    """What ``layouts.html`` needs."""
    return {
        **layout.context(frame, ROOM) | {"live": False},
        "preview": preview.of(frame, chosen, access.actor()),
        "ways": preview.ways(frame, chosen),
        "layout_id": uuid.uuid4(),
        "moved": moved,
    }


def live_url(frame: Frame, strand_id: uuid.UUID | None, page: str = "schedule") -> str:
    """Where the page's socket is."""
    key = ":".join(str(i) for i in (page, frame.id, strand_id) if i)
    return f"/live?company={g.slug}&page={key}"


def _total(frame: Frame, rows: list[Any]) -> str:
    """« 18 h planifiées sur 24 h, dont 7 h 30 tenues »; of a group, without the budget, which is everybody's."""
    kept = [r for r in rows if r.state != State.CANCELLED]
    planned = formats.duration(sum(r.minutes for r in kept))
    held = sum(r.minutes for r in kept if r.state == State.HELD)
    if len(frame.strands) == 1:
        said = _(
            "%(planned)s au calendrier, sur %(whole)s convenues",
            planned=planned,
            whole=formats.duration(frame.hours),
        )
    else:
        said = _("%(planned)s au calendrier", planned=planned)
    return _("%(said)s, dont %(held)s tenues", said=said, held=formats.duration(held)) if held else said


def _laid(rows: list[Any]) -> tuple[uuid.UUID, int] | None:
    """The last act that laid the mission out and of which something is still to plan, with how much."""
    open_ = [r for r in rows if r.state == State.TO_PLAN and getattr(r, "layout_id", None)]
    if not open_:
        return None
    last = max(open_, key=lambda r: r.created_at).layout_id
    return last, sum(1 for r in open_ if r.layout_id == last)

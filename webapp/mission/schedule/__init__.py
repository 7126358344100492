"""The calendar's doors: the list by month, laying a mission out, finding a date, the page of a session, reviews."""

from typing import Any

from flask import Flask

from tenants.documents import kinds
from tenants.mission import queries as missions
from tenants.mission.agreement import amendments
from tenants.mission.schedule import planning, reviews
from tenants.mission.stages import Stage
from tenants.zones import Kind
from webapp.mission import layout


def init_app(app: Flask) -> None:
    """Register the blueprints, the words of refusals, the room's door and line, and what follows a fold of live text."""
    from webapp.mission.schedule import (
        acts,
        brought,
        dates,
        hours_views,
        hours_words,
        lines,
        plan_views,
        views,
        words,
    )

    words.register()
    hours_words.register()
    app.register_blueprint(views.schedule)
    app.register_blueprint(dates.dates)
    app.register_blueprint(acts.acts)
    app.register_blueprint(brought.brought_room)
    app.register_blueprint(hours_views.hours_room)
    app.register_blueprint(plan_views.plan_room)
    layout.DOORS[Stage.SCHEDULE] = ("schedule.index", Kind.CALENDAR)
    layout.LINES[Stage.SCHEDULE] = lines.standing_line
    layout.NOTES[Stage.SCHEDULE] = lines.hours_note
    kinds.on_fold["review"] = _folded
    kinds.on_settle["review"] = reviews.settled
    if planning.dates_moved not in amendments.ON_DATES:
        amendments.ON_DATES.append(planning.dates_moved)


def _folded(told: Any) -> None:
    found = reviews.by_id(told.subject_id)
    frame = missions.frame(found.mission_id) if found is not None else None
    if frame is not None:
        reviews.folded(told, frame)

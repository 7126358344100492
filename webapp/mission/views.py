"""The mission's page: where it stands, who takes part, its dates and hours; and having somebody reminded."""

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import gettext

from tenants.awaited import Awaited
from tenants.mission import reminders
from tenants.mission.queries import Frame, Here
from tenants.mission.schedule.stage import facts
from tenants.mission.stages import State
from tenants.policy import Do
from webapp import access, errors, formats, pages
from webapp.access import Current, allows
from webapp.mission import awaited, layout, people, readers

mission = Blueprint("mission", __name__, url_prefix="/<company>/missions/<uuid:mission_id>")


def _frame(mission_id: uuid.UUID) -> Frame | None:
    return access.in_mission(mission_id)


@mission.get("")
@allows(Do.MISSION_SEE, _frame)
def show(frame: Frame) -> Response:
    """Six stages with what is awaited, the people with their roles, dates and hours."""
    context, here = layout.context(frame, "mission"), Current().person
    return pages.show(
        "mission/page.html",
        "_standing.html",
        **context | {"mission_line": _line(frame, context["mission_name"], here)},
        awaited=awaited.lines(frame, context["state"], access.actor()),
        seated=bool(access.actor().seats_in(frame.id)),
        groups=people.by_strand(frame, access.actor()),
        people_url=_people_url(frame),
        figures=_figures(frame, context["state"]),
        everyone=readers.staff_view(frame, here.firm if here else ""),
    )


@mission.get("/rail")
@allows(Do.MISSION_SEE, _frame)
def rail(frame: Frame) -> Response:
    """The rail alone, as it stands on the page of a room; a plain browser is shown the mission."""
    if not pages.wants_fragment():
        return show(mission_id=frame.id)
    asked = request.args.get("strand", type=uuid.UUID)
    strand = asked if asked in {s.id for s in frame.strands} else None
    context = layout.context(frame, request.args.get("room", ""), strand)
    return pages.show("mission/page.html", "_rail.html", **context)


def _figures(frame: Frame, state: State) -> list[dict[str, Any]]:
    """Dates and hours: agreed, and for whoever may read hours planned and spent, of all or of their own part."""
    hours = {"iso": None, "num": True}
    found: list[dict[str, Any]] = [
        {"label": label, "words": formats.day(day), "iso": day.isoformat(), "num": False}
        for label, day in ((gettext("Début"), frame.starts_on), (gettext("Fin prévue"), frame.ends_on))
    ]
    found.append({"label": gettext("Heures convenues"), "words": formats.duration(frame.hours), **hours})
    actor = access.actor()
    if layout.reads_hours(frame, actor):
        told, whole = facts(state), layout.sees_all(frame, actor)
        booked = gettext("Heures planifiées") if whole else gettext("Planifiées dans votre parcours")
        spent = gettext("Heures décomptées") if whole else gettext("Décomptées dans votre parcours")
        counted = formats.duration_of(told.spent, frame.hours) if whole else formats.duration(told.spent)
        found.append({"label": booked, "words": formats.duration(told.booked), **hours})
        found.append({"label": spent, "words": counted, **hours})
    return found


def _line(frame: Frame, name: str, here: Here | None) -> str:
    """Over the title: the mission's own title where the name is its mentee's, and the company."""
    said = [frame.title] if name != frame.title else []
    return " · ".join([*said, *([here.company] if here else [])])


def _people_url(frame: Frame) -> str | None:
    there = "mission_people.page" in current_app.view_functions
    return url_for("mission_people.page", mission_id=frame.id) if there else None


def _waiting(mission_id: uuid.UUID, awaited_id: uuid.UUID) -> Awaited | None:
    frame = access.in_mission(mission_id)
    wait = reminders.waiting(awaited_id) if frame else None
    return wait if wait is not None and wait.mission_id == mission_id else None


@mission.post("/reminders/<uuid:awaited_id>")
@allows(Do.REMINDER, _waiting)
def remind(wait: Awaited) -> Response:
    """Have whoever is awaited told, in the service's name."""
    reminders.remind(wait, by=access.actor())
    return pages.show(
        "mission/page.html", "_reminded.html", to=url_for("home.index"), words=gettext("Un rappel est parti.")
    )


@errors.refusal("reminder.sent")
def _sent(values: dict[str, Any]) -> errors.Words:
    day = formats.on_day(values["reminded_at"])
    return errors.Words(
        gettext("Un rappel est déjà parti %(day)s", day=day),
        gettext("Il n’en part pas plus d’un par jour, pour que personne ne soit pressé par des courriels."),
    )


@errors.refusal("reminder.own")
def _own(_values: dict[str, Any]) -> errors.Words:
    return errors.Words(gettext("C’est vous que l’on attend"), gettext("Ouvrez ce qui vous attend."))

"""What follows from an event: who is told. Each acts as the person who caused it, and asks the database whom to tell."""

import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from tenants import news, walls
from tenants.db import db
from tenants.events import Event
from tenants.mission import queries as missions
from tenants.mission.agreement import signing, versions
from tenants.policy import Role
from webapp.formats import ZONE, now
from webapp.mail.deliver import configuration
from webapp.work.queue import task

Reaction = Callable[[Event], None]
REACTIONS: dict[str, Reaction] = {}
RECENT = timedelta(days=1)
GATHERED = timedelta(minutes=5)  # what is done within makes one mail
OPEN, CLOSED = time(8), time(20)  # nobody is written to at night; the clock tells at eight


def on(*names: str) -> Callable[[Reaction], Reaction]:
    """These events are answered by this function."""

    def named(reaction: Reaction) -> Reaction:
        REACTIONS.update(dict.fromkeys(names, reaction))
        return reaction

    return named


@task
def event(event_id: str) -> None:
    """Nothing if the event cannot be read any more by who caused it; an old one is the clock's to tell."""
    company_id = walls.acting(db.session).company
    found = db.session.get(Event, (company_id, uuid.UUID(event_id)))
    if found is not None and found.at > now() - RECENT and found.name in REACTIONS:
        REACTIONS[found.name](found)


@on("agreement.version_proposed", "agreement.version_signed")
def tell_who_signs(found: Event) -> None:
    """What must be signed is written of at once, once each; whatever else is awaited there, as ever."""
    ask_to_sign(found.zone_id)
    tell_who_is_awaited(found)


def ask_to_sign(zone_id: uuid.UUID) -> None:
    """Those whose signature is awaited in that zone; at night, at eight."""
    at = _moment() or _eight()
    db.session.execute(sa.text("select tell_to_sign(:z, :at)"), {"z": zone_id, "at": at})


@on("agreement.version_refused", "agreement.version_reopened")
def tell_of_an_answer(found: Event) -> None:
    """Somebody does not sign, or asks for a change: the mentors and who proposed the text learn it; so do, when it is
    written again, those whose signature falls."""
    version = versions.get(found.subject_id)
    frame = missions.frame(version.mission_id) if version is not None else None
    if version is None or frame is None:
        return
    whom = {version.proposed_by} | {s.contact_id for s in frame.sitting(None, (Role.MENTOR,))}
    reopened = found.name == "agreement.version_reopened"
    if reopened:
        whom |= {a.contact_id for a in signing.answers([version.id]) if a.kind == "signed"}
    kind = "agreement.reopened" if reopened else "agreement.refused"
    news.tell(kind, version.id, version.zone_id, whom - {found.by_id}, _moment())


def tell_readers(kind: str, subject_id: uuid.UUID, mission_id: uuid.UUID, zone_id: uuid.UUID) -> None:
    """All who read that zone now, by the day's mail."""
    frame = missions.frame(mission_id)
    if frame is not None:
        news.tell(kind, subject_id, zone_id, frame.readers(zone_id), _moment())


def tell_of_dates(amendment_id: uuid.UUID) -> None:
    """Whose signature or tap new dates wait for; who is to know that they are in force."""
    values = {"a": amendment_id, "soon": _moment(), "surely": _moment() or _eight()}
    db.session.execute(sa.text("select tell_of_dates(:a, :soon, :surely)"), values)


@on("agreement.talked")
@on(
    "schedule.proposed", "schedule.answered", "review.approved", "review.approval_withdrawn", "review.written"
)
@on("agreement.kept", "agreement.dated", "agreement.ready")
@on("context.asked", "context.reported", "context.position_said")
@on("axis.assented", "axis.assent_withdrawn", "axis.changed", "axis.written")
@on("objective.assented", "objective.assent_withdrawn", "objective.changed", "objective.written")
def tell_who_is_awaited(found: Event) -> None:
    """Those of whom something is awaited in that zone, once a day each; the others learn of it on their page."""
    at = _moment()
    if at is not None:
        db.session.execute(sa.text("select tell_awaited(:z, :at)"), {"z": found.zone_id, "at": at})


def _eight() -> datetime:
    here = now().astimezone(ZoneInfo(ZONE))
    day = here.date() + timedelta(days=here.time() >= OPEN)
    return datetime.combine(day, OPEN, ZoneInfo(ZONE))


def _moment() -> datetime | None:
    """When to send: soon by day, at once in the demonstration, None at night."""
    if configuration().demo:
        return now()
    by_day = OPEN <= now().astimezone(ZoneInfo(ZONE)).time() < CLOSED
    return now() + GATHERED if by_day else None

"""Acts on the life of a mission: suspend it, take it up again with new dates, end it early. Who or why is told to nobody."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.events import record, stale, tell
from tenants.mission.agreement import amendments
from tenants.mission.life import queries
from tenants.mission.life.models import EarlyEnd, EarlyWord, Pause
from tenants.mission.life.queries import today
from tenants.mission.queries import Frame
from tenants.mission.roadmap import actions
from tenants.mission.roadmap import queries as roadmap
from tenants.mission.schedule import clock, planning
from tenants.mission.schedule import queries as schedule
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.types import State
from tenants.mission.zoning import zone_for
from tenants.once import add_once
from tenants.policy import Do, Role, may
from tenants.refusals import Incorrect, Refused
from tenants.zones import Audience, Kind

SENTENCE_LIMIT = 500
BEFORE_AGREEMENT = frozenset({Role.MENTEE, Role.MENTOR, Role.SPONSOR})
SIGNATORIES = BEFORE_AGREEMENT | {Role.MANAGER, Role.COORDINATOR, Role.OWNER}


@dataclass(frozen=True)
class Shift:
    """A date that a suspension moves: of a session, an action, or the end of the ``mission``. ``name``: what it is about.

    ``week``: the session aims at a week and has no date yet.
    """

    kind: str
    id: uuid.UUID
    name: str
    before: date
    after: date
    week: bool = False


# -- suspending ---------------------------------------------------------------------------------


def suspend(
    frame: Frame, strand_id: uuid.UUID | None, from_on: date, until_on: date | None, *, by: Actor,
    pause_id: uuid.UUID | None = None,
) -> uuid.UUID:  # fmt: skip
    """From a day to another, both included; None: until it is taken up again. Sent twice, made once.

    Raises Incorrect ``life.past``, ``life.order``; Refused ``life.suspended`` when those days are suspended already.
    """
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    made = pause_id or new_id()
    if queries.pause(made) is not None:
        return made
    if from_on < today():
        raise Incorrect("life.past", field="from_on")
    if until_on is not None and until_on < from_on:
        raise Incorrect("life.order", field="until_on")
    _alone(frame)
    for there in queries.pauses(frame.id):
        if there.strand_id in (None, strand_id) and _overlap(there, from_on, until_on):
            raise Refused("life.suspended", from_on=there.from_on, until_on=there.until_on)
    add_once(
        Pause, company_id=frame.company_id, id=made, mission_id=frame.id, strand_id=strand_id, from_on=from_on,
        until_on=until_on, by_id=by.contact_id,
    )  # fmt: skip
    _told(frame, strand_id, "life.suspended", made, by)
    _mail(frame, strand_id, "suspended", from_on, until_on)
    return made


def length(pause: Pause) -> int:
    """Days that it lasts if it is taken up again today; all of its days once they are over."""
    last = (
        pause.until_on if pause.until_on is not None and pause.until_on < today() else today() - timedelta(1)
    )
    return max((last - pause.from_on).days + 1, 0)


def running(pause: Pause) -> bool:
    """Whether it is still to be taken up again: it runs, or is to come."""
    return pause.resumed_at is None and (pause.until_on is None or pause.until_on >= today())


def shifts(frame: Frame, pause: Pause, *, by: Actor) -> list[Shift]:
    """The dates from its first day on that the actor may move, each with what it would become. Those moved once are not
    proposed again."""
    by_days = timedelta(length(pause))
    if not by_days or pause.shifted_at is not None:
        return []
    return [
        *_sessions(frame, pause, by_days, by),
        *_actions(frame, pause, by_days, by),
        *_end(frame, pause, by_days, by),
    ]


def resume(pause: Pause, frame: Frame, kept: Collection[uuid.UUID], *, by: Actor) -> None:
    """Taken up again from today, with those of its ``shifts`` that are kept, in one act. Harmless again.

    The end of the mission is moved by nobody: an amendment of its dates is proposed.
    """
    _alone(frame)
    db.session.refresh(pause)
    wanted = [s for s in shifts(frame, pause, by=by) if s.id in kept]
    was_running = running(pause)
    if was_running:
        pause.until_on = max(today(), pause.from_on) - timedelta(1)
        pause.resumed_at = now()
    if by.seats_in(frame.id) and pause.shifted_at is None:
        pause.shifted_at = now()
    db.session.flush()
    for shift in wanted:
        _move(shift, frame, by)
    _told(frame, pause.strand_id, "life.resumed", pause.id, by)
    if was_running:
        _mail(frame, pause.strand_id, "resumed", today(), None)


# -- ending early -------------------------------------------------------------------------------


def may_end(frame: Frame, strand_id: uuid.UUID | None, *, by: Actor) -> bool:
    """Whether the actor's signature stands, or would stand, under the agreement: of the whole (None) or of that strand."""
    signs = SIGNATORIES if _agreed(frame) else BEFORE_AGREEMENT
    if by.firm_roles & signs:
        return True
    whole = strand_id is None and len(frame.strands) > 1
    return any(
        s.role in signs and (not whole or s.strand_id is None) and s.spans(strand_id)
        for s in by.seats_in(frame.id)
    )


def end(
    frame: Frame, strand_id: uuid.UUID | None, effective_on: date, sentence: str, *, by: Actor,
    end_id: uuid.UUID | None = None,
) -> uuid.UUID:  # fmt: skip
    """The mission, or one strand of a group, ends on that day. What was planned from then on is cancelled and spends
    nothing; what took place is still to be confirmed. Sent twice, done once; it cannot be taken back.

    Raises Refused ``life.not_signatory``, ``life.over``; Incorrect ``life.past``, ``life.late`` (after the agreed end).
    """
    assert by.contact_id is not None  # noqa: S101 - as above
    made = end_id or new_id()
    if not may_end(frame, strand_id, by=by):
        raise Refused("life.not_signatory")
    if effective_on < today():
        raise Incorrect("life.past", field="effective_on")
    if effective_on > max(frame.ends_on, today()):
        raise Incorrect("life.late", field="effective_on", on=frame.ends_on)
    _alone(frame)
    there = queries.ends(frame.id)
    if any(e.id == made for e in there):
        return made
    if ended := [e for e in there if e.strand_id in (None, strand_id)]:
        raise Refused("life.over", on=ended[0].effective_on)
    add_once(
        EarlyEnd, company_id=frame.company_id, id=made, mission_id=frame.id, strand_id=strand_id,
        effective_on=effective_on, by_id=by.contact_id,
    )  # fmt: skip
    if sentence and by.seats_in(frame.id):
        zone_id = zone_for(frame, Kind.AGREEMENT, Audience.EVERYONE, strand_id, by=by)
        db.session.add(
            EarlyWord(
                company_id=frame.company_id, id=new_id(), zone_id=zone_id, mission_id=frame.id, end_id=made,
                author_id=by.contact_id, text=sentence,
            )
        )  # fmt: skip
        db.session.flush()
    for row in db.session.execute(text("select zone, strand, session from settle_end(:e)"), {"e": made}):
        stale(row.zone, f"session:{row.session}", f"schedule:{row.strand or frame.id}")
    _told(frame, strand_id, "life.ended", made, by)
    tell(f"revoked mission {frame.id}")  # whoever writes on a page of it is judged again
    _mail(frame, strand_id, "ended", effective_on, None)
    return made


def unconfirmed(frame: Frame) -> list[Session]:
    """Sessions whose hour has come and of which nobody has said that they took place."""
    found = schedule.of_mission(frame, None)
    return [s for s in found if s.state == State.PLANNED and s.starts_at is not None and s.starts_at <= now()]


# -- what the acts above share ------------------------------------------------------------------


def _sessions(frame: Frame, pause: Pause, by_days: timedelta, by: Actor) -> Iterable[Shift]:
    for row in schedule.of_mission(frame, None):
        day = row.local_at.date() if row.local_at else row.week_of
        to_come = row.state in (State.PLANNED, State.TO_PLAN)
        if not to_come or day is None or day < pause.from_on or not _concerns(pause, row.strand_id):
            continue
        if may(by, Do.SCHEDULE_PLAN, row):
            yield Shift("session", row.id, row.type, day, day + by_days, week=row.local_at is None)


def _actions(frame: Frame, pause: Pause, by_days: timedelta, by: Actor) -> Iterable[Shift]:
    for strand in frame.strands:
        if not _concerns(pause, strand.id) or not any(s.spans(strand.id) for s in by.seats_in(frame.id)):
            continue
        for axis in roadmap.of_strand(frame, strand.id, by=by):
            if axis.strand_id != strand.id or not may(by, Do.ROADMAP_WRITE, axis):
                continue
            for action in (a for s in axis.strategies for a in s.actions):
                if action.open and action.due_on is not None and action.due_on >= pause.from_on:
                    yield Shift("action", action.id, action.wording, action.due_on, action.due_on + by_days)


def _end(frame: Frame, pause: Pause, by_days: timedelta, by: Actor) -> Iterable[Shift]:
    whole = pause.strand_id is None or len(frame.strands) == 1
    if whole and _agreed(frame) and may(by, Do.DATES_PROPOSE, frame) and amendments.pending(frame.id) is None:
        yield Shift("mission", frame.id, "", frame.ends_on, frame.ends_on + by_days)


def _move(shift: Shift, frame: Frame, by: Actor) -> None:
    if shift.kind == "mission":
        amendments.propose(frame, new_id(), frame.starts_on, shift.after, frame.hours, by=by)
    elif shift.kind == "action":
        row = roadmap.action(shift.id)
        if row is not None:
            actions.set_fields(row, frame, row.revision, {"due_on": shift.after}, by=by)
    elif (session := schedule.get(shift.id)) is not None:
        when = None
        if session.local_at is not None and session.timezone is not None:
            when = _when(shift.after, session)
        planning.set_date(
            session, frame, session.revision, by=by, when=when, minutes=session.minutes, way=session.way,
            place=session.place, week_of=shift.after if when is None else None,
        )  # fmt: skip


def _when(day: date, session: Session) -> clock.When:
    """The same hour on that day; the next one that exists where the clocks skip it."""
    assert session.local_at is not None and session.timezone is not None  # noqa: S101, PT018 - just asked
    try:
        return clock.when(day, session.local_at.time(), session.timezone)
    except clock.NoSuchHour as gap:
        following = gap.values["next"]
        return clock.when(following.date(), following.time(), session.timezone)


def _concerns(pause: Pause, strand_id: uuid.UUID | None) -> bool:
    return pause.strand_id in (None, strand_id)


def _overlap(there: Pause, from_on: date, until_on: date | None) -> bool:
    starts_before = until_on is None or there.from_on <= until_on
    return starts_before and (there.until_on is None or there.until_on >= from_on)


def _agreed(frame: Frame) -> bool:
    return frame.versions.get(frame.rule_id, (None, None))[0] is not None


def _alone(frame: Frame) -> None:
    """One act on the life of a mission at a time."""
    asked = text("select pg_advisory_xact_lock(hashtextextended(:k, 0))")
    db.session.execute(asked, {"k": f"life {frame.id}"})


def _told(frame: Frame, strand_id: uuid.UUID | None, name: str, subject: uuid.UUID, by: Actor) -> None:
    """Rail, mission page and this page are read again, in the strands that it concerns alone."""
    assert by.contact_id is not None  # noqa: S101 - as above
    keys = (f"mission:{frame.id}", f"life:{frame.id}")
    for strand in frame.strands:
        if strand_id not in (None, strand.id):
            continue
        if strand.state_zone_id in by.zones:
            record(name, zone_id=strand.state_zone_id, subject_id=subject, by=by.contact_id, touches=keys)
        else:
            stale(strand.state_zone_id, *keys)


def _mail(frame: Frame, strand_id: uuid.UUID | None, what: str, from_on: date, until_on: date | None) -> None:
    db.session.flush()
    asked = text("select tell_of_life(:m, :s, :w, :f, :u)")
    db.session.execute(asked, {"m": frame.id, "s": strand_id, "w": what, "f": from_on, "u": until_on})

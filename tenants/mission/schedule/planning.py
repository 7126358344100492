"""Acts on a session's date: planned, moved, cancelled, held; and a whole mission laid out in one act, or taken back."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, text

from tenants.actors import Actor
from tenants.awaited import Awaited
from tenants.db import db, new_id, now
from tenants.events import record, stale
from tenants.mission.queries import Frame
from tenants.mission.schedule import agenda
from tenants.mission.schedule.clock import When, monday
from tenants.mission.schedule.layouts import Step
from tenants.mission.schedule.models import AgendaItem, Session, SlotPoll, Summary
from tenants.mission.schedule.telling import Zones, changed, listed, me, take, tell, tell_rail
from tenants.mission.schedule.types import USUAL, State, Type
from tenants.once import add_once
from tenants.refusals import Incorrect, Refused, Stale

LATE = 48  # hours of notice under which a cancellation is late, while no agreement says otherwise
SLOT = "schedule.slot"


def plan(
    frame: Frame, type_: Type, strand_id: uuid.UUID | None, *, by: Actor, session_id: uuid.UUID | None = None,
    minutes: int | None = None, week_of: date | None = None, when: When | None = None, way: str = "place",
    place: str = "",
) -> uuid.UUID:  # fmt: skip
    """A session to come, with the agenda that its type brings. The id is made with the form: sent twice, made once.

    Raises Incorrect ``schedule.together`` for a collective session of a strand, or of a mission that has one strand.
    """
    together = strand_id is None
    if (type_ is Type.COLLECTIVE) > together or (together and len(frame.strands) == 1):
        raise Incorrect("schedule.together", field="type")
    made = session_id or new_id()
    zones = Zones(frame, by)
    values = {
        "company_id": frame.company_id, "id": made, "zone_id": zones.dates(strand_id), "mission_id": frame.id,
        "strand_id": strand_id, "author_id": me(by), "type": type_, "way": way, "place": place,
        "minutes": minutes or USUAL[type_].minutes, "roles": [r.value for r in USUAL[type_].roles],
        "week_of": monday(week_of) if week_of else None, **_dated(when),
    }  # fmt: skip
    if add_once(Session, **values):
        row = take(made)
        agenda.usual([row], zones, by=by)
        tell(row, "schedule.planned" if when else "schedule.added", by, rail=True)
    return made


def set_date(
    session: Session, frame: Frame, revision: int, *, by: Actor, when: When | None, minutes: int, way: str, place: str,
    week_of: date | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Give it a date, or another one; without a date, the week aimed at. The slots that were proposed are put away.

    Raises Stale ``schedule.stale`` if it moved since it was read, Refused ``schedule.over`` once held or cancelled.
    """
    row = take(session.id)
    _to_come(row)
    if row.revision != revision:
        raise Stale("schedule.stale", session=row)
    if when is None and row.state == State.PLANNED:
        raise Incorrect("schedule.date_missing", field="on")
    before, told = _kept(row), row.state == State.PLANNED
    row.minutes, row.way, row.place = minutes, way, place
    row.week_of = monday(week_of) if week_of else row.week_of
    if when is not None:
        date_it(row, when)
    after = _kept(row)
    if before == after:
        return
    row.revision += 1
    row.sequence += told
    if when is not None:
        put_away(row)
    db.session.flush()
    zone_id = Zones(frame, by).content(row.roles, row.strand_id)
    name = "moved" if told else "planned" if when is not None else "aimed"
    changed(row, zone_id, name, by, before=before, after=after, reason=reason)
    tell(row, f"schedule.{name}", by, rail=True)


def cancel(session: Session, frame: Frame, reason: str, *, by: Actor, notice: int = LATE) -> None:
    """It will not take place. ``notice``: hours under which it counts as late. A reason is optional, read by the parties.

    Raises Refused ``schedule.over`` once it was held. Harmless again.
    """
    row = take(session.id)
    if row.state == State.CANCELLED:
        return
    _to_come(row)
    planned = row.state == State.PLANNED
    row.late = planned and row.starts_at is not None and now() > row.starts_at - timedelta(hours=notice)
    row.state, row.cancelled_at, row.cancelled_by = State.CANCELLED, now(), me(by)
    row.sequence += planned
    row.revision += 1
    put_away(row)
    db.session.flush()
    zone_id = Zones(frame, by).content(row.roles, row.strand_id)
    changed(row, zone_id, "cancelled", by, before=_kept(row), reason=reason)
    tell(row, "schedule.cancelled", by, rail=True)


def hold(session: Session, *, by: Actor) -> None:
    """It took place. Raises Refused ``schedule.not_begun`` before its hour, ``schedule.over`` when cancelled."""
    row = take(session.id)
    if row.state == State.HELD:
        return
    _to_come(row)
    if row.starts_at is None or row.starts_at > now():
        raise Refused("schedule.not_begun")
    row.state, row.held_at = State.HELD, now()
    row.revision += 1
    put_away(row)
    db.session.flush()
    tell(row, "schedule.held", by, rail=True)


def apply(
    frame: Frame, steps: Sequence[Step], strands: Sequence[uuid.UUID], *, by: Actor, layout_id: uuid.UUID
) -> list[uuid.UUID]:
    """Lay the mission out: every step is to plan in its week. The id is made with the form: sent twice, done once.

    ``strands``: which strand each place of a step is.
    """
    if db.session.scalar(select(Session.id).where(_laid(frame, layout_id)).limit(1)):
        return []
    zones, alone = Zones(frame, by), len(frame.strands) == 1
    rows = []
    for step in steps:
        strand = strands[0] if alone else None if step.strand is None else strands[step.strand]
        rows.append(
            Session(
                company_id=frame.company_id, id=new_id(), zone_id=zones.dates(strand), mission_id=frame.id,
                strand_id=strand, author_id=me(by), type=step.type, state=State.TO_PLAN, week_of=step.week_of,
                minutes=step.minutes, roles=[r.value for r in USUAL[step.type].roles], layout_id=layout_id,
            )
        )  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    agenda.usual(rows, zones, by=by)
    _told_of_all(frame, rows, "schedule.laid_out", layout_id, by)
    return [r.id for r in rows]


def undo(frame: Frame, layout_id: uuid.UUID, *, by: Actor) -> int:
    """Take back what that act laid out and is still to plan; what somebody dated, wrote for or asked about stays."""
    asked = select(Session).where(_laid(frame, layout_id), Session.state == State.TO_PLAN)
    rows = list(db.session.scalars(asked.with_for_update()))
    ids = [r.id for r in rows]
    company = frame.company_id
    kept = {
        i
        for model in (SlotPoll, Summary)
        for i in db.session.scalars(
            select(model.session_id).where(model.company_id == company, model.session_id.in_(ids))
        )
    } | set(
        db.session.scalars(
            select(AgendaItem.session_id).where(
                AgendaItem.company_id == company, AgendaItem.session_id.in_(ids), AgendaItem.usual.is_(None)
            )
        )
    )
    gone = [r for r in rows if r.id not in kept]
    if gone:
        _told_of_all(frame, gone, "schedule.taken_back", layout_id, by)
        db.session.execute(
            delete(Session).where(Session.company_id == company, Session.id.in_([r.id for r in gone]))
        )
    return len(gone)


def dates_moved(frame: Frame, _starts_on: date, _ends_on: date, _hours: int, _by: Actor) -> None:
    """The mission has other dates: the weeks aimed at stay within them. In the act of the amendment, whoever completed it."""
    db.session.flush()
    db.session.execute(text("select keep_within(:m)"), {"m": frame.id})
    for strand in frame.strands:
        stale(strand.state_zone_id, f"schedule:{strand.id}", f"schedule:{frame.id}")


def date_it(row: Session, when: When) -> None:
    """Put that date on the row."""
    row.local_at, row.timezone, row.starts_at = when.local, when.zone, when.at
    row.state = State.PLANNED


def put_away(row: Session, slot_id: uuid.UUID | None = None) -> None:
    """Nobody is asked for a date of it any more."""
    polls = select(SlotPoll).where(
        SlotPoll.company_id == row.company_id, SlotPoll.session_id == row.id, SlotPoll.closed_at.is_(None)
    )
    for poll in db.session.scalars(polls):
        poll.closed_at, poll.slot_id = now(), slot_id
    db.session.execute(
        delete(Awaited).where(
            Awaited.company_id == row.company_id, Awaited.subject_id == row.id, Awaited.kind == SLOT
        )
    )


def _told_of_all(frame: Frame, rows: Iterable[Session], name: str, subject: uuid.UUID, by: Actor) -> None:
    """Once for each strand, not once for each line."""
    by_strand = {r.strand_id: r for r in rows}
    for strand, row in by_strand.items():
        record(name, zone_id=row.zone_id, subject_id=subject, by=me(by), touches=(listed(row),))
        tell_rail(frame.company_id, frame.id, strand)
        stale(row.zone_id, listed(row))


def _laid(frame: Frame, layout_id: uuid.UUID) -> Any:
    return (
        (Session.company_id == frame.company_id)
        & (Session.mission_id == frame.id)
        & (Session.layout_id == layout_id)
    )


def _to_come(row: Session) -> None:
    if row.state in (State.HELD, State.CANCELLED):
        raise Refused("schedule.over")


def _dated(when: When | None) -> dict[str, Any]:
    if when is None:
        return {"state": State.TO_PLAN}
    return {
        "state": State.PLANNED, "local_at": when.local, "timezone": when.zone, "starts_at": when.at
    }  # fmt: skip


def _kept(row: Session) -> dict[str, Any]:
    """What history says of it."""
    return {
        "local_at": row.local_at.isoformat() if row.local_at else None,
        "timezone": row.timezone,
        "week_of": row.week_of.isoformat() if row.week_of else None,
        "minutes": row.minutes,
        "way": row.way,
        "place": row.place,
    }

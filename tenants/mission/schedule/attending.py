"""Attendance: a session is said to have taken place by mentor or mentee, and confirmed or contested by the other."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from tenants.actors import Actor
from tenants.awaited import Awaited
from tenants.db import db, new_id, now
from tenants.mission.life import queries
from tenants.mission.life.spans import NEVER, Clock, day_of
from tenants.mission.queries import Frame
from tenants.mission.schedule.hours_models import Attendance, AttendanceLine
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.planning import put_away
from tenants.mission.schedule.presence import Answer, Said, Standing, standing
from tenants.mission.schedule.telling import Zones, me, take, tell
from tenants.mission.schedule.types import State
from tenants.policy import Role
from tenants.refusals import Incorrect, Refused, Stale
from tenants.zones import Audience, Kind

ATTENDANCE = "schedule.attendance"
WORD_LIMIT = 500


@dataclass(frozen=True)
class Held:
    """What was said of a session, as far as the acting person reads it: a mentee of several, their own line alone."""

    row: Attendance
    lines: tuple[AttendanceLine, ...]
    clock: Clock = NEVER

    def of(self, contact_id: uuid.UUID | None) -> AttendanceLine | None:
        """One person's line."""
        return next((x for x in self.lines if x.contact_id == contact_id), None)

    def standing(self, at: datetime) -> Standing:
        """As kept once it stood; computed before: by silence it stands from the hour on, whenever the clock notes it."""
        said = [Said(x.contact_id, x.role, x.answer, x.answered_at) for x in self.lines]
        stopped = self.clock.stopped(self.row.strand_id, day_of(at))
        left_out = self.clock.left_out(self.row.strand_id, day_of(self._since()), day_of(at))
        found, _ = standing(said, self._since() if stopped else at - timedelta(left_out))
        if found is Standing.CONTESTED or self.row.settled_at is None:
            return self._alone(found)
        return Standing.UNCONTESTED if self.row.silent else Standing.CONFIRMED

    def _since(self) -> datetime:
        """From when its silence is counted: the mentor's word."""
        said = [x.answered_at for x in self.lines if x.role == Role.MENTOR and x.answered_at is not None]
        return min(said, default=self.row.at)

    def _alone(self, found: Standing) -> Standing:
        """Who reads only their own line of a collective session does not conclude for the others."""
        return Standing.AWAITED if found is Standing.CONFIRMED and self.row.settled_at is None else found


def of_sessions(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Held]:
    """By session, what was said last, in two statements."""
    company = db.session.info["acting"].company
    asked = select(Attendance).where(
        Attendance.company_id == company,
        Attendance.session_id.in_(list(ids)),
        Attendance.superseded_at.is_(None),
    )
    last = {a.session_id: a for a in db.session.scalars(asked.order_by(Attendance.at, Attendance.id))}
    if not last:
        return {}
    lines: dict[uuid.UUID, list[AttendanceLine]] = {a.id: [] for a in last.values()}
    of = select(AttendanceLine).where(
        AttendanceLine.company_id == company, AttendanceLine.attendance_id.in_(lines)
    )
    for line in db.session.scalars(of.order_by(AttendanceLine.role.desc(), AttendanceLine.id)):
        lines[line.attendance_id].append(line)
    open_ = {a.mission_id for a in last.values() if a.settled_at is None}
    clocks = queries.clocks(open_) if open_ else {}
    return {s: Held(a, tuple(lines[a.id]), clocks.get(a.mission_id, NEVER)) for s, a in last.items()}


def of_session(session_id: uuid.UUID) -> Held | None:
    """What was said last of one."""
    return of_sessions([session_id]).get(session_id)


def get(attendance_id: uuid.UUID) -> Attendance | None:
    """The row, if the acting person reads its zone."""
    company = db.session.info["acting"].company
    return db.session.scalar(
        select(Attendance).where(Attendance.company_id == company, Attendance.id == attendance_id)
    )


def proposes(frame: Frame, row: Session, by: Actor) -> Role | None:
    """As what the actor may say that it took place: mentor, or mentee of that strand; None: they may not."""
    if row.state == State.CANCELLED or row.starts_at is None or row.starts_at > now():
        return None
    return _role(frame, row, by)


def propose(
    session: Session, frame: Frame, minutes: int, *, by: Actor, attendance_id: uuid.UUID | None = None
) -> uuid.UUID:
    """It took place and lasted so long: the actor's word is given, the others' is awaited. Sent twice, said once.

    What was proposed before and did not stand is put away; what stood counts until this one stands. Raises Refused
    ``schedule.over``, ``schedule.not_begun``, ``attendance.not_yours``, ``attendance.nobody`` without anyone to answer.
    """
    row = take(session.id)
    if row.state == State.CANCELLED:
        raise Refused("schedule.over")
    if row.starts_at is None or row.starts_at > now():
        raise Refused("schedule.not_begun")
    made = attendance_id or new_id()
    if get(made) is not None:
        return made
    if _role(frame, row, by) is None:
        raise Refused("attendance.not_yours")
    who = signatories(frame, row)
    if {role for _, role, _ in who} != {Role.MENTOR, Role.MENTEE}:
        raise Refused("attendance.nobody")
    _supersede(row)
    zones, moment = Zones(frame, by), now()
    zone_id = _zone(zones, row.strand_id)
    kept = {"company_id": row.company_id, "zone_id": zone_id}
    db.session.add(
        Attendance(
            **kept, id=made, mission_id=row.mission_id, strand_id=row.strand_id, session_id=row.id, author_id=me(by),
            minutes=minutes, at=moment, silent=False,
        )
    )  # fmt: skip
    db.session.flush()
    lines = [
        AttendanceLine(
            company_id=row.company_id, id=new_id(), zone_id=_zone(zones, strand), attendance_id=made, strand_id=strand,
            contact_id=contact, role=role, answer=None, word="",
        )
        for contact, role, strand in who
    ]  # fmt: skip
    db.session.add_all(lines)
    db.session.flush()
    _hold(row, moment)
    mine = next(x for x in lines if x.contact_id == by.contact_id)
    mine.answer, mine.answered_at = Answer.PRESENT, moment
    db.session.flush()
    _expect(row, lines, {x.contact_id for x in lines if x.answer is None})
    tell(row, "attendance.proposed", by, zone_id=zone_id)
    tell(row, "attendance.said", by, rail=True)
    return made


def answer(attendance: Attendance, frame: Frame, said: Answer, word: str = "", *, by: Actor) -> None:
    """The actor's word on what another proposed. To contest takes a word, read by mentor and mentee.

    Raises Stale ``attendance.other`` when another was proposed meanwhile, Refused ``attendance.not_yours``,
    ``attendance.answered``; Incorrect ``attendance.word`` and ``attendance.absent`` (a session of one's own).
    """
    row = take(attendance.session_id)
    held = of_session(row.id)
    if held is None or held.row.id != attendance.id:
        raise Stale("attendance.other")
    line = held.of(by.contact_id)
    if line is None:
        raise Refused("attendance.not_yours")
    if line.answer == said:
        return
    if line.answer is not None:
        raise Refused("attendance.answered")
    if said is Answer.CONTESTED and not word:
        raise Incorrect("attendance.word", field="word")
    if said is Answer.ABSENT and row.strand_id is not None:
        raise Incorrect("attendance.absent", field="answer")
    line.answer, line.answered_at = said, now()
    line.word = word if said is Answer.CONTESTED else ""
    db.session.flush()
    db.session.refresh(held.row)
    lacking = {x.contact_id for x in held.lines if x.answer is None and held.row.settled_at is None}
    if said is Answer.CONTESTED:
        lacking |= {held.row.author_id}
    _expect(row, list(held.lines), lacking, about=line)
    zone_id = line.zone_id
    tell(
        row,
        "attendance.contested" if said is Answer.CONTESTED else "attendance.answered",
        by,
        zone_id=zone_id,
    )
    tell(row, "attendance.counted", by, rail=True)


def signatories(frame: Frame, row: Session) -> list[tuple[uuid.UUID, str, uuid.UUID | None]]:
    """Whose word is asked: the mentor, and the mentee of the strand or all mentees; with the strand it is of."""
    found: dict[uuid.UUID, tuple[uuid.UUID, str, uuid.UUID | None]] = {}
    for seat in frame.sitting(row.strand_id, (Role.MENTEE, Role.MENTOR)):
        if seat.sits(now()):
            strand = row.strand_id or (seat.strand_id if seat.role is Role.MENTEE else None)
            found.setdefault(seat.contact_id, (seat.contact_id, seat.role.value, strand))
    return list(found.values())


# -- what the acts above share ------------------------------------------------------------------


def _role(frame: Frame, row: Session, by: Actor) -> Role | None:
    roles = {s.role for s in by.seats_in(frame.id) if s.spans(row.strand_id)}
    if Role.MENTOR in roles:
        return Role.MENTOR
    return Role.MENTEE if row.strand_id is not None and Role.MENTEE in roles else None


def _zone(zones: Zones, strand_id: uuid.UUID | None) -> uuid.UUID:
    """Between mentor and mentee of a strand; what is collective, among mentor and mentees."""
    return zones.of(Kind.CALENDAR, Audience.PAIR if strand_id else Audience.GROUP, strand_id)


def _supersede(row: Session) -> None:
    asked = select(Attendance).where(
        Attendance.company_id == row.company_id,
        Attendance.session_id == row.id,
        Attendance.superseded_at.is_(None),
        Attendance.settled_at.is_(None),
    )
    for open_ in db.session.scalars(asked):
        open_.superseded_at = now()
    db.session.flush()


def _hold(row: Session, moment: datetime) -> None:
    if row.state != State.HELD:
        row.state, row.held_at = State.HELD, moment
        row.revision += 1
        put_away(row)
        db.session.flush()


def _expect(
    row: Session, lines: list[AttendanceLine], lacking: set[uuid.UUID], about: AttendanceLine | None = None
) -> None:
    """Exactly these are awaited, of those whom the actor reads of; each in a zone that no other mentee reads."""
    gone: Any = delete(Awaited).where(
        Awaited.company_id == row.company_id, Awaited.subject_id == row.id, Awaited.kind == ATTENDANCE
    )
    db.session.execute(gone.where(Awaited.contact_id.not_in(lacking)))
    moment = now()
    for line in lines:
        if line.contact_id in lacking:
            place = about or line
            values = {
                "company_id": row.company_id, "id": new_id(), "zone_id": place.zone_id, "mission_id": row.mission_id,
                "strand_id": place.strand_id, "contact_id": line.contact_id, "kind": ATTENDANCE, "subject_id": row.id,
                "since": moment,
            }  # fmt: skip
            db.session.execute(insert(Awaited).values(values).on_conflict_do_nothing())

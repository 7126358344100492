"""What the pages of the calendar read: a bounded number of statements, however many sessions there are."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, text

from tenants.db import db, now
from tenants.mission.queries import Frame
from tenants.mission.schedule.choosing import Answer, Proposed
from tenants.mission.schedule.models import (
    AgendaItem,
    Review,
    ReviewApproval,
    Session,
    SessionChange,
    Slot,
    SlotAnswer,
    SlotPoll,
    Summary,
)
from tenants.mission.schedule.types import State
from tenants.policy import COMPANY_ROLES


@dataclass(frozen=True)
class NextDate:
    """A date to come of the acting person's, or one that is being found (``starts_at`` None: between two slots)."""

    company: str
    slug: str
    mission_id: uuid.UUID
    title: str
    strand_id: uuid.UUID | None
    mentee: str
    session_id: uuid.UUID
    type: str
    starts_at: datetime | None
    local_at: datetime | None
    timezone: str | None
    minutes: int
    first_slot: datetime | None
    last_slot: datetime | None


@dataclass(frozen=True)
class Dated:
    """What the firm's staff may know of a session: no place, no word."""

    id: uuid.UUID
    strand_id: uuid.UUID | None
    type: str
    state: str
    week_of: date | None
    starts_at: datetime | None
    local_at: datetime | None
    timezone: str | None
    minutes: int
    late: bool | None


def get(session_id: uuid.UUID) -> Session | None:
    """The row, if the acting person reads its zone."""
    return db.session.scalar(
        select(Session).where(Session.company_id == _company(), Session.id == session_id)
    )


def of_mission(frame: Frame, strand_id: uuid.UUID | None) -> list[Session]:
    """Those that the acting person reads, of a strand and of all together, in the order of the calendar."""
    asked = select(Session).where(Session.company_id == _company(), Session.mission_id == frame.id)
    if strand_id is not None:
        asked = asked.where(or_(Session.strand_id == strand_id, Session.strand_id.is_(None)))
    return sorted(db.session.scalars(asked), key=in_order)


def in_order(row: Session) -> Any:
    """By date or by the week aimed at; in a week, dated ones first."""
    day = row.local_at.date() if row.local_at else row.week_of
    return (
        day is None, day or date.max, row.local_at is None, row.local_at or row.created_at.replace(tzinfo=None), row.created_at, str(row.id)
    )  # fmt: skip


def told_to_staff(mission_id: uuid.UUID) -> list[Dated]:
    """Kinds, dates and minutes, for whoever runs the mission without taking part in it."""
    return [Dated(*r) for r in db.session.execute(text("select * from mission_dates(:m)"), {"m": mission_id})]


def my_next_dates() -> list[NextDate]:
    """In all companies, the next first."""
    return [NextDate(*r) for r in db.session.execute(text("select * from my_next_dates()"))]


def participants(frame: Frame, row: Session) -> list[uuid.UUID]:
    """Who is to come, or came: the persons in its roles, each once, in the usual order."""
    roles = [r for r in COMPANY_ROLES if r in row.roles]
    if row.state == State.HELD and row.starts_at is not None:
        at = row.starts_at
        seats = [
            s for s in frame.seats
            if s.role in roles and s.spans(row.strand_id) and (s.until_at is None or s.until_at > at)
        ]  # fmt: skip
        return list(dict.fromkeys(s.contact_id for s in sorted(seats, key=lambda s: roles.index(s.role))))
    return list(dict.fromkeys(s.contact_id for s in frame.sitting(row.strand_id, roles)))


# -- slots --------------------------------------------------------------------------------------


def poll(poll_id: uuid.UUID) -> SlotPoll | None:
    """One question about a date."""
    return db.session.scalar(
        select(SlotPoll).where(SlotPoll.company_id == _company(), SlotPoll.id == poll_id)
    )


def open_poll(session_id: uuid.UUID) -> SlotPoll | None:
    """The question that is asked now, if the acting person reads it."""
    return next(iter(open_polls([session_id]).values()), None)


def open_polls(session_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, SlotPoll]:
    """By session."""
    asked = select(SlotPoll).where(
        SlotPoll.company_id == _company(),
        SlotPoll.session_id.in_(list(session_ids)),
        SlotPoll.closed_at.is_(None),
    )
    return {p.session_id: p for p in db.session.scalars(asked)}


def proposed(of: SlotPoll) -> list[Proposed]:
    """Its slots with the answers, the earliest first."""
    return slots_of([of])[of.id]


def slots_of(polls: Iterable[SlotPoll]) -> dict[uuid.UUID, list[Proposed]]:
    """By question, in two statements."""
    found: dict[uuid.UUID, list[Proposed]] = {p.id: [] for p in polls}
    if not found:
        return found
    asked = select(Slot).where(Slot.company_id == _company(), Slot.poll_id.in_(found))
    slots = list(db.session.scalars(asked.order_by(Slot.starts_at, Slot.id)))
    said: dict[uuid.UUID, dict[uuid.UUID, Answer]] = {s.id: {} for s in slots}
    answers = select(SlotAnswer.slot_id, SlotAnswer.contact_id, SlotAnswer.answer).where(
        SlotAnswer.company_id == _company(), SlotAnswer.slot_id.in_(said)
    )
    for slot, contact, answer in db.session.execute(answers):
        said[slot][contact] = Answer(answer)
    for s in slots:
        found[s.poll_id].append(Proposed(s.id, s.author_id, s.local_at, s.timezone, s.starts_at, said[s.id]))
    return found


# -- what is said there -------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """A point of an agenda as a page shows it. ``carried_from``: the session that left it untreated."""

    item: AgendaItem
    carried_from: Session | None = None


def agenda(row: Session) -> list[AgendaItem]:
    """The session's own points, in order."""
    return list(db.session.scalars(_items().where(AgendaItem.session_id == row.id).order_by(*_order())))


def carried(row: Session, there: Sequence[Session] | None = None) -> list[Point]:
    """Points that sessions before it left untreated: they stand on the next one of the strand, and on no other.

    ``there``: the sessions of the mission, where they have been read already; as below.
    """
    strand = _same_strand(row, there)
    if next_of(row, strand) != row.id:
        return []
    before = {s.id: s for s in strand if s.state in (State.HELD, State.CANCELLED) and s.id != row.id}
    if not before:
        return []
    asked = _items().where(
        AgendaItem.session_id.in_(before), AgendaItem.done_at.is_(None), AgendaItem.usual.is_(None)
    )
    found = [Point(i, before[i.session_id]) for i in db.session.scalars(asked.order_by(*_order()))]
    return sorted(found, key=lambda p: in_order(p.carried_from) if p.carried_from else ())


def next_of(row: Session, there: Sequence[Session] | None = None) -> uuid.UUID | None:
    """Which session of the same strand comes next: the first one that is neither held nor cancelled."""
    open_ = [s for s in _same_strand(row, there) if s.state in (State.TO_PLAN, State.PLANNED)]
    return min(open_, key=in_order).id if open_ else None


def first_of(row: Session, there: Sequence[Session] | None = None) -> uuid.UUID | None:
    """The first session of the strand that is not cancelled: where the open divergences of the agreement go."""
    kept = [s for s in _same_strand(row, there) if s.state != State.CANCELLED]
    return min(kept, key=in_order).id if kept else None


def summary(row: Session) -> Summary | None:
    """What was kept of it, if the acting person reads that."""
    return db.session.scalar(
        select(Summary).where(Summary.company_id == _company(), Summary.session_id == row.id)
    )


def review(row: Session) -> Review | None:
    """The review that it left."""
    return db.session.scalar(
        select(Review).where(Review.company_id == _company(), Review.session_id == row.id)
    )


def approvals(of: Review) -> list[ReviewApproval]:
    """Those that were not taken back, the first given first."""
    asked = select(ReviewApproval).where(
        ReviewApproval.company_id == _company(),
        ReviewApproval.review_id == of.id,
        ReviewApproval.withdrawn_at.is_(None),
    )
    return list(db.session.scalars(asked.order_by(ReviewApproval.given_at, ReviewApproval.id)))


def history(row: Session) -> list[SessionChange]:
    """What moved, the latest first."""
    asked = select(SessionChange).where(
        SessionChange.company_id == _company(), SessionChange.session_id == row.id
    )
    return list(db.session.scalars(asked.order_by(SessionChange.at.desc(), SessionChange.id)))


def before_now(row: Session) -> bool:
    """Whether its hour has come."""
    return row.starts_at is not None and row.starts_at <= now()


def _same_strand(row: Session, there: Sequence[Session] | None) -> list[Session]:
    if there is not None:
        return [s for s in there if s.strand_id == row.strand_id]
    asked = select(Session).where(
        Session.company_id == _company(),
        Session.mission_id == row.mission_id,
        Session.strand_id.is_not_distinct_from(row.strand_id),
    )
    return list(db.session.scalars(asked))


def _items() -> Any:
    return select(AgendaItem).where(AgendaItem.company_id == _company())


def _order() -> tuple[Any, ...]:
    return (AgendaItem.position, AgendaItem.at, AgendaItem.id)


def _company() -> uuid.UUID:
    company: uuid.UUID = db.session.info["acting"].company
    return company

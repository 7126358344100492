"""The hours' account, as it is read: agreed, planned, spent, in minutes, and every entry that made them."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from tenants.actors import Actor
from tenants.db import db, now
from tenants.mission.agreement.clauses import ClauseValues, clauses_in_force
from tenants.mission.queries import Frame
from tenants.mission.schedule.attending import Held
from tenants.mission.schedule.hours_models import HoursEntry, Piece
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.presence import Standing
from tenants.mission.schedule.telling import Zones, me, tell_rail
from tenants.mission.schedule.types import State, Type
from tenants.policy import Role
from tenants.refusals import Refused

AGREED, PLANNED, SPENT = "agreed", "planned", "spent"


@dataclass(frozen=True)
class Line:
    """One entry as pages read it; ``at`` None: it counts already, the clock has yet to note it."""

    account: str
    kind: str
    minutes: int
    subject_id: uuid.UUID
    strand_id: uuid.UUID | None
    at: datetime | None
    by_id: uuid.UUID | None


@dataclass(frozen=True)
class Account:
    """``lines``: all that the acting person reads, the oldest first. ``whole``: they read every strand of the mission."""

    lines: tuple[Line, ...]
    whole: bool

    @property
    def agreed(self) -> int:
        """Of the whole mission."""
        return self.total(AGREED)

    @property
    def planned(self) -> int:
        """Of sessions to come, or to be confirmed."""
        return self.total(PLANNED)

    @property
    def spent(self) -> int:
        """By confirmed attendance and the agreement's clauses."""
        return self.total(SPENT)

    @property
    def free(self) -> int:
        """What is left to plan; negative past the budget. Means something for who reads the whole alone."""
        return self.agreed - self.planned - self.spent

    def total(self, account: str) -> int:
        """Minutes of one account."""
        return sum(x.minutes for x in self.lines if x.account == account)

    def of(self, subject_id: uuid.UUID, account: str = SPENT) -> dict[str, int]:
        """Minutes by kind for one session, without what was undone."""
        found: dict[str, int] = {}
        for x in self.lines:
            if x.subject_id == subject_id and x.account == account:
                found[x.kind] = found.get(x.kind, 0) + x.minutes
        return {kind: minutes for kind, minutes in found.items() if minutes}


def entries(mission_id: uuid.UUID) -> list[HoursEntry]:
    """Those that the acting person may know, in the order in which they were appended."""
    company = db.session.info["acting"].company
    asked = select(HoursEntry).where(HoursEntry.company_id == company, HoursEntry.mission_id == mission_id)
    return list(db.session.scalars(asked.order_by(HoursEntry.at, HoursEntry.account, HoursEntry.id)))


def account(
    frame: Frame, strand_id: uuid.UUID | None, *, by: Actor, sessions: Sequence[Any] = (),
    held: Mapping[uuid.UUID, Held] | None = None,
) -> Account:  # fmt: skip
    """The account of a strand with what is collective (None: of all that the actor reads).

    ``sessions``, ``held``: those of the mission with what was said of them: what stands by silence counts from its hour on.
    """
    kept = [
        Line(e.account, e.kind, e.minutes, e.subject_id, e.strand_id, e.at, e.by_id)
        for e in entries(frame.id)
        if strand_id is None or e.strand_id in (None, strand_id)
    ]
    due = [(s, held[s.id]) for s in sessions if held and s.id in held and _by_silence(held[s.id])]
    if due:
        values, signed = clauses_in_force(frame.id), signed_at(frame)
        for session, one in due:
            kept += _lacking(session, one, kept, _counted(session, one, values, signed))
    return Account(tuple(kept), strand_id is None or len(frame.strands) == 1)


def confirmed(mission_id: uuid.UUID) -> set[uuid.UUID]:
    """The sessions that count as held, as the ledger says: for whoever reads hours and not who said what."""
    found: dict[uuid.UUID, int] = {}
    for e in entries(mission_id):
        if e.account == SPENT and e.kind == "session":
            found[e.subject_id] = found.get(e.subject_id, 0) + e.minutes
    return {subject for subject, minutes in found.items() if minutes > 0}


def over(of: Account) -> int:
    """Minutes planned and spent past what was agreed, 0 within it."""
    return max(0, -of.free) if of.whole else 0


def subjects(lines: Iterable[Line], account: str) -> list[uuid.UUID]:
    """What an account's entries are about, each once, in order."""
    return list(dict.fromkeys(x.subject_id for x in lines if x.account == account))


# -- late cancellations ---------------------------------------------------------------------------


def late_due(roles: Collection[Role], values: ClauseValues | None, *, late: bool) -> bool:
    """Whether a cancellation by somebody of these roles is due: PostgreSQL's rule is the same (``late_due``, 0031).

    ``values``: of the agreement in force then, None: there was none. The mentor's own and the firm's never is.
    """
    return (
        late
        and values is not None
        and values.late_hours is not None
        and bool(roles)
        and Role.MENTOR not in roles
    )


def if_cancelled(frame: Frame, row: Session, *, by: Actor) -> tuple[bool, int]:
    """Cancelled by the actor now: whether that is late, and the minutes that it would spend."""
    values = clauses_in_force(frame.id)
    planned = row.state == State.PLANNED and row.starts_at is not None
    late = planned and now() > row.starts_at - timedelta(hours=values.late_hours or 0)  # type: ignore[operator]
    roles = {s.role for s in by.seats_in(frame.id)}
    due = late_due(roles, values if signed_at(frame) else None, late=late)
    return late, row.minutes if due else 0


def spent_late(session_id: uuid.UUID) -> int:
    """Minutes that its late cancellation has spent, as the ledger says."""
    company = db.session.info["acting"].company
    asked = select(func.coalesce(func.sum(HoursEntry.minutes), 0)).where(
        HoursEntry.company_id == company, HoursEntry.subject_id == session_id, HoursEntry.kind == "late"
    )
    return int(db.session.scalar(asked) or 0)


# -- the piece that is the report ----------------------------------------------------------------


def piece(strand_id: uuid.UUID) -> Piece | None:
    """The report of that strand, once it was said to be written."""
    company = db.session.info["acting"].company
    asked = select(Piece).where(Piece.company_id == company, Piece.strand_id == strand_id)
    return db.session.scalar(asked.where(Piece.withdrawn_at.is_(None)))


def write_report(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> None:
    """The report is written: the agreement counts it. Harmless again. Raises Refused ``hours.no_piece`` if it does not."""
    if not clauses_in_force(frame.id).report_minutes:
        raise Refused("hours.no_piece")
    if piece(strand_id) is None:
        zone_id = Zones(frame, by).dates(strand_id)
        db.session.add(
            Piece(
                company_id=frame.company_id, zone_id=zone_id, mission_id=frame.id, strand_id=strand_id, author_id=me(by)
            )
        )  # fmt: skip
        db.session.flush()
        tell_rail(frame.company_id, frame.id, strand_id)


def unwrite_report(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> None:
    """It was said too soon: a counter-entry. Harmless again."""
    found = piece(strand_id)
    if found is not None and by.contact_id is not None:
        found.withdrawn_at = now()
        db.session.flush()
        tell_rail(frame.company_id, frame.id, strand_id)


# -- what stands by silence before the clock has noted it -----------------------------------------


def _by_silence(held: Held) -> bool:
    return held.row.settled_at is None and held.standing(now()) is Standing.UNCONTESTED


def signed_at(frame: Frame) -> datetime | None:
    """When an agreement was first in force."""
    return min((at for number, at in frame.versions.values() if number is not None), default=None)


def _counted(session: Any, held: Held, values: ClauseValues, signed: datetime | None) -> dict[str, int]:
    """What ``hours_due()`` will say of it (0021): minutes spent by kind."""
    before = signed is not None and session.starts_at < signed
    if session.type == Type.FRAMING and before and not values.framing_counts:
        return {}
    return {"session": held.row.minutes, "preparation": values.preparation_minutes}


def _lacking(session: Any, held: Held, kept: Sequence[Line], due: Mapping[str, int]) -> list[Line]:
    """The entries that the clock will append: what is due less what was said already."""
    owed = {(SPENT, kind): minutes for kind, minutes in due.items()}
    for x in kept:
        if x.subject_id == session.id:
            owed[x.account, x.kind] = owed.get((x.account, x.kind), 0) - x.minutes
    return [
        Line(account, kind, minutes, session.id, session.strand_id, None, held.row.author_id)
        for (account, kind), minutes in owed.items()
        if minutes
    ]

"""An amendment of dates and hours alone: signed by the direction and the firm, accepted in one tap by mentee and mentor.

It holds no word, so that the firm, which reads dates and hours and nothing else, can sign it. It moves the mission's dates
and hours in the act of the last answer, judged again by ``dates_in_force()``; rooms that keep dates join ``ON_DATES``.
"""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import func, select, text

from tenants import walls
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents.texts import canonical_hash
from tenants.events import defer, stale, tell
from tenants.mission.agreement import terms
from tenants.mission.agreement.signing import Evidence
from tenants.mission.agreement.versions_models import DatesAmendment, DatesAnswer
from tenants.mission.queries import Frame
from tenants.once import add_once
from tenants.policy import Role
from tenants.refusals import Refused, Stale

# (the mission as it was, starts_on, ends_on, hours in minutes, who answered last): each moves its own dates, in the act.
Moved = Callable[[Frame, date, date, int, Actor], None]
ON_DATES: list[Moved] = []


def get(amendment_id: uuid.UUID) -> DatesAmendment | None:
    """One amendment of dates, for whoever may see its mission."""
    company = walls.acting(db.session).company
    return db.session.scalar(
        select(DatesAmendment).where(DatesAmendment.company_id == company, DatesAmendment.id == amendment_id)
    )


def all_of(mission_id: uuid.UUID) -> list[DatesAmendment]:
    """Every one of a mission, the last first."""
    company = walls.acting(db.session).company
    asked = select(DatesAmendment).where(
        DatesAmendment.company_id == company, DatesAmendment.mission_id == mission_id
    )
    return list(db.session.scalars(asked.order_by(DatesAmendment.number.desc())))


def answers(amendment_id: uuid.UUID) -> list[DatesAnswer]:
    """What was answered, the oldest first."""
    company = walls.acting(db.session).company
    asked = select(DatesAnswer).where(
        DatesAnswer.company_id == company, DatesAnswer.amendment_id == amendment_id
    )
    return list(db.session.scalars(asked.order_by(DatesAnswer.at)))


def lacking(amendment: DatesAmendment) -> dict[uuid.UUID, str]:
    """Whose word is missing, and which: ``sign`` or ``accept``. The firm's is told by ``firm_signed``."""
    rows = db.session.execute(text("select contact, act from dates_lack(:a)"), {"a": amendment.id})
    return {r.contact: r.act for r in rows}


def firm_signed(amendment: DatesAmendment) -> bool:
    """Whether somebody of the firm has signed for it."""
    return bool(db.session.scalar(text("select dates_firm(:a)"), {"a": amendment.id}))


def propose(
    frame: Frame, amendment_id: uuid.UUID, starts_on: date, ends_on: date, hours: int, *, by: Actor
) -> DatesAmendment:
    """New dates and hours (minutes), for signature. Sent twice, made once.

    Raises Refused ``dates.not_signed`` (no agreement is in force), ``dates.same``, ``dates.order``, ``dates.pending``.
    """
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    terms.alone(frame)
    if (known := get(amendment_id)) is not None:
        return known
    if frame.versions.get(frame.rule_id, (None, None))[0] is None:
        raise Refused("dates.not_signed")
    if starts_on > ends_on:
        raise Refused("dates.order")
    if (starts_on, ends_on, hours) == (frame.starts_on, frame.ends_on, frame.hours):
        raise Refused("dates.same")
    if (row := pending(frame.id)) is not None:
        raise Refused("dates.pending", number=row.number)
    before: list[str | int | bool | None] = [
        frame.starts_on.isoformat(),
        frame.ends_on.isoformat(),
        frame.hours,
    ]
    after: list[str | int | bool | None] = [starts_on.isoformat(), ends_on.isoformat(), hours]
    number = _next(frame.id)
    made = DatesAmendment(
        company_id=frame.company_id, id=amendment_id, mission_id=frame.id, number=number,
        starts_on=starts_on, ends_on=ends_on, hours=hours, before=dict(zip(("starts_on", "ends_on", "hours"), before, strict=True)),
        hash=canonical_hash([str(frame.id), number, *before, *after]), proposed_by=by.contact_id,
    )  # fmt: skip
    db.session.add(made)
    _told(made, frame)
    defer("dates_told", amendment_id=made.id)
    return made


def sign(row: DatesAmendment, frame: Frame, read_hash: str, evidence: Evidence, *, by: Actor) -> bool:
    """Of the direction, or of the firm by one of its staff. Whether it is now in force. Raises Refused, Stale."""
    direction = any(s.role is Role.SPONSOR for s in by.seats_in(frame.id))
    if not direction and not by.firm_roles:
        raise Refused("dates.not_signatory")
    return _answer(row, frame, read_hash, "signed", "sponsor" if direction else "firm", by, evidence)


def accept(row: DatesAmendment, frame: Frame, read_hash: str, *, by: Actor) -> bool:
    """In one tap, by a mentee or a mentor. Whether it is now in force."""
    roles = {s.role for s in by.seats_in(frame.id)}
    if not roles & {Role.MENTEE, Role.MENTOR}:
        raise Refused("dates.not_signatory")
    party = "mentee" if Role.MENTEE in roles else "mentor"
    return _answer(row, frame, read_hash, "accepted", party, by, None)


def withdraw(row: DatesAmendment, frame: Frame, *, by: Actor) -> None:
    """Not these dates, after all: by whoever proposed them, or by whoever was asked and says no."""
    terms.alone(frame)
    taken = _fresh(row)
    if taken.in_force_at is not None:
        raise Refused("dates.in_force", number=taken.number)
    if taken.withdrawn_at is None:
        taken.withdrawn_at = now()
        _told(taken, frame)


def pending(mission_id: uuid.UUID) -> DatesAmendment | None:
    """The one that awaits answers."""
    return next((a for a in all_of(mission_id) if a.withdrawn_at is None and a.in_force_at is None), None)


def _answer(
    row: DatesAmendment,
    frame: Frame,
    read_hash: str,
    kind: str,
    party: str,
    by: Actor,
    evidence: Evidence | None,
) -> bool:
    assert by.contact_id is not None  # noqa: S101 - as above
    terms.alone(frame)
    taken = _fresh(row)
    if taken.in_force_at is not None:
        return True
    if taken.withdrawn_at is not None:
        raise Refused("dates.withdrawn", number=taken.number)
    if read_hash != taken.hash:
        raise Stale("dates.other", number=taken.number)
    values: dict[str, Any] = {
        "company_id": taken.company_id, "id": new_id(), "mission_id": taken.mission_id, "amendment_id": taken.id,
        "contact_id": by.contact_id, "kind": kind, "party": party, "hash": taken.hash,
        "means": evidence.means if evidence else None, "network": evidence.network if evidence else "", "at": now(),
    }  # fmt: skip
    add_once(DatesAnswer, **values)
    done = bool(db.session.scalar(text("select dates_in_force(:a)"), {"a": taken.id}))
    db.session.expire(taken)
    if done:
        for moved in ON_DATES:
            moved(frame, taken.starts_on, taken.ends_on, taken.hours, by)
        tell(f"revoked mission {frame.id}")
        defer("dates_told", amendment_id=taken.id)
    _told(taken, frame)
    return done


def _told(row: DatesAmendment, frame: Frame) -> None:
    """Who is awaited is written by the database, in zones that staff do not read; every page of dates is read again."""
    db.session.flush()
    db.session.execute(text("select dates_await(:a)"), {"a": row.id})
    for strand in frame.strands:
        stale(strand.state_zone_id, f"agreement-dates:{frame.id}", f"mission:{frame.id}")


def _fresh(row: DatesAmendment) -> DatesAmendment:
    asked = select(DatesAmendment).where(
        DatesAmendment.company_id == row.company_id, DatesAmendment.id == row.id
    )
    found = db.session.scalar(asked.execution_options(populate_existing=True))
    if found is None:
        raise Refused("dates.withdrawn", number=row.number)
    return found


def _next(mission_id: uuid.UUID) -> int:
    company = walls.acting(db.session).company
    asked = select(func.coalesce(func.max(DatesAmendment.number), 0)).where(
        DatesAmendment.company_id == company, DatesAmendment.mission_id == mission_id
    )
    return (db.session.scalar(asked) or 0) + 1

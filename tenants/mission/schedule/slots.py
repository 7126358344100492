"""Finding a date: slots proposed, answered by those who are to come, one fixed when it suits them all."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.mission.queries import Frame
from tenants.mission.schedule import queries
from tenants.mission.schedule.choosing import Answer, common, missing
from tenants.mission.schedule.clock import When
from tenants.mission.schedule.models import Session, Slot, SlotAnswer, SlotPoll
from tenants.mission.schedule.planning import SLOT, date_it, put_away
from tenants.mission.schedule.telling import Zones, changed, me, take, tell, tell_rail
from tenants.mission.schedule.types import State
from tenants.refusals import Incorrect, Refused

MOST = 6  # slots in one question, those of the others included


def propose(
    session: Session, frame: Frame, moments: Sequence[When], *, by: Actor, poll_id: uuid.UUID | None = None
) -> uuid.UUID:
    """Ask those who are to come. The proposer is taken at their word. Whatever was proposed before is put away.

    Raises Refused ``schedule.over``; Incorrect ``schedule.past`` (number) for a moment that has passed,
    ``schedule.alike`` for the same one twice.
    """
    row = take(session.id)
    _to_come(row)
    made = poll_id or new_id()
    if db.session.scalar(
        select(SlotPoll.id).where(SlotPoll.company_id == row.company_id, SlotPoll.id == made)
    ):
        return made
    _guard(moments)
    put_away(row)
    zone_id = Zones(frame, by).answers(row.roles, row.strand_id)
    db.session.add(
        SlotPoll(
            company_id=row.company_id, id=made, zone_id=zone_id, mission_id=row.mission_id, strand_id=row.strand_id,
            session_id=row.id, author_id=me(by),
        )
    )  # fmt: skip
    db.session.flush()
    for when in moments:
        _add(row.company_id, zone_id, made, when, by)
    _reconsider(row, frame)
    tell(row, "schedule.proposed", by, zone_id=zone_id, rail=True)
    return made


def answer(
    poll: SlotPoll, frame: Frame, answers: Mapping[uuid.UUID, Answer], *, by: Actor, own: When | None = None
) -> None:
    """What the actor says of each slot; ``own``: « aucun ne convient, voici le mien », to which the others then answer.

    Raises Refused ``schedule.closed`` once a date was fixed or others proposed, ``schedule.not_invited`` for somebody who
    is not to come, ``schedule.many`` beyond six slots; Incorrect as ``propose``.
    """
    row = take(poll.session_id)
    open_ = _open(poll)
    if me(by) not in queries.participants(frame, row):
        raise Refused("schedule.not_invited")
    there = {s.id: s for s in _slots(open_)}
    moment = now()
    for slot_id in sorted(answers.keys() & there.keys()):
        said = insert(SlotAnswer).values(
            company_id=row.company_id, id=new_id(), zone_id=open_.zone_id, slot_id=slot_id, contact_id=me(by),
            answer=answers[slot_id], at=moment,
        )  # fmt: skip
        again = {"answer": said.excluded.answer, "at": moment}
        db.session.execute(
            said.on_conflict_do_update(index_elements=["company_id", "slot_id", "contact_id"], set_=again)
        )
    if own is not None:
        _guard([own])
        if all(s.starts_at != own.at for s in there.values()):
            if len(there) >= MOST:
                raise Refused("schedule.many", most=MOST)
            _add(row.company_id, open_.zone_id, open_.id, own, by)
    db.session.flush()
    _reconsider(row, frame)
    tell(row, "schedule.answered", by, zone_id=open_.zone_id)


def fix(poll: SlotPoll, frame: Frame, slot_id: uuid.UUID | None, *, by: Actor) -> None:
    """Keep one slot that suits everybody; without an id, the first of them. The session has its date.

    Raises Refused ``schedule.closed``, ``schedule.not_common`` when somebody cannot, has not answered, or it has passed.
    """
    row = take(poll.session_id)
    open_ = _open(poll)
    suiting = common(queries.proposed(open_), queries.participants(frame, row), now())
    chosen = next((s for s in suiting if slot_id in (None, s.id)), None)
    if chosen is None:
        raise Refused("schedule.not_common")
    told, before = row.state == State.PLANNED, row.local_at
    date_it(row, When(chosen.local, chosen.zone, chosen.starts_at))
    row.revision += 1
    row.sequence += told
    put_away(row, chosen.id)
    db.session.flush()
    zone_id = Zones(frame, by).content(row.roles, row.strand_id)
    name = "moved" if told else "planned"
    changed(row, zone_id, name, by, before=_told(before, row), after=_told(row.local_at, row))
    tell(row, f"schedule.{name}", by, zone_id=open_.zone_id, rail=True)
    tell(row, "schedule.fixed", by)


def drop(poll: SlotPoll, *, by: Actor) -> None:
    """Ask nobody any more, without a date. Harmless again."""
    row = take(poll.session_id)
    put_away(row)
    db.session.flush()
    tell(row, "schedule.dropped", by, zone_id=poll.zone_id, rail=True)


# -- what the acts above share ------------------------------------------------------------------


def _guard(moments: Sequence[When]) -> None:
    moment = now()
    for n, when in enumerate(moments):
        if when.at <= moment:
            raise Incorrect("schedule.past", field="hour", number=n)
        if any(when.at == other.at for other in moments[:n]):
            raise Incorrect("schedule.alike", field="hour", number=n)


def _to_come(row: Session) -> None:
    if row.state in (State.HELD, State.CANCELLED):
        raise Refused("schedule.over")


def _open(poll: SlotPoll) -> SlotPoll:
    """The question as it is now: its session is taken, so that nobody closes it meanwhile."""
    asked = select(SlotPoll).where(SlotPoll.company_id == poll.company_id, SlotPoll.id == poll.id)
    found: SlotPoll | None = db.session.scalar(asked.execution_options(populate_existing=True))
    if found is None or found.closed_at is not None:
        raise Refused("schedule.closed")
    return found


def _slots(poll: SlotPoll) -> list[Slot]:
    return list(
        db.session.scalars(select(Slot).where(Slot.company_id == poll.company_id, Slot.poll_id == poll.id))
    )


def _add(company_id: uuid.UUID, zone_id: uuid.UUID, poll_id: uuid.UUID, when: When, by: Actor) -> None:
    """A slot, to which whoever proposes it says yes."""
    slot = Slot(
        company_id=company_id, id=new_id(), zone_id=zone_id, poll_id=poll_id, author_id=me(by), local_at=when.local,
        timezone=when.zone, starts_at=when.at,
    )  # fmt: skip
    db.session.add(slot)
    db.session.flush()
    said = SlotAnswer(
        company_id=company_id, zone_id=zone_id, slot_id=slot.id, contact_id=me(by), answer=Answer.YES
    )
    db.session.add(said)
    db.session.flush()


def _reconsider(row: Session, frame: Frame) -> None:
    """Who is awaited: those who have not answered; once all have, whoever asked is to fix a date or propose others."""
    poll = queries.open_poll(row.id)
    if poll is None:
        return
    people = queries.participants(frame, row)
    lacking = set(missing(queries.proposed(poll), people))
    who = lacking or {poll.author_id}
    about: dict[str, Any] = {
        "zone_id": poll.zone_id, "mission_id": row.mission_id, "strand_id": row.strand_id, "kind": SLOT,
        "subject_id": row.id,
    }  # fmt: skip
    if waits.expect(**about, contacts=who):
        tell_rail(row.company_id, row.mission_id, row.strand_id)


def _told(local: Any, row: Session) -> dict[str, Any]:
    return {
        "local_at": local.isoformat() if local else None,
        "timezone": row.timezone,
        "minutes": row.minutes,
    }

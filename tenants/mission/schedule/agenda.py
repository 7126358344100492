"""The agenda of a session: points that the parties add before, treated there, or carried to the next one."""

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, insert, select

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.mission.queries import Frame
from tenants.mission.schedule.models import AgendaItem, Session
from tenants.mission.schedule.telling import Zones, me, take, tell
from tenants.mission.schedule.types import USUAL, Type
from tenants.once import add_once
from tenants.refusals import Refused


def usual(sessions: Iterable[Session], zones: Zones, *, by: Actor) -> None:
    """What their types bring, as points that may be taken away."""
    moment = now()
    rows: list[dict[str, Any]] = [
        {
            "company_id": s.company_id, "id": new_id(), "zone_id": zones.content(s.roles, s.strand_id),
            "session_id": s.id, "author_id": me(by), "usual": key, "text": "", "position": n, "at": moment,
        }
        for s in sessions
        for n, key in enumerate(USUAL[Type(s.type)].points, 1)
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(AgendaItem), rows)


def add(session: Session, frame: Frame, item_id: uuid.UUID, words: str, *, by: Actor) -> None:
    """A point of the actor's. The id is made with the form: sent twice, kept once. Raises Refused ``schedule.over``."""
    row = take(session.id)
    _open(row)
    zone_id = Zones(frame, by).content(row.roles, row.strand_id)
    last = db.session.scalar(select(func.max(AgendaItem.position)).where(_of(row))) or 0
    values = {
        "company_id": row.company_id, "id": item_id, "zone_id": zone_id, "session_id": row.id, "author_id": me(by),
        "text": words, "position": last + 1, "at": now(),
    }  # fmt: skip
    if add_once(AgendaItem, **values):
        tell(row, "agenda.added", by, zone_id=zone_id)


def treat(session: Session, item_id: uuid.UUID, *, done: bool, by: Actor) -> None:
    """A point was treated, or was not after all. Harmless again."""
    row = take(session.id)
    item = _item(row, item_id)
    if (item.done_at is not None) != done:
        item.done_at, item.done_by = (now(), me(by)) if done else (None, None)
        db.session.flush()
        tell(row, "agenda.treated", by, zone_id=item.zone_id)


def order(session: Session, item_id: uuid.UUID, *, up: bool, by: Actor) -> None:
    """One step up or down among the session's own points."""
    row = take(session.id)
    listed = list(db.session.scalars(select(AgendaItem).where(_of(row)).order_by(*IN_ORDER)))
    at = next((n for n, i in enumerate(listed) if i.id == item_id), None)
    if at is None:
        raise Refused("agenda.gone")
    to = at - 1 if up else at + 1
    if 0 <= to < len(listed):
        listed[at], listed[to] = listed[to], listed[at]
        for position, item in enumerate(listed, 1):
            item.position = position
        db.session.flush()
        tell(row, "agenda.ordered", by, zone_id=listed[to].zone_id)


def remove(session: Session, item_id: uuid.UUID, *, by: Actor) -> None:
    """Taken away: a usual point by any party, another one by whoever added it. Raises Refused ``agenda.not_author``."""
    row = take(session.id)
    item = _item(row, item_id)
    if item.usual is None and item.author_id != by.contact_id:
        raise Refused("agenda.not_author", author_id=item.author_id)
    zone_id = item.zone_id
    db.session.delete(item)
    db.session.flush()
    tell(row, "agenda.removed", by, zone_id=zone_id)


def became(session: Session, item_id: uuid.UUID, action_id: uuid.UUID, *, by: Actor) -> None:
    """The point entered the roadmap as that action; it counts as treated."""
    row = take(session.id)
    item = _item(row, item_id)
    item.action_id = action_id
    if item.done_at is None:
        item.done_at, item.done_by = now(), me(by)
    db.session.flush()
    tell(row, "agenda.treated", by, zone_id=item.zone_id)


IN_ORDER = (AgendaItem.position, AgendaItem.at, AgendaItem.id)


def _open(row: Session) -> None:
    if row.state == "cancelled":
        raise Refused("schedule.over")


def _of(row: Session) -> Any:
    return (AgendaItem.company_id == row.company_id) & (AgendaItem.session_id == row.id)


def _item(row: Session, item_id: uuid.UUID) -> AgendaItem:
    """A point that the actor reads: of this session, or carried to it from one before in the same strand."""
    item = db.session.scalar(
        select(AgendaItem)
        .join(Session, (Session.company_id == AgendaItem.company_id) & (Session.id == AgendaItem.session_id))
        .where(AgendaItem.company_id == row.company_id, AgendaItem.id == item_id)
        .where(Session.mission_id == row.mission_id, Session.strand_id.is_not_distinct_from(row.strand_id))
        .with_for_update(of=AgendaItem)
    )
    if item is None:
        raise Refused("agenda.gone")
    return item

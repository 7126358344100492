"""Acts on the strategies of an axis: add, order, move to another axis, take out. Once the axis is agreed, none of them."""

import uuid
from typing import Any

from sqlalchemy import func, select

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.events import defer, stale
from tenants.mission.queries import Frame
from tenants.mission.roadmap import initials, telling
from tenants.mission.roadmap.axes import UNDO, place, renumber
from tenants.mission.roadmap.models import Action, Axis, Contribution, Strategy
from tenants.mission.roadmap.telling import me
from tenants.once import add_once
from tenants.refusals import Refused
from tenants.zones import CEILING


def add(
    axis: Axis, frame: Frame, *, by: Actor, strategy_id: uuid.UUID | None = None, wording: str = ""
) -> uuid.UUID:
    """A strategy at the end of the axis, shared as the axis is. The id is made with the form: sent twice, made once.

    Raises Refused ``roadmap.frozen`` once agreed.
    """
    made, row = strategy_id or new_id(), telling.take(axis.id)
    if db.session.scalar(telling.row_of(Strategy, made)) is not None:
        return made
    telling.guard_open(row)
    values: dict[str, Any] = {
        "company_id": row.company_id, "id": made, "zone_id": row.zone_id, "mission_id": row.mission_id,
        "strand_id": row.strand_id, "axis_id": row.id, "author_id": me(by), "document_id": new_id(),
        "position": last(Strategy, Strategy.axis_id == row.id) + 1,
    }  # fmt: skip
    if not add_once(Strategy, **values):
        return made
    documents.create("strategy", made, row.zone_id, me(by), {"wording": wording}, values["document_id"])
    strategy = db.session.scalars(telling.row_of(Strategy, made)).one()
    telling.changed(row, strategy, "added", by, None, None)
    initials.reconsider(row, frame)
    telling.told(row, "strategy.added", by, telling.summary(row), subject=made)
    return made


def order(
    strategy: Strategy, frame: Frame, *, after: uuid.UUID | None, before: uuid.UUID | None, by: Actor
) -> None:
    """Between two neighbours of its axis. Raises Refused ``roadmap.frozen``: their order is part of what is initialled."""
    row, line = telling.taken(strategy)
    telling.guard_open(row)
    listed = [s for s in _of(row) if s.id != line.id]
    at = place([s.id for s in listed], after, before)
    if at == [s.id for s in _of(row)].index(line.id):
        return
    listed.insert(at, line)
    renumber(listed)
    telling.changed(row, line, "order", by, None, None)
    initials.reconsider(row, frame)
    telling.told(row, "strategy.ordered", by, subject=line.id)


def move(strategy: Strategy, to: Axis, frame: Frame, *, by: Actor) -> None:
    """To the end of another axis, with its actions. Raises Refused ``roadmap.frozen`` if either is agreed,
    ``roadmap.other_readers`` if the other axis is read by somebody who does not read this one.
    """  # fmt: skip
    if to.id == strategy.axis_id:
        return
    old, new = telling.take_two(strategy.axis_id, to.id)
    line = telling.again(strategy)
    telling.guard_open(old)
    telling.guard_open(new)
    if (
        line.axis_id != old.id
        or not narrower(frame, new.zone_id, old.zone_id)
        or old.strand_id != new.strand_id
    ):
        raise Refused("roadmap.other_readers")
    actions = list(db.session.scalars(select(Action).where(*_in(line))))
    telling.changed(old, line, "moved", by, str(old.id), str(new.id))
    line.axis_id, line.position = new.id, last(Strategy, Strategy.axis_id == new.id) + 1
    for row in (line, *actions):
        row.axis_id = new.id
        rezone(row, new, by)
    db.session.flush()
    telling.changed(new, line, "moved", by, str(old.id), str(new.id))
    for axis in (old, new):
        initials.reconsider(axis, frame)
        telling.told(axis, "strategy.moved", by, subject=line.id)


def remove(strategy: Strategy, frame: Frame, *, by: Actor) -> None:
    """Taken out of its axis; ten seconds to undo. Once initialled it is kept apart, so that a rewording given up finds it.

    Raises Refused ``roadmap.frozen``, ``roadmap.not_empty`` while it holds actions: they go elsewhere first.
    """
    row, line = telling.taken(strategy)
    telling.guard_open(row)
    if db.session.scalar(select(Action.id).where(*_in(line)).limit(1)) is not None:
        raise Refused("roadmap.not_empty")
    if telling.assents(row, withdrawn=True):
        line.closed_at = now()
    else:
        line.withdrawn_at = now()
        defer("erase_line", at=line.withdrawn_at + UNDO, level="strategy", line_id=line.id)
    db.session.flush()
    telling.changed(row, line, "removed", by, None, None)
    initials.reconsider(row, frame)
    telling.told(row, "strategy.removed", by, telling.summary(row), subject=line.id)


def keep(strategy_id: uuid.UUID, frame: Frame, *, by: Actor) -> bool:
    """Undo a removal while it is still there and its axis open. Whether it was."""
    line = db.session.scalar(telling.row_of(Strategy, strategy_id))
    if line is None:
        return False
    row = telling.take(line.axis_id)
    telling.guard_open(row)
    db.session.refresh(line)
    if line.withdrawn_at is None and line.closed_at is None:
        return False
    line.withdrawn_at = line.closed_at = None
    db.session.flush()
    initials.reconsider(row, frame)
    stale(row.zone_id, telling.one(row), telling.summary(row))
    return True


def erase(strategy_id: uuid.UUID) -> bool:
    """What was withdrawn leaves nothing. Whether there was anything."""
    line = db.session.scalar(telling.row_of(Strategy, strategy_id).with_for_update())
    if line is None or line.withdrawn_at is None:
        return False
    telling.forget(line)
    db.session.delete(line)
    db.session.flush()
    return True


def narrower(frame: Frame, zone_id: uuid.UUID, than: uuid.UUID) -> bool:
    """Whether nobody could ever read the first zone who could not read the other: what moves into it tells nobody new."""
    if zone_id == than:
        return True
    new, old = frame.zones[zone_id], frame.zones[than]
    cells = [
        CEILING[z.audience] & frame.rules.get(z.rule_id, {}).get(z.kind, frozenset()) for z in (new, old)
    ]
    return new.strand_id == old.strand_id and bool(cells[0]) and cells[0] <= cells[1]


def rezone(line: Any, axis: Axis, by: Actor) -> None:
    """The line, its document, what was brought to it and its files go with their new axis, whose readers are no wider."""
    if line.zone_id == axis.zone_id:
        return
    line.document_id = documents.reseed(line.document_id, me(by), zone_id=axis.zone_id).id
    line.zone_id = axis.zone_id
    brought = select(Contribution).where(
        Contribution.company_id == line.company_id, Contribution.subject_id == line.id
    )
    for one in db.session.scalars(brought):
        telling.bring_along(one, axis.zone_id)


def last(model: Any, where: Any) -> int:
    """The last position among those lines."""
    return db.session.scalar(select(func.coalesce(func.max(model.position), 0)).where(where)) or 0


def _of(axis: Axis) -> list[Strategy]:
    asked = select(Strategy).where(
        Strategy.company_id == axis.company_id,
        Strategy.axis_id == axis.id,
        Strategy.withdrawn_at.is_(None),
        Strategy.closed_at.is_(None),
    )
    return list(db.session.scalars(asked.order_by(Strategy.position, Strategy.created_at, Strategy.id)))


def _in(strategy: Strategy) -> tuple[Any, ...]:
    return (
        Action.company_id == strategy.company_id,
        Action.strategy_id == strategy.id,
        Action.withdrawn_at.is_(None),
    )

"""Acts on actions: add, say whose and for when, how far, order, move, withdraw. They live freely: no initials bind them."""

import uuid
from typing import Any

from sqlalchemy import select

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.events import defer, stale
from tenants.mission.queries import Frame
from tenants.mission.roadmap import telling
from tenants.mission.roadmap.axes import UNDO, place, renumber
from tenants.mission.roadmap.content import Progress
from tenants.mission.roadmap.models import Action, Axis, Contribution, RoadmapChange, Strategy
from tenants.mission.roadmap.strategies import last, narrower, rezone
from tenants.mission.roadmap.telling import me
from tenants.once import add_once
from tenants.policy import PARTIES
from tenants.refusals import Incorrect, Refused, Stale

FIELDS = ("owner", "due_on", "result")
COLUMN = {"owner": "owner_id"}


def add(strategy: Strategy, *, by: Actor, action_id: uuid.UUID | None = None, wording: str = "") -> uuid.UUID:
    """An action at the end of the strategy, shared as its axis is. The id is made with the form: sent twice, made once."""
    made, axis = action_id or new_id(), telling.take(strategy.axis_id)
    if db.session.scalar(telling.row_of(Action, made)) is not None:
        return made
    telling.guard_alive(axis)
    line = telling.again(strategy)
    values: dict[str, Any] = {
        "company_id": axis.company_id, "id": made, "zone_id": axis.zone_id, "mission_id": axis.mission_id,
        "strand_id": axis.strand_id, "axis_id": axis.id, "strategy_id": line.id, "author_id": me(by),
        "document_id": new_id(), "position": last(Action, Action.strategy_id == line.id) + 1,
    }  # fmt: skip
    if not add_once(Action, **values):
        return made
    documents.create("action", made, axis.zone_id, me(by), {"wording": wording}, values["document_id"])
    telling.changed(axis, db.session.scalars(telling.row_of(Action, made)).one(), "added", by, None, None)
    telling.told(axis, "action.added", by, telling.summary(axis), subject=made)
    return made


def set_fields(action: Action, frame: Frame, revision: int, values: dict[str, Any], *, by: Actor) -> None:
    """Set some of ``FIELDS`` (contact id or None, day or None, text), read at a revision.

    Raises Stale ``roadmap.stale`` (field, mine, theirs, who) if one of them has changed since; Incorrect ``owner`` for
    somebody who does not read it; Refused ``roadmap.closed``, ``roadmap.not_done`` for a result before it is done.
    """
    axis, row = telling.taken(action)
    changed = {f: (getattr(row, COLUMN.get(f, f)), v) for f, v in values.items()}
    changed = {f: (theirs, mine) for f, (theirs, mine) in changed.items() if theirs != mine}
    if not changed:
        return
    telling.guard_alive(axis)
    for field, (theirs, mine) in changed.items():
        if row.touched.get(field, 0) > revision:
            raise Stale(
                "roadmap.stale", field=field, mine=mine, theirs=theirs, revision=row.revision, by_id=_last(row, field)
            )  # fmt: skip
    owner = changed.get("owner", (None, None))[1]
    if owner is not None and owner not in _owners(axis, frame):
        raise Incorrect("owner", field="owner")
    if "result" in changed and row.state != Progress.DONE:
        raise Refused("roadmap.not_done")
    row.revision += 1
    row.touched = row.touched | dict.fromkeys(changed, row.revision)
    for field, (theirs, mine) in changed.items():
        setattr(row, COLUMN.get(field, field), mine)
        telling.changed(axis, row, field, by, kept(theirs), kept(mine))
    db.session.flush()
    telling.told(axis, "action.changed", by, telling.summary(axis), subject=row.id)


def set_state(action: Action, state: Progress, *, by: Actor, reason: str = "") -> None:
    """How far it is. ``dropped`` needs a reason, which every other state lets go; what was done keeps its result.

    The last tap counts: two who say the same at once agree, and history keeps both. Raises Refused ``roadmap.closed``.
    """
    axis, row = telling.taken(action)
    telling.guard_alive(axis)
    reason = reason if state is Progress.DROPPED else ""
    if (row.state, row.reason) == (state.value, reason):
        return
    if state is Progress.DROPPED and not reason:
        raise Incorrect("reason", field="reason")
    telling.changed(axis, row, "state", by, row.state, state.value)
    row.state, row.reason, row.state_at = state.value, reason, now()
    row.revision += 1
    if state is not Progress.DONE and row.result:
        row.result = ""
    db.session.flush()
    telling.told(axis, "action.changed", by, telling.summary(axis), subject=row.id)
    telling.rail(axis)


def order(action: Action, *, after: uuid.UUID | None, before: uuid.UUID | None, by: Actor) -> None:
    """Between two neighbours of its strategy."""
    axis, row = telling.taken(action)
    telling.guard_alive(axis)
    listed = [a for a in _of(row) if a.id != row.id]
    listed.insert(place([a.id for a in listed], after, before), row)
    renumber(listed)
    telling.told(axis, "action.ordered", by, subject=row.id)


def move(action: Action, to: Strategy, frame: Frame, *, by: Actor) -> None:
    """To the end of another strategy, of the same axis or of another one.

    Raises Refused ``roadmap.closed``, ``roadmap.other_readers`` if it would be read by somebody who does not read it now.
    """
    old, new = telling.take_two(action.axis_id, to.axis_id)
    row: Action = telling.again(action)
    there: Strategy = telling.again(to)
    telling.guard_alive(old)
    telling.guard_alive(new)
    if row.strategy_id == there.id:
        return
    if (row.axis_id, there.axis_id) != (old.id, new.id):
        raise Refused("roadmap.withdrawn")
    if old.strand_id != new.strand_id or not narrower(frame, new.zone_id, old.zone_id):
        raise Refused("roadmap.other_readers")
    telling.changed(old, row, "moved", by, str(row.strategy_id), str(there.id))
    if new.id != old.id:
        telling.changed(new, row, "moved", by, str(row.strategy_id), str(there.id))
    row.position = last(Action, Action.strategy_id == there.id) + 1
    row.strategy_id, row.axis_id = there.id, new.id
    rezone(row, new, by)
    db.session.flush()
    for axis in {old.id: old, new.id: new}.values():
        telling.told(axis, "action.moved", by, telling.summary(axis), subject=row.id)


def remove(action: Action, *, by: Actor) -> None:
    """Taken back by its author before anything was done with it; erased ten seconds later.

    Raises Refused ``roadmap.begun``: from then on it is dropped, with a reason.
    """
    axis, row = telling.taken(action)
    telling.guard_alive(axis)
    brought = select(Contribution.id).where(
        Contribution.company_id == row.company_id, Contribution.subject_id == row.id
    )
    if row.state != Progress.TODO or db.session.scalar(brought.limit(1)) is not None:
        raise Refused("roadmap.begun")
    row.withdrawn_at = now()
    db.session.flush()
    defer("erase_line", at=row.withdrawn_at + UNDO, level="action", line_id=row.id)
    telling.told(axis, "action.removed", by, telling.summary(axis), subject=row.id)


def keep(action_id: uuid.UUID, *, by: Actor) -> bool:
    """Undo a withdrawal while it is still there. Whether it was."""
    row = db.session.scalar(telling.row_of(Action, action_id))
    if row is None:
        return False
    axis = telling.take(row.axis_id)
    db.session.refresh(row)
    if row.withdrawn_at is None or row.author_id != by.contact_id:
        return False
    row.withdrawn_at = None
    db.session.flush()
    stale(axis.zone_id, telling.one(axis), telling.summary(axis))
    return True


def erase(action_id: uuid.UUID) -> bool:
    """What was withdrawn leaves nothing. Whether there was anything."""
    row = db.session.scalar(telling.row_of(Action, action_id).with_for_update())
    if row is None or row.withdrawn_at is None:
        return False
    telling.forget(row)
    db.session.delete(row)
    db.session.flush()
    return True


def kept(value: Any) -> Any:
    """A field's value as history keeps it."""
    return str(value) if value is not None else None


def _of(action: Action) -> list[Action]:
    asked = select(Action).where(
        Action.company_id == action.company_id,
        Action.strategy_id == action.strategy_id,
        Action.withdrawn_at.is_(None),
    )
    return list(db.session.scalars(asked.order_by(Action.position, Action.created_at, Action.id)))


def _owners(axis: Axis, frame: Frame) -> frozenset[uuid.UUID]:
    """Its readers; of a draft, the parties, who will read it once shared."""
    if axis.shared_at is not None:
        return frame.readers(axis.zone_id)
    return frozenset(s.contact_id for s in frame.sitting(axis.strand_id, PARTIES))


def _last(row: Action, field: str) -> uuid.UUID:
    """Who changed that field last."""
    asked = (
        select(RoadmapChange.by_id)
        .where(
            RoadmapChange.company_id == row.company_id,
            RoadmapChange.line_id == row.id,
            RoadmapChange.field == field,
        )
        .order_by(RoadmapChange.at.desc())
    )
    return db.session.scalar(asked.limit(1)) or row.author_id

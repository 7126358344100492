"""Acts on a whole axis: begin, share, withdraw, close, order, say which objectives it serves."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.events import Event, defer, record, stale
from tenants.mission.queries import Frame
from tenants.mission.roadmap import initials, queries, telling
from tenants.mission.roadmap.models import Action, Axis, AxisComment, RoadmapChange, Strategy
from tenants.mission.roadmap.telling import me
from tenants.mission.zoning import zone_for
from tenants.once import add_once
from tenants.refusals import Incorrect, Refused, Stale
from tenants.zones import Audience, Kind

UNDO = timedelta(seconds=10)


def propose(
    frame: Frame,
    strand_id: uuid.UUID | None,
    *,
    by: Actor,
    axis_id: uuid.UUID | None = None,
    wording: str = "",
    draft: bool = False,
) -> uuid.UUID:
    """A new axis, shared at once or (``draft``) its author's alone. The id is made with the form: sent twice, made once."""
    made = axis_id or new_id()
    if queries.axis(made, withdrawn=True) is not None:
        return made
    audience = Audience.AUTHOR if draft else _shared(strand_id)
    row: dict[str, Any] = {
        "company_id": frame.company_id, "id": made, "zone_id": zone_for(frame, Kind.ROADMAP, audience, strand_id, by=by),
        "mission_id": frame.id, "strand_id": strand_id, "author_id": me(by), "document_id": new_id(),
    }  # fmt: skip
    if not draft:
        telling.alone(Axis(company_id=frame.company_id, mission_id=frame.id, strand_id=strand_id))
        row |= {"shared_at": now(), "position": _last(frame.id, strand_id) + 1}
    if not add_once(Axis, **row):
        return made
    documents.create("axis", made, row["zone_id"], me(by), {"wording": wording}, row["document_id"])
    axis = queries.axis(made)
    assert axis is not None  # noqa: S101 - made a moment ago, in a zone of one's own
    if draft:
        touches = (telling.listed(axis),)
        record("axis.drafted", zone_id=axis.zone_id, subject_id=made, by=me(by), touches=touches)
    else:
        telling.tell(axis, "axis.shared", by, "added")
    return made


def share(axis: Axis, frame: Frame, *, by: Actor) -> None:
    """From the author alone to the three parties of the strand, or to everyone for a collective one, with all its lines.

    Every document is reseeded and what was kept of the drafting goes: sharing leaves no trace of it.
    """
    row = telling.take(axis.id)
    if row.shared_at is not None:
        return
    old, lines = row.zone_id, [*_of(Strategy, row), *_of(Action, row)]
    zone_id = zone_for(frame, Kind.ROADMAP, _shared(row.strand_id), row.strand_id, by=by)
    for model in (RoadmapChange, AxisComment):
        db.session.execute(delete(model).where(model.company_id == row.company_id, model.axis_id == row.id))
    ids = [row.id, *(line.id for line in lines)]
    db.session.execute(delete(Event).where(Event.company_id == row.company_id, Event.subject_id.in_(ids)))
    for brought in queries.contributions(ids):
        telling.bring_along(brought, zone_id)
    for line in (row, *lines):
        line.document_id = documents.reseed(line.document_id, me(by), zone_id=zone_id).id
        line.zone_id = zone_id
    telling.alone(row)
    row.shared_at, row.position = now(), _last(row.mission_id, row.strand_id) + 1
    db.session.flush()
    telling.tell(row, "axis.shared", by, "shared")
    stale(old, telling.listed(row))


def withdraw(axis: Axis, *, by: Actor) -> datetime:
    """Taken back by its author while everything in it is theirs; erased ten seconds later. Returns until when to undo (UTC).

    Raises Refused ``roadmap.assented`` once somebody initialled it, ``roadmap.of_others`` when another wrote a line of it:
    it is then closed with a reason, never deleted.
    """
    row = telling.take(axis.id)
    if telling.assents(row, withdrawn=True) or row.agreed_id is not None:
        raise Refused("roadmap.assented")
    if any(line.author_id != me(by) for line in (*_of(Strategy, row), *_of(Action, row))):
        raise Refused("roadmap.of_others")
    row.withdrawn_at = now()
    db.session.flush()
    telling.nobody_awaited(row)
    stale(row.zone_id, telling.listed(row), telling.one(row), telling.summary(row))
    telling.rail(row)
    defer("erase_line", at=row.withdrawn_at + UNDO, level="axis", line_id=row.id)
    return row.withdrawn_at + UNDO


def keep(axis_id: uuid.UUID, *, by: Actor) -> bool:
    """Undo a withdrawal while it is still there. Whether it was."""
    row = db.session.scalar(telling.row_of(Axis, axis_id).with_for_update())
    if row is None or row.author_id != by.contact_id or row.withdrawn_at is None:
        return False
    row.withdrawn_at = None
    db.session.flush()
    stale(row.zone_id, telling.listed(row), telling.summary(row))
    telling.rail(row)
    return True


def erase(axis_id: uuid.UUID) -> bool:
    """What was withdrawn leaves nothing: no row, no document, no event. Whether there was anything."""
    row = db.session.scalar(telling.row_of(Axis, axis_id).with_for_update())
    if row is None or row.withdrawn_at is None:
        return False
    lines = [*_of(Action, row, all_=True), *_of(Strategy, row, all_=True)]
    for line in (*lines, row):
        telling.forget(line)
    db.session.delete(row)  # its lines, wordings and comments with it
    db.session.flush()
    return True


def close(axis: Axis, reason: str, *, by: Actor) -> None:
    """Closed with a reason, for all; nothing of it moves any more, its actions neither. A draft is withdrawn instead."""
    row = telling.take(axis.id)
    if row.closed_at is not None:
        return
    if row.shared_at is None:
        raise Refused("roadmap.draft")
    open_ = row.agreed_id is None or telling.rewording_of(row) is not None
    for line in (*((row, *_of(Strategy, row)) if open_ else ()), *_of(Action, row)):
        documents.freeze(line.document_id)
    row.closed_at, row.closed_by, row.closed_reason = now(), me(by), reason
    db.session.flush()
    telling.nobody_awaited(row)
    telling.tell(row, "axis.closed", by, "closed", after=reason)


def serve(axis: Axis, frame: Frame, revision: int, objective_ids: Iterable[uuid.UUID], *, by: Actor) -> None:
    """Say which objectives the axis serves, read at a revision; it is part of what is initialled.

    Raises Stale ``roadmap.stale`` if another said it meanwhile; Incorrect ``served`` for an objective that the actor does
    not read; Refused ``roadmap.frozen``.
    """
    row = telling.take(axis.id)
    mine = tuple(sorted(set(objective_ids)))
    before = tuple(sorted(row.served_ids))
    if mine == before:
        return
    telling.guard_open(row)
    if revision != row.revision:
        raise Stale("roadmap.stale", field="served", mine=mine, theirs=before, revision=row.revision)
    if not set(mine) <= {o.id for o in queries.served(frame, row.strand_id, by=by)}:
        raise Incorrect("served", field="served")
    row.served_ids = list(mine)
    row.revision += 1
    db.session.flush()
    telling.changed(row, row, "served", by, list(map(str, before)), list(map(str, mine)))
    initials.reconsider(row, frame)
    telling.told(row, "axis.changed", by)


def order(axis: Axis, *, after: uuid.UUID | None, before: uuid.UUID | None, by: Actor) -> None:
    """Put a shared axis between two neighbours of its list; a neighbour that has gone counts for nothing."""
    row = telling.take(axis.id)
    if row.shared_at is None:
        raise Refused("roadmap.draft")
    telling.alone(row)
    listed = list(
        db.session.scalars(
            select(Axis)
            .where(_peers(row.mission_id, row.strand_id), Axis.id != row.id)
            .order_by(Axis.position, Axis.created_at)
        )
    )
    listed.insert(place([x.id for x in listed], after, before), row)
    renumber(listed)
    touches = (telling.listed(row),)
    record("axis.ordered", zone_id=row.zone_id, subject_id=row.id, by=me(by), touches=touches)


def place(ids: list[uuid.UUID], after: uuid.UUID | None, before: uuid.UUID | None) -> int:
    """Where a line goes among the others: after one, else before one; at the end when both have gone. Pure."""
    if after in ids:
        return ids.index(after) + 1
    if before in ids:
        return ids.index(before)
    return 0 if after is None and before is None else len(ids)


def renumber(listed: list[Any]) -> None:
    """Positions 1, 2, 3… as listed."""
    for position, line in enumerate(listed, 1):
        if line.position != position:
            line.position = position
    db.session.flush()


def _shared(strand_id: uuid.UUID | None) -> Audience:
    return Audience.PARTIES if strand_id else Audience.EVERYONE


def _peers(mission_id: uuid.UUID, strand_id: uuid.UUID | None) -> Any:
    same = Axis.strand_id == strand_id if strand_id else Axis.strand_id.is_(None)
    return (
        (Axis.company_id == db.session.info["acting"].company)
        & (Axis.mission_id == mission_id)
        & same
        & Axis.shared_at.is_not(None)
        & Axis.withdrawn_at.is_(None)
    )


def _last(mission_id: uuid.UUID, strand_id: uuid.UUID | None) -> int:
    asked = select(func.coalesce(func.max(Axis.position), 0)).where(_peers(mission_id, strand_id))
    return db.session.scalar(asked) or 0


def _of(model: Any, axis: Axis, *, all_: bool = False) -> list[Any]:
    """The strategies or actions of an axis, as they are now; ``all_``: also those that were taken out."""
    asked = select(model).where(model.company_id == axis.company_id, model.axis_id == axis.id)
    if not all_:
        asked = asked.where(model.withdrawn_at.is_(None))
        if model is Strategy:
            asked = asked.where(Strategy.closed_at.is_(None))
    return list(db.session.scalars(asked.order_by(model.position, model.id)))

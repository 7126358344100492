"""What every act on a roadmap shares: taking its rows, what may still change, and who hears of it."""

import uuid
from typing import Any

from sqlalchemy import delete, select, text

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.db import db
from tenants.documents import files
from tenants.documents import operations as documents
from tenants.documents.models import Document
from tenants.events import Event, record, stale
from tenants.mission.models import Strand
from tenants.mission.roadmap.models import (
    Action,
    Axis,
    AxisAssent,
    AxisRewording,
    Contribution,
    RoadmapChange,
    Strategy,
)
from tenants.refusals import Refused

ASSENT = "roadmap.assent"
Row = Axis | Strategy | Action


def me(by: Actor) -> uuid.UUID:
    """The contact who acts."""
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    return by.contact_id


# -- taking rows ----------------------------------------------------------------------------------


def row_of(model: Any, line_id: uuid.UUID) -> Any:
    """The statement that reads one row of the acting company."""
    acting = db.session.info["acting"].company
    return select(model).where(model.company_id == acting, model.id == line_id)


def take(axis_id: uuid.UUID) -> Axis:
    """The axis, kept from other writers until the end of the transaction, as it is now: its lines change under it alone.

    Its key stays free: who settles a passage meanwhile adds a line of history that names it. Raises Refused
    ``roadmap.withdrawn``.
    """
    asked = row_of(Axis, axis_id).with_for_update(key_share=True)
    found = db.session.scalar(asked.execution_options(populate_existing=True))
    if found is None or found.withdrawn_at is not None:
        raise Refused("roadmap.withdrawn")
    taken: Axis = found
    return taken


def take_two(one: uuid.UUID, other: uuid.UUID) -> tuple[Axis, Axis]:
    """Two axes, always in the same order, so that two who move lines at once do not wait for each other for ever."""
    taken = {i: take(i) for i in sorted({one, other})}
    return taken[one], taken[other]


def again(row: Any) -> Any:
    """A line as it is now, its axis being taken. Raises Refused ``roadmap.withdrawn``."""
    asked = row_of(type(row), row.id).execution_options(populate_existing=True)
    found = db.session.scalar(asked)
    if found is None or found.withdrawn_at is not None or getattr(found, "closed_at", None) is not None:
        raise Refused("roadmap.withdrawn")
    return found


def taken(line: Any) -> tuple[Axis, Any]:
    """A strategy or an action with its axis, which is taken; the axis where it stands now, if it moved meanwhile."""
    axis = take(line.axis_id)
    row = again(line)
    return (axis, row) if row.axis_id == axis.id else taken(row)


def alone(row: Axis) -> None:
    """One at a time numbers a list of axes."""
    key = f"roadmap/{row.company_id}/{row.mission_id}/{row.strand_id}"
    db.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:k, 0))"), {"k": key})


def assents(axis: Axis, *, withdrawn: bool = False) -> list[AxisAssent]:
    """The initials given, in order."""
    asked = select(AxisAssent).where(AxisAssent.company_id == axis.company_id, AxisAssent.axis_id == axis.id)
    if not withdrawn:
        asked = asked.where(AxisAssent.withdrawn_at.is_(None))
    return list(db.session.scalars(asked.order_by(AxisAssent.given_at)))


def rewording_of(axis: Axis) -> AxisRewording | None:
    """The rewording that is open."""
    return db.session.scalar(
        select(AxisRewording).where(
            AxisRewording.company_id == axis.company_id,
            AxisRewording.axis_id == axis.id,
            AxisRewording.ended_at.is_(None),
        )
    )


# -- what may still change ------------------------------------------------------------------------


def guard_alive(axis: Axis) -> None:
    """Raises Refused ``roadmap.closed``: nothing of it moves any more, its actions neither."""
    if axis.closed_at is not None:
        raise Refused("roadmap.closed")


def guard_open(axis: Axis) -> None:
    """For the words of an axis, its strategies and what it serves. Raises Refused ``roadmap.frozen`` once agreed."""
    guard_alive(axis)
    if axis.agreed_id is not None and rewording_of(axis) is None:
        raise Refused("roadmap.frozen")


# -- who hears of it ------------------------------------------------------------------------------


def one(axis: Axis) -> str:
    """The region of an axis with all its lines."""
    return f"axis:{axis.id}"


def summary(axis: Axis) -> str:
    """The region above the list: how many, what comes next, what is late."""
    return f"roadmap-summary:{axis.strand_id or axis.mission_id}"


def listed(axis: Axis) -> str:
    """The region of the whole list."""
    return f"roadmap:{axis.strand_id or axis.mission_id}"


def told(axis: Axis, name: str, by: Actor, *keys: str, subject: uuid.UUID | None = None) -> None:
    """An event, and the axis read again by its readers, with the regions ``keys``."""
    record(name, zone_id=axis.zone_id, subject_id=subject or axis.id, by=me(by), touches=(one(axis), *keys))


def tell(axis: Axis, name: str, by: Actor, field: str, *, after: Any = None) -> None:
    """An act on a whole axis, that history keeps and that moves the list, the rail and the waits."""
    changed(axis, axis, field, by, None, after)
    told(axis, name, by, listed(axis), summary(axis), f"mission:{axis.mission_id}")
    rail(axis)


def rail(axis: Axis) -> None:
    """Where the strand stands has moved: all who see that hear of it, not only those who read the text."""
    state = db.session.scalar(
        select(Strand.state_zone_id).where(Strand.company_id == axis.company_id, Strand.id == axis.strand_id)
    )
    if state is not None:
        stale(state, f"mission:{axis.mission_id}")


def changed(axis: Axis, row: Row, field: str, by: Actor, before: Any, after: Any) -> None:
    """A line of history; of a draft none is kept."""
    if axis.shared_at is None:
        return
    db.session.add(
        RoadmapChange(
            company_id=axis.company_id, zone_id=axis.zone_id, axis_id=axis.id, level=type(row).__tablename__,
            line_id=row.id, by_id=me(by), field=field, before=before, after=after,
        )
    )  # fmt: skip
    db.session.flush()


def wait(axis: Axis) -> dict[str, Any]:
    """What a wait for initials on that axis is known by."""
    return {
        "zone_id": axis.zone_id, "mission_id": axis.mission_id, "strand_id": axis.strand_id, "kind": ASSENT,
        "subject_id": axis.id,
    }  # fmt: skip


def nobody_awaited(axis: Axis) -> None:
    """Nobody is waited for any more."""
    waits.expect(**wait(axis), contacts=set())


def bring_along(brought: Contribution, zone_id: uuid.UUID) -> None:
    """What was brought, with its file, into another zone."""
    brought.zone_id = zone_id
    db.session.flush()
    if brought.file_id is not None:
        files.move(brought.file_id, zone_id)


# -- leaving nothing ------------------------------------------------------------------------------


def forget(row: Row) -> None:
    """The documents, the events and the history of a line that goes, and what was brought to it with its files."""
    mine = (Document.company_id == row.company_id, Document.subject_id == row.id)
    for document_id in list(db.session.scalars(select(Document.id).where(*mine))):
        documents.discard(document_id)
    brought = (Contribution.company_id == row.company_id, Contribution.subject_id == row.id)
    for file_id in list(db.session.scalars(select(Contribution.file_id).where(*brought))):
        if file_id is not None and (file := files.get(file_id)) is not None:
            files.erase(file)
    db.session.execute(delete(Contribution).where(*brought))
    db.session.execute(delete(Event).where(Event.company_id == row.company_id, Event.subject_id == row.id))
    db.session.execute(
        delete(RoadmapChange).where(
            RoadmapChange.company_id == row.company_id, RoadmapChange.line_id == row.id
        )
    )

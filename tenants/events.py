"""What happened, written with the change and told at commit. An event carries its zone: who hears it is computed."""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, TenantRow, db, new_id, now, within

# Events to which the worker reacts (a mail, a reminder). The others are told live and kept, nothing more.
ANSWERED: frozenset[str] = frozenset(
    {"objective.assented", "objective.assent_withdrawn", "objective.changed", "objective.written"}
    | {"axis.assented", "axis.assent_withdrawn", "axis.changed", "axis.written"}
    | {"agreement.kept", "agreement.dated", "agreement.ready"}
    | {"context.asked", "context.reported", "context.position_said"}
    | {"agreement.version_proposed", "agreement.version_signed", "agreement.talked"}
    | {"agreement.version_refused", "agreement.version_reopened"}
    | {
        "schedule.proposed",
        "schedule.answered",
        "review.approved",
        "review.approval_withdrawn",
        "review.written",
    }
)


class Event(TenantRow, Model):
    """``name`` is ``room.past_participle``; ``data`` holds ids only, never content."""

    zone_id: Mapped[uuid.UUID]
    name: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(default=now)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    __table_args__ = (
        within("zone", "zone_id"),
        within("contact", "by_id"),
        Index("ix_event_zone", "company_id", "zone_id", "at"),
    )


walls.declare("event", walls.ROWS, walls.ERASED)


def record(
    name: str,
    *,
    zone_id: uuid.UUID,
    subject_id: uuid.UUID,
    by: uuid.UUID,
    touches: Iterable[str] = (),
    **ids: uuid.UUID,
) -> uuid.UUID:
    """Write the event in the present transaction; at commit the zone hears that what ``touches`` names is stale.

    ``touches`` are keys of regions (``objective:<id>``, ``objectives:<strand>``). Returns the event's id.
    """
    event = Event(
        company_id=db.session.info["acting"].company,
        id=new_id(),
        zone_id=zone_id,
        name=name,
        subject_id=subject_id,
        by_id=by,
        data={k: str(v) for k, v in ids.items()},
    )
    db.session.add(event)
    stale(zone_id, *touches)
    if name in ANSWERED:
        db.session.flush()
        defer("event", event_id=event.id)
    return event.id


def stale(zone_id: uuid.UUID, *keys: str) -> None:
    """At commit, tell the readers of the zone that these regions are to be read again."""
    if keys:
        tell(f"stale {zone_id} {' '.join(keys)}")


def tell(line: str) -> None:
    """A line for the bus, sent after commit by whoever settles the transaction: ids only, no content."""
    lines: list[str] = db.session.info.setdefault("told", [])
    if line not in lines:
        lines.append(line)


def told() -> list[str]:
    """Take the lines that wait for the commit (empty afterwards)."""
    lines: list[str] = db.session.info.pop("told", [])
    return lines


def defer(task: str, at: datetime | None = None, **ids: Any) -> None:
    """Enqueue a job in the present transaction, acting as the person who acts now, not before ``at`` (UTC). Ids only."""
    args = json.dumps({k: str(v) for k, v in ids.items()})
    db.session.execute(text("select defer(:t, cast(:a as jsonb), :at)"), {"t": task, "a": args, "at": at})

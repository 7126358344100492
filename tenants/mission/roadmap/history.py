"""What is said of an axis, what was written in it, and the way back."""

import uuid
from datetime import date
from typing import Any

from tenants.actors import Actor
from tenants.db import db
from tenants.documents import operations as documents
from tenants.events import record, stale
from tenants.mission.queries import Frame
from tenants.mission.roadmap import actions, axes, initials, queries, telling
from tenants.mission.roadmap.models import Action, Axis, AxisComment, RoadmapChange, Strategy
from tenants.mission.roadmap.telling import me
from tenants.once import add_once
from tenants.refusals import Refused

MODELS: dict[str, Any] = {"axis": Axis, "strategy": Strategy, "action": Action}
WORDS = ("wording", "notes")
RESTORED = (*WORDS, *actions.FIELDS, "served")


def comment(axis: Axis, comment_id: uuid.UUID, words: str, *, by: Actor) -> None:
    """Say something about a shared axis. The id is made with the form: sent twice, kept once."""
    if axis.shared_at is None:
        raise Refused("roadmap.draft")
    made = add_once(
        AxisComment, company_id=axis.company_id, id=comment_id, zone_id=axis.zone_id, axis_id=axis.id,
        author_id=me(by), text=words,
    )  # fmt: skip
    if made:
        telling.told(axis, "axis.commented", by)


def restore(axis: Axis, change_id: uuid.UUID, frame: Frame, *, by: Actor) -> None:
    """Put a line back to what it was before that change, as an edit of the actor's.

    Raises Refused ``roadmap.no_such_change``, ``roadmap.frozen``, ``roadmap.closed``, ``roadmap.withdrawn``.
    """
    row = telling.take(axis.id)
    asked = telling.row_of(RoadmapChange, change_id).where(RoadmapChange.axis_id == row.id)
    change = db.session.scalar(asked)
    if change is None or change.field not in RESTORED:
        raise Refused("roadmap.no_such_change")
    line = db.session.scalar(telling.row_of(MODELS[change.level], change.line_id))
    if line is None or line.withdrawn_at is not None or line.axis_id != row.id:
        raise Refused("roadmap.withdrawn")
    telling.guard_alive(row)
    if change.level != "action":
        telling.guard_open(row)
    if change.field in WORDS:
        documents.rewrite(line.document_id, {change.field: change.before or ""}, me(by))
        documents.settle(line.document_id)
    elif change.field == "served":
        there = {o.id for o in queries.served(frame, row.strand_id, by=by)}
        axes.serve(row, frame, row.revision, there & set(map(uuid.UUID, change.before or [])), by=by)
    else:
        value = {change.field: _value(change.field, change.before)}
        actions.set_fields(line, frame, line.revision, value, by=by)


def folded(told: Any, frame: Frame) -> None:
    """After live words were folded: whose initials are awaited is computed anew, and the pages read the axis again."""
    line = line_of(told)
    axis = queries.axis(line.axis_id) if line is not None else None
    if line is None or axis is None:
        return
    if not isinstance(line, Action):
        initials.reconsider(axis, frame)
    stale(axis.zone_id, telling.one(axis), telling.summary(axis))


def settled(told: Any) -> None:
    """One line of history for each passage that came to rest; a draft keeps none."""
    line = line_of(told)
    axis = queries.axis(line.axis_id) if line is not None else None
    if line is None or axis is None or axis.shared_at is None:
        return
    for passage in told.passages:
        by_id, *also = reversed(passage.by or (line.author_id,))
        db.session.add(
            RoadmapChange(
                company_id=axis.company_id, zone_id=axis.zone_id, axis_id=axis.id, level=type(line).__tablename__,
                line_id=line.id, by_id=by_id, also_ids=also, field=passage.root, before=passage.before,
                after=passage.after,
            )
        )  # fmt: skip
    db.session.flush()
    by_id = next((p.by[-1] for p in told.passages if p.by), line.author_id)
    name = "action.written" if isinstance(line, Action) else "axis.written"
    record(name, zone_id=axis.zone_id, subject_id=axis.id, by=by_id, touches=(telling.one(axis),))


def line_of(told: Any) -> Axis | Strategy | Action | None:
    """The line whose words that document holds now."""
    for model in MODELS.values():
        line: Axis | Strategy | Action | None = db.session.scalar(telling.row_of(model, told.subject_id))
        if line is not None:
            return line if line.document_id == told.document_id else None
    return None


def _value(field: str, before: Any) -> Any:
    if field == "due_on":
        return date.fromisoformat(before) if before else None
    if field == "owner":
        return uuid.UUID(before) if before else None
    return before or ""

"""Acts on the starting position: each tells it alone, objective by objective; both appear together.

Objectives that are shared later are told in another round, by the same rules: ``said_ids`` is who has told what is not
revealed yet.

So that two who say it at the same moment are one after the other, each takes the strand's ``PositionGrid`` row first.
What is revealed is what its author fixed; the documents with their deleted words go at that moment.
"""

import uuid
from typing import Any

from sqlalchemy import select, text

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.texts import canonical
from tenants.events import record, stale
from tenants.mission.context.headings import LIMITS, POSITION, STEPS
from tenants.mission.context.models import PositionGrid, PositionLine
from tenants.mission.context.places import key, me, mission_key, tellers, zone
from tenants.mission.objectives import queries as objectives
from tenants.mission.queries import Frame
from tenants.once import add_once
from tenants.refusals import Incorrect, Refused, Stale
from tenants.zones import Audience

KIND = "position"


def begin(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> None:
    """A line of the actor's own for each shared objective that is not revealed. Raises Refused ``context.no_objective``."""
    grid = _take(frame, strand_id, by)
    if me(by) in grid.said_ids:
        return
    told = revealed(strand_id)
    shared = [
        x for x in objectives.of_strand(frame, strand_id, by=by)
        if x.shared_at and not x.closed and x.id not in told
    ]  # fmt: skip
    if not shared:
        raise Refused("context.no_objective")
    zone_id = zone(frame, Audience.AUTHOR, strand_id, by=by)
    there = {line.objective_id for line in of_author(strand_id, me(by))}
    for line in shared:
        if line.id not in there:
            _add(frame, strand_id, zone_id, line, by)


def place(line: PositionLine, step: int, revision: int, *, by: Actor) -> None:
    """One of the four described steps. Raises Stale (``step``, ``revision``), Incorrect, Refused ``context.said``."""
    if not 0 <= step < STEPS:
        raise Incorrect("context.step", field="step")
    asked = select(PositionLine).where(PositionLine.company_id == line.company_id, PositionLine.id == line.id)
    row = db.session.scalar(asked.with_for_update(key_share=True).execution_options(populate_existing=True))
    if row is None or row.said_at is not None:
        raise Refused("context.said")
    if row.step == step:
        return
    if row.revision != revision:
        raise Stale("context.step_moved", step=row.step, revision=row.revision)
    row.step = step
    row.revision += 1
    db.session.flush()
    stale(row.zone_id, key("position", row.strand_id))


def say(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> bool:
    """« C’est dit »: steps and words are fixed. The last one reveals both, of what both have told; whether it did.

    Raises Refused ``context.not_teller``, ``context.no_step`` (a line without its step), ``context.long``.
    """
    grid = _take(frame, strand_id, by)
    lines = [line for line in of_author(strand_id, me(by)) if line.revealed_at is None]
    if me(by) in grid.said_ids:
        return False
    if not lines and grid.revealed_at is not None:  # sent twice
        return True
    if not lines:
        raise Refused("context.no_step")
    for line in lines:
        _fix(line)
    grid.said_ids = [*grid.said_ids, me(by)]
    db.session.flush()
    if set(tellers(frame, strand_id)) <= set(grid.said_ids):
        return _reveal(frame, grid, by)
    _await(frame, grid)
    _tell(grid, "context.position_said", by)
    return False


def take_back(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> None:
    """Written again, from the same words. Raises Refused ``context.revealed`` once they are read."""
    grid = _take(frame, strand_id, by)
    mine = [line for line in of_author(strand_id, me(by)) if line.revealed_at is None]
    if me(by) not in grid.said_ids:
        if not mine and grid.revealed_at is not None:
            raise Refused("context.revealed")
        return
    for line in mine:
        made = documents.create(KIND, line.id, line.zone_id, me(by), {"text": line.words})
        line.document_id, line.words, line.said_at = made.id, "", None
    grid.said_ids = [c for c in grid.said_ids if c != me(by)]
    db.session.flush()
    _await(frame, grid)
    _tell(grid, "context.position_taken_back", by)


def of_author(strand_id: uuid.UUID, author_id: uuid.UUID) -> list[PositionLine]:
    """That person's lines, as far as the acting person reads them."""
    company = db.session.info["acting"].company
    asked = select(PositionLine).where(
        PositionLine.company_id == company, PositionLine.strand_id == strand_id, PositionLine.author_id == author_id
    )  # fmt: skip
    return list(db.session.scalars(asked.order_by(PositionLine.id)))


def revealed(strand_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The objectives on which it is revealed."""
    company = db.session.info["acting"].company
    asked = select(PositionLine.objective_id).where(
        PositionLine.company_id == company, PositionLine.strand_id == strand_id,
        PositionLine.revealed_at.is_not(None),
    )  # fmt: skip
    return frozenset(db.session.scalars(asked))


def line(line_id: uuid.UUID) -> PositionLine | None:
    """A line that the acting person reads."""
    return db.session.get(PositionLine, (db.session.info["acting"].company, line_id))


def grid(strand_id: uuid.UUID) -> PositionGrid | None:
    """Who has said it, as far as the acting person may know."""
    company = db.session.info["acting"].company
    asked = select(PositionGrid).where(
        PositionGrid.company_id == company, PositionGrid.strand_id == strand_id
    )
    return db.session.scalar(asked)


# -- what the acts above share --------------------------------------------------------------------------


def _take(frame: Frame, strand_id: uuid.UUID, by: Actor) -> PositionGrid:
    """The strand's row, made when there is none yet, kept from the others' acts until the end of the transaction."""
    if me(by) not in tellers(frame, strand_id):
        raise Refused("context.not_teller")
    add_once(
        PositionGrid, company_id=frame.company_id, id=new_id(), mission_id=frame.id, strand_id=strand_id,
        zone_id=zone(frame, Audience.PARTIES, strand_id, by=by), said_ids=[],
    )  # fmt: skip
    company = db.session.info["acting"].company
    asked = select(PositionGrid).where(
        PositionGrid.company_id == company, PositionGrid.strand_id == strand_id
    )
    found = db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise Refused("context.moved")
    taken: PositionGrid = found
    return taken


def _add(frame: Frame, strand_id: uuid.UUID, zone_id: uuid.UUID, of: objectives.Line, by: Actor) -> None:
    made, document_id = new_id(), new_id()
    values = {
        "company_id": frame.company_id, "id": made, "zone_id": zone_id, "mission_id": frame.id, "strand_id": strand_id,
        "author_id": me(by), "objective_id": of.id, "wording": of.shown.wording, "document_id": document_id, "words": "",
        "revision": 1,
    }  # fmt: skip
    if add_once(PositionLine, **values):
        documents.create(KIND, made, zone_id, me(by), {}, document_id)


def _fix(row: PositionLine) -> None:
    if row.step is None:
        raise Refused("context.no_step")
    if row.document_id is None:
        return
    documents.hold(row.document_id)
    words = documents.fold(row.document_id).get("text", "")
    length = len(canonical(words))
    if length > LIMITS[KIND]:
        raise Refused("context.long", length=length, limit=LIMITS[KIND])
    documents.discard(row.document_id)
    row.words, row.document_id, row.said_at = words.strip(), None, now()
    db.session.flush()


def _reveal(frame: Frame, row: PositionGrid, by: Actor) -> bool:
    """By the one function that moves what others wrote; it judges again by itself."""
    shared = zone(frame, Audience.PARTIES, row.strand_id, by=by)
    values = {"s": row.strand_id, "z": shared, "at": now()}
    if db.session.scalar(text("select reveal_positions(:s, :z, :at)"), values) is None:
        raise Refused("context.moved")
    waits.expect(**_wait(row), contacts=set())
    _tell(row, "context.position_revealed", by)
    db.session.expire_all()
    return True


def _await(frame: Frame, row: PositionGrid) -> None:
    """From the first who has said it on, the other is awaited."""
    left = set(tellers(frame, row.strand_id)) - set(row.said_ids)
    waits.expect(**_wait(row), contacts=left if row.said_ids else set())


def _wait(row: PositionGrid) -> dict[str, Any]:
    return {
        "zone_id": row.zone_id, "mission_id": row.mission_id, "strand_id": row.strand_id, "kind": POSITION,
        "subject_id": row.id,
    }  # fmt: skip


def _tell(row: PositionGrid, name: str, by: Actor) -> None:
    touches = (key("position", row.strand_id), mission_key(row.mission_id))
    record(name, zone_id=row.zone_id, subject_id=row.id, by=me(by), touches=touches)


__all__ = ["begin", "grid", "line", "of_author", "place", "revealed", "say", "take_back"]

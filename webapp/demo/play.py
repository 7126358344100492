"""Plays the script: each act through the operation that a page would call, at its moment, as its person."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tenants.actors import Actor
from tenants.db import new_id
from tenants.documents import operations as documents
from tenants.mission.objectives import operations, queries
from tenants.mission.objectives.models import Objective
from tenants.mission.queries import Frame
from webapp.demo.cast import Mission
from webapp.demo.script import Act, Acts

if TYPE_CHECKING:
    from webapp.demo.seed import Seed


def play(seed: "Seed", mission: Mission, acts: Acts) -> None:
    """In order. An objective's name in the script becomes its id."""
    for act in acts:
        with seed.inside(act.who, mission, seed.moment(act.day, act.hour)) as (frame, actor):
            DONE[act.what](seed, mission, act, frame, actor)


def _objective(seed: "Seed", act: Act) -> Objective:
    found = queries.get(seed.ids[act.on])
    if found is None:
        raise RuntimeError(f"the script's {act.who} does not read {act.on}")
    return found


def _propose(seed: "Seed", _mission: Mission, act: Act, frame: Frame, by: Actor) -> None:
    """In the strand of whoever writes, or whose manager or mentor they are; its name says whose."""
    _begin(seed, act, frame, _strand(seed, _mission, act, frame), by)


def _propose_all(seed: "Seed", _mission: Mission, act: Act, frame: Frame, by: Actor) -> None:
    """A collective one."""
    _begin(seed, act, frame, None, by)


def _begin(seed: "Seed", act: Act, frame: Frame, strand: uuid.UUID | None, by: Actor) -> None:
    wording, indicator = act.with_
    made = operations.propose(frame, strand, by=by, objective_id=new_id(), wording=wording)
    seed.ids[act.on] = made
    row = _objective(seed, act)
    if indicator:
        documents.rewrite(row.document_id, {"indicator": indicator}, row.author_id)
    documents.settle(row.document_id)


def _strand(seed: "Seed", mission: Mission, act: Act, frame: Frame) -> uuid.UUID:
    mentees = [who for role, who in mission.seats if role == "mentee"]
    whose = next((who for who in mentees if who[0] == act.on[0]), mentees[0])
    contact = seed.contacts[mission.company, whose]
    return next(s.strand_id for s in frame.seats if s.contact_id == contact and s.strand_id is not None)


def _share(seed: "Seed", _mission: Mission, act: Act, frame: Frame, by: Actor) -> None:
    operations.share(_objective(seed, act), frame, by=by)


def _set(seed: "Seed", mission: Mission, act: Act, frame: Frame, by: Actor) -> None:
    row = _objective(seed, act)
    values: dict[str, Any] = dict(act.with_)
    if "due_on" in values:
        values["due_on"] = seed.today + timedelta(days=values["due_on"])
    if "observer" in values:
        values["observer"] = seed.contacts[mission.company, values["observer"]]
    operations.set_fields(row, frame, row.revision, values, by=by)


def _write(seed: "Seed", _mission: Mission, act: Act, frame: Frame, by: Actor) -> None:
    row = _objective(seed, act)
    documents.rewrite(row.document_id, act.with_, _me(by))
    documents.settle(row.document_id)


def _comment(seed: "Seed", _mission: Mission, act: Act, _frame: Frame, by: Actor) -> None:
    operations.comment(_objective(seed, act), new_id(), act.with_, by=by)


def _read(seed: "Seed", _mission: Mission, act: Act, _frame: Frame, by: Actor) -> None:
    value, whole, words = act.with_
    on = seed.day(act.day)
    operations.read(_objective(seed, act), new_id(), on, words, value, whole, by=by)


def _assent(seed: "Seed", _mission: Mission, act: Act, frame: Frame, by: Actor) -> None:
    row = _objective(seed, act)
    present = queries.content_of(row, documents.fold(row.document_id))
    operations.assent(row, frame, present.hash, by=by)


def _me(by: Actor) -> uuid.UUID:
    if by.contact_id is None:
        raise RuntimeError("nobody acts")
    return by.contact_id


DONE: dict[str, Callable[["Seed", Mission, Act, Frame, Actor], None]] = {
    "propose": _propose,
    "propose_all": _propose_all,
    "share": _share,
    "set": _set,
    "write": _write,
    "comment": _comment,
    "read": _read,
    "assent": _assent,
}

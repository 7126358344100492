"""A mission's threads as far as the actor is one of the two, and to whom one may tell a difficulty."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, text

from tenants.actors import Actor
from tenants.db import db
from tenants.mission.difficulty.models import Difficulty, DifficultyWord
from tenants.mission.queries import Frame
from tenants.policy import Role


@dataclass(frozen=True)
class Named:
    """One person of the firm who has no part in the mission."""

    id: uuid.UUID
    name: str
    role: Role


@dataclass(frozen=True)
class People:
    """The two of a thread by name; ``there``: whoever was told is still of the firm, without a part in the mission."""

    author: str
    title: str
    named: str
    there: bool


def named(mission_id: uuid.UUID) -> list[Named]:
    """To whom the acting person may tell it; the first is the one proposed. Empty for whoever takes no part."""
    rows = db.session.execute(text("select * from difficulty_named(:m)"), {"m": mission_id})
    return [Named(r.contact, r.name, Role(r.role)) for r in rows]


def threads(frame: Frame, by: Actor) -> list[Difficulty]:
    """The actor's, the last one first: their own while they take part, those told to them while they have none."""
    rows = select(Difficulty).where(
        Difficulty.company_id == frame.company_id, Difficulty.mission_id == frame.id
    )
    found = db.session.scalars(rows.order_by(Difficulty.at.desc(), Difficulty.id)).all()
    return [d for d in found if reads(d, frame, by)]


def reads(thread: Difficulty, frame: Frame, by: Actor) -> bool:
    """The rule of the wall, in Python."""
    if by.contact_id is None:
        return False
    if thread.author_id == by.contact_id:
        return bool(by.seats_in(frame.id))
    held = {s.contact_id for s in frame.seats}
    return thread.contact_id == by.contact_id and bool(by.firm_roles) and by.contact_id not in held


def get(frame: Frame, thread_id: uuid.UUID, by: Actor) -> Difficulty | None:
    """One of them."""
    return next((d for d in threads(frame, by) if d.id == thread_id), None)


def words(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[DifficultyWord]]:
    """What was said in each, the first word first."""
    company = db.session.info["acting"].company
    wanted = list(ids)
    rows = select(DifficultyWord).where(
        DifficultyWord.company_id == company, DifficultyWord.difficulty_id.in_(wanted)
    )
    found: dict[uuid.UUID, list[DifficultyWord]] = {i: [] for i in wanted}
    for word in db.session.scalars(rows.order_by(DifficultyWord.at, DifficultyWord.id)):
        found[word.difficulty_id].append(word)
    return found


def people(mission_id: uuid.UUID) -> dict[uuid.UUID, People]:
    """The names of the two, by thread."""
    rows = db.session.execute(text("select * from difficulty_people(:m)"), {"m": mission_id})
    return {r.id: People(r.author, r.title, r.named, r.there) for r in rows}

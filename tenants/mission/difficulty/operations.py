"""What the two do: tell, answer, say that it was read, close. PostgreSQL judges each again (migration 0029)."""

import uuid

from sqlalchemy import text

from tenants.actors import Actor
from tenants.db import db
from tenants.mission.difficulty import queries
from tenants.mission.difficulty.models import Difficulty
from tenants.mission.queries import Frame
from tenants.refusals import Incorrect, Refused


def tell(
    frame: Frame, thread_id: uuid.UUID, named: uuid.UUID, word_id: uuid.UUID, words: str, *, by: Actor
) -> None:
    """Begin a thread with one person of the firm. Sent twice, told once.

    Raises Incorrect ``difficulty.named`` for who cannot be told (any more), Refused ``difficulty.open`` while another
    thread of the actor's is open.
    """
    open_ = [d for d in queries.threads(frame, by) if d.author_id == by.contact_id and d.closed_at is None]
    if any(d.id == thread_id for d in open_):
        return
    if open_:
        raise Refused("difficulty.open")
    if named not in {n.id for n in queries.named(frame.id)}:
        raise Incorrect("difficulty.named", field="named")
    values = {"i": thread_id, "m": frame.id, "n": named, "w": word_id, "t": words}
    db.session.execute(text("select open_difficulty(:i, :m, :n, :w, :t)"), values)


def write(thread: Difficulty, word_id: uuid.UUID, words: str, *, by: Actor) -> None:
    """A message more; the other is told that something waits. Raises Refused ``difficulty.closed``."""
    db.session.refresh(thread)
    if thread.closed_at is not None:
        raise Refused("difficulty.closed")
    values = {"i": thread.id, "w": word_id, "t": words}
    db.session.execute(text("select write_difficulty(:i, :w, :t)"), values)


def seen(thread: Difficulty, *, by: Actor) -> None:
    """The last word was read, and asks for no answer. Harmless again, and for whoever wrote it."""
    db.session.execute(text("select read_difficulty(:i)"), {"i": thread.id})
    db.session.expire(thread)


def close(thread: Difficulty, *, by: Actor) -> None:
    """Nothing more is written there, nothing is awaited. Harmless again."""
    db.session.execute(text("select close_difficulty(:i)"), {"i": thread.id})
    db.session.expire(thread)

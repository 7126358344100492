"""What an outgoing mentor does on their one page, and what the mentee makes of it. PostgreSQL judges each again (0029)."""

import uuid

from sqlalchemy import text

from tenants.actors import Actor
from tenants.db import db
from tenants.events import stale
from tenants.mission.handover import queries
from tenants.mission.handover.models import Handover
from tenants.mission.handover.queries import Departure, Strand
from tenants.mission.queries import Frame
from tenants.refusals import Incorrect, Refused, Stale


def keep(
    found: Departure,
    strand: Strand,
    row_id: uuid.UUID,
    words: str,
    revision: int,
    *,
    deliver: bool,
    by: Actor,
) -> int:
    """Keep the text, or hand it over to the mentee, after which it changes no more. Its revision.

    Raises Refused ``handover.nobody`` without a mentee, ``handover.delivered``; Stale ``handover.stale`` with the text
    that was kept meanwhile; Incorrect ``handover.empty``.
    """
    if strand.mentee is None:
        raise Refused("handover.nobody")
    if deliver and not words:
        raise Incorrect("handover.empty", field="words")
    values = {"m": found.left_id, "s": strand.id, "i": row_id, "t": words, "r": revision, "d": deliver}
    made = db.session.scalar(text("select keep_handover(:m, :s, :i, :t, :r, :d)"), values)
    db.session.expire_all()
    if made is None:
        there = queries.left(found).get(strand.id)
        if there is not None and there.delivered_at is not None:
            raise Refused("handover.delivered")
        raise Stale("handover.stale")
    return int(made)


def answer(found: Departure, attendance_id: uuid.UUID, said: str, word: str, *, by: Actor) -> None:
    """Their word on a session of their time. Harmless again; raises Incorrect ``attendance.word`` to contest without one."""
    asked = next((u for u in queries.unsaid(found.left_id) if u.attendance_id == attendance_id), None)
    if asked is None:
        return
    if said == "contested" and not word:
        raise Incorrect("attendance.word", field="word")
    if said == "absent" and not asked.together:
        raise Incorrect("attendance.absent", field="answer")
    values = {"m": found.left_id, "a": attendance_id, "s": said, "w": word}
    db.session.execute(text("select answer_departing(:m, :a, :s, :w)"), values)
    keys = (
        f"session:{asked.session_id}",
        f"schedule:{asked.strand_id or found.left_id}",
        f"mission:{found.left_id}",
    )
    stale(asked.zone_id, *keys)


def open_to_successor(row: Handover, frame: Frame, *, by: Actor) -> None:
    """The mentee lets the mentors of their strand read it, exactly as it stands. Harmless again.

    Raises Refused ``handover.successor`` while there is no mentor to read it.
    """
    if not queries.successors(frame, row):
        raise Refused("handover.successor")
    db.session.execute(text("select settle_handover(:i, true)"), {"i": row.id})
    db.session.expire(row)


def hold(row: Handover, *, by: Actor) -> None:
    """The mentee keeps it; they may open it later. Harmless again."""
    db.session.execute(text("select settle_handover(:i, false)"), {"i": row.id})
    db.session.expire(row)

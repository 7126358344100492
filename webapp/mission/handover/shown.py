"""Both pages in plain values."""

import uuid
from typing import Any

from tenants.mission.handover import queries
from tenants.mission.handover.models import Handover
from tenants.mission.handover.queries import Departure, Strand
from tenants.mission.queries import Frame
from tenants.policy import Do, may
from webapp import access, formats
from webapp.mission import layout, names
from webapp.mission.handover.forms import TextForm
from webapp.mission.schedule import words as schedule_words
from webapp.mission.schedule.hours_forms import PresenceForm


def leave(found: Departure, typed: Any = None, on: uuid.UUID | None = None, **more: Any) -> dict[str, Any]:
    """The outgoing mentor's page. ``typed``: a form that did not hold, of strand or attendance ``on``."""
    kept = queries.left(found)
    return {
        "left": found,
        "until": formats.day(found.until),
        "strands": [
            _strand(s, kept.get(s.id), typed if on == s.id and isinstance(typed, TextForm) else None)
            for s in found.strands
        ],
        "sessions": [
            _session(u, typed if on == u.attendance_id else None) for u in queries.unsaid(found.left_id)
        ],
        "refused": None,
        "refused_on": on,
    } | more


def _strand(strand: Strand, row: Handover | None, typed: TextForm | None) -> dict[str, Any]:
    form = typed if typed is not None else TextForm(formdata=None)
    if typed is None and row is not None:
        form.words.data = row.text
    form.row_id.data = form.row_id.data or uuid.uuid4()
    saved = row.text if row is not None else ""
    return {
        "id": strand.id,
        "name": strand.name,
        "there": strand.mentee is not None,
        "form": form,
        "revision": row.revision if row is not None else 0,
        "text": saved,
        "other": saved if typed is not None and saved and saved != form.words.data else None,
        "kept": row is not None and row.revision > 0,
        "delivered": formats.on_day(row.delivered_at) if row is not None and row.delivered_at else None,
    }


def _session(asked: queries.Unsaid, typed: Any) -> dict[str, Any]:
    form = typed if typed is not None else PresenceForm(formdata=None)
    return {
        "id": asked.attendance_id,
        "title": schedule_words.TYPES[asked.type](),
        "when": formats.day(asked.local_at.date()),
        "form": form.offer(asked.minutes, together=asked.together),
    }


def reading(frame: Frame, **more: Any) -> dict[str, Any]:
    """What somebody of the mission reads: the mentee first, then, once they let them, the mentors."""
    actor = access.actor()
    return {
        **layout.context(frame, "handover"),
        "texts": [_text(frame, h, mine=may(actor, Do.HANDOVER_OPEN, h)) for h in queries.texts(frame, actor)],
        "refused": None,
    } | more


def _text(frame: Frame, row: Handover, *, mine: bool) -> dict[str, Any]:
    member = frame.members.get(row.author_id)
    after = queries.successors(frame, row)
    mentee = frame.mentee_of(row.strand_id)
    return {
        "id": row.id,
        "author": member.name if member else "",
        "initials": member.initials if member else "",
        "when": formats.on_day(row.delivered_at) if row.delivered_at else "",
        "text": row.text,
        "mentee": mentee.name if mentee else "",
        "mine": mine,
        "opened": formats.on_day(row.opened_at) if row.opened_at else None,
        "kept": row.kept_at is not None,
        "to": names.first_names(frame, after),
        "to_whole": formats.names([frame.members[c].name for c in after]),
    }

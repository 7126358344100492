"""What the routes of this room are about: a mission, a strand of it, a session, a question about a date. None is 404."""

import uuid
from dataclasses import dataclass

from flask import request

from tenants.mission.queries import Frame
from tenants.mission.roadmap import queries as roadmap
from tenants.mission.roadmap.models import Contribution
from tenants.mission.schedule import attending, queries
from tenants.mission.schedule.hours_models import Attendance
from tenants.mission.schedule.models import Review, Session, SlotPoll, Summary
from webapp import access
from webapp.mission import layout


@dataclass(frozen=True)
class Strand:
    """A strand of a mission that the actor sits in; None: for the firm's hat, or for all together."""

    frame: Frame
    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None


def strand(mission_id: uuid.UUID) -> Strand | None:
    """The strand asked by ``?strand=``; without it the actor's first one. A strand that is not theirs does not exist."""
    frame = access.in_mission(mission_id)
    if frame is None:
        return None
    mine = layout.my_strands(frame, access.actor())
    asked = request.args.get("strand") or request.form.get("strand")
    if asked:
        chosen = next((s for s in mine if str(s) == asked), None)
        if chosen is None:
            return None
    else:
        chosen = mine[0] if mine else None
    return Strand(frame, frame.company_id, frame.id, chosen)


def mission(mission_id: uuid.UUID) -> Frame | None:
    """The mission as a whole."""
    return access.in_mission(mission_id)


def session(mission_id: uuid.UUID, session_id: uuid.UUID) -> Session | None:
    """The row, in that mission, seen through the walls; the actor's zones are known from then on."""
    frame = access.in_mission(mission_id)
    row = queries.get(session_id) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None


def poll(mission_id: uuid.UUID, session_id: uuid.UUID, poll_id: uuid.UUID) -> SlotPoll | None:
    """The question about that session's date, open or not, for whoever reads it."""
    row = session(mission_id, session_id)
    found = queries.poll(poll_id) if row is not None else None
    return found if found is not None and found.session_id == session_id else None


def summary(mission_id: uuid.UUID, session_id: uuid.UUID) -> Summary | None:
    """What was kept of that session, for whoever reads it."""
    row = session(mission_id, session_id)
    return queries.summary(row) if row is not None else None


def review(mission_id: uuid.UUID, session_id: uuid.UUID) -> Review | None:
    """The review of that session, for whoever reads it."""
    row = session(mission_id, session_id)
    return queries.review(row) if row is not None else None


def attendance(mission_id: uuid.UUID, session_id: uuid.UUID, attendance_id: uuid.UUID) -> Attendance | None:
    """What was said of that session, for whoever reads it."""
    row = session(mission_id, session_id)
    found = attending.get(attendance_id) if row is not None else None
    return found if found is not None and found.session_id == session_id else None


def brought(mission_id: uuid.UUID, session_id: uuid.UUID, brought_id: uuid.UUID) -> Contribution | None:
    """What the mentor brought to that session, for whoever reads it."""
    row = session(mission_id, session_id)
    found = roadmap.contribution(brought_id) if row is not None else None
    return found if found is not None and found.subject_id == session_id else None


def seated(mission_id: uuid.UUID) -> Strand | None:
    """A strand that the actor takes part in: as ``strand``, nothing for the firm's hat."""
    found = strand(mission_id)
    return found if found is not None and found.strand_id is not None else None

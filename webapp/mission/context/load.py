"""What the routes of this room are about. None is 404: what one cannot read one cannot write."""

import uuid
from dataclasses import dataclass

from flask import request

from tenants.documents import files
from tenants.documents.files import File
from tenants.mission.context import positions, queries, questions
from tenants.mission.context.models import ContextQuestion, PositionLine
from tenants.mission.queries import Frame
from tenants.policy import Role
from tenants.zones import Audience, Kind
from webapp import access
from webapp.mission import layout
from webapp.mission.objectives.load import Strand
from webapp.mission.objectives.load import strand as strand_asked
from webapp.mission.readers import ReadersView, readers_view


def room(mission_id: uuid.UUID) -> Strand | None:
    """The strand asked by ``?strand=``; without it the actor's first one."""
    return strand_asked(mission_id)


def readers(frame: Frame, strand_id: uuid.UUID | None) -> ReadersView:
    """Who reads what the file shares, by the rule in force."""
    return readers_view(frame, kind=Kind.CONTEXT, audience=Audience.EVERYONE, strand_id=strand_id)


@dataclass(frozen=True)
class Dossier:
    """The context file of one strand, for whoever reads it."""

    frame: Frame
    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID


def reading(mission_id: uuid.UUID) -> Dossier | None:
    """The file of a strand that the actor reads."""
    found = room(mission_id)
    if found is None or found.strand_id is None:
        return None
    if access.actor().contact_id not in readers(found.frame, found.strand_id).ids:
        return None
    return Dossier(found.frame, found.company_id, found.mission_id, found.strand_id)


@dataclass(frozen=True)
class Whole:
    """The mission as a whole: one that has a direction, for its note."""

    frame: Frame
    company_id: uuid.UUID
    mission_id: uuid.UUID


def noting(mission_id: uuid.UUID) -> Whole | None:
    """The mission, for mentor and direction; for the others there is no such place."""
    frame = access.in_mission(mission_id)
    if frame is None or not may_note(frame):
        return None
    return Whole(frame, frame.company_id, frame.id)


def may_note(frame: Frame) -> bool:
    """Whether the actor would read the note: it stands only where somebody is the direction."""
    if not queries.has_direction(frame):
        return False
    roles = {s.role for s in access.actor().seats_in(frame.id)}
    cell = frame.rules.get(frame.rule_id, {}).get(Kind.CONTEXT, frozenset())
    return bool(roles & cell & {Role.MENTOR, Role.SPONSOR})


def question(mission_id: uuid.UUID, question_id: uuid.UUID) -> ContextQuestion | None:
    """One question of that mission."""
    frame = access.in_mission(mission_id)
    row = questions.get(question_id) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None


def line(mission_id: uuid.UUID, line_id: uuid.UUID) -> PositionLine | None:
    """One line of a starting position."""
    frame = access.in_mission(mission_id)
    row = positions.line(line_id) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None


def attached(mission_id: uuid.UUID, file_id: uuid.UUID) -> File | None:
    """One file of the context file."""
    frame = access.in_mission(mission_id)
    row = files.get(file_id) if frame is not None else None
    return row if row is not None and (row.mission_id, row.purpose) == (mission_id, "context") else None


def strand_of(frame: Frame) -> uuid.UUID | None:
    """The strand that the address names, or the actor's first one."""
    mine = layout.my_strands(frame, access.actor())
    asked = request.args.get("strand")
    return next((s for s in mine if str(s) == asked), mine[0] if mine else None)

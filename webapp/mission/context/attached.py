"""What was attached to the context file, as values: each with its readers; the form that sends one."""

import uuid
from typing import Any

from tenants.documents import files
from tenants.mission.context import queries
from tenants.mission.queries import Frame
from tenants.policy import Do, Role, may
from tenants.zones import CEILING, Audience
from webapp import access, formats
from webapp.mission import names
from webapp.mission.context import load
from webapp.mission.context.forms import FileForm
from webapp.mission.context.question_shown import audience_choices, readers_by_audience
from webapp.mission.readers import readers_view

AUDIENCES = (Audience.EVERYONE, Audience.PARTIES, Audience.DIRECTION)


def audiences(frame: Frame) -> tuple[Audience, ...]:
    """Those that the actor reads themselves: what one sends one goes on reading."""
    roles = {s.role for s in access.actor().seats_in(frame.id)}
    there = queries.has_direction(frame)
    return tuple(
        a for a in AUDIENCES
        if roles & CEILING[a] and (a is not Audience.DIRECTION or (there and roles & {Role.MENTOR, Role.SPONSOR}))
    )  # fmt: skip


def strand_for(audience: Audience, strand_id: uuid.UUID) -> uuid.UUID | None:
    """What mentor and direction alone read is of the whole mission, as their note is."""
    return None if audience is Audience.DIRECTION else strand_id


def of_files(frame: Frame, strand_id: uuid.UUID, typed: FileForm | None = None) -> dict[str, Any]:
    """What ``_files.html`` needs."""
    actor = access.actor()
    subject = load.Dossier(frame, frame.company_id, frame.id, strand_id)
    there = [
        f for f in files.of(frame.id, "context") if frame.zones[f.zone_id].strand_id in (None, strand_id)
    ]
    may_add = may(actor, Do.CONTEXT_FILE_ADD, subject)
    form = typed or FileForm(formdata=None)
    offered = audiences(frame)
    form.audience.choices = audience_choices(frame, strand_id, offered)
    if form.audience.data is None:
        form.audience.data = Audience.EVERYONE.value
    if form.id.data is None:
        form.id.data = uuid.uuid4()
    return {
        "attached": [
            {
                "file": f,
                "by": names.first_name(frame, f.by_id),
                "on": formats.on_day(f.at),
                "audience": readers_view(frame, f.zone_id),
                "mine": f.by_id == actor.contact_id,
            }
            for f in there
        ],
        "may_attach": may_add,
        "file_form": form,
        "file_readers": readers_by_audience(frame, strand_id, offered),
    }

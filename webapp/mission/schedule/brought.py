"""« Apport » on the page of a session: what the mentor brings to it, read by whoever reads its agenda."""

import uuid
from typing import Any

from flask import Blueprint, Response, g, url_for

from tenants.actors import Actor
from tenants.documents import files as kept
from tenants.mission.queries import Frame
from tenants.mission.roadmap import contributions
from tenants.mission.roadmap import queries as roadmap
from tenants.mission.roadmap.models import Contribution
from tenants.mission.schedule import queries
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.telling import Zones, tell
from tenants.mission.schedule.types import State
from tenants.policy import Do, may
from tenants.refusals import Incorrect, Refused
from webapp import access, files, formats
from webapp import words as glossary
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission import names
from webapp.mission.roadmap.forms import ContributionForm
from webapp.mission.schedule import load
from webapp.pages import show

brought_room = Blueprint(
    "schedule_brought", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/schedule"
)
PART = "_brought.html"


@brought_room.get("/sessions/<uuid:session_id>/contributions")
@allows(Do.SCHEDULE_SEE, load.session)
def index(row: Session) -> Any:
    """What was brought to it, for whoever reads that."""
    return _part(row)


@brought_room.post("/sessions/<uuid:session_id>/contributions")
@allows(Do.CONTRIBUTION_ADD, load.session)
@files.uploads
def bring(row: Session) -> Any:
    """Words, with a document or none; the id is made with the form: sent twice, kept once."""
    try:
        form = ContributionForm.read()
    except Invalid as bad:
        return _part(row, status=422, bringing=bad.form)
    made, by = form.contribution_id.data or uuid.uuid4(), access.actor()
    zone_id = Zones(g.frame, by).content(row.roles, row.strand_id)
    try:
        file = None
        if form.file.data is not None:
            file = files.receive(
                form.file.data, id=made, frame=g.frame, zone_id=zone_id, purpose="contribution", by=by
            )
        added = contributions.bring(
            "session",
            row,
            made,
            form.text.data or "",
            by=by,
            file_id=file.id if file else None,
            zone_id=zone_id,
        )
    except (Incorrect, Refused) as wrong:
        said = words_of(wrong)
        form.refuse("file", f"{said.title}. {said.todo}")
        return _part(row, status=422, bringing=form)
    if added:
        tell(row, "contribution.added", by, zone_id=zone_id)
    return _part(row)


@brought_room.post("/sessions/<uuid:session_id>/contributions/<uuid:brought_id>/withdrawal")
@allows(Do.CONTRIBUTION_REMOVE, load.brought)
def take_back(found: Contribution) -> Any:
    """Taken back by whoever brought it; nothing of it stays."""
    Form.read()
    row = queries.get(found.subject_id)
    assert row is not None  # noqa: S101 - the loader has just read it
    contributions.remove(found, by=access.actor())
    return _part(row)


def context(
    frame: Frame, row: Session, actor: Actor, *, reads: bool, typed: ContributionForm | None = None
) -> dict[str, Any]:
    """What ``_brought.html`` needs."""
    form = typed or ContributionForm(formdata=None)
    form.contribution_id.data = form.contribution_id.data or uuid.uuid4()
    rows = roadmap.contributions([row.id]) if reads else []
    there = {f.id: f for f in kept.of(frame.id, "contribution")} if any(c.file_id for c in rows) else {}
    writes = reads and row.state != State.CANCELLED and may(actor, Do.CONTRIBUTION_ADD, row)
    return {
        "brought": [
            {
                "id": c.id,
                "text": c.text,
                "iso": c.at.isoformat(),
                "when": formats.moment(c.at),
                "file": there.get(c.file_id) if c.file_id else None,
                "mine": may(actor, Do.CONTRIBUTION_REMOVE, c),
                **_whose(frame, c),
            }
            for c in rows
        ],
        "can_bring": writes,
        "bring_form": form,
    }


def _whose(frame: Frame, c: Contribution) -> dict[str, str]:
    member = frame.members.get(c.author_id)
    roles = [s.role for s in frame.seats if s.contact_id == c.author_id and s.spans(c.strand_id)]
    return {
        "name": names.first_name(frame, c.author_id),
        "party": glossary.party_of(roles[0]) if roles else "firm",
        "initials": member.initials if member else "",
    }


def _part(row: Session, status: int = 200, **more: Any) -> Response:
    from webapp.mission.schedule import sessions
    from webapp.mission.schedule.views import ONE

    access.renew(row.mission_id)
    fresh = queries.get(row.id) or row
    to = url_for("schedule.one", mission_id=row.mission_id, session_id=row.id, _anchor="session-brought")
    return show(ONE, PART, to=to, status=status, **sessions.context(fresh, part=PART, **more))

"""« Apport »: what the mentor brings to an action or a session, read by whoever reads it."""

import uuid
from typing import Any

from sqlalchemy import delete

from tenants.actors import Actor
from tenants.db import db
from tenants.documents import files
from tenants.events import record
from tenants.mission.roadmap import telling
from tenants.mission.roadmap.models import Action, Contribution
from tenants.mission.roadmap.telling import me
from tenants.once import add_once


def add(
    action: Action, contribution_id: uuid.UUID, words: str, *, by: Actor, file_id: uuid.UUID | None = None
) -> None:
    """Bring something to an action. The id is made with the form: sent twice, kept once. Raises Refused ``roadmap.closed``."""
    axis, row = telling.taken(action)
    telling.guard_alive(axis)
    if bring("action", row, contribution_id, words, by=by, file_id=file_id):
        telling.changed(axis, row, "contribution", by, None, None)
        telling.told(axis, "contribution.added", by, subject=row.id)


def bring(
    kind: str, subject: Any, contribution_id: uuid.UUID, words: str, *, by: Actor, file_id: uuid.UUID | None = None,
    zone_id: uuid.UUID | None = None,
) -> bool:  # fmt: skip
    """The row itself, for any ``subject`` that has a zone (an action, a session). Whether it was added now.

    ``zone_id``: where what is said of it is narrower than the subject (a session's date is read by more people).
    """
    return add_once(
        Contribution, company_id=subject.company_id, id=contribution_id, zone_id=zone_id or subject.zone_id,
        mission_id=subject.mission_id, strand_id=subject.strand_id, subject_kind=kind, subject_id=subject.id,
        author_id=me(by), text=words, file_id=file_id,
    )  # fmt: skip


def remove(contribution: Contribution, *, by: Actor) -> None:
    """Taken back by whoever brought it; nothing of it stays."""
    gone = (Contribution.company_id == contribution.company_id, Contribution.id == contribution.id)
    subject = db.session.scalar(telling.row_of(Action, contribution.subject_id))
    file = files.get(contribution.file_id) if contribution.file_id is not None else None
    if file is not None:
        files.erase(file, by=by)
    db.session.execute(delete(Contribution).where(*gone))
    touches = (telling.one(telling.take(subject.axis_id)),) if subject is not None else ()
    record(
        "contribution.removed", zone_id=contribution.zone_id, subject_id=contribution.subject_id, by=me(by),
        touches=(*touches, f"contributions:{contribution.subject_id}"),
    )  # fmt: skip

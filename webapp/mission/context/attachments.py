"""Acts on what is attached: sent with the audience chosen, taken away by who sent it."""

import uuid
from typing import Any

from flask import g

from tenants.documents import files as kept
from tenants.documents.files import File
from tenants.events import record
from tenants.mission.context.places import key, me, zone
from tenants.policy import Do
from tenants.refusals import Incorrect
from tenants.zones import Audience
from webapp import access, files
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Form
from webapp.mission.context import attached, context, load, question_shown
from webapp.mission.context.acts import again
from webapp.mission.context.forms import FileForm
from webapp.mission.context.views import renewed


@context.post("/files")
@allows(Do.CONTEXT_FILE_ADD, load.reading)
@files.uploads
def attach(dossier: load.Dossier) -> Any:
    """A file, and who reads it."""
    frame, strand = dossier.frame, dossier.strand_id
    form = FileForm.read_with(question_shown.audience_choices(frame, strand, attached.audiences(frame)))
    if form.errors:
        return _files(dossier, 422, form)
    audience, by = Audience(form.audience.data), access.actor()
    zone_id = zone(frame, audience, attached.strand_for(audience, strand), by=by)
    try:
        row = files.receive(
            form.file.data, id=form.id.data or uuid.uuid4(), frame=renewed(frame), zone_id=zone_id,
            purpose="context", by=by,
        )  # fmt: skip
    except Incorrect as wrong:
        said = words_of(wrong)
        form.refuse("file", f"{said.title}. {said.todo}")
        return _files(dossier, 422, form)
    _tell(row, "context.attached", me(by))
    return _files(dossier)


@context.post("/files/<uuid:file_id>/erasure")
@allows(Do.CONTEXT_FILE_ERASE, load.attached)
def erase(row: File) -> Any:
    """Taken away, by who sent it."""
    Form.read()
    frame = g.frame
    strand = frame.zones[row.zone_id].strand_id or load.strand_of(frame)
    _tell(row, "context.detached", me(access.actor()))
    kept.erase(row, by=access.actor())
    assert strand is not None  # noqa: S101 - whoever reads the file has a strand, or all of them
    dossier = load.Dossier(frame, frame.company_id, frame.id, strand)
    return _files(dossier)


def _tell(row: File, name: str, by: uuid.UUID) -> None:
    strands = (key("files", s.id) for s in g.frame.strands)
    record(name, zone_id=row.zone_id, subject_id=row.id, by=by, touches=(*strands,))


def _files(dossier: load.Dossier, status: int = 200, form: FileForm | None = None) -> Any:
    now = renewed(dossier.frame)
    typed = attached.of_files(now, dossier.strand_id, form) if form is not None else {}
    return again(dossier, "_files.html", "files", status, **typed)

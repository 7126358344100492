"""The door of files: to whoever reads the zone, as an attachment, in an answer that could do nothing if it were opened."""

import uuid
from collections.abc import Iterator
from typing import IO

from flask import Blueprint, Response, abort

from tenants.documents import files as rows
from tenants.documents.files import File
from tenants.policy import Do
from webapp import access
from webapp.access import allows
from webapp.files.store import CHUNK, Missing, store

files = Blueprint("files", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/files")
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"


def load(mission_id: uuid.UUID, file_id: uuid.UUID) -> File | None:
    """The row, in that mission, seen through the walls."""
    frame = access.in_mission(mission_id)
    row = rows.get(file_id) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None


@files.get("/<uuid:file_id>")
@allows(Do.FILE_READ, load)
def get(file: File) -> Response:
    """Its bytes."""
    try:
        stream = store().open(file.stored)
    except Missing:
        abort(404)
    answer = Response(_pieces(stream), mimetype=file.type)
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["Content-Length"] = str(file.size)
    answer.headers["Vary"] = "Cookie"
    return answer


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """One ahead, so that the file is closed before its last piece leaves, whatever becomes of the connection."""
    with stream:
        piece = stream.read(CHUNK)
        while more := stream.read(CHUNK):
            yield piece
            piece = more
    yield piece

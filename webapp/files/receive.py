"""From what came with a form to a row and its bytes."""

import uuid

from werkzeug.datastructures import FileStorage

from tenants.actors import Actor
from tenants.documents import files
from tenants.documents.files import Bytes, File
from tenants.mission.queries import Frame
from webapp.files import accept, names
from webapp.files.store import store


def receive(
    came: FileStorage,
    *,
    id: uuid.UUID,  # noqa: A002  the form's own
    frame: Frame,
    zone_id: uuid.UUID,
    purpose: str,
    by: Actor,
) -> File:
    """The file as a row of that zone, in this transaction; sent twice with one id, it is kept once.

    Raises Incorrect with a name that ``accept.judged`` gives, or ``file.taken``. Bytes whose transaction does not
    commit are found by the clock's sweep a day after.
    """
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    kind = accept.judged(came.stream, came.filename or "")
    kept = store()
    put = kept.put(came.stream)
    try:
        row, new = files.add(
            Bytes(kind.type, put.size, put.sha256, put.stored),
            id=id, mission_id=frame.id, zone_id=zone_id, purpose=purpose,
            name=names.cleaned(came.filename, kind.suffixes), by=by.contact_id,
        )  # fmt: skip
    except BaseException:
        kept.delete(put.stored)
        raise
    if not new:
        kept.delete(put.stored)
    return row

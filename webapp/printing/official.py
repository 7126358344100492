"""From a thing signed by all to its official document: numbered, printed, sealed, kept. In the worker, in one transaction.

The number is taken under a lock and given back by whatever fails: documents are numbered without a hole. Bytes are kept
before the row that names them; those that no row names are swept.
"""

import hashlib
import io
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from tenants.company.models import Company
from tenants.db import db, new_id
from tenants.documents import files
from tenants.documents.files import Bytes, Seal, Sealed
from webapp.files.store import store
from webapp.formats import local
from webapp.printing import keys
from webapp.printing.keeping import key_of_firm
from webapp.printing.press import press
from webapp.printing.seal import seal


@dataclass(frozen=True)
class Document:
    """What to print: the template, its data but for the number, what to attach, and of what it is the print."""

    template: str
    kind: str  # of number: ACC
    purpose: str
    subject_id: uuid.UUID
    version: int
    mission_id: uuid.UUID
    zone_id: uuid.UUID
    content_hash: str
    by: uuid.UUID
    at: datetime
    file_name: str
    data: Mapping[str, Any]
    proof: Mapping[str, Any]


def make(document: Document) -> Sealed:
    """The official document; the one that is there already, when it was made before.

    Raises AuthorityAway, NotPrinted, keys.Unreadable: nothing is kept, the number is free again.
    """
    if found := files.sealed(purpose=document.purpose, subject_id=document.subject_id):
        return found
    config = current_app.extensions["trialogue"]
    company = db.session.get_one(Company, db.session.info["acting"].company)
    key = key_of_firm(company.firm_id, company.firm_name)
    number = files.next_number(document.kind, local(document.at).year)
    data = {
        **document.data,
        "number": number,
        "label": f"{document.data['label']} n°\u00a0{number}",
        "seal": {"origin": key.origin, "timestamped": bool(config.tsa_url)},
    }
    printed = press(document.template, data, document.at, proof=canonical(document.proof))
    sealed = seal(printed, key, config.tsa_url)
    _keep(document, number, sealed.pdf, sealed.pages, key, timestamped=bool(config.tsa_url))
    made = files.sealed(purpose=document.purpose, subject_id=document.subject_id)
    assert made is not None  # noqa: S101 - just written
    return made


def canonical(value: Mapping[str, Any]) -> bytes:
    """JSON as it is hashed: keys in order, no space, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _keep(
    document: Document, number: str, pdf: bytes, pages: int, key: keys.Opened, *, timestamped: bool
) -> None:
    kept = store()
    put = kept.put(io.BytesIO(pdf))
    try:
        row, _ = files.add(
            Bytes("application/pdf", put.size, put.sha256, put.stored),
            id=new_id(), mission_id=document.mission_id, zone_id=document.zone_id, purpose=document.purpose,
            name=f"{document.file_name} {number}.pdf", by=document.by,
        )  # fmt: skip
        db.session.add(
            Seal(
                company_id=row.company_id, id=row.id, zone_id=row.zone_id, purpose=document.purpose,
                subject_id=document.subject_id, number=number, version=document.version,
                content_hash=bytes.fromhex(document.content_hash), sha256=put.sha256, key_id=key.id,
                timestamped=timestamped, pages=pages, at=document.at,
            )
        )  # fmt: skip
        db.session.flush()
    except BaseException:
        kept.delete(put.stored)
        raise


def chained(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each fact with the hash of itself and of the one before: none can be changed or left out unseen."""
    found, before = [], ""
    for event in events:
        before = hashlib.sha256(canonical({**event, "before": before})).hexdigest()
        found.append({**event, "hash": before})
    return found

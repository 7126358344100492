"""What the routes of the binding are about: the rules, a version, dates alone, what one has signed. None is 404."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from tenants.db import db
from tenants.documents import files
from tenants.documents.files import File
from tenants.mission.agreement import amendments, signing, terms, versions
from tenants.mission.agreement.versions_models import AgreementVersion, DatesAmendment, Talk, Terms
from webapp import access
from webapp.mission.agreement import load


def rules(mission_id: uuid.UUID) -> Terms | None:
    """The rules being written, or as they stand."""
    return terms.get(mission_id) if load.room(mission_id) is not None else None


def version(mission_id: uuid.UUID, version_id: uuid.UUID) -> AgreementVersion | None:
    """One version of that mission."""
    frame = load.room(mission_id)
    row = versions.get(version_id) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None


def talk(mission_id: uuid.UUID, talk_id: uuid.UUID) -> Talk | None:
    """One word to the mentor, for its two people."""
    frame = load.room(mission_id)
    row = signing.talk(talk_id) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None


def dates(mission_id: uuid.UUID, amendment_id: uuid.UUID) -> DatesAmendment | None:
    """One amendment of dates of that mission."""
    frame = load.room(mission_id)
    row = amendments.get(amendment_id) if frame is not None else None
    return row if row is not None and row.mission_id == mission_id else None


@dataclass(frozen=True)
class Own:
    """A version that the acting contact has signed, wherever they are now. Its subject is that contact."""

    company_id: uuid.UUID
    contact_id: uuid.UUID
    told: dict[str, Any]


def own(version_id: uuid.UUID) -> Own | None:
    """What one has signed, also once one has left the mission."""
    actor = access.actor()
    told = db.session.scalar(text("select my_version(:v)"), {"v": version_id})
    if told is None or actor.company_id is None or actor.contact_id is None:
        return None
    return Own(actor.company_id, actor.contact_id, told)


@dataclass(frozen=True)
class Annex:
    """A file annexed to the rules of a mission."""

    file: File
    terms: Terms
    company_id: uuid.UUID
    mission_id: uuid.UUID
    zone_id: uuid.UUID


def annex(mission_id: uuid.UUID, file_id: uuid.UUID) -> Annex | None:
    """One annex of that mission."""
    row = rules(mission_id)
    file = files.get(file_id) if row is not None else None
    if row is None or file is None or (file.mission_id, file.purpose) != (mission_id, "annex"):
        return None
    return Annex(file, row, file.company_id, mission_id, file.zone_id)

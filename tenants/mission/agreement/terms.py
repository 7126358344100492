"""The rules being written: begun from the firm's template, their values and matrix edited under one revision.

Everybody of the mission writes them until somebody proposes them; from then on only a request for a change, or an
amendment, opens them again.
"""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, text

from tenants import walls
from tenants.actors import Actor
from tenants.db import db, new_id
from tenants.documents import operations as documents
from tenants.documents.kinds import Folded
from tenants.events import record, stale
from tenants.mission.agreement import matrix
from tenants.mission.agreement import texts as sentences
from tenants.mission.agreement.clauses import ClauseValues
from tenants.mission.agreement.matrix import Cell, Cells
from tenants.mission.agreement.parties import everyone
from tenants.mission.agreement.versions_models import AgreementVersion, Clause, Terms
from tenants.mission.queries import Frame
from tenants.once import add_once
from tenants.policy import COMPANY_ROLES, Role
from tenants.refusals import Refused, Stale
from tenants.zones import Kind

# What is written without anything being opened or closed: texts that somebody has under their hands stay as they are.
WRITTEN = frozenset({"agreement.rules_changed", "agreement.version_signed", "agreement.version_refused"})
FIELDS = (
    "starts_on", "ends_on", "hours", "late_hours", "preparation_minutes", "report_minutes", "framing_counts",
    "notebook_months", "price", "hr_signs",
)  # fmt: skip


def key(mission_id: uuid.UUID) -> str:
    """What pages that show the rules are told by."""
    return f"agreement-rules:{mission_id}"


def get(mission_id: uuid.UUID) -> Terms | None:
    """The rules of a mission, if somebody has begun them and whoever acts reads them."""
    company = walls.acting(db.session).company
    asked = select(Terms).where(Terms.company_id == company, Terms.mission_id == mission_id)
    return db.session.scalar(asked)


def clauses(mission_id: uuid.UUID) -> list[Clause]:
    """Its clauses, in order."""
    company = walls.acting(db.session).company
    asked = select(Clause).where(Clause.company_id == company, Clause.mission_id == mission_id)
    return list(db.session.scalars(asked.order_by(Clause.position)))


def texts(found: list[Clause]) -> dict[uuid.UUID, str]:
    """What each says at present, by id."""
    now_ = documents.current([c.document_id for c in found])
    return {c.id: now_.get(c.document_id, {}).get("text", "") for c in found}


def begin(frame: Frame, version: int, template: Mapping[str, Any], *, by: Actor) -> None:
    """Start from the firm's template, as it is today. Asked twice, begun once; later templates change nothing here."""
    alone(frame)
    if get(frame.id) is not None:
        return
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    zone_id = everyone(frame, by=by)
    given = ClauseValues.of(template.get("values"))
    base = {"company_id": frame.company_id, "zone_id": zone_id, "mission_id": frame.id}
    made = add_once(
        Terms, **base, id=new_id(), template=version, starts_on=frame.starts_on, ends_on=frame.ends_on,
        hours=frame.hours, price=str(template.get("price", "")), matrix=matrix.plain(_present(frame)), **given.plain(),
    )  # fmt: skip
    if not made:
        return
    for position, clause in enumerate(template["clauses"], 1):
        french, clause_id, document_id = clause["fr"], new_id(), new_id()
        db.session.add(
            Clause(
                **base, id=clause_id, key=clause["key"], position=position, title=french["title"],
                reason=french["reason"], wording=french["text"], reading=clause.get("en") or {}, document_id=document_id,
            )
        )  # fmt: skip
        db.session.flush()
        documents.create("clause", clause_id, zone_id, by.contact_id, {"text": french["text"]}, document_id)
    told(frame, "agreement.rules_begun", zone_id, frame.id, by)


def set_fields(terms: Terms, frame: Frame, revision: int, values: Mapping[str, Any], *, by: Actor) -> None:
    """Set some of ``FIELDS`` read at a revision. Raises Stale ``terms.stale`` (field, mine, theirs, by), Refused frozen."""
    row = take(terms, frame)
    changed = {f: (getattr(row, f), v) for f, v in values.items() if f in FIELDS and getattr(row, f) != v}
    for field, (theirs, mine) in changed.items():
        _fresh(row, field, revision, mine, theirs)
    starts, ends = values.get("starts_on", row.starts_on), values.get("ends_on", row.ends_on)
    if isinstance(starts, date) and isinstance(ends, date) and starts > ends:
        raise Refused("terms.dates")
    for field, (_, mine) in changed.items():
        setattr(row, field, mine)
    _moved(row, frame, changed, by)


def set_cell(
    terms: Terms, frame: Frame, revision: int, kind: Kind, role: Role, value: Cell, *, by: Actor
) -> None:
    """One cell of the matrix. Raises Stale, Refused ``terms.frozen``, ``cell.fixed`` (nobody may change that one)."""
    row = take(terms, frame)
    if kind not in matrix.LINES or role not in COMPANY_ROLES or value not in matrix.options(kind, role):
        raise Refused("cell.fixed")
    cells = {k: dict(v) for k, v in matrix.cells_of(row.matrix).items()}
    if cells[kind][role] is value:
        return
    field = f"{kind}/{role}"
    _fresh(row, field, revision, value, cells[kind][role])
    cells[kind][role] = value
    row.matrix = matrix.plain(cells)
    _moved(row, frame, (field,), by)


def amend(terms: Terms, frame: Frame, *, by: Actor) -> None:
    """« Proposer un avenant »: the rules in force are written again, from where they stand. Asked twice, opened once."""
    alone(frame)
    row = _fresh_row(terms)
    if row.open:
        return
    if (pending := pending_version(frame.id)) is not None:
        raise Refused("version.pending", number=pending.number)
    row.starts_on, row.ends_on, row.hours = frame.starts_on, frame.ends_on, frame.hours
    row.amends += 1
    reopen(row, frame, by=by)
    sentences.unlock_sentence(frame, by=by)
    told(frame, "agreement.amendment_begun", row.zone_id, row.id, by)


def reopen(row: Terms, frame: Frame, *, by: Actor) -> None:
    """What was frozen is written again, from the words that were frozen."""
    assert by.contact_id is not None  # noqa: S101 - as above
    for clause in clauses(frame.id):
        clause.document_id = documents.reseed(clause.document_id, by.contact_id).id
    row.open = True
    row.revision += 1
    db.session.flush()


def take(terms: Terms, frame: Frame) -> Terms:
    """The row as it is now, alone with it. Raises Refused ``terms.frozen`` while it is out for signature or in force."""
    alone(frame)
    row = _fresh_row(terms)
    if not row.open:
        raise Refused("terms.frozen")
    return row


def alone(frame: Frame) -> None:
    """One act at a time binds, opens or closes the agreement of a mission."""
    lock = text("select pg_advisory_xact_lock(hashtextextended(:k, 0))")
    db.session.execute(lock, {"k": f"agreement/{frame.company_id}/{frame.id}"})


def pending_version(mission_id: uuid.UUID) -> AgreementVersion | None:
    """The version that is out for signature."""
    company = walls.acting(db.session).company
    return db.session.scalar(
        select(AgreementVersion)
        .where(
            AgreementVersion.company_id == company,
            AgreementVersion.mission_id == mission_id,
            AgreementVersion.reopened_at.is_(None),
            AgreementVersion.in_force_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )


def told(frame: Frame, name: str, zone_id: uuid.UUID, subject_id: uuid.UUID, by: Actor) -> uuid.UUID:
    """Record it, and let every page that shows the agreement, and the rail, be read again."""
    assert by.contact_id is not None  # noqa: S101 - as above
    touches = [key(frame.id), f"agreement-version:{frame.id}", f"mission:{frame.id}"]
    if name not in WRITTEN:
        touches.append(f"agreement-opening:{frame.id}")
    return record(name, zone_id=zone_id, subject_id=subject_id, by=by.contact_id, touches=touches)


def _present(frame: Frame) -> Cells:
    """The matrix in force, as cells."""
    read, later = frame.rules.get(frame.rule_id, {}), frame.reported
    found = {k: dict(row) for k, row in matrix.default().items()}
    for kind, row in found.items():
        for role in row:
            if role in read.get(kind, frozenset()) or role in matrix.FIXED[kind]:
                row[role] = Cell.READ
            else:
                row[role] = Cell.LATER if role in later.get(kind, frozenset()) else Cell.NONE
    return found


def _fresh(row: Terms, field: str, revision: int, mine: Any, theirs: Any) -> None:
    at, by = row.touched.get(field, (0, None))
    if at > revision:
        raise Stale(
            "terms.stale", field=field, mine=mine, theirs=theirs, revision=row.revision, by_id=uuid.UUID(by)
        )


def _moved(row: Terms, frame: Frame, fields: Any, by: Actor) -> None:
    row.revision += 1
    row.touched = row.touched | {f: [row.revision, str(by.contact_id)] for f in fields}
    db.session.flush()
    told(frame, "agreement.rules_changed", row.zone_id, row.id, by)


def _fresh_row(terms: Terms) -> Terms:
    asked = select(Terms).where(Terms.company_id == terms.company_id, Terms.id == terms.id)
    found = db.session.scalar(asked.execution_options(populate_existing=True))
    if found is None:
        raise Refused("terms.frozen")
    return found


def folded(told_: Folded) -> None:
    """After a clause was folded: what would be proposed is another text."""
    clause = db.session.get(Clause, (walls.acting(db.session).company, told_.subject_id))
    if clause is not None and clause.document_id == told_.document_id:
        stale(clause.zone_id, f"agreement-version:{clause.mission_id}")

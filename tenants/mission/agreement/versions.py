"""From what is being written to a version that does not move: frozen, numbered, hashed, read again, compared.

The whole of the agreement is in it: request, reformulation, sentence, expectations as revealed, divergences with their
outcomes, rules, values, matrix, dates, hours, persons. What is not in it is not signed.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from tenants import walls
from tenants.actors import Actor
from tenants.db import db, new_id
from tenants.documents import files
from tenants.documents import operations as documents
from tenants.documents.files import File
from tenants.documents.texts import canonical
from tenants.mission.agreement import matrix, queries, terms, texts
from tenants.mission.agreement.canonical import FORMAT, Exact, of_bytes, same, unprintables
from tenants.mission.agreement.clauses import CLAUSE_LIMIT, ClauseValues
from tenants.mission.agreement.headings import SENTENCE
from tenants.mission.agreement.matrix import Cell
from tenants.mission.agreement.parties import everyone
from tenants.mission.agreement.versions_models import AgreementVersion, Clause, Terms
from tenants.mission.queries import Frame
from tenants.policy import COMPANY_ROLES, Role
from tenants.refusals import Refused
from tenants.zones import Kind

SIGNING = (Role.MENTEE, Role.MENTOR, Role.MANAGER, Role.SPONSOR)


def get(version_id: uuid.UUID) -> AgreementVersion | None:
    """One version, if whoever acts reads it."""
    company = walls.acting(db.session).company
    return db.session.scalar(
        select(AgreementVersion).where(
            AgreementVersion.company_id == company, AgreementVersion.id == version_id
        )
    )


def all_of(mission_id: uuid.UUID) -> list[AgreementVersion]:
    """Every version that whoever acts reads, the last one first."""
    company = walls.acting(db.session).company
    asked = select(AgreementVersion).where(
        AgreementVersion.company_id == company, AgreementVersion.mission_id == mission_id
    )
    return list(db.session.scalars(asked.order_by(AgreementVersion.number.desc())))


def in_force(mission_id: uuid.UUID) -> AgreementVersion | None:
    """The version that binds now."""
    return next((v for v in all_of(mission_id) if v.in_force_at is not None), None)


def content_of(version: AgreementVersion) -> dict[str, Any]:
    """What was hashed."""
    return of_bytes(version.canonical)


def signatories(frame: Frame, row: Terms) -> list[tuple[uuid.UUID, list[Role]]]:
    """Who is to sign, each person once with all the roles that they hold, the mentees first."""
    roles = (*SIGNING, Role.HR) if row.hr_signs else SIGNING
    found: dict[uuid.UUID, list[Role]] = {}
    for seat in frame.sitting(None, roles):
        held = found.setdefault(seat.contact_id, [])
        if seat.role not in held:
            held.append(seat.role)
    return list(found.items())


def blockers(frame: Frame, row: Terms | None) -> list[str]:
    """Why no version can be proposed yet, by name; empty: it can."""
    if row is None:
        return ["version.no_rules"]
    found = []
    sentence = queries.texts(frame.id).get(SENTENCE)
    if sentence is None or not canonical(sentence.words):
        found.append("version.no_sentence")
    if queries.expectations_open(frame):
        found.append("version.expectations")
    if queries.open_divergences(frame.id):
        found.append("version.divergences")
    cells = matrix.cells_of(row.matrix)[Kind.AGREEMENT]
    if any(cells[role] is not Cell.READ for _, held in signatories(frame, row) for role in held):
        found.append("version.signatory_blind")
    return found


def drafted(frame: Frame, row: Terms, wordings: Mapping[uuid.UUID, str], paper: File | None = None) -> Exact:
    """What would be frozen now. ``wordings``: the present text of each clause, by its id; an empty one is left out.

    ``paper``: signed elsewhere, as that file; mentor and mentee then confirm what was entered from it.
    """
    signing = signatories(frame, row)
    if paper is not None:
        signing = [(c, held) for c, held in signing if {Role.MENTEE, Role.MENTOR} & set(held)]
    previous = in_force(frame.id)
    return Exact(
        {
            "format": FORMAT,
            "number": _next(frame.id),
            "kind": "paper" if paper else "amendment" if previous else "agreement",
            "previous": previous.hash if previous else None,
            "mission": {"id": str(frame.id), "title": frame.title},
            "people": [_person(frame, c) for c in _people(frame)],
            "signatories": [{"contact": str(c), "roles": [r.value for r in held]} for c, held in signing],
            **written(frame),
            "clauses": [
                {"key": c.key, "title": c.title, "text": wordings[c.id].strip(), "reason": c.reason}
                for c in terms.clauses(frame.id)
                if canonical(wordings.get(c.id, ""))
            ],
            "values": values_of(row).plain(),
            "price": row.price,
            "matrix": row.matrix,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
            "hours": row.hours,
            "annexes": [_file(f) for f in files.of(frame.id, "annex")],
            "paper": _file(paper) if paper else None,
        }
    )


def propose(row: Terms, frame: Frame, *, by: Actor, paper: File | None = None) -> AgreementVersion:
    """Freeze what is written as the next version, for signature. Raises Refused with the first blocker's name,
    ``version.same`` (nothing has changed since the one in force), ``clause.long``, ``version.unprintable``.

    An agreement signed on paper was talked over elsewhere: only who must read it stands in its way.
    """
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    taken = terms.take(row, frame)
    for name in blockers(frame, taken):
        if paper is None or name == "version.signatory_blind":
            raise Refused(name)
    texts.lock_sentence(frame, by=by)
    wordings = _held(terms.clauses(frame.id))
    exact = drafted(frame, taken, wordings, paper)
    _guard(exact, frame)
    zone_id = everyone(frame, by=by)
    version = AgreementVersion(
        company_id=frame.company_id, id=new_id(), zone_id=zone_id, mission_id=frame.id, number=exact.content["number"],
        kind=exact.content["kind"], canonical=exact.data, hash=exact.hash, proposed_by=by.contact_id,
    )  # fmt: skip
    db.session.add(version)
    taken.open = False
    taken.revision += 1
    db.session.flush()
    for clause in terms.clauses(frame.id):
        documents.freeze(clause.document_id)
    terms.told(frame, "agreement.version_proposed", zone_id, version.id, by)
    return version


def written(frame: Frame) -> dict[str, Any]:
    """The texts, what each expects as it was revealed, the divergences with what was made of them: plain values."""
    found = queries.content(frame)
    return {
        "texts": {
            what: {
                "words": text.words.strip(),
                "by": _name(frame, text.row.for_id or text.row.author_id),
                "at": _moment(text.row.kept_at or text.row.moved_at or text.row.begun_at),
            }
            for what, text in found.texts.items()
            if canonical(text.words)
        },
        "expectations": [
            {
                "by": _name(frame, e.author_id),
                "contact": str(e.author_id),
                "texts": dict(e.texts),
                "at": _moment(e.at),
            }
            for e in found.expectations
        ],
        "divergences": [
            {
                "heading": d.heading,
                "words": d.words,
                "by": _name(frame, d.by_id),
                "outcome": d.outcome,
                "answer": d.answer,
                "postponed_to": d.postponed_to.isoformat() if d.postponed_to else None,
            }
            for d in found.divergences
        ],
    }


def values_of(row: Terms) -> ClauseValues:
    """The typed values of the rules being written."""
    return ClauseValues(
        row.late_hours, row.preparation_minutes, row.report_minutes, row.framing_counts, row.notebook_months
    )


def _held(found: list[Clause]) -> dict[uuid.UUID, str]:
    """Each clause as it stands, and as it stays: nobody writes it until the end of the transaction."""
    wordings = {}
    for clause in found:
        documents.hold(clause.document_id)
        wordings[clause.id] = documents.fold(clause.document_id).get("text", "")
        if (length := len(canonical(wordings[clause.id]))) > CLAUSE_LIMIT:
            raise Refused("clause.long", title=clause.title, count=length - CLAUSE_LIMIT)
    return wordings


def _guard(exact: Exact, frame: Frame) -> None:
    if characters := unprintables(exact.content):
        raise Refused("version.unprintable", characters=characters)
    previous = in_force(frame.id)
    if previous is not None and same(exact.content, content_of(previous)):
        raise Refused("version.same", number=previous.number)


def annexed(mission_id: uuid.UUID, file_id: uuid.UUID) -> bool:
    """Whether a version that is out or in force, or was, holds that file: it is then kept with it."""
    return any(
        str(file_id) in {a["file"] for a in content_of(v)["annexes"]}
        for v in all_of(mission_id)
        if v.reopened_at is None
    )


def _file(file: File) -> dict[str, str]:
    return {"file": str(file.id), "name": file.name, "sha256": file.sha256.hex()}


def _next(mission_id: uuid.UUID) -> int:
    company = walls.acting(db.session).company
    asked = select(func.coalesce(func.max(AgreementVersion.number), 0)).where(
        AgreementVersion.company_id == company, AgreementVersion.mission_id == mission_id
    )
    return (db.session.scalar(asked) or 0) + 1


def _people(frame: Frame) -> list[uuid.UUID]:
    return list(dict.fromkeys(s.contact_id for s in frame.sitting(None, COMPANY_ROLES)))


def _person(frame: Frame, contact: uuid.UUID) -> dict[str, Any]:
    member = frame.members[contact]
    roles = dict.fromkeys(s.role.value for s in frame.sitting() if s.contact_id == contact)
    return {"contact": str(contact), "name": member.name, "title": member.title, "roles": list(roles)}


def _name(frame: Frame, contact: uuid.UUID) -> str:
    member = frame.members.get(contact)
    return member.name if member else ""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")

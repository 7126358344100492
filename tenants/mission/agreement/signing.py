"""What each answers to a version: signs its exact text, asks for a change, refuses, or talks of it first.

The mentees are asked first; the others once they have signed, or two days after. Anybody may sign at once. When the last
required signature stands, ``agreement_in_force()`` judges it again in PostgreSQL and makes the matrix the reading rule.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text

from tenants import awaited as waits
from tenants import walls
from tenants.actors import Actor
from tenants.db import db, now
from tenants.documents.files import File
from tenants.events import defer, record, tell
from tenants.mission.agreement import terms, texts, versions
from tenants.mission.agreement.versions_models import AgreementAnswer, AgreementVersion, Talk, Terms
from tenants.mission.queries import Frame
from tenants.mission.zoning import zone_for
from tenants.once import add_once
from tenants.policy import Role
from tenants.refusals import Refused, Stale
from tenants.zones import Audience, Kind

SIGN, TALK = "agreement.sign", "agreement.talk"
FIRST = timedelta(days=2)  # how long the mentees are asked alone
REASON_LIMIT = 2_000


@dataclass(frozen=True)
class Evidence:
    """How whoever signs was identified for this one act: ``code`` or ``passkey``; the rest in part, see AgreementAnswer."""

    means: str
    statement: str = ""
    mailbox: str = ""
    network: str = ""
    device: str = ""


@dataclass(frozen=True)
class Printable:
    """All that the sealed PDF of a signed version is made from."""

    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None
    zone_id: uuid.UUID
    version: int
    amendment: bool
    content: dict[str, Any]
    content_hash: str
    proposed_by: uuid.UUID
    proposed_at: datetime
    signatures: list[AgreementAnswer]
    signed_at: datetime


def answers(version_ids: Iterable[uuid.UUID]) -> list[AgreementAnswer]:
    """What was answered to these versions, the oldest first."""
    company = walls.acting(db.session).company
    return list(
        db.session.scalars(
            select(AgreementAnswer)
            .where(AgreementAnswer.company_id == company, AgreementAnswer.version_id.in_(list(version_ids)))
            .order_by(AgreementAnswer.at)
        )
    )


def required(version: AgreementVersion) -> dict[uuid.UUID, list[str]]:
    """Who must sign it and for which roles, as frozen in its text, the mentees first."""
    return {uuid.UUID(s["contact"]): list(s["roles"]) for s in versions.content_of(version)["signatories"]}


def signed(version: AgreementVersion) -> dict[uuid.UUID, AgreementAnswer]:
    """The signatures that stand on its hash, by person; none once it was reopened."""
    if version.reopened_at is not None:
        return {}
    found = answers([version.id])
    return {a.contact_id: a for a in found if a.kind == "signed" and a.hash == version.hash}


def propose(row: Terms, frame: Frame, *, by: Actor, paper: File | None = None) -> AgreementVersion:
    """Freeze the next version and ask for its signatures; of one signed on ``paper``, for mentor's and mentee's word."""
    version = versions.propose(row, frame, by=by, paper=paper)
    _ask(version)
    defer("agreement_invite", at=now() + FIRST, version_id=version.id)
    return version


def invite(version_id: uuid.UUID) -> None:
    """The others are asked too, two days after; nothing if it was signed or reopened meanwhile."""
    version = versions.get(version_id)
    if version is None or version.in_force_at or version.reopened_at or version.invited_at:
        return
    version.invited_at = now()
    db.session.flush()
    _ask(version)
    tell(f"stale {version.zone_id} agreement-version:{version.mission_id} mission:{version.mission_id}")


def sign(version: AgreementVersion, frame: Frame, read_hash: str, evidence: Evidence, *, by: Actor) -> bool:
    """The actor's signature on that exact text. Whether it is now in force. Twice the same is one.

    Raises Stale ``version.other`` (another text than the one that was read), Refused ``version.reopened``,
    ``version.not_signatory``.
    """
    row = _pending(version, frame, may_be_signed=True)
    if row.in_force_at is not None:
        return True
    if read_hash != row.hash:
        raise Stale("version.other", number=row.number)
    roles = required(row).get(_me(by))
    if roles is None:
        raise Refused("version.not_signatory")
    if not _answer(row, "signed", by, roles=roles, evidence=evidence):
        return False
    terms.told(frame, "agreement.version_signed", row.zone_id, row.id, by)
    if required(row).keys() <= signed(row).keys():
        _enter_force(row, frame, by)
        return True
    _ask(row)
    return False


def ask_change(version: AgreementVersion, frame: Frame, reason: str, *, by: Actor) -> None:
    """It is written again, for this reason, which everybody reads; the signatures given fall."""
    row = _pending(version, frame)
    _answer(row, "change", by, reason=reason)
    row.reopened_at, row.reopened_by = now(), _me(by)
    db.session.flush()
    waits.expect(**_wait(row), contacts=set())
    written = terms.get(frame.id)
    if written is not None:
        terms.reopen(written, frame, by=by)
    texts.unlock_sentence(frame, by=by)
    terms.told(frame, "agreement.version_reopened", row.zone_id, row.id, by)


def refuse(version: AgreementVersion, frame: Frame, reason: str, *, by: Actor) -> None:
    """« Je ne signe pas »: a full answer, its reason optional. It ends nothing by itself; one may still sign later."""
    row = _pending(version, frame)
    if _me(by) not in required(row):
        raise Refused("version.not_signatory")
    if _me(by) in signed(row):
        raise Refused("version.signed_already")
    if _answer(row, "refused", by, reason=reason):
        _ask(row)
        terms.told(frame, "agreement.version_refused", row.zone_id, row.id, by)


def talk_first(version: AgreementVersion, frame: Frame, talk_id: uuid.UUID, words: str, *, by: Actor) -> None:
    """To the mentor alone, in the pair's zone: for the others it never was. Sent twice, kept once."""
    row = _pending(version, frame)
    strand = next((s.strand_id for s in by.seats_in(frame.id) if s.role is Role.MENTEE), None)
    mentors = {s.contact_id for s in frame.sitting(strand, (Role.MENTOR,))}
    if strand is None or not mentors:
        raise Refused("talk.nobody")
    zone_id = zone_for(frame, Kind.AGREEMENT, Audience.PAIR, strand, by=by)
    values = {
        "company_id": frame.company_id, "id": talk_id, "zone_id": zone_id, "mission_id": frame.id,
        "version_id": row.id, "author_id": _me(by), "text": words, "at": now(),
    }  # fmt: skip
    if not add_once(Talk, **values):
        return
    waits.expect(
        zone_id=zone_id,
        mission_id=frame.id,
        strand_id=strand,
        kind=TALK,
        subject_id=talk_id,
        contacts=mentors,
    )
    touches = (f"agreement-version:{frame.id}",)
    record("agreement.talked", zone_id=zone_id, subject_id=talk_id, by=_me(by), touches=touches)


def heard(talk: Talk, *, by: Actor) -> None:
    """The mentor has talked with them: nothing is awaited any more."""
    row = db.session.get_one(Talk, (talk.company_id, talk.id))
    row.heard_at = row.heard_at or now()
    db.session.flush()
    waits.expect(
        zone_id=row.zone_id, mission_id=row.mission_id, strand_id=None, kind=TALK, subject_id=row.id, contacts=set()
    )  # fmt: skip
    touches = (f"agreement-version:{row.mission_id}",)
    record("agreement.heard", zone_id=row.zone_id, subject_id=row.id, by=_me(by), touches=touches)


def talk(talk_id: uuid.UUID) -> Talk | None:
    """One word to the mentor, for its two people."""
    company = walls.acting(db.session).company
    return db.session.scalar(select(Talk).where(Talk.company_id == company, Talk.id == talk_id))


def talks(version: AgreementVersion) -> list[Talk]:
    """What was said of a version before signing, for its two people."""
    asked = select(Talk).where(Talk.company_id == version.company_id, Talk.version_id == version.id)
    return list(db.session.scalars(asked.order_by(Talk.at)))


def asked_now(
    version: AgreementVersion, stands: Iterable[uuid.UUID], refused: Iterable[uuid.UUID]
) -> set[uuid.UUID]:
    """Whose signature is awaited: the mentees' first, then everybody's; a refusal is an answer, nobody waits for it."""
    done, must = {*stands, *refused}, required(version)
    first = {c for c, roles in must.items() if Role.MENTEE in roles} - done
    if first and version.invited_at is None:
        return first
    return must.keys() - done


def printable(version_id: uuid.UUID) -> Printable | None:
    """A version signed by all; None before."""
    version = versions.get(version_id)
    if version is None or version.in_force_at is None:
        return None
    return Printable(
        company_id=version.company_id,
        mission_id=version.mission_id,
        strand_id=None,
        zone_id=version.zone_id,
        version=version.number,
        amendment=version.kind == "amendment",
        content=versions.content_of(version),
        content_hash=version.hash,
        proposed_by=version.proposed_by,
        proposed_at=version.proposed_at,
        signatures=list(signed(version).values()),
        signed_at=version.in_force_at,
    )


def _pending(version: AgreementVersion, frame: Frame, *, may_be_signed: bool = False) -> AgreementVersion:
    terms.alone(frame)
    asked = select(AgreementVersion).where(
        AgreementVersion.company_id == version.company_id, AgreementVersion.id == version.id
    )
    row = db.session.scalar(asked.execution_options(populate_existing=True))
    if row is None or row.reopened_at is not None:
        raise Refused("version.reopened")
    if row.in_force_at is not None and not may_be_signed:
        raise Refused("version.in_force", number=row.number)
    return row


def _answer(
    row: AgreementVersion, kind: str, by: Actor, *, reason: str = "", roles: Iterable[str] = (), evidence: Evidence | None = None,
) -> bool:  # fmt: skip
    given = evidence or Evidence("")
    return add_once(
        AgreementAnswer, company_id=row.company_id, id=uuid.uuid4(), zone_id=row.zone_id, version_id=row.id,
        contact_id=_me(by), kind=kind, hash=row.hash, reason=reason, roles=list(roles), means=given.means or None,
        statement=given.statement, mailbox=given.mailbox, network=given.network, device=given.device, at=now(),
    )  # fmt: skip


def _enter_force(row: AgreementVersion, frame: Frame, by: Actor) -> None:
    """PostgreSQL judges it again by itself, then the rule is another; every open page is judged by it."""
    db.session.flush()
    db.session.execute(text("select agreement_in_force(:v)"), {"v": row.id})
    db.session.expire(row)
    waits.expect(**_wait(row), contacts=set())
    terms.told(frame, "agreement.version_in_force", row.zone_id, row.id, by)
    tell(f"revoked mission {frame.id}")
    if row.kind != "paper":
        defer("print_agreement", version_id=row.id)


def _ask(version: AgreementVersion) -> None:
    refused = {a.contact_id for a in answers([version.id]) if a.kind == "refused"}
    waits.expect(**_wait(version), contacts=asked_now(version, signed(version), refused))


def _wait(version: AgreementVersion) -> dict[str, Any]:
    return {
        "zone_id": version.zone_id, "mission_id": version.mission_id, "strand_id": None, "kind": SIGN,
        "subject_id": version.id,
    }  # fmt: skip


def _me(by: Actor) -> uuid.UUID:
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    return by.contact_id

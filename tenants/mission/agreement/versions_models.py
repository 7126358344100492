"""Rules being written (Terms, Clause), what was proposed for signature (AgreementVersion) and what each answered.

A version is its bytes: ``canonical`` is what is hashed, signed, printed; PostgreSQL checks that the hash is that of the
bytes and lets nobody alter them. Answers are added, never changed: a reopened version keeps them and they count no more.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

import tenants.mission.models  # noqa: F401 - what it declares of mission and rule is added to below
from tenants import walls
from tenants.db import Model, TenantRow, new_id, now, within


class ClauseTemplate(Model):
    """The rules that a firm proposes, by version: the running missions keep the one that they began with.

    ``content``: ``{"clauses": [{"key", "fr": {title, text, reason}, "en": {…}}], "values": {…}}``.
    """

    firm_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("firm.id"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (Index("uq_clause_template_version", "firm_id", "version", unique=True),)


class Terms(TenantRow, Model):
    """What is agreed and is not prose, once a mission. ``open``: being written; else out for signature, or in force.

    Minutes for durations; ``late_hours`` None: a late cancellation is never due. ``matrix``: see ``matrix.plain``.
    ``touched``: the revision at which each field was last changed, with by whom.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    template: Mapped[int]
    open: Mapped[bool] = mapped_column(default=True)
    amends: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[int]
    late_hours: Mapped[int | None]
    preparation_minutes: Mapped[int]
    report_minutes: Mapped[int]
    framing_counts: Mapped[bool]
    notebook_months: Mapped[int]
    price: Mapped[str]
    hr_signs: Mapped[bool] = mapped_column(default=False)
    matrix: Mapped[dict[str, Any]] = mapped_column(JSONB)
    revision: Mapped[int] = mapped_column(default=1)
    touched: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("hours >= 0", name="hours"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        Index("ix_terms_zone", "company_id", "zone_id"),
        Index("uq_terms_mission", "company_id", "mission_id", unique=True),
    )


class Clause(TenantRow, Model):
    """One rule of the working space: its text is in its document; title and reason are the template's.

    ``wording`` is the template's own, ``reading`` its English reading: shown while the text is still the template's.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    key: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    reason: Mapped[str]
    wording: Mapped[str]
    reading: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    document_id: Mapped[uuid.UUID]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        Index("ix_clause_zone", "company_id", "zone_id"),
        Index("uq_clause_key", "company_id", "mission_id", "key", unique=True),
    )


class AgreementVersion(TenantRow, Model):
    """What was proposed for signature. ``kind``: agreement, amendment, or paper (signed elsewhere, confirmed here).

    ``in_force_at`` and ``rule_id`` are written by ``agreement_in_force()`` alone.
    """

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    number: Mapped[int]
    kind: Mapped[str]
    canonical: Mapped[bytes]
    hash: Mapped[str]
    proposed_by: Mapped[uuid.UUID]
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    invited_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    reopened_by: Mapped[uuid.UUID | None]
    in_force_at: Mapped[datetime | None]
    rule_id: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint("kind in ('agreement', 'amendment', 'paper')", name="kind"),
        CheckConstraint("hash = encode(sha256(canonical), 'hex')", name="hash"),
        CheckConstraint("reopened_at is null or in_force_at is null", name="ended"),
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("contact", "proposed_by"),
        within("contact", "reopened_by"),
        within("rule", "rule_id"),
        Index("ix_agreement_version_zone", "company_id", "zone_id"),
        Index("uq_agreement_version_number", "company_id", "mission_id", "number", unique=True),
        Index(
            "uq_agreement_version_open", "company_id", "mission_id", unique=True,
            postgresql_where="reopened_at is null and in_force_at is null",
        ),
    )  # fmt: skip


class AgreementAnswer(TenantRow, Model):
    """What somebody answered to a version: signed, change (a reason, which reopens), or refused.

    A signature keeps its evidence: for which roles, by what means (``code`` or ``passkey``), the sentence that was ticked,
    where the code went (in part), from which network (shortened), on what device. Added by its own person, never changed.
    """

    zone_id: Mapped[uuid.UUID]
    version_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    hash: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    roles: Mapped[list[str]] = mapped_column(JSONB)
    means: Mapped[str | None]
    statement: Mapped[str] = mapped_column(default="")
    mailbox: Mapped[str] = mapped_column(default="")
    network: Mapped[str] = mapped_column(default="")
    device: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("kind in ('signed', 'change', 'refused')", name="kind"),
        CheckConstraint("(kind = 'signed') = (means is not null)", name="means"),
        within("zone", "zone_id"),
        within("agreement_version", "version_id"),
        within("contact", "contact_id"),
        Index("ix_agreement_answer_zone", "company_id", "zone_id"),
        Index("uq_agreement_answer_once", "company_id", "version_id", "contact_id", "kind", unique=True),
    )


class Talk(TenantRow, Model):
    """« En parler d’abord »: what a mentee says to the mentor alone, before signing. ``heard_at``: the mentor has answered."""

    zone_id: Mapped[uuid.UUID]
    mission_id: Mapped[uuid.UUID]
    version_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    heard_at: Mapped[datetime | None]
    __table_args__ = (
        within("zone", "zone_id"),
        within("mission", "mission_id"),
        within("agreement_version", "version_id"),
        within("contact", "author_id"),
        Index("ix_talk_zone", "company_id", "zone_id"),
        Index(None, "company_id", "version_id"),
    )


class DatesAmendment(TenantRow, Model):
    """New dates and hours, and no word besides: the firm, which reads them anyway, signs them with the direction.

    Without a zone: seen by the mission's people and the firm's staff. ``in_force_at`` is ``dates_in_force()``'s to write.
    """

    mission_id: Mapped[uuid.UUID]
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    hours: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash: Mapped[str]
    proposed_by: Mapped[uuid.UUID]
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    in_force_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="dates"),
        CheckConstraint("hours >= 0", name="hours"),
        CheckConstraint("withdrawn_at is null or in_force_at is null", name="ended"),
        within("mission", "mission_id"),
        within("contact", "proposed_by"),
        Index("uq_dates_amendment_number", "company_id", "mission_id", "number", unique=True),
        Index(
            "uq_dates_amendment_open", "company_id", "mission_id", unique=True,
            postgresql_where="withdrawn_at is null and in_force_at is null",
        ),
    )  # fmt: skip


class DatesAnswer(TenantRow, Model):
    """Signed (direction, firm) or accepted in one tap (mentee, mentor), by its own person, on the same hash."""

    mission_id: Mapped[uuid.UUID]
    amendment_id: Mapped[uuid.UUID]
    contact_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    party: Mapped[str]
    hash: Mapped[str]
    means: Mapped[str | None]
    network: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("kind in ('signed', 'accepted', 'refused')", name="kind"),
        CheckConstraint("(kind = 'signed') = (means is not null)", name="means"),
        within("mission", "mission_id"),
        within("dates_amendment", "amendment_id"),
        within("contact", "contact_id"),
        Index("uq_dates_answer_once", "company_id", "amendment_id", "contact_id", unique=True),
    )


_MINE = "contact_id = (SELECT acting_contact())"
_OWN = walls.Policy("own_answer", _MINE, (walls.APP,), command="INSERT", restrictive=True)
_JUDGED = walls.Policy("system_rows", "true", (walls.SYSTEM,), command="UPDATE")
_ADDED = walls.Policy("system_adds", "true", (walls.SYSTEM,), command="INSERT")
# Once reopened or in force, nobody moves a version any more.
_OUT = walls.Policy(
    "still_out",
    "reopened_at is null and in_force_at is null",
    (walls.APP,),
    "true",
    "UPDATE",
    restrictive=True,
)
_STANDS = walls.Policy(
    "still_out",
    "withdrawn_at is null and in_force_at is null",
    (walls.APP,),
    "true",
    "UPDATE",
    restrictive=True,
)
walls.declare("clause_template", walls.Policy("firm_wall", f"firm_id = ANY ({walls.FIRMS})"))
walls.declare("agreement_version", walls.ROWS, _OUT, _JUDGED)
walls.declare("agreement_answer", walls.ROWS, _OWN)
walls.declare("dates_amendment", walls.ROWS, walls.MISSION, _STANDS, _JUDGED)
walls.declare("dates_answer", walls.ROWS, walls.MISSION, _OWN)


def _just_opened(table: str) -> walls.Policy:
    """The application sets a mission's first matrix, as it opens it; every later one is made by the signatures."""
    return walls.Policy(
        "first_rule",
        f"""exists (select from mission m where (m.company_id, m.id) = ({table}.company_id, {table}.mission_id)
            and m.created_at > now() - interval '10 minutes')""",
        (walls.APP,),
        command="INSERT",
        restrictive=True,
    )


for _table in ("rule", "matrix_cell", "reported_cell"):
    walls.declare(_table, *walls.DECLARED[_table], _just_opened(_table), _ADDED)
walls.declare("mission", *walls.DECLARED["mission"], _JUDGED)

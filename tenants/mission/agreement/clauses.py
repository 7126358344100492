"""How hours are spent and what else the clauses fix as a value: typed, kept on the version, read by later rooms."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import select, text

from tenants.actors import Actor
from tenants.db import db
from tenants.mission.agreement.versions_models import ClauseTemplate
from tenants.once import add_once
from tenants.refusals import Stale

LATE_LONGEST = 14 * 24  # hours
PIECE_LONGEST = 40 * 60  # minutes
NOTEBOOK_LONGEST = 24  # months
PRICE_LIMIT = 300
TITLE_LIMIT = 120
REASON_LIMIT = 600
CLAUSE_LIMIT = 4_000
CLAUSES_LIMIT = 30


@dataclass(frozen=True)
class ClauseValues:
    """A session cancelled less than ``late_hours`` before it is due (None: never); pieces in minutes, spent when done;
    ``framing_counts``: framing meetings held before the signature spend hours; the notebook goes after so many months.
    """

    late_hours: int | None = 24
    preparation_minutes: int = 0
    report_minutes: int = 0
    framing_counts: bool = True
    notebook_months: int = 3

    def plain(self) -> dict[str, Any]:
        """As kept in a version."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> "ClauseValues":
        """The contrary of ``plain``; what is not there is the default's."""
        names = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in (kept or {}).items() if k in names})


def clauses_in_force(mission_id: uuid.UUID) -> ClauseValues:
    """What the version in force says, for whoever may see the mission, staff included; the default before any."""
    return ClauseValues.of(db.session.scalar(text("select agreement_values(:m)"), {"m": mission_id}))


def company_template() -> tuple[int, dict[str, Any]] | None:
    """The firm's present template as whoever acts in one of its companies may read it: version, content; None: none."""
    row = db.session.execute(text("select version, content from company_clauses()")).one_or_none()
    return (row.version, row.content) if row is not None else None


def firm_template(firm_id: uuid.UUID) -> ClauseTemplate | None:
    """The firm's present template, for its staff; None: it has written none."""
    asked = select(ClauseTemplate).where(ClauseTemplate.firm_id == firm_id)
    return db.session.scalar(asked.order_by(ClauseTemplate.version.desc()).limit(1))


def publish(firm_id: uuid.UUID, seen: int, content: Mapping[str, Any], *, by: Actor) -> int:
    """The next version of the firm's template, for the missions to come. The same content again makes none.

    Raises Stale ``template.stale`` where another has published since ``seen`` was read.
    """
    present = firm_template(firm_id)
    version = present.version if present else 0
    if present is not None and present.content == dict(content):
        return version
    made = version == seen and add_once(
        ClauseTemplate, firm_id=firm_id, id=uuid.uuid4(), version=version + 1, content=dict(content),
        made_by=by.person_id,
    )  # fmt: skip
    if not made:
        raise Stale("template.stale", version=version)
    return version + 1

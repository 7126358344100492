"""What the firm's staff see: who they are, the companies, and of the missions names, dates, hours and stages. No content."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, text

from tenants.db import db
from tenants.firm.models import Firm, Staff
from tenants.policy import Role


@dataclass(frozen=True)
class Party:
    """Somebody who takes part, as the firm's pages name them."""

    id: uuid.UUID
    name: str
    role: Role
    strand_id: uuid.UUID | None


@dataclass(frozen=True)
class MissionLine:
    """A mission in the portfolio. ``hours`` in minutes; ``state`` as ``state_of()`` gives it: counts and waits, no text."""

    id: uuid.UUID
    title: str
    starts_on: date
    ends_on: date
    hours: int
    people: tuple[Party, ...]
    state: dict[str, Any]

    def named(self, role: Role) -> list[str]:
        """The names of those who hold a role, each once."""
        return list(dict.fromkeys(p.name for p in self.people if p.role is role))


@dataclass(frozen=True)
class CompanyLine:
    """A client company in the portfolio."""

    id: uuid.UUID
    name: str
    slug: str
    missions: tuple[MissionLine, ...]


def firm(firm_id: uuid.UUID) -> Firm | None:
    """A firm of which the acting person is staff."""
    return db.session.scalar(select(Firm).where(Firm.id == firm_id))


def staff_of(firm_id: uuid.UUID) -> list[Staff]:
    """Those of the firm who have not left, those invited included, in the order in which they came."""
    rows = select(Staff).where(Staff.firm_id == firm_id, Staff.until_at.is_(None))
    return list(db.session.scalars(rows.order_by(Staff.created_at, Staff.id)))


def staff(firm_id: uuid.UUID, staff_id: uuid.UUID) -> Staff | None:
    """One of them, left or not."""
    return db.session.scalar(select(Staff).where(Staff.firm_id == firm_id, Staff.id == staff_id))


def companies(firm_id: uuid.UUID) -> list[CompanyLine]:
    """The firm's companies by name, each with its missions, the first to end first."""
    rows = db.session.execute(text("select * from firm_companies(:f)"), {"f": firm_id})
    return [CompanyLine(r.id, r.name, r.slug, tuple(map(_mission, r.missions or []))) for r in rows]


def _mission(m: dict[str, Any]) -> MissionLine:
    return MissionLine(
        uuid.UUID(m["id"]),
        m["title"],
        date.fromisoformat(m["starts_on"]),
        date.fromisoformat(m["ends_on"]),
        m["hours"],
        tuple(_party(p) for p in m["people"] or []),
        m["state"] or {},
    )


def _party(values: list[str]) -> Party:
    contact, given, family, role, strand = values
    return Party(
        uuid.UUID(contact), f"{given} {family}".strip(), Role(role), uuid.UUID(strand) if strand else None
    )

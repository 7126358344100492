"""A company and those who are known there, as far as the walls let see."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text

from tenants import walls
from tenants.actors import Actor
from tenants.company.models import Company, Contact
from tenants.db import db
from tenants.policy import Role


@dataclass(frozen=True)
class MissionLine:
    """A mission that the acting person may see, with its people by role. ``hours`` in minutes."""

    id: uuid.UUID
    title: str
    starts_on: date
    ends_on: date
    hours: int
    people: Mapping[Role, tuple[str, ...]]


def here() -> Company | None:
    """The company that the transaction acts in."""
    return db.session.scalar(select(Company).where(Company.id == walls.acting(db.session).company))


def contacts(company_id: uuid.UUID) -> list[Contact]:
    """Those known in the company, by name."""
    rows = select(Contact).where(Contact.company_id == company_id)
    return list(db.session.scalars(rows.order_by(Contact.family_name, Contact.given_name, Contact.id)))


def contact(contact_id: uuid.UUID) -> Contact | None:
    """One of them, in the company that the transaction acts in."""
    company = walls.acting(db.session).company
    return contact_of(company, contact_id) if company else None


def contact_of(company_id: uuid.UUID, contact_id: uuid.UUID) -> Contact | None:
    """One of those known in a company."""
    return db.session.scalar(
        select(Contact).where(Contact.company_id == company_id, Contact.id == contact_id)
    )


def by_address(company_id: uuid.UUID, address: str) -> Contact | None:
    """Whoever is known in the company under that address."""
    rows = select(Contact).where(Contact.company_id == company_id, Contact.email == address)
    return db.session.scalars(rows.order_by(Contact.created_at, Contact.id)).first()


MISSIONS = text("""
select m.id, m.title, m.starts_on, m.ends_on, m.hours,
  (select jsonb_agg(jsonb_build_array(p.role, k.given_name || ' ' || k.family_name) order by p.announced_at, p.id)
     from participation p join contact k on (k.company_id, k.id) = (p.company_id, p.contact_id)
    where p.company_id = m.company_id and p.mission_id = m.id and (p.until_at is null or p.until_at > now())) as people
from mission m where m.company_id = :c and (:staff or exists (
  select from participation p where p.company_id = m.company_id and p.mission_id = m.id and p.contact_id = :k
     and p.reads_from <= now() and (p.until_at is null or p.until_at > now())))
order by m.ends_on, m.id""")


def missions(company_id: uuid.UUID, *, by: Actor) -> list[MissionLine]:
    """The missions in which the actor takes part; all of them for the firm's staff. The first to end first."""
    rows = db.session.execute(MISSIONS, {"c": company_id, "k": by.contact_id, "staff": bool(by.firm_roles)})
    return [
        MissionLine(r.id, r.title, r.starts_on, r.ends_on, r.hours, _by_role(r.people or [])) for r in rows
    ]


def _by_role(people: list[list[str]]) -> dict[Role, tuple[str, ...]]:
    return {
        role: tuple(dict.fromkeys(name.strip() for held, name in people if held == role))
        for role in Role
        if any(held == role for held, _ in people)
    }

"""Who the demonstration's people are. The function that looks across exists in a demonstration's database only.

Why not in a migration: it answers to anybody, so no database of real people may have it. ``seed`` makes it, as the
tables' owner; that it exists is also how a seeded database is known.
"""

import uuid
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import text

from tenants.db import db
from tenants.policy import COMPANY_ROLES, FIRM_ROLES, Role

ORDER = [*COMPANY_ROLES, *FIRM_ROLES]

DEMONSTRATION = """
create function demonstration() returns table (id uuid, name text, email text, firm text, staff text, company text, seats jsonb)
language sql stable security definer set search_path = pg_catalog, public as $$
  select p.id, p.name, a.address, coalesce(f.name, c.firm_name), s.role, c.name,
    coalesce((select jsonb_agg(jsonb_build_array(m.id, y.slug, m.title, n.role, y.name, t.position) order by m.ends_on, m.id, n.role)
       from contact k join participation n on (n.company_id, n.contact_id) = (k.company_id, k.id) and n.accepted_at is not null
         and (n.until_at is null or n.until_at > now())
       join mission m on (m.company_id, m.id) = (n.company_id, n.mission_id) join company y on y.id = m.company_id
       left join strand t on (t.company_id, t.id) = (n.company_id, n.strand_id)
      where k.person_id = p.id), '[]')
    || coalesce((select jsonb_agg(jsonb_build_array(m.id, y.slug, m.title, s.role, y.name, null) order by m.ends_on, m.id)
       from company y join mission m on m.company_id = y.id where y.firm_id = s.firm_id), '[]')
    from person p
    left join address a on a.person_id = p.id and a.mails
    left join lateral (select * from staff s where s.person_id = p.id and s.accepted_at is not null and s.until_at is null
                        order by s.created_at limit 1) s on true
    left join firm f on f.id = s.firm_id
    left join lateral (select y.name, y.firm_name, exists (
             select from participation n where n.company_id = k.company_id and n.contact_id = k.id and n.role <> 'mentor') as own
           from contact k join company y on y.id = k.company_id where k.person_id = p.id
           order by own desc, k.created_at, k.id limit 1) c on true
   order by p.created_at, p.id
$$
"""


@dataclass(frozen=True)
class Seat:
    """What somebody is in one mission, or the firm's staff toward it. ``strands``: positions of the mentees' parts."""

    mission_id: uuid.UUID
    slug: str
    title: str
    company: str
    roles: list[Role]
    strands: list[int]


@dataclass(frozen=True)
class Someone:
    """A person of the demonstration. ``company`` is None for the firm's staff and for mentors."""

    id: uuid.UUID
    name: str
    email: str
    firm: str
    company: str | None
    staff: Role | None
    seats: list[Seat]


def make(owner: psycopg.Connection[Any]) -> None:
    """As the tables' owner: the function, owned by the role that looks across, open to the application."""
    owner.execute("grant create on schema public to trialogue_system")
    owner.execute("set role trialogue_system")
    owner.execute(DEMONSTRATION)
    owner.execute("grant execute on function demonstration() to trialogue_app")
    owner.execute("reset role")
    owner.execute("revoke create on schema public from trialogue_system")


def people() -> list[Someone]:
    """Everybody, in the order in which they came; nobody where nothing was seeded."""
    if not db.session.scalar(text("select to_regprocedure('public.demonstration()') is not null")):
        return []
    return [_someone(row) for row in db.session.execute(text("select * from demonstration()"))]


def _someone(row: Any) -> Someone:
    by_mission: dict[str, list[Any]] = {}
    for seat in row.seats:
        by_mission.setdefault(seat[0], []).append(seat)
    seats = [_seat(held) for held in by_mission.values()]
    roles = {r for s in seats for r in s.roles}
    outside = row.staff is not None or not roles - {Role.MENTOR}
    return Someone(
        id=row.id,
        name=row.name,
        email=row.email or "",
        firm=row.firm or "",
        company=None if outside else row.company,
        staff=Role(row.staff) if row.staff else None,
        seats=seats,
    )


def _seat(held: list[Any]) -> Seat:
    mission, slug, title, _, company, _ = held[0]
    roles = sorted({Role(s[3]) for s in held}, key=ORDER.index)
    return Seat(uuid.UUID(mission), slug, title, company, roles, sorted({s[5] for s in held if s[5]}))

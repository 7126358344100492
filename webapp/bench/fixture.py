"""Rooms for load tests, written in bulk as the tables' owner: one mission a room, its parties signed in, shared objectives.

Why not through the operations: six hundred people and their doors take minutes that way, and nothing of it is measured.
The rows are those that the operations make; the live functions and the pages judge them as any other.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tenants import models
from tenants.documents import kinds, log
from tenants.documents.texts import canonical_hash
from tenants.people import tokens
from tenants.people.notice import VERSION
from tenants.zones import DEFAULT_MATRIX
from webapp.auth.session import cookie_name
from webapp.config import Config, engine_url

ROOMS_A_COMPANY = 5
PARTIES = ("mentee", "manager", "mentor")
GIVEN = ("Inès", "Marc", "Hélène")
WORDS = "Tenir seule la réunion d’équipe du lundi, de l’ordre du jour au relevé de décisions"

Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Batch:
    """Rows by table, in the order in which they are written."""

    rows: Rows = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> uuid.UUID:
        """One row; its id."""
        made: uuid.UUID = values.setdefault("id", uuid.uuid4())
        self.rows.setdefault(table, []).append(values)
        return made

    def put(self, table: str, **values: Any) -> None:
        """One row of a table without an id."""
        self.rows.setdefault(table, []).append(values)

    def write(self, connection: sa.Connection) -> None:
        """All of them."""
        for table, rows in self.rows.items():
            connection.execute(models.metadata.tables[table].insert(), rows)


def write(config: Config, rooms: int, members: int, objectives: int) -> dict[str, Any]:
    """Make the rooms; what the command prints."""
    owner = config.database_owner_url or config.role_url("trialogue_owner")
    engine = sa.create_engine(engine_url(owner), poolclass=NullPool)
    made: list[dict[str, Any]] = []
    firm = uuid.uuid4()
    for first in range(0, rooms, ROOMS_A_COMPANY):
        count = min(ROOMS_A_COMPANY, rooms - first)
        with engine.begin() as connection:
            made += _company(connection, config, firm, range(first, first + count), members, objectives)
    engine.dispose()
    return {"url": config.public_url, "rooms": made}


def _company(
    c: sa.Connection, config: Config, firm: uuid.UUID, numbers: range, members: int, objectives: int
) -> list[dict[str, Any]]:
    people, company = Batch(), uuid.uuid4()
    slug = f"charge-{company.hex[:8]}"
    if numbers.start == 0:
        people.add("firm", id=firm, name="Cabinet de charge")
    people.add(
        "company", id=company, firm_id=firm, firm_name="Cabinet de charge", name=f"Charge {slug}", slug=slug
    )
    work, rooms = Batch(), []
    for n in numbers:
        seated = [_person(people, company, n, i) for i in range(members)]
        rooms.append(_room(work, config, company, slug, seated, objectives))
    # who crosses companies is written as the role that may; the rest as the owner, within the company's wall
    c.execute(sa.text("set local role trialogue_system"))
    people.write(c)
    c.execute(sa.text("reset role"))
    c.execute(sa.text("select set_config('app.company_id', :c, true)"), {"c": str(company)})
    work.write(c)
    return rooms


@dataclass(frozen=True)
class _Member:
    name: str
    contact: uuid.UUID
    token: str
    role: str


def _person(people: Batch, company: uuid.UUID, room: int, n: int) -> _Member:
    given, family = GIVEN[n % len(GIVEN)], f"Charge{room:03d}{n:03d}"
    token, until = tokens.new_token(), datetime.now(UTC) + timedelta(days=1)
    address = f"{family.lower()}.{company.hex[:6]}@example.test"
    person = people.add(
        "person", name=f"{given} {family}", notice_version=VERSION, notice_at=datetime.now(UTC)
    )
    people.add("address", person_id=person, address=address, mails=True)
    people.add(
        "sign_in", token_hash=tokens.session_hash(token), person_id=person, expires_at=until, idle_until=until,
        device="charge", by="code",
    )  # fmt: skip
    contact = people.add(
        "contact", company_id=company, person_id=person, given_name=given, family_name=family, email=address
    )
    return _Member(f"{given} {family}", contact, token, PARTIES[n % len(PARTIES)])


def _room(
    work: Batch, config: Config, company: uuid.UUID, slug: str, seated: list[_Member], objectives: int
) -> dict[str, Any]:
    ids = {"company_id": company}
    mission, rule, strand, zone, state = (uuid.uuid4() for _ in range(5))
    author = seated[0].contact
    work.add(
        "mission", **ids, id=mission, title="Mission de charge", starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31),
        hours=1440, rule_id=rule, created_by=author,
    )  # fmt: skip
    work.add("rule", **ids, id=rule, mission_id=mission, version=None)
    for kind, role in _reads():
        work.put("matrix_cell", **ids, rule_id=rule, mission_id=mission, kind=kind, role=role)
    work.add("strand", **ids, id=strand, mission_id=mission, position=1, state_zone_id=state)
    shared = {"mission_id": mission, "strand_id": strand, "author_id": author, "rule_id": rule}
    work.add("zone", **ids, id=state, kind="calendar", audience="everyone", **shared)
    work.add("zone", **ids, id=zone, kind="objectives", audience="parties", **shared)
    before = datetime.now(UTC) - timedelta(days=1)
    for m in seated:
        work.add(
            "participation", **ids, mission_id=mission, strand_id=None if m.role == "mentor" else strand,
            contact_id=m.contact, role=m.role, first_team=True, announced_at=before, accepted_at=before,
            reads_from=before,
        )  # fmt: skip
    documents = [_objective(work, company, zone, mission, strand, author, n) for n in range(objectives)]
    key = f"objectives:{mission}:{strand}"
    cookie = cookie_name(https=config.secure)
    return {
        "mission": str(mission),
        "page": f"/{slug}/missions/{mission}/objectives?strand={strand}",
        "live": f"/live?company={slug}&page={quote(key)}&v=1",
        "documents": [{"id": str(d), "field": "wording"} for d in documents],
        "members": [{"name": m.name, "cookie": f"{cookie}={m.token}"} for m in seated],
    }


def _objective(
    work: Batch,
    company: uuid.UUID,
    zone: uuid.UUID,
    mission: uuid.UUID,
    strand: uuid.UUID,
    author: uuid.UUID,
    n: int,
) -> uuid.UUID:
    ids, now = {"company_id": company}, datetime.now(UTC)
    objective, document = uuid.uuid4(), uuid.uuid4()
    work.add("document", **ids, id=document, zone_id=zone, kind="objective", subject_id=objective)
    seed = {"wording": f"{WORDS} ({n + 1})", "indicator": "", "notes": ""}
    key = {**ids, "document_id": document, "zone_id": zone}
    work.put("document_snapshot", **key, data=log.seed(seed), head=0)
    for root in kinds.ROOTS["objective"]:
        text = seed[root]
        work.put(
            "document_text", **key, root=root, text=text, hash=canonical_hash([text]), head=0, settled_text=text,
            settled_head=0,
        )  # fmt: skip
    work.add(
        "objective", **ids, id=objective, zone_id=zone, mission_id=mission, strand_id=strand, author_id=author,
        document_id=document, position=n + 1, shared_at=now,
    )  # fmt: skip
    return document


def _reads() -> Iterator[tuple[str, str]]:
    for kind, roles in DEFAULT_MATRIX.items():
        for role in roles:
            yield str(kind), str(role)

"""A small world for tests: two firms that know nothing of each other, three companies, six missions, every role.

Written as the database's superuser, in plain rows: what is under test is never used to prepare its own test.
"""

import hashlib
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tenants import models, walls
from tenants.db import db
from tenants.zones import DEFAULT_MATRIX, DEFAULT_REPORTED

T = models.metadata.tables
THEN = datetime.now(UTC) - timedelta(days=30)


@dataclass
class Someone:
    """A person of the world: their account, their sign-in, their contact in each company."""

    key: str
    name: str
    id: uuid.UUID
    token: str
    email: str
    contacts: dict[str, uuid.UUID] = field(default_factory=dict)

    @property
    def token_hash(self) -> bytes:
        """What the doors are given."""
        return hashlib.sha256(self.token.encode()).digest()


@dataclass
class Where:
    """A mission of the world, with its strands in order."""

    key: str
    id: uuid.UUID
    company: str
    slug: str
    company_id: uuid.UUID
    rule_id: uuid.UUID
    strands: list[uuid.UUID]


@dataclass
class World:
    """Everything by name: ``world.people["ines"]``, ``world.missions["solo"]``."""

    people: dict[str, Someone] = field(default_factory=dict)
    missions: dict[str, Where] = field(default_factory=dict)
    companies: dict[str, tuple[uuid.UUID, str]] = field(default_factory=dict)
    firms: dict[str, uuid.UUID] = field(default_factory=dict)

    @contextmanager
    def acting(self, who: str, company: str | None = None, *, read_only: bool = False) -> Iterator[Any]:
        """Transactions act for that person, in that company; begun and committed by the test."""
        slug = self.companies[company][1] if company else None
        with walls.entering(self.people[who].token_hash, slug, read_only=read_only):
            db.session.rollback()
            yield db.session
        db.session.rollback()

    def url(self, mission: str, tail: str = "") -> str:
        """The address of a page of a mission."""
        m = self.missions[mission]
        return f"/{m.slug}/missions/{m.id}{tail}"


class Builder:
    """Writes the world through one superuser connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self.c = connection
        self.world = World()

    def row(self, table: str, **values: Any) -> uuid.UUID:
        """One row; its id."""
        made = values.setdefault("id", uuid.uuid4()) if "id" in T[table].c else None
        self.c.execute(T[table].insert().values(**values))
        return made  # type: ignore[return-value]

    def person(self, key: str, name: str) -> Someone:
        """An account that has read the notice, with its own address and a sign-in of a month."""
        who = Someone(key, name, uuid.uuid4(), secrets.token_urlsafe(32), f"{key}@example.test")
        self.row("person", id=who.id, name=name, notice_version=1, notice_at=THEN)
        self.row("address", person_id=who.id, address=who.email, mails=True)
        until = datetime.now(UTC) + timedelta(days=30)
        self.row(
            "sign_in", token_hash=who.token_hash, person_id=who.id, expires_at=until, idle_until=until,
            device="Firefox", by="code", fresh_at=until,  # however long the run lasts
        )  # fmt: skip
        self.world.people[key] = who
        return who

    def firm(self, key: str, name: str, **staff: str) -> None:
        """A firm with its staff: ``owner="olga"``."""
        self.world.firms[key] = self.row("firm", name=name)
        for role, who in staff.items():
            someone = self.world.people[who]
            self.row(
                "staff", firm_id=self.world.firms[key], person_id=someone.id, role=role, name=someone.name,
                address=someone.email, accepted_at=THEN,
            )  # fmt: skip

    def company(self, key: str, firm: str, name: str, people: str, staff: str = "") -> None:
        """A company, the contacts of its people and of the firm's staff."""
        company_id, slug = uuid.uuid4(), f"{key}-{secrets.token_hex(3)}"
        self.row(
            "company",
            id=company_id,
            firm_id=self.world.firms[firm],
            firm_name=f"Cabinet {firm}",
            name=name,
            slug=slug,
        )
        self.world.companies[key] = company_id, slug
        for who in (people + " " + staff).split():
            someone = self.world.people[who]
            given, _, family = someone.name.partition(" ")
            someone.contacts[key] = self.row(
                "contact", company_id=company_id, person_id=someone.id, given_name=given, family_name=family,
                title="", email=someone.email, staff=who in staff.split(),
            )  # fmt: skip

    def mission(
        self, key: str, company: str, title: str, creator: str, strands: int, *seats: tuple[Any, ...]
    ) -> Where:
        """A mission whose seats are (role, who, strand number or None, {until_at…})."""
        company_id, slug = self.world.companies[company]
        ids = {"company_id": company_id}
        mission_id, rule_id = uuid.uuid4(), uuid.uuid4()
        by = self.world.people[creator].contacts[company]
        self.row(
            "mission", **ids, id=mission_id, title=title, starts_on=date(2026, 9, 1), ends_on=date(2027, 3, 31),
            hours=24 * 60, rule_id=rule_id, created_by=by,
        )  # fmt: skip
        self.row("rule", **ids, id=rule_id, mission_id=mission_id, version=None)
        for table, matrix in (("matrix_cell", DEFAULT_MATRIX), ("reported_cell", DEFAULT_REPORTED)):
            for kind, roles in matrix.items():
                for role in roles:
                    self.row(table, **ids, rule_id=rule_id, mission_id=mission_id, kind=kind, role=role)
        where = Where(key, mission_id, company, slug, company_id, rule_id, [])
        for n in range(1, strands + 1):
            zone_id, strand_id = uuid.uuid4(), uuid.uuid4()
            self.row("strand", **ids, id=strand_id, mission_id=mission_id, position=n, state_zone_id=zone_id)
            self.row(
                "zone", **ids, id=zone_id, mission_id=mission_id, strand_id=strand_id, kind="calendar",
                audience="everyone", author_id=by, rule_id=rule_id,
            )  # fmt: skip
            where.strands.append(strand_id)
        self.row(
            "zone", **ids, mission_id=mission_id, strand_id=None, kind="team", audience="group", author_id=by,
            rule_id=rule_id,
        )  # fmt: skip
        for role, who, number, *more in seats:
            self.row(
                "participation", **ids, mission_id=mission_id, role=role,
                strand_id=where.strands[number - 1] if number else None,
                contact_id=self.world.people[who].contacts[company], first_team=True,
                **({"announced_at": THEN, "accepted_at": THEN, "reads_from": THEN} | (more[0] if more else {})),
            )  # fmt: skip
        self.world.missions[key] = where
        return where


def build(connection: sa.Connection) -> World:
    """The world. ``former`` was the manager of « solo » until ten days ago."""
    b = Builder(connection)
    names = {
        "ines": "Inès Corbelin", "helene": "Hélène Tavernac", "marc": "Marc Ostrevant", "solange": "Solange Métivard",
        "yann": "Yann Kermelec", "odile": "Odile Brassenoy", "olga": "Olga Vernaz", "theo": "Théo Lanvernier",
        "lina": "Lina Daubrac", "joel": "Joël Pontcarral", "bruno": "Bruno Cazelmas", "former": "Édith Marsac",
        "paula": "Paula Ferrandi", "rival": "Régis Valmont", "rivalmentor": "Maud Kersaint", "rivalmentee": "Noé Lambesc",
    }  # fmt: skip
    for key, name in names.items():
        b.person(key, name)
    b.firm("sauvelande", "Cabinet Sauvelande", owner="olga", coordinator="odile")
    b.firm("rival", "Cabinet Rival", owner="rival")
    b.company(
        "ombrelune", "sauvelande", "Ombrelune Logistique",
        "ines helene marc solange yann theo lina joel bruno former", "olga odile",
    )  # fmt: skip
    b.company("brisemer", "sauvelande", "Brisemer Textile", "helene paula marc", "olga odile")
    b.company("autre", "rival", "Compagnie Autre", "rivalmentor rivalmentee", "rival")
    ended = {"until_at": datetime.now(UTC) - timedelta(days=10)}
    b.mission(
        "solo", "ombrelune", "Prise de poste au site Nord", "odile", 1, ("mentor", "helene", None),
        ("mentee", "ines", 1), ("manager", "marc", 1), ("sponsor", "solange", None), ("hr", "yann", None),
        ("manager", "former", 1, ended),
    )  # fmt: skip
    b.mission(
        "group", "ombrelune", "Trois chefs d’équipe", "odile", 3, ("mentor", "bruno", None), ("mentee", "theo", 1),
        ("mentee", "lina", 2), ("mentee", "joel", 3), ("manager", "ines", 1), ("manager", "marc", 2),
        ("sponsor", "solange", None),
    )  # fmt: skip
    b.mission("other", "ombrelune", "Relais", "olga", 1, ("mentor", "bruno", None), ("mentee", "yann", 1))
    b.mission(
        "alone", "brisemer", "Sans manager", "odile", 1, ("mentor", "helene", None), ("mentee", "paula", 1)
    )
    b.mission(
        "rival", "autre", "Chez un autre cabinet", "rival", 1, ("mentor", "rivalmentor", None),
        ("mentee", "rivalmentee", 1),
    )  # fmt: skip
    return b.world

"""Row-level security declared beside the models, created with them, compared by Alembic, checked by a test.

Why here and not in the migrations alone: a table whose wall is forgotten must be found by a comparison, not by a
reader. ``entering`` says for whom a transaction acts; everything else says what the database then enforces.
"""

import contextlib
import contextvars
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, Table, event, text
from sqlalchemy.orm import Session

# -- 1. who is asking ---------------------------------------------------------------------------


class NotEntered(Exception):
    """A company was asked for by somebody who has no sign-in, or no membership there. ``signed_in`` tells which."""

    def __init__(self, signed_in: bool) -> None:
        super().__init__("signed in, no membership" if signed_in else "not signed in")
        self.signed_in = signed_in


@dataclass(frozen=True)
class Door:
    """What opens a transaction: the hash of a token, the company's slug or None, and whether it may write."""

    token_hash: bytes = b""
    slug: str | None = None
    read_only: bool = False


@dataclass(frozen=True)
class Acting:
    """For whom the transaction acts, as PostgreSQL resolved it. All None: nobody."""

    person: uuid.UUID | None = None
    company: uuid.UUID | None = None
    contact: uuid.UUID | None = None


_door: contextvars.ContextVar[Door | None] = contextvars.ContextVar("door", default=None)


@contextlib.contextmanager
def entering(token_hash: bytes, slug: str | None = None, *, read_only: bool = False) -> Iterator[None]:
    """Every transaction begun inside acts for the holder of the token, in that company (None: the person alone)."""
    token = _door.set(Door(token_hash, slug, read_only))
    try:
        yield
    finally:
        _door.reset(token)


# The settings end with the transaction; `transaction_read_only` cannot be undone inside it.
ENTER = text(
    "select person, company, contact, set_config('transaction_read_only', :ro, true) from enter(:t, :s)"
)


def install(session_class: type[Session] = Session) -> None:
    """Begin every transaction by saying for whom it acts; without a door both settings are set to ''."""

    @event.listens_for(session_class, "after_begin")
    def _enter(session: Session, transaction: Any, connection: Connection) -> None:
        if transaction.nested:  # a savepoint keeps what its transaction set
            return
        door = _door.get() or Door()
        row = connection.execute(
            ENTER, {"t": door.token_hash, "s": door.slug, "ro": "on" if door.read_only else "off"}
        ).one()
        acting = Acting(row.person, row.company, row.contact)
        session.info["acting"] = acting
        if door.slug is not None and acting.company is None:
            raise NotEntered(acting.person is not None)


def acting(session: Any) -> Acting:
    """For whom the present transaction acts; begins it if it has not begun. Raises NotEntered as ``entering`` says."""
    session.connection()
    found: Acting = session.info["acting"]
    return found


def narrow(session: Any, zones: Iterable[uuid.UUID]) -> None:
    """To the end of a transaction that only reads, those zones and no other: my_zones() keeps its answer there."""
    kept = "{" + ",".join(map(str, zones)) + "}"
    session.execute(text("select set_config('app.zones', :z, true)"), {"z": kept})


# -- 2. what the database enforces --------------------------------------------------------------
APP, LIVE, JOBS, OWNER, SYSTEM = (f"trialogue_{r}" for r in ("app", "live", "jobs", "owner", "system"))
COMPANY = "(SELECT acting_company())"
PERSON = "(SELECT acting_person())"
ZONES = "(SELECT my_zones())::uuid[]"
MISSIONS = "(SELECT my_missions())::uuid[]"
FIRMS = "(SELECT my_firms())::uuid[]"


@dataclass(frozen=True)
class Policy:
    """One row-level policy, always written TO named roles."""

    name: str
    using: str
    to: tuple[str, ...] = (APP, OWNER)
    check: str | None = None
    command: str = "ALL"
    restrictive: bool = False

    def create(self, table: str) -> str:
        """The statement that makes it."""
        kind = "RESTRICTIVE" if self.restrictive else "PERMISSIVE"
        using = f" USING ({self.using})" if self.command != "INSERT" else ""
        check = (
            f" WITH CHECK ({self.check or self.using})" if self.command not in ("SELECT", "DELETE") else ""
        )
        roles = ", ".join(self.to)
        return f"CREATE POLICY {self.name} ON {table} AS {kind} FOR {self.command} TO {roles}{using}{check}"


# RESTRICTIVE: a later policy cannot widen it.
WALL = Policy("company_wall", f"company_id = {COMPANY}", (APP, LIVE, OWNER), restrictive=True)
ZONE = Policy("zone_wall", f"zone_id = ANY ({ZONES})", (APP,), restrictive=True)
MISSION = Policy("mission_wall", f"mission_id = ANY ({MISSIONS})", (APP,), restrictive=True)
ROWS = Policy("company_rows", "true")  # permissive: without one, nothing is visible
LOG = Policy("live_rows", "true", (LIVE,))  # document tables
ACROSS = Policy("across", "true", (SYSTEM,), command="SELECT")  # the definer functions and the dump
ERASED = Policy(
    "erased", "true", (SYSTEM,), command="DELETE"
)  # what was withdrawn: erase_withdrawn(), by the clock

DECLARED: dict[str, tuple[Policy, ...]] = {}
GLOBAL: set[str] = set()


def declare(table_name: str, *policies: Policy) -> None:
    """Say more about one table than the rule does (not in Table.info: Alembic would render it).

    A table without ``company_id`` is walled by exactly what is declared here, and by ``across``.
    """
    DECLARED[table_name] = policies


def policies(table: Table) -> list[Policy]:
    """Every table with a company_id gets the wall, every table with a zone_id its readers; declare() adds."""
    found = DECLARED.get(table.name)
    if "company_id" not in table.c:
        return [*found, ACROSS] if found else []
    zone = [ZONE] if "zone_id" in table.c else []
    return [WALL, ACROSS, *zone, *(found or (ROWS,))]


def enable(table: str) -> tuple[str, str]:
    """FORCE: the owner is walled too."""
    return (f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def statements(table: Table) -> list[str]:
    """All that a table's wall is made of; nothing for a table that nobody walls."""
    found = policies(table)
    return [*enable(table.name), *(p.create(table.name) for p in found)] if found else []


# -- 3. what is really there --------------------------------------------------------------------
ACTUAL = text("""
  select c.relname as table_name, c.relrowsecurity and c.relforcerowsecurity as walled, p.polname as policy,
         p.polcmd::text as cmd, p.polpermissive as permissive, p.polroles::text as roles,
         pg_get_expr(p.polqual, c.oid) as using_, pg_get_expr(p.polwithcheck, c.oid) as check_
  from pg_class c left join pg_policy p on p.polrelid = c.oid
  where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
  order by 1, 3""")

Found = dict[str, dict[str, Any]]


def actual(connection: Connection) -> Found:
    """What stands in the database, as the server prints it."""
    found: Found = {}
    for r in connection.execute(ACTUAL):
        t = found.setdefault(r.table_name, {"walled": r.walled, "policies": {}})
        if r.policy:
            t["policies"][r.policy] = tuple(r[3:])
    return found


def declared(connection: Connection, metadata: MetaData, have: Found) -> Found:
    """The server's own reading of what the models declare: create it in a savepoint, read it, roll back."""
    point = connection.begin_nested()
    try:
        for t in metadata.tables.values():
            if t.name in have and policies(t):
                for p in have[t.name]["policies"]:
                    connection.exec_driver_sql(f"DROP POLICY {p} ON {t.name}")
                for s in statements(t):
                    connection.exec_driver_sql(s)
        return {k: v for k, v in actual(connection).items() if k in metadata.tables}
    finally:
        point.rollback()


def differences(connection: Connection, metadata: MetaData) -> Iterator[tuple[str, str | None, str]]:
    """(table, policy or None, reason) for every walled table, declared or not. Empty: the walls are as declared."""
    have = actual(connection)
    want = declared(connection, metadata, have)
    for t in metadata.tables.values():
        if policies(t) and t.name not in have:
            yield t.name, None, "no such table"
        elif policies(t) and not have[t.name]["walled"]:
            yield t.name, None, "row level security is not enabled and forced"
    for name, h in have.items():
        if name not in want:
            if h["policies"]:
                yield name, None, "has policies but no model declares it"
            continue
        for p in sorted(h["policies"].keys() | want[name]["policies"].keys()):
            if h["policies"].get(p) != want[name]["policies"].get(p):
                yield name, p, "is not as declared"

"""What the live module asks as a person, one round trip each: who opens a socket, what documents they may open.

Both are functions of migration 0006 that begin with ``enter``: the walls judge *where*, ``may()`` judges *who*, and the
answer of a document that one does not read is that of a document that does not exist.
"""

import asyncio
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tenants.actors import Actor
from tenants.documents import kinds
from tenants.documents.log import NOTHING, load
from tenants.policy import Role, may
from tenants.zones import Seat
from webapp.live.questions import Questions
from webapp.live.topics import Identity, Member, Page, Standing

COLORS = 6
LARGE = 200_000  # bytes of log that are loaded in a thread: smaller ones take less than a turn of the loop

ZONE = "select zone_id from document where company_id = acting_company() and subject_id = %s limit 1"
NAMES = """
select k.id, k.given_name, k.family_name,
       (select array_agg(p.role) from participation p where p.company_id = k.company_id and p.contact_id = k.id
           and p.mission_id = %s and (%s::uuid is null or p.strand_id is null or p.strand_id = %s)), k.staff
  from contact k where k.company_id = acting_company() and k.id = any (%s::uuid[])"""
# In which order a person's roles name them on a page, when they hold several.
PARTIES = (Role.MENTEE, Role.MENTOR, Role.MANAGER, Role.SPONSOR, Role.HR)


class SignedOut(Exception):
    """No sign-in stands behind the token any more."""


class NoAccess(Exception):
    """Signed in, but not there."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as the database gave it to one person. ``why`` None: they may write."""

    doc: str
    why: str | None
    following: str | None = None
    company_id: uuid.UUID | None = None
    zone: str = ""
    kind: str = ""
    head: int = 0
    folded: int = 0
    settled: int = 0
    updates: int = 0
    data: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of the log."""
        return sum(map(len, self.data))


@dataclass(frozen=True)
class _Subject:
    """What ``may`` judges: a document through the zone of what it serves."""

    company_id: uuid.UUID
    mission_id: uuid.UUID
    strand_id: uuid.UUID | None
    zone_id: uuid.UUID
    author_id: uuid.UUID


class Asking:
    """The two questions, and what else is asked of a page."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions

    async def greet(self, token: bytes, slug: str, page: Page) -> Standing:
        """Who that is on that page. Raises SignedOut, NoAccess."""
        said: dict[str, Any] = await self._questions.greet(
            token, slug, str(page.mission_id or ""), str(page.strand_id or "")
        )
        if said.get("person") is None:
            raise SignedOut
        if not said.get("sees"):
            raise NoAccess
        return _standing(said, page)

    async def documents(self, member: Member, docs: list[str]) -> dict[str, Opened]:
        """Each asked document, with the log of those that the member may write."""
        rows = await self._questions.documents(member.token, member.slug, docs)
        found = {str(row[0]): _opened(member, row) for row in rows}
        return {doc: found.get(doc) or Opened(doc, "withdrawn") for doc in docs}

    async def zone_of(self, member: Member, subject: str) -> str:
        """The zone of a thing that has a document, if the member reads it; else ''."""
        rows = await self._questions.entered(member.token, member.slug, ZONE, (subject,))
        return str(rows[0][0]) if rows else ""

    async def names(self, member: Member, contacts: list[str], page: Page) -> list[Identity]:
        """How contacts are shown on a page, read with the right of somebody who is there."""
        values = (page.mission_id, page.strand_id, page.strand_id, contacts)
        rows = await self._questions.entered(member.token, member.slug, NAMES, values)
        return [
            _identity(contact, given, family, _first(roles, staff))
            for contact, given, family, roles, staff in rows
        ]


async def difference(opened: Opened, vector: bytes) -> tuple[bytes, bytes]:
    """(what a browser with that state vector lacks, the server's own vector)."""
    if not opened.data:
        return b"\x00\x00", NOTHING
    if opened.size > LARGE:
        return await asyncio.to_thread(_difference, opened.data, vector)
    return _difference(opened.data, vector)


def _difference(data: tuple[bytes, ...], vector: bytes) -> tuple[bytes, bytes]:
    doc = load(data)
    return doc.get_update(vector or None), doc.get_state()


def _opened(member: Member, row: tuple[Any, ...]) -> Opened:
    (
        doc,
        zone,
        mission,
        strand,
        author,
        kind,
        frozen,
        ended,
        following,
        head,
        folded,
        settled,
        updates,
        data,
    ) = row
    company = member.standing.actor.company_id
    assert company is not None  # noqa: S101 - a standing is always in a company
    subject = _Subject(company, mission, strand, zone, author)
    after = str(following) if following else None
    if ended:
        return Opened(str(doc), ended, after)
    # the walls gave the row, so its zone is read: it may be younger than this socket (a first draft, a first sharing)
    reader = replace(member.standing.actor, zones=member.standing.actor.zones | {zone})
    if not may(reader, kinds.WRITES[kind], subject):
        return Opened(str(doc), "refused")
    if frozen:
        return Opened(str(doc), "frozen", after)
    return Opened(
        str(doc), None, None, company, str(zone), kind, head or 0,
        -1 if folded is None else folded, -1 if settled is None else settled, updates or 0, tuple(data or ()),
    )  # fmt: skip


def _standing(said: dict[str, Any], page: Page) -> Standing:
    person, company, contact = (uuid.UUID(said[k]) for k in ("person", "company", "contact"))
    firm = uuid.UUID(said["firm"])
    roles = frozenset(Role(r) for r in said["staff"] or ())
    seats = tuple(_seat(contact, s) for s in said["seats"] or ())
    zones = frozenset(said["zones"] or ())
    actor = Actor(
        person_id=person,
        company_id=company,
        contact_id=contact,
        firm_id=firm,
        firm_roles=roles,
        firms=frozenset((firm, role) for role in roles),
        seats=seats,
        zones=frozenset(map(uuid.UUID, zones)),
        name=f"{said['given']} {said['family']}".strip(),
        ended=frozenset((uuid.UUID(m), uuid.UUID(s) if s else None) for m, s in said.get("ended") or ()),
    )
    identity = _identity(contact, said["given"], said["family"], _party(seats, roles, page))
    hides, hears = (frozenset(said[k] or ()) for k in ("hides", "hears"))
    return Standing(actor, said["sign_in"], identity, zones, hides, hears)


def _seat(contact: uuid.UUID, s: dict[str, Any]) -> Seat:
    return Seat(
        contact_id=contact,
        mission_id=uuid.UUID(s["mission"]),
        strand_id=uuid.UUID(s["strand"]) if s["strand"] else None,
        role=Role(s["role"]),
        reads_from=_time(s["from"]),
        until_at=_time(s["until"]),
        opened=None if s["opened"] is None else frozenset(map(uuid.UUID, s["opened"])),
    )


def _time(at: str | None) -> datetime | None:
    return datetime.fromisoformat(at) if at else None


def _party(seats: tuple[Seat, ...], staff: frozenset[Role], page: Page) -> str:
    held = {s.role for s in seats if page.mission_id in (None, s.mission_id) and s.spans(page.strand_id)}
    return _first(held, bool(staff))


def _first(held: Iterable[str], staff: bool) -> str:
    names = set(held or ())
    return next((str(r) for r in PARTIES if r in names), "staff" if staff else "")


def _identity(contact: uuid.UUID, given: str, family: str, party: str) -> Identity:
    return Identity(
        id=str(contact),
        name=given or family,
        initials=(given[:1] + family[:1]).upper(),
        party=party,
        color=hashlib.sha256(contact.bytes).digest()[0] % COLORS + 1,
    )

"""Who hears what in this process: members by zone, by document, by page, by person. Plain dictionaries, one event loop.

A topic is a zone id, so what is shared with two does not so much as wake a third one's browser.
"""

import asyncio
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tenants.actors import Actor
from webapp.live.frames import Close
from webapp.live.rates import Rate

QUEUE = 512  # messages that wait for one browser; beyond, it is closed 1013 and comes back for what it lacks
QUEUE_BYTES = 8_000_000
REMEMBERED = 600  # ids of rows: more than anybody types while they are compared


@dataclass(frozen=True)
class Page:
    """What a page key says: a room, a mission, a strand. ``key`` alone names the roster, within a company."""

    key: str
    mission_id: uuid.UUID | None = None
    strand_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Identity:
    """How others see somebody on a page. From the database, never from the browser."""

    id: str
    name: str
    initials: str
    party: str
    color: int


@dataclass(frozen=True)
class Standing:
    """What the database said of a member: who, where, what they read, from whom they hide.

    ``hears``: zones whose notices they hear beside those that they read, for the firm's staff: a strand's state.
    """

    actor: Actor
    sign_in: str | None
    identity: Identity
    zones: frozenset[str]
    hides: frozenset[str]
    hears: frozenset[str] = frozenset()


class Room:
    """One document that somebody here has open."""

    __slots__ = (
        "company", "dirty", "doc", "empty_at", "first", "kind", "last", "members", "quiet", "rows", "seen", "size",
        "waiting", "who", "zone",
    )  # fmt: skip

    def __init__(self, doc: str) -> None:
        self.doc = doc
        self.company: uuid.UUID | None = None
        self.zone = ""
        self.kind = ""
        self.members: dict[Member, None] = {}
        self.waiting: dict[Member, list[bytes]] = {}  # what is told to those whose right is being judged
        self.empty_at = 0.0  # time when the last member left
        self.size = 0  # bytes of the log, as far as this process knows
        self.rows = 0  # rows beyond the snapshot
        self.seen: deque[tuple[float, int]] = deque()  # ids that were relayed here lately
        self.dirty = 0.0  # time of the last update that is not folded; 0: none
        self.first = 0.0  # time of the first one
        self.quiet = 0.0  # time of the last update that is not settled; 0: none
        self.last = 0.0  # time of the last update at all
        self.who: tuple[bytes, str] | None = None  # token hash and company slug of the last writer

    def relay(self, out: bytes, but: "Member | None" = None) -> None:
        """Tell the members, and keep it for those whose right is being judged."""
        for member in self.members:
            if member is not but:
                member.send(out)
        for kept in self.waiting.values():
            kept.append(out)

    def note(self, row: int, *, remember: bool) -> None:
        """A row was added; its id is remembered for a while when another process may add some that it does not tell."""
        self.rows += 1
        if remember:
            self.seen.append((time.monotonic(), row))
            if len(self.seen) > REMEMBERED:
                self.seen.popleft()


class Member:
    """One open page."""

    __slots__ = (
        "away", "carets", "closing", "faults", "joining", "main", "out", "out_bytes", "page", "rates", "rooms", "section",
        "section_zone",
        "seen_at", "slow_at", "slug", "standing", "task", "token", "told_roster", "wake", "zones",
    )  # fmt: skip

    def __init__(self, token: bytes, slug: str, page: Page) -> None:
        self.token = token
        self.slug = slug
        self.page = page
        self.standing: Standing = None  # type: ignore[assignment]  # set before the member is put anywhere
        self.zones: frozenset[str] = frozenset()
        self.rooms: dict[str, Room] = {}
        self.joining: dict[str, bytes] = {}
        self.task: asyncio.Task[None] | None = None
        self.carets: dict[str, tuple[int, int, bytes]] = {}  # client id, clock and last state, by document
        self.section: str | None = None
        self.section_zone = ""
        self.away = False
        self.rates = Rate.of_a_member()
        self.faults = 0
        self.seen_at = 0.0
        self.slow_at = 0.0
        self.main: asyncio.Task[None] | None = None
        self.told_roster = ""
        self.out: deque[bytes | str] = deque()
        self.out_bytes = 0
        self.closing: tuple[Close, str] | None = None
        self.wake = asyncio.Event()

    def send(self, message: bytes | str) -> None:
        """Queue a message; a browser that does not read is let go."""
        if self.closing is not None:
            return
        self.out.append(message)
        self.out_bytes += len(message)
        if len(self.out) > QUEUE or self.out_bytes > QUEUE_BYTES:
            self.close(Close.SLOW)
        else:
            self.wake.set()

    def close(self, code: Close, reason: str = "") -> None:
        """What is queued is dropped when the reader is too slow, sent first otherwise."""
        if self.closing is None:
            self.closing = (code, reason or code.name.lower().replace("_", "-"))
            if code is Close.SLOW:
                self.out.clear()
            self.wake.set()


@dataclass
class Hub:
    """Everything open in this process."""

    members: dict[Member, None] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    zones: dict[str, dict[Member, None]] = field(default_factory=dict)
    pages: dict[tuple[uuid.UUID, str], dict[Member, None]] = field(default_factory=dict)
    missions: dict[tuple[uuid.UUID, uuid.UUID | None], set[tuple[uuid.UUID, str]]] = field(
        default_factory=dict
    )  # pages by mission
    persons: dict[str, dict[Member, None]] = field(default_factory=dict)
    revocations: int = 0  # counts the notices, so that a handshake knows whether one passed meanwhile

    def add(self, member: Member, standing: Standing) -> None:
        """From here on the member hears."""
        self.members[member] = None
        self.stand(member, standing)
        key = self.page(member)
        self.pages.setdefault(key, {})[member] = None
        self.missions.setdefault((key[0], member.page.mission_id), set()).add(key)
        self.persons.setdefault(str(standing.actor.person_id), {})[member] = None

    def stand(self, member: Member, standing: Standing) -> None:
        """Take what the database says now: zones may have come or gone."""
        topics = (
            standing.zones
            | standing.hears
            | ({str(member.page.mission_id)} if member.page.mission_id else frozenset())
        )
        for zone in member.zones - topics:
            _drop(self.zones, zone, member)
        for zone in topics - member.zones:
            self.zones.setdefault(zone, {})[member] = None
        member.zones, member.standing = topics, standing

    def remove(self, member: Member) -> list[Room]:
        """The rooms that the member leaves."""
        self.members.pop(member, None)
        left = [self.leave(member, doc) for doc in list(member.rooms)]
        for zone in member.zones:
            _drop(self.zones, zone, member)
        if member.standing is not None:
            key = self.page(member)
            _drop(self.pages, key, member)
            if key not in self.pages:
                self._forget_page(key, member.page.mission_id)
            _drop(self.persons, str(member.standing.actor.person_id), member)
        return [room for room in left if room is not None]

    def _forget_page(self, key: tuple[uuid.UUID, str], mission: uuid.UUID | None) -> None:
        pages = self.missions.get((key[0], mission), set())
        pages.discard(key)
        if not pages:
            self.missions.pop((key[0], mission), None)

    def page(self, member: Member) -> tuple[uuid.UUID, str]:
        """A roster's key: the company, and the page within it."""
        company = member.standing.actor.company_id
        assert company is not None  # noqa: S101 - a standing is always in a company
        return company, member.page.key

    def room(self, doc: str) -> Room:
        """The document's room in this process."""
        return self.rooms.get(doc) or self.rooms.setdefault(doc, Room(doc))

    def await_join(self, member: Member, doc: str) -> None:
        """From here on what the room is told is kept for the member, before anything is read."""
        room = self.room(doc)
        if member not in room.members:
            room.waiting.setdefault(member, [])

    def join(self, member: Member, doc: str) -> list[bytes]:
        """The member may write: they are in. What was told meanwhile, to be sent after what was read."""
        room = self.room(doc)
        room.members[member] = None
        member.rooms[doc] = room
        return room.waiting.pop(member, [])

    def leave(self, member: Member, doc: str) -> Room | None:
        """The room, or None if the member was not in it. A room that nobody needs is forgotten."""
        room = member.rooms.pop(doc, None)
        if room is not None:
            room.members.pop(member, None)
            if not room.members:
                room.empty_at = time.monotonic()
            self.tidy(room)
        return room

    def give_up(self, member: Member, doc: str) -> None:
        """The member is not let in."""
        room = self.rooms.get(doc)
        if room is not None:
            room.waiting.pop(member, None)
            self.tidy(room)

    def tidy(self, room: Room) -> None:
        """Forget a room without members and without anything left to fold or settle."""
        if not room.members and not room.waiting and not room.dirty and not room.quiet:
            self.rooms.pop(room.doc, None)


def _drop(index: dict[Any, dict[Member, None]], key: Any, member: Member) -> None:
    held = index.get(key)
    if held is not None:
        held.pop(member, None)
        if not held:
            del index[key]

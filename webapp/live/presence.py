"""Who is here, by page: the roster is the server's. Each process says who is on its pages; what it does not repeat dies.

Somebody who hides from another is, for that one, nowhere: no roster, no section, no caret. Names are read from the
database with the right of somebody who is there.
"""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from webapp.live import frames
from webapp.live.topics import Hub, Identity, Member

TTL = 45.0  # seconds after which what another process said is forgotten
REPEAT = 15.0
SECTION = 80  # characters of a section's key

PageKey = tuple[uuid.UUID, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody on a page: their section and its zone (whoever does not read it is not told), from whom they hide."""

    contact: str
    section: str | None
    zone: str
    hides: frozenset[str]


@dataclass
class Presence:
    """Rosters of this process's pages."""

    hub: Hub
    origin: str = ""
    others: dict[PageKey, dict[str, tuple[float, tuple[Seen, ...]]]] = field(default_factory=dict)
    names: dict[tuple[PageKey, str], Identity] = field(default_factory=dict)  # a party is of a page
    unknown: set[PageKey] = field(default_factory=set)  # pages with somebody whose name is to be read
    _far: dict[tuple[uuid.UUID, uuid.UUID | None], set[PageKey]] = field(
        default_factory=dict
    )  # of others, by mission
    _told: dict[PageKey, float] = field(default_factory=dict)

    def local(self, key: PageKey) -> list[Seen]:
        """Those whom this process shows there, a person once: the tab that says where they are wins."""
        found: dict[str, Seen] = {}
        for m in self.hub.pages.get(key, ()):
            if m.away:
                continue
            who = m.standing.identity
            self.names[key, who.id] = who
            if who.id not in found or m.section:
                found[who.id] = Seen(who.id, m.section, m.section_zone, m.standing.hides)
        return list(found.values())

    def everyone(self, key: PageKey) -> list[Seen]:
        """Those who are there, in any process."""
        limit = time.monotonic() - TTL
        found = {s.contact: s for s in self.local(key)}
        for at, seen in self.others.get(key, {}).values():
            for s in seen if at > limit else ():
                if s.contact not in found or (s.section and not found[s.contact].section):
                    found[s.contact] = s
        return list(found.values())

    def roster(self, key: PageKey, viewer: Member) -> list[dict[str, Any]]:
        """As one viewer may see it; whose name is not known yet waits for the next time.

        Who writes, from another page of the mission, in something that the viewer reads is told as ``elsewhere``: a
        collective objective stands on the page of each strand.
        """
        here = {entry["id"]: entry for entry in self._shown(key, viewer)}
        for other in self.beside(key):
            for entry in self._shown(other, viewer):
                if entry["section"] and entry["id"] not in here:
                    here[entry["id"]] = {**entry, "elsewhere": True}
        return sorted(here.values(), key=lambda r: (r["name"], r["id"]))

    def _shown(self, key: PageKey, viewer: Member) -> list[dict[str, Any]]:
        shown = []
        for s in self.everyone(key):
            who = self.names.get((key, s.contact))
            if who is None:
                self.unknown.add(key)
            elif viewer.standing.identity.id not in s.hides:
                shown.append({**user(who), "section": s.section if s.zone in viewer.zones else None})
        return shown

    def beside(self, key: PageKey) -> list[PageKey]:
        """Other pages of the same mission, in any process."""
        whole = _mission(key)
        if whole[1] is None:
            return []
        return [k for k in self.hub.missions.get(whole, set()) | self._far.get(whole, set()) if k != key]

    def tell(self, key: PageKey) -> None:
        """Send each member of the page, and of those beside it, its roster, if it changed."""
        for page in (key, *self.beside(key)):
            for m in list(self.hub.pages.get(page, ())):
                said = frames.text("presence", roster=self.roster(page, m))
                if said != m.told_roster:
                    m.told_roster = said
                    m.send(said)

    def line(self, key: PageKey) -> str:
        """What other processes are told of this page."""
        self._told[key] = time.monotonic()
        people = ",".join(
            f"{s.contact}={s.section or '-'}={s.zone or '-'}={'+'.join(sorted(s.hides)) or '-'}"
            for s in self.local(key)
        )
        return f"p {self.origin} {key[0]} {key[1]} {people or '-'}"

    def due(self) -> list[PageKey]:
        """Pages of which the others have not heard for a while; those that nobody has open any more are dropped."""
        now = time.monotonic()
        self._told = {k: at for k, at in self._told.items() if k in self.hub.pages}
        return [key for key in self.hub.pages if now - self._told.get(key, 0) > REPEAT]

    def heard(self, origin: str, key: PageKey, said: str) -> None:
        """Another process told who is there."""
        seen = []
        for part in said.split(",") if said != "-" else ():
            contact, place, zone, hides = part.split("=")
            hidden = frozenset(hides.split("+")) if hides != "-" else frozenset()
            seen.append(Seen(contact, None if place == "-" else place, zone, hidden))
        if key in self.hub.pages or self.beside(key):
            self._far.setdefault(_mission(key), set()).add(key)
            self.others.setdefault(key, {})[origin] = (time.monotonic(), tuple(seen))
            self.tell(key)

    def forget(self) -> list[PageKey]:
        """Drop what was not repeated; the pages whose roster may have changed."""
        limit = time.monotonic() - TTL
        changed = []
        for key, by in list(self.others.items()):
            late = [origin for origin, (at, _) in by.items() if at < limit]
            for origin in late:
                del by[origin]
            if late:
                changed.append(key)
            if not by:
                del self.others[key]
                self._far[_mission(key)].discard(key)
                if not self._far[_mission(key)]:
                    del self._far[_mission(key)]
        for page, contact in list(self.names):
            if page not in self.hub.pages and page not in self.others:
                del self.names[page, contact]
        return changed


def _mission(key: PageKey) -> tuple[uuid.UUID, uuid.UUID | None]:
    """The company and the mission of a page key, None if it has none."""
    return key[0], uuid.UUID(key[1].split(":")[1]) if ":" in key[1] else None


def user(who: Identity) -> dict[str, Any]:
    """An identity as the wire has it."""
    return {"id": who.id, "name": who.name, "initials": who.initials, "party": who.party, "color": who.color}


def section(said: Any) -> str | None:
    """A section's key as a browser may say it: ``objective:<uuid>``. Raises Fault for anything else."""
    if said is None:
        return None
    if isinstance(said, str) and len(said) <= SECTION:
        room, colon, key = said.partition(":")
        try:
            if colon and room.replace("-", "").isalpha() and str(uuid.UUID(key)) == key:
                return said
        except ValueError:
            pass
    raise frames.Fault(frames.Close.NOT_JSON, "section")

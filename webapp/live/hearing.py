"""What comes by the bus, told to the sockets that it concerns."""

import time
import uuid
from base64 import b64decode
from collections import deque
from collections.abc import Callable

from webapp.live import frames
from webapp.live.carets import Carets
from webapp.live.frames import STEP1, UPDATE, closed, frame
from webapp.live.presence import Presence
from webapp.live.rights import Rights
from webapp.live.topics import Hub, Member

LOADING = 15.0  # seconds that a page may take to open its socket
KEPT = 5_000  # notices


class Hearing:
    """Line by line; fragments that are stale are told once a notification, all together."""

    def __init__(self, hub: Hub, presence: Presence, carets: Carets, rights: Rights) -> None:
        self.hub = hub
        self.presence = presence
        self.rights = rights
        self._lately: deque[tuple[float, str, list[str]]] = deque(maxlen=KEPT)
        self._hears: dict[str, Callable[..., None]] = {
            "u": self._update,
            "R": self._ask_again,
            "a": carets.heard,
            "p": self._people,
            "closed": self._closed,
            "revoked": rights.revoked,
        }

    def heard(self, lines: list[str]) -> None:
        """What a process, perhaps this one, tells."""
        stale: dict[Member, dict[str, None]] = {}
        for line in lines:
            word, *parts = line.split(" ")
            if word == "stale":
                self._lately.append((time.monotonic(), parts[0], parts[1:]))
                for member in self.hub.zones.get(parts[0], ()):
                    stale.setdefault(member, {}).update(dict.fromkeys(parts[1:]))
            elif word in self._hears:
                self._hears[word](*parts)
        for member, ids in stale.items():
            member.send(frames.text("stale", ids=list(ids)))

    def missed(self, member: Member) -> None:
        """What was told between the making of a page and the opening of its socket."""
        limit = time.monotonic() - LOADING
        while self._lately and self._lately[0][0] < limit:
            self._lately.popleft()
        ids = dict.fromkeys(key for _, zone, keys in self._lately if zone in member.zones for key in keys)
        if ids:
            member.send(frames.text("stale", ids=list(ids)))

    def lost(self) -> None:
        """The bus was deaf for a while: ask again for everything."""
        for room in self.hub.rooms.values():
            room.relay(frame(STEP1, room.doc))
        for member in list(self.hub.members):
            member.send(frames.text("stale", ids=["*"]))
            self.rights.judge(member)

    def _update(self, doc: str, row: str, data: str) -> None:
        room = self.hub.rooms.get(doc)
        if room is not None:
            update = b64decode(data)
            room.relay(frame(UPDATE, doc, update))
            room.size += len(update)
            room.last = time.monotonic()
            room.note(int(row), remember=True)

    def _ask_again(self, doc: str) -> None:
        room = self.hub.rooms.get(doc)
        if room is not None:
            room.relay(frame(STEP1, doc))

    def _people(self, origin: str, company: str, page: str, people: str) -> None:
        self.presence.heard(origin, (uuid.UUID(company), page), people)

    def _closed(self, doc: str, why: str, following: str | None = None) -> None:
        room = self.hub.rooms.get(doc)
        if room is None:
            return
        said = closed(doc, why, following)
        room.dirty = room.quiet = room.first = 0.0
        for member in list(room.members):
            self.hub.leave(member, doc)
            member.carets.pop(doc, None)
            member.send(said)

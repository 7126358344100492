"""Carets: what one's own client says of itself, told to the others of the text, never stored. Names are the roster's."""

from base64 import b64decode, b64encode

from webapp.live import frames
from webapp.live.bus import Bus
from webapp.live.frames import AWARE, Close, Fault, frame
from webapp.live.topics import Hub, Member, Room


class Carets:
    """Those of this process, and what other processes tell of theirs."""

    def __init__(self, hub: Hub, bus: Bus) -> None:
        self.hub = hub
        self.bus = bus

    def move(self, member: Member, room: Room, payload: bytes) -> None:
        """A browser says where it is. Raises Fault when it speaks of another client than its own."""
        who, clock = frames.client(payload)
        held = member.carets.get(room.doc)
        if (held is not None and held[0] != who) or (held is None and self._taken(member, room, who)):
            raise Fault(Close.NOT_MINE)
        member.carets[room.doc] = (who, clock, payload)
        if (
            member.rates.carets.take()
        ):  # beyond the rate only the last one counts, and it is told to whoever joins
            self._show(member, room, payload)

    def leave(self, member: Member, doc: str) -> None:
        """The member's caret is taken from the others' screens."""
        held = member.carets.pop(doc, None)
        room = self.hub.rooms.get(doc)
        if held is not None and room is not None:
            self._show(member, room, frames.gone(held[0], held[1] + 1))

    def hide(self, member: Member, others: frozenset[str]) -> None:
        """The member hides from these from now on: what they have on screen is taken away."""
        for doc, (who, clock, _) in member.carets.items():
            room = self.hub.rooms.get(doc)
            out = _told(doc, member.standing.identity.id, frames.gone(who, clock + 1))
            for other in room.members if room else ():
                if other.standing.identity.id in others:
                    other.send(out)

    def greet(self, member: Member, room: Room) -> None:
        """Whoever joins a text is told who is in it."""
        me = member.standing.identity.id
        for other in room.members:
            held = other.carets.get(room.doc)
            if held and other is not member and me not in other.standing.hides:
                member.send(_told(room.doc, other.standing.identity.id, held[2]))

    def heard(self, doc: str, contact: str, hides: str, data: str) -> None:
        """A caret of another process."""
        room = self.hub.rooms.get(doc)
        if room is None:
            return
        out = _told(doc, contact, b64decode(data))
        kept_from = hides.split("+")
        for member in room.members:
            if member.standing.identity.id not in kept_from:
                member.send(out)

    def _taken(self, member: Member, room: Room, client: int) -> bool:
        """Whether that client is another person's. One's own, of a socket that has not died yet, is taken over."""
        for other in room.members:
            if room.doc in other.carets and other.carets[room.doc][0] == client:
                if other.standing.identity.id != member.standing.identity.id:
                    return True
                del other.carets[room.doc]
        return False

    def _show(self, member: Member, room: Room, payload: bytes) -> None:
        me = member.standing
        if len(room.members) > 1:
            out = _told(room.doc, me.identity.id, payload)
            for other in room.members:
                if other is not member and other.standing.identity.id not in me.hides:
                    other.send(out)
        if self.bus.heard:
            hides = "+".join(sorted(me.hides)) or "-"
            self.bus.tell([f"a {room.doc} {me.identity.id} {hides} {b64encode(payload).decode()}"])


def _told(doc: str, who: str, payload: bytes) -> bytes:
    return frame(AWARE, doc, bytes((len(who),)) + who.encode() + payload)

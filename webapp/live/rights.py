"""Who may be on a page is asked again: at a notice, and once a minute as a net. What was taken back closes at once."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import psycopg

from webapp.live.carets import Carets
from webapp.live.frames import Close, closed
from webapp.live.joins import Asking, NoAccess, SignedOut
from webapp.live.presence import PageKey
from webapp.live.topics import Hub, Member, Standing

JUDGED = 60.0  # seconds after which a socket is judged again
AT_ONCE = 4
SOON = 5.0  # seconds before one asks again a database that did not answer


def _rights(standing: Standing) -> tuple[object, ...]:
    return standing.actor.seats, standing.actor.ended, standing.zones


class Rights:
    """What the sockets of this process may still hear and write."""

    def __init__(self, hub: Hub, asking: Asking, carets: Carets, moved: set[PageKey]) -> None:
        self.hub = hub
        self.asking = asking
        self.carets = carets
        self.moved = moved  # pages whose roster is to be told
        self._judging: set[Member] = set()
        self._again: set[Member] = set()  # told of a change while the database was being asked
        self._tasks: set[asyncio.Task[None]] = set()

    def revoked(self, what: str, key: str) -> None:
        """A person, a mission or a company changed: their sockets are judged, those of no mission at any mission's.

        A sign-in ended: its sockets close.
        """
        self.hub.revocations += 1
        for member in list(self.hub.members):
            actor = member.standing.actor
            if what == "sign-in":
                if member.standing.sign_in == key:
                    self._close(member, Close.SIGN_IN, "signed-out")
            elif key in (str(actor.person_id), str(actor.company_id), str(member.page.mission_id)) or (
                what == "mission" and member.page.mission_id is None
            ):
                self.judge(member)

    def net(self) -> None:
        """Those who were not judged for a minute, a few at a time."""
        now = time.monotonic()
        for member in list(self.hub.members):
            if len(self._judging) >= AT_ONCE:
                return
            if now - member.seen_at > JUDGED:
                self.judge(member)

    def judge(self, member: Member) -> None:
        """Ask anew who that is and what they hear; once at a time.

        What changes while the database answers may not be in its answer: it is asked once more.
        """
        if member in self._judging:
            self._again.add(member)
            return
        self._judging.add(member)
        self._spawn(self._judged(member))

    async def _judged(self, member: Member) -> None:
        try:
            standing = await self.asking.greet(member.token, member.slug, member.page)
            if member not in self.hub.members:
                return
            before, member.seen_at = member.standing, time.monotonic()
            self.hub.stand(member, standing)
            if _rights(before) != _rights(standing):
                await self._judge_rooms(member)
            if standing.zones - before.zones:
                # what was told of a new zone until now was not heard here
                member.send('{"t":"stale","ids":["*"]}')
            if before.hides != standing.hides:
                self.carets.hide(member, standing.hides - before.hides)
                self.moved.add(self.hub.page(member))
        except SignedOut:
            self._close(member, Close.SIGN_IN, "expired")
        except (NoAccess, psycopg.errors.InsufficientPrivilege):
            self._close(member, Close.NO_ACCESS)
        except psycopg.Error:
            member.seen_at = time.monotonic() - JUDGED + SOON
        finally:
            self._judging.discard(member)
            if member in self._again:
                self._again.discard(member)
                if member in self.hub.members:
                    self.judge(member)

    async def _judge_rooms(self, member: Member) -> None:
        opened = await self.asking.documents(member, list(member.rooms))
        for doc, found in opened.items():
            if found.why is not None and doc in member.rooms:
                self.carets.leave(member, doc)
                self.hub.leave(member, doc)
                member.send(closed(doc, found.why, found.following))

    def _close(self, member: Member, code: Close, reason: str = "") -> None:
        """From here on they hear nothing more, whatever their browser does."""
        if member.closing is None:
            member.send('{"t":"revoked"}')
            member.close(code, reason)
        for doc in list(member.rooms):
            self.carets.leave(member, doc)
        if member in self.hub.members:
            self.moved.add(self.hub.page(member))
        self.hub.remove(member)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

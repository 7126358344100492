"""iCalendar (RFC 5545, 5546), written with the icalendar package: invitations and feeds. No title but « Rendez-vous ».

A moment is written as it was said, wall time and zone, with the zone's rule beside it where its rule is one of those
below; elsewhere as the instant (UTC), which every diary reads alike.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration, vText

PRODUCT = "-//Trialogue//Rendez-vous//FR"
REFRESH = timedelta(hours=4)
# Zones that change on the last Sundays of March and October at 1 h UTC, with their winter offset in hours.
EUROPEAN = {
    "Europe/Paris": 1, "Europe/Brussels": 1, "Europe/Zurich": 1, "Europe/Luxembourg": 1, "Europe/London": 0,
    "Europe/Lisbon": 0,
}  # fmt: skip


class Method(StrEnum):
    """What a message asks of a diary."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Dated:
    """One date: ``local`` is a wall time of ``zone``, ``at`` the instant it is; ``link``: where it is told more of."""

    session_id: uuid.UUID
    local: datetime
    zone: str
    at: datetime
    minutes: int
    sequence: int
    cancelled: bool
    changed_at: datetime
    link: str


@dataclass(frozen=True)
class Organizer:
    """Who invites: the firm by name, the service's address."""

    name: str
    address: str


def invitation(one: Dated, summary: str, words: str, organizer: Organizer, attendee: str) -> bytes:
    """To one person: REQUEST, or CANCEL once it is cancelled. The same UID always, SEQUENCE as often as it moved."""
    method = Method.CANCEL if one.cancelled else Method.REQUEST
    calendar = _calendar()
    calendar.add("method", method.value)
    event = _event(one, summary, words)
    sender = vCalAddress(f"mailto:{organizer.address}")
    sender.params["CN"] = vText(organizer.name)
    event["organizer"] = sender
    guest = vCalAddress(f"mailto:{attendee}")
    guest.params.update(
        {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    )
    event.add("attendee", guest, encode=False)
    _with_zones(calendar, [one])
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed(dates: Iterable[Dated], summary: str, words: str, name: str) -> bytes:
    """All the dates of one person, as a diary subscribes to them."""
    there, calendar = list(dates), _calendar()
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    _with_zones(calendar, there)
    for one in there:
        calendar.add_component(_event(one, summary, words))
    return bytes(calendar.to_ical())


def uid(session_id: uuid.UUID) -> str:
    """The same in a mail and in a feed: a diary that gets both holds one date."""
    return f"{session_id}@trialogue"


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _event(one: Dated, summary: str, words: str) -> Event:
    event = Event()
    event.add("uid", uid(one.session_id))
    event.add("dtstamp", one.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", one.sequence)
    event.add("dtstart", _moment(one))
    event.add("duration", timedelta(minutes=one.minutes))
    event.add("summary", summary)
    event.add("description", f"{words}\n{one.link}")
    event.add("url", one.link)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if one.cancelled else "OPAQUE")
    return event


def _moment(one: Dated) -> datetime:
    """The first of two where clocks go back: that is also how a diary reads a wall time said twice (RFC 5545, 3.3.5)."""
    if _known(one.zone):
        return one.local.replace(tzinfo=ZoneInfo(one.zone), fold=0)
    return one.at.astimezone(UTC)


def _known(zone: str) -> bool:
    return zone in EUROPEAN


def _with_zones(calendar: Calendar, dates: Iterable[Dated]) -> None:
    for zone in sorted({d.zone for d in dates if _known(d.zone)}):
        calendar.add_component(_zone(zone))


def _zone(name: str) -> Timezone:
    """By hand: what the package makes is a list of sixty dates."""
    winter, summer = EUROPEAN[name], EUROPEAN[name] + 1
    lines = (
        "BEGIN:VTIMEZONE", f"TZID:{name}",
        "BEGIN:DAYLIGHT", f"TZOFFSETFROM:{_offset(winter)}", f"TZOFFSETTO:{_offset(summer)}",
        f"DTSTART:19960331T{1 + winter:02}0000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT",
        "BEGIN:STANDARD", f"TZOFFSETFROM:{_offset(summer)}", f"TZOFFSETTO:{_offset(winter)}",
        f"DTSTART:19961027T{1 + summer:02}0000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD",
        "END:VTIMEZONE", "",
    )  # fmt: skip
    made = Timezone.from_ical("\r\n".join(lines))
    assert isinstance(made, Timezone)  # noqa: S101 - that is what was written
    return made


def _offset(hours: int) -> str:
    return f"+{hours:02}00"

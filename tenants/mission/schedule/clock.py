"""A local hour somewhere, and the instant it is. Pure; the zones are those of the IANA database.

An hour that the change to summer time skips is refused, with the next one that exists; an hour that the change to
winter time shows twice is the first of the two.
"""

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tenants.refusals import Incorrect

PARIS = "Europe/Paris"
DAY = timedelta(days=1)


class NoSuchHour(Incorrect):
    """The clocks skip that local hour. ``values['next']``: the first one that exists after it."""

    def __init__(self, local: datetime, following: datetime) -> None:
        super().__init__("schedule.no_such_hour", field="hour", local=local, next=following)


@dataclass(frozen=True)
class When:
    """A local wall time, its zone, the instant (UTC). ``twice``: the clocks show it twice, this is the first."""

    local: datetime
    zone: str
    at: datetime
    twice: bool = False


@functools.cache
def known(zone: str) -> bool:
    """Whether that is the name of a place's time."""
    return zone in available_timezones()


def when(day: date, hour: time, zone: str) -> When:
    """The instant of a local hour. Raises NoSuchHour in a gap, Incorrect ``schedule.no_such_zone`` for an unknown zone."""
    local = datetime.combine(day, hour.replace(second=0, microsecond=0, tzinfo=None, fold=0))
    there = _zone(zone)
    if not _exists(local, there):
        raise NoSuchHour(local, _following(local, there))
    first, second = local.replace(tzinfo=there), local.replace(tzinfo=there, fold=1)
    return When(local, zone, first.astimezone(UTC), first.utcoffset() != second.utcoffset())


def of(at: datetime, zone: str) -> datetime:
    """The local wall time of an instant, without a zone."""
    return at.astimezone(_zone(zone)).replace(tzinfo=None, fold=0)


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _zone(name: str) -> ZoneInfo:
    try:
        if known(name):
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        pass
    raise Incorrect("schedule.no_such_zone", field="timezone", zone=name)


def _exists(local: datetime, there: ZoneInfo) -> bool:
    back = local.replace(tzinfo=there).astimezone(UTC).astimezone(there)
    return back.replace(tzinfo=None, fold=0) == local


def _following(local: datetime, there: ZoneInfo) -> datetime:
    """Minute by minute: a gap is an hour, exceptionally a day."""
    found = local
    while not _exists(found, there) and found < local + 2 * DAY:
        found += timedelta(minutes=1)
    return found

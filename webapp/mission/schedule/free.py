"""Three moments that look free, in working hours: by the dates that whoever asks knows, their own and the mission's."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from tenants.mission.schedule import queries
from tenants.mission.schedule.models import Session
from webapp import formats

HOURS = (time(9, 30), time(14), time(11))
NOTICE, WINDOW = 3, 40  # days: not sooner, not further
FRIDAY = 4


def looking(row: Session, there: Sequence[Session]) -> list[datetime]:
    """Local moments on three working days: in the week aimed at if it is to come, else from three days on."""
    known = [n.local_at for n in queries.my_next_dates() if n.local_at]
    known += [s.local_at for s in there if s.local_at]
    return propose(known, formats.today(), row.week_of, row.minutes)


def propose(taken: list[datetime], today: date, week_of: date | None, minutes: int) -> list[datetime]:
    """As :func:`looking`, from plain values. Pure."""
    start = max(today + timedelta(days=NOTICE), week_of or today)
    found: list[datetime] = []
    for n in range(WINDOW):
        day = start + timedelta(days=n)
        if day.weekday() > FRIDAY or (found and (day - found[-1].date()).days < 1):
            continue
        hours = HOURS[len(found) :] + HOURS[: len(found)]
        free = [h for h in hours if not _taken(datetime.combine(day, h), minutes, taken)]
        if free:
            found.append(datetime.combine(day, free[0]))
        if len(found) == len(HOURS):
            break
    return found


def _taken(at: datetime, minutes: int, taken: list[datetime]) -> bool:
    """Within two hours of another date, either way."""
    around = timedelta(minutes=max(minutes, 120))
    return any(abs(other - at) < around for other in taken)

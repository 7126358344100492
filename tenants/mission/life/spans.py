"""Suspended days as plain values. Pure; PostgreSQL counts them alike (0028)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Span:
    """Suspended days of a strand (None: of the whole mission), both included; ``until`` None: open."""

    strand_id: uuid.UUID | None
    start: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether that day is one of them."""
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Clock:
    """The suspensions of one mission. ``alone``: it has one strand, whose suspension is its own."""

    spans: tuple[Span, ...] = ()
    alone: bool = True

    def stopped(self, strand_id: uuid.UUID | None, day: date) -> bool:
        """Whether nothing runs on that day."""
        return any(s.covers(day) for s in self._of(strand_id))

    def left_out(self, strand_id: uuid.UUID | None, start: date, end: date) -> int:
        """Suspended days from one to the other, the last one left out."""
        spans = self._of(strand_id)
        days = (end - start).days if spans else 0
        return sum(any(s.covers(start + timedelta(days=n)) for s in spans) for n in range(days))

    def _of(self, strand_id: uuid.UUID | None) -> list[Span]:
        return [
            s for s in self.spans if s.strand_id in (None, strand_id) or (strand_id is None and self.alone)
        ]


NEVER = Clock()  # suspended


def day_of(moment: datetime) -> date:
    """Its day in Europe/Paris: a suspension and an end begin and stop at midnight there."""
    return moment.astimezone(PARIS).date()

"""What is written for diaries, read back by a parser that shares no code with the one that wrote it."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from tenants.mission.schedule import clock
from webapp.calendars.ics import EUROPEAN, Dated, Organizer, feed, invitation, uid

FIRM = Organizer("Cabinet « Sauvelande, Œuvre »; frères", "service@trialogue.test")
SESSION = uuid.UUID(int=7)


def dated(
    day: date = date(2026, 12, 8), hour: time = time(11), zone: str = clock.PARIS, **more: Any
) -> Dated:
    when = clock.when(day, hour, zone)
    given = {
        "session_id": SESSION, "local": when.local, "zone": zone, "at": when.at, "minutes": 90, "sequence": 0,
        "cancelled": False, "changed_at": datetime(2026, 11, 24, 9, tzinfo=UTC), "link": "https://trialogue.test/x",
    }  # fmt: skip
    return Dated(**(given | more))


def read(body: bytes) -> Any:
    """By the second parser, which also finds what lacks."""
    found = vobject.readOne(body.decode())
    found.validate(raiseException=True)
    return found


def invited(one: Dated) -> Any:
    return read(invitation(one, "Rendez-vous", "Le détail :", FIRM, "ines@example.test"))


def test_an_invitation_moves_and_ends_under_one_name() -> None:
    first, moved = invited(dated()), invited(dated(hour=time(14), sequence=1))
    gone = invited(dated(hour=time(14), sequence=2, cancelled=True))
    assert [c.method.value for c in (first, moved, gone)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [c.vevent.uid.value for c in (first, moved, gone)] == [uid(SESSION)] * 3
    assert [c.vevent.sequence.value for c in (first, moved, gone)] == ["0", "1", "2"]
    assert [c.vevent.status.value for c in (first, moved, gone)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert first.vevent.dtstart.value.astimezone(UTC) == datetime(2026, 12, 8, 10, tzinfo=UTC)
    assert first.vevent.duration.value == timedelta(minutes=90)


def test_it_names_the_firm_and_the_service_and_nothing_of_the_mission() -> None:
    found = invited(dated())
    assert found.vevent.summary.value == "Rendez-vous"
    assert found.vevent.organizer.value == "mailto:service@trialogue.test"
    assert found.vevent.organizer.params["CN"] == [FIRM.name.replace('"', "")]
    assert found.vevent.attendee.value == "mailto:ines@example.test"
    assert {c.name for c in found.vevent.getChildren()} == {
        "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DURATION", "SUMMARY", "DESCRIPTION", "URL", "CLASS", "STATUS", "TRANSP",
        "ORGANIZER", "ATTENDEE",
    }  # fmt: skip


def test_lines_are_folded_and_end_as_the_format_asks() -> None:
    body = invitation(dated(), "Rendez-vous", "é" * 200, FIRM, "ines@example.test")
    assert b"\r\n" in body
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))


@pytest.mark.parametrize(
    ("day", "hour", "offset"),
    [
        (date(2027, 3, 27), 9, 1), (date(2027, 3, 28), 9, 2),  # summer time begins
        (date(2026, 10, 24), 9, 2), (date(2026, 10, 25), 9, 1),  # and ends
        (date(2026, 10, 25), 2, 2),  # the hour that is shown twice: the first of the two
    ],
)  # fmt: skip
def test_an_hour_stays_what_was_said_across_the_change(day: date, hour: int, offset: int) -> None:
    one = dated(day, time(hour))
    assert one.at == datetime.combine(day, time(hour), UTC) - timedelta(hours=offset)
    start = invited(one).vevent.dtstart.value
    assert start.replace(tzinfo=None) == datetime.combine(day, time(hour))
    assert start.replace(fold=0).utcoffset() == timedelta(hours=offset)


ZONES = st.sampled_from(
    [*EUROPEAN, "America/Montreal", "Indian/Reunion", "Pacific/Noumea", "Africa/Casablanca"]
)


@given(st.dates(date(2024, 1, 1), date(2037, 12, 31)), st.times(), ZONES)
def test_whatever_the_day_and_the_place_it_is_the_same_instant(day: date, hour: time, zone: str) -> None:
    try:
        one = dated(day, hour, zone)
    except clock.NoSuchHour:
        return
    body = feed([one], "Rendez-vous", "…", "Trialogue")
    start = read(body).vevent.dtstart.value.replace(fold=0)
    assert start.astimezone(UTC) == one.at
    (again,) = Calendar.from_ical(body).walk("VEVENT")
    assert again["dtstart"].dt.replace(fold=0).astimezone(UTC) == one.at


@pytest.mark.parametrize("zone", EUROPEAN)
def test_the_rules_written_by_hand_are_those_of_the_place(zone: str) -> None:
    """The second parser reads the rule and nothing else: each hour around both changes, for some years."""
    body = feed([dated(zone=zone)], "Rendez-vous", "…", "Trialogue")
    rule = read(body).vtimezone.tzinfo
    for year in (2026, 2027, 2031):
        for month in (3, 10):
            for hours in range(24 * 31):
                local = datetime(year, month, 1) + timedelta(hours=hours)  # noqa: DTZ001 - a wall time
                there = local.replace(tzinfo=ZoneInfo(zone))
                if there.utcoffset() != there.replace(fold=1).utcoffset():
                    continue  # skipped or shown twice
                assert rule.utcoffset(local) == there.utcoffset(), (zone, local)


def test_a_feed_of_five_hundred_holds_each_zone_once() -> None:
    many = [
        dated(date(2026, 1, 1) + timedelta(days=n), session_id=uuid.UUID(int=n), zone=zone)
        for n in range(250)
        for zone in ("Europe/Paris", "Europe/London")
    ]
    body = feed(many, "Rendez-vous", "…", "Trialogue")
    assert body.count(b"BEGIN:VTIMEZONE") == 2
    assert body.count(b"BEGIN:VEVENT") == 500
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H" in body
    assert read(body).method.value == "PUBLISH"

"""Dates in people's diaries: who is invited to what, what their private address opens, and that it can be shut."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import vobject

from tests.http.forms import post
from tests.http.test_mails import _sink, sink, work  # noqa: F401 - fixtures
from tests.http.test_schedule import DAY, LATER, plain, planned, value

SECRET = "salle Quai 4, sujet délicat"


def moved(client: Any, address: str, day: str) -> Any:
    page = client.get(address)
    return post(
        client, page, f"{address}/date", revision=value(page, "revision", "session-move"), on=day, hour="15 h", length="1 h",
        way="place", place=SECRET, timezone="Europe/Paris", reason=SECRET,
    )  # fmt: skip


def told(mails: list[dict[str, Any]], who: str) -> list[Any]:
    """What the diary of that person was asked, the first first."""
    mine = [m for m in mails if m["to"] == f"{who}@example.test" and m["calendar"]]
    found = [vobject.readOne(m["calendar"]["text"]) for m in reversed(mine)]
    assert [f.method.value for f in found] == [m["calendar"]["method"] for m in reversed(mine)]
    return found


def test_invited_moved_and_cancelled_each_in_their_own_diary(world: Any, browse: Any, work: Any) -> None:
    helene = browse("helene")
    made = planned(world, helene, type="review", on=DAY, hour="11 h", length="1 h", place=SECRET)
    work()
    assert moved(helene, made, LATER).status_code == 303
    work()
    page = helene.get(made)
    assert post(helene, page, f"{made}/cancellation", reason=SECRET).status_code == 303
    mails = work()
    for who in ("ines", "helene", "marc"):
        asked = told(mails, who)
        assert [a.method.value for a in asked] == ["REQUEST", "REQUEST", "CANCEL"], who
        assert [a.vevent.sequence.value for a in asked] == ["0", "1", "2"]
        assert len({a.vevent.uid.value for a in asked}) == 1
        assert {a.vevent.attendee.value for a in asked} == {f"mailto:{who}@example.test"}
    for who in ("solange", "yann", "odile", "former"):
        assert told(mails, who) == []
    for m in mails:
        said = str(m)
        assert "Quai" not in said
        assert "délicat" not in said
        assert "Corbelin" not in said.replace("Bonjour Inès Corbelin", "")
    subjects = {m["subject"] for m in mails if m["calendar"]}
    assert {s.split(" ")[0].rstrip("\u00a0:") for s in subjects} == {"Rendez-vous"}


def test_a_date_that_moved_since_is_told_once(world: Any, browse: Any, work: Any) -> None:
    helene = browse("helene")
    made = planned(world, helene, on=DAY, hour="11 h", length="1 h")
    moved(helene, made, LATER)
    asked = told(work(), "ines")
    assert [a.vevent.sequence.value for a in asked] == ["1"]
    assert asked[0].vevent.dtstart.value.strftime("%d/%m/%Y %H:%M") == f"{LATER} 15:00"


def test_whoever_left_before_it_was_sent_is_told_nothing(
    world: Any,
    browse: Any,
    work: Any,
    superuser: sa.Connection,
) -> None:
    planned(world, browse("helene"), type="review", on=DAY, hour="11 h", length="1 h")
    superuser.execute(
        sa.text("update participation set until_at = now() where role = 'manager' and contact_id = :c"),
        {"c": world.people["marc"].contacts["ombrelune"]},
    )
    mails = work()
    assert told(mails, "marc") == []
    assert len(told(mails, "ines")) == 1


def address(client: Any) -> str:
    page = client.get("/profile/calendar")
    made = post(client, page, "/profile/calendar")
    assert made.status_code == 200
    return "/calendar/" + re.search(r"/calendar/([\w-]+\.ics)", made.text).group(1)  # type: ignore[union-attr]


def test_a_private_address_is_shown_once_and_holds_ones_dates_alone(world: Any, browse: Any) -> None:
    helene, ines = browse("helene"), browse("ines")
    planned(world, helene, on=DAY, hour="11 h", length="1 h", place=SECRET)
    planned(world, helene, type="review", on=LATER, hour="9 h", length="1 h")
    planned(world, helene)
    private = address(ines)
    token = private.rpartition("/")[2].removesuffix(".ics")
    assert token not in ines.get("/profile/calendar").text
    answer = browse(None).get(private)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    found = vobject.readOne(answer.text)
    assert len(found.contents["vevent"]) == 2
    assert "Quai" not in answer.text
    assert "Inès" not in answer.text
    assert "Hélène" not in answer.text
    marc = vobject.readOne(browse(None).get(address(browse("marc"))).text)
    assert len(marc.contents["vevent"]) == 1
    assert "vevent" not in vobject.readOne(browse(None).get(address(browse("solange"))).text).contents
    again = browse(None).get(private, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_it_is_revoked_and_replaced(world: Any, browse: Any, superuser: sa.Connection) -> None:
    ines = browse("ines")
    first = address(ines)
    second = address(ines)
    assert first != second
    assert browse(None).get(first).status_code == 404
    assert browse(None).get(second).status_code == 200
    kept = superuser.execute(sa.text("select token_hash::text from calendar_feed")).scalar_one()
    assert second.rpartition("/")[2].removesuffix(".ics") not in kept
    assert post(ines, ines.get("/profile/calendar"), "/profile/calendar/revocation").status_code == 303
    assert browse(None).get(second).status_code == 404
    assert "Aucune adresse" in plain(ines.get("/profile/calendar").text)


def test_an_address_read_without_end_is_answered_later(
    world: Any, browse: Any, superuser: sa.Connection
) -> None:
    planned(world, browse("helene"), on=DAY, hour="11 h", length="1 h")
    private, other = address(browse("ines")), address(browse("marc"))
    diary = browse(None)
    assert [diary.get(private).status_code for _ in range(60)] == [200] * 60
    refused = diary.get(private)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "VEVENT" not in refused.text
    assert browse(None).get(private).status_code == 429  # whoever asks, from wherever
    assert diary.get(other).status_code == 200
    superuser.execute(sa.text("update calendar_feed set counted_from = counted_from - interval '61 minutes'"))
    assert diary.get(private).status_code == 200
    assert diary.get(private).status_code == 200


def test_who_wants_no_mails_of_the_calendar_is_invited_by_none(
    world: Any, browse: Any, work: Any, superuser: sa.Connection
) -> None:
    ines = {"p": world.people["ines"].id}
    superuser.execute(sa.text("insert into mail_off (person_id, kind) values (:p, 'calendar')"), ines)
    planned(world, browse("helene"), type="review", on=DAY, hour="11 h", length="1 h")
    mails = work()
    assert told(mails, "ines") == []
    assert len(told(mails, "marc")) == 1


@pytest.mark.parametrize("token", ["x", "é" * 20, "a" * 500, "..%2f..", "%00"])
def test_what_was_never_made_opens_nothing(browse: Any, token: str) -> None:
    assert browse(None).get(f"/calendar/{token}.ics").status_code == 404


def test_whoever_left_a_mission_loses_its_dates(world: Any, browse: Any, superuser: sa.Connection) -> None:
    planned(world, browse("helene"), type="review", on=DAY, hour="11 h", length="1 h")
    private = address(browse("marc"))
    assert "BEGIN:VEVENT" in browse(None).get(private).text
    superuser.execute(
        sa.text("update participation set until_at = :at where role = 'manager' and contact_id = :c"),
        {"c": world.people["marc"].contacts["ombrelune"], "at": datetime.now(UTC)},
    )
    assert "BEGIN:VEVENT" not in browse(None).get(private).text

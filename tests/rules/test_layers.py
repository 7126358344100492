"""Two layers, each proven alone: the walls with the table saying yes to all, the table with the walls taken down."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.rules.test_isolation import (
    PEOPLE,
    PLACES,
    SEATS,
    ZONED,
    checksum,
    company_rules,
    expected,
    furnished,
    readers_of,
)
from webapp import access

__all__ = ["furnished"]


@pytest.fixture
def open_table(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Layer A says yes to everybody for everything."""
    monkeypatch.setattr(access, "may", lambda *_: True)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def open_walls(app: Any, superuser: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Layer B lets everything through, in this test's own database."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    for (table,) in superuser.exec_driver_sql(
        "select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace"
    ).fetchall():
        superuser.exec_driver_sql(f"alter table {table} disable row level security")


@pytest.mark.usefixtures("open_table")
@pytest.mark.parametrize("place", ["other", "alone", "rival"])
def test_the_walls_alone_show_and_move_nothing_that_is_not_ones_own(
    app: Any, world: Any, browse: Any, furnished: Any, superuser: sa.Connection, place: str
) -> None:
    company = world.missions[place].company_id
    before = checksum(superuser, company)
    canary = f"Objectif de {place}"
    for rule in company_rules(app):
        values = {k: furnished[place][k] for k in rule.arguments}
        url = app.url_map.bind("localhost").build(rule.endpoint, values)
        method = next(iter(rule.methods & {"GET", "POST", "DELETE"}))
        for who in ("ines", "marc", "solange", "former", "rival"):
            # a contact of the company is a member of it: its page is theirs, whatever the mission
            member = PLACES[place] in world.people[who].contacts and "mission_id" not in rule.arguments
            if SEATS[place].get(who) or member:
                continue
            answer = browse(who).open(url, method=method)
            assert answer.status_code in (403, 404), (
                f"{method} {rule} as {who} in {place}: {answer.status_code}"
            )
            assert canary not in answer.text
    assert before == checksum(superuser, company)


@pytest.mark.usefixtures("open_table")
def test_the_walls_alone_keep_the_content_from_direction_hr_and_the_firm(
    world: Any, browse: Any, furnished: Any
) -> None:
    made = furnished["solo"]["objective_id"]
    for who in ("solange", "yann", "odile", "olga"):
        for tail in ("/objectives", f"/objectives/{made}", f"/objectives/{made}/history"):
            answer = browse(who).get(world.url("solo", tail))
            assert "Objectif de solo" not in answer.text, f"{tail} as {who}"
            assert made not in answer.text or answer.status_code == 404


@pytest.mark.usefixtures("open_walls")
@pytest.mark.parametrize("place", ["solo", "other", "alone", "rival"])
def test_the_table_alone_answers_as_it_says(
    app: Any, world: Any, browse: Any, superuser: sa.Connection, place: str, furnished: Any
) -> None:
    for rule in company_rules(app):
        do = app.view_functions[rule.endpoint].door[0]
        url = app.url_map.bind("localhost").build(
            rule.endpoint, {k: furnished[place][k] for k in rule.arguments}
        )
        method = next(iter(rule.methods & {"GET", "POST", "DELETE"}))
        for who in PEOPLE:
            wanted = expected(
                do,
                who,
                place,
                zoned=bool(rule.arguments & set(ZONED)),
                whole="mission_id" not in rule.arguments,
                reads=readers_of(rule),
            )
            if not wanted:
                continue
            answer = browse(who).open(url, method=method)
            assert answer.status_code in (403, 404), (
                f"{method} {rule} as {who} in {place}: {answer.status_code}"
            )
            assert f"Objectif de {place}" not in answer.text


@pytest.mark.usefixtures("open_walls")
def test_the_table_alone_keeps_drafts_and_lists_to_their_readers(
    world: Any, browse: Any, furnished: Any
) -> None:
    made = furnished["solo"]["objective_id"]
    for who in ("solange", "yann", "odile", "olga"):
        assert made not in browse(who).get(world.url("solo", "/objectives")).text
    for who in ("ines", "helene", "marc"):
        assert made in browse(who).get(world.url("solo", "/objectives")).text

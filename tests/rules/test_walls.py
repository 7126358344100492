"""The walls, as the database really has them: declared beside the models, forced, restrictive, owned elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tenants import models, walls

# Tables that belong to nobody: Alembic's and the queue's own bookkeeping.
UNWALLED = {"alembic_version", "queue_schema"}
# The definer functions that look across, each reviewed and narrow: a new one is a decision, not an accident.
ACROSS = {
    "enter", "my_firms", "is_staff_here", "my_missions", "my_contacts", "my_zones", "mission_state", "my_waits",
    "waits_on_others", "my_missions_everywhere", "my_invitations_pending", "my_next_dates", "mission_dates", "keep_within",
}  # fmt: skip


@pytest.fixture
def owner(database: str) -> Iterator[sa.Connection]:
    """A connection of whoever owns the tables."""
    from urllib.parse import urlsplit

    from tests.conftest import SECRET
    from webapp.setup.database import as_role

    url = as_role(database, "trialogue_owner", SECRET, urlsplit(database).path[1:])
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_the_walls_are_as_the_models_declare_them(owner: sa.Connection) -> None:
    assert list(walls.differences(owner, models.metadata)) == []


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("alter table objective no force row level security", "not enabled and forced"),
        ("create policy later on objective to trialogue_app using (true)", "is not as declared"),
        ("alter policy zone_wall on objective using (true)", "is not as declared"),
        ("drop policy company_wall on comment", "is not as declared"),
        ("alter policy company_rows on assent to public", "is not as declared"),
    ],
)
def test_a_wall_that_was_moved_is_found(owner: sa.Connection, act: str, reason: str) -> None:
    owner.exec_driver_sql(act)
    assert any(reason in why for _, _, why in walls.differences(owner, models.metadata))


def test_every_table_is_walled_but_the_bookkeeping(superuser: sa.Connection) -> None:
    rows = superuser.exec_driver_sql(
        "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        " and not (relrowsecurity and relforcerowsecurity)"
    )
    assert {r for (r,) in rows if not r.startswith("procrastinate_")} <= UNWALLED


def test_a_company_table_declares_its_tenant_first(superuser: sa.Connection) -> None:
    for table in models.metadata.tables.values():
        if "company_id" not in table.c or "id" not in table.primary_key.columns:
            continue
        assert next(iter(table.primary_key.columns)).name == "company_id", table.name
        for constraint in table.foreign_key_constraints:
            columns = [c.name for c in constraint.columns]
            target = constraint.referred_table
            if "company_id" in target.c and target.name != "company":
                assert columns[0] == "company_id", f"{table.name}: {columns}"


def test_restrictive_walls_name_every_role_that_may_touch_the_table(superuser: sa.Connection) -> None:
    rows = superuser.exec_driver_sql(
        "select c.relname, p.polname from pg_policy p join pg_class c on c.oid = p.polrelid"
        " where p.polroles @> array[0::oid]"
    )
    assert rows.fetchall() == [], "a policy TO PUBLIC"


def test_no_role_is_above_the_walls(superuser: sa.Connection) -> None:
    rows = superuser.exec_driver_sql(
        "select rolname from pg_roles where rolname like 'trialogue%%' and (rolbypassrls or rolsuper)"
    )
    assert rows.fetchall() == []


def test_the_application_owns_nothing_and_reads_no_queue(superuser: sa.Connection) -> None:
    owned = superuser.exec_driver_sql(
        "select relname from pg_class where relowner = 'trialogue_app'::regrole"
    ).fetchall()
    assert owned == []
    for table in ("sign_in", "sign_in_request", "job_ticket", "procrastinate_jobs"):
        may = superuser.exec_driver_sql(
            "select has_table_privilege('trialogue_app', %s, 'select')", (table,)
        ).scalar_one()
        assert not may, table


def test_definer_functions_pin_their_search_path(superuser: sa.Connection) -> None:
    rows = superuser.exec_driver_sql(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
        " and not coalesce(proconfig::text, '') like '%%search_path=pg_catalog, public%%'"
    )
    assert rows.fetchall() == []


def test_nobody_else_executes_a_definer_function(superuser: sa.Connection) -> None:
    rows = superuser.exec_driver_sql(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
        " and has_function_privilege('public', oid, 'execute') and proname not like 'procrastinate%%'"
    )
    assert rows.fetchall() == []


STORIES: list[tuple[str, str | None]] = [
    ("ines", "ombrelune"),
    ("rivalmentee", "autre"),
    ("odile", "ombrelune"),
]


@pytest.mark.parametrize(("who", "company"), STORIES)
def test_every_company_table_shows_the_acting_company_alone(
    app: Any, world: Any, superuser: sa.Connection, who: str, company: str
) -> None:
    mine = world.companies[company][0]
    with app.app_context(), world.acting(who, company) as session:
        for table in models.metadata.tables.values():
            if "company_id" in table.c and table.name != "job_ticket":
                try:
                    found = session.execute(sa.select(table.c.company_id).distinct()).scalars().all()
                except sa.exc.ProgrammingError:  # not granted at all
                    session.rollback()
                    continue
                assert set(found) <= {mine}, table.name


def test_nobody_acting_sees_nothing(app: Any, world: Any) -> None:
    from tenants.db import db

    with app.app_context():
        for table in models.metadata.tables.values():
            if table.name in (
                "sign_in",
                "sign_in_request",
                "job_ticket",
                "known_device",
                "mail_day",
                "mail_stop",
            ):
                continue
            try:
                assert db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0, (
                    table.name
                )
            except sa.exc.ProgrammingError:
                db.session.rollback()


def test_writing_another_companys_row_is_refused(app: Any, world: Any) -> None:
    other = world.missions["rival"]
    with app.app_context(), world.acting("odile", "ombrelune") as session, pytest.raises(sa.exc.DBAPIError):
        session.execute(
            models.metadata.tables["rule"]
            .insert()
            .values(company_id=other.company_id, id=other.id, mission_id=other.id, version=None)
        )


def test_a_zone_is_made_by_its_author_and_never_changed(app: Any, world: Any) -> None:
    zone = models.metadata.tables["zone"]
    place = world.missions["solo"]
    values = {
        "company_id": place.company_id, "mission_id": place.id, "strand_id": place.strands[0], "kind": "objectives",
        "audience": "everyone", "rule_id": place.rule_id,
    }  # fmt: skip
    import uuid

    with app.app_context():
        with world.acting("solange", "ombrelune") as session, pytest.raises(sa.exc.DBAPIError):
            session.execute(
                zone.insert().values(
                    **values, id=uuid.uuid4(), author_id=world.people["ines"].contacts["ombrelune"]
                )
            )
        with world.acting("ines", "ombrelune") as session, pytest.raises(sa.exc.DBAPIError):
            session.execute(zone.update().values(audience="everyone"))


def test_a_refused_door_leaves_nobody_acting(app: Any, world: Any) -> None:
    from tenants.db import db

    with app.app_context():
        with world.acting("ines", "ombrelune"):
            assert walls.acting(db.session).contact is not None
            db.session.rollback()
        with pytest.raises(walls.NotEntered) as refused, world.acting("rivalmentee", "ombrelune"):
            walls.acting(db.session)
        assert refused.value.signed_in
        db.session.rollback()
        assert walls.acting(db.session) == walls.Acting()


# A seat in all strands may be a later mentor's, into whose strands each mentee lets them: « in all » is never asked alone.
UNOPENED = r"(\w+)\.strand_id is null( or \w+\.strand_id is null)? or \1\.strand_id = "


def test_every_function_asks_which_strands_a_seat_was_let_into(superuser: sa.Connection) -> None:
    """Those that look across judge seats by themselves: the walls are not there to catch what one of them forgets."""
    rows = superuser.execute(
        sa.text(
            "select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace and prosrc ~ 'reads_from'"
        )
    ).all()
    asked = {r.proname for r in rows if "opened_ids" in r.prosrc}
    assert {"my_zones_now", "my_strands", "my_waits", "greet"} <= asked
    forgotten = {
        (r.proname, found[0])
        for r in rows
        for found in re.finditer(UNOPENED, r.prosrc)
        if f"{found[1]}.reads_from <= now()" in r.prosrc
    }
    assert forgotten == set()

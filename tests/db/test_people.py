"""A person's rows: seen by that person alone, whichever way one asks; what signs in is behind functions only."""

import uuid
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import ProgrammingError

from tenants.db import db
from tenants.people import codes, operations, queries, tokens
from tests.conftest import SECRET
from webapp.setup.database import as_role

HIDDEN = ("sign_in", "sign_in_request", "device", "spent_challenge")
OWN = ("address", "passkey", "recovery_code")


@pytest.fixture
def as_live(database) -> Any:
    with psycopg.connect(as_role(database, "trialogue_live", SECRET)) as connection:
        yield connection


def test_a_person_sees_their_own_rows_and_no_others(in_app, world, superuser):
    for who in world.people.values():
        superuser.execute(
            sa.text("insert into passkey (id, person_id, credential_id, public_key, sign_count, name)"
                    " values (gen_random_uuid(), :p, :c, 'k', 0, 'clé')"), {"p": who.id, "c": who.id.bytes},
        )  # fmt: skip
        superuser.execute(
            sa.text("insert into recovery_code (id, person_id, hash) values (gen_random_uuid(), :p, 'h')"),
            {"p": who.id},
        )
    for who, company in (("ines", None), ("ines", "ombrelune"), ("olga", None), ("odile", "ombrelune")):
        with world.acting(who, company) as session:
            mine = {world.people[who].id}
            assert set(session.scalars(sa.text("select id from person"))) == mine
            for table in OWN:
                assert set(session.scalars(sa.text(f"select person_id from {table}"))) == mine, (who, table)


def test_nobody_acting_sees_nobody(in_app):
    for table in ("person", *OWN):
        assert db.session.execute(sa.text(f"select * from {table}")).all() == []


def test_anothers_rows_are_neither_changed_nor_made(in_app, world, superuser):
    marc = {"p": world.people["marc"].id}
    with world.acting("ines") as session:
        for change in (
            "update person set name = 'x' where id = :p", "update address set sign_in = false where person_id = :p",
            "delete from address where person_id = :p",
        ):  # fmt: skip
            assert session.execute(sa.text(change), marc).rowcount == 0
        made = sa.text(
            "insert into address (id, person_id, address) values (gen_random_uuid(), :p, 'x@example.test')"
        )
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(made, marc)


@pytest.mark.parametrize("table", HIDDEN)
@pytest.mark.parametrize("act", ["select * from {}", "delete from {}", "insert into {} default values"])
def test_what_signs_in_is_not_granted_to_the_application(in_app, world, table, act):
    with world.acting("ines") as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(sa.text(act.format(table)))


def test_the_application_makes_and_erases_no_person(in_app, world):
    for act in ("insert into person (id, name) values (gen_random_uuid(), 'x')", "delete from person"):
        with world.acting("ines") as session, pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(sa.text(act))


def test_only_the_worker_makes_a_code_and_reads_where_mails_go(in_app, world, as_live):
    for call in (
        "make_code(gen_random_uuid(), 'a', 'b')",
        "mail_address_of(gen_random_uuid())",
        "is_strict(gen_random_uuid())",
    ):
        with world.acting("ines") as session, pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(sa.text(f"select * from {call}"))
        with pytest.raises(InsufficientPrivilege):
            as_live.execute(f"select * from {call}")
        as_live.rollback()


def test_the_functions_are_owned_by_the_one_role_and_look_where_they_are_told(superuser):
    from migrations import rls  # noqa: F401 - the package must be importable by path

    rows = superuser.execute(
        sa.text("""select p.oid::regprocedure::text as name, r.rolname as owner, p.prosecdef, p.proconfig::text as config,
                   has_function_privilege('public', p.oid, 'execute') as open
                   from pg_proc p join pg_roles r on r.oid = p.proowner
                   where p.proname in ('ask_sign_in', 'make_code', 'use_code', 'see_link', 'use_link', 'start_sign_in',
                     'touch_sign_in', 'my_sign_ins', 'end_sign_in', 'end_my_sign_in', 'end_other_sign_ins', 'sign_in_id',
                     'pending_sign_in', 'count_try', 'is_fresh', 'prove_fresh', 'find_passkey', 'passkey_used',
                     'spend_challenge', 'mail_address_of', 'is_strict', 'am_strict')""")
    ).all()
    assert len(rows) == 22
    for row in rows:
        assert (row.owner, row.prosecdef, row.open) == ("trialogue_system", True, False), row.name
        assert "search_path=pg_catalog, public" in row.config, row.name


def test_nobody_ends_anothers_sign_in(in_app, world, superuser):
    theirs = superuser.scalar(
        sa.text("select id from sign_in where person_id = :p"), {"p": world.people["marc"].id}
    )
    with world.acting("ines") as session:
        assert operations.end_sign_in(theirs) is False
        operations.end_other_sign_ins(world.people["ines"].token_hash)
        session.commit()
    assert superuser.scalar(sa.text("select count(*) from sign_in")) == len(world.people)


def test_one_sees_ones_own_sign_ins_alone(in_app, world):
    with world.acting("ines"):
        assert len(queries.sign_ins(world.people["ines"].token_hash)) == 1
        assert queries.sign_ins(world.people["marc"].token_hash)[0].current is False
    assert queries.sign_ins(world.people["ines"].token_hash) == []


def test_a_proof_is_asked_for_by_somebody_and_given_by_the_same(in_app, world):
    with pytest.raises(ProgrammingError, match="nobody asks"):
        codes.ask("ines@example.test", secret=b"s", ip="", purpose="fresh")
    db.session.rollback()
    with world.acting("ines") as session:
        request_id = codes.ask("ines@example.test", secret=SECRET.encode(), ip="", purpose="fresh")
        session.commit()
    with world.acting("marc"), pytest.raises(codes.CodeRefused, match=r"code\.gone"):
        codes.use(request_id, "123456", secret=SECRET.encode(), purpose="fresh")


def test_a_proof_is_not_sent_to_anothers_mailbox(in_app, world, database):
    with world.acting("ines") as session:
        request_id = codes.ask("marc@example.test", secret=SECRET.encode(), ip="", purpose="fresh")
        session.commit()
    with psycopg.connect(as_role(database, "trialogue_jobs", SECRET)) as connection:
        assert codes.issue_code(connection, request_id, SECRET.encode()) is None


def test_a_job_that_runs_again_sends_another_code_and_the_former_is_void(in_app, database, superuser):
    request_id = codes.ask("ines@example.test", secret=SECRET.encode(), ip="")
    db.session.commit()
    made = []
    for _ in range(2):
        with psycopg.connect(as_role(database, "trialogue_jobs", SECRET)) as connection:
            made.append(codes.issue_code(connection, request_id, SECRET.encode()))
    with pytest.raises(codes.CodeRefused, match=r"code\.wrong"):
        codes.use(request_id, made[0].code if made[0].code != made[1].code else "x", secret=SECRET.encode())
    assert codes.use(request_id, made[1].code, secret=SECRET.encode()).address == "ines@example.test"
    db.session.commit()
    with psycopg.connect(as_role(database, "trialogue_jobs", SECRET)) as connection:
        assert codes.issue_code(connection, request_id, SECRET.encode()) is None, "used: nothing more is sent"


def test_a_request_is_forgotten_after_a_day(in_app, superuser):
    codes.ask("ines@example.test", secret=b"s", ip="")
    db.session.commit()
    superuser.execute(sa.text("update sign_in_request set asked_at = now() - interval '25 hours'"))
    codes.ask("nemo@example.test", secret=b"s", ip="")
    db.session.commit()
    assert superuser.scalars(sa.text("select address from sign_in_request")).all() == ["nemo@example.test"]


def test_hashes_of_one_kind_are_never_those_of_another():
    token = tokens.new_token()
    kinds = (tokens.session_hash, tokens.pending_hash, tokens.link_hash, tokens.device_hash)
    assert len({kind(token) for kind in kinds}) == len(kinds)
    assert len(token) >= 43
    a, b = uuid.uuid4(), uuid.uuid4()
    assert tokens.code_hash(b"s", a, "123456") != tokens.code_hash(b"s", b, "123456")
    assert tokens.code_hash(b"s", a, "123456") != tokens.code_hash(b"t", a, "123456")
    assert tokens.code_hash(b"s", a, "123 456") == tokens.code_hash(
        b"s", a, "\u0661\u0662\u0663\u0664\u0665\u0666"
    )


def test_a_personal_address_gets_the_mails_and_one_alone_does(in_app, world, superuser):
    who = {"p": world.people["ines"].id}
    superuser.execute(
        sa.text(
            "insert into address (id, person_id, address, personal) values (gen_random_uuid(), :p, 'moi@example.test', true)"
        ),
        who,
    )
    with world.acting("ines") as session:
        from tenants.actors import Actor
        from tenants.people import addresses

        mine = addresses.of(world.people["ines"].id)
        addresses.prefer(mine[1], by=Actor(world.people["ines"].id))
        session.commit()
    with world.acting("ines"):
        assert queries.mail_address() == ("moi@example.test", "Inès Corbelin", "fr")
    assert superuser.scalar(sa.text("select count(*) from address where person_id = :p and mails"), who) == 1

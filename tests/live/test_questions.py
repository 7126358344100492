"""What waits for the database is asked together, and answered to each as to one alone."""

import asyncio

import psycopg
import pytest
import sqlalchemy as sa

from tenants.people import tokens
from webapp.live.questions import CONNECTIONS, Questions

MANY = 3  # times as many as go in one statement


@pytest.fixture
def asks(environ, world):
    """``asks(questions, "ines", of)``: (greeting, documents) as that person, on the page of an objective."""

    def one(questions: Questions, who: str, of) -> tuple:
        token = tokens.session_hash(world.people[who].token) if who else b"nobody"
        where = (str(of.where.id), str(of.where.strands[0]))
        return (
            questions.greet(token, of.where.slug, *where),
            questions.documents(token, of.where.slug, [of.doc]),
        )

    return one


async def test_each_is_answered_as_the_person_who_asks(environ, objective, asks, world) -> None:
    shared, draft = objective("Partagé"), objective("Brouillon", audience="author")
    questions = Questions(environ["DATABASE_URL"])
    await questions.open()
    try:
        who = ("ines", "marc", "", "ines", "marc") * MANY
        said = await asyncio.gather(
            *(q for name in who for q in (*asks(questions, name, shared), *asks(questions, name, draft))),
            return_exceptions=True,
        )
    finally:
        await questions.close()
    for i, name in enumerate(who):
        greeted, read, _, secret = said[4 * i : 4 * i + 4]
        if not name:
            assert greeted["person"] is None
            assert isinstance(read, psycopg.errors.InsufficientPrivilege), "one's refusal is one's own"
            continue
        assert greeted["person"] == str(world.people[name].id)
        assert (str(draft.zone) in greeted["zones"]) == (name == "ines")
        assert [str(row[0]) for row in read] == [shared.doc]
        assert [str(row[0]) for row in secret] == ([draft.doc] if name == "ines" else [])


async def test_a_connection_that_died_is_made_anew(environ, objective, asks, superuser) -> None:
    of = objective("Partagé")
    questions = Questions(environ["DATABASE_URL"])
    await questions.open()
    try:
        for _ in range(CONNECTIONS + 1):
            greeted, read = await asyncio.gather(*asks(questions, "ines", of))
            assert greeted["sees"]
            assert len(read) == 1
            superuser.execute(
                sa.text("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'live-ask'"
                        " and datname = current_database()")
            )  # fmt: skip
    finally:
        await questions.close()


async def test_nothing_can_be_written_by_a_question(environ, objective, world) -> None:
    questions = Questions(environ["DATABASE_URL"])
    await questions.open()
    token = tokens.session_hash(world.people["ines"].token)
    of = objective("Partagé")
    try:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await questions.entered(
                token, of.where.slug, "delete from document where id = %s returning id", (of.document,)
            )
    finally:
        await questions.close()

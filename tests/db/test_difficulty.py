"""A difficulty told to one person of the firm: the two read it, nobody else knows that it is there."""

import uuid

import pytest
import sqlalchemy as sa

from tenants.db import db
from tenants.mission import across
from tenants.mission.difficulty import operations, queries
from tenants.mission.difficulty.models import Difficulty, DifficultyWord
from tenants.refusals import Incorrect, Refused
from tests.db.test_objectives import As

pytestmark = pytest.mark.usefixtures("in_app")
EVERYBODY = ("ines", "helene", "marc", "solange", "yann", "odile", "olga")


def told(world, who="ines", to="olga", mission="solo"):
    thread = uuid.uuid4()
    with As(world, who, mission) as a:
        named = world.people[to].contacts["ombrelune"]
        operations.tell(a.frame, thread, named, uuid.uuid4(), "Je ne peux pas en parler ici.", by=a.me)
    return thread


def seen_by(world, who):
    """By PostgreSQL alone, then by Python's rule over the same rows."""
    with As(world, who) as a:
        rows = {d.id for d in db.session.scalars(sa.select(Difficulty))}
        words = {w.difficulty_id for w in db.session.scalars(sa.select(DifficultyWord))}
        assert words == rows == {d.id for d in queries.threads(a.frame, a.me)}
        return rows


def waits(world, who, kind):
    with As(world, who):
        return [w.subject_id for w in across.waits() if w.kind == kind]


def test_the_firms_people_without_a_part_are_named_the_owner_first(world):
    with As(world, "ines") as a:
        assert [n.name for n in queries.named(a.frame.id)] == ["Olga Vernaz", "Odile Brassenoy"]
    with As(world, "odile") as a:  # who takes no part tells nobody
        assert queries.named(a.frame.id) == []


def test_the_two_read_it_and_nobody_else(world):
    thread = told(world)
    for who in EVERYBODY:
        assert seen_by(world, who) == ({thread} if who in ("ines", "olga") else set()), who


def test_it_waits_for_whoever_did_not_write_last(world, superuser):
    thread = told(world)
    assert waits(world, "olga", "difficulty.answer") == [thread]
    assert waits(world, "ines", "difficulty.read") == []
    with As(world, "olga") as a:
        operations.write(queries.get(a.frame, thread, a.me), uuid.uuid4(), "Appelez-moi.", by=a.me)
    assert waits(world, "olga", "difficulty.answer") == []
    assert waits(world, "ines", "difficulty.read") == [thread]
    with As(world, "ines") as a:
        operations.seen(queries.get(a.frame, thread, a.me), by=a.me)
    assert waits(world, "ines", "difficulty.read") == []
    assert superuser.scalar(sa.text("select count(*) from awaited")) == 0
    assert superuser.scalar(sa.text("select count(*) from event")) == 0


def test_the_count_of_waits_is_the_readers_own(world):
    def mine(who):
        with As(world, who) as a:
            return across.mission_state(a.frame.id).mine

    before = {who: mine(who) for who in EVERYBODY}
    told(world)
    assert {who: mine(who) - before[who] for who in EVERYBODY} == {w: int(w == "olga") for w in EVERYBODY}


def test_closed_by_whoever_told_it_nothing_more_is_written(world):
    thread = told(world)
    with As(world, "olga") as a:  # the one told cannot close it
        operations.close(queries.get(a.frame, thread, a.me), by=a.me)
        assert queries.get(a.frame, thread, a.me).closed_at is None
    with As(world, "ines") as a:
        operations.close(queries.get(a.frame, thread, a.me), by=a.me)
    assert waits(world, "olga", "difficulty.answer") == []
    with As(world, "olga") as a, pytest.raises(Refused, match=r"difficulty\.closed"):
        operations.write(queries.get(a.frame, thread, a.me), uuid.uuid4(), "Encore", by=a.me)


def test_told_twice_it_is_one_and_another_waits_for_its_close(world):
    thread = told(world)
    with As(world, "ines") as a:
        olga = world.people["olga"].contacts["ombrelune"]
        operations.tell(a.frame, thread, olga, uuid.uuid4(), "Deux fois", by=a.me)
        assert len(queries.words([thread])[thread]) == 1
        with pytest.raises(Refused, match=r"difficulty\.open"):
            operations.tell(a.frame, uuid.uuid4(), olga, uuid.uuid4(), "Un autre", by=a.me)


@pytest.mark.parametrize("other", ["helene", "solange", "rivalmentor"])
def test_it_is_told_to_the_firm_alone(world, other):
    contact = next(iter(world.people[other].contacts.values()))
    with As(world, "ines") as a, pytest.raises(Incorrect):
        operations.tell(a.frame, uuid.uuid4(), contact, uuid.uuid4(), "Non", by=a.me)
    with As(world, "ines") as a, pytest.raises(sa.exc.DBAPIError):  # nor past Python
        db.session.execute(
            sa.text("select open_difficulty(:i, :m, :n, :w, 'x')"),
            {"i": uuid.uuid4(), "m": a.frame.id, "n": contact, "w": uuid.uuid4()},
        )


def test_nobody_writes_there_past_the_functions(world):
    thread = told(world)
    for who in ("ines", "marc"):
        for act in (
            sa.insert(DifficultyWord).values(
                company_id=world.missions["solo"].company_id,
                difficulty_id=thread,
                text="x",
                author_id=uuid.uuid4(),
            ),
            sa.update(Difficulty).values(closed_at=None),
            sa.delete(Difficulty),
        ):
            with As(world, who), pytest.raises(sa.exc.ProgrammingError):
                db.session.execute(act)
    with As(world, "marc"), pytest.raises(sa.exc.DBAPIError):
        db.session.execute(sa.text("select write_difficulty(:i, :w, 'x')"), {"i": thread, "w": uuid.uuid4()})


def test_whoever_takes_a_part_or_leaves_reads_it_no_more(world, superuser):
    """The one told becomes the mentor: what was told of a mentor is not theirs to read. The asker leaves: nor theirs."""
    thread = told(world)
    place = world.missions["solo"]
    seat = (
        "insert into participation (company_id, id, mission_id, strand_id, contact_id, role, first_team, announced_at)"
        " values (:c, gen_random_uuid(), :m, null, :k, 'sponsor', true, now())"
    )
    superuser.execute(
        sa.text(seat), {"c": place.company_id, "m": place.id, "k": world.people["olga"].contacts["ombrelune"]}
    )
    assert seen_by(world, "olga") == set()
    assert waits(world, "olga", "difficulty.answer") == []
    assert seen_by(world, "ines") == {thread}
    with As(world, "ines") as a:
        assert not queries.people(a.frame.id)[thread].there
        assert [n.name for n in queries.named(a.frame.id)] == ["Odile Brassenoy"]
    superuser.execute(
        sa.text("update participation set until_at = now() where role = 'mentee' and mission_id = :m"),
        {"m": place.id},
    )
    with world.acting("ines", "ombrelune"):
        assert db.session.scalars(sa.select(Difficulty)).all() == []

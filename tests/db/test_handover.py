"""A mentor replaced: one page for fifteen days, a text that the mentee reads first, and nothing else of the mission."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tenants import models, walls
from tenants.db import db, now
from tenants.mission import across, coming
from tenants.mission import queries as missions
from tenants.mission.handover import operations, queries
from tenants.mission.handover.models import Handover
from tenants.refusals import Incorrect, Refused, Stale
from tests.db.test_objectives import As

pytestmark = pytest.mark.usefixtures("in_app")
TEXT = "Inès sait déjà tenir la réunion du lundi."


@pytest.fixture
def left(world, superuser):
    """Hélène's part in « solo » was ended by the coordination; her page, opened as herself."""
    with As(world, "odile") as a:
        place = next(p for p in a.frame.places if p.seat.role == "mentor")
        coming.end(coming.participation(a.frame.company_id, a.frame.id, place.id), by=a.me)
    return Left(world, superuser)


class Left:
    def __init__(self, world, superuser):
        self.world, self.superuser, self.place = world, superuser, world.missions["solo"]

    def as_helene(self):
        return self.world.acting("helene", "ombrelune")

    def keep(self, words=TEXT, revision=0, *, deliver=False):
        with self.as_helene():
            me, _ = missions.who(walls.acting(db.session))
            found = queries.departure(self.place.id)
            row = uuid.uuid4()
            made = operations.keep(found, found.strands[0], row, words, revision, deliver=deliver, by=me)
            db.session.commit()
        return made

    def page(self):
        with self.as_helene():
            walls.acting(db.session)
            return queries.departure(self.place.id)

    def texts(self, who):
        """By PostgreSQL alone; Python's rule over the same rows says the same."""
        with As(self.world, who) as a:
            rows = db.session.scalars(sa.select(Handover)).all()
            assert [h.id for h in rows] == [h.id for h in queries.texts(a.frame, a.me)]
            return [h.text for h in rows]

    def seat(self, who, **more):
        values = {
            "company_id": self.place.company_id, "id": uuid.uuid4(), "mission_id": self.place.id, "strand_id": None,
            "contact_id": self.world.people[who].contacts["ombrelune"], "role": "mentor", "first_team": False,
            "announced_at": now(), "accepted_at": now(), "reads_from": now() - timedelta(seconds=1),
            "opened_ids": self.place.strands,
        }  # fmt: skip
        self.superuser.execute(models.metadata.tables["participation"].insert().values(**values | more))

    def age(self, days):
        self.superuser.execute(
            sa.text(
                "update participation set until_at = until_at - make_interval(days => :d) where role = 'mentor'"
            ),
            {"d": days},
        )
        self.superuser.execute(
            sa.text("update handover set ended_at = ended_at - make_interval(days => :d)"), {"d": days}
        )


def test_whoever_has_left_reads_nothing_but_their_page(left):
    left.keep()
    with left.as_helene():
        assert missions.frame(left.place.id) is None
        for table in models.metadata.tables.values():
            if "mission_id" in table.c and table.name not in ("handover", "zone"):
                rows = (
                    sa.select(sa.func.count()).select_from(table).where(table.c.mission_id == left.place.id)
                )
                try:
                    assert db.session.scalar(rows) == 0, table.name
                except sa.exc.ProgrammingError:  # not granted at all
                    db.session.rollback()
        assert [h.text for h in db.session.scalars(sa.select(Handover))] == [TEXT]
    page = left.page()
    assert [s.name for s in page.strands] == ["Inès Corbelin"]
    assert page.until - page.ended == timedelta(days=15)


@pytest.mark.parametrize("who", ["ines", "marc", "odile", "olga", "former", "bruno"])
def test_the_page_is_for_an_outgoing_mentor_alone(left, who):
    with left.world.acting(who, "ombrelune"):
        walls.acting(db.session)
        assert queries.departure(left.place.id) is None
        with pytest.raises(sa.exc.DBAPIError):
            db.session.scalar(
                sa.text("select keep_handover(:m, :s, :i, 'x', 0, false)"),
                {"m": left.place.id, "s": left.place.strands[0], "i": uuid.uuid4()},
            )


def test_after_fifteen_days_it_is_gone_and_what_was_not_handed_over_with_it(left):
    left.keep()
    left.age(14)
    assert left.page() is not None
    left.age(1)
    assert left.page() is None
    with left.as_helene():
        assert db.session.scalars(sa.select(Handover)).all() == []
    left.superuser.execute(sa.text("select forget_handovers()"))
    assert left.superuser.scalar(sa.text("select count(*) from handover")) == 0


def test_the_mentee_reads_it_first_then_whom_they_let(left):
    left.keep()
    everybody = ("ines", "marc", "solange", "yann", "odile", "olga")
    assert {w: left.texts(w) for w in everybody} == {w: [] for w in everybody}
    left.keep(revision=1, deliver=True)
    left.seat("bruno")
    alone = {w: [] for w in (*everybody, "bruno")} | {"ines": [TEXT]}
    assert {w: left.texts(w) for w in alone} == alone
    with As(left.world, "bruno") as a:  # nobody opens it but the mentee
        assert not db.session.scalar(
            sa.text("select settle_handover(:i, true)"),
            {"i": left.superuser.scalar(sa.text("select id from handover"))},
        )
    with As(left.world, "ines") as a:
        operations.open_to_successor(queries.texts(a.frame, a.me)[0], a.frame, by=a.me)
    assert {w: left.texts(w) for w in alone} == alone | {"bruno": [TEXT]}
    left.age(20)
    left.superuser.execute(sa.text("select forget_handovers()"))
    assert left.texts("ines") == left.texts("bruno") == [TEXT]


def test_a_later_mentor_of_another_strand_does_not_read_it(left):
    left.keep(deliver=True)
    left.superuser.execute(sa.text("update handover set opened_at = now()"))
    left.seat("bruno", opened_ids=[])
    with As(left.world, "bruno") as a:
        assert db.session.scalars(sa.select(Handover)).all() == [] == queries.texts(a.frame, a.me)


def test_without_a_successor_it_is_opened_to_nobody(left):
    left.keep(deliver=True)
    with As(left.world, "ines") as a, pytest.raises(Refused, match="successor"):
        operations.open_to_successor(queries.texts(a.frame, a.me)[0], a.frame, by=a.me)


def test_two_windows_lose_nothing(left):
    assert left.keep("Le premier") == 1
    with pytest.raises(Stale):
        left.keep("Le second", revision=0)
    assert left.keep("Le second", revision=1, deliver=True) == 2
    with pytest.raises(Refused, match="delivered"):
        left.keep("Un troisième", revision=2)
    with pytest.raises(Incorrect):
        left.keep("", revision=2, deliver=True)


def test_what_waits_waits_for_one_person(left):
    def waits(who):
        with left.world.acting(who, "ombrelune"):
            return [w.kind for w in across.waits() if w.kind.startswith("handover")]

    assert waits("helene") == ["handover.leave"]
    assert waits("ines") == []
    left.keep(deliver=True)
    assert waits("helene") == []
    assert waits("ines") == ["handover.read"]
    with As(left.world, "ines") as a:
        operations.hold(queries.texts(a.frame, a.me)[0], by=a.me)
    assert waits("ines") == []


def test_who_comes_back_as_mentor_has_their_pages_again(left):
    left.seat("helene")
    assert left.page() is None


class TestASessionOfTheirTime:
    @pytest.fixture
    def asked(self, world, superuser):
        """Held yesterday, said by the mentee; the mentor's part ends before they answer."""
        from datetime import time

        from tenants.mission.schedule import attending, clock, planning
        from tenants.mission.schedule import queries as sessions
        from tenants.mission.schedule.types import Type

        with As(world, "ines") as a:
            day = clock.when((now() - timedelta(days=1)).date(), time(10), clock.PARIS)
            made = planning.plan(a.frame, Type.PAIR, a.strand, by=a.me, when=day)
        with As(world, "ines") as a:
            attending.propose(sessions.get(made), a.frame, 90, by=a.me)
        with As(world, "odile") as a:
            place = next(p for p in a.frame.places if p.seat.role == "mentor")
            coming.end(coming.participation(a.frame.company_id, a.frame.id, place.id), by=a.me)
        return Left(world, superuser)

    def say(self, left, said, word=""):
        with left.as_helene():
            me, _ = missions.who(walls.acting(db.session))
            found = queries.departure(left.place.id)
            (one,) = queries.unsaid(left.place.id)
            operations.answer(found, one.attendance_id, said, word, by=me)
            db.session.commit()
            assert queries.unsaid(left.place.id) == []

    def spent(self, left):
        return left.superuser.scalar(
            sa.text(
                "select coalesce(sum(minutes), 0) from hours_entry where account = 'spent' and kind = 'session'"
            )
        )

    def test_is_confirmed_from_the_page_and_spends_its_hours(self, asked):
        assert self.spent(asked) == 0
        self.say(asked, "present")
        assert self.spent(asked) == 90

    def test_is_contested_with_a_word_and_asks_the_mentee_again(self, asked):
        with pytest.raises(Incorrect):
            self.say(asked, "contested")
        self.say(asked, "contested", "Une heure seulement.")
        assert self.spent(asked) == 0
        with asked.world.acting("ines", "ombrelune"):
            assert "schedule.attendance" in [w.kind for w in across.waits()]

    def test_is_nobody_elses_to_answer(self, asked):
        attendance = asked.superuser.scalar(sa.text("select id from attendance"))
        for who in ("ines", "marc", "odile", "former"):
            with asked.world.acting(who, "ombrelune"):
                assert not db.session.scalar(
                    sa.text("select answer_departing(:m, :a, 'present', '')"),
                    {"m": asked.place.id, "a": attendance},
                )

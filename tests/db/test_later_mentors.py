"""Who comes later to a group: a mentor reads what each mentee opens, anybody else what a mentee was told of."""

import pytest
import sqlalchemy as sa

from tenants.db import db
from tenants.mission import coming, queries
from tenants.policy import COMPANY_ROLES, Role
from tenants.refusals import Refused
from tests.db.opening import actor


class InAGroup:
    """Two mentees and their mentor; « second » is written down, and comes later."""

    @pytest.fixture
    def group(self, opened):
        opened.open(("a", {Role.MENTEE}), ("b", {Role.MENTEE}), ("first", {Role.MENTOR}))
        for key in ("a", "b", "first"):
            opened.accept(key)
        self.write_down(opened, "second")
        return opened

    def write_down(self, group, key):
        with group.world.acting("odile", "ombrelune"):
            group.write_down(key)
            db.session.commit()

    def end(self, group, key):
        with group.world.acting("odile", "ombrelune"):
            row = group.participation(group.contacts[key], "mentee")
            coming.end(coming.participation(group.company_id, group.id, row.id), by=actor())
            db.session.commit()

    def word(self, group, key, part):
        with group.world.acting(key, "ombrelune"):
            coming.accept_mentor(coming.participation(group.company_id, group.id, part), by=actor())
            db.session.commit()

    def strand(self, group, key):
        return group.participation(group.contacts[key], "mentee").strand_id

    def strands_read(self, group, who="second"):
        """Of which strands somebody reads something: by PostgreSQL's rule, by Python's, and in their role there."""
        rows = group.rows("select id, strand_id from zone where company_id = :c and mission_id = :m")
        read = {z.strand_id for z in rows if z.id in group.zones_of(who)}
        with group.world.acting(who, "ombrelune", read_only=True):
            me, frame = actor(), queries.frame(group.id)
            assert {frame.zones[z].strand_id for z in frame.readable(me.contact_id)} == read
            held = {s.id for s in frame.strands if me.roles_toward(Toward(group, s.id)) & set(COMPANY_ROLES)}
            assert held == read - {None}
            waits = db.session.scalar(sa.text("select mission_state(:m)"), {"m": group.id})["waits"]
        assert {w[1] for w in waits if w[1]} <= {str(s) for s in read}
        return read

    def wait(self, group, key):
        """Something is awaited in that strand: its standing is told to whoever the strand is open to."""
        strand = self.strand(group, key)
        group.superuser.execute(
            sa.text(
                "insert into awaited (company_id, id, zone_id, mission_id, strand_id, contact_id, kind, subject_id, since)"
                " select :c, gen_random_uuid(), s.state_zone_id, :m, s.id, :k, 'objective.assent', :m, now()"
                " from strand s where s.company_id = :c and s.id = :s"
            ),
            {"c": group.company_id, "m": group.id, "k": group.contacts["first"], "s": strand},
        )


class TestALaterMentorOfAGroup(InAGroup):
    """Each strand is its own mentee's to open: another's word, or a staff act, never does."""

    def no(self, group, key, part):
        with group.world.acting(key, "ombrelune"):
            coming.decline_mentor(coming.participation(group.company_id, group.id, part), by=actor())
            db.session.commit()

    def told(self, group, part):
        """Whom a mail is to tell that a mentee declined."""
        jobs = group.rows(
            "select j.person_id from procrastinate_jobs p join job_ticket j on j.token_hash ="
            " sha384((p.args ->> 'ticket')::bytea) where p.task_name = 'mentor_declined'"
            " and p.args ->> 'participation_id' = cast(:p as text)",
            p=part,
        )
        return [j.person_id for j in jobs]

    @pytest.mark.parametrize("order", [("no", "word"), ("word", "no")])
    def test_a_no_closes_ones_own_strand_and_no_other(self, group, order):
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        group.accept("second")
        said = {"no": "a", "word": "b"}
        for act in order:
            assert group.zones_of("second") == set()
            getattr(self, act)(group, said[act], part)
        assert self.strands_read(group) == {None, self.strand(group, "b")}
        assert self.strands_read(group, "first") == {None, self.strand(group, "a"), self.strand(group, "b")}
        assert group.rows("select 1 from awaited where subject_id = :p", p=part) == []

    def test_declined_by_all_nothing_is_read_and_the_coordination_is_told(self, group):
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        group.accept("second")
        for key in ("a", "b"):
            self.no(group, key, part)
            self.no(group, key, part)  # a double click
        assert group.zones_of("second") == set()
        assert group.participation(group.contacts["second"], "mentor").reads_from is None
        assert self.told(group, part) == [group.world.people["odile"].id] * 2
        self.write_down(group, "third")
        (other,) = group.add(group.contacts["third"], Role.MENTOR)
        group.accept("third")
        for key in ("a", "b"):
            self.word(group, key, other)
        assert self.strands_read(group, "third") == {None, self.strand(group, "a"), self.strand(group, "b")}

    def test_the_first_word_stands(self, group):
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        group.accept("second")
        self.no(group, "a", part)
        with pytest.raises(Refused, match="answered"):
            self.word(group, "a", part)
        self.word(group, "b", part)
        with pytest.raises(Refused, match="answered"):
            self.no(group, "b", part)
        assert self.strands_read(group) == {None, self.strand(group, "b")}

    def test_who_comes_once_a_mentor_is_there_does_not_decline_them(self, group):
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        group.accept("second")
        for key in ("a", "b"):
            self.word(group, key, part)
        self.write_down(group, "c")
        group.add(group.contacts["c"], Role.MENTEE)
        group.accept("c")
        group.rows("update participation set reads_from = now() where mission_id = :m and contact_id = :k returning id",
                   k=group.contacts["c"])  # fmt: skip
        with pytest.raises(Refused, match="answered"):
            self.no(group, "c", part)
        with group.world.acting("c", "ombrelune"), pytest.raises(sa.exc.ProgrammingError):
            db.session.execute(sa.text("select see_announcement(:p, true)"), {"p": part})

    def test_a_strand_whose_mentee_had_left_stays_closed(self, group):
        gone, there = self.strand(group, "a"), self.strand(group, "b")
        self.wait(group, "a")
        self.end(group, "a")
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        group.accept("second")
        self.word(group, "b", part)
        assert self.strands_read(group) == {None, there}
        assert self.strands_read(group, "first") == {None, there, gone}

    def test_who_comes_back_opens_what_is_theirs(self, group):
        """The same person, in a new strand: the word is theirs for both."""
        before = self.strand(group, "a")
        self.end(group, "a")
        group.add(group.contacts["a"], Role.MENTEE)
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        group.rows("update participation set accepted_at = now(), reads_from = now() where company_id = :c and"
                   " mission_id = :m and contact_id = :k and until_at is null returning id", k=group.contacts["a"])  # fmt: skip
        group.accept("second")
        self.word(group, "b", part)
        assert group.zones_of("second") == set()
        self.word(group, "a", part)
        assert self.strands_read(group) == {None, before, self.strand(group, "a"), self.strand(group, "b")}

    def test_who_is_to_accept_a_mentor_reads_their_page_first(self, group):
        """Once that mentor has come; nobody but a mentee who is to answer, and no page but the one proposed."""
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        first = group.participation(group.contacts["first"], "mentor").id

        def reads(who, of=part):
            with group.world.acting(who, "ombrelune", read_only=True):
                return coming.announced_page(of)

        assert reads("a") == {}, "not come yet"
        group.accept("second")
        person = group.superuser.execute(
            sa.text("select person_id from contact where id = :k"), {"k": group.contacts["second"]}
        ).scalar_one()
        group.superuser.execute(
            sa.text(
                "insert into mentor_page (person_id, texts, written_at, revision)"
                ' values (:p, \'{"career": "Vingt ans de quais."}\', now(), 1)'
            ),
            {"p": person},
        )
        assert reads("a") == reads("b") == {"career": "Vingt ans de quais."}
        assert reads("first") == reads("odile") == {}
        assert reads("a", first) == {}

    def test_a_word_given_stays_given(self, group):
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        group.accept("second")
        self.word(group, "a", part)
        self.end(group, "a")
        self.word(group, "b", part)
        assert self.strands_read(group) == {None, self.strand(group, "a"), self.strand(group, "b")}

    def test_a_strand_begun_since_opens_when_its_mentee_comes(self, group):
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        group.accept("second")
        for key in ("a", "b"):
            self.word(group, key, part)
        read = {None, self.strand(group, "a"), self.strand(group, "b")}
        self.write_down(group, "c")
        group.add(group.contacts["c"], Role.MENTEE)
        assert self.strands_read(group) == read
        group.accept("c")
        assert self.strands_read(group) == read | {self.strand(group, "c")}

    def test_a_later_mentor_never_reads_without_a_list(self, group):
        (part,) = group.add(group.contacts["second"], Role.MENTOR)
        group.accept("second")
        with pytest.raises(sa.exc.IntegrityError, match="ck_participation_opened"):
            group.rows("update participation set reads_from = now() where id = :p returning id", p=part)


class TestALaterReaderOfAGroup(InAGroup):
    """Direction and RH: of a strand whose mentee left before they came nobody could tell its mentee."""

    def come(self, group, role=Role.HR):
        (part,) = group.add(group.contacts["second"], role)
        group.accept("second")
        return part

    def see(self, group, part, *keys):
        for key in keys:
            with group.world.acting(key, "ombrelune"):
                coming.see(coming.participation(group.company_id, group.id, part), by=actor())
                db.session.commit()

    @pytest.mark.parametrize("role", [Role.SPONSOR, Role.HR])
    def test_the_strand_of_a_mentee_who_had_left_stays_closed(self, group, role):
        gone, there = self.strand(group, "a"), self.strand(group, "b")
        self.wait(group, "a")
        self.end(group, "a")
        self.see(group, self.come(group, role), "b", "first")
        assert self.strands_read(group) == {None, there}
        assert self.strands_read(group, "first") == {None, there, gone}

    def test_who_leaves_before_they_begin_leaves_nothing_open(self, group):
        part = self.come(group)
        self.end(group, "a")
        self.see(group, part, "b", "first")
        assert self.strands_read(group) == {None, self.strand(group, "b")}

    def test_nor_does_who_leaves_within_the_48_hours(self, group):
        """Not by their date alone: what was to be read is settled again when a mentee goes."""
        part = self.come(group)
        self.end(group, "a")
        group.rows("update participation set reads_from = now() where id = :p returning id", p=part)
        assert self.strands_read(group) == {None, self.strand(group, "b")}

    def test_what_was_read_goes_on_being_read_and_what_begins_since_is(self, group):
        part = self.come(group)
        self.see(group, part, "a", "b", "first")
        self.end(group, "a")
        self.write_down(group, "c")
        group.add(group.contacts["c"], Role.MENTEE)
        read = {None, self.strand(group, "a"), self.strand(group, "b")}
        assert self.strands_read(group) == read
        group.accept("c")
        assert self.strands_read(group) == read | {self.strand(group, "c")}

    def test_none_reads_without_a_list(self, group):
        part = self.come(group)
        with pytest.raises(sa.exc.IntegrityError, match="ck_participation_opened"):
            group.rows(
                "update participation set reads_from = now(), opened_ids = null where id = :p returning id",
                p=part,
            )


class Toward:
    """A strand as a subject."""

    def __init__(self, group, strand_id):
        self.company_id, self.mission_id, self.strand_id = group.company_id, group.id, strand_id

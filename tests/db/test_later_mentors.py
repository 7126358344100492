"""A mentor who comes later to a group: each strand is opened by its own mentee."""

import pytest
import sqlalchemy as sa

from tenants.db import db
from tenants.mission import coming, queries
from tenants.policy import Role
from tests.db.opening import actor


class TestALaterMentorOfAGroup:
    """Each strand is its own mentee's to open: another's word, or a staff act, never does."""

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
            held = {s.id for s in frame.strands if Role.MENTOR in me.roles_toward(Toward(group, s.id))}
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


class Toward:
    """A strand as a subject."""

    def __init__(self, group, strand_id):
        self.company_id, self.mission_id, self.strand_id = group.company_id, group.id, strand_id

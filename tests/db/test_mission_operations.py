"""Opening a mission and coming into it: what the operations write, and from when anybody reads."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg.errors
import pytest
import sqlalchemy as sa

from tenants.company import operations as company_operations
from tenants.company import queries as company_queries
from tenants.db import db, new_id
from tenants.firm import operations as firm_operations
from tenants.firm import queries as firm_queries
from tenants.mission import coming, operations, queries
from tenants.people import tokens
from tenants.policy import Role
from tenants.refusals import Incorrect, Refused
from tenants.zones import Kind
from tests.db.opening import TRIO, actor

NOW = datetime.now(UTC)


def test_a_mission_is_made_whole(opened):
    opened.open(*TRIO, ("solange2", {Role.SPONSOR, Role.HR}))
    seats = opened.rows(
        "select role, strand_id, first_team, reads_from, accepted_at from participation"
        " where company_id = :c and mission_id = :m order by role"
    )
    assert [s.role for s in seats] == ["hr", "manager", "mentee", "mentor", "sponsor"]
    assert {s.role for s in seats if s.strand_id} == {"manager", "mentee"}
    assert all(s.first_team and s.reads_from is None and s.accepted_at is None for s in seats)
    zones = opened.rows(
        "select kind, audience, strand_id from zone where company_id = :c and mission_id = :m"
    )
    assert sorted((z.kind, z.audience, z.strand_id is None) for z in zones) == [
        ("calendar", "everyone", False), ("calendar", "everyone", True), ("team", "group", True),
    ]  # fmt: skip
    cells = opened.rows("select kind, role from matrix_cell where company_id = :c and mission_id = :m")
    from tenants.zones import DEFAULT_MATRIX, DEFAULT_REPORTED

    assert {(c.kind, c.role) for c in cells} == {(k, r) for k, roles in DEFAULT_MATRIX.items() for r in roles}
    cells = opened.rows("select kind, role from reported_cell where company_id = :c and mission_id = :m")
    assert {(c.kind, c.role) for c in cells} == {
        (k, r) for k, roles in DEFAULT_REPORTED.items() for r in roles
    }
    jobs = opened.rows("select args from procrastinate_jobs where task_name = 'invitation'")
    sent = opened.rows("select id from invitation where company_id = :c and mission_id = :m")
    assert {j.args["invitation_id"] for j in jobs} >= {str(i.id) for i in sent} and len(sent) == 4


def test_a_second_click_opens_nothing_more(opened):
    opened.open(*TRIO)
    before = opened.rows("select count(*) from zone")
    with opened.world.acting("odile", "ombrelune"):
        assert not operations.open_mission(opened.company_id, opened.plan(*TRIO), by=actor())
        db.session.commit()
    assert opened.rows("select count(*) from zone") == before
    assert len(opened.rows("select 1 from invitation where company_id = :c and mission_id = :m")) == 3


def test_a_group_has_a_strand_each_and_managers_of_their_own(opened):
    opened.open(
        ("a", {Role.MENTEE}), ("b", {Role.MENTEE}), ("boss", {Role.MANAGER}, "a"), ("chief", {Role.MANAGER}, "b"),
        ("helene2", {Role.MENTOR}),
    )  # fmt: skip
    seat = opened.participation
    assert (
        seat(opened.contacts["boss"], "manager").strand_id == seat(opened.contacts["a"], "mentee").strand_id
    )
    assert (
        seat(opened.contacts["chief"], "manager").strand_id == seat(opened.contacts["b"], "mentee").strand_id
    )
    assert seat(opened.contacts["helene2"], "mentor").strand_id is None
    positions = opened.rows(
        "select position from strand where company_id = :c and mission_id = :m order by 1"
    )
    assert [p.position for p in positions] == [1, 2]


@pytest.mark.parametrize(
    ("people", "name"),
    [
        ((("a", {Role.MENTEE}),), "mission.no_mentor"),
        ((("a", {Role.MENTOR}),), "mission.no_mentee"),
        ((("a", {Role.MENTEE, Role.HR}), ("b", {Role.MENTOR})), "mission.mentee_alone"),
        ((("a", {Role.MENTEE}), ("b", {Role.MENTOR}), ("c", set())), "mission.people"),
    ],
)
def test_a_mission_needs_its_people(opened, people, name):
    with opened.world.acting("odile", "ombrelune"), pytest.raises(Incorrect, match=name):
        operations.open_mission(opened.company_id, opened.plan(*people), by=actor())


def test_the_first_team_reads_from_its_acceptance(opened):
    opened.open(*TRIO)
    answer = opened.accept("ines2")
    assert answer.reads_from is not None
    assert len(opened.zones_of("ines2")) == 3
    assert opened.participation(opened.contacts["marc2"], "manager").reads_from is None


def test_who_opens_a_mission_reads_nothing_of_it(opened):
    opened.open(*TRIO)
    assert opened.zones_of("odile") == set() == opened.zones_of("olga")


class TestTheOwnerWhoAssignsHerself:
    """Olga owns the firm. She adds herself; nothing opens before the rule says so."""

    @pytest.fixture
    def begun(self, opened):
        opened.by = "olga"
        opened.open(*TRIO)
        opened.accept("ines2")
        opened.accept("helene2")
        self.olga = opened.world.people["olga"].contacts["ombrelune"]
        return opened

    def accept_herself(self, opened):
        token = opened.link(self.olga)
        with opened.world.acting("olga"):
            answer = coming.accept(token_hash=tokens.link_hash(token))
            assert answer.outcome == "accepted"
            db.session.commit()
        return answer

    def late(self, opened, hours=49):
        """48 hours go by, as far as the announcement is concerned."""
        opened.superuser.execute(
            sa.text(
                "update participation set announced_at = announced_at - make_interval(hours => :h),"
                " accepted_at = accepted_at - make_interval(hours => :h),"
                " reads_from = reads_from - make_interval(hours => :h)"
                " where company_id = :c and mission_id = :m"
            ),
            {"c": opened.company_id, "m": opened.id, "h": hours},
        )

    def see(self, opened, who, participation_id):
        with opened.world.acting(who, "ombrelune"):
            of = coming.participation(opened.company_id, opened.id, participation_id)
            answer = (coming.accept_mentor if of.role == "mentor" else coming.see)(of, by=actor())
            db.session.commit()
        return answer

    def test_as_manager_she_waits_48_hours(self, begun):
        opened = begun
        (part,) = opened.add(self.olga, Role.MANAGER)
        assert opened.zones_of("olga") == set()
        answer = self.accept_herself(opened)
        announced = opened.participation(self.olga, "manager").announced_at
        assert answer.reads_from - announced == timedelta(hours=48)
        assert opened.zones_of("olga") == set()
        self.late(opened)
        assert opened.zones_of("olga") != set()
        assert part

    def test_48_hours_without_her_acceptance_open_nothing(self, begun):
        begun.add(self.olga, Role.MANAGER)
        self.late(begun)
        assert begun.zones_of("olga") == set()

    def test_as_manager_she_reads_once_all_have_seen(self, begun):
        (part,) = begun.add(self.olga, Role.MANAGER)
        self.accept_herself(begun)
        assert self.see(begun, "ines2", part) > datetime.now(UTC)
        assert begun.zones_of("olga") == set()
        assert self.see(begun, "helene2", part) <= datetime.now(UTC)
        assert begun.zones_of("olga") != set()

    def test_seen_by_all_before_her_acceptance_opens_nothing(self, begun):
        (part,) = begun.add(self.olga, Role.SPONSOR)
        self.see(begun, "ines2", part)
        self.see(begun, "helene2", part)
        assert begun.participation(self.olga, "sponsor").reads_from is None
        assert begun.zones_of("olga") == set()
        self.accept_herself(begun)
        assert begun.zones_of("olga") != set()

    def test_as_mentor_she_reads_only_with_the_mentees_word(self, begun):
        (part,) = begun.add(self.olga, Role.MENTOR)
        self.accept_herself(begun)
        self.late(begun, 1000)
        assert begun.zones_of("olga") == set()
        with begun.world.acting("helene2", "ombrelune"), pytest.raises(sa.exc.ProgrammingError) as refused:
            db.session.execute(sa.text("select see_announcement(:p)"), {"p": part})
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)
        self.see(begun, "ines2", part)
        assert begun.zones_of("olga") != set()

    def test_she_cannot_accept_herself(self, begun):
        (part,) = begun.add(self.olga, Role.MENTOR)
        self.accept_herself(begun)
        with begun.world.acting("olga", "ombrelune"):
            of = coming.participation(begun.company_id, begun.id, part)
            with pytest.raises(Refused, match="over"):
                coming.accept_mentor(of, by=actor())
            with pytest.raises(sa.exc.ProgrammingError):
                db.session.execute(sa.text("select see_announcement(:p)"), {"p": part})

    def test_ending_the_mentee_first_opens_nothing(self, begun):
        self.end(begun, "ines2")
        with pytest.raises(Incorrect, match="no_mentee"):
            begun.add(self.olga, Role.MANAGER)
        begun.add(self.olga, Role.SPONSOR)
        self.accept_herself(begun)
        self.late(begun, 1000)
        assert begun.participation(self.olga, "sponsor").reads_from is None
        assert begun.zones_of("olga") == set()

    def test_ending_a_mentee_who_says_nothing_does_not_make_her_a_mentor(self, begun):
        begun.add(self.olga, Role.MENTOR)
        self.accept_herself(begun)
        self.end(begun, "ines2")
        assert begun.participation(self.olga, "mentor").reads_from is None
        assert begun.zones_of("olga") == set()

    def test_with_no_mentee_left_nobody_can_make_her_a_mentor(self, begun):
        self.end(begun, "ines2")
        begun.add(self.olga, Role.MENTOR)
        self.accept_herself(begun)
        self.late(begun, 1000)
        assert begun.participation(self.olga, "mentor").reads_from is None
        assert begun.zones_of("olga") == set()

    def end(self, opened, key):
        with opened.world.acting("olga", "ombrelune"):
            row = opened.participation(opened.contacts[key], "mentee")
            coming.end(coming.participation(opened.company_id, opened.id, row.id), by=actor())
            db.session.commit()

    @pytest.mark.parametrize(
        "statement",
        [
            "update participation set reads_from = now() where mission_id = :m",
            "update participation set opened_ids = null where mission_id = :m",
            "update participation set first_team = true, accepted_at = now() where mission_id = :m",
            """insert into participation (company_id, id, mission_id, contact_id, role, first_team, announced_at,
               reads_from) values (:c, gen_random_uuid(), :m, :k, 'hr', true, now(), now())""",
            """insert into announcement_seen (company_id, id, mission_id, participation_id, contact_id, at)
               select :c, gen_random_uuid(), :m, p.id, :k, now() from participation p where p.mission_id = :m""",
            """insert into participation (company_id, id, mission_id, contact_id, role, first_team, announced_at)
               values (:c, gen_random_uuid(), :m, :k, 'hr', true, now())""",
            "delete from participation where mission_id = :m",
            "update contact set person_id = acting_person() where company_id = :c",
            "update mission set created_at = now() where id = :m",
            "update mission set rule_id = gen_random_uuid() where id = :m",
            "update matrix_cell set role = 'hr' where mission_id = :m",
            "update staff set person_id = acting_person()",
            "select settle_reading(:c, :m)",
        ],
    )
    def test_no_statement_of_the_application_can(self, begun, statement):
        begun.add(self.olga, Role.MANAGER)
        begun.rows("update mission set created_at = created_at - interval '1 day' where id = :m returning id")
        with begun.world.acting("olga", "ombrelune"), pytest.raises(sa.exc.ProgrammingError) as refused:
            db.session.execute(sa.text(statement), {"c": begun.company_id, "m": begun.id, "k": self.olga})
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)

    def test_what_is_awaited_is_said_to_mentee_and_mentor_by_name(self, begun):
        (part,) = begun.add(self.olga, Role.MANAGER)
        rows = begun.rows("select kind, contact_id from awaited where subject_id = :p", p=part)
        assert {(r.kind, r.contact_id) for r in rows} == {
            ("participation.seen", begun.contacts["ines2"]),
            ("participation.seen", begun.contacts["helene2"]),
        }
        self.see(begun, "ines2", part)
        rows = begun.rows("select contact_id from awaited where subject_id = :p", p=part)
        assert [r.contact_id for r in rows] == [begun.contacts["helene2"]]
        jobs = begun.rows("select args from procrastinate_jobs where task_name = 'reader_announced'")
        assert str(part) in {j.args["participation_id"] for j in jobs}


def test_a_later_mentor_of_a_group_needs_each_mentee(opened):
    opened.open(("a", {Role.MENTEE}), ("b", {Role.MENTEE}), ("first", {Role.MENTOR}))
    for key in ("a", "b", "first"):
        opened.accept(key)
    with opened.world.acting("odile", "ombrelune"):
        opened.write_down("second")
        db.session.commit()
    (part,) = opened.add(opened.contacts["second"], Role.MENTOR)
    opened.accept("second")
    for key, reads in (("a", False), ("b", True)):
        with opened.world.acting(key, "ombrelune"):
            coming.accept_mentor(coming.participation(opened.company_id, opened.id, part), by=actor())
            db.session.commit()
        assert bool(opened.zones_of("second")) is reads


def test_a_reader_announced_before_the_mentee_comes_is_told_to_them_first(opened):
    opened.open(*TRIO)
    opened.accept("helene2")
    with opened.world.acting("odile", "ombrelune"):
        opened.write_down("late")
        db.session.commit()
    opened.add(opened.contacts["late"], Role.HR)
    assert opened.accept("late").reads_from is None
    opened.superuser.execute(
        sa.text("update participation set announced_at = now() - interval '9 days' where mission_id = :m"),
        {"m": opened.id},
    )
    opened.accept("ines2")
    begins = opened.participation(opened.contacts["late"], "hr").reads_from
    assert timedelta(hours=47) < begins - datetime.now(UTC) <= timedelta(hours=48)


def test_ending_is_at_once_and_leaves_nothing_awaited(opened):
    opened.open(*TRIO)
    for key in ("ines2", "helene2", "marc2"):
        opened.accept(key)
    manager = opened.participation(opened.contacts["marc2"], "manager")
    with opened.world.acting("ines2", "ombrelune"):
        from tenants import awaited

        of = queries.frame(opened.id)
        zone = next(z for z in of.zones.values() if z.kind is Kind.CALENDAR and z.strand_id)
        awaited.expect(
            zone_id=zone.id, mission_id=of.id, strand_id=zone.strand_id, kind="objective.assent",
            subject_id=uuid.uuid4(), contacts={opened.contacts["marc2"], opened.contacts["helene2"]},
        )  # fmt: skip
        db.session.commit()
    assert opened.zones_of("marc2")
    with opened.world.acting("odile", "ombrelune"):
        from tenants.events import told

        coming.end(coming.participation(opened.company_id, opened.id, manager.id), by=actor())
        assert f"revoked mission {opened.id}" in told()
        db.session.commit()
    assert opened.zones_of("marc2") == set()
    waits = opened.rows("select contact_id from awaited where mission_id = :m")
    assert [w.contact_id for w in waits] == [opened.contacts["helene2"]]


def test_ending_somebody_who_has_not_come_closes_their_link(opened):
    opened.open(*TRIO)
    token = opened.link(opened.contacts["marc2"])
    manager = opened.participation(opened.contacts["marc2"], "manager")
    with opened.world.acting("odile", "ombrelune"):
        coming.end(coming.participation(opened.company_id, opened.id, manager.id), by=actor())
        db.session.commit()
    assert coming.accept(token_hash=tokens.link_hash(token)).outcome == "revoked"


def test_a_draft_stays_its_authors_after_they_leave(opened):
    opened.open(*TRIO)
    opened.accept("marc2")
    with opened.world.acting("marc2", "ombrelune"):
        from tenants.mission import zoning
        from tenants.zones import Audience

        of = queries.frame(opened.id)
        draft = zoning.zone_for(of, Kind.OBJECTIVES, Audience.AUTHOR, of.strands[0].id, by=actor())
        db.session.commit()
    manager = opened.participation(opened.contacts["marc2"], "manager")
    with opened.world.acting("odile", "ombrelune"):
        coming.end(coming.participation(opened.company_id, opened.id, manager.id), by=actor())
        db.session.commit()
    assert opened.zones_of("marc2") == {draft}


class TestInvitations:
    def test_a_link_serves_once(self, opened):
        opened.open(*TRIO)
        token = opened.link(opened.contacts["ines2"])
        assert coming.accept(token_hash=tokens.link_hash(token)).outcome == "accepted"
        db.session.commit()
        assert coming.accept(token_hash=tokens.link_hash(token)).outcome == "used"

    def test_an_account_is_never_opened_by_a_mail(self, opened):
        opened.superuser.execute(
            sa.text("update address set address = 'ines2@nouveau.test' where person_id = :p"),
            {"p": opened.world.people["paula"].id},
        )
        opened.open(*TRIO)
        token = tokens.link_hash(opened.link(opened.contacts["ines2"]))
        db.session.rollback()
        assert coming.accept(token_hash=token).outcome == "sign_in"
        db.session.rollback()
        with opened.world.acting("lina"):
            assert coming.accept(token_hash=token, confirmed=True).outcome == "other_person"
        with opened.world.acting("paula"):
            assert coming.accept(token_hash=token).outcome == "accepted"

    def test_another_account_is_asked_to_confirm(self, opened):
        opened.open(*TRIO)
        token = tokens.link_hash(opened.link(opened.contacts["ines2"]))
        with opened.world.acting("rivalmentor"):
            assert coming.accept(token_hash=token).outcome == "confirm"
        with opened.world.acting("rivalmentor"):
            assert (
                coming.accept(token_hash=token, confirmed=True).person
                == opened.world.people["rivalmentor"].id
            )

    def test_whoever_is_known_there_under_another_name_is_told_so(self, opened):
        opened.open(*TRIO)
        token = tokens.link_hash(opened.link(opened.contacts["ines2"]))
        with opened.world.acting("olga"):
            answer = coming.accept(token_hash=token, confirmed=True)
            assert answer.outcome == "other_contact"
            assert coming.invited_by(token_hash=token).elsewhere == "Olga Vernaz"

    def test_a_new_link_closes_the_one_before(self, opened):
        opened.open(*TRIO)
        old = opened.link(opened.contacts["ines2"])
        with opened.world.acting("odile", "ombrelune"):
            sent = next(
                i for i in coming.invitations(opened.company_id, opened.id)
                if i.contact_id == opened.contacts["ines2"]
            )  # fmt: skip
            coming.invite_again(sent, invitation_id=new_id(), by=actor())
            db.session.commit()
        new = opened.link(opened.contacts["ines2"])
        db.session.rollback()
        assert coming.invited_by(token_hash=tokens.link_hash(old)).outcome == "revoked"
        assert coming.invited_by(token_hash=tokens.link_hash(new)).outcome == "open"

    def test_after_14_days_it_opens_nothing(self, opened):
        opened.open(*TRIO)
        token = opened.link(opened.contacts["ines2"])
        opened.superuser.execute(
            sa.text("update invitation set expires_at = now() - interval '1 second' where mission_id = :m"),
            {"m": opened.id},
        )
        assert coming.accept(token_hash=tokens.link_hash(token)).outcome == "expired"

    def test_by_its_id_it_opens_for_the_one_invited_alone(self, opened):
        opened.superuser.execute(
            sa.text("update address set address = 'ines2@nouveau.test' where person_id = :p"),
            {"p": opened.world.people["paula"].id},
        )
        opened.open(*TRIO)
        (sent,) = opened.rows(
            "select id from invitation where mission_id = :m and contact_id = :k", k=opened.contacts["ines2"]
        )
        db.session.rollback()
        assert coming.invited_by(invitation_id=sent.id) is None
        for who, found in (("lina", False), ("odile", False), ("paula", True)):
            with opened.world.acting(who):
                assert (coming.invited_by(invitation_id=sent.id) is not None) is found

    def test_two_at_once_accept_once(self, opened, app):
        opened.open(*TRIO)
        token = tokens.link_hash(opened.link(opened.contacts["ines2"]))

        def accept():
            with app.app_context():
                answer = coming.accept(token_hash=token)
                if answer.outcome == "accepted":
                    until_another_waits()
                db.session.commit()
                db.session.remove()
                return answer.outcome

        assert sorted(at_once(accept, 6)) == ["accepted", *["used"] * 5]
        people = opened.rows("select count(*) from address where address = 'ines2@nouveau.test'")
        assert people[0].count == 1


def until_another_waits():
    """Before this transaction settles, another has come as far as its locks."""
    end = time.monotonic() + 10
    here = "(select oid from pg_database where datname = current_database())"
    while not db.session.scalar(
        sa.text(
            f"select exists (select from pg_locks where not granted and coalesce(database, {here}) = {here})"
        )
    ):
        assert time.monotonic() < end, "nobody else came"


def at_once(act, times):
    """Several people, or one impatient one, do the same at the same moment."""
    with ThreadPoolExecutor(times) as pool:
        return [f.result() for f in [pool.submit(act) for _ in range(times)]]


def test_a_double_click_at_the_same_moment_opens_one_mission(opened, app):
    with opened.world.acting("odile", "ombrelune"):
        plan = opened.plan(*TRIO)
        db.session.commit()

    def click():
        with app.app_context(), opened.world.acting("odile", "ombrelune"):
            made = operations.open_mission(opened.company_id, plan, by=actor())
            if made:
                until_another_waits()
            db.session.commit()
            return made

    assert sorted(at_once(click, 5)) == [False] * 4 + [True]
    assert len(opened.rows("select 1 from invitation where mission_id = :m")) == 3
    assert len(opened.rows("select 1 from zone where mission_id = :m")) == 3


class TestAFirm:
    def test_a_company_is_entered_by_every_staff_member(self, in_app, world, superuser):
        company_id = new_id()
        with world.acting("odile"):
            firm = firm_queries.firm(world.firms["sauvelande"])
            opened = firm_operations.open_company(
                firm, id=company_id, name="Verrerie d’Ostaval", base="verrerie-d-ostaval", by=actor()
            )
            again = firm_operations.open_company(firm, id=company_id, name="Autre", base="autre", by=actor())
            db.session.commit()
        assert opened == again
        assert opened[0] == company_id and opened[1].startswith("verrerie-d-ostaval-")
        contacts = superuser.execute(
            sa.text("select person_id, staff, given_name from contact where company_id = :c"),
            {"c": company_id},
        ).all()
        assert {c.person_id for c in contacts} == {world.people[p].id for p in ("odile", "olga")}
        world.companies["nouvelle"] = opened
        try:
            with world.acting("olga", "nouvelle"):
                assert company_queries.here().name == "Verrerie d’Ostaval"
            from tenants.walls import NotEntered

            with pytest.raises(NotEntered), world.acting("rival", "nouvelle"):
                db.session.connection()
        finally:
            del world.companies["nouvelle"]

    def test_another_firms_company_is_neither_opened_nor_told(self, in_app, world):
        with world.acting("rival"):
            firm = firm_queries.firm(world.firms["rival"])
            taken = world.companies["ombrelune"][0]
            assert firm_operations.open_company(firm, id=taken, name="X", base="x", by=actor()) is None
            assert firm_queries.firm(world.firms["sauvelande"]) is None
            assert firm_queries.companies(world.firms["sauvelande"]) == []

    def test_a_mentor_opens_none(self, in_app, world):
        with world.acting("helene"), pytest.raises(sa.exc.ProgrammingError):
            db.session.execute(
                sa.text("select * from open_company(:i, :f, 'X', 'x')"),
                {"i": new_id(), "f": world.firms["sauvelande"]},
            )

    def test_the_last_owner_stays(self, in_app, world):
        with world.acting("olga"):
            me = next(s for s in firm_queries.staff_of(world.firms["sauvelande"]) if s.role == "owner")
            with pytest.raises(Refused, match="last_owner"):
                firm_operations.end(me, by=actor())

    def test_who_is_staff_no_more_enters_no_company(self, in_app, world):
        from tenants.walls import NotEntered

        with world.acting("olga"):
            odile = next(
                s for s in firm_queries.staff_of(world.firms["sauvelande"]) if s.role == "coordinator"
            )
            firm_operations.end(odile, by=actor())
            db.session.commit()
        with pytest.raises(NotEntered), world.acting("odile", "brisemer"):
            db.session.connection()

    def test_a_firm_is_founded_by_the_owner_role_alone(self, in_app, world):
        with world.acting("olga"), pytest.raises(sa.exc.ProgrammingError):
            db.session.execute(
                sa.text("select found_firm(gen_random_uuid(), 'X', gen_random_uuid(), 'X', 'x@x.fr')")
            )

    def test_a_slug_reads_like_the_name(self):
        assert (
            company_operations.slug_base("Société Œuvrière d’Ostaval & Cie")
            == "societe-oeuvriere-d-ostaval-cie"
        )
        assert company_operations.slug_base("日本") == ""


def test_nobody_of_the_company_opens_a_mission(opened):
    with (
        opened.world.acting("ines", "ombrelune"),
        pytest.raises((sa.exc.ProgrammingError, sa.exc.IntegrityError)),
    ):
        operations.open_mission(opened.company_id, opened.plan(*TRIO), by=actor())

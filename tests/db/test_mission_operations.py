"""Opening a mission and coming into it: what the operations write, and from when anybody reads."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import psycopg.errors
import pytest
import sqlalchemy as sa

from tenants.company import operations as company_operations
from tenants.company import queries as company_queries
from tenants.company.operations import Named
from tenants.db import db, new_id
from tenants.firm import operations as firm_operations
from tenants.firm import queries as firm_queries
from tenants.mission import coming, operations, queries
from tenants.mission.models import Mission
from tenants.mission.operations import Plan, Taking
from tenants.people import tokens
from tenants.policy import Role
from tenants.refusals import Incorrect, Refused
from tenants.zones import Kind

NOW = datetime.now(UTC)


def actor():
    """Who acts in the present transaction."""
    from tenants import walls

    found = queries.who(walls.acting(db.session))
    assert found
    return found[0]


class Opened:
    """A mission opened by the operation under test, in company « ombrelune »; its people are new contacts."""

    def __init__(self, world, superuser, by="odile"):
        self.world, self.superuser, self.by = world, superuser, by
        self.company_id, self.slug = world.companies["ombrelune"]
        self.id = new_id()
        self.contacts = {}

    def write_down(self, key):
        who = Named(new_id(), key.capitalize(), "Nouvel", "", f"{key}@nouveau.test")
        self.contacts[key] = company_operations.write_down(self.company_id, who, by=actor())
        return self.contacts[key]

    def plan(self, *people, **changes):
        taken = []
        for key, roles, *manages in people:
            contact = self.contacts.get(key) or self.write_down(key)
            taken.append(Taking(contact, frozenset(roles), frozenset(self.contacts[m] for m in manages)))
        values = {
            "id": self.id,
            "title": "Titre",
            "starts_on": date(2026, 12, 1),
            "ends_on": date(2027, 6, 1),
            "hours": 1200,
            "people": taken,
        }
        return Plan(**{**values, **changes})

    def open(self, *people):
        with self.world.acting(self.by, "ombrelune"):
            assert operations.open_mission(self.company_id, self.plan(*people), by=actor())
            db.session.commit()
        return self

    def link(self, contact, token=None):
        """What the worker does at the moment of sending."""
        token = token or tokens.new_token()
        done = self.superuser.execute(
            sa.text(
                "update invitation set token_hash = :h where company_id = :c and mission_id = :m and contact_id = :k"
                " and accepted_at is null and revoked_at is null"
            ),
            {"h": tokens.link_hash(token), "c": self.company_id, "m": self.id, "k": contact},
        )
        assert done.rowcount == 1
        return token

    def accept(self, key):
        """They accept, as a new person; their sign-in is made so that they can act afterwards."""
        from tests.world import Someone

        db.session.rollback()
        answer = coming.accept(token_hash=tokens.link_hash(self.link(self.contacts[key])))
        assert answer.outcome == "accepted", answer
        db.session.commit()
        someone = Someone(key, key, answer.person, tokens.new_token(), f"{key}@nouveau.test")
        self.superuser.execute(
            sa.text(
                "insert into sign_in (id, token_hash, person_id, expires_at, idle_until, device, by)"
                " values (gen_random_uuid(), :h, :p, now() + interval '1 day', now() + interval '1 day', '', 'code')"
            ),
            {"h": someone.token_hash, "p": answer.person},
        )
        self.world.people[key] = someone
        return answer

    def participation(self, contact, role):
        return self.superuser.execute(
            sa.text(
                "select * from participation where company_id = :c and mission_id = :m and contact_id = :k and role = :r"
                " order by announced_at desc limit 1"
            ),
            {"c": self.company_id, "m": self.id, "k": contact, "r": role},
        ).one()

    def add(self, contact, *roles):
        with self.world.acting(self.by, "ombrelune"):
            mission = db.session.get_one(Mission, (self.company_id, self.id))
            added = operations.add_person(
                mission, Taking(contact, frozenset(roles)), invitation_id=new_id(), by=actor()
            )
            db.session.commit()
        return added

    def rows(self, statement, **values):
        return self.superuser.execute(
            sa.text(statement), {"c": self.company_id, "m": self.id, **values}
        ).all()

    def zones_of(self, who):
        """The zones of this mission that somebody reads now, by PostgreSQL's rule."""
        with self.world.acting(who, "ombrelune", read_only=True):
            found = db.session.scalars(sa.text("select unnest(my_zones())")).all()
        mine = {z.id for z in self.rows("select id from zone where company_id = :c and mission_id = :m")}
        return mine & set(found)


@pytest.fixture
def opened(in_app, world, superuser):
    kept = dict(world.people)
    yield Opened(world, superuser)
    world.people.clear()
    world.people.update(kept)


TRIO = (("ines2", {Role.MENTEE}), ("helene2", {Role.MENTOR}), ("marc2", {Role.MANAGER}))


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
                time.sleep(0.05)
                db.session.commit()
                db.session.remove()
                return answer.outcome

        assert sorted(at_once(accept, 6)) == ["accepted", *["used"] * 5]
        people = opened.rows("select count(*) from address where address = 'ines2@nouveau.test'")
        assert people[0].count == 1


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
            time.sleep(0.05)
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

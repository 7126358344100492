"""A mission opened by the operation itself, its people accepting one after the other."""

from datetime import date

import sqlalchemy as sa

from tenants.company import operations as company_operations
from tenants.company.operations import Named
from tenants.db import db, new_id
from tenants.mission import coming, operations, queries
from tenants.mission.models import Mission
from tenants.mission.operations import Plan, Taking
from tenants.people import tokens
from tenants.policy import Role


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


TRIO = (("ines2", {Role.MENTEE}), ("helene2", {Role.MENTOR}), ("marc2", {Role.MANAGER}))

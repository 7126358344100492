"""Builds the demonstration through the operations that pages use, each as the person who acts, by a real sign-in.

Only three things go beside them, as the tables' owner or the queue's: the first firm (as ``firm`` does), the dates of a
past that PostgreSQL's own clock cannot have, and the mails of that past, which nobody sends.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from flask import Flask
from sqlalchemy import text

from tenants import walls
from tenants.actors import Actor
from tenants.company import operations as contacts
from tenants.company.operations import Named, slug_base
from tenants.db import at, db, new_id
from tenants.firm import invitations, queries
from tenants.firm import operations as firms
from tenants.mission import coming
from tenants.mission import queries as missions
from tenants.mission.operations import Plan, Taking, open_mission
from tenants.mission.queries import Frame
from tenants.people import tokens
from tenants.people.operations import sign_out, start_sign_in
from tenants.policy import Role
from webapp.config import Config
from webapp.demo import agreement, cast, context, once, play, report, roadmap, schedule, script, signing

PARIS = ZoneInfo("Europe/Paris")


def seed(app: Flask | None = None) -> None:
    """Write the demonstration, once: a database that has it is left as it is."""
    from webapp.app import create_app

    app = app or create_app(Config.from_environ(os.environ))
    config: Config = app.extensions["trialogue"]
    owner_url = config.database_owner_url or config.role_url("trialogue_owner")
    with psycopg.connect(owner_url, autocommit=True) as owner, app.app_context():
        if not once.is_written(owner):
            once.begin(owner)
            with psycopg.connect(config.role_url("trialogue_jobs"), autocommit=True) as queue:
                Seed(owner, queue).run()
            once.finish(owner)


class Seed:
    """One run. ``signed`` holds the token of each person's sign-in, by the key of the cast."""

    def __init__(self, owner: psycopg.Connection[Any], queue: psycopg.Connection[Any]) -> None:
        self.owner, self.queue = owner, queue
        self.started = datetime.now(UTC)
        self.today = self.started.astimezone(PARIS).date()
        self.signed: dict[str, str] = {}
        self.slugs: dict[str, str] = {}
        self.ids: dict[str, uuid.UUID] = {}
        self.contacts: dict[tuple[str, str], uuid.UUID] = {}

    def run(self) -> None:
        """The firm, its companies, their missions and people, then what was written."""
        self.found()
        for key, (name, people) in cast.COMPANIES.items():
            self.open(key, name, people)
        for mission in cast.MISSIONS:
            self.begin(mission)
        for key, acts in script.SCRIPTS.items():
            mission = next(m for m in cast.MISSIONS if m.key == key)
            play.play(self, mission, acts)
        agreement.write(self)
        signing.write(self)
        context.write(self)
        roadmap.write(self)
        schedule.write(self)
        report.write(self)
        self.tidy()

    def day(self, offset: int) -> date:
        """So many days from the present one."""
        return self.today + timedelta(days=offset)

    def moment(self, offset: int, clock: str) -> datetime:
        """That day at that hour in Paris; never in the future."""
        hour, minute = map(int, clock.split(":"))
        there = datetime.combine(self.day(offset), time(hour, minute), PARIS)
        return min(there.astimezone(UTC), self.started - timedelta(minutes=1))

    @contextmanager
    def acting(self, who: str, company: str | None = None) -> Iterator[Actor]:
        """One transaction of that person, committed at its end."""
        slug = self.slugs[company] if company else None
        with walls.entering(tokens.session_hash(self.signed[who]), slug):
            found = missions.who(walls.acting(db.session))
            assert found is not None  # noqa: S101 - signed in a moment ago
            yield found[0]
            _commit()

    def sign_in(self, who: str, person_id: uuid.UUID) -> None:
        """As the demonstration's own button does."""
        if who not in self.signed:
            self.signed[who] = start_sign_in(person_id, "", by="demo").token
            _commit()

    # -- the firm ---------------------------------------------------------------------------------

    def found(self) -> None:
        """As ``python -m webapp firm`` does; then its owner invites a coordinator."""
        key, name, address = cast.OWNER
        staff_id = firms.found(self.owner, name=cast.FIRM, owner=name, address=address)
        firm_id = self.accept_staff(key, name, staff_id)
        self.ids["firm"] = firm_id
        key, name, address = cast.COORDINATOR
        staff_id = new_id()
        with self.acting(cast.OWNER[0]) as owner:
            firm = queries.firm(firm_id)
            assert firm is not None  # noqa: S101 - its owner asks
            firms.invite(firm, id=staff_id, name=name, address=address, role=Role.COORDINATOR, by=owner)
        self.accept_staff(key, name, staff_id)

    def accept_staff(self, key: str, name: str, staff_id: uuid.UUID) -> uuid.UUID:
        """The link that the worker would have mailed, opened by whoever it is for. The firm's id."""
        token = tokens.new_token()
        hashed = tokens.link_hash(token)
        self.queue.execute("select issue_staff_invitation(%s, %s)", (staff_id, hashed))
        accepted = invitations.accept(hashed, name=name)
        _commit()
        self.sign_in(key, _known(accepted.person))
        return _known(accepted.firm)

    # -- companies and missions -------------------------------------------------------------------

    def open(self, key: str, name: str, people: dict[str, cast.Someone]) -> None:
        """The coordinator opens a company and writes its people down."""
        company_id = new_id()
        with self.acting(cast.COORDINATOR[0]) as by:
            firm = queries.firm(self.ids["firm"])
            assert firm is not None  # noqa: S101 - its coordinator asks
            opened = firms.open_company(firm, id=company_id, name=name, base=slug_base(name), by=by)
            assert opened is not None  # noqa: S101 - a new id
            self.slugs[key] = opened[1]
        self.ids[key] = company_id
        with self.acting(cast.COORDINATOR[0], key) as by:
            for who, p in people.items():
                named = Named(new_id(), p.given, p.family, p.title, p.email)
                self.contacts[key, who] = contacts.write_down(company_id, named, by=by)

    def begin(self, mission: cast.Mission) -> None:
        """The coordinator sets it up and invites; whoever comes accepts, a few hours later."""
        self.ids[mission.key] = new_id()
        with self.acting(cast.COORDINATOR[0], mission.company) as by:
            plan = Plan(
                self.ids[mission.key], mission.title, self.day(mission.begins), self.day(mission.ends), mission.hours,
                self.takings(mission),
            )  # fmt: skip
            open_mission(self.ids[mission.company], plan, by=by)
        for who in dict.fromkeys(who for _, who in mission.seats):
            if cast.COMPANIES[mission.company][1][who].comes:
                self.accept(mission, who)
        self.date_back(mission)

    def takings(self, mission: cast.Mission) -> list[Taking]:
        """Each person once, with all their roles."""
        found = []
        for who in dict.fromkeys(who for _, who in mission.seats):
            roles = frozenset(role for role, w in mission.seats if w == who)
            manages = frozenset(self.contacts[mission.company, m] for m in mission.manages.get(who, ()))
            found.append(Taking(self.contacts[mission.company, who], roles, manages))
        return found

    def accept(self, mission: cast.Mission, who: str) -> None:
        """By the link, for who has no account yet; from home for who has one."""
        contact = self.contacts[mission.company, who]
        if who in self.signed:
            with self.acting(who):
                invited = self.invitation(mission, contact)
                coming.accept(invitation_id=invited)
            return
        token = tokens.new_token()
        hashed = tokens.link_hash(token)
        invited = self.invitation(mission, contact)
        with self.acting(cast.COORDINATOR[0], mission.company):
            given = text("update invitation set token_hash = :t where company_id = :c and id = :i")
            db.session.execute(given, {"t": hashed, "c": self.ids[mission.company], "i": invited})
        accepted = coming.accept(token_hash=hashed)
        _commit()
        self.sign_in(who, _known(accepted.person))

    def invitation(self, mission: cast.Mission, contact: uuid.UUID) -> uuid.UUID:
        """The id of the invitation that was just sent to a contact."""
        asked = "select id from invitation where company_id = %s and mission_id = %s and contact_id = %s"
        ids = (self.ids[mission.company], self.ids[mission.key], contact)
        with self.in_company(mission.company):
            row = self.owner.execute(asked, ids).fetchone()
        return _known(row and row[0])

    def date_back(self, mission: cast.Mission) -> None:
        """Invited the day it begins, come the same afternoon: PostgreSQL's own clock says the present."""
        opened, came = self.moment(mission.begins, "9:00"), self.moment(mission.begins, "15:00")
        ids = {"o": opened, "c": came, "m": self.ids[mission.key], "co": self.ids[mission.company]}
        with self.in_company(mission.company):
            for statement in (
                "update mission set created_at = %(o)s where company_id = %(co)s and id = %(m)s",
                "update rule set made_at = %(o)s where company_id = %(co)s and mission_id = %(m)s",
                """update invitation set created_at = %(o)s, accepted_at = %(c)s
                    where company_id = %(co)s and mission_id = %(m)s and accepted_at is not null""",
                "update participation set announced_at = %(o)s where company_id = %(co)s and mission_id = %(m)s",
                """update participation set accepted_at = %(c)s, reads_from = %(c)s
                    where company_id = %(co)s and mission_id = %(m)s and accepted_at is not null""",
            ):
                self.owner.execute(statement, ids)

    @contextmanager
    def in_company(self, company: str) -> Iterator[None]:
        """The owner of the tables sees one company's rows at a time, as everybody does."""
        with self.owner.transaction():
            self.owner.execute("select set_config('app.company_id', %s, true)", (str(self.ids[company]),))
            yield

    @contextmanager
    def inside(self, who: str, mission: cast.Mission, when: datetime) -> Iterator[tuple[Frame, Actor]]:
        """That person, in the mission, at that moment, knowing what they read."""
        with at(when), self.acting(who, mission.company) as actor:
            frame = missions.frame(self.ids[mission.key])
            assert frame is not None  # noqa: S101 - they take part
            yield frame, missions.with_zones(actor, frame)

    def tidy(self) -> None:
        """No mail of the past is sent, but the invitation of whoever has not come yet; what all signed or initialled is to be printed."""
        kept = [
            str(self.invitation(mission, self.contacts[mission.company, who]))
            for mission in cast.MISSIONS
            for who in dict.fromkeys(who for _, who in mission.seats)
            if not cast.COMPANIES[mission.company][1][who].comes
        ]
        past = """delete from procrastinate_jobs where task_name not in ('print_agreement', 'print_plan')
            and (args ->> 'invitation_id' is null or args ->> 'invitation_id' <> all (%s))"""
        self.queue.execute(past, (kept,))
        for token in self.signed.values():
            sign_out(tokens.session_hash(token))
        _commit()


def _commit() -> None:
    """Nobody listens yet: what would be told live is dropped."""
    db.session.commit()
    db.session.info.pop("told", None)


def _known(value: uuid.UUID | None) -> uuid.UUID:
    if value is None:
        raise RuntimeError("the demonstration's invitation was not accepted")
    return value

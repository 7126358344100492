"""Whatever the order of begin, write, « prêt », taking back, dates, days and reveals: nobody reads another too soon.

An oracle in plain words follows the acts; after each, each person reads exactly what it says.
"""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.db import db, now
from tenants.documents import operations as documents
from tenants.mission.agreement import expectations, queries
from tenants.refusals import Incorrect, Refused
from tests.conftest import DEEP
from tests.db.test_objectives import As

pytestmark = pytest.mark.usefixtures("in_app")
PARTIES = ("ines", "helene", "marc", "solange")
WHO = st.sampled_from(PARTIES)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["write", "ready", "ready", "take_back", "reveal", "forge"]), WHO),
        st.tuples(st.sampled_from(["date", "days"]), st.just("helene")),
    ),
    max_size=10,
)
TABLES = ("expectation", "readiness", "reveal", "awaited", "event", "document")
NOTICE = 3
READERS = (*PARTIES, "yann")


class Oracle:
    """Who is ready with which words, what is read, which day was told how long ago."""

    def __init__(self) -> None:
        self.drafts: dict[str, str] = {}
        self.ready_words: dict[str, str] = {}
        self.read: dict[str, str] = {}
        self.revealed = False
        self.told: int | None = None  # days since it was told; the day is NOTICE + 1 later

    def may_reveal(self, who: str) -> bool:
        if self.revealed:
            return False
        waited = self.told is not None and self.told > NOTICE
        ready = self.ready_words
        return len(ready) == len(PARTIES) or (waited and who == "helene" and who in ready)

    def all(self) -> None:
        self.read, self.revealed = dict(self.ready_words), True

    def does(self, act: str, who: str, n: int) -> bool:
        """Whether the act goes through."""
        return bool(getattr(self, act)(who, n))

    def write(self, who: str, n: int) -> bool:
        if who not in self.ready_words:
            self.drafts[who] = f"{who} {n}"
        return True

    def ready(self, who: str, _n: int) -> bool:
        if who not in self.ready_words:
            self.ready_words[who] = self.drafts.get(who, "")
            if self.revealed:
                self.read[who] = self.ready_words[who]
            elif len(self.ready_words) == len(PARTIES):
                self.all()
        return True

    def take_back(self, who: str, _n: int) -> bool:
        if who in self.ready_words and self.revealed:
            return False
        self.drafts[who] = self.ready_words.pop(who, self.drafts.get(who, ""))
        return True

    def date(self, _who: str, _n: int) -> bool:
        self.told = self.told if self.revealed else 0
        return not self.revealed

    def days(self, _who: str, _n: int) -> bool:
        self.told = None if self.told is None else self.told + NOTICE
        return True

    def reveal(self, who: str, _n: int) -> bool:
        return self.revealed or self.forge(who, _n)  # again: nothing more happens

    def forge(self, who: str, _n: int) -> bool:
        if self.revealed or not self.may_reveal(who):
            return False
        self.all()
        return True


@settings(
    max_examples=10_000 if DEEP else 200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_nobody_reads_another_before_the_reveal(world: Any, superuser: sa.Connection, acts: Any) -> None:
    for table in TABLES:
        superuser.exec_driver_sql(f"delete from {table}")
    oracle = Oracle()
    for n, (act, who) in enumerate(acts):
        assert done(world, superuser, act, who, n) == oracle.does(act, who, n), (acts, n)
        look(world, oracle, READERS[n % len(READERS)])
    for who in READERS:
        look(world, oracle, who)


def done(world: Any, superuser: sa.Connection, act: str, who: str, n: int) -> bool:
    """The act on the real rows; False when it is refused."""
    if act == "days":
        superuser.exec_driver_sql(
            f"update reveal set due_on = due_on - {NOTICE}, told_at = told_at - interval '{NOTICE} days'"
        )
        return True
    try:
        with As(world, who) as a:
            if act == "write":
                expectations.begin(a.frame, by=a.me)
                row = expectations.of_author(a.frame.id, a.me.contact_id)
                if row.document_id is not None:
                    documents.rewrite(row.document_id, {"hopes": f"{who} {n}"}, a.me.contact_id)
            elif act == "forge":  # past Python's guard
                zone = next(
                    (
                        z.id
                        for z in a.frame.zones.values()
                        if z.audience == "everyone" and z.kind == "agreement"
                    ),
                    None,
                )
                asked = sa.text("select reveal_expectations(:m, :z, now())")
                return db.session.scalar(asked, {"m": a.frame.id, "z": zone}) is not None
            elif act == "date":
                expectations.tell_date(a.frame, (now() + timedelta(days=NOTICE + 1)).date(), by=a.me)
            else:
                getattr(expectations, act)(a.frame, by=a.me)
    except (Refused, Incorrect):
        return False
    return True


def look(world: Any, oracle: Oracle, who: str) -> None:
    """That person reads what the oracle says, of everybody else's nothing more."""
    contacts = {world.people[w].contacts["ombrelune"]: w for w in PARTIES}
    with As(world, who) as a:
        found = queries.expectations(a.frame, a.me.contact_id)
        assert {contacts[r.author_id]: r.texts["hopes"] for r in found.revealed} == oracle.read
        assert {contacts[c] for c in found.ready} == set(oracle.ready_words)
        others = sa.text("select count(*) from expectation where author_id <> :me")
        seen = db.session.execute(others, {"me": a.me.contact_id}).scalar_one()
        assert seen == len(set(oracle.read) - {who})

"""No order of edits, proposals, signatures, refusals, reopenings and amendments reaches « signed » without every
signature on the same hash, nor lets anybody read more than the matrix in force then and now.

Twice: in plain rows, some hundred orders against the one function that puts a version in force, whoever wrote the rows
and however; and through the application's own acts, a dozen orders, since each of those is a transaction of its own.
The model is small: whose hand stands on which hash.
"""

import hashlib
import json
import uuid
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tenants.db import db
from tenants.mission.agreement import matrix, signing, terms, versions
from tenants.mission.agreement.matrix import Cell
from tenants.refusals import Refused
from tests.conftest import DEEP
from tests.db import test_versions as rows
from tests.db.test_objectives import As

pytestmark = pytest.mark.usefixtures("in_app")
WHO = st.sampled_from(rows.SIGNERS)
MOVABLE = [
    (k, r, c)
    for k in matrix.LINES
    for r in matrix.COMPANY_ROLES
    for c in matrix.options(k, r)
    if len(matrix.options(k, r)) > 1
]


# -- in plain rows: one transaction an order, rolled back -------------------------------------------------

ACTS = st.one_of(
    st.tuples(
        st.just("proposed"), st.sets(WHO), st.integers(-2, 1), st.lists(st.sampled_from(MOVABLE), max_size=3)
    ),
    st.tuples(st.just("answered"), WHO, st.sampled_from(("signed", "signed", "refused", "change")), st.booleans()),
    st.tuples(st.just("all signed"), st.permutations(rows.SIGNERS), st.sets(WHO, max_size=1)),
    st.tuples(st.just("reopened")),
)  # fmt: skip
COPY = """
insert into agreement_version (company_id, id, zone_id, mission_id, number, kind, canonical, hash, proposed_by, proposed_at)
select company_id, %(id)s, zone_id, mission_id, %(number)s, 'agreement', %(text)s, %(hash)s, proposed_by, now()
  from base"""
ANSWER = """
insert into agreement_answer (company_id, id, zone_id, version_id, contact_id, kind, hash, reason, roles, means, statement,
  mailbox, network, device, at)
select company_id, gen_random_uuid(), zone_id, %(version)s, %(who)s, %(kind)s, %(hash)s, '', '[]',
       case when %(kind)s = 'signed' then 'code' end, '', '', '', '', now() from base
on conflict do nothing"""


class Rows:
    """What stands in the rows, as the model knows it. ``on``: who has signed, each on which hash."""

    def __init__(self, c: psycopg.Connection, base: dict[str, Any], world: Any) -> None:
        self.c, self.base = c, base
        self.contacts = {w: world.people[w].contacts["ombrelune"] for w in rows.SIGNERS}
        self.number = 0
        self.numbers: set[int] = set()
        self.out: uuid.UUID | None = None
        self.said: dict[str, Any] = {}
        self.hash = ""
        self.on: dict[str, str] = {}
        self.force = 0
        self.reached = 0

    def proposed(self, without: set[str], later: int, cells: list[Any]) -> None:
        number = max(1, self.number + later + 1)
        if self.out is not None or number in self.numbers:
            return
        said = json.loads(json.dumps(self.base)) | {"number": number}
        gone = {str(self.contacts[w]) for w in without if len(without) < len(rows.SIGNERS)}
        said["signatories"] = [s for s in said["signatories"] if s["contact"] not in gone]
        for kind, role, value in cells:
            said["matrix"][kind][role] = value
        text = json.dumps(said).encode()
        self.out, self.said, self.hash, self.on = uuid.uuid4(), said, hashlib.sha256(text).hexdigest(), {}
        self.number = number
        self.numbers.add(number)
        self.c.execute(COPY, {"id": self.out, "number": number, "text": text, "hash": self.hash})

    def answered(self, who: str, kind: str, right: bool) -> None:
        if self.out is None:
            return
        on = self.hash if right else "0" * 64
        if kind == "signed":
            self.on.setdefault(who, on)
        self.c.execute(ANSWER, {"version": self.out, "who": self.contacts[who], "kind": kind, "hash": on})

    def all_signed(self, order: list[str], wrong: set[str]) -> None:
        for who in order:
            self.answered(who, "signed", who not in wrong)

    def reopened(self) -> None:
        if self.out is not None:
            self.c.execute("update agreement_version set reopened_at = now() where id = %s", (self.out,))
            self.out = None

    def judged(self) -> None:
        """PostgreSQL puts it in force if, and only if, every hand stands on its hash, and none newer is."""
        if self.out is None:
            return
        asked = {s["contact"] for s in self.said["signatories"]}
        stands = {str(self.contacts[w]) for w, on in self.on.items() if on == self.hash}
        pair = {str(self.contacts["ines"]), str(self.contacts["helene"])}
        signed = asked <= stands and pair <= asked and self.number > self.force
        try:
            with self.c.transaction():
                self.c.execute("select agreement_in_force(%s)", (self.out,))
        except psycopg.Error as refused:
            if signed:
                raise AssertionError("everybody has signed that text") from refused
            return
        assert signed, "in force, and not everybody has signed that text"
        self.force, self.out = self.number, None
        self.reached += 1
        cells = self.c.execute(
            "select c.kind, c.role from matrix_cell c join mission m on m.rule_id = c.rule_id join base b on b.mission_id = m.id"
        ).fetchall()
        read = {(k, r) for k, row in self.said["matrix"].items() for r, c in row.items() if c == Cell.READ}
        assert {(k, r) for k, r in cells if k != "team"} == read


def test_no_order_of_rows_puts_in_force_what_not_all_have_signed(world: Any, database: str) -> None:
    version = rows.ready(world)
    reached = []
    with psycopg.connect(database) as c:
        solo, helene = world.missions["solo"], world.people["helene"]
        c.execute("create temp table base as select * from agreement_version where id = %s", (version,))
        base = json.loads(bytes(c.execute("select canonical from base").fetchone()[0]))
        c.execute("grant select on base to public")
        c.commit()

        @settings(
            max_examples=20_000 if DEEP else 250, deadline=None, suppress_health_check=list(HealthCheck)
        )
        @given(st.lists(ACTS, min_size=1, max_size=15))
        def holds(acts: list[Any]) -> None:
            with c.transaction(force_rollback=True):
                c.execute("select enter(%s, %s)", (helene.token_hash, solo.slug))
                c.execute("delete from agreement_answer")
                c.execute("delete from agreement_version")
                model = Rows(c, base, world)
                for name, *how in acts:
                    getattr(model, name.replace(" ", "_"))(*how)
                    model.judged()
            reached.append(model.reached)

        holds()
    assert sum(reached) > 20, "some orders must reach it, or nothing was shown"


# -- by the application's acts ----------------------------------------------------------------------------


class Signing(RuleBasedStateMachine):
    """``signed``: who has signed the version that is out, as the model knows it."""

    world: Any
    superuser: sa.Connection
    reached = 0

    def __init__(self) -> None:
        super().__init__()
        self.out: uuid.UUID | None = None
        self.hash = ""
        self.cells: dict[str, Any] = {}
        self.signed: set[str] = set()
        self.force: uuid.UUID | None = None
        self.force_cells: dict[str, Any] | None = None

    def acting(self, who: str) -> Any:
        return As(self.world, who)

    @initialize()
    def begun(self) -> None:
        db.session.rollback()
        for table in ("agreement_answer", "talk", "awaited", "event", "agreement_version"):
            self.superuser.execute(sa.text(f"delete from {table}"))
        place = self.world.missions["solo"]
        self.superuser.execute(
            sa.text("update mission set rule_id = :r where id = :m"), {"r": place.rule_id, "m": place.id}
        )
        for table in ("matrix_cell", "reported_cell"):
            self.superuser.execute(
                sa.text(
                    f"delete from {table} where rule_id in (select id from rule where version is not null)"
                )
            )
        zones = sa.text(
            "select id from rule where version is not null and not exists (select from zone z where z.rule_id = rule.id)"
        )
        for (made,) in self.superuser.execute(zones).all():
            self.superuser.execute(sa.text("delete from rule where id = :r"), {"r": made})
        with self.acting("helene") as a:
            row = terms.get(a.frame.id)
            if not row.open:
                terms.reopen(row, a.frame, by=a.me)
            row.matrix = matrix.plain(matrix.default())

    @rule(who=WHO, cell=st.sampled_from(MOVABLE))
    def edits(self, who: str, cell: Any) -> None:
        kind, role, value = cell
        with self.acting(who) as a:
            row = terms.get(a.frame.id)
            try:
                terms.set_cell(row, a.frame, row.revision, kind, role, value, by=a.me)
                assert self.out is None
            except Refused:
                assert not row.open

    @rule(who=WHO)
    def proposes(self, who: str) -> None:
        with self.acting(who) as a:
            try:
                made = signing.propose(terms.get(a.frame.id), a.frame, by=a.me)
            except Refused:
                return
            assert self.out is None
            self.out, self.hash, self.signed = made.id, made.hash, set()
            self.cells = versions.content_of(made)["matrix"]

    @precondition(lambda self: self.out)
    @rule(who=WHO, other=st.booleans())
    def signs(self, who: str, other: bool) -> None:
        with self.acting(who) as a:
            version = versions.get(self.out)
            try:
                done = signing.sign(version, a.frame, "0" * 64 if other else version.hash, rows.CODE, by=a.me)
            except Refused:
                assert other
                db.session.rollback()
                return
            assert not other
            self.signed.add(who)
            assert done is (self.signed == set(rows.SIGNERS))
        if done:
            type(self).reached += 1
            self.force, self.force_cells, self.out = self.out, self.cells, None

    @precondition(lambda self: self.out)
    @rule(order=st.permutations(rows.SIGNERS))
    def all_sign(self, order: list[str]) -> None:
        for who in order:
            if self.out is not None:
                self.signs(who, other=False)

    @precondition(lambda self: self.out)
    @rule(who=WHO)
    def asks_for_a_change(self, who: str) -> None:
        with self.acting(who) as a:
            signing.ask_change(versions.get(self.out), a.frame, "Autrement.", by=a.me)
        self.out, self.signed = None, set()

    @precondition(lambda self: self.out)
    @rule(who=WHO)
    def refuses(self, who: str) -> None:
        with self.acting(who) as a:
            try:
                signing.refuse(versions.get(self.out), a.frame, "", by=a.me)
            except Refused:
                assert who in self.signed

    @rule(who=WHO)
    def amends(self, who: str) -> None:
        with self.acting(who) as a:
            try:
                terms.amend(terms.get(a.frame.id), a.frame, by=a.me)
            except Refused:
                assert self.out is not None

    @precondition(lambda self: self.out)
    @rule()
    def forces(self) -> None:
        """PostgreSQL judges by itself, whoever asks."""
        with self.acting("helene"):
            with pytest.raises(sa.exc.DBAPIError):
                db.session.execute(sa.text("select agreement_in_force(:v)"), {"v": self.out})
            db.session.rollback()

    @invariant()
    def the_rule_is_what_all_signed(self) -> None:
        place = self.world.missions["solo"]
        said = self.superuser.execute(
            sa.text("select r.version, v.id, v.hash from mission m join rule r on r.id = m.rule_id"
                    " left join agreement_version v on v.rule_id = r.id where m.id = :m"), {"m": place.id},
        ).one()  # fmt: skip
        assert said.id == self.force
        if self.force is None:
            assert said.version is None
            return
        hashes = self.superuser.execute(
            sa.text(
                "select hash, count(*) from agreement_answer where version_id = :v and kind = 'signed' group by hash"
            ),
            {"v": self.force},
        ).all()
        assert [(h, n) for h, n in hashes] == [(said.hash, len(rows.SIGNERS))]

    @invariant()
    def nobody_reads_more_than_it_says(self) -> None:
        """Each cell of the rule in force is one that was signed, or is never discussed."""
        if self.force_cells is None:
            return
        place = self.world.missions["solo"]
        cells = self.superuser.execute(
            sa.text(
                "select kind, role from matrix_cell c join mission m on m.rule_id = c.rule_id where m.id = :m"
            ),
            {"m": place.id},
        ).all()
        signed = {(k, r) for k, row in self.force_cells.items() for r, c in row.items() if c == Cell.READ}
        assert {(k, r) for k, r in cells if k != "team"} == signed
        assert {r for k, r in cells if k == "team"} == {"mentee", "mentor"}


def test_no_order_of_acts_signs_for_somebody(world: Any, superuser: sa.Connection) -> None:
    rows.revealed(world)
    rows.begun(world)
    Signing.world, Signing.superuser = world, superuser
    run_state_machine_as_test(
        Signing,
        settings=settings(
            max_examples=1_000 if DEEP else 12,  # each takes about a second
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Signing.reached, "some order must reach it, or nothing was shown"

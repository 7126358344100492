"""Python's ``readers()`` and PostgreSQL's ``my_zones()`` are one rule: held equal over missions that nobody thought of."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants import models
from tenants.db import now
from tenants.policy import COMPANY_ROLES, Role
from tenants.zones import Audience, Kind, Seat, Zone, readers
from tests.conftest import DEEP

T = models.metadata.tables
WHEN = st.sampled_from([None, timedelta(days=-9), timedelta(days=9)])
CELLS = st.frozensets(st.tuples(st.sampled_from(list(Kind)[:4]), st.sampled_from(COMPANY_ROLES)), max_size=16)
# of a seat in all strands: all of them (None), or those that were opened to it
OPENED = st.sampled_from([None, None, (), (0,), (1,), (0, 1)])
SEATS = st.lists(
    st.tuples(
        st.sampled_from(COMPANY_ROLES), st.integers(0, 5), st.sampled_from([None, 0, 1]), WHEN, WHEN, OPENED
    ),
    max_size=8,
)
ZONES = st.lists(
    st.tuples(
        st.sampled_from(list(Kind)[:4]), st.sampled_from(list(Audience)), st.sampled_from([None, 0, 1]),
        st.integers(0, 5), st.integers(0, 1),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(
    max_examples=10_000 if DEEP else 200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seats=SEATS, zones=ZONES, rules=st.tuples(CELLS, CELLS), current=st.integers(0, 1))
def test_both_sides_of_the_rule_agree(
    world: Any, superuser: sa.Connection, seats: Any, zones: Any, rules: Any, current: int
) -> None:
    people = ["ines", "helene", "marc", "solange", "yann", "theo"]
    place = world.missions["solo"]
    contacts = [world.people[p].contacts["ombrelune"] for p in people]
    with superuser.begin() as undone:
        ids = {"company_id": place.company_id, "mission_id": place.id}
        mission, rule_ids, strands = uuid.uuid4(), [uuid.uuid4(), uuid.uuid4()], [uuid.uuid4(), uuid.uuid4()]
        ids["mission_id"] = mission
        superuser.execute(
            T["mission"].insert().values(
                company_id=place.company_id, id=mission, title="x", starts_on=datetime.now(UTC).date(),
                ends_on=datetime.now(UTC).date(), hours=0, rule_id=rule_ids[current], created_by=contacts[0],
                created_at=now(), revision=1,
            )
        )  # fmt: skip
        for rule_id, cells in zip(rule_ids, rules, strict=True):
            superuser.execute(T["rule"].insert().values(**ids, id=rule_id, made_at=now()))
            for kind, role in cells:
                superuser.execute(
                    T["matrix_cell"].insert().values(**ids, rule_id=rule_id, kind=kind, role=role)
                )
        for n, strand in enumerate(strands):
            superuser.execute(
                T["strand"].insert().values(**ids, id=strand, position=n, state_zone_id=uuid.uuid4())
            )
        plain = []
        for role, who, strand, reads_from, until_at, opened in seats:
            n = 0 if strand is None and role is Role.MENTEE else strand
            seat = Seat(
                contacts[who], mission, None if n is None else strands[n], role,
                None if reads_from is None else now() + reads_from, None if until_at is None else now() + until_at,
                None if opened is None else frozenset(strands[n] for n in opened),
            )  # fmt: skip
            plain.append(seat)
            superuser.execute(
                T["participation"].insert().values(
                    **ids, id=uuid.uuid4(), strand_id=seat.strand_id, contact_id=seat.contact_id, role=role,
                    first_team=seat.opened is None, announced_at=now(), reads_from=seat.reads_from, until_at=seat.until_at,
                    opened_ids=None if seat.opened is None else sorted(seat.opened),
                )
            )  # fmt: skip
        made = []
        for kind, audience, strand, author, rule in zones:
            zone = Zone(
                uuid.uuid4(), mission, None if strand is None else strands[strand], kind, audience, contacts[author],
                rule_ids[rule],
            )  # fmt: skip
            made.append(zone)
            superuser.execute(
                T["zone"].insert().values(
                    **ids, id=zone.id, strand_id=zone.strand_id, kind=kind, audience=audience,
                    author_id=zone.author_id, rule_id=zone.rule_id,
                )
            )  # fmt: skip
        matrices = {
            r: {k: frozenset(role for kk, role in cells if kk is k) for k in Kind}
            for r, cells in zip(rule_ids, rules, strict=True)
        }
        ours = {z.id: readers(z, plain, matrices, rule_ids[current], now()) for z in made}
        for who, contact in zip(people, contacts, strict=True):
            theirs = superuser.execute(
                sa.text(
                    "select set_config('app.company_id', :c, true), set_config('app.person_id', :p, true), my_zones()"
                ),
                {"c": str(place.company_id), "p": str(world.people[who].id)},
            ).one()[2]
            assert {z.id for z in made} & set(theirs) == {
                z for z, who_reads in ours.items() if contact in who_reads
            }
        undone.rollback()

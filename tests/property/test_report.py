"""What a report may repeat: Python's ``reach.judged()`` and PostgreSQL's ``report_takes()`` are one rule, over any matrix."""

import uuid
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants import models
from tenants.db import now
from tenants.mission.report.reach import judged
from tenants.policy import COMPANY_ROLES
from tenants.zones import Audience, Kind, Zone
from tests.conftest import DEEP

T = models.metadata.tables
KINDS = (Kind.OBJECTIVES, Kind.CONTEXT, Kind.AGREEMENT)
CELLS = st.frozensets(
    st.tuples(st.sampled_from((*KINDS, Kind.REPORT)), st.sampled_from(COMPANY_ROLES)), max_size=16
)
ZONES = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from(list(Audience)),
        st.sampled_from([None, 0, 1]),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=10_000 if DEEP else 200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rules=st.tuples(CELLS, CELLS), reported=CELLS, zones=ZONES, current=st.integers(0, 1))
def test_both_sides_of_the_rule_agree(
    world: Any, superuser: sa.Connection, rules: Any, reported: Any, zones: Any, current: int
) -> None:
    place = world.missions["solo"]
    author = world.people["ines"].contacts["ombrelune"]
    mission, rule_ids, strands = uuid.uuid4(), [uuid.uuid4(), uuid.uuid4()], [uuid.uuid4(), uuid.uuid4()]
    ids = {"company_id": place.company_id, "mission_id": mission}
    with superuser.begin() as undone:
        superuser.execute(
            T["mission"].insert().values(
                company_id=place.company_id, id=mission, title="x", starts_on=now().date(), ends_on=now().date(), hours=0,
                rule_id=rule_ids[current], created_by=author, created_at=now(), revision=1,
            )
        )  # fmt: skip
        for rule_id, cells in zip(rule_ids, rules, strict=True):
            superuser.execute(T["rule"].insert().values(**ids, id=rule_id, made_at=now()))
            for kind, role in cells:
                superuser.execute(
                    T["matrix_cell"].insert().values(**ids, rule_id=rule_id, kind=kind, role=role)
                )
        for kind, role in reported:
            superuser.execute(
                T["reported_cell"].insert().values(
                    company_id=place.company_id, rule_id=rule_ids[current], kind=kind, role=role,
                    **({"mission_id": mission} if "mission_id" in T["reported_cell"].c else {}),
                )
            )  # fmt: skip
        for n, strand in enumerate(strands):
            superuser.execute(
                T["strand"].insert().values(**ids, id=strand, position=n, state_zone_id=uuid.uuid4())
            )
        matrices = [
            {k: frozenset(r for kk, r in cells if kk is k) for k in Kind} for cells in (*rules, reported)
        ]
        for kind, audience, strand, rule in zones:
            zone = Zone(
                uuid.uuid4(),
                mission,
                None if strand is None else strands[strand],
                kind,
                audience,
                author,
                rule_ids[rule],
            )
            superuser.execute(
                T["zone"].insert().values(
                    **ids, id=zone.id, strand_id=zone.strand_id, kind=kind, audience=audience, author_id=author,
                    rule_id=zone.rule_id,
                )
            )  # fmt: skip
            recipients = matrices[current][Kind.REPORT]
            ours = zone.strand_id in (None, strands[0]) and judged(
                zone, recipients, matrices[rule], matrices[current], matrices[2]
            )
            theirs = superuser.scalar(
                sa.text("select report_takes(:c, :m, :s, :z)"),
                {"c": place.company_id, "m": mission, "s": strands[0], "z": zone.id},
            )
            assert theirs == ours, (kind, audience, strand)
        undone.rollback()

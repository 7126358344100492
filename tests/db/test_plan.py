"""The plan on real rows: one act names every line, gives initials where they are awaited, and binds to what was read."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.awaited import Awaited
from tenants.db import db
from tenants.mission.objectives import operations as objectives
from tenants.mission.objectives import queries as objective_queries
from tenants.mission.objectives.standing import Standing, State
from tenants.mission.roadmap import axes, strategies
from tenants.mission.roadmap import queries as roadmap
from tenants.mission.schedule import plan, planning
from tenants.mission.schedule.types import Type
from tenants.refusals import Refused, Stale
from tests.db.test_objectives import As, shared

pytestmark = pytest.mark.usefixtures("in_app")


def axis(world: Any, *, whole: bool = True) -> uuid.UUID:
    with As(world, "helene") as a:
        made = axes.propose(a.frame, a.strand, by=a.me, wording="Faire faire")
    with As(world, "helene") as a:
        row = roadmap.axis(made)
        if whole:
            strategies.add(row, a.frame, by=a.me, wording="Rendre les décisions")
        axes.share(roadmap.axis(made), a.frame, by=a.me)
    return made


def read(world: Any, who: str) -> str:
    with As(world, who) as a:
        return plan.of_strand(a.frame, a.strand, by=a.me).hash


def assent(world: Any, who: str, hashed: str | None = None) -> bool:
    seen = hashed or read(world, who)
    with As(world, who) as a:
        return plan.assent(a.frame, a.strand, seen, by=a.me)


def waited(world: Any, kind: str) -> set[str]:
    with As(world, "helene"):
        found = set(db.session.scalars(sa.select(Awaited.contact_id).where(Awaited.kind == kind)))
    return {k for k, p in world.people.items() if p.contacts.get("ombrelune") in found}


def test_the_three_initial_and_every_line_is_agreed(world: Any) -> None:
    objective, line = shared(world), axis(world)
    with As(world, "helene") as a:
        planning.plan(a.frame, Type.PAIR, a.strand, by=a.me)
    assert not assent(world, "ines")
    assert waited(world, plan.ASSENT) == {"helene", "marc"}
    assert waited(world, "objective.assent") == {"helene", "marc"}
    assert waited(world, "roadmap.assent") == {"helene", "marc"}
    assert not assent(world, "marc")
    assert assent(world, "helene")
    for kind in (plan.ASSENT, "objective.assent", "roadmap.assent"):
        assert waited(world, kind) == set()
    with As(world, "ines") as a:
        found = plan.of_strand(a.frame, a.strand, by=a.me)
        assert [x.state for x in found.objectives] == [State.AGREED]
        assert [x.state for x in found.axes] == [State.AGREED]
        rows = plan.given(a.strand)
        assert {tuple(x) for x in rows[0].lines} == set(found.lines)
        assert {kind for kind, _, _ in found.lines} == {"objective", "axis", "session", "hours"}
        assert {i for _, i, _ in found.lines} >= {str(objective), str(line)}
        whole = plan.agreed(a.frame, a.strand, rows)
        assert whole is not None
        assert whole[0] == found.hash


def test_initials_go_to_the_plan_that_was_read(world: Any) -> None:
    shared(world)
    old = read(world, "ines")
    with As(world, "marc") as a:
        planning.plan(a.frame, Type.REVIEW, a.strand, by=a.me)
    with pytest.raises(Stale, match=r"plan\.changed"):
        assent(world, "ines", old)
    with As(world, "ines") as a:
        assert plan.given(a.strand) == []
        assert all(not x.assented for x in objective_queries.of_strand(a.frame, a.strand, by=a.me))
    assent(world, "ines")
    with As(world, "marc") as a:
        planning.plan(a.frame, Type.PAIR, a.strand, by=a.me)
    with As(world, "marc") as a:
        found = plan.of_strand(a.frame, a.strand, by=a.me)
        stands = plan.standing(a.frame, a.strand, found.hash, plan.given(a.strand))
        assert [i.standing for i in stands] == [Standing.LAPSED, Standing.AWAITED, Standing.AWAITED]
    assert not assent(world, "marc")
    assert waited(world, plan.ASSENT) == {"ines", "helene"}


def test_what_a_room_refuses_of_one_line_undoes_all(world: Any) -> None:
    objective = shared(world)
    axis(world, whole=False)
    with pytest.raises(Refused, match=r"roadmap\.no_strategy"):
        assent(world, "ines")
    with As(world, "ines") as a:
        assert plan.given(a.strand) == []
        line = objective_queries.line(a.frame, objective, by=a.me)
        assert all(i.given is None for i in line.initials)


def test_what_one_has_initialled_by_itself_stays_and_the_rest_follows(world: Any) -> None:
    first, _ = shared(world), shared(world, "marc", words="Un autre objectif")
    with As(world, "ines") as a:
        line = objective_queries.line(a.frame, first, by=a.me)
        objectives.assent(objective_queries.get(first), a.frame, line.content.hash, by=a.me)
    assent(world, "ines")
    assent(world, "ines")  # harmless again
    with As(world, "ines") as a:
        assert len(plan.given(a.strand)) == 1
        rows = db.session.execute(sa.text("select count(*) from assent")).scalar_one()
        assert rows == 2


def test_nobody_else_initials_and_a_draft_is_not_in_it(world: Any) -> None:
    shared(world)
    with As(world, "marc") as a:
        objectives.propose(a.frame, a.strand, by=a.me, wording="Brouillon")
    with As(world, "marc") as a:
        assert len(plan.of_strand(a.frame, a.strand, by=a.me).objectives) == 1
    assert read(world, "marc") == read(world, "ines")
    with As(world, "solange") as a:  # reads the dates, not the objectives
        found = plan.of_strand(a.frame, a.strand, by=a.me)
        assert (found.objectives, found.axes) == ((), ())
        with pytest.raises(Refused, match=r"plan\.empty"):
            plan.assent(a.frame, a.strand, found.hash, by=a.me)


def test_taken_back_before_all_have_given_theirs(world: Any) -> None:
    shared(world)
    assent(world, "ines")
    with As(world, "ines") as a:
        plan.take_back(a.frame, a.strand, by=a.me)
    assert waited(world, plan.ASSENT) == set()
    for who in ("ines", "marc", "helene"):
        assent(world, who)
    with pytest.raises(Refused, match=r"plan\.agreed"), As(world, "ines") as a:
        plan.take_back(a.frame, a.strand, by=a.me)


def test_initialled_by_all_it_is_printed_and_sealed_once(world: Any, app: Any) -> None:
    from tenants.documents import files
    from webapp.work import printing

    shared(world)
    axis(world)
    with As(world, "helene") as a:
        planning.plan(a.frame, Type.PAIR, a.strand, by=a.me)
    for who in ("ines", "marc", "helene"):
        with As(world, who) as a:
            printing.print_plan(str(a.strand))  # nothing before all have initialled
            assert files.of(a.frame.id, "plan") == []
        assent(world, who)
    for _ in range(2):
        with As(world, "helene") as a:
            printing.print_plan(str(a.strand))
    with As(world, "ines") as a:
        (made,) = files.of(a.frame.id, "plan")
        whole = files.sealed(purpose="plan", subject_id=plan.given(a.strand)[-1].id)
        assert whole is not None
        assert (whole.file.id, whole.number[:4]) == (made.id, "PLA-")
        assert made.type == "application/pdf"
    with As(world, "solange") as a:
        assert files.of(a.frame.id, "plan") == []

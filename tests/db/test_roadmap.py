"""The roadmap on real rows: what is shared at once, what a draft leaves, what initials bind, and what never goes."""

import uuid
from typing import Any

import pytest

from tenants.mission import queries as missions
from tenants.mission.objectives.standing import State
from tenants.mission.roadmap import actions, axes, initials, queries, strategies
from tenants.mission.roadmap.lines import AxisLine
from tests.db.test_objectives import As as InMission

pytestmark = pytest.mark.usefixtures("in_app")


class As(InMission):
    """Act as somebody in a mission, each block one committed transaction."""

    def axes(self) -> list[AxisLine]:
        frame = missions.frame(self.frame.id)
        return queries.of_strand(frame, self.strand, by=missions.with_zones(self.me, frame))

    def axis(self, axis: uuid.UUID) -> AxisLine:
        return next(x for x in self.axes() if x.id == axis)


def roadmap(world: Any, who: str = "ines", *, draft: bool = False, mission: str = "solo") -> uuid.UUID:
    """An axis with two strategies, the first of which has two actions."""
    with As(world, who, mission) as a:
        made = axes.propose(
            a.frame, a.strand, by=a.me, wording="Conduire par les chefs d’équipe", draft=draft
        )
    with As(world, who, mission) as a:
        one = strategies.add(
            queries.axis(made), a.frame, by=a.me, wording="Donner à chacun un périmètre écrit"
        )
        strategies.add(queries.axis(made), a.frame, by=a.me, wording="Tenir une réunion courte qui décide")
        for words in ("Écrire la liste des décisions", "Afficher cette liste"):
            actions.add(queries.strategy(one), by=a.me, wording=words)
    return made


def initial(world: Any, who: str, axis: uuid.UUID) -> bool:
    with As(world, who) as a:
        return initials.assent(queries.axis(axis), a.frame, a.axis(axis).content.hash, by=a.me)


def agreed(world: Any) -> uuid.UUID:
    made = roadmap(world)
    for who in ("ines", "helene", "marc"):
        initial(world, who, made)
    return made


def test_what_is_added_is_read_by_the_three_at_once(world: Any) -> None:
    made = roadmap(world)
    for who in ("ines", "helene", "marc"):
        with As(world, who) as a:
            (axis,) = a.axes()
            assert (axis.number, axis.content.wording, axis.state) == (
                1, "Conduire par les chefs d’équipe", State.PROPOSED,
            )  # fmt: skip
            assert [s.wording for s in axis.strategies] == [
                "Donner à chacun un périmètre écrit", "Tenir une réunion courte qui décide",
            ]  # fmt: skip
            assert [x.wording for x in axis.actions] == [
                "Écrire la liste des décisions",
                "Afficher cette liste",
            ]
    for who in ("solange", "yann"):
        with As(world, who) as a:
            assert a.axes() == []
            assert queries.axis(made) is None

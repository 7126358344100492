"""The roadmap under orders that nobody thought of: no line is lost, and initials bind what they say, nothing else."""

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.documents.texts import canonical
from tenants.mission.roadmap import actions, axes, initials, queries, strategies
from tenants.mission.roadmap.axes import place
from tenants.mission.roadmap.content import Content, Progress
from tenants.refusals import Refused
from tests.conftest import DEEP
from tests.db.test_roadmap import As

WORDS = st.text(st.sampled_from("aàb  \u00a0\u202f.,\n"), max_size=6)
IDS = st.lists(st.sampled_from([uuid.UUID(int=n) for n in range(5)]), unique=True, max_size=5)
CONTENTS = st.builds(
    lambda words, lines, served: Content(words, tuple((uuid.uuid4(), w) for w in lines), tuple(served)),
    WORDS, st.lists(WORDS, max_size=3), IDS,
)  # fmt: skip


def said(content: Content) -> Any:
    """What a reader sees of it: words without regard to white space, order of the strategies, set of objectives."""
    words = tuple(canonical(w) for w in content.texts)
    return words, frozenset(content.served)


@given(one=CONTENTS, other=CONTENTS)
def test_two_contents_have_one_hash_if_and_only_if_they_say_the_same(one: Content, other: Content) -> None:
    assert (one.hash == other.hash) == (said(one) == said(other))
    assert Content.of(one.plain()).hash == one.hash


@given(content=CONTENTS)
def test_words_cannot_slip_from_a_line_to_the_next(content: Content) -> None:
    texts = content.texts
    for n in range(len(texts) - 1):
        joined = [*texts[:n], texts[n] + texts[n + 1], *texts[n + 2 :]]
        other = Content(joined[0], tuple((uuid.uuid4(), w) for w in joined[1:]), content.served)
        assert other.hash != content.hash


@given(ids=IDS, after=st.integers(-1, 5), before=st.integers(-1, 5))
def test_a_line_goes_beside_a_neighbour_that_is_there(ids: list[uuid.UUID], after: int, before: int) -> None:
    named = [uuid.UUID(int=n) if n >= 0 else None for n in (after, before)]
    at = place(ids, *named)
    assert 0 <= at <= len(ids)
    if named[0] in ids:
        assert ids[at - 1] == named[0]
    elif named[1] in ids:
        assert ids[at] == named[1]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("ines", "marc", "helene")),
        st.sampled_from(("add", "strategy", "order", "order strategy", "order axis", "move", "move strategy", "remove",
                         "keep", "state", "assent", "agree", "reword", "give up")),
        st.integers(0, 9), st.integers(0, 9), st.integers(-1, 9),
    ),
    min_size=4, max_size=14,
)  # fmt: skip


@pytest.mark.usefixtures("in_app")
@settings(
    max_examples=400 if DEEP else 12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_no_order_of_acts_loses_a_line(world: Any, acts: Any) -> None:
    """Every line that somebody added stands exactly once, in the axis that the last act says, until it is withdrawn."""
    kept = Kept(world)
    for who, act, one, other, third in acts:
        kept.do(who, act, one, other, third)
        kept.check()


class Kept:
    """What should be there, told by the acts themselves; ``gone``: actions that were withdrawn."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.actions: dict[uuid.UUID, uuid.UUID] = {}  # action → strategy
        self.strategies: dict[uuid.UUID, uuid.UUID] = {}  # strategy → axis
        self.gone: set[uuid.UUID] = set()
        with As(world, "ines") as a:
            self.axes = [axes.propose(a.frame, a.strand, by=a.me, wording=f"Axe {n}") for n in range(2)]
        for axis in self.axes:
            with As(world, "ines") as a:
                made = strategies.add(queries.axis(axis), a.frame, by=a.me, wording="Stratégie")
                self.strategies[made] = axis
                self.actions[actions.add(queries.strategy(made), by=a.me, wording="Action")] = made

    def do(self, who: str, act: str, one: int, other: int, third: int) -> None:
        if act == "agree":
            for each in ("ines", "helene", "marc"):
                self.do(each, "assent", one, other, third)
            return
        try:
            with As(self.world, who) as a:
                self._do(a, act, one, other, third)
        except Refused:
            pass  # an answer, and nothing of it stays: the check that follows says so

    def _do(self, a: Any, act: str, one: int, other: int, third: int) -> None:
        pick = lambda of, n: list(of)[n % len(of)]  # noqa: E731 - thrice below
        action, strategy, axis = pick(self.actions, one), pick(self.strategies, other), pick(self.axes, one)
        near = pick(self.actions, third) if third >= 0 else None
        if act == "add":
            self.actions[actions.add(queries.strategy(strategy), by=a.me, wording="Encore")] = strategy
        elif act == "strategy":
            made = strategies.add(queries.axis(axis), a.frame, by=a.me, wording="Autre")
            self.strategies[made] = axis
        elif act == "order" and action not in self.gone:
            actions.order(queries.action(action), after=near, before=None, by=a.me)
        elif act == "order strategy":
            beside = pick(self.strategies, third) if third >= 0 else None
            strategies.order(queries.strategy(strategy), a.frame, after=beside, before=None, by=a.me)
        elif act == "order axis":
            axes.order(queries.axis(axis), after=pick(self.axes, third), before=None, by=a.me)
        elif act == "move" and action not in self.gone:
            actions.move(queries.action(action), queries.strategy(strategy), a.frame, by=a.me)
            self.actions[action] = strategy
        elif act == "move strategy":
            strategies.move(queries.strategy(strategy), queries.axis(axis), a.frame, by=a.me)
            self.strategies[strategy] = axis
        else:
            self._live(a, act, action, axis)

    def _live(self, a: Any, act: str, action: uuid.UUID, axis: uuid.UUID) -> None:
        there = queries.axis(axis)
        if act == "state" and action not in self.gone:
            actions.set_state(queries.action(action), Progress.DOING, by=a.me)
        elif act == "assent":
            initials.assent(there, a.frame, initials.present(there).hash, by=a.me)
        elif act == "reword":
            initials.reword(there, by=a.me)
        elif act == "give up":
            initials.withdraw_rewording(there, by=a.me)
        elif act in ("remove", "keep"):
            self._remove(a, act, action)

    def _remove(self, a: Any, act: str, action: uuid.UUID) -> None:
        if act == "keep" and actions.keep(action, by=a.me):
            self.gone.discard(action)
        elif act == "remove" and action not in self.gone:
            actions.remove(queries.action(action), by=a.me)
            self.gone.add(action)

    def check(self) -> None:
        with As(self.world, "helene") as a:
            there = [x for x in a.axes() if x.id in self.axes]
        held = {s.id: x.id for x in there for s in x.strategies}
        # a strategy that came in a rewording which was given up goes with it, unless somebody put an action there
        for lost in set(self.strategies) - set(held):
            assert not [x for x, s in self.actions.items() if s == lost and x not in self.gone]
            del self.strategies[lost]
        assert held == self.strategies
        found = [(x.id, s.id) for axis in there for s in axis.strategies for x in s.actions]
        alive = {x: s for x, s in self.actions.items() if x not in self.gone}
        assert len(found) == len(dict(found))
        assert dict(found) == alive
        for x in there:
            if x.agreed is not None and x.rewording is None:
                assert x.content == x.agreed
                assert {i.standing for i in x.initials} == {"given"}

"""A roadmap of twelve axes and sixty actions: a bounded number of questions, and no three times the empty page."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.db import db
from tests.db.test_objectives import As

PAGE = "/roadmap"
QUESTIONS = 16  # of a page, whatever it holds


@contextmanager
def counted(app: Any) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    said: list[str] = []
    with app.app_context():
        engine = db.engines[None]

    def heard(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    sa.event.listen(engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", heard)


def furnish(app: Any, world: Any) -> None:
    """Twelve axes of two strategies, sixty actions in all, each with its owner and date, half of the axes initialled."""
    from datetime import date

    from tenants.mission.roadmap import actions, axes, initials, queries, strategies

    with app.app_context():
        for n in range(12):
            with As(world, "ines") as a:
                axis = axes.propose(
                    a.frame, a.strand, by=a.me, wording=f"Axe numéro {n} de la feuille de route"
                )
            with As(world, "ines") as a:
                held = [
                    strategies.add(queries.axis(axis), a.frame, by=a.me, wording=f"Stratégie {n}.{s}")
                    for s in (1, 2)
                ]
                for k in range(5):
                    made = actions.add(
                        queries.strategy(held[k % 2]), by=a.me, wording=f"Faire la chose {n}.{k}"
                    )
                    action = queries.action(made)
                    values = {"owner": a.me.contact_id, "due_on": date(2026, 12, 1 + k)}
                    actions.set_fields(action, a.frame, action.revision, values, by=a.me)
                if n % 2:
                    there = queries.axis(axis)
                    initials.assent(there, a.frame, initials.present(there).hash, by=a.me)


def best(client: Any, address: str, times: int = 7) -> float:
    """Seconds of the quickest answer: what the page costs, and not what else the machine does."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        assert client.get(address).status_code == 200
        spent.append(time.perf_counter() - began)
    return min(spent)


@pytest.mark.parametrize("who", ["ines", "helene"])
def test_twelve_axes_cost_less_than_three_empty_pages(app: Any, world: Any, browse: Any, who: str) -> None:
    client, address = browse(who), world.url("solo", PAGE)
    empty = best(client, address)
    with counted(app) as few:
        client.get(address)
    furnish(app, world)
    page = client.get(address)
    assert page.text.count('<article class="axis"') == 12
    assert page.text.count('<li class="action"') == 60
    with counted(app) as many:
        client.get(address)
    assert len(many) <= QUESTIONS, "\n".join(many)
    assert len(many) - len(few) <= 6
    full = best(client, address)
    assert full <= 3 * empty, f"{full * 1000:.1f} ms, {empty * 1000:.1f} empty"


def test_a_change_asks_for_one_axis_as_cheaply(app: Any, world: Any, browse: Any) -> None:
    furnish(app, world)
    client = browse("marc")
    page = client.get(world.url("solo", PAGE)).text
    axis = page.split('id="axis-')[1][:36]
    with counted(app) as said:
        answer = client.get(
            world.url("solo", f"{PAGE}/axes/{axis}"),
            headers={"HX-Request": "true", "HX-Request-Type": "partial"},
        )
    assert answer.text.count('<article class="axis"') == 1
    assert len(said) <= QUESTIONS, "\n".join(said)

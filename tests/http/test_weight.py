"""Forty objectives, twelve axes, sixty actions, thirty sessions: no page of the mission asks more questions than of a few."""

import re
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tests.db.test_objectives import As
from tests.http.test_roadmap_weight import counted

PEOPLE = ("ines", "helene", "marc", "solange", "odile")
QUESTIONS = 40  # of the widest page


def furnish(app: Any, world: Any, size: int) -> None:
    """A whole mission at ``size`` 10: 40 objectives, 12 axes of five actions, 30 sessions; at 1 a tenth, and one at least."""
    with app.app_context():
        for n in range(4 * size):
            _objective(world, n)
        for n in range(max(1, 12 * size // 10)):
            _axis(world, n)
        for n in range(3 * size):
            _session(world, n)


def _objective(world: Any, n: int) -> None:
    from tenants.mission.objectives import operations, queries

    with As(world, "ines") as a:
        made = operations.propose(a.frame, a.strand, by=a.me, wording=f"Objectif numéro {n} de la mission")
    with As(world, "ines") as a:
        operations.share(queries.get(made), a.frame, by=a.me)
    if n % 2:
        with As(world, "ines") as a:
            operations.assent(queries.get(made), a.frame, a.line(made).content.hash, by=a.me)


def _axis(world: Any, n: int) -> None:
    from tenants.mission.roadmap import actions, axes, contributions, queries, strategies

    with As(world, "helene") as a:
        axis = axes.propose(a.frame, a.strand, by=a.me, wording=f"Axe numéro {n} de la feuille de route")
    with As(world, "helene") as a:
        strategy = strategies.add(queries.axis(axis), a.frame, by=a.me, wording=f"Stratégie {n}")
        for k in range(5):
            made = actions.add(queries.strategy(strategy), by=a.me, wording=f"Faire la chose {n}.{k}")
            row, values = queries.action(made), {"owner": a.me.contact_id, "due_on": date(2026, 12, 1 + k)}
            actions.set_fields(row, a.frame, row.revision, values, by=a.me)
        contributions.add(queries.action(made), uuid.uuid4(), "J’ai vécu cela.", by=a.me)
        axes.share(queries.axis(axis), a.frame, by=a.me)


def _session(world: Any, n: int) -> None:
    """By turns: held and confirmed, held and contested, asked about, in a week."""
    from tenants.mission.schedule import agenda, attending, planning, queries, slots
    from tenants.mission.schedule.clock import PARIS, when
    from tenants.mission.schedule.presence import Answer
    from tenants.mission.schedule.types import Type

    today = datetime.now(UTC).date()
    held = n % 3 == 0
    with As(world, "helene") as a:
        dated = when(today - timedelta(days=2 + n), time(9), PARIS) if held else None
        made = planning.plan(
            a.frame, Type.REVIEW if n % 5 == 4 else Type.PAIR, a.strand, by=a.me, minutes=45, when=dated,
            week_of=today + timedelta(days=7 + n),
        )  # fmt: skip
        agenda.add(queries.get(made), a.frame, uuid.uuid4(), f"Le point {n}", by=a.me)
    if held:
        with As(world, "helene") as a:
            said = attending.propose(queries.get(made), a.frame, 45, by=a.me)
        with As(world, "ines") as a:
            word = Answer.PRESENT if n % 2 else Answer.CONTESTED
            attending.answer(attending.get(said), a.frame, word, "non" if n % 2 == 0 else "", by=a.me)
    elif n % 3 == 1:
        with As(world, "helene") as a:
            moments = [when(today + timedelta(days=8 + n + k), time(10), PARIS) for k in range(3)]
            slots.propose(queries.get(made), a.frame, moments, by=a.me)


def pages(app: Any, world: Any, client: Any) -> list[str]:
    """Every page of a mission that asks for nothing but the mission, and one session's."""
    place = world.missions["solo"]
    values = {"company": place.slug, "mission_id": place.id}
    bind = app.url_map.bind("localhost")
    rooms = [
        bind.build(rule.endpoint, values)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.arguments == values.keys()
    ]
    listed = client.get(world.url("solo", "/schedule")).text
    return rooms + re.findall(r'href="([^"]+/schedule/sessions/[0-9a-f-]+)"', listed)[:1]


def asked(app: Any, world: Any, client: Any) -> dict[str, list[str]]:
    """What each page that this person opens asks of the database, once everything that is kept has been read."""
    found = {}
    for address in pages(app, world, client):
        if client.get(address).status_code == 200:
            with counted(app) as said:
                client.get(address)
            found[re.sub(r"sessions/.*", "sessions/…", address)] = said
    return found


def test_a_full_mission_asks_no_more_than_a_small_one(app: Any, world: Any, browse: Any) -> None:
    clients = {who: browse(who) for who in PEOPLE}
    furnish(app, world, 2)
    few = {who: asked(app, world, client) for who, client in clients.items()}
    furnish(app, world, 8)
    for who, client in clients.items():
        many = asked(app, world, client)
        assert few[who].keys() == many.keys()
        assert len(many) >= 8, many.keys()
        grown = {page for page in many if len(few[who][page]) != len(many[page])}
        told = "\n".join(f"{who} {page}\n{more(few[who][page], many[page])}" for page in grown)
        assert not grown, told
        assert max(map(len, many.values())) <= QUESTIONS, {page: len(said) for page, said in many.items()}


def more(few: list[str], many: list[str]) -> str:
    """Which statements were asked more often."""
    return "\n".join(
        f"  {few.count(s)} → {many.count(s)}  {' '.join(s.split())[:140]}"
        for s in dict.fromkeys(many)
        if many.count(s) != few.count(s)
    )

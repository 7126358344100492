"""A group of three: what is everybody's is on every page, what one strand does is on none of the others', and two hours
together are two hours."""

from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from tests.browser import walking as they
from tests.browser.walking import DESK, PHONE

OURS = "Tenir ensemble le point de sept heures."
OUR_AXIS = "Se parler d’une équipe à l’autre"
HIS = "Oser reprendre un chef plus ancien que moi."
HIS_AXIS = "Parler au chef de quai"
HIS_STRATEGY = "Un entretien par quinzaine"
HIS_JOB = "Tenir le quai sept de nuit."
HIS_SUMMARY = "Il redoute le chef du quai sept."
SECRETS = (HIS, HIS_AXIS, HIS_STRATEGY, HIS_JOB, HIS_SUMMARY)
ROOMS = (
    "", "/agreement", "/people", "/context", "/objectives", "/roadmap", "/schedule", "/schedule/hours", "/schedule/plan",
)  # fmt: skip


SEARCH = "/search?q=chef"


@pytest.fixture
def group(visit: Any, world: Any) -> Any:
    """The mentor, three mentees, the manager of the second one and the first one's."""
    address = world.url("group", "/objectives")
    return SimpleNamespace(
        bruno=visit("bruno", address, **DESK),
        theo=visit("theo", address),
        lina=visit("lina", address),
        joel=visit("joel", address, **PHONE),
        ines=visit("ines", address),
        marc=visit("marc", address),
    )


def test_a_group_shares_what_is_collective_and_keeps_the_rest_apart(
    group: Any, world: Any, visit: Any, superuser: sa.Connection
) -> None:
    here = lambda tail: world.url("group", tail)  # noqa: E731
    others = (group.lina, group.joel, group.marc)

    objectives_of_all_and_of_one(group, others)
    for page in (group.theo, *others, group.bruno):
        page.goto(here("/roadmap"))
    axes_of_all_and_of_one(group, others)
    for page in (group.theo, *others):
        page.goto(here("/context"))
    they.begin_the_job_sheet(group.theo, tasks=HIS_JOB)

    for page in (group.theo, *others, group.bruno):
        page.goto(here("/schedule"))
    together, alone = sessions_of_all_and_of_one(group, others)
    they.its_day_comes(superuser, together)
    spent_once(group, together)
    they.its_day_comes(superuser, alone)
    said_between_two(group, alone)

    nothing_of_his_anywhere(group, world, others, alone)
    odile = visit("odile", here("/schedule/hours"))
    for page, spent in (
        (odile, "4 h"),
        (group.bruno, "4 h"),
        (group.theo, "4 h"),
        (group.lina, "2 h"),
        (group.joel, "2 h"),
    ):
        page.goto(here("/schedule/hours"))
        assert they.hours(page) == ["24 h", "0 h", spent]
    they.fits(group.joel)
    assert [page.faults for page in vars(group).values()] == [[]] * 6


def objectives_of_all_and_of_one(group: Any, others: Any) -> None:
    ours = they.begin_an_objective(group.bruno, OURS, collective=True)
    they.none_reads((group.theo, *others), OURS)
    they.share_it(group.bruno, ours, to_all=True)
    they.all_read(vars(group).values(), OURS, "#objectives")
    his = they.begin_an_objective(group.theo, HIS)
    they.share_it(group.theo, his)
    they.all_read((group.bruno, group.ines), HIS, "#objectives")
    they.none_reads(others, HIS, his)


def axes_of_all_and_of_one(group: Any, others: Any) -> None:
    they.begin_an_axis(group.bruno, OUR_AXIS, collective=True)
    they.all_read((group.theo, *others), OUR_AXIS, "#roadmap")
    axis = they.begin_an_axis(group.theo, HIS_AXIS)
    they.begin_a_strategy(group.theo, axis, HIS_STRATEGY)
    they.all_read((group.bruno,), HIS_STRATEGY, "#roadmap")
    they.none_reads(others, HIS_AXIS, HIS_STRATEGY, axis)


def sessions_of_all_and_of_one(group: Any, others: Any) -> tuple[str, str]:
    """A collective session, and one of Théo's and the mentor's; their addresses."""
    alone = they.plan_a_session(group.theo, "Rendez-vous")
    they.fix(group.theo, "29/01/2027", "9 h")
    together = they.plan_a_session(group.bruno, "Séance collective")
    they.fix(group.bruno, "30/01/2027", "14 h")
    for page in others:
        expect(page.locator(f"[id='session-{together.rpartition('/')[2]}']")).to_contain_text("Date retenue")
    they.none_reads(others, alone.rpartition("/")[2])
    return together, alone


def spent_once(group: Any, address: str) -> None:
    """Each says their own of it, and reads nobody else's."""
    for page in (group.bruno, group.theo, group.lina, group.joel):
        page.goto(address)
    they.say_it_was_held(group.bruno)
    they.confirm(group.theo)
    they.confirm(group.lina)
    they.confirm(group.joel, "Elle a eu lieu, sans moi")
    expect(group.bruno.locator("#session-attendance")).to_contain_text("tous l’ont confirmé")
    expect(group.bruno.locator("#session-attendance")).to_contain_text("absent·e")
    they.none_reads((group.theo, group.lina), "absent·e, l’a confirmé")


def said_between_two(group: Any, address: str) -> None:
    for page in (group.bruno, group.theo):
        page.goto(address)
    they.say_it_was_held(group.bruno)
    they.confirm(group.theo)
    they.begin_the_summary(group.bruno, HIS_SUMMARY)
    expect(group.theo.locator("#summary-text")).to_have_value(HIS_SUMMARY)


def nothing_of_his_anywhere(group: Any, world: Any, others: Any, session: str) -> None:
    """Whatever room they open, by whatever address; and no search finds what his own does."""
    here = [world.url("group", tail) for tail in (*ROOMS, SEARCH)]
    strand = world.missions["group"].strands[0]
    his = [they.read(group.theo, address) for address in (*here, session)]
    assert [words for words in SECRETS if words not in "".join(his)] == []
    assert HIS_AXIS in his[len(ROOMS)]
    for page in others:
        for address in here:
            there = they.read(page, address)
            assert [words for words in SECRETS if words in there] == [], address
        for tail in ("/objectives", "/roadmap", "/context", "/schedule"):
            assert page.request.get(world.url("group", f"{tail}?strand={strand}")).status == 404
        assert page.request.get(session).status == 404

"""A mission without a manager: the direction is the mentee's boss, says and signs once, for two roles, both printed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from tenants import models
from tests.browser import walking as they
from tests.browser.walking import DESK, PHONE, Post, post
from tests.world import THEN

REQUEST = "Que Paula reprenne l’atelier de teinture."
SENTENCE = "D’ici mars, Paula conduit l’atelier, et Marc ne tranche plus que les achats."
BOTH = ("manager direct", "direction")


@pytest.fixture
def three(visit: Any, world: Any, superuser: sa.Connection) -> Any:
    """Marc takes two seats; the mission has nobody else."""
    place = world.missions["alone"]
    for role, strand in (("sponsor", None), ("manager", place.strands[0])):
        superuser.execute(
            models.metadata.tables["participation"]
            .insert()
            .values(
                company_id=place.company_id, mission_id=place.id, role=role, strand_id=strand, first_team=True,
                contact_id=world.people["marc"].contacts["brisemer"], announced_at=THEN, accepted_at=THEN, reads_from=THEN,
            )
        )  # fmt: skip
    address = world.url("alone", "/agreement")
    return SimpleNamespace(
        helene=visit("helene", address, **DESK),
        paula=visit("paula", address, **PHONE),
        marc=visit("marc", address, **DESK),
    )


def test_the_boss_who_is_the_direction_signs_once_for_both(
    three: Any, world: Any, visit: Any, post: Post, tmp_path: Path
) -> None:
    here = (three.helene, three.paula, three.marc)
    they.ask_for_a_mission(three.marc, REQUEST)
    they.all_read(here, REQUEST, "#text-request")
    they.reformulate(three.helene, REQUEST)
    they.begin_the_sentence(three.helene, SENTENCE)
    three_expectations(three, here)

    three.helene.goto(world.url("alone", "/agreement/rules"))
    they.begin_the_rules(three.helene)
    for page in here:
        page.goto(world.url("alone", "/agreement/version"))
    three_signatures(three, here, post)
    file = they.sealed(three.marc, post, tmp_path / "accord.pdf")
    they.verify(visit(None, "/verify"), file)
    said = they.printed(file)
    assert SENTENCE in said
    assert f"Signée par Marc Ostrevant, {' et '.join(BOTH)}" in said
    the_three_parties_are_two_and_him(three, world)
    assert [page.faults for page in here] == [[]] * 3


def three_expectations(three: Any, here: Any) -> None:
    """Marc's are asked once."""
    they.expect_alone(three.marc, hopes="Ne plus trancher les couleurs.")
    they.say_ready(three.marc)
    they.expect_alone(three.paula, fears="Je crains les achats.")
    they.say_ready(three.paula)
    they.expect_alone(three.helene)
    they.say_ready(three.helene, last=True)
    they.all_read(here, "Je crains les achats.", "#expectations")
    they.all_read(here, "Ne plus trancher les couleurs.", "#expectations")


def three_signatures(three: Any, here: Any, post: Post) -> None:
    they.propose_the_version(three.helene)
    for number, who in enumerate(("paula", "helene", "marc"), 1):
        they.sign(getattr(three, who), post, who)
        for page in here:
            they.signatures(page, number)
    they.all_read(here, "Signé par tous")
    for page in here:
        expect(page.locator(".signature")).to_have_count(3)
        expect(page.locator(".signature", has_text="Marc Ostrevant")).to_contain_text(
            " et ".join(BOTH), ignore_case=True
        )
    they.fits(three.paula)


def the_three_parties_are_two_and_him(three: Any, world: Any) -> None:
    """As manager he initials what the three parties agree on: an objective is agreed by three people, not four."""
    for page in (three.helene, three.paula, three.marc):
        page.goto(world.url("alone", "/objectives"))
    line = they.begin_an_objective(three.paula, "Choisir seule les bains de la semaine.")
    they.share_it(three.paula, line)
    for page in (three.paula, three.marc, three.helene):
        they.initial(page, line)
    expect(three.paula.locator(f"#{line}")).to_have_attribute("data-state", "agreed")


__all__ = ["post"]

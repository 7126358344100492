"""One mission, from what the direction asks to the second session: five people in five browsers, one on a phone, one by
the links of mails alone."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from tests.browser import walking as they
from tests.browser.walking import DESK, PHONE, Post, post

REQUEST = "Qu’Inès tienne le site Nord d’ici mars."
REFORMULATED = "Inès conduit le site Nord par ses chefs d’équipe."
SENTENCE = "D’ici mars, Inès conduit le site Nord ; ses chefs d’équipe décident."
FEAR = "Je crains d’être jugée sur les trois premiers mois."
GAP = "Marc attend des chiffres en janvier, Inès au printemps."
OBJECTIVE = "Conduire seule la réunion du lundi."
SUMMARY = "Décidé : la réunion du lundi passe à Inès dès la semaine prochaine."
POINT = "Le remplacement du chef de quai"


@pytest.fixture
def five(visit: Any, world: Any, superuser: sa.Connection) -> Any:
    """Everybody on the agreement; Yann, of HR, is signed in nowhere and has no page but those of his mails."""
    nobody = {"p": world.people["yann"].id}
    superuser.execute(sa.text("delete from sign_in where person_id = :p"), nobody)
    address = world.url("solo", "/agreement")
    return SimpleNamespace(
        helene=visit("helene", address, **DESK),
        ines=visit("ines", address, **PHONE),
        marc=visit("marc", address),
        solange=visit("solange", address, **DESK),
        by_link=lambda link: visit(None, link),
    )


def test_a_mission_from_the_request_to_the_second_session(
    five: Any, world: Any, visit: Any, post: Post, superuser: sa.Connection, tmp_path: Path
) -> None:
    here = (five.helene, five.ines, five.marc, five.solange)
    move_to = lambda tail: [page.goto(world.url("solo", tail)) for page in here]  # noqa: E731

    from_request_to_sentence(five, here)
    expectations_alone_then_together(five, here)
    a_divergence_and_its_outcome(five, here)

    move_to("/agreement/rules")
    rules_and_matrix(five, here)
    move_to("/agreement/version")
    five_signatures(five, here, post)
    file = they.sealed(five.helene, post, tmp_path / "accord.pdf")
    they.verify(visit(None, "/verify"), file)
    assert SENTENCE in they.printed(file)

    move_to("/context")
    the_job_by_two(five)
    a_question_answered_by_link(five, post)
    they.read_and_understood(five.helene)

    move_to("/objectives")
    an_objective_by_three(five)
    move_to("/roadmap")
    axis_strategy_action(five)

    five.helene.goto(world.url("solo", "/schedule"))
    first = a_date_found(five, post)
    they.its_day_comes(superuser, first)
    held_and_told(five, first)
    second = the_second_session(five, world)
    they.its_day_comes(superuser, second)
    both_say_so(five, second)

    # a visit and a session of two hours each, half an hour of preparation for each
    for page in (*here, visit("odile", "/profile")):
        page.goto(world.url("solo", "/schedule/hours"))
        assert they.hours(page) == ["24 h", "0 h", "5 h"]
    they.fits(five.ines)
    assert [page.faults for page in here] == [[]] * 4


def from_request_to_sentence(five: Any, here: Any) -> None:
    they.ask_for_a_mission(five.solange, REQUEST)
    they.all_read(here, REQUEST, "#text-request")
    they.reformulate(five.helene, REFORMULATED)
    they.all_read(here, REFORMULATED, "#text-reformulation")
    half = SENTENCE.index(" ; ")
    they.begin_the_sentence(five.helene, SENTENCE[:half])
    expect(five.ines.locator("#t-sentence")).to_have_value(SENTENCE[:half])
    they.add(five.ines, "#t-sentence", SENTENCE[half:])
    for page in here:
        expect(page.locator("#t-sentence")).to_have_value(SENTENCE)


def expectations_alone_then_together(five: Any, here: Any) -> None:
    they.expect_alone(five.ines, fears=FEAR)
    they.none_reads((five.helene, five.marc, five.solange), FEAR)
    they.say_ready(five.ines)
    they.expect_alone(five.helene, brings="Vingt ans d’entrepôts.")
    they.say_ready(five.helene)
    they.expect_alone(five.marc, success="Des chiffres en janvier.")
    they.say_ready(five.marc)
    they.none_reads((five.helene, five.marc, five.solange), FEAR)
    they.expect_alone(five.solange)
    they.say_ready(five.solange, last=True)
    they.all_read(here, FEAR, "#expectations")
    they.all_read(here, "Des chiffres en janvier.", "#expectations")


def a_divergence_and_its_outcome(five: Any, here: Any) -> None:
    they.mark_a_divergence(five.marc, GAP)
    they.all_read(here, GAP, "#divergences")
    they.settle_it(five.helene, GAP, "Convenu", "Un premier point en février.")
    they.all_read(here, "Un premier point en février.", "#divergences")


def rules_and_matrix(five: Any, here: Any) -> None:
    they.begin_the_rules(five.helene)
    expect(five.solange.locator("#agreement-values")).to_be_visible()
    they.rule(five.helene, "preparation_minutes", "30 min")
    they.rule(five.helene, "hr_signs", "yes")
    they.open_or_close(five.solange, "Feuille de route", "RH", "none")
    expect(they.cell(five.marc, "Feuille de route", "RH")).to_have_attribute("data-cell", "none")


def five_signatures(five: Any, here: Any, post: Post) -> None:
    """Those of the four parties on their pages, and that of HR by a link with its code."""
    they.propose_the_version(five.helene)
    for page in here:
        they.signatures(page, 0)
    they.sign(five.ines, post, "ines")
    post.morning()  # the mentee was asked first
    yann = five.by_link(post.link("yann", "Lire le texte à signer"))
    expect(yann.get_by_text(SENTENCE).first).to_be_visible()
    they.sign(yann, post, "yann")
    expect(yann.get_by_role("heading", name="Votre signature est enregistrée")).to_be_visible()
    they.signatures(five.helene, 2)
    expect(five.helene.locator(".signature", has_text="Yann Kermelec")).to_contain_text("Référent·e RH")
    for number, who in enumerate(("helene", "marc", "solange"), 3):
        they.sign(getattr(five, who), post, who)
        they.signatures(five.ines, number)
    they.all_read(here, "Signé par tous")
    they.fits(five.ines)


def the_job_by_two(five: Any) -> None:
    they.begin_the_job_sheet(five.ines, tasks="Tenir les quais.")
    they.begin_the_job_sheet(five.marc, tasks="Tenir les hommes.")
    for words in ("Tenir les quais.", "Tenir les hommes."):
        they.all_read((five.helene,), words, "#sheet-tasks")
    expect(five.ines.locator("#sheet-tasks").get_by_text("Tenir les hommes.")).to_be_visible()
    expect(five.ines.locator("#sheet-tasks textarea")).to_have_value("Tenir les quais.")


def a_question_answered_by_link(five: Any, post: Post) -> None:
    they.ask_a_question(five.helene, "Yann", "Comment le site Nord recrute-t-il ?")
    post.morning()
    yann = five.by_link(post.link("yann", "Lire la question et y répondre"))
    yann.get_by_label("Votre réponse").fill("Par cooptation, surtout.")
    yann.locator("form:has(textarea) button[type=submit]").click()
    expect(yann.get_by_role("heading", name="Votre réponse est donnée")).to_be_visible()
    they.all_read((five.helene, five.ines), "Par cooptation, surtout.", "#questions")


def an_objective_by_three(five: Any) -> None:
    three = (five.ines, five.helene, five.marc)
    line = they.begin_an_objective(five.ines, "Conduire")
    they.none_reads((five.helene, five.marc), line)
    they.share_it(five.ines, line)
    field = they.wording(line)
    they.add(five.helene, field, " seule")
    expect(five.marc.locator(field)).to_have_value("Conduire seule")
    they.add(five.marc, field, " la réunion du lundi.")
    for page in three:
        expect(page.locator(field)).to_have_value(OBJECTIVE)
    for page in three:
        they.initial(page, line)
    for page in three:
        expect(page.locator(f"#{line}")).to_have_attribute("data-state", "agreed")
        expect(page.locator(f"#{line} h3")).to_contain_text(OBJECTIVE)
    they.none_reads((five.solange,), OBJECTIVE)


def axis_strategy_action(five: Any) -> None:
    axis = they.begin_an_axis(five.helene, "Faire décider les chefs d’équipe")
    they.serve(five.helene, axis)
    they.begin_a_strategy(five.helene, axis, "Leur laisser la réunion")
    action = they.begin_an_action(
        five.helene, axis, "Préparer l’ordre du jour avec le chef de quai", owner="Inès"
    )
    for page in (five.ines, five.marc):
        expect(page.locator(f"#{action}")).to_contain_text("Préparer l’ordre du jour")
        expect(page.locator(f"#{action}")).to_contain_text("Inès")
        expect(page.locator(f"#{axis} .serves")).to_contain_text(OBJECTIVE)
    they.fits(five.ines)


def a_date_found(five: Any, post: Post) -> str:
    """Three slots: Inès answers on her page, Marc by the link of his mail."""
    address = they.plan_a_session(five.helene, "Visite du site")
    five.ines.goto(address)
    they.propose_slots(five.helene)
    they.choose(five.ines, "S’il le faut", "Je peux", "Je peux")
    post.morning()
    link = five.by_link(post.link("marc", "Choisir une date"))
    they.choose(link, "Je peux", "Je peux", "Je ne peux pas")
    expect(link.get_by_role("heading", name="Votre réponse est notée")).to_be_visible()
    they.keep_the_common_slot(five.helene)
    expect(five.ines.locator("#session-date")).to_contain_text("Date retenue")
    return address


def held_and_told(five: Any, address: str) -> None:
    both_say_so(five, address)
    five.marc.goto(address)
    five.helene.locator("#point-text").fill(POINT)
    they.press(five.helene, "Ajouter ce point")
    expect(five.ines.locator("#session-agenda")).to_contain_text(POINT)
    they.begin_the_summary(five.helene, SUMMARY)
    expect(five.ines.locator("#summary-text")).to_have_value(SUMMARY)
    they.none_reads((five.marc,), SUMMARY)
    they.share_the_summary(five.ines)
    they.all_read((five.helene, five.marc), SUMMARY, "#session-summary")


def both_say_so(five: Any, address: str) -> None:
    for page in (five.helene, five.ines):
        page.goto(address)
    they.say_it_was_held(five.helene)
    they.confirm(five.ines)
    expect(five.helene.locator("#session-attendance")).to_contain_text("tous l’ont confirmé")


def the_second_session(five: Any, world: Any) -> str:
    five.helene.goto(world.url("solo", "/schedule"))
    address = they.plan_a_session(five.helene, "Rendez-vous")
    expect(five.helene.locator("#session-agenda")).to_contain_text(POINT)  # what was left over
    they.fix(five.helene, "29/01/2027", "9 h")
    return address


__all__ = ["post"]

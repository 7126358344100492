"""Walking a mission: what each person does on the pages, a function a step, and the mails that reach them.

Every page stays open in its own browser; what another does arrives there by itself. Nothing waits for a time.
"""

import html
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymupdf
import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

import webapp.work.worker  # noqa: F401 - the tasks have their names once it is imported
from webapp.mail.sink import Sink
from webapp.work import queue

DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
CODE = re.compile(r"^\d{6}$", re.MULTILINE)
INITIAL = "Poser mes initiales"
GIVEN = re.compile("^(Reprendre mes initiales|Proposer une autre rédaction)$")
expect.set_options(timeout=15_000)  # many pages at once, on a machine that others use


class Post:
    """The worker's rounds and the mail server. A round does what is queued, when the walk says so: no clock runs."""

    def __init__(self, app: Any, sink: Sink, superuser: sa.Connection) -> None:
        self.app, self.sink, self.superuser = app, sink, superuser

    def round(self) -> None:
        """All that is due, and what that queues; in a thread, as a loop of Playwright's runs in this one."""
        with ThreadPoolExecutor(1) as apart:
            apart.submit(self._work).result()

    def morning(self) -> None:
        """A night has passed: at eight, each of whom something is awaited is told."""
        self.round()
        self.superuser.execute(sa.text("delete from mail_day"))
        with self.app.app_context(), queue.as_queue() as connection:
            connection.execute("select tell_all_awaited()")
        self.round()

    def code(self, who: str) -> str:
        """The six digits that the last mail to that person brings."""
        self.round()
        codes = [CODE.search(mail["text"]) for mail in self.sink.to(f"{who}@example.test")]
        return next(found[0] for found in codes if found)

    def link(self, who: str, words: str) -> str:
        """The one-time link that stands under these words in the last mail to that person."""
        told = self.sink.to(f"{who}@example.test")[0]["text"]
        found = re.search(rf"{words}[^\n]*:\s+(\S+/t/\S+)", told)
        assert found is not None, told
        return found[1]

    def _work(self) -> None:
        queue.make(self.app).run_worker(
            wait=False, delete_jobs="successful", install_signal_handlers=False, listen_notify=False
        )


@pytest.fixture
def post(app: Any, site: Any, superuser: sa.Connection) -> Iterator[Post]:
    """The post of this walk: its mails lead to its own server."""
    sink = Sink().start()
    app.extensions["trialogue"] = replace(
        app.extensions["trialogue"],
        smtp_url=sink.smtp_url,
        public_url=site.url,
        mail_from="Trialogue <service@trialogue.test>",
    )
    yield Post(app, sink, superuser)
    sink.stop()


# -- on any page -------------------------------------------------------------------------------------


def press(place: Any, words: str) -> None:
    place.get_by_role("button", name=words, exact=True).click()


def write(page: Any, field: str | Any, words: str) -> None:
    """Words in a text that others may write at the same time; until the server has them."""
    there = page.locator(field) if isinstance(field, str) else field
    expect(there).to_be_editable()
    there.fill(words)
    expect(page.locator("#saved")).to_have_attribute("data-saved", "saved")


def add(page: Any, field: str, words: str) -> None:
    """Words at the end of a text that others are writing."""
    there = page.locator(field)
    expect(there).to_be_editable()
    there.evaluate("e => { e.focus(); e.setSelectionRange(e.value.length, e.value.length) }")
    page.keyboard.insert_text(words)


def all_read(pages: Any, words: str, within: str = "main") -> None:
    """Everybody's page says so by itself."""
    for page in pages:
        expect(page.locator(within).get_by_text(words).first).to_be_visible()


def none_reads(pages: Any, *words: str) -> None:
    """Nowhere on these pages, shown or not."""
    for page in pages:
        there = page.content()
        for said in words:
            assert said not in there, said


def read(page: Any, address: str) -> str:
    """Another page as this person is served it: its words without the marks among them, then all that it holds."""
    answer = page.request.get(address)
    assert answer.ok, address
    whole = answer.text()
    return " ".join(html.unescape(re.sub("<[^>]+>", "", whole) + whole).split())


def fits(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


# -- the agreement -----------------------------------------------------------------------------------


def ask_for_a_mission(page: Any, words: str) -> None:
    press(page, "Écrire la demande")
    write(page, "#t-request", words)
    press(page.locator("#text-request"), "Retenir ce texte")
    expect(page.locator("#t-request")).to_have_count(0)


def reformulate(page: Any, words: str) -> None:
    press(page, "Reformuler la demande")
    write(page, "#t-reformulation", words)
    press(page.locator("#text-reformulation"), "Retenir ce texte")
    expect(page.locator("#t-reformulation")).to_have_count(0)


def begin_the_sentence(page: Any, words: str) -> None:
    press(page, "Écrire la phrase à partir de la reformulation")
    write(page, "#t-sentence", words)


def expect_alone(page: Any, **texts: str) -> None:
    """What one expects, under some of the five headings; read by nobody else."""
    press(page, "Écrire mes attentes")
    for heading, words in texts.items():
        write(page, f"#x-{heading}", words)


def say_ready(page: Any, *, last: bool = False) -> None:
    press(page, "Je suis prêt·e : tout révéler" if last else "Je suis prêt·e")


def mark_a_divergence(page: Any, words: str) -> None:
    page.locator("#divergence-words").fill(words)
    press(page.locator("#mark"), "Marquer un écart")


def settle_it(page: Any, words: str, outcome: str, answer: str) -> None:
    line = page.locator(".divergence", has_text=words)
    line.get_by_text("Donner une suite").click()
    line.get_by_label(outcome, exact=True).check()
    line.get_by_label("En quelques mots").fill(answer)
    press(line, "Enregistrer la suite")


def begin_the_rules(page: Any) -> None:
    press(page, "Commencer par le modèle du cabinet")
    expect(page.locator("#agreement-values")).to_be_visible()


def rule(page: Any, value: str, words: str) -> None:
    """One value of the rules, kept as soon as the field is left."""
    field = page.locator(f"#terms-{value}")
    if field.evaluate("e => e.tagName") == "SELECT":
        with page.expect_response(re.compile("/agreement/rules/")):
            field.select_option(words)
    else:
        field.fill(words)
        with page.expect_response(re.compile("/agreement/rules/")):
            field.blur()


def cell(page: Any, what: str, who: str) -> Any:
    """One cell of « Qui lit quoi »."""
    line = page.locator("table.matrix tbody tr", has=page.get_by_role("rowheader", name=what, exact=True))
    return line.locator(f"td[data-th='{who}']")


def open_or_close(page: Any, what: str, who: str, value: str) -> None:
    there = cell(page, what, who)
    there.locator("button.cell").click()
    there.locator(f"button[name=value][value={value}]").click()
    expect(there).to_have_attribute("data-cell", value)


def propose_the_version(page: Any) -> None:
    press(page, "Proposer la version 1")
    expect(page.locator(".signature").first).to_be_visible()


def sign(page: Any, post: Post, who: str) -> None:
    """The tick, a code by mail, the signature; by the page or by a link alike."""
    page.locator("#sign").get_by_role("checkbox").check()
    press(page.locator("#sign"), "Signer l’accord")
    field = page.get_by_label("Code à six chiffres")
    expect(field).to_be_visible()
    field.fill(post.code(who))
    press(page.locator("#sign"), "Signer l’accord")
    expect(page.locator("#sign")).to_have_count(0)


def signatures(page: Any, number: int) -> None:
    """As many stand there, by themselves."""
    expect(page.locator('.signature[data-signed="yes"]')).to_have_count(number)


def sealed(page: Any, post: Post, into: Path) -> Path:
    """Signed by all, the worker seals it; the open page offers it; the file that comes down."""
    post.round()
    link = page.locator(".version .file-line a")
    expect(link).to_be_visible()
    with page.expect_download() as coming:
        link.click()
    coming.value.save_as(into)
    return into


def printed(file: Path) -> str:
    """The words of a PDF, on one line."""
    with pymupdf.open(file) as document:
        return " ".join(" ".join(page.get_text() for page in document).split())


def verify(page: Any, file: Path) -> None:
    """Anybody: whole as it is, and refused with one byte changed."""
    outcome = page.locator("[data-verdict]")
    page.get_by_label("Fichier PDF").set_input_files(file)
    press(page, "Vérifier")
    expect(outcome).to_have_attribute("data-verdict", "whole")
    body = bytearray(file.read_bytes())
    body[len(body) // 3] ^= 1
    page.get_by_label("Fichier PDF").set_input_files(
        {"name": file.name, "mimeType": "application/pdf", "buffer": bytes(body)}
    )
    press(page, "Vérifier")
    expect(outcome).to_have_attribute("data-verdict", re.compile("altered|unreadable|foreign"))


# -- the context -------------------------------------------------------------------------------------


def begin_the_job_sheet(page: Any, **texts: str) -> None:
    press(page, "Écrire ma fiche de poste")
    for heading, words in texts.items():
        write(page, f"#sheet-{heading} textarea", words)


def ask_a_question(page: Any, whom: str, words: str) -> None:
    page.get_by_text("Poser une question", exact=True).click()
    page.get_by_label("À qui").select_option(label=whom)
    page.get_by_label("La question", exact=True).fill(words)
    press(page, "Poser la question")
    expect(page.locator("#questions article", has_text=words)).to_be_visible()


def read_and_understood(page: Any) -> None:
    press(page, "J’ai lu et compris ce dossier")
    expect(page.get_by_text("a lu et compris le dossier")).to_be_visible()


# -- objectives and roadmap --------------------------------------------------------------------------


def begin_an_objective(page: Any, words: str, *, collective: bool = False) -> str:
    """A draft of one's own; the id of its line."""
    before = page.locator("#objectives-order > article").count()
    press(page, "Écrire un objectif collectif" if collective else "Écrire un objectif")
    lines = page.locator("#objectives-order > article")
    expect(lines).to_have_count(before + 1)
    line = page.locator("#objectives-order > article[data-state=draft]").last
    write(page, line.locator("textarea[data-ytext=wording]"), words)
    return str(line.get_attribute("id"))


def share_it(page: Any, line: str, *, to_all: bool = False) -> None:
    words = "Partager à tous" if to_all else "Partager aux trois parties"
    page.locator(f"#{line}").get_by_role("link", name=words).click()
    press(page.locator("#dialog"), words)
    expect(page.locator("#dialog[open]")).to_have_count(0)


def wording(line: str) -> str:
    """The field of an objective's words: open on the pages of all three until one of them has initialled."""
    return f"#o-{line.removeprefix('objective-')}-wording"


def initial(page: Any, line: str) -> None:
    """Initials on the words as they are; asked again, once, where a last word was still on its way to the page."""
    place = page.locator(f"#{line}")
    given = place.get_by_role("button", name=GIVEN)
    press(place, INITIAL)
    expect(given.or_(page.locator("#notices .notice")).first).to_be_visible()
    if not given.count():
        press(place, INITIAL)
        expect(given.first).to_be_visible()


def begin_an_axis(page: Any, words: str, *, collective: bool = False) -> str:
    before = page.locator("#roadmap-order > article").count()
    press(page, "Ajouter un axe collectif" if collective else "Ajouter un axe")
    lines = page.locator("#roadmap-order > article")
    expect(lines).to_have_count(before + 1)
    field = page.locator(".axis > .field textarea[data-ytext=wording]").last
    write(page, field, words)
    return str(field.get_attribute("id")).replace("line-", "axis-").removesuffix("-wording")


def serve(page: Any, axis: str) -> None:
    """The axis serves the one objective that there is."""
    box = page.locator(f"#{axis}-served").get_by_role("checkbox")
    with page.expect_response(re.compile("/served")):
        box.check()


def begin_a_strategy(page: Any, axis: str, words: str) -> None:
    press(page.locator(f"#{axis}"), "Ajouter une stratégie")
    write(page, page.locator(f"#{axis} .strategy > .field textarea").last, words)


def begin_an_action(page: Any, axis: str, words: str, *, owner: str) -> str:
    press(page.locator(f"#{axis}"), "Ajouter une action")
    line = page.locator(f"#{axis} li.action").last
    write(page, line.locator("textarea[data-ytext=wording]"), words)
    with page.expect_response(re.compile("/fields")):
        line.get_by_label("Qui s’en charge").select_option(label=owner)
    return str(line.get_attribute("id"))


# -- the calendar ------------------------------------------------------------------------------------


def plan_a_session(page: Any, type_: str) -> str:
    """A session to come, without a date yet; its address."""
    page.get_by_role("link", name="Prévoir un rendez-vous").click()
    page.locator("label.choice", has=page.get_by_text(type_, exact=True)).click()
    press(page, "Prévoir ce rendez-vous")
    page.wait_for_url(re.compile(r"/schedule/sessions/[0-9a-f-]+$"))
    return str(page.url)


def propose_slots(page: Any) -> None:
    press(page, "Proposer ces créneaux")
    expect(page.locator("#slots")).to_be_visible()


def choose(page: Any, *words: str) -> None:
    """One answer a slot, in their order, by the page or by a link; sent."""
    expect(page.locator("fieldset.slot")).to_have_count(len(words))
    for place, said in zip(page.locator("fieldset.slot").all(), words, strict=True):
        place.get_by_text(said, exact=True).click()
    press(page, "Répondre")


def keep_the_common_slot(page: Any) -> None:
    page.get_by_role("button", name="Retenir").click()
    expect(page.locator("#session-date")).to_contain_text("Date retenue")


def fix(page: Any, day: str, hour: str) -> None:
    """A date that one fixes oneself."""
    page.get_by_text("Fixer une date moi-même").click()
    place = page.locator("#session-move")
    place.locator("[name=on]").fill(day)
    place.locator("[name=hour]").fill(hour)
    press(place, "Retenir cette date")
    expect(page.locator("#session-date")).to_contain_text("Date retenue")


def its_day_comes(superuser: sa.Connection, address: str) -> None:
    """The session began three hours ago: the only thing that a walk does behind the pages, as days do not pass in it."""
    session = uuid.UUID(address.rpartition("/")[2])
    changed = superuser.execute(
        sa.text(
            "update session set starts_at = now() - interval '3 hours',"
            " local_at = (now() - interval '3 hours') at time zone timezone where id = :s and starts_at is not null"
        ),
        {"s": session},
    )
    assert changed.rowcount == 1


def say_it_was_held(page: Any) -> None:
    """Two taps."""
    page.locator("#attendance-lasted").get_by_text(re.compile("^Il a eu lieu, [0-9]")).click()
    press(page.locator("#attendance-lasted"), "Confirmer")
    expect(page.locator("#attendance-lasted")).to_have_count(1)
    expect(page.locator("#session-attendance")).to_contain_text(
        "seront décomptées quand tous auront confirmé"
    )


def confirm(page: Any, words: str = "J’y étais") -> None:
    """Two taps."""
    place = page.locator("#attendance-answer")
    place.get_by_text(re.compile(f"^{words}")).click()
    press(place, "Confirmer")
    expect(page.locator("#attendance-answer")).to_have_count(0)


def begin_the_summary(page: Any, words: str) -> None:
    press(page, "Écrire le compte rendu")
    write(page, "#summary-text", words)


def share_the_summary(page: Any) -> None:
    page.get_by_text("Partager ce compte rendu").click()
    press(page, "Partager aux trois parties")
    expect(page.locator("#summary-text")).to_have_count(0)


def hours(page: Any) -> list[str]:
    """Agreed, planned, spent, as that page says."""
    figures = page.locator("dl.hours dd").all_inner_texts()
    return [words.replace("\u00a0", " ").strip() for words in figures]

"""Every kind of page of the demonstration, as somebody it concerns, in a real browser: light and dark, wide and narrow;
each kind of dialog too, opened from the first page that offers it.

No violation that axe-core knows (WCAG 2.2 AA and its best practices), nothing beside the page, no complaint of the
console, no answer above 400, no content policy broken.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import crawl, seeded
from tests.browser.conftest import Site
from tests.conftest import DEEP, SECRET
from tests.markup import Element
from webapp.setup import assets

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
# One person for each place that one may have
PEOPLE = ("Inès", "Hélène", "Solange", "Yann", "Aliénor")
# Pages that differ by who reads them
SEEN_BY_ALL = re.compile(r"^/$|/missions/…$|/objectives$|/people$")
RUN = """async (rules) => (await axe.run(document, rules)).violations.map(
    (v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + n.html.slice(0, 120)).join(' | ')}`)"""
DIALOG = RUN.replace("axe.run(document", "axe.run('#dialog'")
BESIDE = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > wide + 1 && e.checkVisibility())
        .slice(0, 3).map((e) => `beyond the page: ${e.tagName} ${e.id} ${e.className} ${e.textContent.trim().slice(0, 40)}`).concat('scrolls sideways')
}"""


@pytest.fixture(scope="module")
def visits(server: Any, application: Any) -> Iterator[tuple[Site, dict[str, list[str]], dict[str, str]]]:
    """A server on a database with the demonstration, the pages that each is to open, and their sign-in's cookie."""
    walk = crawl.walked(server, application)  # every copy of the demonstration has the same addresses
    with seeded.database(server, application) as client:
        todo: dict[str, list[str]] = {}
        cookies: dict[str, str] = {}
        known: set[str] = set()
        kinds: set[tuple[str | None, ...]] = set()
        for who, entered in crawl.everybody(application):
            if not who.startswith(PEOPLE):
                continue
            for seen in (s for s in walk.pages if s.who == who):
                plain = re.sub(
                    r"^/[a-z-]+-[0-9a-f]{6,8}/", "/…/", crawl.UUID.sub("…", seen.address.partition("?")[0])
                )
                key = f"{who} {crawl.UUID.sub('…', seen.address)}" if SEEN_BY_ALL.search(plain) else plain
                if key not in known and (DEEP or not kinds_of(seen.page) <= kinds):
                    known.add(key)
                    kinds |= kinds_of(seen.page)
                    todo.setdefault(who, []).append(seen.address)
            cookies[who] = entered.get_cookie("sid").value
        todo["a visitor"] = ["/sign-in", "/demo", "/demo/mails"]
        url = client.application.extensions["trialogue"].database_url
        site = Site({"DATABASE_URL": url, "TRIALOGUE_SECRET": SECRET, "TRIALOGUE_DEMO": "1"})
        yield site.ready(), todo, cookies
        site.end()


def kinds_of(page: Element) -> set[tuple[str | None, ...]]:
    """The kinds of elements that a page is made of: one that has only kinds already looked at is not looked at again."""
    told = ("class", "role", "type", "data-state", "data-audience", "data-party", "data-assent")
    return {(e.tag, *(e.get(name) for name in told)) for e in page.walk()}


def test_every_page_passes(browser: Any, visits: Any) -> None:
    site, todo, cookies = visits
    axe = (
        assets.node_modules(Path(site.environ.get("TRIALOGUE_HOME", "instance"))) / "axe-core" / "axe.min.js"
    )
    faults: dict[str, list[str]] = {}
    opened: set[str] = set()
    for who, addresses in todo.items():
        context = browser.new_context(
            base_url=site.url, locale="fr-FR", viewport=WIDE, reduced_motion="reduce"
        )
        context.add_init_script(path=axe)
        if who in cookies:
            context.add_cookies([{"name": "sid", "value": cookies[who], "url": site.url}])
        page = context.new_page()
        heard: list[str] = []
        page.on("pageerror", lambda error, heard=heard: heard.append(f"script: {error}"))
        page.on(
            "console",
            lambda said, heard=heard: (
                heard.append(f"console: {said.text}") if said.type in ("error", "warning") else None
            ),
        )
        page.on(
            "response",
            lambda answer, heard=heard: (
                heard.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
            ),
        )
        for address in addresses:
            for fault in [*looked_at(page, address, opened), *heard]:
                faults.setdefault(crawl.UUID.sub("…", fault), []).append(f"{address} as {who}")
            heard.clear()
        context.close()
    told = "\n".join(f"{fault}\n    {where[0]} (+{len(where) - 1})" for fault, where in faults.items())
    assert not faults, told
    assert opened, "no page offers a dialog"


def looked_at(page: Any, address: str, opened: set[str]) -> list[str]:
    """What is wrong with a page, its folds opened, and with the dialogs that it offers and that were not opened before."""
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    page.goto(address)
    page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true })")
    page.wait_for_selector(".htmx-request", state="detached")
    found = [f"wide: {v}" for v in page.evaluate(RUN, {"runOnly": TAGS})] + page.evaluate(BESIDE)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {v}" for v in page.evaluate(RUN, {"runOnly": ["color-contrast"]})]
    page.set_viewport_size(NARROW)
    found += [f"narrow, dark: {v}" for v in page.evaluate(RUN, {"runOnly": TAGS})]
    found += [f"narrow: {v}" for v in page.evaluate(BESIDE)]
    page.emulate_media(color_scheme="light")
    found += [f"narrow, light: {v}" for v in page.evaluate(RUN, {"runOnly": ["color-contrast"]})]
    return found + dialogs(page, opened)


def dialogs(page: Any, opened: set[str]) -> list[str]:
    """What is wrong with each kind of dialog, narrow and wide, light and dark."""
    found = []
    for door in page.locator("[hx-target='#dialog']:visible").all():
        kind = re.sub(r"^/[a-z-]+-[0-9a-f]{6,8}/", "/…/", crawl.UUID.sub("…", door.get_attribute("hx-get")))
        if kind in opened:
            continue
        opened.add(kind)
        door.click()
        page.wait_for_selector("#dialog[open] :is(h1, h2)")
        for size, name in ((NARROW, "narrow"), (WIDE, "wide")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme="light")
            found += [f"dialog, {name}: {v}" for v in page.evaluate(DIALOG, {"runOnly": TAGS})]
            page.emulate_media(color_scheme="dark")
            found += [
                f"dialog, {name}, dark: {v}" for v in page.evaluate(DIALOG, {"runOnly": ["color-contrast"]})
            ]
            found += page.evaluate(BESIDE)
        page.keyboard.press("Escape")
        page.wait_for_selector("#dialog[open]", state="detached")
        page.set_viewport_size(NARROW)
    return found

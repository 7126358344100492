"""The swap law: a page with the fragment put in is the page that one would get by asking for it again.

For every element of every page that htmx makes ask or post. The browser here is a tree: it puts the fragment where
htmx would (hx-target, hx-swap, or what the answer's headers say instead), asks again for the live regions that stand
elsewhere on the page, as the bus makes it do, and compares.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import pytest

from tests import crawl, markup, seeded
from tests.conftest import DEEP
from tests.markup import Element
from webapp.live import bus

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
# Brought by an act and gone after it, or written by the browser itself
PASSING = ("toasts", "notices", "said", "saved", "presence", "offline-bar", "dialog")
# A value that is new each time a page is written
FRESH = (
    "csrf_token",
    "id",
    "divergence_id",
    "question_id",
    "objective_id",
    "comment_id",
    "session_id",
    "poll_id",
    "item_id",
    "layout_id",
    "axis_id",
    "strategy_id",
    "action_id",
    "contribution_id",
    "progress_id",
    "participation_id",
    "mission_id",
    "company_id",
    "invitation_id",
    "contact_id",
    "file_id",
    "word_id",
    "report_id",
    "passage_id",
    "request_id",
)


@dataclass(frozen=True)
class Ask:
    """One thing that htmx would do: where, how, and from which page; ``shape`` is what it has in common with its like."""

    who: str
    page: str
    method: str
    address: str
    nth: int

    @property
    def shape(self) -> tuple[str, str, str]:
        plain = crawl.UUID.sub("…", self.address)
        return (
            self.method,
            re.sub(r"^/[a-z-]+-[0-9a-f]{6,8}/", "/…/", plain),
            re.sub(r"^/[a-z-]+-[0-9a-f]{6,8}/", "/…/", crawl.UUID.sub("…", self.page)),
        )


@pytest.fixture(scope="session")
def asks(server: Any, application: Any) -> list[Ask]:
    """One of each kind, and for each kind of page that it stands on, for the first who has it."""
    found: dict[tuple[Any, ...], list[Ask]] = {}
    for seen in crawl.walked(server, application).pages:
        if (
            seen.who.startswith("a visitor") or " " not in seen.who
        ):  # the small world's people have keys, the others names
            continue
        for nth, e in enumerate(seen.page.walk()):
            if e.up("template"):
                continue
            for method in ("get", "post"):
                address = e.get(f"hx-{method}")
                if address and belongs(address, seen.address):
                    ask = Ask(seen.who, seen.address, method, address, nth)
                    alike = found.setdefault((ask.shape, e.words[:30]), [])
                    if not alike:
                        alike.append(ask)
    return [a for alike in found.values() for a in alike]


def belongs(address: str, page: str) -> bool:
    """A page of one opened fold is judged for what is in the fold: the rest stands in the list, judged there.

    A page asked for by ``edit=`` is the plain browser's way to what htmx opens in the list.
    """
    last = page.rpartition("/")[2]
    if last in ("comments", "progress", "history", "fields"):
        return address.startswith(page)
    return "edit=" not in page and "keep=" not in page and "/rail" not in page


def test_what_htmx_asks_for_is_what_the_page_holds(server: Any, application: Any, asks: list[Ask]) -> None:
    """A GET: the fragment has the id of its target; it is that element of the page that the address gives plainly."""
    wrong = []
    with People(server, application) as people:
        for ask in (a for a in asks if a.method == "get"):
            browser = people.enter(ask.who)
            page, e = at(browser, ask)
            answer = browser.get(ask.address, headers=HTMX)
            if answer.status_code != 200:
                wrong.append(f"{ask.shape}: {answer.status_code}")
                continue
            fragment, target = markup.read(answer.text), aim(e, page, answer)
            if target is None:
                wrong.append(f"{ask.shape}: nothing to put it in")
                continue
            if style(e, answer).startswith("outer"):
                roots = [x.id for x in fragment.elements if x.tag != "hx-partial"]
                if roots != [target.id]:
                    wrong.append(f"{ask.shape}: {roots} for #{target.id}")
            for root in fragment.elements:
                if root.tag == "hx-partial" or root.id is None or target.id == "dialog":
                    continue
                plain = markup.read(browser.get(ask.address).text).by_id(root.id)
                if plain is None or normal(plain) != normal(root):
                    wrong.append(
                        f"{ask.shape}: #{root.id} {'absent' if plain is None else difference(normal(root), normal(plain))}"
                    )
    assert not wrong, told(wrong)


def test_the_page_after_a_post_is_a_fresh_page(server: Any, application: Any, asks: list[Ask]) -> None:
    wrong = []
    done: set[str] = set()
    for ask in (a for a in asks if a.method == "post"):
        kind = crawl.UUID.sub("…", ask.address.partition("?")[0])
        if kind in done and not DEEP:
            continue
        done.add(kind)
        with People(server, application) as people:
            if fault := posted(people.enter(ask.who), ask):
                wrong.append(f"{ask.shape}: {fault}")
    assert not wrong, told(wrong)


def posted(browser: Any, ask: Ask) -> str:
    """What is wrong after a post, or nothing."""
    page, form = at(browser, ask)
    answer = browser.post(ask.address, data=filled(form), headers=HTMX)
    if answer.status_code == 204 and "HX-Redirect" in answer.headers:
        there = answer.headers["HX-Redirect"]
        return "" if browser.get(there).status_code == 200 else f"sent to {there}"
    if answer.status_code not in (200, 422):
        return f"{answer.status_code} {answer.text[:200]!r}"
    how, target = style(form, answer), aim(form, page, answer)
    roots = [
        x
        for x in markup.read(answer.text).elements
        if x.tag != "hx-partial" and "hx-swap-oob" not in x.attributes  # those find their own place
    ]
    if how == "none" or [x.get("role") for x in roots] == ["status"]:
        return ""  # a receipt, in place of the button: it says what the page will
    if target is None:
        return "nothing to put it in"
    if how.startswith("outer") and target.id and [x.id for x in roots] != [target.id]:
        return f"{[x.id for x in roots]} for #{target.id}"
    return "" if answer.status_code == 422 else settled(browser, ask, page, target, roots, how)


def settled(browser: Any, ask: Ask, page: Element, target: Element, roots: list[Element], how: str) -> str:
    """The fragment put in: how the page then differs from a fresh one."""
    keep_open(browser, target, roots)
    swap(target, roots, how)
    refresh(browser, page, roots)
    mine = normal(page.by_id("main"))
    theirs = normal(markup.read(browser.get(ask.page).text).by_id("main"))
    return difference(mine, theirs) if mine != theirs else ""


def test_a_region_asks_for_itself(server: Any, application: Any) -> None:
    """data-src gives the region again, the same, to the reader who has the page."""
    wrong: dict[str, str] = {}
    walk = crawl.walked(server, application)
    known: set[tuple[str, str]] = set()
    with People(server, application) as people:
        for seen in walk.pages:
            if " " not in seen.who or seen.who.startswith("a visitor") or "edit=" in seen.address:
                continue
            if not (DEEP or seen.who.startswith(crawl.PLACES)):
                continue
            page = None
            for region in seen.page.all(**{"data-src": True}):
                src = region.attributes["data-src"]
                place = f" on {seen.address}" if DEEP else ""
                shape = crawl.UUID.sub("…", src.partition("?")[0] + place)
                if (seen.who, shape) in known or region.up("template"):
                    continue
                known.add((seen.who, shape))
                browser = people.enter(seen.who)
                page = page or markup.read(browser.get(seen.address).text)
                answer = browser.get(region.attributes["data-src"], headers=HTMX)
                fragment = markup.read(answer.text).by_id(str(region.id))
                there = page.by_id(str(region.id))
                if fragment is None or there is None:
                    wrong[shape] = f"{answer.status_code}, no #{region.id}"
                    continue
                keep_open(browser, there, [fragment])
                if normal(fragment) != normal(there):
                    wrong[shape] = difference(normal(fragment), normal(there))
    assert not wrong, told(f"{where}: {what}" for where, what in wrong.items())


def test_the_law_would_see_a_difference() -> None:
    page = markup.read('<main id="main"><p id="a">un</p><p>deux</p></main>')
    fragment = markup.read('<p id="a">trois</p>')
    swap(page.by_id("a"), fragment.elements, "outerMorph")
    assert normal(page) == normal(markup.read('<main id="main"><p id="a">trois</p><p>deux</p></main>'))
    assert normal(page) != normal(markup.read('<main id="main"><p id="a">un</p><p>deux</p></main>'))


# -- a browser that is a tree ----------------------------------------------------------------------------------


class People:
    """The demonstration, on a database of its own, whose people can be entered."""

    def __init__(self, server: Any, application: Any) -> None:
        self.made = seeded.database(server, application)
        self.application = application
        self.browsers: dict[str, Any] = {}

    def __enter__(self) -> Self:
        client = self.made.__enter__()
        bus.configure(client.application.extensions["trialogue"].database_url)
        listed = (
            self.application.test_client().get("/demo", headers={"Accept": "application/json"}).get_json()
        )
        self.doors = {p["name"]: p["sign_in"] for p in listed}
        return self

    def __exit__(self, *error: object) -> None:
        bus._drop()
        self.made.__exit__(*error)  # type: ignore[arg-type]

    def enter(self, who: str) -> Any:
        if who not in self.browsers:
            self.browsers[who] = client = self.application.test_client()
            assert client.post(self.doors[who]).status_code == 303
        return self.browsers[who]


def at(browser: Any, ask: Ask) -> tuple[Element, Element]:
    """The page as it is on this database, and the element that asks."""
    page = markup.read(browser.get(ask.page).text)
    e = list(page.walk())[ask.nth]
    assert e.get(f"hx-{ask.method}") == ask.address, f"{ask}: {e}"
    return page, e


def aim(e: Element, page: Element, answer: Any) -> Element | None:
    """Where htmx would put it."""
    asked = answer.headers.get("HX-Retarget") or next(
        (x.get("hx-target") for x in (e, *e.around) if x.get("hx-target")), "this"
    )
    if asked == "this":
        return e
    return page.by_id(asked.removeprefix("#"))


def style(e: Element, answer: Any) -> str:
    """How htmx would put it."""
    asked: str = answer.headers.get("HX-Reswap") or e.get("hx-swap") or "innerHTML"
    return asked.partition(" ")[0]


def swap(target: Element | None, roots: list[Element], how: str) -> None:
    assert target is not None
    if how.startswith("outer"):
        target.put(list(roots))
    elif how.startswith("inner"):
        target.children = list(roots)
    else:
        raise AssertionError(f"teach this test to swap {how}")


def keep_open(browser: Any, old: Element, roots: list[Element]) -> None:
    """A fold that was open stays open, and what it had loaded is asked for again (static/js/swap/nested.js)."""
    for fold in old.all("details", open=True):
        for new in (r.by_id(str(fold.id)) for r in roots):
            inside = next(iter(fold.all(**{"data-src": True})), None)
            place = new.by_id(str(inside.id)) if new and inside else None
            if new is not None:
                new.attributes["open"] = ""
            if place is not None and inside is not None and "data-src" not in place.attributes:
                place.put(
                    list(markup.read(browser.get(inside.attributes["data-src"], headers=HTMX).text).elements)
                )


def refresh(browser: Any, page: Element, fresh: list[Element]) -> None:
    """The live regions outside of what was put in, asked for again: what « stale » on the bus makes a browser do."""
    there = {id(x) for root in fresh for x in root.walk()}
    for region in page.all(**{"data-src": True}):
        if (
            id(region) in there
            or region.up("template")
            or any("data-src" in a.attributes for a in region.around)
        ):
            continue
        answer = browser.get(region.attributes["data-src"], headers=HTMX)
        if answer.status_code == 200:
            new = list(markup.read(answer.text).elements)
            keep_open(browser, region, new)
            region.put(list(new))
        elif answer.status_code == 404:
            region.put([])


def filled(form: Element) -> dict[str, Any]:
    """What a browser would send, with something typed where nothing is."""
    sent: dict[str, Any] = {}
    for e in form.walk():
        name = e.get("name")
        if not name or e.up("noscript"):
            continue
        kind = e.get("type")
        if e.tag == "select":
            chosen = e.all("option", selected=True) or e.all("option")[:1]
            sent[name] = chosen[0].get("value") if chosen else ""
        elif e.tag == "textarea":
            sent[name] = e.text.strip() or "Trois décisions par semaine"
        elif e.tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in e.attributes:
                sent[name] = e.get("value", "on")
        elif e.tag == "input":
            sent[name] = e.get("value") or TYPED.get(name, "")
        elif (
            e.tag == "button"
            and e.get("type") == "submit"
            and e.get("value")
            and "formnovalidate" not in e.attributes
        ):
            sent.setdefault(name, e.get("value"))  # the first of the answers that they are is pressed
    return sent


TYPED = {
    "name": "Camille Duvernet",
    "email": "camille@sauvelande.example",
    "address": "camille@sauvelande.example",
    "given_name": "Camille",
    "family_name": "Duvernet",
    "value": "3",
}


def told(wrong: Iterable[str]) -> str:
    """Each fault once, on a line."""
    return "\n".join(["", *dict.fromkeys(crawl.UUID.sub("…", w) for w in wrong)])


def normal(e: Element | None) -> str:
    """The tree as text, without what is new at each writing."""
    assert e is not None
    return "\n".join(_lines(e))


def _lines(e: Element, depth: int = 0) -> Iterator[str]:
    if e.id in PASSING or e.tag == "hx-partial":
        return
    attributes = dict(e.attributes)
    if attributes.get("name") in FRESH and e.tag == "input":
        attributes["value"] = "…"
    said = "".join(f' {n}="{v}"' for n, v in sorted(attributes.items()))
    yield f"{' ' * depth}<{e.tag}{said}>"
    for child in e.children:
        if isinstance(child, Element):
            yield from _lines(child, depth + 1)
        elif child.strip():
            yield f"{' ' * depth} {' '.join(child.split())}"


def difference(mine: str, theirs: str) -> str:
    """The first lines that differ."""
    one, other = mine.split("\n"), theirs.split("\n")
    for n, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return f"« {a.strip()[:160]} » where a fresh page has « {b.strip()[:160]} » (line {n}; {len(one)}, {len(other)})"
    return f"{len(one)} lines, {len(other)} in a fresh page: {(one + other)[min(len(one), len(other))].strip()[:160]}"

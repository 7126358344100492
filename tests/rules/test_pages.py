"""Every page that a person can reach by links: what holds for all of them, and no link that leads nowhere."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests import crawl
from tests.crawl import Seen, Walk
from tests.markup import Element
from webapp.live.frames import Fault
from webapp.live.presence import section
from webapp.security import HEADERS

NB = "\u00a0"
CONTROLS = ("input", "select", "textarea")
# Names that a page may say more than once, or whose words are the browser's
UNLABELLED = ("hidden", "submit", "button", "image")
NAMING = "for aria-labelledby aria-describedby aria-controls popovertarget data-picker data-count-for list form".split()


@pytest.fixture(scope="session", params=["fr", "en"])
def walk(server: Any, application: Any, request: pytest.FixtureRequest) -> Walk:
    return crawl.walked(server, application, request.param)


def test_every_link_leads_somewhere(walk: Walk) -> None:
    wrong = [f"{s}: {s.status}, from {s.by}" for s in walk.seen if s.status not in (200, 303)]
    assert wrong == []


def test_every_page_is_reached_by_a_link(server: Any, application: Any) -> None:
    """Doors that nobody finds; those below are opened by a mail, by an act or by a script."""
    opened_otherwise = {
        "static", "health.index", "demo.enter",
        "signing_in.link", "signing_in.code", "signing_in.second", "signing_in.fresh", "signing_in.done", "signing_in.here", "signing_in.prove",
        "invitations.show", "invitations.mine", "invitations.staff", "invitations.staff_mine", "invitations.staff_again", "mails.stop", "links.show", "search.index",
        "people.address_code", "people.address_removal", "people.new_address", "people.passkey_removal", "people.offer", "people.application",
        "files.get", "handover.leave", "handover.index", "calendars.feed", "agreement_signing.talk", "roadmap_acts.sharing",
        "life.resuming", "report.issuing",  # once a mission is suspended, once a mentee has read
    }  # fmt: skip
    walk = crawl.walked(server, application)  # in English fewer people walk
    adapter = application.url_map.bind("localhost")
    reached = {
        adapter.match(s.address.partition("?")[0], method="GET")[0] for s in walk.seen if s.status < 400
    }
    doors = {r.endpoint for r in application.url_map.iter_rules() if "GET" in r.methods}
    assert doors - reached - opened_otherwise == set()


def test_a_door_has_one_address(application: Any) -> None:
    """With two rules, the address that a page shows hangs on the method by which the page itself was asked."""
    rules = Counter(r.endpoint for r in application.url_map.iter_rules())
    assert [endpoint for endpoint, count in rules.items() if count > 1] == []


def test_addresses_are_kebab_case(application: Any) -> None:
    for rule in application.url_map.iter_rules():
        plain = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/-]*(\.ics)?", plain), rule.rule
        assert all(
            re.match(r"uuid:|path:filename|token|company|door", a)
            for a in re.findall(r"<([^>]+)>", rule.rule)
        ), rule.rule


def test_pages_are_well_formed(walk: Walk) -> None:
    for seen in walk.pages:
        try:
            assert seen.page.children, str(seen)
        except AssertionError as wrong:
            raise AssertionError(f"{seen}: {wrong}") from None


def test_headers(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        for name, value in {**HEADERS, "Cache-Control": "no-store"}.items():
            if seen.headers.get(name) != value:
                yield f"{name}: {seen.headers.get(name)}"
        if "unsafe" in seen.headers["Content-Security-Policy"]:
            yield "unsafe"
        if seen.status == 200 and "Cookie" not in seen.headers.get("Vary", ""):
            yield "no Vary: Cookie"

    assert walk.faults(rule) == {}


def test_one_h1_and_a_title_that_begins_with_it(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        h1 = seen.page.all("h1")
        if len(h1) != 1:
            yield f"{len(h1)} h1"
            return
        title = seen.page.all("title")[0].words
        if not title.endswith(f"{NB}· Trialogue"):
            yield f"title: {title}"
        if not title.startswith((h1[0].words, *(h1[0].words[:n] for n in (60,) if len(h1[0].words) > n))):
            yield f"title « {title} », h1 « {h1[0].words} »"

    assert walk.faults(rule) == {}


def test_headings_go_down_by_one(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        before = 1
        for heading in shown(seen.page, "h1", "h2", "h3", "h4", "h5", "h6"):
            level = int(heading.tag[1])
            if level > before + 1:
                yield f"h{before} then h{level}: {heading.words}"
            if not heading.words:
                yield "an empty heading"
            before = level

    assert walk.faults(rule) == {}


def test_language(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        said = [e.get("lang") for e in seen.page.all("html")]
        if said != [seen.language]:
            yield f"lang {said}"

    assert walk.faults(rule) == {}


def test_landmarks(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        main = seen.page.all("main")
        if [m.id for m in main] != ["main"]:
            yield f"{len(main)} main"
        skip = seen.page.all("a", href="#main")
        if not skip:
            yield "no way straight to the content"
        for tag in ("nav", "aside"):
            found = seen.page.all(tag)
            names = Counter(named(seen.page, e) for e in found)
            if len(found) > 1 and ("" in names or max(names.values()) > 1):
                yield f"{tag} without a name of their own: {dict(names)}"

    assert walk.faults(rule) == {}


def test_ids_are_unique_and_what_names_them_finds_them(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        ids = Counter(e.id for e in seen.page.walk() if e.id is not None)
        yield from (
            f"{count} × id={name!r}" for name, count in ids.items() if count > 1 or not name or " " in name
        )
        for e in seen.page.walk():
            for attribute in NAMING:
                for name in (e.get(attribute) or "").split():
                    if name not in ids:
                        yield f"{attribute}={name} names nothing"
            if e.tag == "a" and (e.get("href") or "").startswith("#") and e.attributes["href"][1:] not in ids:
                yield f"{e.attributes['href']} leads nowhere"
            if e.get("hx-target", "").startswith("#") and e.attributes["hx-target"][1:] not in ids:
                yield f"hx-target={e.attributes['hx-target']} names nothing"

    assert walk.faults(rule) == {}


def test_every_section_is_one_that_the_server_hears(walk: Walk) -> None:
    """A name that presence cannot read closes the socket of whoever puts the caret there."""

    def rule(seen: Seen) -> Iterator[str]:
        for e in seen.page.all(**{"data-section": True}):
            try:
                section(e.get("data-section"))
            except Fault:
                yield f"data-section={e.get('data-section')}"

    assert walk.faults(rule) == {}


def test_every_control_has_a_name(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        labels = {e.get("for") for e in seen.page.all("label") if e.words}
        for e in seen.page.all(*CONTROLS):
            inside = e.up("label")
            if (
                e.get("type") in UNLABELLED
                or e.id in labels
                or named(seen.page, e)
                or (inside and inside.words)
            ):
                continue
            yield f"no label: {e}"
        for e in seen.page.all("button", "a", "summary"):
            if not e.words and not named(seen.page, e):
                yield f"no words: {e}"

    assert walk.faults(rule) == {}


def test_every_form_posts_somewhere_with_its_token(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        for form in seen.page.all("form"):
            method = (form.get("method") or "").lower()
            if method not in ("post", "get") or not form.get("action"):
                yield f"{form} without action or method"
            tokens = [e for e in form.all("input", name="csrf_token") if e.get("value")]
            # the demonstration's buttons are for scripts too: their door checks the origin instead
            if (
                method == "post"
                and len(tokens) != 1
                and not form.attributes["action"].startswith("/demo/sign-in/")
            ):
                yield f"{len(tokens)} tokens: {form}"
            if method == "get" and tokens:
                yield f"a token in an address: {form}"
            if form.get("hx-post") not in (None, form.get("action")):
                yield f"htmx posts elsewhere: {form}"
            if not [b for b in form.all("button") if b.get("type", "submit") == "submit"] and not form.get(
                "hx-trigger"
            ):
                yield f"nothing sends {form}"
        for button in seen.page.all("button"):
            if button.get("type") not in ("button", "submit"):
                yield f"a button of no type: {button}"

    assert walk.faults(rule) == {}


def test_every_posted_address_is_a_door(application: Any, walk: Walk) -> None:
    adapter = application.url_map.bind("localhost")

    def rule(seen: Seen) -> Iterator[str]:
        for e in seen.page.walk():
            for attribute in ("action", "formaction", "hx-post", "data-order-url"):
                address = e.get(attribute)
                method = "GET" if e.tag == "form" and e.get("method") == "get" else "POST"
                if address and not adapter.test(address.partition("?")[0], method=method):
                    yield f"{attribute}={address}"

    assert walk.faults(rule) == {}


def test_no_script_or_style_in_a_page(walk: Walk) -> None:
    def rule(seen: Seen) -> Iterator[str]:
        for e in seen.page.walk():
            if e.tag == "style" or (e.tag == "script" and (not e.get("src") or e.words)):
                yield f"inline {e}"
            for name, value in e.attributes.items():
                if (
                    name == "style"
                    or name.startswith(("on", "hx-on"))
                    or "javascript:" in value
                    or value.startswith("js:")
                ):
                    yield f"{name} on {e.tag}"
                if (
                    name in ("src", "href")
                    and re.match(r"(https?:)?//", value)
                    and not value.startswith("http://localhost")
                ):
                    yield f"from elsewhere: {value}"

    assert walk.faults(rule) == {}


def test_every_icon_and_built_file_exists(application: Any, walk: Walk) -> None:
    client = application.test_client()
    named_: dict[str, set[str]] = {}
    for seen in walk.pages:
        for e in seen.page.walk():
            for attribute in ("href", "src"):
                address = e.get(attribute) or ""
                if address.startswith("/static/"):
                    path, _, symbol = address.partition("#")
                    named_.setdefault(path, set()).add(symbol)
    for path, symbols in named_.items():
        with client.get(path) as answer:
            assert answer.status_code == 200, path
            for symbol in symbols - {""}:
                assert f'id="{symbol}"' in answer.text, f"{path}#{symbol}"


def test_nothing_of_python_shows(walk: Walk) -> None:
    """« None », a class's name, a lazy string that nobody read: what a template prints by mistake."""
    slip = re.compile(
        r"\bNone\b|\bTrue\b|\bFalse\b|<[A-Za-z_.]+ object|Undefined|%\(\w+\)|\{\{|UUID\(|datetime\."
    )

    def rule(seen: Seen) -> Iterator[str]:
        for line in seen.page.lines():
            if slip.search(line):
                yield line
        for e in seen.page.walk():
            for name, value in e.attributes.items():
                if name != "hx-headers:inherited" and slip.search(value):
                    yield f"{name}={value}"

    assert walk.faults(rule) == {}


def badges(root: Element) -> list[Element]:
    return [e for e in root.walk() if "audience" in (e.get("class") or "").split()]


def test_what_is_written_by_people_says_who_reads_it(walk: Walk) -> None:
    """One badge says who reads each block of content: its own, or that of the list whose rule it follows."""

    def rule(seen: Seen) -> Iterator[str]:
        above = [e for e in badges(seen.page) if not e.up("article")]
        for block in seen.page.all("article"):
            if "objective" in (block.get("class") or "").split():
                own = badges(block)
                if len(own) > 1 or not own + above:
                    yield f"{len(own)} badges on an objective, {len(above)} above it"
        for list_ in seen.page.all(id="objectives"):
            if len([e for e in badges(list_) if not e.up("article")]) != 1:
                yield "the list of objectives has not one badge"

    assert walk.faults(rule) == {}


def test_a_page_of_a_mission_says_who_reads_it(walk: Walk) -> None:
    page = re.compile(rf"/missions/{crawl.UUID.pattern}(/people|/objectives[^?]*)?(\?.*)?$")

    def rule(seen: Seen) -> Iterator[str]:
        question = seen.page.by_id("share") or seen.page.all("form", **{"class": "confirm"})
        if page.search(seen.address) and not badges(seen.page) and not question:
            yield "a page of a mission that does not say who reads it"
        for badge in seen.page.all(**{"data-audience": True}):
            if badge.get("data-audience") not in ("author", "pair", "parties", "group", "everyone", "staff"):
                yield f"{badge}"
            if not badge.words:
                yield f"a badge without words: {badge}"

    assert walk.faults(rule) == {}


def test_no_title_holds_what_people_wrote_about_each_other(walk: Walk) -> None:
    """A title is read over a shoulder: the name of the mission, never a wording."""
    wordings = {c for c in walk.content if len(c) > 80}

    def rule(seen: Seen) -> Iterator[str]:
        title = " ".join(t.words for t in seen.page.all("title"))
        if any(w in title for w in wordings):
            yield title

    assert walk.faults(rule) == {}


def shown(root: Element, *tags: str) -> list[Element]:
    """Without what waits in templates and dialogs, which are pieces of their own."""
    return [e for e in root.all(*tags) if not (e.up("template") or e.up("dialog"))]


def named(page: Element, e: Element) -> str:
    """Its name by attribute: aria-label, or the words that aria-labelledby points to."""
    if label := e.get("aria-label"):
        return label
    found = (page.by_id(name) for name in (e.get("aria-labelledby") or "").split())
    return " ".join(f.words for f in found if f)

"""A walk through every link, as each person of the small world and of the demonstration, in either language.

Made once by a process, then read by every law about pages. What is asked plainly is kept as a page; nothing is posted,
but for signing in.
"""

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tests import markup, seeded
from tests.conftest import DEEP, _at, _driver
from tests.markup import Element

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ALIKE = 1_000 if DEEP else 2  # addresses that differ by an id alone: each person opens so many of them
# One person for each place that one may have: in English what differs is words, which do not hang on who reads them
PLACES = ("Inès", "Hélène", "Solange", "Yann", "Aliénor")
LIMIT = 400  # addresses a person: a page that links to ever new ones would never end


@dataclass
class Seen:
    """What was answered at an address; ``by``: the page that links to it (none for where the walk began)."""

    who: str
    address: str
    by: str | None
    status: int
    headers: dict[str, str]
    html: str
    language: str
    location: str | None = None

    @functools.cached_property
    def page(self) -> Element:
        return markup.read(self.html)

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html") and not 300 <= self.status < 400

    def __str__(self) -> str:
        return f"{self.address} as {self.who} ({self.language})"


@dataclass
class Walk:
    """All that was seen, and the words that people themselves wrote."""

    seen: list[Seen] = field(default_factory=list)
    content: set[str] = field(default_factory=set)

    @property
    def pages(self) -> list[Seen]:
        return [s for s in self.seen if s.is_page]

    def faults(self, rule: Callable[[Seen], Iterator[str]]) -> dict[str, list[str]]:
        """For each fault, the first pages that have it: identical ones are told once."""
        found: dict[str, list[str]] = {}
        for seen in self.pages:
            for fault in rule(seen):
                found.setdefault(UUID.sub("…", fault), []).append(str(seen))
        return {fault: where[:2] for fault, where in found.items()}


_walks: dict[str, Walk] = {}


def walked(server: Any, application: Any, language: str = "fr") -> Walk:
    """The walk in a language, through the small world and through the demonstration."""
    if language not in _walks:
        walk = _walks[language] = Walk()
        if language == "fr":  # in English the demonstration is enough: what differs is words
            _through_the_small_world(walk, server, application, language)
        with (
            seeded.database(server, application) as client,
            seeded.superuser(server, client) as admin,
            speaking(admin, language),
        ):
            walk.content |= words_kept(admin)
            for who, entered in everybody(application):
                if DEEP or language == "fr" or who.startswith(PLACES):
                    _follow(walk, entered, who, "/", language)
            client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
            _follow(walk, client, "a visitor of the demonstration", "/demo", language)
    return _walks[language]


def _through_the_small_world(walk: Walk, server: Any, application: Any, language: str) -> None:
    with _small(server, application) as admin, speaking(admin, language):
        walk.content |= words_kept(admin)
        for who, someone in server.world.people.items():
            client = application.test_client()
            client.set_cookie("sid", someone.token)
            _follow(walk, client, who, "/", language)
        client = application.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        _follow(walk, client, "a visitor", "/sign-in", language)


def everybody(application: Any) -> Iterator[tuple[str, Any]]:
    """Each person of the demonstration on the present database, with a browser that they entered."""
    listed = application.test_client().get("/demo", headers={"Accept": "application/json"}).get_json()
    for person in listed:
        client = application.test_client()
        assert client.post(person["sign_in"]).status_code == 303
        yield person["name"], client


@contextmanager
def _small(server: Any, application: Any) -> Iterator[sa.Connection]:
    name = server.copy()
    engine = sa.create_engine(
        _driver(_at(str(server.url), name)), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    try:
        with seeded._on(server, application, name), engine.connect() as admin:
            yield admin
    finally:
        engine.dispose()
        server.drop(name)


@contextmanager
def speaking(admin: sa.Connection, language: str) -> Iterator[None]:
    """Everybody reads in that language."""
    admin.execute(sa.text("update person set language = :l"), {"l": language})
    yield


def words_kept(admin: sa.Connection) -> set[str]:
    """Every text in the database: what people wrote, which no law about our words binds."""
    columns = admin.execute(
        sa.text(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " and data_type in ('text', 'character varying', 'jsonb')"
        )
    ).all()
    found: set[str] = set()
    for table, column in columns:
        rows = admin.execute(
            sa.text(f'select distinct "{column}"::text from "{table}" where "{column}" is not null')
        )
        for (said,) in rows:
            found |= {
                re.sub(r"[ \t]+", " ", line).strip()
                for line in said.split("\n")
                if not line.startswith(("{", "[", '"'))
            }
            found |= set(re.findall(r'"((?:[^"\\]|\\.)*)"', said))
    return {f for f in found if len(f) > 2}


def _follow(walk: Walk, client: Any, who: str, start: str, language: str, most: int = ALIKE) -> None:
    """Ask for an address, and for all that it leads to; of those that differ by an id alone, so many."""
    todo: list[tuple[str, str | None]] = [(start, None)]
    known = {start}
    alike: Counter[str] = Counter()
    while todo:
        address, by = todo.pop(0)
        answer = client.get(address)
        seen = Seen(
            who, address, by, answer.status_code, dict(answer.headers), _words(answer), language,
            answer.headers.get("Location"),
        )  # fmt: skip
        walk.seen.append(seen)
        assert len(known) < LIMIT, f"{who} finds ever new addresses: {sorted(known)[-3:]}"
        for link in links(seen):
            shape = UUID.sub("…", link)
            if link not in known and alike[shape] < most:
                alike[shape] += 1
                known.add(link)
                todo.append((link, address))


def _words(answer: Any) -> str:
    """A file that is saved has none."""
    body: bytes = answer.get_data()
    return body.decode() if answer.mimetype.startswith("text/") else ""


def links(seen: Seen) -> list[str]:
    """Where one can go from there, on this site: links, what htmx would get, where a redirect leads."""
    if seen.location is not None:
        found = [seen.location]
    elif seen.is_page and seen.status == 200:
        found = [
            e.attributes[n]
            for e in seen.page.walk()
            for n in ("href", "hx-get", "data-src")
            if n in e.attributes and e.tag not in ("link", "use")
        ]
    else:
        found = []
    here = urljoin("http://localhost/", seen.address)
    absolute = (urlsplit(urljoin(here, f)) for f in found)
    return [
        a.path + (f"?{a.query}" if a.query else "")
        for a in absolute
        if a.hostname == "localhost" and not a.path.startswith("/static/")
    ]

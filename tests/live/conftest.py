"""Servers on this test's database, objectives with their documents, pages of the people of the small world."""

import asyncio
import inspect
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.documents import log
from tests.conftest import SECRET
from tests.live.page import Page, Server
from tests.world import T
from webapp.config import role_password, with_login


@pytest.fixture
def environ(database: str) -> dict[str, str]:
    url = with_login(database, "trialogue_app", role_password(SECRET, "trialogue_app"))
    return {"DATABASE_URL": url, "TRIALOGUE_SECRET": SECRET, "TRIALOGUE_DEMO": "0"}


@pytest.fixture
def serve(environ: dict[str, str]) -> Iterator[Callable[[int], list[Server]]]:
    """``serve(2)``: two web processes of the product on this test's database."""
    started: list[Server] = []

    def servers(count: int = 1) -> list[Server]:
        new = [Server(environ) for _ in range(count)]
        started.extend(new)
        return [s.ready() for s in new]

    yield servers
    codes = [s.end() for s in started]
    assert codes, "a test of the socket starts a server"


class Made:
    """An objective with its document, written as the superuser."""

    def __init__(
        self, c: sa.Connection, world: Any, mission: str, author: str, audience: str, kind: str, words: str
    ) -> None:
        where = world.missions[mission]
        self.where = where
        self.strand = where.strands[0] if audience != "everyone" else None
        self.zone, self.id, self.document = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
        ids = {"company_id": where.company_id}
        by = world.people[author].contacts[where.company]
        c.execute(T["zone"].insert().values(
            **ids, id=self.zone, mission_id=where.id, strand_id=self.strand, kind=kind, audience=audience,
            author_id=by, rule_id=where.rule_id,
        ))  # fmt: skip
        c.execute(T["document"].insert().values(
            **ids, id=self.document, zone_id=self.zone, kind="objective", subject_id=self.id,
        ))  # fmt: skip
        c.execute(T["objective"].insert().values(
            **ids, id=self.id, zone_id=self.zone, mission_id=where.id, strand_id=self.strand, author_id=by,
            document_id=self.document, position=None if audience == "author" else 1,
            shared_at=None if audience == "author" else sa.func.now(),
        ))  # fmt: skip
        key = {**ids, "document_id": self.document, "zone_id": self.zone}
        c.execute(T["document_snapshot"].insert().values(**key, data=log.seed({"wording": words}), head=0))
        for root in ("wording", "indicator", "notes"):
            text = words if root == "wording" else ""
            c.execute(T["document_text"].insert().values(
                **key, root=root, text=text, hash="", head=0, settled_text=text, settled_head=0, writers=[]
            ))  # fmt: skip

    @property
    def doc(self) -> str:
        return str(self.document)

    @property
    def page(self) -> str:
        return f"objectives:{self.where.id}:{self.where.strands[0]}"


@pytest.fixture
def objective(superuser: sa.Connection, world: Any) -> Callable[..., Made]:
    """``objective(words="…", audience="parties", author="ines", mission="solo")``."""

    def made(
        words: str = "",
        audience: str = "parties",
        author: str = "ines",
        mission: str = "solo",
        kind: str = "objectives",
    ) -> Made:
        return Made(superuser, world, mission, author, audience, kind, words)

    return made


@pytest.fixture
def visit(world: Any) -> Callable[..., Page]:
    """``visit(server, "ines", of)``: the page of that objective, in the hands of somebody."""

    def opened(server: Server, who: str | None, of: Made, **more: Any) -> Page:
        token = world.people[who].token if who else ""
        return Page(server.port, token, more.pop("slug", of.where.slug), more.pop("key", of.page), **more)

    return opened


@pytest.fixture
def log_of(superuser: sa.Connection) -> Callable[[Made], list[bytes]]:
    """The log of a document, as it is in the database."""

    def rows(of: Made) -> list[bytes]:
        u = T["document_update"]
        first = superuser.scalar(sa.select(T["document_snapshot"].c.data).filter_by(document_id=of.document))
        rest = superuser.scalars(sa.select(u.c.data).filter_by(document_id=of.document).order_by(u.c.id))
        return [first, *rest]

    return rows


@pytest.fixture
def text_of(log_of: Callable[[Made], list[bytes]]) -> Callable[[Made], str]:
    """The wording of a document, as the database has it."""

    def read(of: Made) -> str:
        return log.texts(log.load(log_of(of)), ["wording"])["wording"]

    return read


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test that is a coroutine runs in an event loop, and a thread, of its own: browsers keep a loop in the main one."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    with ThreadPoolExecutor(1) as alone:
        alone.submit(asyncio.run, pyfuncitem.obj(**wanted)).result()
    return True

"""Real browsers on a server of the test's own: one process of the product, the test's database, Chromium."""

import contextlib
import os
import shutil
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SECRET
from tests.serving import Process
from webapp.config import role_password, with_login
from webapp.setup import chromium

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, (chromium.SHELL, *chromium.NAMES))), None
)
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
PATIENCE = 8_000  # milliseconds: ten failures at Playwright's 30 s cost five minutes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests skip; in CI they are an error, or nobody would notice."""
    here = [i for i in items if Path(__file__).parent in i.path.parents]
    if CHROMIUM or not here:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("Chromium introuvable en CI")
    for item in here:
        item.add_marker(pytest.mark.skip(reason="Chromium introuvable (ou CHROMIUM=…)"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGS}


class Site:
    """One web process. ``kill`` and ``start`` are the same address again: the port stays bound meanwhile."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(512)
        self.url = f"http://localhost:{self.socket.getsockname()[1]}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("TRIALOGUE_", "COV"))}
        self.environ = kept | environ | {"TRIALOGUE_PUBLIC_URL": self.url}
        self.start()

    def start(self) -> None:
        self.process = Process(self.socket, self.environ)

    def ready(self) -> "Site":
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"{self.url}/sign-in", timeout=30)
        assert self.process.poll() is None, "the server did not start"
        return self

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(15)
        self.socket.close()


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    url = with_login(database, "trialogue_app", role_password(SECRET, "trialogue_app"))
    kept = str(tmp_path / "files")  # where ``app`` keeps its own: what a job seals there is served from there
    made = Site(
        {"DATABASE_URL": url, "TRIALOGUE_SECRET": SECRET, "TRIALOGUE_DEMO": "0", "TRIALOGUE_FILES": kept}
    )
    yield made.ready()
    made.end()


@pytest.fixture
def visit(browser: Any, site: Site, world: Any) -> Iterator[Callable[..., Any]]:
    """``visit("ines", "/profile")``: a page of a browser of her own. ``page.faults``: what its console complained of."""
    contexts = []

    def opened(who: str | None = None, address: str | None = None, **options: Any) -> Any:
        context = browser.new_context(base_url=site.url, locale="fr-FR", **options)
        contexts.append(context)
        if who is not None:
            context.add_cookies([{"name": "sid", "value": world.people[who].token, "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on(
            "console", lambda said: page.faults.append(said.text) if "Content Security" in said.text else None
        )
        if address is not None:
            page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()

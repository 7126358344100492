"""A browser without scripts: it keeps cookies, sends the token of the form that it saw, and can be handed a code."""

import re
from typing import Any

import psycopg
import sqlalchemy as sa

from tenants.people import codes
from tenants.people.codes import Issued
from tests.conftest import SECRET
from webapp.setup.database import as_role

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Visitor:
    """One browser. ``ip`` is the address that it comes from; two visitors share nothing."""

    def __init__(self, app: Any, ip: str = "192.0.2.1") -> None:
        self.client = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = ip
        self.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
        self.token = ""

    def get(self, address: str, **headers: str) -> Any:
        return self._seen(self.client.get(address, headers=headers))

    def post(self, path: str, /, *, headers: dict[str, str] | None = None, **form: Any) -> Any:
        return self._seen(self.client.post(path, data={"csrf_token": self.token, **form}, headers=headers))

    def json(self, address: str, body: Any) -> Any:
        return self.client.post(address, json=body, headers={"X-CSRF-Token": self.token})

    def follow(self, response: Any) -> Any:
        return self.get(response.headers["Location"])

    def ask(self, address: str, next_path: str = "/") -> Any:
        self.get("/sign-in")
        return self.post("/sign-in", address=address, next=next_path)

    def cookie(self, name: str = "sid") -> str | None:
        found = self.client.get_cookie(name)
        return found.value if found else None

    def _seen(self, response: Any) -> Any:
        if found := re.search(r'name="csrf_token" value="([^"]+)"', response.get_data(as_text=True)):
            self.token = found[1]
        return response


class Mailbox:
    """What the worker does at the moment of sending, without the mail: it makes the code of the last request."""

    def __init__(self, database: str, superuser: sa.Connection) -> None:
        self.url = as_role(database, "trialogue_jobs", SECRET)
        self.superuser = superuser

    def last(self) -> Any:
        return self.superuser.execute(
            sa.text("select * from sign_in_request order by asked_at desc limit 1")
        ).one()

    def open(self) -> Issued | None:
        with psycopg.connect(self.url) as connection:
            return codes.issue_code(connection, self.last().id, SECRET.encode())


def text_of(response: Any) -> str:
    """The words of a page, its entities read, no-break spaces made plain."""
    import html

    bare = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return " ".join(html.unescape(bare).replace("\u00a0", " ").replace("\u202f", " ").split())

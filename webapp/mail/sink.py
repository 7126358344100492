"""A mail server that keeps what it receives in memory, for the demonstration and the tests.

Why in memory: a mail carries codes and links, which must never rest in a table. It listens on loopback only; the
listing is JSON at an address that cannot be guessed, and answers no other host name (a page of the web cannot read it).
"""

import asyncio
import json
import logging
import re
import secrets
import threading
from collections import deque
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's: it would write whole mails
LINK = re.compile(r"https?://[^\s<>\"']+")
KEPT = 500  # mails; the oldest go first
LARGEST = 2_000_000  # bytes of one mail
PATIENCE = 60.0  # seconds to begin listening: a busy machine is no fault


class FreePort(Controller):
    """aiosmtpd's controller, able to take port 0: the number is read once the server listens."""

    def _trigger_server(self) -> None:
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd types none of its methods


class Sink:
    """Receives by SMTP (``smtp_url``), shows by HTTP (``http_url``). ``refusing`` answers 451 to every mail."""

    def __init__(self, kept: int = KEPT) -> None:
        self._mails: deque[dict[str, Any]] = deque(maxlen=kept)
        self._arrived = threading.Condition()
        self.refusing = False
        self._controller = FreePort(
            self, hostname="127.0.0.1", port=0, data_size_limit=LARGEST, ready_timeout=PATIENCE
        )

    def start(self) -> "Sink":
        """Listen, in threads of this process."""
        self._controller.start()
        self._web = listing(self)
        threading.Thread(target=self._web.serve_forever, name="mails", daemon=True).start()
        return self

    def stop(self) -> None:
        """Listen no more."""
        self._controller.stop()
        self._web.shutdown()
        self._web.server_close()

    @property
    def smtp_url(self) -> str:
        """Where mails are handed in."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    @property
    def http_url(self) -> str:
        """Where they are listed."""
        return f"http://127.0.0.1:{self._web.server_port}{self._web.path}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        """Keep one mail (aiosmtpd calls it)."""
        if self.refusing:
            return "451 4.3.0 not now"
        raw = envelope.original_content or b""
        with self._arrived:
            self._mails.append(read(message_from_bytes(raw, policy=policy.default), envelope.rcpt_tos))
            self._arrived.notify_all()
        return "250 kept in memory"

    def newest_first(self) -> list[dict[str, Any]]:
        """Every mail kept."""
        with self._arrived:
            return list(reversed(self._mails))

    def to(self, address: str) -> list[dict[str, Any]]:
        """The mails to one address, newest first."""
        return [m for m in self.newest_first() if address in m["to"]]

    def wait(self, number: int = 1, *, to: str | None = None, seconds: float = 10) -> list[dict[str, Any]]:
        """The mails (to that address), newest first, as soon as there are ``number`` of them. Raises TimeoutError."""

        def found() -> list[dict[str, Any]]:
            return [m for m in reversed(self._mails) if to is None or to in m["to"]]

        with self._arrived:
            if not self._arrived.wait_for(lambda: len(found()) >= number, timeout=seconds):
                raise TimeoutError(f"{len(found())} mails came, {number} awaited")
            return found()

    def empty(self) -> None:
        """Forget what came."""
        with self._arrived:
            self._mails.clear()


def read(message: EmailMessage, recipients: list[str]) -> dict[str, Any]:
    """One mail as the listing shows it: decoded headers, both parts, and the links of the text, in its order."""
    text, html = (_part(message, kind) for kind in ("plain", "html"))
    return {
        "to": ", ".join(recipients),
        "subject": str(message["Subject"] or ""),
        "text": text,
        "html": html,
        "at": datetime.now(UTC).isoformat(),
        "headers": {name: str(value) for name, value in message.items()},
        "calendar": _calendar(message),
        "links": list(dict.fromkeys(found.rstrip(".,;:!?)") for found in LINK.findall(text))),
    }


def _calendar(message: EmailMessage) -> dict[str, str] | None:
    """What the mail asks of a diary: its method and its text."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            return {"method": str(part.get_param("method")), "text": str(part.get_content())}
    return None


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


class Listing(ThreadingHTTPServer):
    """The listing on a free port, at a path that cannot be guessed."""

    daemon_threads = True
    path = ""
    sink: Sink


def listing(sink: Sink) -> Listing:
    """The server of one sink's mails, not yet serving."""
    server = Listing(("127.0.0.1", 0), _Answer)
    server.sink, server.path = sink, f"/{secrets.token_urlsafe(16)}"
    return server


class _Answer(BaseHTTPRequestHandler):
    server: Listing

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if self.path != self.server.path or host not in {"127.0.0.1", "localhost"}:
            self.send_error(404)
            return
        body = json.dumps(self.server.sink.newest_first()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the path is a secret."""


def start() -> tuple[str, str]:
    """Start a sink in threads of this process, for as long as it lives: (address for SMTP, address of the listing)."""
    sink = Sink().start()
    return sink.smtp_url, sink.http_url

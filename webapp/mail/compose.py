"""One mail from two templates, in the reader's language: text and HTML, a neutral subject, one recipient.

Why two templates and no conversion: the text part is read by screen readers, watches and filters; it is written, not
derived. The first line of the text template is the subject. Styles are inlined here; no style is ever loaded.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, cast

import css_inline
from flask import current_app
from jinja2 import Environment

from webapp.formats import now, speaking

KEPT = "\u00a0\u202f"  # French typography, which str.isprintable() refuses
UNFOLDED = SMTP.clone(
    max_line_length=998
)  # folding would encode a long link into what no mail reader follows
INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)


class Unaddressable(Exception):
    """Not one e-mail address. The address is not in the words: they may end in a log."""


@dataclass(frozen=True)
class Mail:
    """What to say, to whom. ``key`` names the mail, once and for all: the same key and recipient, the same Message-ID.

    ``sender`` is the name before the address (the firm's); ``stop`` the address that ends these mails, for digests;
    ``calendar`` a method (REQUEST, CANCEL) and what it asks of the reader's diary.
    """

    template: str
    to: str
    locale: str
    key: str
    sender: str = ""
    stop: str | None = None
    calendar: tuple[str, bytes] | None = None
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)


def compose(mail: Mail, mail_from: str) -> EmailMessage:
    """The message ready to post. Raises Unaddressable for what is not one address."""
    values = {name: _clean(value) for name, value in mail.values.items()}
    values |= {"locale": mail.locale, "stop": mail.stop}
    with speaking(mail.locale):
        subject, text = _subject_and_text(_plain().get_template(f"mail/{mail.template}.txt").render(values))
        page = current_app.jinja_env.get_template(f"mail/{mail.template}.html")
        html = page.render(values, subject=subject)
    message = EmailMessage(policy=UNFOLDED)
    _, address = parseaddr(mail_from)
    message["From"] = Address(_one_line(mail.sender) or "Trialogue", addr_spec=address)
    message["To"] = recipient(mail.to)
    message["Subject"] = subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = message_id(mail.key, mail.to, address.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if mail.stop:
        message["List-Unsubscribe"] = f"<{mail.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(INLINER.inline(html), subtype="html", charset="utf-8", cte="quoted-printable")
    if mail.calendar is not None:
        method, body = mail.calendar
        message.add_alternative(
            body.decode(), subtype="calendar", charset="utf-8", cte="base64", params={"method": method}
        )
    message["Content-Language"] = mail.locale  # after the parts: making them would move it into the first
    return message


def recipient(typed: str) -> Address:
    """One recipient and no more, its domain in the letters that every mail server knows. Raises Unaddressable."""
    name, _, domain = typed.rpartition("@")
    try:
        return Address(addr_spec=f"{name}@{domain.encode('idna').decode('ascii')}")
    except (
        ValueError,
        IndexError,
        HeaderParseError,
    ):  # the standard library's, each with the address in its words
        raise Unaddressable from None


def message_id(key: str, recipient: str, domain: str) -> str:
    """Stable per key and recipient: a job that runs twice sends the same message twice, not two messages."""
    digest = hashlib.sha256(f"{key}\0{recipient}".encode()).hexdigest()
    return f"<{digest[:40]}@{domain or 'localhost'}>"


def _plain() -> Environment:
    """The application's templates, for text: nothing is escaped, and an end of line after a tag is kept."""
    found = current_app.extensions.get("mail_text")
    if found is None:
        found = current_app.jinja_env.overlay(autoescape=False, trim_blocks=False, lstrip_blocks=False)
        current_app.extensions["mail_text"] = found
    return cast(Environment, found)


def _subject_and_text(rendered: str) -> tuple[str, str]:
    subject, _, text = rendered.strip().partition("\n")
    lines = [line.rstrip() for line in text.strip().split("\n")]
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    return _one_line(subject), "\n".join(kept) + "\n"


def _clean(value: Any) -> Any:
    """A name somebody typed stays on its line: it can neither add a line to the text nor a header."""
    return _one_line(value) if isinstance(value, str) else value


def _one_line(words: str) -> str:
    return re.sub(
        r"[^\S\u00a0\u202f]+", " ", "".join(c if c.isprintable() or c in KEPT else " " for c in words)
    ).strip()

"""One message to one mail server. What fails is raised without the recipient's address: an error ends in a log."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

SECONDS = 20
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class NotSent(Exception):
    """The mail server could not be reached, or will not take it now: to be tried again."""


class Undeliverable(Exception):
    """The mail server says that this will never pass (5xx): trying again would change nothing."""


def send(message: EmailMessage, smtp_url: str) -> None:
    """Post to ``smtp://[user:password@]host:port`` (STARTTLS, required off loopback) or ``smtps://…``.

    Raises NotSent or Undeliverable, which carry the server's number and nothing of the mail.
    """
    try:
        # our name is said, not looked up: that would ask a name server, at each mail
        with _server(smtp_url, message["From"].addresses[0].domain) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=0)
        raise _verdict(code) from None
    except smtplib.SMTPResponseException as error:
        raise _verdict(error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise Undeliverable("letters of the address that the server does not know") from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(type(error).__name__) from None


def _verdict(code: int) -> Exception:
    return Undeliverable(code) if 500 <= code < 600 else NotSent(code)  # noqa: PLR2004 (SMTP's permanent replies)


@contextlib.contextmanager
def _server(smtp_url: str, our_name: str) -> Iterator[smtplib.SMTP]:
    url = urlsplit(smtp_url)
    host = url.hostname or "127.0.0.1"
    if url.scheme == "smtps":
        safe = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or 465, our_name, timeout=SECONDS, context=safe
        )
    else:
        server = smtplib.SMTP(host, url.port or 25, our_name, timeout=SECONDS)
    with server:
        _enter(server, url, secret=url.scheme != "smtps" and host not in LOOPBACK)
        yield server


def _enter(server: smtplib.SMTP, url: SplitResult, *, secret: bool) -> None:
    """A channel that nobody reads, then the login. A server that lacks either is a fault of the setting: try again."""
    try:
        if secret:
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except smtplib.SMTPNotSupportedError as lacking:
        raise NotSent(str(lacking)) from None

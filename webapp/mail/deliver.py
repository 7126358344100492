"""From what is to be said to a message that has left, with the addresses of this configuration."""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from webapp.config import Config
from webapp.mail.compose import Mail, Unaddressable, compose
from webapp.mail.post import NotSent, Undeliverable, send

log = logging.getLogger(__name__)


def deliver(mail: Mail) -> None:
    """Compose and post. Raises NotSent to be tried again; what can never arrive is logged, without the address, and
    dropped."""
    config = configuration()
    try:
        message = compose(mail, config.mail_from)
        if not config.smtp_url:
            raise NotSent("TRIALOGUE_SMTP_URL is not set")
        send(message, config.smtp_url)
    except (Unaddressable, Undeliverable) as refused:
        log.warning("a mail (%s) can never arrive: %s %s", mail.template, type(refused).__name__, refused)


def link(endpoint: str, **values: Any) -> str:
    """A whole address for a mail, from the configured one: never from the Host of a request."""
    public = urlsplit(configuration().public_url)
    here = current_app.url_map.bind(public.netloc, url_scheme=public.scheme)
    return here.build(endpoint, values, force_external=True)


def configuration() -> Config:
    """The configuration of the running application."""
    found: Config = current_app.extensions["trialogue"]
    return found

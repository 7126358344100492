"""A proof for one act: a code or a passkey asked for it, given for it, and good for nothing else.

``fresh`` proves who is there for ten minutes; a signature needs that it was for this very text. The act is a string that
names it whole (what, which text by its hash, by whom): the step that is kept in the browser carries it, signed, and a
code that was asked for another act answers no other.
"""

import ipaddress
from typing import Any

from flask import Response, request

from tenants.people import addresses, codes, passkeys
from tenants.people.codes import CodeRefused
from tenants.people.models import Person
from tenants.refusals import Refused
from webapp.auth import ceremony, session, steps


def begun(act: str) -> steps.Asked | None:
    """The step of this act in this browser: begun, and by which request for a code if one was asked."""
    return steps.asked(act)


def begin(response: Response, act: str, back: str, person: Person, *, send: bool) -> Response:
    """Keep that the act is begun; with ``send``, a code leaves for the person's mailbox. Raises Limited, Refused."""
    to = mailbox(person) if send else None
    if send and to is None:
        raise Refused("act.no_mailbox")
    asked = codes.ask(to, secret=steps.secret(), ip=steps.ip(), purpose="fresh") if to else None
    return steps.remember(response, steps.Asked(str(asked or ""), to or "", back, act))


def by_code(act: str, typed: str) -> str:
    """The code that came for this act; in part, where it had been sent. Raises CodeRefused: the caller must commit."""
    step = begun(act)
    if step is None or not step.request:
        raise CodeRefused("code.gone")
    codes.use(step.request_id, typed, secret=steps.secret(), purpose="fresh")
    return masked(step.address)


def by_passkey(act: str, given: Any, person: Person) -> None:
    """A key of theirs, shown for this act. Raises Refused."""
    if begun(act) is None:
        raise Refused("act.not_begun")
    known = ceremony.authenticated(given, secret=steps.secret())
    if known.person_id != person.id:
        raise Refused("passkey.unknown")


def has_passkey(person: Person) -> bool:
    """Whether they have a key to show."""
    return bool(passkeys.of(person.id))


def mailbox(person: Person) -> str | None:
    """Where a code may go; None: a passkey is their only proof."""
    if person.codes_off:
        return None
    found = [a for a in addresses.of(person.id) if a.sign_in]
    return next((a.address for a in sorted(found, key=lambda a: not a.mails)), None)


def masked(address: str) -> str:
    """« i…@exemple.fr »: enough to know one's own by."""
    name, at, host = address.partition("@")
    return f"{name[:1]}…{at}{host}"


def network() -> str:
    """The network that asks, shortened: a place, not a person."""
    try:
        found = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))  # noqa: PLR2004


def device() -> str:
    """« Firefox, Windows »."""
    return session.device(request.user_agent.string)

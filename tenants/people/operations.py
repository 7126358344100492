"""What a person does about themselves: enter, leave, say who they are, take note of the notice."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.events import defer, tell
from tenants.people import notice, passkeys, tokens
from tenants.people.models import Person
from tenants.refusals import Refused


@dataclass(frozen=True, repr=False)
class Started:
    """A sign-in just opened. ``token`` goes into the cookie and nowhere else.

    ``pending``: a second factor is awaited, the token opens nothing but the page that asks for it.
    """

    id: uuid.UUID
    token: str
    expires_at: datetime
    lasting: bool
    pending: bool
    device_token: str | None


@dataclass(frozen=True)
class Pending:
    """A sign-in that awaits its second factor. ``person_id`` alone acts in it."""

    person_id: uuid.UUID
    device: str
    recognised: bool
    strict: bool


def start_sign_in(
    person_id: uuid.UUID,
    device: str,
    *,
    recognised: bool = False,
    by: str = "demo",
    replaces: bytes = b"",
    device_token: str | None = None,
) -> Started:
    """Open a sign-in, by ``code``, ``invitation``, ``passkey``, ``second`` (factor) or ``demo``; rotates the token.

    ``replaces``: hash of the token that this browser held. ``device_token``: the cookie that names the browser; a new
    one is made without it. 30 days where recognised, else 12 h; staff and mentors 7 days, 12 h idle.
    """
    token, sign_in_id = tokens.new_token(), new_id()
    named = (device_token or tokens.new_token()) if by != "demo" else None
    row = db.session.execute(
        text("select * from start_sign_in(:id, :t, :p, :who, :label, :device, :known, :by, :old)"),
        {
            "id": sign_in_id,
            "t": tokens.session_hash(token),
            "p": tokens.pending_hash(token),
            "who": person_id,
            "label": device,
            "device": tokens.device_hash(named) if named else None,
            "known": recognised,
            "by": by,
            "old": replaces,
        },
    ).one()
    return Started(sign_in_id, token, row.expires_at, recognised, row.pending, named)


def pending(token: str) -> Pending | None:
    """The sign-in that awaits a second factor under that token."""
    row = db.session.execute(
        text("select * from pending_sign_in(:t)"), {"t": tokens.pending_hash(token)}
    ).one_or_none()
    return Pending(row.person, row.device, row.recognised, row.strict) if row and row.person else None


def count_try(token: str) -> int:
    """Count a try of the second factor, before judging it; returns how many are left. Raises Refused beyond five."""
    left = db.session.scalar(text("select count_try(:t)"), {"t": tokens.pending_hash(token)})
    if left is None:
        raise Refused("second.spent")
    return int(left)


def sign_out(token_hash: bytes) -> None:
    """End this sign-in, sockets included. Harmless again."""
    _ended("select end_sign_in(:t)", t=token_hash)


def end_sign_in(sign_in_id: uuid.UUID) -> bool:
    """End one of my sign-ins, wherever it is; whether there was one."""
    return _ended("select end_my_sign_in(:i)", i=sign_in_id)


def end_other_sign_ins(token_hash: bytes) -> None:
    """End all of mine but this one."""
    _ended("select end_other_sign_ins(:t)", t=token_hash)


def prove_fresh(token_hash: bytes) -> None:
    """A code or a passkey was just given in this sign-in."""
    db.session.execute(text("select prove_fresh(:t)"), {"t": token_hash})


def acknowledge_notice(*, by: Actor) -> None:
    """Take note of the notice in force."""
    person = db.session.get_one(Person, by.person_id)
    if person.notice_version != notice.VERSION:
        person.notice_version, person.notice_at = notice.VERSION, now()


def present(*, name: str, form: str | None, language: str, theme: str, rhythm: str, by: Actor) -> None:
    """Say one's name, how words agree with it (None: with neither), and how pages and mails are to come."""
    person = db.session.get_one(Person, by.person_id)
    person.name, person.form = name, form
    person.language, person.theme, person.rhythm = language, theme, rhythm


def choose_links(wanted: str, *, by: Actor) -> None:
    """Whether mails lead straight to one thing: ``role`` (as a manager or a sponsor), ``always``, ``never``."""
    db.session.get_one(Person, by.person_id).links = wanted


def switch_codes(*, off: bool, by: Actor) -> None:
    """Have no code sent any more, or have them again. Raises Refused without a passkey."""
    person = db.session.get_one(Person, by.person_id)
    if off and not passkeys.of(person.id):
        raise Refused("codes.no_passkey")
    if person.codes_off != off:
        person.codes_off = off
        defer("access_changed", what="codes-off" if off else "codes-on")


def _ended(statement: str, **values: object) -> bool:
    ended = list(db.session.scalars(text(statement), values))
    for sign_in_id in ended:
        tell(f"revoked sign-in {sign_in_id}")
    return bool(ended)

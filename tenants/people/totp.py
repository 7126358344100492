"""A second factor for whoever must have one and has no passkey: six digits of an application, or a recovery code.

RFC 6238, 30 s steps, SHA-1, as every application expects. The last step used is kept and refused again; what was
typed is normalised before that check. Secrets are sealed with a key of the application, so a dump holds none.
"""

import hashlib
import hmac
import secrets
import uuid
from base64 import b32encode
from datetime import datetime
from typing import Any, cast

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import CursorResult, delete, func, select, update

from tenants.actors import Actor
from tenants.db import db, new_id
from tenants.events import defer
from tenants.people import tokens
from tenants.people.models import Person, RecoveryCode
from tenants.refusals import Incorrect, Refused

STEP = 30
RECOVERY_CODES = 10
NONCE = 12


def begin(*, secret: bytes, by: Actor) -> None:
    """Make a new shared secret, kept apart until a first code proves that it was taken over."""
    person = db.session.get_one(Person, by.person_id)
    person.totp_pending = _seal(secret, person.id, pyotp.random_base32())


def awaited(*, secret: bytes, by: Actor) -> str | None:
    """The shared secret to show while it is not confirmed (base32), or None."""
    person = db.session.get_one(Person, by.person_id)
    return _open(secret, person.id, person.totp_pending) if person.totp_pending else None


def uri(shared: str, account: str) -> str:
    """What the QR code holds."""
    return pyotp.TOTP(shared).provisioning_uri(name=account, issuer_name="Trialogue")


def confirm(code: str, *, secret: bytes, at: datetime, by: Actor) -> list[str]:
    """Switch the second factor on with its first code; returns the recovery codes, to show once.

    Raises Incorrect (totp.wrong) or Refused (totp.none: nothing was begun).
    """
    person = db.session.get_one(Person, by.person_id)
    if not person.totp_pending:
        raise Refused("totp.none")
    step = _step(_open(secret, person.id, person.totp_pending), code, at)
    if step is None:
        raise Incorrect("totp.wrong", field="code")
    person.totp_secret, person.totp_pending, person.totp_step = person.totp_pending, None, step
    defer("access_changed", what="totp-on")
    return renew_recovery_codes(secret=secret, by=by)


def verify(code: str, *, secret: bytes, at: datetime, by: Actor) -> None:
    """Give the present code. Raises Incorrect: totp.wrong, or totp.replayed for a step already used."""
    person = db.session.get_one(Person, by.person_id)
    if person.totp_secret is None:
        raise Incorrect("totp.wrong", field="code")
    step = _step(_open(secret, person.id, person.totp_secret), code, at)
    if step is None:
        raise Incorrect("totp.wrong", field="code")
    # one statement: of two simultaneous uses, one finds the step taken
    forward = update(Person).where(Person.id == person.id, Person.totp_step < step).values(totp_step=step)
    if not _changed(forward):
        raise Incorrect("totp.replayed", field="code")


def switch_off(*, by: Actor) -> None:
    """Forget the application and its recovery codes."""
    person = db.session.get_one(Person, by.person_id)
    person.totp_secret = person.totp_pending = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    defer("access_changed", what="totp-off")


def renew_recovery_codes(*, secret: bytes, by: Actor) -> list[str]:
    """Ten new codes of 64 bits, to show once; the earlier ones are void."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == by.person_id))
    made = [
        _grouped(b32encode(secrets.token_bytes(8)).decode().rstrip("=").lower())
        for _ in range(RECOVERY_CODES)
    ]
    for code in made:
        kept = tokens.recovery_hash(secret, by.person_id, code)
        db.session.add(RecoveryCode(id=new_id(), person_id=by.person_id, hash=kept))
    return made


def recover(code: str, *, secret: bytes, at: datetime, by: Actor) -> None:
    """Use a recovery code, once. Raises Incorrect (recovery.wrong)."""
    spent = (
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == by.person_id,
            RecoveryCode.hash == tokens.recovery_hash(secret, by.person_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
    )
    if not _changed(spent):
        raise Incorrect("recovery.wrong", field="code")


def recovery_codes_left(person_id: uuid.UUID) -> int:
    """How many recovery codes have not served."""
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def _step(shared: str, code: str, at: datetime) -> int | None:
    """The step whose code that is, one before and one after allowed for clocks; None: no step's."""
    typed, present = tokens.digits(code), int(at.timestamp()) // STEP
    found = None
    for step in (present - 1, present, present + 1):
        if hmac.compare_digest(pyotp.TOTP(shared).at(step * STEP), typed):
            found = step
    return found


def _seal(secret: bytes, person_id: uuid.UUID, shared: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key(secret)).encrypt(nonce, shared.encode(), person_id.bytes)


def _open(secret: bytes, person_id: uuid.UUID, sealed: bytes) -> str:
    return AESGCM(_key(secret)).decrypt(sealed[:NONCE], sealed[NONCE:], person_id.bytes).decode()


def _key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"totp", hashlib.sha256)


def _grouped(code: str) -> str:
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def _changed(statement: Any) -> bool:
    return cast("CursorResult[Any]", db.session.execute(statement)).rowcount == 1

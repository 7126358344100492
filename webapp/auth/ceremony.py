"""Passkeys: WebAuthn level 3, by py_webauthn. User verification is required: a key is two factors by itself.

A challenge is made without being kept: it carries its time and a keyed hash of what it is for. It is noted only once
it has served, so that it serves once; an anonymous visitor writes nothing.
"""

import hmac
import json
import secrets
import struct
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tenants.actors import Actor
from tenants.db import now
from tenants.people import passkeys
from tenants.people.models import Passkey
from tenants.people.passkeys import Known
from tenants.refusals import Incorrect
from webapp.config import Config

MINUTES = 5
NONCE = 16
NOBODY = uuid.UUID(int=0)


def registration(person_id: uuid.UUID, account: str, name: str, *, secret: bytes) -> dict[str, Any]:
    """What the browser needs to make a key for that person."""
    known = [PublicKeyCredentialDescriptor(id=k.credential_id) for k in passkeys.of(person_id)]
    options = generate_registration_options(
        rp_id=_host(),
        rp_name="Trialogue",
        user_id=person_id.bytes,
        user_name=account,
        user_display_name=name,
        challenge=_challenge("register", person_id, secret),
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        timeout=MINUTES * 60_000,
    )
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def registered(given: Any, name: str, *, secret: bytes, by: Actor) -> Passkey:
    """Keep the key that the browser made. Raises Incorrect (passkey.refused), Refused (passkey.known)."""
    challenge = _answered(given, "register", by.person_id, secret)
    try:
        made = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origins(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Incorrect("passkey.refused") from None
    _spend(challenge)
    return passkeys.add(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        by=by,
    )


def authentication(*, secret: bytes) -> dict[str, Any]:
    """What the browser needs to show a key of whoever is there: no list of keys, so nothing about any account."""
    options = generate_authentication_options(
        rp_id=_host(),
        challenge=_challenge("sign-in", NOBODY, secret),
        user_verification=UserVerificationRequirement.REQUIRED,
        timeout=MINUTES * 60_000,
    )
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def authenticated(given: Any, *, secret: bytes) -> Known:
    """Whose key that is, proven. Raises Incorrect (passkey.unknown, passkey.refused)."""
    challenge = _answered(given, "sign-in", NOBODY, secret)
    try:
        known = passkeys.find_by_credential(base64url_to_bytes(str(given["id"])))
        if known is None:
            raise Incorrect("passkey.unknown")
        shown = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origins(),
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Incorrect("passkey.refused") from None
    _spend(challenge)
    passkeys.used(known, shown.new_sign_count)
    return known


def _challenge(purpose: str, person_id: uuid.UUID, secret: bytes) -> bytes:
    head = secrets.token_bytes(NONCE) + struct.pack(">q", int(now().timestamp()))
    return head + _mac(head, purpose, person_id, secret)


def _answered(given: Any, purpose: str, person_id: uuid.UUID, secret: bytes) -> bytes:
    """The challenge that the answer bears, if it is one of ours, for this, made within five minutes."""
    try:
        told = json.loads(base64url_to_bytes(given["response"]["clientDataJSON"]))
        challenge: bytes = base64url_to_bytes(told["challenge"])
        head, mac = challenge[: NONCE + 8], challenge[NONCE + 8 :]
        (made,) = struct.unpack(">q", head[NONCE:])
    except (ValueError, TypeError, KeyError, struct.error):
        raise Incorrect("passkey.refused") from None
    fresh = 0 <= now().timestamp() - made + 1 <= MINUTES * 60
    if not fresh or not hmac.compare_digest(mac, _mac(head, purpose, person_id, secret)):
        raise Incorrect("passkey.refused")
    return challenge


def _spend(challenge: bytes) -> None:
    made = datetime.fromtimestamp(struct.unpack(">q", challenge[NONCE : NONCE + 8])[0], UTC)
    if not passkeys.spend(challenge[NONCE + 8 :], made + timedelta(minutes=MINUTES + 1)):
        raise Incorrect("passkey.refused")


def _mac(head: bytes, purpose: str, person_id: uuid.UUID, secret: bytes) -> bytes:
    return hmac.digest(secret, b"challenge" + purpose.encode() + person_id.bytes + head, "sha256")


def _host() -> str:
    return urlsplit(_origins()[-1]).hostname or ""


def _origins() -> list[str]:
    """The public address; before production also the one that is typed, whose host TRUSTED_HOSTS has judged."""
    config: Config = current_app.extensions["trialogue"]
    return [config.public_url] if config.production else [config.public_url, request.host_url.rstrip("/")]

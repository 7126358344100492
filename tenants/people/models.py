"""What is kept about a person, whichever company they meet: seen by that person alone.

Sign-ins, requests for a code, known devices and renewals are not even granted to the application: definer functions
(migrations 0009, 0025) read and write them, so that no forgotten WHERE and no page can list them.
"""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from tenants import walls
from tenants.db import Model, new_id, now


def _owner() -> Mapped[uuid.UUID]:
    return mapped_column(ForeignKey("person.id", ondelete="CASCADE"))


class Person(Model):
    """One account. ``totp_*`` are sealed with the application's secret (see ``totp``); ``totp_step`` is the last used.

    ``notice_version`` is the notice that they have read; ``codes_off``: no code is sent, a passkey alone opens.
    ``links``: whether mails lead straight to one task (``role``: as a manager or a sponsor). ``form``: how words that
    name them agree (None: with neither). ``visited_at``, ``away_since``: their last page, and the last one of the visit
    before; touch_sign_in() writes both.
    """

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="fr", server_default="fr")
    theme: Mapped[str] = mapped_column(default="system", server_default="system")
    rhythm: Mapped[str] = mapped_column(default="daily", server_default="daily")
    links: Mapped[str] = mapped_column(default="role", server_default="role")
    created_at: Mapped[datetime] = mapped_column(default=now, server_default=text("now()"))
    form: Mapped[str | None]
    visited_at: Mapped[datetime | None]
    away_since: Mapped[datetime | None]
    notice_version: Mapped[int | None]
    notice_at: Mapped[datetime | None]
    codes_off: Mapped[bool] = mapped_column(default=False, server_default=false())
    totp_secret: Mapped[bytes | None]
    totp_pending: Mapped[bytes | None]
    totp_step: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    __table_args__ = (
        CheckConstraint("language in ('fr', 'en')", name="language"),
        CheckConstraint("theme in ('system', 'light', 'dark')", name="theme"),
        CheckConstraint("rhythm in ('daily', 'weekly', 'never')", name="rhythm"),
        CheckConstraint("links in ('role', 'always', 'never')", name="links"),
        CheckConstraint("form in ('feminine', 'masculine')", name="form"),
    )

    @property
    def person_id(self) -> uuid.UUID:
        """A person is their own subject (Role.SELF)."""
        return self.id


class Address(Model):
    """A verified e-mail address. ``personal``: added by the person, company and firm never see it.

    ``sign_in``: a code may be sent there; ``mails``: the one address that gets the mails.
    """

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = _owner()
    address: Mapped[str] = mapped_column(unique=True)
    verified_at: Mapped[datetime] = mapped_column(default=now, server_default=text("now()"))
    personal: Mapped[bool] = mapped_column(default=False, server_default=false())
    sign_in: Mapped[bool] = mapped_column(default=True, server_default=true())
    mails: Mapped[bool] = mapped_column(default=False, server_default=false())
    __table_args__ = (
        Index("uq_address_mails", "person_id", unique=True, postgresql_where=text("mails")),
        Index(None, "person_id"),
    )


class Passkey(Model):
    """A public key that some device of the person holds the other half of. ``name`` is the person's word for it."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = _owner()
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now, server_default=text("now()"))
    used_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "person_id"),)


class RecoveryCode(Model):
    """The hash of a code that replaces a lost second factor, once."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = _owner()
    hash: Mapped[bytes]
    used_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "person_id"),)


class SignIn(Model):
    """An open door: the hash of a token that one browser holds. ``pending``: a second factor is still awaited.

    A pending row's token is hashed otherwise than a session's, so that it opens no page. ``fresh_at``: when a code or
    a passkey was last given here. ``ended_at``: ended from elsewhere; kept closed for a month, so that its device is told.
    """

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    person_id: Mapped[uuid.UUID] = _owner()
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]
    idle_until: Mapped[datetime]
    fresh_at: Mapped[datetime | None]
    device: Mapped[str]
    recognised: Mapped[bool] = mapped_column(server_default=false())
    pending: Mapped[bool] = mapped_column(server_default=false())
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    by: Mapped[str]
    ended_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "person_id"), Index(None, "expires_at"))


class SignInRequest(Model):
    """Somebody asked for a code at an address, known or not: one row either way, kept a day.

    The worker fills the hashes at the moment of sending. ``person_id``: who asked, when somebody signed in did, else
    whose account it was found to be. ``next``: the path, of this site, to open afterwards.
    """

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    address: Mapped[str]
    purpose: Mapped[str]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    ip_hash: Mapped[bytes]
    next: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    issued_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    code_hash: Mapped[bytes | None]
    link_hash: Mapped[bytes | None] = mapped_column(unique=True)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    used_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("purpose in ('sign_in', 'fresh', 'address')", name="purpose"),
        Index(None, "address", "asked_at"),
        Index(None, "ip_hash", "asked_at"),
        Index(None, "person_id"),
    )


class Device(Model):
    """A browser that this person has signed in from: the hash of a cookie that names the browser, not the person."""

    person_id: Mapped[uuid.UUID] = _owner()
    hash: Mapped[bytes]
    seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    __table_args__ = (PrimaryKeyConstraint("person_id", "hash"),)


class SpentChallenge(Model):
    """A passkey's challenge that has served; kept until it would have expired, so that it serves once."""

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class Renewal(Model):
    """Leave to set up new means of signing in, in place of lost ones: from when until when, by an owner of which firm.

    ``firm_id`` None: by the operator. Used at the person's own sign-in by a code, ended by an owner or by a sign-in that
    shows nothing was lost. The definer functions of 0025 alone read and write it.
    """

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = _owner()
    firm_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("firm.id", ondelete="CASCADE"))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    by_name: Mapped[str]
    asked_at: Mapped[datetime]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_renewal_open",
            "person_id",
            unique=True,
            postgresql_where=text("used_at is null and ended_at is null"),
        ),
        Index(None, "person_id"),
    )


SELF = walls.Policy("self", f"person_id = {walls.PERSON}")
MADE = walls.Policy("system_rows", "true", (walls.SYSTEM,))  # the definer functions make and end them

walls.declare("person", walls.Policy("self", f"id = {walls.PERSON}"), MADE)
for _table in ("address", "passkey", "recovery_code"):
    walls.declare(_table, SELF, MADE)
for _table in ("sign_in", "sign_in_request", "device", "spent_challenge", "renewal"):
    walls.declare(_table, MADE)

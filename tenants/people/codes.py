"""A code of six digits and a link by e-mail: asked by a page, made by the worker, used once.

The same row, the same job and the same answers whether the address is known or not.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import text

from tenants.db import db, new_id
from tenants.people import tokens
from tenants.people.addresses import normal
from tenants.refusals import Incorrect, Limited

MINUTES = 15


class CodeRefused(Incorrect):
    """``name``: code.wrong (values ``left``), code.expired (``until``), code.spent, code.used, code.gone.

    The try has been counted: whoever answers must commit.
    """


@dataclass(frozen=True)
class Proof:
    """Somebody reads that mailbox. ``person_id`` is the account, ``next`` the path asked for."""

    person_id: uuid.UUID
    address: str
    next: str


@dataclass(frozen=True)
class Link:
    """A link as seen before use: ``outcome`` good, used or expired."""

    outcome: str
    address: str
    until: datetime


@dataclass(frozen=True, repr=False)
class Issued:
    """What the worker sends and forgets. ``token`` is None where no link is offered (``purpose`` fresh, address)."""

    address: str
    name: str
    language: str
    purpose: str
    code: str
    token: str | None
    minutes: int = MINUTES


def ask(address: str, *, secret: bytes, ip: str, purpose: str = "sign_in", next_path: str = "/") -> uuid.UUID:
    """Ask for a code at an address; returns the request's id, which goes with the code.

    Raises Limited beyond five an hour for the address, or twenty for the network address ``ip``.
    """
    request_id = new_id()
    row = db.session.execute(
        text("select outcome, until from ask_sign_in(:id, :address, :purpose, :ip, :next)"),
        {
            "id": request_id,
            "address": normal(address),
            "purpose": purpose,
            "ip": tokens.ip_hash(secret, ip),
            "next": next_path,
        },
    ).one()
    if row.outcome == "limited":
        raise Limited("code.limited", until=row.until)
    return request_id


def issue_code(connection: psycopg.Connection[Any], request_id: uuid.UUID, secret: bytes) -> Issued | None:
    """Make the code and the link of a request, for the worker, at the moment of sending; None: send nothing.

    ``connection`` is trialogue_jobs' own: no other role may call it. Commit it before sending.
    """
    code, token = tokens.new_code(), tokens.new_token()
    row = connection.execute(
        "select address, name, language, purpose from make_code(%s, %s, %s)",
        (request_id, tokens.code_hash(secret, request_id, code), tokens.link_hash(token)),
    ).fetchone()
    if row is None or row[0] is None:
        return None
    address, name, language, purpose = row
    return Issued(address, name, language, purpose, code, token if purpose == "sign_in" else None)


def use(request_id: uuid.UUID, code: str, *, secret: bytes, purpose: str = "sign_in") -> Proof:
    """Give the code. Raises CodeRefused."""
    row = db.session.execute(
        text("select * from use_code(:id, :code, :purpose)"),
        {"id": request_id, "code": tokens.code_hash(secret, request_id, code), "purpose": purpose},
    ).one()
    if row.outcome != "good":
        raise CodeRefused(f"code.{row.outcome}", field="code", left=row.tries_left, until=row.until)
    return Proof(row.person, row.address, row.next)


def see_link(token: str) -> Link | None:
    """What a link would do, without doing it. Reads only."""
    row = db.session.execute(text("select * from see_link(:t)"), {"t": tokens.link_hash(token)}).one_or_none()
    return Link(row.outcome, row.address, row.until) if row is not None and row.outcome else None


def use_link(token: str) -> Proof:
    """Follow the link. Raises CodeRefused (link.expired with ``until``, link.used, link.gone)."""
    row = db.session.execute(text("select * from use_link(:t)"), {"t": tokens.link_hash(token)}).one()
    if row.outcome != "good":
        raise CodeRefused(f"link.{row.outcome}", until=row.until)
    return Proof(row.person, row.address, row.next)

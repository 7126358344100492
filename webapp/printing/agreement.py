"""The agreement that all have signed, as it is printed: from what was hashed, and from nothing else."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tenants.company.models import Company
from tenants.db import db
from tenants.mission import queries as missions
from tenants.mission.agreement.matrix import Cell, cells_of
from tenants.mission.agreement.signing import Printable, printable
from tenants.mission.queries import Frame
from tenants.zones import Kind
from webapp import formats, words
from webapp.formats import clock, day, speaking
from webapp.mission.agreement import version_text
from webapp.mission.agreement.version_text import TextView
from webapp.printing.official import Document, canonical, chained

NAMED = 6  # readers are named up to that many


class Changed(Exception):
    """What is kept is not what was signed: nothing is printed of it."""


def document(version_id: uuid.UUID) -> Document | None:
    """All that is printed of a version; None until all have signed, or where whoever acts does not read it.

    Raises Changed.
    """
    found = printable(version_id)
    frame = missions.frame(found.mission_id) if found is not None else None
    if found is None or frame is None:
        return None
    if hashlib.sha256(canonical(found.content)).hexdigest() != found.content_hash:
        raise Changed(str(version_id))
    company = db.session.get_one(Company, found.company_id)
    with speaking("fr"):  # what is official is in one language: that in which it was signed
        view = version_text.view(frame, found.content)
        facts = _facts(found, frame)
        data = _data(found, frame, view, company, facts)
    proof = {
        "format": 1,
        "version": found.version,
        "content": found.content,
        "content_hash": found.content_hash,
        "events": facts,
        "head": facts[-1]["hash"],
    }
    return Document(
        template="agreement", kind="AVE" if found.amendment else "ACC", purpose="agreement", subject_id=version_id,
        version=found.version, mission_id=found.mission_id, zone_id=found.zone_id, content_hash=found.content_hash,
        by=found.signatures[-1].contact_id, at=found.signed_at, data=data, proof=proof,
        file_name="Avenant" if found.amendment else "Accord de cadrage",
    )  # fmt: skip


def _facts(found: Printable, frame: Frame) -> list[dict[str, Any]]:
    """What happened, in order, each chained to the one before. No address, no network: names, roles, moments, means."""
    signed = sorted(found.signatures, key=lambda s: s.at)
    return chained(
        [
            {
                "kind": "proposed",
                "at": found.proposed_at.isoformat(),
                "who": _name(found, frame, found.proposed_by),
                "content_hash": found.content_hash,
            },
            *(
                {
                    "kind": "signed",
                    "at": s.at.isoformat(),
                    "who": _name(found, frame, s.contact_id),
                    "role": words.roles(s.roles),
                    "means": s.means,
                    "statement": s.statement,
                    "content_hash": s.hash,
                }
                for s in signed
            ),
            {"kind": "complete", "at": found.signed_at.isoformat(), "content_hash": found.content_hash},
        ]
    )


def _data(
    found: Printable, frame: Frame, view: TextView, company: Company, facts: list[dict[str, Any]]
) -> dict[str, Any]:
    people = {p["name"]: p for p in view.people}
    title = "Avenant à l’accord de cadrage" if found.amendment else "Accord de cadrage"
    return {
        "title": title,
        "label": "Avenant" if found.amendment else "Accord de cadrage",
        "amendment": found.amendment,
        "version": found.version,
        "over": f"{found.content['mission']['title']} · {company.name}",
        "firm": {"name": company.firm_name},
        "for": f", pour {company.name}",
        "status": f"Version {found.version}, signée par tous le {day(found.signed_at)}",
        "audience": _audience(found),
        "essential": view.essential,
        "steps": [
            {"title": t["title"], "text": t["words"], "by": _who(people, t["by"]), "at": day(t["at"]), "agreed": t["what"] == "sentence"}
            for t in view.texts
        ],
        "expectations": [
            {"heading": e["title"], "lines": [{"by": _who(people, by), "text": text} for by, text in e["lines"]]}
            for e in view.expectations
        ],
        "divergences": [
            {"text": d["words"], "by": d["by"], "outcome": d["outcome"], "answer": d["answer"] or ""} for d in view.divergences
        ],
        "clauses": [{k: c[k] for k in ("title", "text", "reason")} for c in view.clauses],
        "dates": view.dates,
        "values": view.values,
        "matrix": [
            {"name": line.title, "cells": [c.value for c in line.cells], "fixed": [i for i, c in enumerate(line.cells) if c.fixed]}
            for line in view.matrix
        ],
        "annexes": [{"name": a["name"], "hash": a["sha256"]} for a in found.content["annexes"]],
        "proposed": {"by": _name(found, frame, found.proposed_by), "at": _moment(found.proposed_at)},
        "signatures": [
            {**_who(people, _name(found, frame, s.contact_id)), "role": words.roles(s.roles), "signed": _moment(s.at), "means": s.means}
            for s in sorted(found.signatures, key=lambda s: s.at)
        ],
        "evidence": {
            "events": [{**f, "at": _moment(datetime.fromisoformat(f["at"]))} for f in facts],
            "fingerprint": found.content_hash,
            "head": facts[-1]["hash"],
        },
    }  # fmt: skip


def _audience(found: Printable) -> dict[str, Any]:
    """Who reads it by the matrix that it makes: the persons by name, or all of them."""
    row = cells_of(found.content["matrix"])[Kind.AGREEMENT]
    reading = [p for p in found.content["people"] if any(row.get(r) is Cell.READ for r in p["roles"])]
    named = formats.names(p["name"].partition(" ")[0] for p in reading)
    return {
        "level": "everyone",
        "readers": sorted(
            {words.party_of(r) for p in reading for r in p["roles"] if row.get(r) is Cell.READ}
        ),
        "words": named if len(reading) <= NAMED else "tous ceux de la mission",
    }


def _who(people: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Any]:
    """The mark and the name of somebody; whoever has left since has their name alone."""
    known = people.get(name)
    return {
        "party": known["party"] if known else None,
        "initials": known["initials"] if known else "",
        "name": name,
    }


def _name(found: Printable, frame: Frame, contact: uuid.UUID) -> str:
    """As it stands in what was signed; else as the mission knows it."""
    for person in found.content["people"]:
        if person["contact"] == str(contact):
            return str(person["name"])
    member = frame.members.get(contact)
    return member.name if member is not None else ""


def _moment(value: datetime) -> str:
    return f"{day(value)}, {clock(value)}"

"""The report as plain values: what its pages show while it is written, and, once issued, what is hashed and printed.

One maker for both, so that what is issued is what was read. Names are as they are then; no sentence is made here.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from tenants.actors import Actor
from tenants.documents import operations as documents
from tenants.mission.objectives.content import exact
from tenants.mission.queries import Frame
from tenants.mission.report import queries, sources
from tenants.mission.report.models import Report, ReportPassage
from tenants.mission.report.sources import PARTS, Result, Taken
from tenants.policy import COMPANY_ROLES

FORMAT = 1


def build(frame: Frame, report: Report, *, by: Actor, taken: Taken | None = None) -> dict[str, Any]:
    """All that the report says now."""
    there = taken or sources.of_strand(frame, report.strand_id, by=by)
    rows = queries.passages(report.id)
    texts = documents.current([p.document_id for p in rows]) if rows else {}
    mentee = frame.mentee_of(report.strand_id)
    return {
        "format": FORMAT,
        "report": str(report.id),
        "version": report.version,
        "corrects": str(report.corrects_id) if report.corrects_id else None,
        "reason": report.reason,
        "mission": {
            "id": str(frame.id),
            "title": frame.title,
            "starts_on": frame.starts_on.isoformat(),
            "ends_on": frame.ends_on.isoformat(),
        },
        "strand": str(report.strand_id),
        "mentee": _person(frame, mentee.id if mentee else None),
        "author": _person(frame, report.author_id),
        "people": people(frame, report.strand_id),
        "sentence": there.sentence or None,
        "hours": dict(zip(("agreed", "spent", "planned"), there.hours, strict=True)) if there.hours else None,
        "sessions": [
            {
                "id": str(s.id),
                "type": s.type,
                "state": s.state,
                "on": s.local_at.date().isoformat() if s.local_at else None,
                "minutes": s.minutes,
                "roles": list(s.roles),
            }
            for s in (*there.held, *there.to_come)
        ],
        "results": [_result(frame, r) for r in there.results],
        "parts": {
            part: [
                _passage(frame, p, texts.get(p.document_id, {}).get("text", ""), there)
                for p in rows
                if p.part == part
            ]
            for part in PARTS
        },
        "reply": {
            "text": report.reply,
            "at": report.reply_at.isoformat() if report.reply_at else None,
            "by": _person(frame, report.reply_by),
        }
        if report.reply
        else None,
    }


def zones(rows: list[ReportPassage], there: Taken) -> list[uuid.UUID]:
    """Where what the report repeats stands, passages apart: PostgreSQL looks those up itself."""
    found = {r.zone_id for r in there.results} | {s.zone_id for s in (*there.held, *there.to_come)}
    found |= {z for z in (there.sentence_zone, there.hours_zone) if z is not None}
    return sorted(found)


def canonical(content: Mapping[str, Any]) -> bytes:
    """As it is hashed: keys in order, no space, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hashed(body: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def read(report: Report) -> dict[str, Any]:
    """What an issued report says."""
    assert report.canonical is not None  # noqa: S101 - the caller asked whether it was issued
    found: dict[str, Any] = json.loads(report.canonical)
    return found


def texts_of(content: Mapping[str, Any]) -> list[str]:
    """Every text of it that somebody wrote."""
    found = [p["text"] for part in PARTS for p in content["parts"][part]]
    found += [r[k] for r in content["results"] for k in ("wording", "indicator")]
    found += [r[m]["words"] for r in content["results"] for m in ("baseline", "target")]
    found += [x["measure"]["words"] for r in content["results"] for x in r["readings"]]
    found += [content["sentence"] or "", content["reason"], (content["reply"] or {}).get("text", "")]
    return found


def people(frame: Frame, strand_id: uuid.UUID) -> list[dict[str, Any]]:
    """Who takes part, once each, in the usual order, with their roles."""
    held: dict[uuid.UUID, list[str]] = {}
    for seat in frame.sitting(strand_id, COMPANY_ROLES):
        held.setdefault(seat.contact_id, []).append(seat.role.value)
    return [
        {"contact": str(c), "name": frame.members[c].name, "roles": list(dict.fromkeys(roles))}
        for c, roles in held.items()
    ]


def _result(frame: Frame, r: Result) -> dict[str, Any]:
    content = r.content.plain()
    observer = r.content.observer_id
    return {
        "id": str(r.id),
        "number": r.number,
        "wording": content["wording"],
        "indicator": content["indicator"],
        "baseline": content["baseline"],
        "target": content["target"],
        "due_on": content["due_on"],
        "observer": _person(frame, observer),
        "readings": [
            {
                "on": x.on.isoformat(),
                "measure": {
                    "words": x.measure.words,
                    "value": exact(x.measure.value),
                    "out_of": exact(x.measure.out_of),
                    "sense": None,
                },
                "by": _person(frame, x.by_id),
            }
            for x in r.readings
        ],
    }


def _passage(frame: Frame, p: ReportPassage, text: str, there: Taken) -> dict[str, Any]:
    return {
        "id": str(p.id),
        "text": text.strip(),
        "source": _source(p, there) if p.source_kind else None,
        "due_on": p.due_on.isoformat() if p.due_on else None,
        "owner": _person(frame, p.owner_id),
        "by": _person(frame, p.author_id),
    }


def _source(p: ReportPassage, there: Taken) -> dict[str, Any]:
    """What it comes from, with the number or the date by which one finds it; neither where it may no longer be repeated."""
    numbers = {x.id: x.number for x in there.results} | {x.id: x.number for x in there.axes}
    numbers |= {a.id: x.number for x in there.axes for a in x.actions}
    sessions = {s.id: s for s in there.sessions} | {t.id: t.session for t in there.told}
    known = {there.sentence_id, *numbers, *sessions}
    session = sessions.get(p.source_id) if p.source_id else None
    return {
        "kind": p.source_kind,
        "id": str(p.source_id),
        "number": numbers.get(p.source_id) if p.source_id else None,
        "type": session.type if session is not None else None,
        "on": session.local_at.date().isoformat() if session is not None and session.local_at else None,
        "there": p.source_id in known,
    }


def _person(frame: Frame, contact_id: uuid.UUID | None) -> dict[str, str] | None:
    member = frame.members.get(contact_id) if contact_id else None
    return {"contact": str(contact_id), "name": member.name} if member is not None else None

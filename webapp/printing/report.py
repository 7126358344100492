"""The report that was issued, as it is printed: from what was hashed, and from nothing else."""

import hashlib
import uuid
from typing import Any

from tenants.company.models import Company
from tenants.db import db
from tenants.documents import files
from tenants.mission import queries as missions
from tenants.mission.queries import Frame
from tenants.mission.report import content, queries
from tenants.mission.report.models import Report
from tenants.mission.report.reach import recipients
from tenants.policy import Role
from webapp import words
from webapp.formats import initials_of, names, speaking
from webapp.mission.report import shown
from webapp.mission.report.charts import Range
from webapp.printing.agreement import Changed
from webapp.printing.official import Document, chained

NAMED = 6  # readers are named up to that many


def document(report_id: uuid.UUID) -> Document | None:
    """All that is printed of a report; None until it is issued, or where whoever acts does not read it.

    Raises Changed.
    """
    row = queries.get(report_id)
    frame = missions.frame(row.mission_id) if row is not None else None
    if row is None or frame is None or row.canonical is None or row.hash is None or row.issued_at is None:
        return None
    if hashlib.sha256(row.canonical).hexdigest() != row.hash:
        raise Changed(str(report_id))
    made = content.read(row)
    company = db.session.get_one(Company, row.company_id)
    with speaking("fr"):
        facts = _facts(row, made)
        data = _data(row, frame, made, company) | {"fingerprint": row.hash}
    proof = {
        "format": 1,
        "version": row.version,
        "content": made,
        "content_hash": row.hash,
        "events": facts,
        "head": facts[-1]["hash"],
    }
    return Document(
        template="report", kind="BIL", purpose="report", subject_id=row.id, version=row.version, mission_id=frame.id,
        zone_id=row.zone_id, content_hash=row.hash, by=row.issued_by or row.author_id, at=row.issued_at, data=data,
        proof=proof, file_name="Bilan",
    )  # fmt: skip


def _facts(row: Report, made: dict[str, Any]) -> list[dict[str, Any]]:
    assert row.issued_at is not None  # noqa: S101 - asked before
    told = [{"kind": "opened", "at": row.opened_at.isoformat()}] if row.opened_at else []
    if row.read_at is not None:
        told.append({"kind": "read", "at": row.read_at.isoformat()})
    who = (made["author"] or {}).get("name", "")
    issued = {"kind": "issued", "at": row.issued_at.isoformat(), "who": who, "content_hash": row.hash or ""}
    return chained([*told, issued])


def _data(row: Report, frame: Frame, made: dict[str, Any], company: Company) -> dict[str, Any]:
    v = shown.view(made)
    assert row.issued_at is not None  # noqa: S101 - asked before
    return {
        "title": v["title"],
        "label": "Bilan",
        "over": f"{made['mission']['title']} · {company.name}",
        "firm": {"name": company.firm_name},
        "for": f", pour {company.name}",
        "status": shown.status(made, row.issued_at),
        "audience": _audience(frame, row),
        "purpose": v["purpose"],
        "corrected": _corrected(v["reason"], made["corrects"]),
        "facts": [{"name": name, "said": said} for name, said in v["facts"]],
        "sentence": v["sentence"] or "",
        "results": [_result(r) for r in v["results"]],
        "axes_head": v["axes_head"],
        "dates_head": [{"at": p["due"], "what": p["text"]} for p in v["dates_head"]],
        "hours": v["hours"] and {k: v["hours"][k] for k in ("spent", "whole", "words", "rest", "alt")},
        "timeline": v["timeline"]
        and {
            **{k: v["timeline"][k] for k in ("first", "last", "alt")},
            "marks": [{"at": m["at"], "held": m["held"]} for m in v["timeline"]["marks"]],
        },
        "parts": [
            {
                "part": part,
                "title": title,
                "passages": [
                    _passage(p) for p in (v["follow_up"] if part == "follow_up" else lines) if p["text"]
                ],
            }
            for part, title, lines in v["parts"]
        ],
        "reply": _reply(made["reply"], v["reply"]),
    }


def _corrected(reason: str, before: str | None) -> str:
    """« Version corrigée, qui rappelle le bilan n° BIL-2027-014 : … »."""
    if before is None:
        return ""
    sealed = files.sealed(purpose="report", subject_id=uuid.UUID(before))
    which = f"le bilan n°\u00a0{sealed.number}" if sealed is not None else "le bilan remis auparavant"
    return f"Version corrigée, qui rappelle {which}\u00a0: {reason}"


def _result(r: dict[str, Any]) -> dict[str, Any]:
    chart: Range | None = r["chart"]
    return {
        "rank": str(r["number"]),
        "name": r["wording"],
        "indicator": r["indicator"],
        "start": r["baseline"],
        "target": r["target"],
        "result": r["result"],
        "by": r["by"],
        "said": r["said"],
        "chart": chart
        and {
            "start": _part(chart, chart.start),
            "target": _part(chart, chart.target),
            "result": _part(chart, chart.result),
            "missed": chart.reached is False,
            "alt": chart.alt,
        },
    }


def _part(chart: Range, value: float | None) -> float | None:
    """Where it stands, from 0 to 1."""
    return None if value is None else (value - chart.least) / ((chart.most - chart.least) or 1)


def _passage(p: dict[str, Any]) -> dict[str, Any]:
    return {"text": p["text"], "at": p["due"], "owner": p["owner"], "source": p["kind"], "ref": p["ref"]}


def _reply(kept: dict[str, Any] | None, said: dict[str, Any] | None) -> dict[str, Any] | None:
    if kept is None or said is None:
        return None
    name = said["name"]
    return {
        "title": said["title"],
        "by": {
            "party": "mentee",
            "initials": initials_of(name),
            "name": name,
            "role": f"{words.role(Role.MENTEE)}, le {said['at']}",
        },
        "text": kept["text"],
        "note": "Imprimée telle qu’elle a été écrite. Personne d’autre ne peut la modifier.",
    }


def _audience(frame: Frame, row: Report) -> dict[str, Any]:
    """Who reads it by the matrix in force: the persons by name, or all of them."""
    reading = [s for s in frame.sitting(row.strand_id) if s.role in recipients(frame)]
    who = list(dict.fromkeys(s.contact_id for s in reading))
    named = names(frame.members[c].given or frame.members[c].name for c in who)
    return {
        "level": "everyone",
        "readers": sorted({words.party_of(s.role) for s in reading}),
        "words": named if len(who) <= NAMED else "tous ceux de la mission",
    }

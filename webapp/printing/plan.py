"""The plan that all have initialled, as it is printed: what its page says while its lines are those that were initialled."""

import uuid
from datetime import datetime
from typing import Any

from tenants import walls
from tenants.company.models import Company
from tenants.db import db
from tenants.mission import queries as missions
from tenants.mission.queries import Frame
from tenants.mission.schedule import attending, hours, plan
from tenants.mission.schedule.hours_models import PlanAssent
from tenants.mission.schedule.plan import Plan
from webapp import words
from webapp.formats import clock, day, duration, names, speaking
from webapp.mission.names import mission_name
from webapp.mission.schedule import lines, plan_shown
from webapp.printing.official import Document, chained

STATES = {"todo": "à faire", "doing": "en cours", "done": "fait", "dropped": "abandonné"}


def document(strand_id: uuid.UUID) -> Document | None:
    """All that is printed; None unless all have initialled the plan as it is now, or where whoever acts does not read it."""
    acting = walls.acting(db.session)
    rows = plan.given(strand_id)
    frame = missions.frame(rows[-1].mission_id) if rows else None
    who = missions.who(acting)
    if frame is None or who is None:
        return None
    actor = missions.with_zones(who[0], frame)
    found, whole = plan.of_strand(frame, strand_id, by=actor), plan.agreed(frame, strand_id, rows)
    if whole is None or whole[0] != found.hash:
        return None
    given = [a for a in rows if a.hash == found.hash]
    company = db.session.get_one(Company, acting.company)
    with speaking("fr"):
        held = attending.of_sessions(s.id for s in found.sessions)
        account = hours.account(frame, strand_id, by=actor, sessions=found.sessions, held=held)
        facts = _facts(frame, given, found.hash)
        data = _data(frame, found, given, company) | {"hours": _hours(account)}
        titles = lines.titles(frame, found.sessions)
        data["calendar"] = [_date(plan_shown.date(frame, s, titles[s.id], actor)) for s in found.sessions]
        data["objectives"] = [_objective(plan_shown.objective(frame, x, actor)) for x in found.objectives]
        data["axes"] = [_axis(plan_shown.axis(frame, x, actor)) for x in found.axes]
    proof = {
        "format": 1,
        "lines": found.lines,
        "content_hash": found.hash,
        "events": facts,
        "head": facts[-1]["hash"],
    }
    return Document(
        template="plan", kind="PLA", purpose="plan", subject_id=given[-1].id, version=1, mission_id=frame.id,
        zone_id=given[-1].zone_id, content_hash=found.hash, by=given[-1].contact_id, at=given[-1].given_at, data=data,
        proof=proof, file_name="Plan de mentoring",
    )  # fmt: skip


def _data(frame: Frame, found: Plan, given: list[PlanAssent], company: Company) -> dict[str, Any]:
    marks = [_assent(frame, a, found.strand_id) for a in sorted(given, key=lambda a: a.given_at)]
    called = mission_name(frame)
    return {
        "title": f"Plan de mentoring, {called[:1].lower()}{called[1:]}",
        "label": "Plan",
        "over": f"{called} · {company.name}",
        "firm": {"name": company.firm_name},
        "for": f", pour {company.name}",
        "status": f"Paraphé par tous le {day(given[-1].given_at)}",
        "audience": {
            "level": "parties",
            "readers": sorted({m["party"] for m in marks}),
            "words": names(m["name"].partition(" ")[0] for m in marks),
        },
        "assents": marks,
        "fingerprint": found.hash,
    }


def _facts(frame: Frame, given: list[PlanAssent], hashed: str) -> list[dict[str, Any]]:
    told = [
        {"kind": "initialled", "at": a.given_at.isoformat(), "who": _name(frame, a.contact_id), "content_hash": a.hash}
        for a in given
    ]  # fmt: skip
    return chained(
        [*told, {"kind": "complete", "at": given[-1].given_at.isoformat(), "content_hash": hashed}]
    )


def _assent(frame: Frame, a: PlanAssent, strand_id: uuid.UUID) -> dict[str, Any]:
    roles = [s.role for s in frame.seats if s.contact_id == a.contact_id and s.spans(strand_id)]
    member = frame.members[a.contact_id]
    return {
        "party": words.party_of(roles[0]) if roles else "firm",
        "initials": member.initials,
        "name": member.name,
        "role": words.roles(list(dict.fromkeys(roles))),
        "at": _moment(a.given_at),
    }


def _objective(x: dict[str, Any]) -> dict[str, str]:
    return {"rank": str(x["number"]), "text": x["words"], "target": x["target"], "due": x["due"]}


def _axis(x: dict[str, Any]) -> dict[str, Any]:
    return {
        "rank": str(x["number"]),
        "name": x["words"],
        "strategies": " ; ".join(s["words"].rstrip(".") for s in x["strategies"]),
        "actions": [
            {"what": a["words"], "who": a["who"], "due": a["due"], "state": STATES[a["state"]]}
            for s in x["strategies"]
            for a in s["actions"]
        ],
    }


def _date(x: dict[str, Any]) -> dict[str, str]:
    return {"at": x["when"], "what": x["title"], "who": x["who"], "duration": x["length"]}


def _hours(of: hours.Account) -> list[list[str]]:
    told = [
        ["Convenues", duration(of.agreed)],
        ["Planifiées", duration(of.planned)],
        ["Décomptées", duration(of.spent)],
    ]
    return [*told, ["Restent à planifier", duration(of.free)]] if of.whole and of.free > 0 else told


def _name(frame: Frame, contact: uuid.UUID) -> str:
    member = frame.members.get(contact)
    return member.name if member is not None else ""


def _moment(value: datetime) -> str:
    return f"{day(value)}, {clock(value)}"

"""A report as its page and its paper show it: words from its plain values, the same for what is written and what is issued."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tenants.mission.objectives.content import Measure
from tenants.mission.report.sources import PARTS
from tenants.policy import Role
from webapp import formats
from webapp import words as roles
from webapp.formats import day, duration
from webapp.mission.report import charts, words

HEAD = 3  # axes and dates of the synthesis
NONE = "–"


def view(content: Mapping[str, Any]) -> dict[str, Any]:
    """All that is shown of it, in words."""
    parts = {part: [_passage(content, p) for p in content["parts"][part]] for part in PARTS}
    mentee = (content["mentee"] or {}).get("name", "")
    results = [_result(r) for r in content["results"]]
    follow_up = sorted(
        parts["follow_up"], key=lambda p: (p["due_iso"] is None, p["due_iso"] or "")
    )  # a calendar is in the order of its days
    return {
        "title": _("Bilan de la mission %(of_mentee)s", of_mentee=formats.of_name(mentee)),
        "mentee": mentee,
        "first": mentee.partition(" ")[0],
        "author": (content["author"] or {}).get("name", ""),
        "version": content["version"],
        "reason": content["reason"],
        "corrects": content["corrects"],
        "purpose": words.purpose(),
        "sentence": content["sentence"],
        "parts": [(part, words.PARTS[part](), parts[part]) for part in PARTS],
        "by_part": parts,
        "results": results,
        "axes_head": [p["text"] for p in parts["axes"] if p["text"]][:HEAD],
        "dates_head": [p for p in follow_up if p["text"]][:HEAD],
        "follow_up": follow_up,
        "hours": charts.hours_of(content),
        "timeline": charts.timeline_of(content),
        "facts": facts(content),
        "reply": _reply(content["reply"]),
        "empty": not any(p["text"] for lines in parts.values() for p in lines),
    }


def facts(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Dates, participants, hours: « Dates », « du 1er septembre 2026 au 31 mars 2027 »."""
    mission = content["mission"]
    starts, ends = (date.fromisoformat(mission[k]) for k in ("starts_on", "ends_on"))
    held = [s for s in content["sessions"] if s["state"] == "held"]
    found = [
        (_("Dates"), _("du %(starts)s au %(ends)s", starts=day(starts), ends=day(ends))),
        (_("Participants"), ", ".join(_participant(p) for p in content["people"])),
    ]
    if held:
        said = ngettext("%(num)d rendez-vous tenu", "%(num)d rendez-vous tenus", len(held))
        found.append((_("Rendez-vous"), said))
    if content["hours"]:
        told = content["hours"]
        spent, agreed = duration(told["spent"]), duration(told["agreed"])
        whole = told["agreed"]
        found.append(
            (
                _("Heures"),
                _("%(spent)s décomptées sur %(agreed)s", spent=spent, agreed=agreed)
                if whole
                else _("%(spent)s décomptées", spent=spent),
            )
        )
    return found


def _participant(p: Mapping[str, Any]) -> str:
    held = roles.roles([Role(r) for r in p["roles"]])
    return _("%(name)s (%(role)s)", name=p["name"], role=held)


def _passage(content: Mapping[str, Any], p: Mapping[str, Any]) -> dict[str, Any]:
    source = p["source"]
    due = date.fromisoformat(p["due_on"]) if p["due_on"] else None
    return {
        "id": p["id"],
        "text": p["text"],
        "kind": words.SOURCES[source["kind"]]() if source else words.appraisal(),
        "ref": words.reference(source) if source else "",
        "there": source is None or source["there"],
        "source": source,
        "due": day(due) if due else "",
        "due_iso": p["due_on"],
        "owner": (p["owner"] or {}).get("name", ""),
    }


def _result(r: Mapping[str, Any]) -> dict[str, Any]:
    last = r["readings"][-1] if r["readings"] else None
    return {
        "id": r["id"],
        "number": r["number"],
        "wording": r["wording"],
        "indicator": r["indicator"],
        "baseline": charts.words(Measure.of(r["baseline"])) or NONE,
        "target": charts.words(Measure.of(r["target"])) or NONE,
        "result": charts.words(Measure.of(last["measure"])) if last else _("aucun relevé"),
        "by": _observed(last) if last else "",
        "appraisal": not r["indicator"],
        "said": words.appraisal() if not r["indicator"] else "",
        "chart": charts.range_of(r),
    }


def _observed(reading: Mapping[str, Any]) -> str:
    who = (reading["by"] or {}).get("name", "").partition(" ")[0]
    return _("%(who)s, %(day)s", who=who, day=day(date.fromisoformat(reading["on"])))


def _reply(reply: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if reply is None:
        return None
    at = datetime.fromisoformat(reply["at"]) if reply["at"] else None
    name = (reply["by"] or {}).get("name", "")
    return {
        "text": reply["text"],
        "name": name,
        "title": _("La réponse %(of_name)s", of_name=formats.of_name(name)),
        "when": day(at) if at else "",
        "at": f"{day(at)}, {formats.clock(at)}" if at else "",
    }


def status(content: Mapping[str, Any], issued_at: datetime) -> str:
    """« Version 1, remise le 15 mars 2027, rédigée par Hélène Tavernac »."""
    return _(
        "Version %(version)s, remise le %(day)s, rédigée par %(who)s",
        version=content["version"],
        day=day(issued_at),
        who=(content["author"] or {}).get("name", ""),
    )

"""The whole text of a version, from what was hashed and nothing else, as pages show it: L’essentiel, then all of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tenants.documents.texts import difference
from tenants.mission.agreement import matrix
from tenants.mission.agreement.clauses import ClauseValues
from tenants.mission.agreement.headings import HEADINGS, SENTENCE, TEXTS
from tenants.mission.agreement.matrix import Cell
from tenants.mission.queries import Frame
from tenants.policy import Role
from webapp import formats, words
from webapp.mission import names
from webapp.mission.agreement import matrix_words
from webapp.mission.agreement.words import HEADING, OUTCOME, TITLE

OPS = {"same": "same", "del": "out", "ins": "in"}  # as ui/change.html reads them


@dataclass(frozen=True)
class TextView:
    """What ``_text.html`` needs."""

    essential: list[str]
    texts: list[dict[str, Any]]
    expectations: list[dict[str, Any]]
    divergences: list[dict[str, str]]
    clauses: list[dict[str, str]]
    values: list[str]
    dates: str
    matrix: list[matrix_words.LineView]
    heads: list[str]
    people: list[dict[str, Any]]
    annexes: list[dict[str, str]]


def view(frame: Frame, said: Mapping[str, Any]) -> TextView:
    """The content of a version in words."""
    return TextView(
        essential=essential(frame, said),
        texts=texts(said),
        expectations=_expectations(said),
        divergences=[_divergence(d) for d in said["divergences"]],
        clauses=list(said["clauses"]),
        values=values(ClauseValues.of(said["values"]), said["price"]),
        dates=dates(said),
        matrix=matrix_words.lines(frame, matrix.cells_of(said["matrix"]), editable=False),
        heads=matrix_words.heads(),
        people=[_person(p) for p in said["people"]],
        annexes=list(said["annexes"]),
    )


def texts(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Request, reformulation, sentence, as they were."""
    return [_text(what, said["texts"][what]) for what in TEXTS if what in said["texts"]]


def essential(frame: Frame, said: Mapping[str, Any]) -> list[str]:
    """Five lines, in the third person."""
    sentence = said["texts"].get(SENTENCE, {}).get("words", "")
    mentees = [p["name"].partition(" ")[0] for p in said["people"] if Role.MENTEE in p["roles"]]
    mentors = [p["name"].partition(" ")[0] for p in said["people"] if Role.MENTOR in p["roles"]]
    who = formats.names(mentees)
    return [
        _("La phrase convenue : « %(sentence)s »", sentence=sentence),
        dates(said) + " " + _("Seules les séances confirmées consomment des heures, hors ce que les règles prévoient."),
        _("Le carnet reste entre %(mentee)s et %(mentor)s. Le cabinet ne lit que les étapes, les dates et les heures.",
          mentee=who, mentor=formats.names(mentors)),
        _upstairs(said),
        ngettext(
            "La mission sert le développement %(of_mentee)s, pas une évaluation ; %(mentee)s peut y mettre fin.",
            "La mission sert le développement %(of_mentee)s, pas une évaluation ; chacun peut mettre fin à son parcours.",
            len(mentees), of_mentee=formats.of_name(who), mentee=who,
        ),
    ]  # fmt: skip


def dates(said: Mapping[str, Any]) -> str:
    """« 24 h, du 5 octobre 2026 au 19 mars 2027. »"""
    start, end = date.fromisoformat(said["starts_on"]), date.fromisoformat(said["ends_on"])
    return _(
        "%(hours)s, du %(start)s au %(end)s.",
        hours=formats.duration(said["hours"]),
        start=formats.day(start),
        end=formats.day(end),
    )


def values(found: ClauseValues, price: str) -> list[str]:
    """How hours are spent, and what else has a value, one sentence each."""
    late = (
        ngettext(
            "Une séance annulée moins de %(num)d heure avant compte en entier.",
            "Une séance annulée moins de %(num)d heures avant compte en entier.",
            found.late_hours,
        )
        if found.late_hours
        else _("Une séance annulée ne compte jamais.")
    )
    lines = [
        late,
        _(
            "La préparation compte %(minutes)s par séance.",
            minutes=formats.duration(found.preparation_minutes),
        )
        if found.preparation_minutes
        else _("La préparation des séances ne compte pas."),
        _("Le bilan compte %(minutes)s.", minutes=formats.duration(found.report_minutes))
        if found.report_minutes
        else _("L’écriture du bilan ne compte pas."),
        _("Les rencontres de cadrage tenues avant la signature comptent.")
        if found.framing_counts
        else _("Les rencontres de cadrage tenues avant la signature ne comptent pas."),
        ngettext(
            "Le carnet est détruit %(num)d mois après la clôture.",
            "Le carnet est détruit %(num)d mois après la clôture.",
            found.notebook_months,
        )
        if found.notebook_months
        else _("Le carnet est détruit à la clôture."),
    ]
    return [*lines, _("Prix : %(price)s.", price=price.rstrip("."))] if price else lines


def changes(frame: Frame, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What differs, piece by piece: title, and the difference as ``ui/change.html`` shows it. Empty: nothing."""
    found = []
    for title, old, new in _pieces(frame, before, after):
        if old != new:
            found.append({"title": title, "pieces": [(OPS[s.kind], s.text) for s in difference(old, new)]})
    return found


def _pieces(frame: Frame, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    told = [
        (TITLE[w](), before["texts"].get(w, {}).get("words", ""), after["texts"].get(w, {}).get("words", ""))
        for w in TEXTS
    ]
    old, new = ({c["key"]: c for c in side["clauses"]} for side in (before, after))
    for key in dict.fromkeys([*old, *new]):
        title = (new.get(key) or old[key])["title"]
        told.append((title, old.get(key, {}).get("text", ""), new.get(key, {}).get("text", "")))
    told.append((_("Dates et heures"), dates(before), dates(after)))
    said = [" ".join(values(ClauseValues.of(s["values"]), s["price"])) for s in (before, after)]
    told.append((_("Valeurs des règles"), said[0], said[1]))
    for kind, row in matrix.cells_of(after["matrix"]).items():
        was = matrix.cells_of(before["matrix"])[kind]
        for role, value in row.items():
            told.append(
                (
                    matrix_words.LINE[kind](),
                    matrix_words.meaning(frame, kind, role, was[role]),
                    matrix_words.meaning(frame, kind, role, value),
                )
            )
    there = [formats.names(p["name"] for p in side["people"]) for side in (before, after)]
    told.append((_("Personnes"), there[0], there[1]))
    return told


def _upstairs(said: Mapping[str, Any]) -> str:
    cells = matrix.cells_of(said["matrix"])
    reads = [matrix_words.LINE[k]().lower() for k, row in cells.items() if row[Role.SPONSOR] is Cell.READ]
    if not any(Role.SPONSOR in p["roles"] for p in said["people"]):
        return _("Aucune direction ne prend part à la mission ; le bilan va à qui ce tableau le dit.")
    return _("La direction lit : %(what)s ; rien d’autre.", what=formats.names(reads))


def _text(what: str, kept: Mapping[str, str]) -> dict[str, Any]:
    at = datetime.fromisoformat(kept["at"])
    return {"what": what, "title": TITLE[what](), "words": kept["words"], "by": kept["by"], "at": at}


def _expectations(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for heading in HEADINGS:
        lines = [(e["by"], e["texts"].get(heading, "").strip()) for e in said["expectations"]]
        found.append({"title": HEADING[heading](), "lines": lines})
    return found if said["expectations"] else []


def _divergence(d: Mapping[str, Any]) -> dict[str, str]:
    outcome = OUTCOME[d["outcome"]]() if d["outcome"] else ""
    if d["outcome"] == "postponed" and d["postponed_to"]:
        day = formats.short_day(date.fromisoformat(d["postponed_to"]))
        outcome = _("Reporté au %(day)s", day=day)
    return {"words": d["words"], "by": d["by"], "outcome": outcome, "answer": d["answer"]}


def _person(p: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "party": words.party_of(p["roles"][0]) if p["roles"] else "firm",
        "initials": formats.initials_of(p["name"]),
        "name": p["name"],
        "role": words.roles(p["roles"]),
        "title": p["title"],
    }


def signers(frame: Frame, required: Mapping[uuid.UUID, list[str]]) -> str:
    """« Inès, Hélène, Marc et Solange »."""
    return names.first_names(frame, required)

"""What the report says: its parts, where a passage comes from, refusals, the stage's line."""

import functools
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext

from tenants.mission.stages import Standing, Where
from webapp import formats
from webapp.errors import Words, refusal
from webapp.mission.schedule.words import TYPES

PARTS: dict[str, Callable[[], str]] = {
    "synthesis": lambda: gettext("Synthèse"),
    "points": lambda: gettext("1. Points abordés"),
    "axes": lambda: gettext("2. Axes d’amélioration préconisés"),
    "results": lambda: gettext("3. Résultats obtenus"),
    "follow_up": lambda: gettext("4. Calendrier de suivi"),
}
SOURCES: dict[str, Callable[[], str]] = {
    "sentence": lambda: gettext("Phrase convenue"),
    "objective": lambda: gettext("Objectif"),
    "axis": lambda: gettext("Feuille de route"),
    "action": lambda: gettext("Feuille de route"),
    "session": lambda: gettext("Calendrier"),
    "review": lambda: gettext("Point d’étape approuvé"),
    "summary": lambda: gettext("Compte rendu partagé"),
}


def purpose() -> str:
    """Stands on every page of it, on screen and on paper."""
    return gettext("Document de développement : il ne fonde ni évaluation ni sanction.")


def appraisal() -> str:
    """Where a passage comes from nothing that was measured or dated."""
    return gettext("Appréciation, sans indicateur")


def reference(source: Mapping[str, Any]) -> str:
    """« objectif 2 », « axe 1 », « 24 novembre 2026 »: by what one finds it."""
    kind, number, on = source["kind"], source["number"], source["on"]
    if kind == "objective" and number:
        return gettext("objectif %(number)s", number=number)
    if kind == "axis" and number:
        return gettext("axe %(number)s", number=number)
    if kind == "action" and number:
        return gettext("une action de l’axe %(number)s", number=number)
    if kind == "sentence":
        return gettext("accord de cadrage")
    if on:
        day = formats.day(date.fromisoformat(on))
        return f"{TYPES[source['type']]()}, {day}" if kind == "session" and source["type"] else day
    return gettext("n’est plus lisible de tous") if not source["there"] else gettext("sans date")


def address(mission_id: Any, strand_id: Any, source: Mapping[str, Any]) -> str:
    """Where one reads it, for whoever may."""
    ids = {"mission_id": mission_id, "strand": strand_id}
    kind, which = source["kind"], source["id"]
    if kind == "sentence":
        return url_for("agreement.index", mission_id=mission_id)
    if kind == "objective":
        return url_for("objectives.index", **ids, _anchor=f"objective-{which}")
    if kind in ("axis", "action"):
        anchor = f"axis-{which}" if kind == "axis" else f"line-{which}"
        return url_for("roadmap.index", **ids, _anchor=anchor)
    return url_for("schedule.index", **ids)


def stage_line(standing: Standing) -> str:
    """« Lecture en premier, jusqu’au 12 mars », « Remis le 15 mars »."""
    told = standing.facts
    if standing.where is Where.WRITING:
        return gettext("Lecture en premier, jusqu’au %(day)s", day=formats.short_day(told["until"]))
    if standing.where is Where.AGREED:
        return gettext("Remis %(day)s", day=formats.on_day(told["issued"]))
    return gettext("Pas encore remis")


def register() -> None:
    """Give every refusal of this room its words."""
    for name, (title, what) in _SAID.items():
        refusal(f"report.{name}")(functools.partial(_worded, title, what))


def _worded(title: Callable[[], str], what: Callable[[Any], str], values: dict[str, Any]) -> Words:
    return Words(title(), what(values), gettext("Ce que vous avez écrit est gardé."))


_SAID: dict[str, tuple[Callable[[], str], Callable[[Any], str]]] = {
    "gone": (
        lambda: gettext("Ce bilan n’est plus là"),
        lambda _: gettext("Rechargez la page."),
    ),
    "issued": (
        lambda: gettext("Ce bilan est remis"),
        lambda _: gettext("Plus rien n’y change. Vous pouvez en remettre une version corrigée."),
    ),
    "there": (
        lambda: gettext("Un bilan est déjà remis"),
        lambda _: gettext("Pour le changer, choisissez « Corriger ce bilan »."),
    ),
    "reach": (
        lambda: gettext("Ce passage ne peut pas être repris"),
        lambda _: gettext(
            "Tous ceux qui liront le bilan ne peuvent pas lire d’où il vient, et la règle ne prévoit pas que le bilan"
            " le répète. Retirez-le, ou écrivez-le vous-même."
        ),
    ),
    "many": (
        lambda: gettext("Ce bilan est très long"),
        lambda _: gettext("Retirez des passages avant d’en ajouter."),
    ),
    "read": (
        lambda: gettext("La lecture est terminée"),
        lambda _: gettext("Le bilan peut être remis."),
    ),
    "empty": (
        lambda: gettext("Ce bilan n’a pas encore de texte"),
        lambda _: gettext("Écrivez un passage, puis donnez-le à lire."),
    ),
    "other_reading": (
        lambda: gettext("Un autre bilan est en cours de lecture"),
        lambda _: gettext("Attendez qu’il soit remis."),
    ),
    "not_reading": (
        lambda: gettext("La lecture est terminée"),
        lambda _: gettext("Le délai pour lire en premier est passé."),
    ),
    "not_read": (
        lambda: gettext("Le bilan n’a pas encore été lu"),
        lambda _: gettext("La personne accompagnée le lit en premier ; le délai se termine de lui-même."),
    ),
    "unprintable": (
        lambda: gettext("Un caractère ne peut pas être imprimé"),
        lambda v: gettext("Retirez-le, puis recommencez : %(names)s.", names=", ".join(v["characters"])),
    ),
    "changed": (
        lambda: gettext("Le bilan a changé pendant que vous le lisiez"),
        lambda _: gettext("Relisez-le, puis remettez-le."),
    ),
    "no_reason": (
        lambda: gettext("Dites ce que la correction change"),
        lambda _: gettext("Ce motif est imprimé sur le nouveau bilan."),
    ),
    "not_issued": (
        lambda: gettext("Ce bilan n’est pas encore remis"),
        lambda _: gettext("On en accuse réception, ou on le corrige, une fois qu’il est remis."),
    ),
    "recalled": (
        lambda: gettext("Ce bilan a été rappelé"),
        lambda _: gettext("Une version corrigée l’a remplacé."),
    ),
    "days": (
        lambda: gettext("Ce délai n’est pas possible"),
        lambda _: gettext("Choisissez de 2 à 30 jours."),
    ),
    "part": (
        lambda: gettext("Cette partie n’existe pas"),
        lambda _: gettext("Choisissez une des parties du bilan."),
    ),
    "owner": (
        lambda: gettext("Cette personne n’est pas de la mission"),
        lambda _: gettext("Choisissez dans la liste."),
    ),
}

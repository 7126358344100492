"""What the calendar says: types of session, their usual points, what each leaves, states, ways to lay out, refusals."""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from tenants.mission.schedule.clock import PARIS
from tenants.mission.schedule.layouts import Layout
from tenants.mission.schedule.types import Type
from webapp import formats
from webapp.errors import Words, refusal

TYPES: dict[str, Callable[[], str]] = {
    Type.FRAMING: lambda: gettext("Cadrage"),
    Type.PAIR: lambda: gettext("Rendez-vous"),
    Type.VISIT: lambda: gettext("Visite du site"),
    Type.REVIEW: lambda: gettext("Point d’étape"),
    Type.COLLECTIVE: lambda: gettext("Séance collective"),
    Type.REPORT: lambda: gettext("Remise du bilan"),
    Type.RESTITUTION: lambda: gettext("Restitution orale"),
}
ABOUT: dict[str, Callable[[], str]] = {
    Type.FRAMING: lambda: gettext("La demande, les attentes de chacun, les règles : avec la direction."),
    Type.PAIR: lambda: gettext("Mentor et mentoré·e, sans personne d’autre."),
    Type.VISIT: lambda: gettext("Voir le poste là où il se tient, avec le manager."),
    Type.REVIEW: lambda: gettext("À trois : où en sont les objectifs, ce qui change."),
    Type.COLLECTIVE: lambda: gettext("Le mentor et tous les mentorés de la mission."),
    Type.REPORT: lambda: gettext("Le bilan, lu d’abord par la personne accompagnée."),
    Type.RESTITUTION: lambda: gettext("En présence de tous : questions et clôture."),
}
LEAVES: dict[str, Callable[[], str]] = {
    Type.FRAMING: lambda: gettext("l’accord de cadrage, prêt à être signé"),
    Type.PAIR: lambda: gettext("un compte rendu et les actions décidées"),
    Type.VISIT: lambda: gettext("le dossier de contexte complété"),
    Type.REVIEW: lambda: gettext("un point d’étape approuvé par les trois"),
    Type.COLLECTIVE: lambda: gettext("un compte rendu lu du mentor et des mentorés"),
    Type.REPORT: lambda: gettext("le bilan, prêt à être envoyé"),
    Type.RESTITUTION: lambda: gettext("la réponse de chaque partie à la clôture"),
}
POINTS: dict[str, Callable[[], str]] = {
    "framing.request": lambda: gettext("La demande de la direction, et ce que chacun en comprend"),
    "framing.expectations": lambda: gettext("Les attentes, rubrique par rubrique, et les écarts"),
    "framing.rules": lambda: gettext("Les règles de l’espace de travail : qui lit quoi"),
    "framing.calendar": lambda: gettext("Les dates et les heures"),
    "pair.since": lambda: gettext("Ce qui s’est passé depuis la dernière fois"),
    "pair.topic": lambda: gettext("Le sujet du jour"),
    "pair.next": lambda: gettext("Ce qui sera essayé d’ici le prochain rendez-vous"),
    "visit.places": lambda: gettext("Les lieux et les équipes"),
    "visit.tasks": lambda: gettext("Les tâches, telles qu’elles se font"),
    "visit.people": lambda: gettext("Les personnes avec qui le poste travaille"),
    "review.objectives": lambda: gettext("Les objectifs, depuis la dernière fois"),
    "review.drift": lambda: gettext("Ce qui s’écarte du plan"),
    "review.agreed": lambda: gettext("Ce qui est convenu"),
    "review.changes": lambda: gettext("Ce qui change : objectifs, feuille de route, dates"),
    "collective.round": lambda: gettext("Un tour de table"),
    "collective.topic": lambda: gettext("Le sujet commun"),
    "collective.next": lambda: gettext("Ce que chacun essaiera"),
    "report.results": lambda: gettext("Les résultats obtenus, objectif par objectif"),
    "report.reply": lambda: gettext("La réponse de la personne accompagnée"),
    "report.follow_up": lambda: gettext("Le calendrier de suivi"),
    "restitution.presentation": lambda: gettext("La présentation du bilan"),
    "restitution.questions": lambda: gettext("Les questions"),
    "restitution.closure": lambda: gettext("La clôture, partie par partie"),
}
LAYOUTS: dict[Layout, tuple[Callable[[], str], Callable[[], str]]] = {
    Layout.TAKING_POST: (
        lambda: gettext("Prise de poste"),
        lambda: gettext(
            "Des rendez-vous rapprochés au début, une visite du site dès les premiers jours, deux points d’étape."
        ),
    ),
    Layout.PASSING_ON: (
        lambda: gettext("Transmission de savoir-faire"),
        lambda: gettext(
            "Des séances longues, à intervalles réguliers, et deux visites là où le travail se fait."
        ),
    ),
    Layout.TO_DIRECTION: (
        lambda: gettext("Passage à la direction"),
        lambda: gettext("Des rendez-vous plus espacés, trois points d’étape, une restitution longue."),
    ),
}
ROOTS: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "since": (
        lambda: gettext("Les objectifs depuis la dernière fois"),
        lambda: gettext("Où ils en étaient, où ils en sont : des faits datés."),
    ),
    "drift": (
        lambda: gettext("Ce qui s’écarte"),
        lambda: gettext("Du plan, des dates, de ce qui était attendu."),
    ),
    "agreed": (lambda: gettext("Ce qui est convenu"), lambda: gettext("Qui fait quoi, et pour quand.")),
    "changes": (
        lambda: gettext("Ce qui change"),
        lambda: gettext("Dans les objectifs, la feuille de route, le calendrier."),
    ),
}
# Places of the world where a mission is likely to be held; any other IANA name that a session has is kept.
ZONES: dict[str, Callable[[], str]] = {
    PARIS: lambda: gettext("Paris"),
    "Europe/Brussels": lambda: gettext("Bruxelles"),
    "Europe/Zurich": lambda: gettext("Genève"),
    "Europe/Luxembourg": lambda: gettext("Luxembourg"),
    "Europe/London": lambda: gettext("Londres"),
    "Europe/Lisbon": lambda: gettext("Lisbonne"),
    "America/Montreal": lambda: gettext("Montréal"),
    "America/Guadeloupe": lambda: gettext("Guadeloupe"),
    "America/Martinique": lambda: gettext("Martinique"),
    "America/Cayenne": lambda: gettext("Guyane"),
    "Indian/Reunion": lambda: gettext("La Réunion"),
    "Indian/Mayotte": lambda: gettext("Mayotte"),
    "Pacific/Noumea": lambda: gettext("Nouméa"),
    "Africa/Casablanca": lambda: gettext("Casablanca"),
    "Africa/Tunis": lambda: gettext("Tunis"),
    "Africa/Dakar": lambda: gettext("Dakar"),
}
MOVED: dict[str, Callable[[str], str]] = {
    "planned": lambda who: gettext("%(who)s a fixé la date", who=who),
    "moved": lambda who: gettext("%(who)s a déplacé le rendez-vous", who=who),
    "aimed": lambda who: gettext("%(who)s a changé ce qui est visé", who=who),
    "cancelled": lambda who: gettext("%(who)s a annulé le rendez-vous", who=who),
    "summary_shared": lambda who: gettext("%(who)s a partagé le compte rendu", who=who),
    "review_approved": lambda who: gettext("Le point d’étape est approuvé, par %(who)s en dernier", who=who),
}
TIMES = {
    "yes": lambda: gettext("oui"),
    "maybe": lambda: gettext("s’il le faut"),
    "no": lambda: gettext("non"),
}


def zone_name(zone: str) -> str:
    """« Paris », « La Réunion »; an unlisted one by the last part of its name."""
    return ZONES[zone]() if zone in ZONES else zone.rpartition("/")[2].replace("_", " ")


def hour(local: datetime, zone: str | None) -> str:
    """« 9 h », « 9 h (heure de La Réunion) » for a place whose clocks are not the usual ones."""
    said = formats.clock(local.time())
    if zone and zone != PARIS:
        return gettext("%(hour)s (heure locale : %(place)s)", hour=said, place=zone_name(zone))
    return said


def register() -> None:
    """Give every refusal of this room its words."""
    for name, (title, what) in _SAID.items():
        worded(name, title, what)


def worded(name: str, title: Callable[[], str], what: Callable[[Any], str]) -> None:
    """Give one refusal its words."""
    refusal(name)(functools.partial(_worded, title, what))


def _worded(title: Callable[[], str], what: Callable[[Any], str], values: dict[str, Any]) -> Words:
    return Words(title(), what(values), gettext("Ce que vous avez écrit est gardé."))


def no_such_hour(values: dict[str, Any]) -> str:
    """« Ce jour-là, les horloges passent de 2 h à 3 h : 2 h 30 n’existe pas. Choisissez 3 h. »"""
    return gettext(
        "Ce jour-là, on avance les horloges : %(hour)s n’existe pas. La première heure qui existe ensuite est %(next)s.",
        hour=formats.clock(values["local"].time()),
        next=formats.clock(values["next"].time()),
    )


_SAID: dict[str, tuple[Callable[[], str], Callable[[Any], str]]] = {
    "schedule.gone": (
        lambda: gettext("Ce rendez-vous n’existe plus"),
        lambda _: gettext("Il a été retiré du calendrier."),
    ),
    "schedule.over": (
        lambda: gettext("Ce rendez-vous est passé ou annulé"),
        lambda _: gettext("Sa date ne change plus. Prévoyez-en un autre."),
    ),
    "schedule.stale": (
        lambda: gettext("La date a changé pendant que vous l’écriviez"),
        lambda _: gettext("Choisissez celle qui reste."),
    ),
    "schedule.not_begun": (
        lambda: gettext("Ce rendez-vous n’a pas encore eu lieu"),
        lambda _: gettext("Vous pourrez le dire une fois son heure venue."),
    ),
    "schedule.together": (
        lambda: gettext("Une séance collective réunit plusieurs mentorés"),
        lambda _: gettext(
            "Cette mission n’en a qu’un, ou ce type de rendez-vous est celui d’un seul parcours."
        ),
    ),
    "schedule.date_missing": (
        lambda: gettext("Ce rendez-vous a déjà une date"),
        lambda _: gettext("Donnez-lui-en une autre, ou annulez-le."),
    ),
    "schedule.no_such_hour": (lambda: gettext("Cette heure n’existe pas ce jour-là"), no_such_hour),
    "schedule.no_such_zone": (
        lambda: gettext("Ce fuseau horaire n’est pas connu"),
        lambda _: gettext("Choisissez un lieu de la liste."),
    ),
    "schedule.past": (
        lambda: gettext("Ce moment est passé"),
        lambda _: gettext("Proposez une date à venir."),
    ),
    "schedule.alike": (
        lambda: gettext("Deux créneaux sont les mêmes"),
        lambda _: gettext("Proposez des moments différents."),
    ),
    "schedule.closed": (
        lambda: gettext("Cette question est close"),
        lambda _: gettext("Une date a été retenue, ou d’autres créneaux ont été proposés."),
    ),
    "schedule.not_invited": (
        lambda: gettext("Ce rendez-vous se tient sans vous"),
        lambda _: gettext("Seules les personnes attendues répondent aux créneaux."),
    ),
    "schedule.many": (
        lambda: gettext("Il y a déjà beaucoup de créneaux"),
        lambda v: ngettext(
            "On n’en propose pas plus de %(num)d à la fois.",
            "On n’en propose pas plus de %(num)d à la fois.",
            v["most"],
        ),
    ),
    "schedule.not_common": (
        lambda: gettext("Ce créneau ne convient pas à tous"),
        lambda _: gettext("Quelqu’un ne peut pas, n’a pas répondu, ou le moment est passé."),
    ),
    "agenda.gone": (
        lambda: gettext("Ce point n’est plus à l’ordre du jour"),
        lambda _: gettext("Quelqu’un l’a retiré."),
    ),
    "agenda.not_author": (
        lambda: gettext("Ce point n’est pas de vous"),
        lambda _: gettext("Seule la personne qui l’a ajouté peut le retirer."),
    ),
    "summary.empty": (
        lambda: gettext("Le compte rendu est vide"),
        lambda _: gettext("Écrivez-le, puis partagez-le."),
    ),
    "summary.long": (
        lambda: gettext("Le compte rendu est trop long pour être partagé"),
        lambda v: gettext("Il compte %(count)d caractères de trop.", count=v["length"] - v["limit"]),
    ),
    "summary.collective": (
        lambda: gettext("Ce compte rendu est déjà lu de tous ceux de la séance"),
        lambda _: gettext("Il n’y a rien à partager de plus."),
    ),
    "summary.shared": (
        lambda: gettext("Ce compte rendu a été partagé"),
        lambda _: gettext("Il ne se retire plus."),
    ),
    "review.not_one": (
        lambda: gettext("Ce rendez-vous n’est pas un point d’étape"),
        lambda _: gettext("Le point d’étape s’écrit au rendez-vous avec le manager."),
    ),
    "review.changed": (
        lambda: gettext("Le texte a changé pendant que vous le lisiez"),
        lambda _: gettext("Relisez-le ci-dessous ; votre approbation ira au texte que vous aurez lu."),
    ),
    "review.empty": (
        lambda: gettext("Le point d’étape est vide"),
        lambda _: gettext("Écrivez-le, puis approuvez-le."),
    ),
    "review.long": (
        lambda: gettext("Un texte est trop long pour être approuvé"),
        lambda v: gettext(
            "« %(what)s » compte %(count)d caractères de trop.",
            what=ROOTS[v["root"]][0](),
            count=v["length"] - v["limit"],
        ),
    ),
    "review.unprintable": (
        lambda: gettext("Un caractère ne peut pas être imprimé"),
        lambda v: gettext("Retirez-le, puis approuvez : %(names)s.", names=", ".join(v["characters"])),
    ),
    "review.not_required": (
        lambda: gettext("Votre approbation n’est pas attendue ici"),
        lambda _: gettext("Elle est celle du mentoré, du mentor et du manager direct."),
    ),
    "review.approved": (
        lambda: gettext("Ce point d’étape est approuvé par les trois"),
        lambda _: gettext("Il ne change plus."),
    ),
}

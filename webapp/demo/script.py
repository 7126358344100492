"""What the demonstration's people wrote, in the order in which they did. Days are counted from the present one.

Each line is an act of somebody at a moment: the seed plays it through the same operations as a page would.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tenants.mission.objectives.content import Measure

Acts = tuple["Act", ...]


@dataclass(frozen=True)
class Act:
    """``what`` is an act of the seed; ``on`` names the objective it is about; ``with_`` is what it needs."""

    day: int
    hour: str
    who: str
    what: str
    on: str
    with_: Any = None


def out_of(value: int, whole: int, words: str = "", sense: str | None = None) -> Measure:
    """« 9 sur 10 »."""
    return Measure(words, Decimal(value), Decimal(whole), sense)


def figure(value: int, words: str = "", sense: str | None = None) -> Measure:
    """« 23 », « 8 au plus »."""
    return Measure(words, Decimal(value), None, sense)


INES: Acts = (
    Act(-22, "10:15", "ines", "propose", "o1", (
        "Inès tient seule la réunion de planification du lundi : chaque décision en sort avec un nom et une date.",
        "Part des décisions qui portent un nom et une date au compte rendu du lundi",
    )),
    Act(-22, "10:22", "ines", "set", "o1", {
        "baseline": out_of(4, 11), "target": out_of(9, 10), "due_on": 66,
        "stake": "Que les décisions du lundi tiennent jusqu’au vendredi",
    }),
    Act(-22, "10:25", "ines", "share", "o1"),
    Act(-21, "14:05", "marc", "set", "o1", {"observer": "marc"}),
    Act(-21, "14:30", "marc", "propose", "o2", (
        "Les litiges de quai se règlent vite.",
        "Nombre de litiges ouverts depuis plus de cinq jours ouvrés, le vendredi à 17 h",
    )),
    Act(-21, "14:34", "marc", "set", "o2", {"baseline": figure(23), "due_on": 94}),
    Act(-21, "14:35", "marc", "share", "o2"),
    Act(-20, "9:10", "helene", "write", "o2", {
        "wording": "Les litiges de quai se règlent en moins de cinq jours ouvrés.",
    }),
    Act(-20, "9:12", "helene", "comment", "o2", "« Vite » ne se compte pas. Cinq jours ouvrés, c’est ce que disait Marc au premier rendez-vous."),
    Act(-19, "17:40", "marc", "set", "o2", {
        "target": Measure("aucun litige ouvert depuis plus de cinq jours"), "observer": "marc",
    }),
    Act(-15, "12:20", "marc", "read", "o1", (4, 9, "")),
    Act(-8, "12:15", "marc", "read", "o1", (5, 9, "Deux décisions sans date, toutes deux sur les plannings")),
    Act(-6, "8:50", "marc", "comment", "o1", "Je relève le compte rendu chaque lundi à midi, sans participer à la réunion."),
    Act(-6, "9:20", "ines", "comment", "o1", "Cela me convient. Les lundis de congé ne comptent pas."),
    Act(-6, "9:24", "ines", "assent", "o1"),
    Act(-6, "18:02", "helene", "assent", "o1"),
    Act(-5, "8:30", "ines", "propose", "o3", (
        "Les deux chefs d’équipe préparent les plannings ; Inès les valide sans les refaire.",
        "Semaines où le planning est publié le jeudi sans reprise par Inès",
    )),
    Act(-5, "8:38", "ines", "set", "o3", {
        "baseline": out_of(0, 4), "target": out_of(3, 4), "due_on": 94, "observer": "ines",
    }),
    Act(-5, "8:40", "ines", "share", "o3"),
    Act(-5, "8:44", "ines", "assent", "o3"),
    Act(-4, "11:05", "marc", "assent", "o1"),
    Act(-4, "11:12", "ines", "assent", "o2"),
    Act(-4, "11:20", "marc", "assent", "o2"),
    Act(-2, "19:10", "marc", "propose", "o4", (
        "Inès fait preuve d’optimisme et de leadership avec les transporteurs.", "",
    )),
    Act(-1, "12:10", "marc", "read", "o1", (6, 9, "")),
    Act(-1, "16:12", "ines", "set", "o2", {"target": figure(8, "", "most")}),
    Act(-1, "16:13", "ines", "comment", "o2", "Zéro dépend des transporteurs autant que de nous. Huit, c’est ce que l’équipe du site Sud tient depuis un an."),
    Act(-1, "16:15", "ines", "assent", "o2"),
    Act(-1, "18:36", "helene", "assent", "o2"),
    Act(-1, "18:40", "helene", "comment", "o2", "Je suis d’accord avec le chiffre. Marc, vérifiez-vous qu’il tient compte de la période de Noël ?"),
    Act(0, "7:45", "helene", "propose", "o5", (
        "Inès conduit seule la négociation des créneaux avec trois transporteurs.",
        "Nombre de transporteurs avec qui un créneau a été signé par Inès",
    )),
)  # fmt: skip

GROUP: Acts = (
    Act(-12, "10:00", "nadege", "propose_all", "g1", (
        "Les trois équipes se passent les consignes par écrit, à chaque changement de poste.",
        "Nombre de changements de poste avec une consigne écrite, relevé une semaine par mois",
    )),
    Act(-12, "10:06", "nadege", "set", "g1", {"baseline": out_of(3, 21), "target": out_of(18, 21, "", "least"), "due_on": 120}),
    Act(-12, "10:08", "nadege", "share", "g1"),
    Act(-11, "16:20", "lina", "comment", "g1", "Nous avons besoin d’un cahier par quai, pas d’un seul pour tout le site."),
    Act(-9, "9:40", "lina", "propose", "l1", (
        "Lina ouvre le point du matin à l’heure et le tient en dix minutes.",
        "Points du matin commencés à 6 h et finis avant 6 h 10, relevés par l’équipe",
    )),
    Act(-9, "9:52", "lina", "set", "l1", {"baseline": out_of(2, 5), "due_on": 90, "stake": "Partir en tournée à l’heure"}),
    Act(-9, "9:53", "lina", "share", "l1"),
    Act(-8, "11:30", "ines", "comment", "l1", "La cible pourrait être quatre jours sur cinq. Qu’en pensez-vous ?"),
    Act(-3, "15:10", "joel", "propose", "j1", (
        "Joël dit non à une demande urgente quand elle n’est pas de son ressort, et l’adresse à qui de droit.", "",
    )),
    Act(-2, "10:15", "marc", "propose", "a1", (
        "Adrien écrit chaque nuit ce qui n’a pas été chargé, et pourquoi.", "",
    )),
    Act(-2, "10:18", "marc", "share", "a1"),
)  # fmt: skip

SAMIRA: Acts = (
    Act(-40, "9:30", "samira", "propose", "s1", (
        "Samira présente elle-même les résultats qualité au comité de direction, chaque premier mardi.",
        "Comités où elle présente seule, sur les quatre à venir",
    )),
    Act(-40, "9:41", "samira", "set", "s1", {
        "baseline": out_of(0, 4), "target": out_of(4, 4), "due_on": 70,
        "stake": "Que la qualité ait une voix au comité",
    }),
    Act(-40, "9:42", "samira", "share", "s1"),
    Act(-40, "9:43", "samira", "set", "s1", {"observer": "helene"}),
    Act(-38, "17:20", "helene", "comment", "s1", "Je suis présente à deux comités sur les quatre, et je note ce qui vous est demandé."),
    Act(-37, "8:55", "samira", "assent", "s1"),
    Act(-37, "18:10", "helene", "assent", "s1"),
    Act(-36, "9:15", "helene", "propose", "s2", (
        "Chaque réclamation reçoit une première réponse écrite sous deux jours ouvrés.",
        "Part des réclamations du mois répondues sous deux jours ouvrés",
    )),
    Act(-36, "9:22", "helene", "set", "s2", {
        "baseline": out_of(41, 100), "target": out_of(90, 100, "", "least"), "due_on": 65,
    }),
    Act(-36, "9:23", "helene", "share", "s2"),
    Act(-36, "9:24", "helene", "set", "s2", {"observer": "samira"}),
    Act(-35, "14:40", "samira", "set", "s2", {"target": out_of(85, 100, "", "least")}),
    Act(-35, "14:42", "samira", "comment", "s2", "85 pour commencer : l’été et en fin d’année, nous ne sommes que deux."),
    Act(-35, "14:45", "samira", "assent", "s2"),
    Act(-33, "8:30", "helene", "assent", "s2"),
    Act(-30, "11:00", "samira", "propose", "s3", (
        "Les deux techniciennes animent le point qualité du matin ; Samira n’y prend la parole qu’à la fin.",
        "Points du matin animés par l’une des deux techniciennes, par semaine",
    )),
    Act(-30, "11:08", "samira", "set", "s3", {"baseline": out_of(0, 5), "target": out_of(4, 5, "", "least"), "due_on": 70}),
    Act(-30, "11:10", "samira", "share", "s3"),
    Act(-30, "11:11", "samira", "set", "s3", {"observer": "helene"}),
    Act(-29, "9:00", "helene", "assent", "s3"),
    Act(-29, "9:35", "samira", "assent", "s3"),
    Act(-24, "17:00", "samira", "read", "s2", (52, 100, "Sur un mois plein")),
    Act(-21, "11:45", "helene", "read", "s1", (1, 4, "Présenté seule ; une question sur les rebuts remise au comité suivant")),
    Act(-14, "10:10", "helene", "read", "s3", (2, 5, "")),
    Act(-7, "10:05", "helene", "read", "s3", (4, 5, "")),
    Act(-3, "17:10", "samira", "read", "s2", (74, 100, "Sur trois semaines")),
)  # fmt: skip

SCRIPTS: dict[str, Acts] = {"ines": INES, "group": GROUP, "samira": SAMIRA}

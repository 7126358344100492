"""What the context file says: headings, steps, what has moved, refusals."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext, ngettext

from webapp.errors import Words, refusal

HEADING: dict[str, Callable[[], str]] = {
    "tasks": lambda: gettext("Tâches"),
    "technical": lambda: gettext("Aspects techniques"),
    "results": lambda: gettext("Résultats attendus"),
    "sector": lambda: gettext("Secteur d’activité"),
    "market": lambda: gettext("Marché"),
    "strategic": lambda: gettext("Enjeux stratégiques"),
    "commercial": lambda: gettext("Enjeux commerciaux"),
    "career": lambda: gettext("Parcours"),
    "sectors": lambda: gettext("Secteurs"),
    "posts": lambda: gettext("Postes tenus"),
}
HINT: dict[str, Callable[[], str]] = {
    "tasks": lambda: gettext("Ce qui revient chaque jour, chaque semaine, chaque mois."),
    "technical": lambda: gettext(
        "Les outils, les normes, les savoirs sans lesquels le poste ne se tient pas."
    ),
    "results": lambda: gettext("Ce qui est attendu, de qui, pour quand."),
    "sector": lambda: gettext("Ce que le poste en subit ou en décide."),
    "market": lambda: gettext("Ce que le poste en voit."),
    "strategic": lambda: gettext("Ce que l’entreprise attend de ce poste, à un an et à trois."),
    "commercial": lambda: gettext("Les clients que ce poste touche."),
}
# From « pas encore » to « c'est acquis »: described, never counted.
STEP: tuple[tuple[Callable[[], str], Callable[[], str]], ...] = (
    (lambda: gettext("Pas encore"), lambda: gettext("Rien n’est en place, ou rien n’a été essayé.")),
    (lambda: gettext("En chemin"), lambda: gettext("Des essais, avec de l’aide.")),
    (lambda: gettext("Le plus souvent"), lambda: gettext("Sans aide, quand rien ne presse.")),
    (lambda: gettext("C’est acquis"), lambda: gettext("Sans aide, aussi quand c’est difficile.")),
)
_MOVED: dict[str, Callable[[str], str]] = {
    "sheet": lambda who: gettext("La fiche de poste vue par %(who)s", who=who),
    "company": lambda who: gettext("La fiche de l’entreprise, mise à jour par %(who)s", who=who),
    "mentor": lambda who: gettext("La page de %(who)s", who=who),
    "answer": lambda who: gettext("Une réponse de %(who)s", who=who),
    "file": lambda who: gettext("Une pièce jointe de %(who)s", who=who),
}


def step(number: int) -> str:
    """« En chemin »."""
    return STEP[number][0]()


def moved(what: str, who: str) -> str:
    """« La fiche de poste vue par Marc »."""
    return _MOVED[what](who)


def register() -> None:
    """Give every refusal of this room its words."""
    for name, (title, todo) in _SAID.items():
        refusal(name)(_worded(title, todo))


def _worded(title: Callable[[], str], todo: Callable[[Any], str]) -> Callable[[dict[str, Any]], Words]:
    return lambda values: Words(title(), todo(values), gettext("Ce que vous avez écrit est gardé."))


def _over(values: dict[str, Any]) -> str:
    count = values["length"] - values["limit"]
    return ngettext("Il compte %(num)d caractère de trop.", "Il compte %(num)d caractères de trop.", count)


_SAID: dict[str, tuple[Callable[[], str], Callable[[Any], str]]] = {
    "context.not_teller": (
        lambda: gettext("Ceci se dit à deux"),
        lambda _: gettext("La personne mentorée et son manager direct l’écrivent ; les autres le lisent."),
    ),
    "context.moved": (
        lambda: gettext("Ce texte a changé entre-temps"),
        lambda _: gettext("Relisez-le tel qu’il est maintenant, puis recommencez."),
    ),
    "context.stale": (
        lambda: gettext("La fiche a été écrite entre-temps"),
        lambda _: gettext(
            "Les deux textes sont gardés : relisez l’autre sous chaque titre, puis enregistrez le vôtre."
        ),
    ),
    "context.not_asked": (
        lambda: gettext("Cette question ne vous est pas posée"),
        lambda _: gettext("La personne à qui elle est posée y répondra."),
    ),
    "context.empty": (
        lambda: gettext("Il n’y a encore rien d’écrit"),
        lambda _: gettext("Écrivez votre réponse, puis donnez-la."),
    ),
    "context.long": (lambda: gettext("Le texte est trop long"), _over),
    "context.answered": (
        lambda: gettext("Cette question a déjà sa réponse"),
        lambda _: gettext("Relisez-la ; la personne qui l’a donnée peut encore la changer."),
    ),
    "context.no_objective": (
        lambda: gettext("Il n’y a pas encore d’objectif partagé"),
        lambda _: gettext("La position de départ se dit objectif par objectif."),
    ),
    "context.no_step": (
        lambda: gettext("Une ligne n’a pas encore sa marche"),
        lambda _: gettext("Choisissez-en une pour chaque objectif ; les mots sont facultatifs."),
    ),
    "context.said": (
        lambda: gettext("Cette position est dite"),
        lambda _: gettext("Reprenez-la d’abord, tant que l’autre n’a pas dit la sienne."),
    ),
    "context.step_moved": (
        lambda: gettext("Vous avez changé cette marche ailleurs entre-temps"),
        lambda _: gettext("Elle est affichée telle qu’elle est maintenant. Choisissez de nouveau si besoin."),
    ),
    "context.revealed": (
        lambda: gettext("Les positions ont été révélées"),
        lambda _: gettext("Elles ne changent plus : c’est d’elles que le bilan partira."),
    ),
}

"""What the objectives say: refusals, fields, acts of the history."""

import functools
from collections.abc import Callable
from typing import Any

from flask_babel import gettext

from webapp.errors import Words, refusal

FIELD = {
    "wording": lambda: gettext("la formulation"),
    "indicator": lambda: gettext("l’indicateur"),
    "notes": lambda: gettext("les notes"),
    "baseline": lambda: gettext("le départ"),
    "target": lambda: gettext("la cible"),
    "due_on": lambda: gettext("l’échéance"),
    "observer": lambda: gettext("l’observateur"),
    "stake": lambda: gettext("l’enjeu"),
}
ACT = {
    "shared": lambda who: gettext("%(who)s a partagé l’objectif", who=who),
    "assent": lambda who: gettext("%(who)s a mis ses initiales", who=who),
    "assent_withdrawn": lambda who: gettext("%(who)s a repris ses initiales", who=who),
    "agreed": lambda who: gettext(
        "L’objectif est convenu, avec les initiales de %(who)s en dernier", who=who
    ),
    "rewording": lambda who: gettext("%(who)s a proposé une autre rédaction", who=who),
    "rewording_withdrawn": lambda who: gettext("%(who)s a retiré sa proposition de rédaction", who=who),
    "closed": lambda who: gettext("%(who)s a clos l’objectif", who=who),
}


def changed(who: str, field: str) -> str:
    """« Inès a changé la cible »."""
    return gettext("%(who)s a changé %(what)s", who=who, what=FIELD[field]())


def register() -> None:
    """Give every refusal of this room its words."""
    for name, (title, what) in _SAID.items():
        refusal(name)(functools.partial(_worded, title, what))


def _worded(title: Callable[[], str], what: Callable[[Any], str], values: dict[str, Any]) -> Words:
    return Words(title(), what(values), gettext("Ce que vous avez écrit est gardé."))


def _length(values: dict[str, Any]) -> str:
    over = values["length"] - values["limit"]
    return gettext(
        "%(what)s compte %(count)d caractères de trop. Raccourcissez-la, puis posez vos initiales.",
        what=FIELD[values["root"]]().capitalize(),
        count=over,
    )


_SAID: dict[str, tuple[Callable[[], str], Callable[[Any], str]]] = {
    "objective.withdrawn": (
        lambda: gettext("Cet objectif a été retiré"),
        lambda _: gettext("La personne qui l’avait écrit l’a repris."),
    ),
    "objective.assented": (
        lambda: gettext("Cet objectif ne peut plus être retiré"),
        lambda _: gettext("Quelqu’un y a mis ses initiales. Vous pouvez le clore, avec un motif."),
    ),
    "objective.not_assented": (
        lambda: gettext("Cet objectif n’a pas encore d’initiales"),
        lambda _: gettext("Tant que personne n’a paraphé, son auteur peut le retirer."),
    ),
    "objective.frozen": (
        lambda: gettext("Cet objectif est convenu"),
        lambda _: gettext("Pour en changer le texte, choisissez « Proposer une autre rédaction »."),
    ),
    "objective.closed": (
        lambda: gettext("Cet objectif est clos"),
        lambda _: gettext("Plus rien n’y change."),
    ),
    "objective.draft": (
        lambda: gettext("C’est encore votre brouillon"),
        lambda _: gettext("Partagez-le d’abord : personne d’autre ne le lit."),
    ),
    "objective.collective": (
        lambda: gettext("Un objectif collectif ne porte pas d’initiales"),
        lambda _: gettext("Il est lu de tous ; les initiales vont aux objectifs de chaque parcours."),
    ),
    "objective.not_required": (
        lambda: gettext("Vos initiales ne sont pas attendues ici"),
        lambda _: gettext("Elles sont celles du mentoré, du mentor et du manager direct."),
    ),
    "objective.empty": (
        lambda: gettext("Il n’y a pas encore de formulation"),
        lambda _: gettext("Écrivez-la, puis posez vos initiales."),
    ),
    "objective.long": (lambda: gettext("Le texte est trop long pour être paraphé"), _length),
    "objective.unprintable": (
        lambda: gettext("Un caractère ne peut pas être imprimé"),
        lambda v: gettext(
            "Retirez-le, puis posez vos initiales : %(names)s.", names=", ".join(v["characters"])
        ),
    ),
    "objective.changed": (
        lambda: gettext("Le texte a changé pendant que vous le lisiez"),
        lambda _: gettext("Relisez-le ci-dessous ; vos initiales iront au texte que vous aurez lu."),
    ),
    "objective.not_opener": (
        lambda: gettext("Cette proposition n’est pas la vôtre"),
        lambda _: gettext("Seule la personne qui l’a ouverte peut la retirer."),
    ),
    "objective.no_such_change": (
        lambda: gettext("Cette version n’existe plus"),
        lambda _: gettext("L’historique a changé depuis que vous l’avez ouvert."),
    ),
    "frozen": (
        lambda: gettext("Ce texte vient d’être convenu"),
        lambda _: gettext("Pour le changer, choisissez « Proposer une autre rédaction »."),
    ),
    "replaced": (
        lambda: gettext("Ce texte a été repris"),
        lambda _: gettext("La version qui continue est affichée à sa place."),
    ),
    "withdrawn": (lambda: gettext("Ce texte a été retiré"), lambda _: gettext("Il n’existe plus ici.")),
}

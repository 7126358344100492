"""What the roadmap says: refusals, states, acts of the history, the stage's line."""

import functools
from collections.abc import Callable
from typing import Any

from flask_babel import gettext, ngettext

from tenants.mission.stages import Standing, Where
from webapp.errors import Words, refusal

STATE: dict[str, Callable[[], str]] = {
    "todo": lambda: gettext("À faire"),
    "doing": lambda: gettext("En cours"),
    "done": lambda: gettext("Fait"),
    "dropped": lambda: gettext("Abandonné"),
}
# « Inès a changé … », by level then field; `line` is « l’action « Écrire avec Karim… » ».
FIELD: dict[str, Callable[[str], str]] = {
    "wording": lambda line: line,
    "notes": lambda line: gettext("les notes de %(line)s", line=line),
    "served": lambda line: gettext("les objectifs servis par %(line)s", line=line),
    "owner": lambda line: gettext("qui se charge de %(line)s", line=line),
    "due_on": lambda line: gettext("l’échéance de %(line)s", line=line),
    "result": lambda line: gettext("le résultat de %(line)s", line=line),
    "state": lambda line: gettext("l’état de %(line)s", line=line),
}
ACT: dict[str, Callable[[str, str], str]] = {
    "added": lambda who, line: gettext("%(who)s a ajouté %(line)s", who=who, line=line),
    "removed": lambda who, line: gettext("%(who)s a retiré %(line)s", who=who, line=line),
    "moved": lambda who, line: gettext("%(who)s a déplacé %(line)s", who=who, line=line),
    "order": lambda who, line: gettext("%(who)s a changé la place de %(line)s", who=who, line=line),
    "contribution": lambda who, line: gettext("%(who)s a ajouté un apport à %(line)s", who=who, line=line),
    "shared": lambda who, _: gettext("%(who)s a partagé l’axe", who=who),
    "assent": lambda who, _: gettext("%(who)s a mis ses initiales", who=who),
    "assent_withdrawn": lambda who, _: gettext("%(who)s a repris ses initiales", who=who),
    "agreed": lambda who, _: gettext("L’axe est convenu, avec les initiales de %(who)s en dernier", who=who),
    "rewording": lambda who, _: gettext("%(who)s a proposé une autre rédaction", who=who),
    "rewording_withdrawn": lambda who, _: gettext("%(who)s a retiré sa proposition de rédaction", who=who),
    "closed": lambda who, _: gettext("%(who)s a clos l’axe", who=who),
}
LINE: dict[str, Callable[[str], str]] = {
    "axis": lambda said: gettext("l’axe « %(said)s »", said=said) if said else gettext("l’axe"),
    "strategy": lambda said: gettext("la stratégie « %(said)s »", said=said) if said else gettext("une stratégie"),
    "action": lambda said: gettext("l’action « %(said)s »", said=said) if said else gettext("une action"),
}  # fmt: skip
WORDS = 6  # of a line that is named in a sentence


def named(level: str, wording: str) -> str:
    """« l’action « Écrire avec Karim et Lucie la… » »."""
    return LINE[level](shortened(wording))


def shortened(wording: str) -> str:
    """Its first words."""
    said = wording.split()
    return " ".join(said[:WORDS]) + ("…" if len(said) > WORDS else "")


def changed(who: str, field: str, line: str) -> str:
    """« Inès a changé l’échéance de l’action « … » »."""
    return gettext("%(who)s a changé %(what)s", who=who, what=FIELD[field](line))


def stage_line(standing: Standing) -> str:
    """« 3 axes convenus », « En cours d’écriture »."""
    if standing.where is Where.AGREED:
        return ngettext("%(num)d axe convenu", "%(num)d axes convenus", standing.agreed)
    if standing.where is Where.WRITING:
        return gettext("En cours d’écriture")
    return gettext("Aucun axe pour l’instant")


def register() -> None:
    """Give every refusal of this room its words."""
    for name, (title, what) in _SAID.items():
        refusal(f"roadmap.{name}")(functools.partial(_worded, title, what))


def _worded(title: Callable[[], str], what: Callable[[Any], str], values: dict[str, Any]) -> Words:
    return Words(title(), what(values), gettext("Ce que vous avez écrit est gardé."))


_SAID: dict[str, tuple[Callable[[], str], Callable[[Any], str]]] = {
    "withdrawn": (
        lambda: gettext("Cette ligne a été retirée"),
        lambda _: gettext("Elle n’est plus dans la feuille de route."),
    ),
    "assented": (
        lambda: gettext("Cet axe ne peut plus être retiré"),
        lambda _: gettext("Quelqu’un y a mis ses initiales. Vous pouvez le clore, avec un motif."),
    ),
    "of_others": (
        lambda: gettext("D’autres ont écrit dans cet axe"),
        lambda _: gettext("Il ne disparaît pas avec leurs lignes. Vous pouvez le clore, avec un motif."),
    ),
    "frozen": (
        lambda: gettext("Cet axe est convenu"),
        lambda _: gettext(
            "Pour changer ses mots ou ses stratégies, choisissez « Proposer une autre rédaction ». Les actions restent libres."
        ),
    ),
    "closed": (lambda: gettext("Cet axe est clos"), lambda _: gettext("Plus rien n’y change.")),
    "draft": (
        lambda: gettext("C’est encore votre brouillon"),
        lambda _: gettext("Partagez-le d’abord : personne d’autre ne le lit."),
    ),
    "collective": (
        lambda: gettext("Un axe collectif ne porte pas d’initiales"),
        lambda _: gettext("Il est lu de tous ; les initiales vont aux axes de chaque parcours."),
    ),
    "not_required": (
        lambda: gettext("Vos initiales ne sont pas attendues ici"),
        lambda _: gettext("Elles sont celles du mentoré, du mentor et du manager direct."),
    ),
    "no_strategy": (
        lambda: gettext("Cet axe n’a pas encore de stratégie"),
        lambda _: gettext(
            "Écrivez-en une, puis posez vos initiales : elles vont à l’axe et à ses stratégies."
        ),
    ),
    "empty": (
        lambda: gettext("Une ligne n’a pas encore de texte"),
        lambda _: gettext("Écrivez-la ou retirez-la, puis posez vos initiales."),
    ),
    "long": (
        lambda: gettext("Une ligne est trop longue pour être paraphée"),
        lambda v: ngettext(
            "Retirez %(num)d caractère, puis posez vos initiales.",
            "Retirez %(num)d caractères, puis posez vos initiales.",
            v["over"],
        ),
    ),
    "unprintable": (
        lambda: gettext("Un caractère ne peut pas être imprimé"),
        lambda v: gettext(
            "Retirez-le, puis posez vos initiales : %(names)s.", names=", ".join(v["characters"])
        ),
    ),
    "changed": (
        lambda: gettext("Le texte a changé pendant que vous le lisiez"),
        lambda _: gettext("Relisez-le ci-dessous ; vos initiales iront au texte que vous aurez lu."),
    ),
    "stale": (
        lambda: gettext("Cette valeur vient de changer"),
        lambda _: gettext("Relisez-la, puis recommencez si vous le souhaitez encore."),
    ),
    "not_opener": (
        lambda: gettext("Cette proposition n’est pas la vôtre"),
        lambda _: gettext("Seule la personne qui l’a ouverte peut la retirer."),
    ),
    "moved_away": (
        lambda: gettext("Cette rédaction ne peut pas être retirée maintenant"),
        lambda _: gettext(
            "Une stratégie a changé d’axe, ou une nouvelle porte déjà des actions. Remettez-les d’abord à leur place."
        ),
    ),
    "other_readers": (
        lambda: gettext("Cette ligne ne peut pas aller là"),
        lambda _: gettext("Elle y serait lue par quelqu’un qui ne la lit pas ici."),
    ),
    "not_empty": (
        lambda: gettext("Cette stratégie porte encore des actions"),
        lambda _: gettext("Déplacez-les d’abord vers une autre stratégie."),
    ),
    "begun": (
        lambda: gettext("Cette action est commencée"),
        lambda _: gettext("Vous pouvez l’abandonner, avec un motif."),
    ),
    "not_done": (
        lambda: gettext("Cette action n’est pas faite"),
        lambda _: gettext("Le résultat s’écrit une fois qu’elle l’est."),
    ),
    "no_such_change": (
        lambda: gettext("Cette version n’existe plus"),
        lambda _: gettext("L’historique a changé depuis que vous l’avez ouvert."),
    ),
}

"""What the objectives say: refusals, fields, acts of the history."""

from typing import Any

from flask_babel import gettext as _

from webapp import formats
from webapp.errors import Words, refusal

FIELD = {
    "wording": lambda: _("la formulation"),
    "indicator": lambda: _("l’indicateur"),
    "notes": lambda: _("les notes"),
    "baseline": lambda: _("le départ"),
    "target": lambda: _("la cible"),
    "due_on": lambda: _("l’échéance"),
    "observer": lambda: _("l’observateur"),
    "stake": lambda: _("l’enjeu"),
}
ACT = {
    "shared": lambda who: _("%(who)s a partagé l’objectif", who=who),
    "assent": lambda who: _("%(who)s a mis ses initiales", who=who),
    "assent_withdrawn": lambda who: _("%(who)s a repris ses initiales", who=who),
    "agreed": lambda who: _("L’objectif est convenu, avec les initiales de %(who)s en dernier", who=who),
    "rewording": lambda who: _("%(who)s a proposé une autre rédaction", who=who),
    "rewording_withdrawn": lambda who: _("%(who)s a retiré sa proposition de rédaction", who=who),
    "closed": lambda who: _("%(who)s a clos l’objectif", who=who),
}


def changed(who: str, field: str) -> str:
    """« Inès a changé la cible »."""
    return _("%(who)s a changé %(what)s", who=who, what=FIELD[field]())


def register() -> None:
    """Give every refusal of this room its words."""
    for name, (title, what) in _SAID.items():
        refusal(name)(
            lambda values, t=title, w=what: Words(t(), w(values), _("Ce que vous avez écrit est gardé."))
        )


def _length(values: dict[str, Any]) -> str:
    over = values["length"] - values["limit"]
    return _(
        "%(what)s compte %(count)d caractères de trop. Raccourcissez-la, puis posez vos initiales.",
        what=FIELD[values["root"]]().capitalize(),
        count=over,
    )


_SAID = {
    "objective.withdrawn": (
        lambda: _("Cet objectif a été retiré"),
        lambda v: _("La personne qui l’avait écrit l’a repris."),
    ),
    "objective.assented": (
        lambda: _("Cet objectif ne peut plus être retiré"),
        lambda v: _("Quelqu’un y a mis ses initiales. Vous pouvez le clore, avec un motif."),
    ),
    "objective.not_assented": (
        lambda: _("Cet objectif n’a pas encore d’initiales"),
        lambda v: _("Tant que personne n’a paraphé, son auteur peut le retirer."),
    ),
    "objective.frozen": (
        lambda: _("Cet objectif est convenu"),
        lambda v: _("Pour en changer le texte, choisissez « Proposer une autre rédaction »."),
    ),
    "objective.closed": (lambda: _("Cet objectif est clos"), lambda v: _("Plus rien n’y change.")),
    "objective.draft": (
        lambda: _("C’est encore votre brouillon"),
        lambda v: _("Partagez-le d’abord : personne d’autre ne le lit."),
    ),
    "objective.collective": (
        lambda: _("Un objectif collectif ne porte pas d’initiales"),
        lambda v: _("Il est lu de tous ; les initiales vont aux objectifs de chaque parcours."),
    ),
    "objective.not_required": (
        lambda: _("Vos initiales ne sont pas attendues ici"),
        lambda v: _("Elles sont celles du mentoré, du mentor et du manager direct."),
    ),
    "objective.empty": (
        lambda: _("Il n’y a pas encore de formulation"),
        lambda v: _("Écrivez-la, puis posez vos initiales."),
    ),
    "objective.long": (lambda: _("Le texte est trop long pour être paraphé"), _length),
    "objective.unprintable": (
        lambda: _("Un caractère ne peut pas être imprimé"),
        lambda v: _("Retirez-le, puis posez vos initiales : %(names)s.", names=", ".join(v["characters"])),
    ),
    "objective.changed": (
        lambda: _("Le texte a changé pendant que vous le lisiez"),
        lambda v: _("Relisez-le ci-dessous ; vos initiales iront au texte que vous aurez lu."),
    ),
    "objective.not_opener": (
        lambda: _("Cette proposition n’est pas la vôtre"),
        lambda v: _("Seule la personne qui l’a ouverte peut la retirer."),
    ),
    "objective.no_such_change": (
        lambda: _("Cette version n’existe plus"),
        lambda v: _("L’historique a changé depuis que vous l’avez ouvert."),
    ),
    "frozen": (
        lambda: _("Ce texte vient d’être convenu"),
        lambda v: _("Pour le changer, choisissez « Proposer une autre rédaction »."),
    ),
    "replaced": (
        lambda: _("Ce texte a été repris"),
        lambda v: _("La version qui continue est affichée à sa place."),
    ),
    "withdrawn": (lambda: _("Ce texte a été retiré"), lambda v: _("Il n’existe plus ici.")),
}
MEASURE = formats.measure

"""What the binding says: fields, refusals, the words of what was answered."""

import functools
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext

from webapp import formats
from webapp.errors import Words, refusal

FIELD: dict[str, Callable[[], str]] = {
    "starts_on": lambda: gettext("le début"),
    "ends_on": lambda: gettext("la fin"),
    "hours": lambda: gettext("les heures de la mission"),
    "late_hours": lambda: gettext("le délai d’annulation"),
    "preparation_minutes": lambda: gettext("la préparation"),
    "report_minutes": lambda: gettext("l’écriture du bilan"),
    "framing_counts": lambda: gettext("le cadrage avant la signature"),
    "notebook_months": lambda: gettext("la durée du carnet"),
    "price": lambda: gettext("le prix"),
    "hr_signs": lambda: gettext("la signature des RH"),
}
MEANS: dict[str, Callable[[], str]] = {
    "code": lambda: gettext("par code à usage unique"),
    "passkey": lambda: gettext("par clé d’accès"),
}
# Why nothing can be proposed yet: the sentence, and the page where it is done.
BLOCKER: dict[str, tuple[Callable[[], str], str]] = {
    "version.no_rules": (
        lambda: gettext("Les règles de l’espace de travail ne sont pas commencées."),
        "agreement_rules.index",
    ),
    "version.no_sentence": (lambda: gettext("La phrase convenue n’est pas écrite."), "agreement.index"),
    "version.expectations": (
        lambda: gettext("Les attentes de chacun ne sont pas encore révélées."),
        "agreement.index",
    ),
    "version.divergences": (lambda: gettext("Un écart attend encore sa suite."), "agreement.index"),
    "version.signatory_blind": (
        lambda: gettext("Quelqu’un devrait signer un accord que le tableau ne lui laisse pas lire."),
        "agreement_rules.index",
    ),
}


def value(field: str, kept: Any) -> str:
    """A value of the rules, in words."""
    if isinstance(kept, bool):
        return gettext("oui") if kept else gettext("non")
    if isinstance(kept, date):
        return formats.day(kept)
    if field in ("hours", "preparation_minutes", "report_minutes"):
        return formats.duration(kept)
    if field == "late_hours":
        return gettext("%(hours)s h", hours=kept) if kept else gettext("jamais")
    if field == "notebook_months":
        return ngettext("%(num)d mois", "%(num)d mois", kept)
    return str(kept or gettext("(rien)"))


def register() -> None:
    """Give every refusal of this room its words."""
    for name, (title, todo) in _SAID.items():
        refusal(name)(functools.partial(_worded, title, todo))
    for name, (said, _place) in BLOCKER.items():
        refusal(name)(functools.partial(_worded, said, _first_this))


def _worded(title: Callable[[], str], todo: Callable[[Any], str], values: dict[str, Any]) -> Words:
    return Words(title(), todo(values), gettext("Ce que vous avez écrit est gardé."))


def _first_this(_values: Any) -> str:
    return gettext("C’est à faire avant de proposer une version à la signature.")


def _reload(_values: Any) -> str:
    return gettext("Rechargez la page pour lire où en est l’accord.")


_SAID: dict[str, tuple[Callable[[], str], Callable[[Any], str]]] = {
    "annex.held": (
        lambda: gettext("Cette annexe tient à une version"),
        lambda _: gettext("Elle est gardée avec le texte qui la cite."),
    ),
    "template.stale": (
        lambda: gettext("Le modèle a changé pendant que vous l’écriviez"),
        lambda _: gettext("Copiez ce que vous avez écrit, rechargez la page, puis recommencez."),
    ),
    "terms.frozen": (
        lambda: gettext("Les règles ne s’écrivent plus"),
        lambda _: gettext(
            "Elles sont proposées à la signature, ou signées. Demandez un changement, ou un avenant."
        ),
    ),
    "terms.dates": (
        lambda: gettext("La fin vient avant le début"),
        lambda _: gettext("Changez d’abord l’autre date."),
    ),
    "terms.stale": (lambda: gettext("Quelqu’un vient de changer cette valeur"), _reload),
    "cell.fixed": (
        lambda: gettext("Cette case est fixe"),
        lambda _: gettext("Ceux-là lisent toujours ce qui est leur propre travail."),
    ),
    "version.pending": (
        lambda: gettext("Une version est déjà proposée à la signature"),
        lambda _: gettext("Signez-la, ou demandez-y un changement."),
    ),
    "version.same": (
        lambda: gettext("Rien n’a changé depuis la version signée"),
        lambda v: gettext("Le texte est celui de la version %(number)d.", number=v["number"]),
    ),
    "version.unprintable": (
        lambda: gettext("Un caractère ne peut pas être imprimé"),
        lambda v: gettext(
            "Retirez-le avant de proposer cette version : %(names)s.", names=", ".join(v["characters"])
        ),
    ),
    "clause.long": (
        lambda: gettext("Une règle est trop longue"),
        lambda v: gettext(
            "« %(title)s » a %(count)d caractères de trop.", title=v["title"], count=v["count"]
        ),
    ),
    "version.reopened": (
        lambda: gettext("Cette version s’est rouverte"),
        lambda _: gettext("Quelqu’un a demandé un changement : elle ne se signe plus. Lisez la suivante."),
    ),
    "version.in_force": (
        lambda: gettext("Cette version est signée par tous"),
        lambda _: gettext("Pour en changer le texte, proposez un avenant."),
    ),
    "version.moved": (
        lambda: gettext("Le texte a changé pendant que vous le lisiez"),
        lambda _: gettext(
            "Relisez-le, puis proposez-le : c’est le texte que vous aurez lu qui sera proposé."
        ),
    ),
    "version.other": (
        lambda: gettext("Ce n’est pas le texte que vous avez lu"),
        lambda _: gettext("Relisez cette version, puis signez-la."),
    ),
    "version.not_signatory": (
        lambda: gettext("Votre signature n’est pas attendue ici"),
        lambda _: gettext("Les signataires sont nommés au bas du texte."),
    ),
    "version.signed_already": (
        lambda: gettext("Vous avez signé cette version"),
        lambda _: gettext("Tant que tous n’ont pas signé, vous pouvez encore demander un changement."),
    ),
    "talk.nobody": (
        lambda: gettext("Il n’y a pas de mentor à qui en parler"),
        lambda _: gettext("Dites-le à la personne qui coordonne la mission."),
    ),
    "act.not_begun": (
        lambda: gettext("Cochez d’abord que vous avez lu"),
        lambda _: gettext("La preuve ne vaut que pour le texte que vous venez de lire."),
    ),
    "act.no_mailbox": (
        lambda: gettext("Aucun code ne peut vous être envoyé"),
        lambda _: gettext("Vous avez choisi votre clé d’accès comme seule preuve."),
    ),
    "dates.not_signed": (
        lambda: gettext("Aucun accord n’est signé"),
        lambda _: gettext("Les dates et les heures se changent encore dans les règles."),
    ),
    "dates.same": (
        lambda: gettext("Ce sont les dates et les heures d’aujourd’hui"),
        lambda _: gettext("Changez-en une au moins."),
    ),
    "dates.order": (
        lambda: gettext("La fin vient avant le début"),
        lambda _: gettext("Changez l’une des deux dates."),
    ),
    "dates.pending": (
        lambda: gettext("D’autres dates attendent déjà des réponses"),
        lambda _: gettext("Répondez-y d’abord, ou retirez-les."),
    ),
    "dates.in_force": (lambda: gettext("Ces dates sont en vigueur"), _reload),
    "dates.withdrawn": (lambda: gettext("Ces dates ont été retirées"), _reload),
    "dates.other": (lambda: gettext("Ce ne sont pas les dates que vous avez lues"), _reload),
    "dates.not_signatory": (
        lambda: gettext("Votre réponse n’est pas attendue ici"),
        lambda _: gettext("La direction et le cabinet signent, mentor et mentoré acceptent."),
    ),
}

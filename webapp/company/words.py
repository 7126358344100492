"""What is said when setting a company or a mission up is refused."""

from typing import Any

from flask_babel import gettext as _

from tenants.refusals import Refused
from webapp import errors
from webapp.errors import Words, refusal

Values = dict[str, Any]


def said(refused: Refused) -> str:
    """The words of a refusal, beside its field."""
    words = errors.words_of(refused)
    return " ".join(part for part in (words.title, words.todo) if part)


@refusal("contact.known")
def _known(values: Values) -> Words:
    return Words(_("Cette adresse est déjà celle de %(name)s dans cette entreprise.", name=values["whose"]))


@refusal("contact.joined")
def _joined(values: Values) -> Words:
    return Words(
        _("%(name)s a rejoint l’entreprise : son nom ne change plus.", name=values["whose"]),
        _("Qui lit est connu par ce nom."),
    )


@refusal("contact.stale")
def _stale(_values: Values) -> Words:
    return Words(_("Cette fiche a été changée entre-temps."), _("Comparez, puis choisissez."))


@refusal("mission.no_mentor")
def _no_mentor(_values: Values) -> Words:
    return Words(_("Il faut un mentor."))


@refusal("mission.no_mentee")
def _no_mentee(_values: Values) -> Words:
    return Words(_("Il faut une personne accompagnée."))


@refusal("mission.dates")
def _dates(_values: Values) -> Words:
    return Words(_("La fin vient avant le début."))


@refusal("mission.mentee_alone")
def _alone(_values: Values) -> Words:
    return Words(_("La personne accompagnée n’a pas d’autre rôle dans sa mission."))


@refusal("mission.people")
def _people(_values: Values) -> Words:
    return Words(_("Chaque personne figure une fois, avec au moins un rôle."))


@refusal("participation.held")
def _held(_values: Values) -> Words:
    return Words(_("Cette personne tient déjà ce rôle dans la mission, ou ne peut pas le cumuler."))

"""What WTForms itself says of a field, in our words: its own French is not ours, and has straight apostrophes.

``Form.Meta.get_translations`` returns ``BORROWED``; a message that is not here stays English, and a test finds it.
"""

from collections.abc import Callable

from flask_babel import gettext, ngettext

MESSAGES: dict[str, Callable[[], str]] = {
    "This field is required.": lambda: gettext("Écrivez une réponse ici."),
    "Invalid input.": lambda: gettext("Cette réponse n’est pas dans la forme attendue."),
    "Not a valid choice.": lambda: gettext("Choisissez une des réponses proposées."),
    "Invalid Choice: could not coerce.": lambda: gettext("Choisissez une des réponses proposées."),
    "'%(value)s' is not a valid choice for this field.": lambda: gettext(
        "Choisissez une des réponses proposées."
    ),
    "Not a valid integer value.": lambda: gettext("Écrivez un nombre entier."),
    "Not a valid decimal value.": lambda: gettext("Écrivez un nombre. Exemple : 12,5"),
    "Not a valid float value.": lambda: gettext("Écrivez un nombre. Exemple : 12,5"),
    "Not a valid date value.": lambda: gettext("Ce n’est pas une date. Exemple : 29/01/2027"),
    "Not a valid datetime value.": lambda: gettext("Ce n’est pas une date. Exemple : 29/01/2027"),
    "Not a valid time value.": lambda: gettext("Ce n’est pas une heure. Exemple : 9 h 05"),
    "Invalid email address.": lambda: gettext(
        "Cette adresse n’est pas complète. Exemple : prenom.nom@entreprise.fr"
    ),
    "Field must be equal to %(other_name)s.": lambda: gettext("Les deux réponses doivent être les mêmes."),
    "Number must be at least %(min)s.": lambda: gettext("Écrivez au moins %(min)s."),
    "Number must be at most %(max)s.": lambda: gettext("Écrivez au plus %(max)s."),
    "Number must be between %(min)s and %(max)s.": lambda: gettext(
        "Écrivez un nombre entre %(min)s et %(max)s."
    ),
    "CSRF token missing.": lambda: gettext("Cette page est restée ouverte trop longtemps. Rechargez-la."),
}

PLURALS: dict[str, Callable[[int], str]] = {
    "Field must be at least %(min)d character long.": lambda n: ngettext(
        "Écrivez au moins %(num)d caractère.", "Écrivez au moins %(num)d caractères.", n
    ),
    "Field cannot be longer than %(max)d character.": lambda n: ngettext(
        "Écrivez au plus %(num)d caractère.", "Écrivez au plus %(num)d caractères.", n
    ),
    "Field must be exactly %(max)d character long.": lambda n: ngettext(
        "Écrivez %(num)d caractère.", "Écrivez %(num)d caractères.", n
    ),
}


class Borrowed:
    """What WTForms calls instead of its own catalogues; it fills %(min)s and the like itself."""

    def gettext(self, string: str) -> str:
        """Our words for one message."""
        words = MESSAGES.get(string)
        return words() if words else string

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Our words for a message with a number."""
        words = PLURALS.get(singular)
        return words(n) if words else singular if n == 1 else plural


BORROWED = Borrowed()

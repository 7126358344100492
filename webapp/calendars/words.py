"""What a diary shows: never whom one meets, nor why. Calendars are read over shoulders, and by whoever manages mailboxes."""

from flask_babel import gettext


def summary() -> str:
    """The title of every date."""
    return gettext("Rendez-vous")


def description() -> str:
    """The only sentence, before the address of its page."""
    return gettext("Le détail se lit dans Trialogue, une fois connecté·e :")

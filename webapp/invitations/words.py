"""An invitation in words: as whom."""

from flask_babel import gettext

from tenants.mission.coming import Invited
from tenants.policy import Role
from webapp import formats
from webapp.formats import now
from webapp.mission.names import hat_words

__all__ = ["now", "roles"]


def roles(invited: Invited) -> list[tuple[str, str]]:
    """(party, words) of each role once, of the mentees it is about: « manager d’Inès et de Marc »."""
    about: dict[Role, list[str]] = {}
    for role, mentee, _first in invited.roles or []:
        about.setdefault(Role(role), [])
        if mentee:
            about[Role(role)].append(mentee)
    return [(role.value, _said(role, list(dict.fromkeys(names)))) for role, names in about.items()]


def _said(role: Role, mentees: list[str]) -> str:
    if role is Role.MANAGER and len(mentees) > 1:
        return gettext(
            "manager %(of_mentees)s", of_mentees=formats.names(formats.of_name(n) for n in mentees)
        )
    return hat_words(role, mentees[0] if mentees else "")

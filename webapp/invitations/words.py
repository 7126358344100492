"""An invitation in words: as whom."""

from flask import url_for
from flask_babel import gettext

from tenants.mission.coming import Invited
from tenants.policy import Role
from webapp import formats
from webapp.mission.names import hat_words


def opens(invited: Invited) -> str | None:
    """The mission's page, for whoever reads it now."""
    if invited.reads_from is None or invited.reads_from > formats.now():
        return None
    return url_for("mission.show", company=invited.slug, mission_id=invited.mission)


def reads(invited: Invited) -> str:
    """From when whoever has accepted reads."""
    if invited.reads_from is not None:
        return gettext(
            "Vous pourrez lire la mission à partir du %(moment)s, ou dès que chacun aura vu votre annonce.",
            moment=formats.moment(invited.reads_from),
        )
    if any(role == Role.MENTOR for role, _, _ in invited.roles or []):
        return gettext(
            "Vous pourrez lire la mission dès que la personne accompagnée vous aura accepté·e comme mentor."
        )
    return gettext(
        "Vous pourrez lire la mission 48 heures après que la personne accompagnée en aura été prévenue."
    )


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

"""Glossary words, translated once: roles and parties, with the form that the person chose.

``form`` is "feminine", "masculine" or none (then the written-for-all form).
A role is what one is in a mission (mentor, mentee, manager, sponsor, hr, coordinator, owner, guest);
a party is the shape that stands for it (the firm's staff are one party).
"""

from collections.abc import Callable, Iterable

from flask_babel import gettext

PARTIES = ("mentee", "mentor", "manager", "sponsor", "hr", "firm")
PARTY_OF = {"coordinator": "firm", "owner": "firm", "guest": "firm"}

_ROLES: dict[str, Callable[[], tuple[str, str, str]]] = {
    "mentee": lambda: (gettext("mentoré·e"), gettext("mentorée"), gettext("mentoré")),
    "mentor": lambda: (gettext("mentor"), gettext("mentor"), gettext("mentor")),
    "manager": lambda: (gettext("manager direct"), gettext("manager directe"), gettext("manager direct")),
    "sponsor": lambda: (gettext("direction"), gettext("dirigeante"), gettext("dirigeant")),
    "hr": lambda: (gettext("référent·e RH"), gettext("référente RH"), gettext("référent RH")),
    "coordinator": lambda: (gettext("coordination du cabinet"), gettext("coordinatrice du cabinet"),
                            gettext("coordinateur du cabinet")),
    "owner": lambda: (gettext("gérance du cabinet"), gettext("gérante du cabinet"), gettext("gérant du cabinet")),
    "guest": lambda: (gettext("invité·e"), gettext("invitée"), gettext("invité")),
    "observer": lambda: (gettext("observateur·rice"), gettext("observatrice"), gettext("observateur")),
}  # fmt: skip

_PARTIES: dict[str, Callable[[], str]] = {
    "mentee": lambda: gettext("mentoré·e"),
    "mentor": lambda: gettext("mentor"),
    "manager": lambda: gettext("manager"),
    "sponsor": lambda: gettext("direction"),
    "hr": lambda: gettext("RH"),
    "firm": lambda: gettext("cabinet"),
}


def role(name: str, form: str | None = None) -> str:
    """« mentorée », « manager direct », « référent·e RH »."""
    neutral, feminine, masculine = _ROLES[name]()
    return {"feminine": feminine, "masculine": masculine}.get(form or "", neutral)


def roles(names: Iterable[str], form: str | None = None) -> str:
    """« direction et manager direct »: one person may hold two roles."""
    from webapp.formats import names as listed

    return listed(role(name, form) for name in names)


def capital(said: str) -> str:
    """« Référent·e RH »: the first letter alone is made a capital."""
    return said[:1].upper() + said[1:]


def party(name: str) -> str:
    """« direction », « RH », « cabinet »: the head of a column."""
    return _PARTIES[name]()


def party_of(role_name: str) -> str:
    """The shape that stands for a role."""
    return PARTY_OF.get(role_name, role_name)

"""What links say: what each is for, and what became of one. Never a content."""

from dataclasses import dataclass

from flask_babel import gettext as _

from tenants import walls
from tenants.company.models import Company
from tenants.db import db
from tenants.policy import Do
from tenants.tasks import Told
from webapp import formats
from webapp.tasks.registry import KINDS


@dataclass(frozen=True)
class Closed:
    """A link that opens nothing: in one line, and what one may do."""

    title: str
    todo: str
    done: bool


def firm() -> str:
    """The firm that runs the company's missions."""
    company = walls.acting(db.session).company
    found = db.session.get(Company, company)
    return found.firm_name if found is not None else ""


def task(do: str) -> str:
    """« Parapher un objectif »."""
    kind = KINDS.get(Do(do)) if do in set(Do) else None
    return kind.title() if kind is not None else _("Une réponse")


def closed(told: Told) -> Closed:
    """By what became of it."""
    if told.state == "used" and told.used_at is not None:
        kind = KINDS.get(Do(told.do)) if told.do in set(Do) else None
        said = kind.done() if kind is not None else _("C’est fait.")
        return Closed(
            said, _("C’était %(when)s. Ce lien ne sert plus.", when=formats.on_moment(told.used_at)), True
        )
    title = {
        "expired": _("Ce lien a expiré"),
        "revoked": _("Ce lien a été fermé"),
        "ended": _("Ce lien ne sert plus"),
    }.get(told.state, _("Ce qui vous était demandé n’attend plus rien de vous"))
    todo = _("Connectez-vous pour voir ce qui vous attend, ou attendez le prochain message.")
    return Closed(title, todo, False)

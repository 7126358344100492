"""By a link: sign an amendment of dates and hours with a fresh code, or accept it in one tap."""

from typing import Any

from flask import g
from flask_babel import gettext as _

from tenants.mission.agreement import amendments
from tenants.mission.agreement.versions_models import DatesAmendment
from tenants.policy import Do
from webapp import access
from webapp.mission.agreement import amendments_shown, binding_load
from webapp.mission.agreement.amendments_shown import statement
from webapp.mission.agreement.binding_forms import HashForm
from webapp.tasks import proving
from webapp.tasks.registry import NO_TOKEN, Kind


def _shown(row: DatesAmendment) -> dict[str, Any]:
    return {"d": amendments_shown.one(g.frame, row)}


def _to_sign(row: DatesAmendment) -> dict[str, Any]:
    return _shown(row) | proving.shown(statement(row))


def _sign(row: DatesAmendment) -> None:
    form, proof = proving.by_code(row.hash, statement(row))
    amendments.sign(row, g.frame, form.hash.data or "", proof, by=access.actor())


def _accept(row: DatesAmendment) -> None:
    form = HashForm.read(meta=NO_TOKEN)
    amendments.accept(row, g.frame, form.hash.data or "", by=access.actor())


def _answered(row: DatesAmendment, act: str) -> bool:
    """Withdrawn, in force, or answered: a link made before answers nothing."""
    me = access.actor().contact_id
    if me is None or row.withdrawn_at is not None or row.in_force_at is not None:
        return True
    return amendments.lacking(row).get(me) != act


KINDS = (
    Kind(
        Do.DATES_SIGN,
        lambda: _("Lire et signer de nouvelles dates"),
        lambda: _("Votre signature est enregistrée"),
        "dates_sign",
        binding_load.dates,
        _to_sign,
        _sign,
        over=lambda row: _answered(row, "sign"),
    ),
    Kind(
        Do.DATES_ACCEPT,
        lambda: _("Lire et accepter de nouvelles dates"),
        lambda: _("Vous avez accepté ces dates"),
        "dates_accept",
        binding_load.dates,
        _shown,
        _accept,
        over=lambda row: _answered(row, "accept"),
    ),
)

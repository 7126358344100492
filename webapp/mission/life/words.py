"""The words of refusals, and of what is suspended or has ended."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from webapp import formats
from webapp.errors import Words, refusal

Values = dict[str, Any]


def paused(start: date, until: date | None, *, whole: bool) -> str:
    """« Mission suspendue du 3 au 17 décembre »: neither by whom nor why."""
    if until is None:
        said = (
            _("Mission suspendue depuis le %(day)s.") if whole else _("Parcours suspendu depuis le %(day)s.")
        )
        if start > formats.today():
            said = (
                _("Mission suspendue à partir du %(day)s.")
                if whole
                else _("Parcours suspendu à partir du %(day)s.")
            )
        return said % {"day": formats.short_day(start)}
    said = (
        _("Mission suspendue du %(start)s au %(end)s.")
        if whole
        else _("Parcours suspendu du %(start)s au %(end)s.")
    )
    return said % {"start": formats.short_day(start), "end": formats.short_day(until)}


def ended(on: date, *, whole: bool) -> str:
    """« La mission a pris fin le 3 décembre »."""
    if on > formats.today():
        said = _("La mission prendra fin le %(day)s.") if whole else _("Ce parcours prendra fin le %(day)s.")
    else:
        said = _("La mission a pris fin le %(day)s.") if whole else _("Ce parcours a pris fin le %(day)s.")
    return said % {"day": formats.short_day(on)}


@refusal("mission.ended")
def _ended(values: Values) -> Words:
    title = ended(values["on"], whole=True) if values.get("on") else _("La mission a pris fin.")
    return Words(
        title.removesuffix("."),
        _(
            "Elle se lit encore, et les rendez-vous qui ont eu lieu se confirment ; rien d’autre ne s’y écrit."
        ),
        _("Ce que vous avez écrit est encore dans la page."),
    )


@refusal("life.past")
def _past(_values: Values) -> Words:
    return Words(_("Cette date est passée"), _("Choisissez aujourd’hui ou un jour à venir."))


@refusal("life.order")
def _order(_values: Values) -> Words:
    return Words(_("La fin vient avant le début"), _("Choisissez un dernier jour qui suit le premier."))


@refusal("life.late")
def _late(values: Values) -> Words:
    return Words(
        _("C’est après la fin prévue, le %(day)s", day=formats.short_day(values["on"])),
        _("Choisissez un jour qui la précède, ou changez les dates de la mission."),
    )


@refusal("life.suspended")
def _suspended(values: Values) -> Words:
    return Words(
        paused(values["from_on"], values["until_on"], whole=True).removesuffix("."),
        _("Choisissez d’autres jours, ou reprenez d’abord ce qui est suspendu."),
    )


@refusal("life.over")
def _over(values: Values) -> Words:
    return Words(
        ended(values["on"], whole=True).removesuffix("."), _("Rechargez la page pour voir où elle en est.")
    )


@refusal("life.not_signatory")
def _signatory(_values: Values) -> Words:
    return Words(
        _("Y mettre fin revient à qui signe l’accord de cadrage"),
        _("Avant l’accord : mentoré, mentor ou direction. Pour un seul parcours, choisissez le vôtre."),
    )


@refusal("life.not_yours")
def _not_yours(_values: Values) -> Words:
    return Words(
        _("Toute la mission n’est pas la vôtre à suspendre"),
        _(
            "Vous pouvez suspendre votre parcours ; pour le reste, adressez-vous au mentor ou à la coordination."
        ),
    )

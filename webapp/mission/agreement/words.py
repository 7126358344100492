"""What the agreement says: headings, outcomes, acts of the history, the line of the rail, refusals."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, ngettext

from tenants.mission.stages import Standing, Where
from webapp import formats
from webapp.errors import Words, refusal

# To whoever writes, then over what everybody reads.
ASKED: dict[str, Callable[[], str]] = {
    "hopes": lambda: gettext("Ce que vous attendez de la mission"),
    "brings": lambda: gettext("Ce que vous y apportez"),
    "success": lambda: gettext("À quoi vous verrez qu’elle est réussie"),
    "fears": lambda: gettext("Ce que vous redoutez, ou voulez éviter"),
    "needs": lambda: gettext("Ce dont vous avez besoin des autres"),
}
HINTS: dict[str, Callable[[], str]] = {
    "hopes": lambda: gettext("Pour vous, pour le poste, pour l’entreprise."),
    "brings": lambda: gettext("Du temps, une décision, une expérience, un droit à l’essai."),
    "success": lambda: gettext("Un fait que quelqu’un pourra voir."),
    "fears": lambda: gettext("Ce que vous préférez écrire plutôt que garder."),
    "needs": lambda: gettext("De qui, et quoi."),
}
HEADING: dict[str, Callable[[], str]] = {
    "hopes": lambda: gettext("Ce que chacun attend de la mission"),
    "brings": lambda: gettext("Ce que chacun y apporte"),
    "success": lambda: gettext("À quoi chacun verra qu’elle est réussie"),
    "fears": lambda: gettext("Ce que chacun redoute, ou veut éviter"),
    "needs": lambda: gettext("Ce dont chacun a besoin des autres"),
}
TITLE: dict[str, Callable[[], str]] = {
    "request": lambda: gettext("La demande, telle qu’elle a été écrite"),
    "reformulation": lambda: gettext("La reformulation du mentor"),
    "sentence": lambda: gettext("La phrase convenue"),
}
OUTCOME: dict[str, Callable[[], str]] = {
    "agreed": lambda: gettext("Convenu"),
    "dismissed": lambda: gettext("Écarté"),
    "postponed": lambda: gettext("Reporté"),
}
_OF: dict[str, Callable[[], str]] = {
    "request": lambda: gettext("la demande"),
    "reformulation": lambda: gettext("la reformulation"),
    "sentence": lambda: gettext("la phrase convenue"),
}
_ACT: dict[str, Callable[[str, str], str]] = {
    "begun": lambda who, what: gettext("%(who)s a commencé %(what)s", who=who, what=what),
    "written": lambda who, what: gettext("%(who)s a changé %(what)s", who=who, what=what),
    "kept": lambda who, what: gettext("%(who)s a retenu %(what)s", who=who, what=what),
    "reopened": lambda who, what: gettext("%(who)s a repris %(what)s", who=who, what=what),
    "confirmed": lambda who, what: gettext("%(who)s a confirmé %(what)s", who=who, what=what),
    "taken_over": lambda who, what: gettext("%(who)s a repris %(what)s à son nom", who=who, what=what),
}


def act(name: str, who: str, what: str) -> str:
    """« Solange a retenu la demande »."""
    return _ACT[name](who, _OF[what]())


def line(standing: Standing) -> str:
    """What the rail says while nobody is awaited. ``facts``: see tenants.mission.agreement.stage."""
    facts = standing.facts
    if standing.where is Where.AGREED:
        day = formats.short_day(_day(facts["signed"]))
        return gettext(
            "Version %(n)s signée le %(day)s", n=facts.get("in_force") or facts.get("version"), day=day
        )
    if standing.where is Where.EMPTY:
        return gettext("Rien d’écrit pour l’instant")
    if refused := facts.get("refused"):
        return ngettext(
            "Version %(n)s : %(num)d personne ne signe pas", "Version %(n)s : %(num)d personnes ne signent pas", refused,
            n=facts.get("version"),
        )  # fmt: skip
    if open_ := facts.get("divergences_open"):
        return gettext("Écarts à trancher : %(count)s", count=open_)
    if facts.get("revealed"):
        return gettext("Attentes révélées le %(day)s", day=formats.short_day(_day(facts["revealed"])))
    return gettext("En cours d’écriture")


def _day(kept: str) -> date:
    return datetime.fromisoformat(kept)


def register() -> None:
    """Give every refusal of this room its words."""
    for name, (title, todo) in _SAID.items():
        refusal(name)(_worded(title, todo))


def _worded(title: Callable[[], str], todo: Callable[[Any], str]) -> Callable[[dict[str, Any]], Words]:
    return lambda values: Words(title(), todo(values), gettext("Ce que vous avez écrit est gardé."))


def _too_long(values: dict[str, Any]) -> str:
    over = values["length"] - values["limit"]
    if "heading" in values:
        return gettext(
            "« %(heading)s » compte %(count)d caractères de trop.",
            heading=ASKED[values["heading"]](),
            count=over,
        )
    return gettext("Il compte %(count)d caractères de trop.", count=over)


_SAID: dict[str, tuple[Callable[[], str], Callable[[Any], str]]] = {
    "agreement.not_asker": (
        lambda: gettext("La demande n’est pas la vôtre"),
        lambda _: gettext(
            "Elle est écrite par qui demande la mission, ou par le mentor d’après un entretien."
        ),
    ),
    "agreement.empty": (
        lambda: gettext("Il n’y a encore rien d’écrit"),
        lambda _: gettext("Écrivez le texte, puis retenez-le."),
    ),
    "agreement.long": (lambda: gettext("Un texte est trop long"), _too_long),
    "agreement.not_yours": (
        lambda: gettext("Cette confirmation n’est pas la vôtre"),
        lambda _: gettext("La demande a été écrite pour quelqu’un d’autre, qui la confirmera."),
    ),
    "agreement.moved": (
        lambda: gettext("Ce texte est de nouveau en cours d’écriture"),
        lambda _: gettext("Vous pourrez le confirmer quand il sera retenu."),
    ),
    "agreement.not_party": (
        lambda: gettext("Vous n’avez pas d’attentes à écrire ici"),
        lambda _: gettext("Elles sont celles du mentoré, du mentor, du manager direct et de la direction."),
    ),
    "agreement.revealed": (
        lambda: gettext("Les attentes ont été révélées"),
        lambda _: gettext("Elles ne changent plus. Un écart se marque en une phrase, plus bas."),
    ),
    "agreement.not_revealed": (
        lambda: gettext("Les attentes ne sont pas encore révélées"),
        lambda _: gettext("Un écart se marque sur ce que tous ont lu."),
    ),
    "agreement.not_all_ready": (
        lambda: gettext("Tous ne sont pas prêts"),
        lambda _: gettext(
            "Le mentor peut révéler ce qui est prêt, à partir du jour qu’il a annoncé à tous, "
            "s’il est prêt lui-même."
        ),
    ),
    "agreement.settled": (
        lambda: gettext("Cet écart a déjà une suite"),
        lambda _: gettext("Relisez-la ; vous pouvez encore la changer."),
    ),
}

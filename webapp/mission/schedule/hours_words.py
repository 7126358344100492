"""What refusals about hours, attendance and the plan say."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext

from webapp.mission.schedule.words import worded


def register() -> None:
    """Give every refusal of these pages its words."""
    for name, (title, what) in _SAID.items():
        worded(name, title, what)


_SAID: dict[str, tuple[Callable[[], str], Callable[[Any], str]]] = {
    "attendance.not_yours": (
        lambda: gettext("Ce rendez-vous n’est pas à confirmer par vous"),
        lambda _: gettext("Mentor et mentoré·e le confirment, l’un puis l’autre."),
    ),
    "attendance.nobody": (
        lambda: gettext("Personne ne peut le confirmer pour l’instant"),
        lambda _: gettext(
            "Il faut un mentor et une personne accompagnée, tous deux arrivés dans la mission."
        ),
    ),
    "attendance.other": (
        lambda: gettext("Une autre durée a été proposée entre-temps"),
        lambda _: gettext("Relisez-la ci-dessous, puis répondez."),
    ),
    "attendance.answered": (
        lambda: gettext("Vous avez déjà répondu"),
        lambda _: gettext("Pour corriger la durée, proposez-en une autre."),
    ),
    "attendance.word": (
        lambda: gettext("Dites en un mot ce qui n’est pas exact."),
        lambda _: gettext("Mentor et mentoré·e le liront."),
    ),
    "attendance.absent": (
        lambda: gettext("Ce rendez-vous est le vôtre : sans vous, il n’a pas eu lieu."),
        lambda _: gettext("Choisissez « Ce n’est pas exact »."),
    ),
    "plan.changed": (
        lambda: gettext("Le plan a changé pendant que vous le lisiez"),
        lambda _: gettext("Relisez-le ci-dessous ; vos initiales iront au plan que vous aurez lu."),
    ),
    "plan.empty": (
        lambda: gettext("Il n’y a encore rien à parapher"),
        lambda _: gettext("Partagez d’abord un objectif ou un axe de la feuille de route."),
    ),
    "plan.not_required": (
        lambda: gettext("Vos initiales ne sont pas attendues ici"),
        lambda _: gettext("Elles sont celles du mentoré, du mentor et du manager direct."),
    ),
    "plan.agreed": (
        lambda: gettext("Le plan est paraphé par tous"),
        lambda _: gettext("Ce qui change ensuite se paraphe ligne par ligne."),
    ),
    "hours.no_piece": (
        lambda: gettext("L’accord ne compte pas l’écriture du bilan"),
        lambda _: gettext("Un avenant peut le prévoir."),
    ),
}

"""« Ce qui a bougé »: what others did since one was last here, by mission, in counts and without a word of content."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import ngettext

from tenants.mission.across import Move
from webapp import formats
from webapp.mission import names

LINES = 4  # of one mission; the rest is behind its link


@dataclass(frozen=True)
class Moved:
    """How one kind of event is said: of one person by name, and of several."""

    by_one: Callable[[int, str], str]
    by_several: Callable[[int], str]


SAID: dict[str, Moved] = {
    "agreement.version_signed": Moved(
        lambda n, who: ngettext(
            "%(who)s a signé une version de l’accord",
            "%(who)s a signé %(num)d versions de l’accord",
            n,
            who=who,
        ),
        lambda n: ngettext(
            "Une version de l’accord a été signée", "%(num)d versions de l’accord ont été signées", n
        ),
    ),
    "objective.shared": Moved(
        lambda n, who: ngettext(
            "%(who)s a partagé un objectif", "%(who)s a partagé %(num)d objectifs", n, who=who
        ),
        lambda n: ngettext("Un objectif a été partagé", "%(num)d objectifs ont été partagés", n),
    ),
    "objective.assented": Moved(
        lambda n, who: ngettext(
            "%(who)s a paraphé un objectif", "%(who)s a paraphé %(num)d objectifs", n, who=who
        ),
        lambda n: ngettext("Un objectif a été paraphé", "%(num)d objectifs ont été paraphés", n),
    ),
    "objective.commented": Moved(
        lambda n, who: ngettext(
            "%(who)s a commenté un objectif", "%(who)s a commenté %(num)d objectifs", n, who=who
        ),
        lambda n: ngettext("Un objectif a été commenté", "%(num)d objectifs ont été commentés", n),
    ),
    "axis.shared": Moved(
        lambda n, who: ngettext("%(who)s a partagé un axe", "%(who)s a partagé %(num)d axes", n, who=who),
        lambda n: ngettext("Un axe a été partagé", "%(num)d axes ont été partagés", n),
    ),
    "axis.assented": Moved(
        lambda n, who: ngettext("%(who)s a paraphé un axe", "%(who)s a paraphé %(num)d axes", n, who=who),
        lambda n: ngettext("Un axe a été paraphé", "%(num)d axes ont été paraphés", n),
    ),
    "summary.shared": Moved(
        lambda n, who: ngettext(
            "%(who)s a partagé un compte rendu", "%(who)s a partagé %(num)d comptes rendus", n, who=who
        ),
        lambda n: ngettext("Un compte rendu a été partagé", "%(num)d comptes rendus ont été partagés", n),
    ),
    "context.answered": Moved(
        lambda n, who: ngettext(
            "%(who)s a répondu à une question", "%(who)s a répondu à %(num)d questions", n, who=who
        ),
        lambda n: ngettext("Une question a reçu sa réponse", "%(num)d questions ont reçu leur réponse", n),
    ),
    "schedule.fixed": Moved(
        lambda n, who: ngettext("%(who)s a fixé une date", "%(who)s a fixé %(num)d dates", n, who=who),
        lambda n: ngettext("Une date a été fixée", "%(num)d dates ont été fixées", n),
    ),
}


@dataclass(frozen=True)
class MovesView:
    """What moved in one mission, the latest first: a sentence and when. ``more``: how many sentences are left out."""

    mission: str
    where: str
    url: str
    lines: list[tuple[str, str, str]]
    more: int


def views(found: list[Move]) -> list[MovesView]:
    """By mission, the one that moved last first."""
    held: dict[tuple[str, str], list[Move]] = {}
    for move in sorted(found, key=lambda m: m.last, reverse=True):
        held.setdefault((move.slug, str(move.mission_id)), []).append(move)
    return [_view(moves) for moves in held.values()]


def _view(moves: list[Move]) -> MovesView:
    first = moves[0]
    return MovesView(
        mission=names.name_of(first.mentees, first.title),
        where=first.company,
        url=url_for("mission.show", company=first.slug, mission_id=first.mission_id),
        lines=[(_sentence(m), m.last.isoformat(), formats.moment(m.last)) for m in moves[:LINES]],
        more=max(len(moves) - LINES, 0),
    )


def _sentence(move: Move) -> str:
    said = SAID[move.name]
    words = said.by_one(move.things, move.who) if move.who else said.by_several(move.things)
    return f"{words}."

"""The demonstration's agreements: requests, sentences, expectations and divergences, through the operations that pages use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenants.actors import Actor
from tenants.db import new_id
from tenants.documents import operations as documents
from tenants.mission.agreement import divergences, expectations, queries, texts
from tenants.mission.agreement.headings import REFORMULATION, REQUEST, SENTENCE
from tenants.mission.queries import Frame
from webapp.demo.cast import MISSIONS, Mission

if TYPE_CHECKING:
    from webapp.demo.seed import Seed


@dataclass(frozen=True)
class Wrote:
    """One of the three texts: who wrote it on which day, for whom after which day's talk, and when it was kept."""

    what: str
    who: str
    day: int
    words: str
    kept: int | None = None
    for_: str = ""
    heard: int = 0


@dataclass(frozen=True)
class Diverged:
    """A divergence: who marked it on which heading, and what was made of it, by whom, on which day."""

    who: str
    day: int
    heading: str
    words: str
    outcome: str = ""
    answer: str = ""
    to: int | None = None
    by: str = ""
    settled: int = 0


@dataclass(frozen=True)
class Agreed:
    """What stands in one mission's agreement. ``expected``: by person, heading → words; ``ready``: the day they said so."""

    mission: str
    texts: tuple[Wrote, ...]
    expected: dict[str, dict[str, str]]
    begun: int
    ready: dict[str, int]
    diverged: tuple[Diverged, ...] = ()
    told: tuple[int, int] | None = None


INES = Agreed(
    "ines",
    (
        Wrote(
            REQUEST, "solange", -49,
            "Inès a pris le site Nord en juin. Techniquement elle est très forte, mais elle fait tout elle-même et ses"
            " chefs d’équipe attendent. Je voudrais qu’elle prenne sa place avant la haute saison.", -49,
        ),
        Wrote(
            REFORMULATION, "helene", -41,
            "Inès est reconnue pour son expertise. La question posée est celle du passage de « faire » à « faire"
            " faire » : réunions, plannings, arbitrages avec les quais. Ce qui dépend d’elle est distinct de ce qui"
            " dépend de l’effectif, que la mission ne traite pas.", -38,
        ),
        Wrote(
            SENTENCE, "marc", -34,
            "D’ici à mars, Inès conduit le site Nord par ses deux chefs d’équipe : elle fixe le cap et les règles, ils"
            " décident du quotidien, et cela se voit aux réunions, aux plannings et aux litiges.",
        ),
    ),
    {
        "solange": {
            "hopes": "Que le site Nord passe la haute saison sans que je sois appelée le samedi.",
            "success": "Que l’on sache en mars si Inès peut prendre aussi le site Sud.",
            "brings": "Le budget d’un chef d’équipe de plus pendant la haute saison.",
        },
        "marc": {
            "hopes": "Que les décisions du lundi tiennent jusqu’au vendredi.",
            "brings": "Je suis prêt à ne plus intervenir dans la réunion, à condition de voir le compte rendu.",
            "needs": "D’Inès : qu’elle me dise non quand je passe par-dessus elle.",
        },
        "ines": {
            "hopes": "Savoir ce que j’ai le droit de décider sans demander.",
            "success": "Quand Karim et Lucie viendront me voir avec une décision, et non avec une question.",
            "fears": "Que l’on juge ma place sur une semaine de panne.",
            "needs": "Que l’on me dise les choses à moi d’abord.",
        },
        "helene": {
            "brings": "Vingt ans d’exploitation, dont trois sites repris en cours de saison.",
            "fears": "Devenir la personne par qui passent les messages entre Inès et Marc.",
            "needs": "Un rendez-vous toutes les deux semaines, et que Marc vienne au point d’étape.",
        },
    },
    -37,
    {"ines": -36, "marc": -35, "helene": -35, "solange": -33},
    (
        Diverged(
            "helene", -33, "success", "Le site Sud n’est cité que par Solange.", "postponed", "", 60, "solange", -31,
        ),
        Diverged(
            "ines", -33, "hopes", "Le droit de décider n’est cité que par Inès.", "agreed",
            "Marc écrit la liste de ce qu’Inès décide sans demander.", None, "marc", -31,
        ),
        Diverged(
            "marc", -32, "brings", "Marc et Inès n’attendent pas la même chose du compte rendu.", "agreed",
            "Inès partage après chaque séance un compte rendu que Marc lit.", None, "ines", -31,
        ),
    ),
)  # fmt: skip

THEO = Agreed(
    "theo",
    (
        Wrote(
            REQUEST, "bruno", -4,
            "Théo arrive d’un autre métier. Je voudrais qu’il apprenne l’exploitation sans perdre ce qui l’a fait"
            " choisir : il écoute, et les équipes le suivent.", -3, "solange", -5,
        ),
        Wrote(
            REFORMULATION, "bruno", -2,
            "Théo doit tenir le site Sud à la fin du printemps. La mission porte sur l’exploitation ; la conduite des"
            " équipes, où il est à l’aise, sert d’appui.",
        ),
    ),
    {
        "theo": {
            "hopes": "Comprendre les arbitrages avant de devoir les rendre.",
            "fears": "Passer pour celui que l’on a mis là.",
        },
    },
    -3,
    {"theo": -2},
)  # fmt: skip

GROUP = Agreed(
    "group",
    (
        Wrote(
            REQUEST, "solange", -19,
            "Trois chefs d’équipe, trois façons de faire. Je voudrais qu’ils se passent les consignes comme une seule"
            " équipe, sans qu’on leur en écrive la règle.", -18,
        ),
    ),
    {
        "lina": {"hopes": "Que la relève de 14 heures dure dix minutes, et non quarante."},
        "joel": {"brings": "Je tiens un cahier depuis six ans ; il peut servir de point de départ."},
        "adrien": {},
    },
    -16,
    {"lina": -14, "adrien": -12},
    told=(-5, 4),
)  # fmt: skip

SAMIRA = Agreed(
    "samira",
    (
        Wrote(
            REQUEST, "armand", -58,
            "La qualité parle au comité comme on dépose un dossier. J’ai besoin qu’elle y porte une voix, y compris"
            " contre moi.", -58,
        ),
        Wrote(
            REFORMULATION, "helene", -52,
            "Il ne s’agit pas de prendre la parole davantage, mais de la prendre avant la décision, avec un avis, et de"
            " le tenir.", -51,
        ),
        Wrote(
            SENTENCE, "samira", -50,
            "À chaque comité, Samira apporte un avis avant la décision, le motive en trois minutes, et Armand y répond"
            " devant tous.",
        ),
    ),
    {
        "samira": {
            "hopes": "Ne plus découvrir les arbitrages dans le compte rendu.",
            "needs": "D’Armand : une réponse, même quand c’est non.",
        },
        "armand": {
            "hopes": "Être contredit avant, plutôt que corrigé après.",
            "brings": "Dix minutes à l’ordre du jour de chaque comité.",
        },
        "helene": {"success": "Un avis de Samira qui a changé une décision."},
    },
    -51,
    {"samira": -50, "helene": -49, "armand": -48},
    (
        Diverged(
            "samira", -48, "needs", "Armand n’a rien écrit de ce dont il a besoin.", "dismissed",
            "Il l’a dit de vive voix : que les chiffres arrivent la veille.", None, "armand", -47,
        ),
    ),
)  # fmt: skip


def write(seed: "Seed") -> None:
    """Each mission's, in the order of its days."""
    for agreed in (INES, THEO, GROUP, SAMIRA):
        mission = next(m for m in MISSIONS if m.key == agreed.mission)
        for day, clock, who, act in sorted(_acts(seed, mission, agreed), key=lambda a: a[:2]):
            with seed.inside(who, mission, seed.moment(day, clock)) as (frame, by):
                act(frame, by)


Play = Callable[[Frame, Actor], object]


def _acts(seed: "Seed", mission: Mission, agreed: Agreed) -> list[tuple[int, str, str, Play]]:
    found: list[tuple[int, str, str, Play]] = []
    for w in agreed.texts:
        found += _of_text(seed, mission, w)
    for who, words in agreed.expected.items():
        found.append((agreed.begun, "10:05", who, _expects(words)))
    for who, day in agreed.ready.items():
        found.append((day, "11:00", who, lambda frame, by: expectations.ready(frame, by=by)))
    if agreed.told is not None:
        day, due = agreed.told
        mentor = next(who for role, who in mission.seats if role == "mentor")
        on = seed.day(due)
        found.append((day, "12:00", mentor, lambda frame, by: expectations.tell_date(frame, on, by=by)))
    for d in agreed.diverged:
        found += _of_divergence(seed, d)
    return found


def _of_text(seed: "Seed", mission: Mission, w: Wrote) -> list[tuple[int, str, str, Play]]:
    def begin(frame: Frame, by: Actor) -> None:
        if w.what == REQUEST:
            asks = seed.contacts[mission.company, w.for_] if w.for_ else None
            texts.begin_request(frame, by=by, for_id=asks, heard_on=seed.day(w.heard) if w.for_ else None)
        else:
            texts.begin(frame, w.what, by=by)

    def put(frame: Frame, by: Actor) -> None:
        row = texts.of_mission(frame.id, w.what)
        if row is not None and by.contact_id is not None:
            documents.rewrite(row.document_id, {"text": w.words}, by.contact_id)
            documents.settle(row.document_id)

    def keep(frame: Frame, by: Actor) -> None:
        if (row := texts.of_mission(frame.id, w.what)) is not None:
            texts.keep(row, frame, by=by)

    found: list[tuple[int, str, str, Play]] = [(w.day, "9:40", w.who, begin), (w.day, "9:52", w.who, put)]
    return found if w.kept is None else [*found, (w.kept, "16:30", w.who, keep)]


def _expects(words: dict[str, str]) -> Play:
    def write_alone(frame: Frame, by: Actor) -> None:
        expectations.begin(frame, by=by)
        row = expectations.of_author(frame.id, by.contact_id) if by.contact_id else None
        if words and row is not None and row.document_id is not None and by.contact_id is not None:
            documents.rewrite(row.document_id, words, by.contact_id)

    return write_alone


def _of_divergence(seed: "Seed", d: Diverged) -> list[tuple[int, str, str, Play]]:
    made = new_id()

    def mark(frame: Frame, by: Actor) -> None:
        divergences.mark(frame, made, d.heading, d.words, by=by)

    def settle(frame: Frame, by: Actor) -> None:
        row = queries.divergence(made)
        if row is not None:
            to = None if d.to is None else seed.day(d.to)
            divergences.settle(row, row.revision, d.outcome, d.answer, to, by=by)

    found: list[tuple[int, str, str, Play]] = [(d.day, "14:00", d.who, mark)]
    return [*found, (d.settled, "15:00", d.by, settle)] if d.outcome else found

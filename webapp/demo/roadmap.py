"""The demonstration's roadmaps: what its people wrote, agreed and did, through the operations that pages use."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tenants.actors import Actor
from tenants.db import new_id
from tenants.mission.queries import Frame
from tenants.mission.roadmap import actions, axes, contributions, history, initials, queries, strategies
from tenants.mission.roadmap.content import Progress
from webapp.demo.cast import MISSIONS, Mission

if TYPE_CHECKING:
    from webapp.demo.seed import Seed


@dataclass(frozen=True)
class Do:
    """An action: whose, due in so many days, how far, with what result or reason, and what the mentor brought."""

    words: str
    owner: str
    due: int | None
    state: str = "todo"
    said: str = ""
    brought: str = ""


@dataclass(frozen=True)
class Written:
    """An axis as somebody wrote it on a day, the objectives it serves, who initialled it and when, what was said of it."""

    mission: str
    day: int
    who: str
    words: str
    strategies: dict[str, tuple[Do, ...]]
    served: tuple[str, ...] = ()
    assents: dict[str, int] = field(default_factory=dict)
    comments: tuple[tuple[str, int, str], ...] = ()
    draft: bool = False
    collective: bool = False
    mentee: str = ""


INES = (
    Written(
        "ines", -18, "ines", "Conduire par les chefs d’équipe",
        {
            "Donner à chacun un périmètre écrit": (
                Do("Écrire avec Karim et Lucie la liste des décisions qui leur reviennent", "ines", 3, "done",
                   "Onze décisions sur la liste, relues par les deux"),
                Do("Afficher cette liste au bureau des quais et la relire un mois plus tard", "ines", 24, "doing"),
                Do("Ne plus répondre aux questions de planning posées hors du point de 13 h", "ines", 52),
            ),
            "Tenir une réunion courte qui décide": (
                Do("Remplacer le tour de table par quatre questions écrites la veille", "ines", 6, "doing", "",
                   "À Roanne, nous avons tenu six mois avec un tour de table. Il a suffi d’écrire les questions la veille"
                   " pour que ceux qui ne parlaient jamais répondent les premiers."),
                Do("Observer deux réunions du lundi sans y prendre la parole", "marc", 20),
            ),
        },
        ("o1", "o3"),
        {"ines": -14, "helene": -14, "marc": -12},
        (("marc", -15, "Qui remplace Inès au point de 13 h quand elle est absente ?"),
         ("ines", -14, "Karim les jours pairs, Lucie les autres. C’est écrit sur la liste.")),
    ),
    Written(
        "ines", -10, "helene", "Arbitrer avec les quais et les transporteurs",
        {
            "Savoir jusqu’où l’on décide seule": (
                Do("Dire par écrit les montants et les délais qu’Inès tranche sans demander", "marc", -4),
                Do("Rencontrer les trois transporteurs principaux, sans Marc", "ines", 59, "todo", "",
                   "Le compte rendu type que j’utilisais pour un premier rendez-vous tient en cinq lignes. Je vous l’apporte mardi."),
            ),
            "Suivre les litiges chaque vendredi": (
                Do("Relever les litiges ouverts depuis plus de cinq jours ouvrés", "ines", 3, "doing"),
                Do("Tenir un tableau de bord quotidien des quais", "ines", -2, "dropped",
                   "Le relevé du vendredi suffit ; un tableau par jour prenait une heure."),
            ),
        },
        ("o2",),
        {"ines": -5, "helene": -4},
    ),
    Written("ines", -3, "ines", "Prendre du recul", {"Une heure par semaine hors du site": ()}),
    Written("ines", -1, "marc", "Préparer la saison des fêtes", {}, draft=True),
)  # fmt: skip

GROUP = (
    Written(
        "group", -11, "nadege", "Se passer les consignes",
        {
            "Un cahier par quai, lu à la prise de poste": (
                Do("Choisir ensemble les quatre lignes que le cahier contient", "nadege", 5, "doing"),
                Do("Essayer le cahier une semaine sur le quai 3", "lina", 12),
            ),
        },
        ("g1",), collective=True,
    ),
    Written(
        "group", -8, "lina", "Ouvrir la journée",
        {
            "Un point du matin qui finit à l’heure": (
                Do("Écrire l’ordre du point sur le tableau avant 6 h", "lina", 7, "doing"),
                Do("Assister à trois points du matin et noter l’heure de fin", "ines", 14),
            ),
        },
        ("l1",), {"lina": -6}, mentee="lina",
    ),
)  # fmt: skip

SAMIRA = (
    Written(
        "samira", -39, "samira", "Parler chiffres au comité",
        {
            "Une page, trois chiffres": (
                Do("Préparer la page du premier mardi avec le contrôle de gestion", "samira", -8, "done",
                   "Deux comités tenus avec une seule page"),
                Do("Répéter une fois devant les deux techniciennes", "samira", -6, "done"),
                Do("Écrire les trois questions que le comité posera", "helene", 9, "doing", "",
                   "Je les écrivais la veille, avec leur réponse en une phrase. Deux sur trois étaient posées."),
            ),
        },
        ("s1",), {"samira": -36, "helene": -36},
    ),
    Written(
        "samira", -30, "helene", "Répondre vite et une seule fois",
        {
            "Une première réponse sous deux jours": (
                Do("Écrire quatre réponses types, une par cause", "samira", -12, "done", "Trois suffisent"),
                Do("Confier le suivi du jeudi à Maud", "samira", 16),
            ),
            "Remonter à la cause": (Do("Réunir la fabrication une heure par mois", "samira", 30),),
        },
        ("s2", "s3"), {"samira": -28, "helene": -28},
    ),
)  # fmt: skip


def write(seed: "Seed") -> None:
    """All of them, once the objectives they serve are there."""
    for written in (*INES, *GROUP, *SAMIRA):
        _axis(seed, next(m for m in MISSIONS if m.key == written.mission), written)


def _axis(seed: "Seed", mission: Mission, w: Written) -> None:
    """In one act its lines, then what came later: initials, comments, how far it went."""
    made, began = new_id(), seed.moment(w.day, "9:30")
    done: dict[uuid.UUID, Do] = {}
    with seed.inside(w.who, mission, began) as (frame, by):
        strand = None if w.collective else _strand(seed, mission, w, frame)
        axes.propose(frame, strand, by=by, axis_id=made, wording=w.words, draft=w.draft)
    with seed.inside(w.who, mission, began + timedelta(minutes=6)) as (frame, by):
        for words, lines in w.strategies.items():
            axis = queries.axis(made)
            assert axis is not None  # noqa: S101 - made a moment ago
            held = queries.strategy(strategies.add(axis, frame, by=by, wording=words))
            for line in lines:
                assert held is not None  # noqa: S101 - made a moment ago
                done[actions.add(held, by=by, wording=line.words)] = line
        axis = queries.axis(made)
        if axis is not None and w.served:
            axes.serve(axis, frame, axis.revision, (seed.ids[o] for o in w.served), by=by)
        for action_id, line in done.items():
            action = queries.action(action_id)
            due = None if line.due is None else seed.day(line.due)
            values = {"owner": seed.contacts[mission.company, line.owner], "due_on": due}
            if action is not None:
                actions.set_fields(action, frame, action.revision, values, by=by)
    _said(seed, mission, w, made)
    _gone_on(seed, mission, done)


def _said(seed: "Seed", mission: Mission, w: Written, axis_id: uuid.UUID) -> None:
    for who, day, words in w.comments:
        with seed.inside(who, mission, seed.moment(day, "11:20")) as (_frame, by):
            axis = queries.axis(axis_id)
            if axis is not None:
                history.comment(axis, new_id(), words, by=by)
    for n, (who, day) in enumerate(w.assents.items()):
        with seed.inside(who, mission, seed.moment(day, f"{14 + n}:10")) as (frame, by):
            axis = queries.axis(axis_id)
            if axis is not None:
                initials.assent(axis, frame, initials.present(axis).hash, by=by)


def _gone_on(seed: "Seed", mission: Mission, done: dict[uuid.UUID, Do]) -> None:
    """By each owner, the day before the present one; what the mentor brought, a little earlier."""
    mentor = next(who for role, who in mission.seats if role == "mentor")
    brought = {i: line for i, line in done.items() if line.brought}
    if brought:
        with seed.inside(mentor, mission, seed.moment(-3, "18:20")) as (_frame, by):
            for action_id, line in brought.items():
                action = queries.action(action_id)
                if action is not None:
                    contributions.add(action, new_id(), line.brought, by=by)
    begun = {i: line for i, line in done.items() if line.state != "todo"}
    for owner in dict.fromkeys(line.owner for line in begun.values()):
        with seed.inside(owner, mission, seed.moment(-1, "17:45")) as (frame, by):
            for action_id, line in begun.items():
                if line.owner == owner:
                    _went(frame, action_id, line, by)


def _went(frame: Frame, action_id: uuid.UUID, line: Do, by: Actor) -> None:
    action = queries.action(action_id)
    if action is None:
        return
    dropped = line.state == "dropped"
    actions.set_state(action, Progress(line.state), by=by, reason=line.said if dropped else "")
    if line.said and not dropped:
        actions.set_fields(action, frame, action.revision, {"result": line.said}, by=by)


def _strand(seed: "Seed", mission: Mission, w: Written, frame: Frame) -> uuid.UUID:
    mentees = [who for role, who in mission.seats if role == "mentee"]
    contact = seed.contacts[mission.company, w.mentee or mentees[0]]
    return next(s.strand_id for s in frame.seats if s.contact_id == contact and s.strand_id is not None)

"""The demonstration's calendars: what was planned, held, asked and kept, through the operations that pages use."""

import uuid
from dataclasses import dataclass, field
from datetime import time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.datastructures import FileStorage

from tenants.db import new_id
from tenants.documents import operations as documents
from tenants.mission.queries import Frame
from tenants.mission.roadmap import contributions
from tenants.mission.schedule import agenda, attending, plan, planning, queries, reviews, slots, summaries
from tenants.mission.schedule.choosing import Answer
from tenants.mission.schedule.clock import PARIS, When, when
from tenants.mission.schedule.layouts import Layout, lay_out
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.presence import Answer as Presence
from tenants.mission.schedule.telling import Zones
from tenants.mission.schedule.types import Type
from webapp import files
from webapp.demo.cast import MISSIONS, Mission

if TYPE_CHECKING:
    from webapp.demo.seed import Seed


@dataclass(frozen=True)
class Slots:
    """Moments (day, hour) that somebody proposed on a day, and what others said of each."""

    who: str
    day: int
    moments: tuple[tuple[int, str], ...]
    answers: dict[str, tuple[Answer, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Met:
    """A session: planned by whom and when, its date or the week aimed at (in days), what was said there.

    ``points``: who added what; ``left``: those of them that were not treated. ``summary``: by whom, shared on which day.
    ``silent``: who has not confirmed it yet. ``brought``: the mentor's words, each with a document's text or ''.
    """

    type: Type
    who: str
    planned: int
    day: int
    hour: str | None = None
    minutes: int = 120
    place: str = ""
    way: str = "place"
    held: bool = False
    points: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    summary: tuple[str, str, int] | None = None
    slots: Slots | None = None
    review: dict[str, str] | None = None
    approved: tuple[str, ...] = ()
    mentee: str = ""
    silent: tuple[str, ...] = ()
    brought: tuple[tuple[str, str], ...] = ()


YES, MAYBE, NO = Answer.YES, Answer.MAYBE, Answer.NO

REFUSING = """Refuser une demande hors délai : quatre phrases

1. Ce que j’ai compris de la demande, en une phrase.
2. Ce qui ne tient pas : le quai, l’heure, l’équipe. Un seul motif, le vrai.
3. Ce que je propose à la place, et jusqu’à quand.
4. Qui prévient le client, et quand nous en reparlons.

Ce que je n’écris pas : « je vais voir », « Marc vous rappellera », « d’habitude ».
"""

INES = (
    Met(Type.FRAMING, "helene", -52, -50, "9:00", 90, "siège, salle Ardoise", held=True),
    Met(Type.PAIR, "helene", -49, -35, "14:00", 120, "site Nord, salle Quai 4", held=True),
    Met(Type.PAIR, "helene", -35, -21, "14:00", 120, "site Nord, salle Quai 4", held=True),
    Met(
        Type.PAIR, "helene", -21, -7, "14:00", 120, "site Nord, salle Quai 4", held=True,
        points=(
            ("ines", "La réunion du lundi : ce qui change quand Karim l’ouvre"),
            ("helene", "Dire non à un client sans passer par Marc"),
            ("ines", "Le planning de nuit, que personne ne relit"),
        ),
        left=("Le planning de nuit, que personne ne relit",),
        summary=(
            "ines",
            ("La réunion du lundi a duré quarante minutes au lieu de soixante-dix. Karim a ouvert, Inès a conclu.\n"
            "Décidé : les questions partent la veille, par écrit, et celui qui a posé la question dit la décision.\n"
            "Inès essaie de refuser elle-même la prochaine demande hors délai ; elle en parle à Hélène après, pas avant."),
            -4,
        ),
    ),
    Met(
        Type.PAIR, "helene", -14, 0, "9:00", 120, "site Nord, salle Quai 4",
        points=(("ines", "La demande hors délai de jeudi : ce que j’ai répondu"),),
        brought=((
            "À la plateforme de Vauclair, j’ai mis des mois à refuser moi-même. La trame ci-jointe tenait dans ma poche.",
            REFUSING,
        ),),
    ),
    Met(
        Type.REVIEW, "helene", -4, 14, None, 90,
        slots=Slots(
            "helene", -3, ((14, "11:00"), (16, "8:30"), (17, "14:00")), {"ines": (YES, YES, NO)},
        ),
        points=(("marc", "Ce que les équipes disent de la réunion du lundi"),),
    ),
    Met(Type.PAIR, "helene", -2, 45, None, 100),
    Met(Type.PAIR, "helene", -2, 61, None, 100),
    Met(Type.PAIR, "helene", -2, 80, None, 100),
    Met(Type.RESTITUTION, "helene", -2, 115, "16:00", 120, "siège, salle Ardoise"),
)  # fmt: skip
SAMIRA = (
    Met(Type.FRAMING, "helene", -60, -58, "10:00", 90, "Verrerie d’Ostaval, salle du Four", held=True),
    Met(Type.PAIR, "helene", -57, -44, "14:30", 120, "", "video", held=True),
    Met(Type.PAIR, "helene", -44, -30, "14:30", 120, "", "video", held=True),
    Met(
        Type.REVIEW, "helene", -30, -16, "14:30", 60, "", "video", held=True,
        review={
            "drift": "Les visites d’atelier du jeudi ont été remplacées deux fois par des audits.",
            "agreed": "Samira présente elle-même les rebuts du mois au prochain comité, en cinq minutes.",
            "changes": "La visite du jeudi passe au mardi, jour sans audit.",
        },
        approved=("samira", "helene"),
    ),
    Met(
        Type.PAIR, "helene", -10, 5, "14:30", 120, "", "video",
        points=(("samira", "Ma présentation au comité : ce qui a été entendu"),),
    ),
    Met(Type.REPORT, "helene", -10, 66, None, 60),
    Met(Type.RESTITUTION, "helene", -10, 78, "10:00", 90, "Verrerie d’Ostaval, salle du Four"),
)  # fmt: skip
THEO = (Met(Type.FRAMING, "bruno", -5, 3, "9:30", 90, "site Sud, bureau des quais"),)
GROUP = (
    Met(Type.COLLECTIVE, "nadege", -19, -13, "8:30", 120, "site Nord, salle Quai 4", held=True),
    Met(Type.PAIR, "nadege", -12, -6, "13:30", 60, "site Nord", held=True, mentee="lina", silent=("lina",)),
    Met(Type.PAIR, "nadege", -6, 2, "15:30", 60, "site Nord", mentee="joel"),
    Met(
        Type.PAIR, "nadege", -2, 9, None, 60, mentee="adrien",
        slots=Slots("nadege", -1, ((8, "21:00"), (9, "21:00"), (10, "6:00"))),
    ),
    Met(
        Type.COLLECTIVE, "nadege", -6, 15, "8:30", 120, "site Nord, salle Quai 4",
        points=(("lina", "Passer une consigne d’une équipe à l’autre sans la perdre"),),
    ),
)  # fmt: skip
WRITTEN = {"ines": INES, "samira": SAMIRA, "theo": THEO, "group": GROUP}


def write(seed: "Seed") -> None:
    """All of it; then Théo’s mission is laid out in one act, by his mentor."""
    by_key = {m.key: m for m in MISSIONS}
    for key, sessions in WRITTEN.items():
        for met in sessions:
            _session(seed, by_key[key], met)
    _initial(seed, by_key["samira"], ("helene", "samira"))
    mission = by_key["theo"]
    with seed.inside("bruno", mission, seed.moment(-4, "17:20")) as (frame, by):
        left = frame.hours - sum(r.minutes for r in queries.of_mission(frame, None))
        steps = lay_out(Layout.TAKING_POST, seed.day(-4), frame.ends_on, left, 1, {(Type.FRAMING, 0)})
        planning.apply(frame, steps, [frame.strands[0].id], by=by, layout_id=new_id())


def _initial(seed: "Seed", mission: Mission, who: tuple[str, ...]) -> None:
    """The whole plan of its first strand, initialled by each in turn."""
    for n, key in enumerate(who):
        with seed.inside(key, mission, seed.moment(-2 + n, "10:20")) as (frame, by):
            strand = frame.strands[0].id
            plan.assent(frame, strand, plan.of_strand(frame, strand, by=by).hash, by=by)


def _session(seed: "Seed", mission: Mission, met: Met) -> None:
    with seed.inside(met.who, mission, seed.moment(met.planned, "17:05")) as (frame, by):
        strand = None if met.type is Type.COLLECTIVE else _strand(seed, mission, met, frame)
        made = planning.plan(
            frame, met.type, strand, by=by, minutes=met.minutes, way=met.way, place=met.place,
            when=_at(seed, met.day, met.hour) if met.hour else None, week_of=seed.day(met.day),
        )  # fmt: skip
    for who, words in met.points:
        with seed.inside(who, mission, seed.moment(min(met.day, 0) - 1, "18:10")) as (frame, by):
            agenda.add(_row(made), frame, new_id(), words, by=by)
    _bring(seed, mission, made, met)
    if met.slots is not None:
        _ask(seed, mission, made, met.slots)
    if met.held:
        _hold(seed, mission, made, met)
    if met.summary is not None:
        _keep(seed, mission, made, *met.summary)
    if met.review is not None:
        _review(seed, mission, made, met)


def _bring(seed: "Seed", mission: Mission, made: uuid.UUID, met: Met) -> None:
    """What the mentor brings to it, with a document of a few lines."""
    for words, document in met.brought:
        with seed.inside(met.who, mission, seed.moment(min(met.day, 0) - 1, "18:30")) as (frame, by):
            row, brought = _row(made), new_id()
            zone_id = Zones(frame, by).content(row.roles, row.strand_id)
            if document:
                sent = FileStorage(BytesIO(document.encode()), "Refuser une demande hors délai.txt")
                files.receive(sent, id=brought, frame=frame, zone_id=zone_id, purpose="contribution", by=by)
            contributions.bring(
                "session", row, brought, words, by=by, file_id=brought if document else None, zone_id=zone_id
            )


def _hold(seed: "Seed", mission: Mission, made: uuid.UUID, met: Met) -> None:
    begun = _at(seed, met.day, met.hour or "9:00").at
    with seed.inside(met.who, mission, begun + timedelta(minutes=met.minutes)) as (_frame, by):
        for item in queries.agenda(_row(made)):
            if item.text not in met.left:
                agenda.treat(_row(made), item.id, done=True, by=by)
        planning.hold(_row(made), by=by)
    _attend(seed, mission, made, met)


def _attend(seed: "Seed", mission: Mission, made: uuid.UUID, met: Met) -> None:
    """The mentor says how long it lasted, each mentee confirms it the same evening; nothing where somebody was not there yet."""
    begun = _at(seed, met.day, met.hour or "9:00").at
    mentees = [who for role, who in mission.seats if role == "mentee"]
    with seed.inside(met.who, mission, begun + timedelta(minutes=met.minutes + 5)) as (frame, by):
        there = [contact for contact, _role, _strand in attending.signatories(frame, _row(made))]
        keys = [k for k in mentees if seed.contacts[mission.company, k] in there]
        if not keys or by.contact_id not in there:
            return
        said = attending.propose(_row(made), frame, met.minutes, by=by)
    for key in [k for k in keys if k not in met.silent]:
        with seed.inside(key, mission, begun + timedelta(minutes=met.minutes + 70)) as (frame, by):
            found = attending.get(said)
            if found is not None:
                attending.answer(found, frame, Presence.PRESENT, by=by)


def _ask(seed: "Seed", mission: Mission, made: uuid.UUID, asked: Slots) -> None:
    moments = [_at(seed, day, hour) for day, hour in asked.moments]
    with seed.inside(asked.who, mission, seed.moment(asked.day, "11:15")) as (frame, by):
        poll = slots.propose(_row(made), frame, moments, by=by)
    for who, answers in asked.answers.items():
        with seed.inside(who, mission, seed.moment(asked.day + 1, "8:40")) as (frame, by):
            row = queries.poll(poll)
            if row is not None:
                said = {s.id: a for s, a in zip(queries.proposed(row), answers, strict=True)}
                slots.answer(row, frame, said, by=by)


def _keep(seed: "Seed", mission: Mission, made: uuid.UUID, who: str, words: str, day: int) -> None:
    """Written by one of the pair, then shared by the mentee."""
    with seed.inside(who, mission, seed.moment(day - 1, "9:20")) as (frame, by):
        summaries.begin(_row(made), frame, by=by)
    with seed.inside(who, mission, seed.moment(day, "11:05")) as (frame, by):
        kept = queries.summary(_row(made))
        if kept is not None:
            documents.rewrite(kept.document_id, {"text": words}, kept.author_id)
            summaries.share(kept, frame, by=by)


def _review(seed: "Seed", mission: Mission, made: uuid.UUID, met: Met) -> None:
    with seed.inside(met.who, mission, seed.moment(met.day + 1, "9:15")) as (frame, by):
        reviews.begin(_row(made), frame, met.review or {}, by=by)
    for who in met.approved:
        with seed.inside(who, mission, seed.moment(met.day + 2, "10:30")) as (frame, by):
            found = queries.review(_row(made))
            if found is not None:
                texts = documents.current([found.document_id])[found.document_id]
                reviews.approve(found, frame, reviews.texts_hash(texts), by=by)


def _strand(seed: "Seed", mission: Mission, met: Met, frame: Frame) -> uuid.UUID:
    mentees = [who for role, who in mission.seats if role == "mentee"]
    contact = seed.contacts[mission.company, met.mentee or mentees[0]]
    found = next(s.strand_id for s in frame.seats if s.contact_id == contact and s.role == "mentee")
    if found is None:
        raise RuntimeError("a mentee has a strand")
    return found


def _row(session_id: uuid.UUID) -> Session:
    found = queries.get(session_id)
    if found is None:
        raise RuntimeError("the demonstration's session is not read by who acts on it")
    return found


def _at(seed: "Seed", day: int, hour: str) -> When:
    """That day at that hour in Paris."""
    hours, minutes = map(int, hour.split(":"))
    return when(seed.day(day), time(hours, minutes), PARIS)

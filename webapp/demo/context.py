"""The demonstration's context files: the job as two tell it, the company, the mentor, questions, where one starts."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenants.actors import Actor
from tenants.db import new_id
from tenants.documents import operations as documents
from tenants.mission.context import note, positions, queries, questions, reading, sheets
from tenants.mission.queries import Frame
from webapp.demo.cast import MISSIONS, Mission

if TYPE_CHECKING:
    from webapp.demo.seed import Seed

Play = Callable[[Frame, Actor], object]


@dataclass(frozen=True)
class Asked:
    """A question of the mentor's on a day: to whom, their answer and its day; ``heard``: written for them, after that day."""

    day: int
    to: str
    words: str
    answer: str = ""
    answered: int = 0
    heard: int | None = None
    confirmed: int | None = None


@dataclass(frozen=True)
class File:
    """The context file of a mission's first strand. ``positions``: by person, (step, words) for each objective in order."""

    mission: str
    day: int
    jobs: dict[str, dict[str, str]] = field(default_factory=dict)
    company: tuple[str, dict[str, str]] | None = None
    mentor: bool = False
    asked: tuple[Asked, ...] = ()
    note: str = ""
    positions: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    read: int | None = None


PAGES = {
    "helene": {
        "career": "Trente et un ans d’exploitation, dont douze à la tête de deux plateformes. J’ai passé la main en une semaine"
        " la première fois, en six mois la seconde ; la seconde a tenu.",
        "sectors": "Transport frigorifique, distribution, verrerie.",
        "posts": "Cheffe de quai, responsable d’exploitation, directrice de site, directrice des opérations jusqu’en 2023.",
    },
    "bruno": {
        "career": "Vingt ans dans l’industrie, puis dix à accompagner des prises de poste.",
        "sectors": "Mécanique, logistique.",
        "posts": "Chef d’atelier, directeur d’usine.",
    },
    "nadege": {
        "career": "Dix-sept ans de quai, dont neuf à former des chefs d’équipe qui n’avaient pas demandé à l’être.",
        "sectors": "Logistique du froid, grande distribution.",
        "posts": "Cariste, cheffe d’équipe, responsable de la formation d’un groupe de douze sites.",
    },
}  # fmt: skip

FILES = (
    File(
        "ines", -48,
        {
            "ines": {
                "tasks": "Le planning des quais, le point de 13 h, les transporteurs, les litiges, la réunion du lundi.",
                "technical": "Le logiciel d’entrepôt, les règles du froid, les contrats des trois transporteurs.",
                "results": "Des décisions prises par les chefs d’équipe, sans que je repasse derrière.",
                "sector": "Logistique du froid : les volumes doublent en décembre.",
                "strategic": "Le site Nord doit servir de modèle au site Sud.",
            },
            "marc": {
                "tasks": "Tenir les quais et les chefs d’équipe ; arbitrer avec les transporteurs sans m’appeler.",
                "technical": "Le logiciel d’entrepôt, les règles du froid, les contrats des trois transporteurs.",
                "results": "Les litiges ouverts depuis plus de cinq jours divisés par deux, et un site qui tourne sans moi.",
                "sector": "Logistique du froid : les volumes doublent en décembre.",
                "commercial": "Deux clients font la moitié de l’activité ; l’un d’eux remet le contrat en jeu au printemps.",
            },
        },
        ("solange", {
            "sector": "Entreposage et transport sous température dirigée, quatre sites.",
            "market": "Trois concurrents régionaux ; les prix se jouent sur la nuit et le week-end.",
            "strategic": "Faire des sites des unités qui décident, avant l’ouverture d’un cinquième.",
            "commercial": "Garder les deux grands comptes, et gagner les producteurs de la vallée.",
        }),
        True,
        (
            Asked(-40, "ines", "Quelle décision reprenez-vous le plus souvent à vos chefs d’équipe ?",
                  "L’ordre des quais le matin. Je le refais parce que je vais plus vite, et ils ont cessé de le préparer.", -38),
            Asked(-40, "marc", "Que ne voudriez-vous plus décider vous-même dans six mois ?",
                  "Les remplacements d’un jour et les petits litiges de transport.", -37),
            Asked(-40, "solange", "Qu’est-ce qui rendrait cette mission inutile à vos yeux ?",
                  "Que le site dépende toujours d’une seule personne, même très bonne.", -33, -34, -32),
            Asked(-5, "marc", "Qui remplacera Inès pendant les fêtes ?"),
        ),
        "Le cinquième site sera annoncé au printemps. La direction pense à Inès pour l’ouvrir ; rien n’est dit ni promis.",
        {
            "ines": ((1, "Je la prépare et Marc la lance encore une fois sur deux."),
                     (0, "Je les découvre le vendredi, par le relevé de Marc."),
                     (1, "Ils les préparent ; je les refais encore le soir.")),
            "marc": ((1, "Elle la tient, mais les décisions partent sans date."),
                     (1, "Ceux du jour avancent, ceux de la nuit restent ouverts."),
                     (0, "Je reçois encore les plannings d’Inès, pas les leurs.")),
        },
        -30,
    ),
    File(
        "theo", -4,
        {"theo": {"tasks": "Reprendre l’équipe de jour, puis la nuit au printemps.", "results": "Ne pas perdre de monde d’ici l’été."}},
        ("solange", {}), True,
        (Asked(-2, "theo", "Qu’avez-vous déjà essayé avec l’équipe de nuit ?"),),
    ),
    File(
        "group", -17,
        {
            "lina": {
                "tasks": "Ouvrir le quai à 5 h, répartir douze personnes, rendre le poste à 13 h.",
                "technical": "Le logiciel d’entrepôt, la caméra thermique, les permis de chariot.",
                "results": "Que l’équipe de l’après-midi sache d’où elle part sans venir me chercher.",
            },
            "ines": {
                "tasks": "Ouvrir le quai, répartir l’équipe, signaler les retards avant 9 h.",
                "technical": "Le logiciel d’entrepôt, les règles du froid.",
                "results": "Des consignes écrites d’une équipe à l’autre, et moins d’appels le soir.",
            },
        },
        ("solange", {}), True,
        (
            Asked(-12, "lina", "Que dites-vous à l’équipe suivante quand vous partez ?",
                  "Rien, le plus souvent : ils arrivent quand je compte les palettes.", -10),
            Asked(-3, "ines", "Qu’avez-vous cessé de faire vous-même depuis que Lina ouvre ?"),
        ),
    ),
    File(
        "samira", -58,
        {"samira": {
            "tasks": "Les réclamations, les audits, une page de chiffres au comité.",
            "technical": "Les normes du verre alimentaire, la statistique des défauts.",
            "results": "Une qualité dont le comité parle sans que je la défende.",
        }},
        ("armand", {
            "sector": "Verre creux pour les caves et les parfumeurs.",
            "market": "L’énergie pèse plus que les concurrents.",
            "strategic": "Monter en gamme avant de renouveler le four.",
            "commercial": "Réduire les retours des trois premiers clients.",
        }),
        True,
        (Asked(-50, "samira", "De quoi le comité parle-t-il avant vous ?", "Du four, des délais, puis du four.", -49),),
        read=-45,
    ),
)  # fmt: skip


def write(seed: "Seed") -> None:
    """Each mission's, in the order of its days, once its objectives are there."""
    for file in FILES:
        mission = next(m for m in MISSIONS if m.key == file.mission)
        for day, clock, who, act in sorted(_acts(seed, mission, file), key=lambda a: a[:2]):
            with seed.inside(who, mission, seed.moment(day, clock)) as (frame, by):
                act(frame, by)


def _acts(seed: "Seed", mission: Mission, f: File) -> list[tuple[int, str, str, Play]]:
    mentor = next(who for role, who in mission.seats if role == "mentor")
    found: list[tuple[int, str, str, Play]] = []
    for who, words in f.jobs.items():
        found += [(f.day, "9:10", who, _begin_sheet), (f.day, "9:30", who, _write_sheet(words))]
    if f.company is not None:
        who, texts = f.company
        found.append((f.day, "10:00", who, _company(texts)))
    if f.mentor:
        found.append((f.day, "10:30", mentor, _page(PAGES[mentor])))
    if f.note:
        found.append((f.day + 1, "8:40", mentor, _note(f.note)))
    for asked in f.asked:
        found += _question(seed, mission, mentor, asked)
    for n, (who, said) in enumerate(f.positions.items()):
        found.append((-4 + n, "17:20", who, _position(said)))
    if f.read is not None:
        found.append(
            (f.read, "18:30", mentor, lambda frame, by: reading.understand(frame, _first(frame), by=by))
        )
    return found


def _first(frame: Frame) -> uuid.UUID:
    return frame.strands[0].id


def _begin_sheet(frame: Frame, by: Actor) -> None:
    sheets.begin(frame, _first(frame), by=by)


def _write_sheet(words: dict[str, str]) -> Play:
    def put(frame: Frame, by: Actor) -> None:
        assert by.contact_id is not None  # noqa: S101 - the cast has contacts
        row = sheets.of_author(_first(frame), by.contact_id)
        if row is not None:
            documents.rewrite(row.document_id, words, by.contact_id)
            documents.settle(row.document_id)

    return put


def _company(texts: dict[str, str]) -> Play:
    """Written, or, where another mission has written it, brought into this one."""

    def put(frame: Frame, by: Actor) -> None:
        source = sheets.company_source()
        if texts:
            sheets.write_company(frame, texts, source.revision if source is not None else 0, by=by)
        elif source is not None:
            sheets.copy(frame, "company", by=by)

    return put


def _page(texts: dict[str, str]) -> Play:
    def put(frame: Frame, by: Actor) -> None:
        source = sheets.mentor_source()
        sheets.write_mentor(frame, texts, source.revision if source is not None else 0, by=by)

    return put


def _note(words: str) -> Play:
    def put(frame: Frame, by: Actor) -> None:
        note.begin(frame, by=by)
        row = note.of_mission(frame.id)
        assert row is not None  # noqa: S101 - begun just now
        assert by.contact_id is not None  # noqa: S101 - the cast has contacts
        documents.rewrite(row.document_id, {"text": words}, by.contact_id)

    return put


def _question(seed: "Seed", mission: Mission, mentor: str, a: Asked) -> list[tuple[int, str, str, Play]]:
    made, to = new_id(), seed.contacts[mission.company, a.to]

    def ask(frame: Frame, by: Actor) -> None:
        questions.ask(frame, _first(frame), made, to, a.words, by=by)

    def answer(_frame: Frame, by: Actor) -> None:
        row = questions.get(made)
        if row is not None and a.heard is not None:
            questions.report(row, a.answer, seed.day(a.heard), by=by)
        elif row is not None:
            questions.answer(row, a.answer, by=by)

    def confirm(_frame: Frame, by: Actor) -> None:
        if (row := questions.get(made)) is not None:
            questions.confirm(row, a.answer, by=by)

    found: list[tuple[int, str, str, Play]] = [(a.day, "11:40", mentor, ask)]
    if a.answer:
        found.append((a.answered, "12:10", mentor if a.heard is not None else a.to, answer))
    if a.confirmed is not None:
        found.append((a.confirmed, "8:20", a.to, confirm))
    return found


def _position(said: tuple[tuple[int, str], ...]) -> Play:
    def tell(frame: Frame, by: Actor) -> None:
        strand = _first(frame)
        positions.begin(frame, strand, by=by)
        assert by.contact_id is not None  # noqa: S101 - the cast has contacts
        for n, (line, _words) in enumerate(queries.starting(frame, strand, by).mine):
            step, words = said[n % len(said)]
            positions.place(line, step, line.revision, by=by)
            if line.document_id is not None:
                documents.rewrite(line.document_id, {"text": words}, by.contact_id)
        positions.say(frame, strand, by=by)

    return tell

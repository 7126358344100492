"""The demonstration's report: Hélène has written Samira's, who reads it first and has asked for a change."""

from typing import TYPE_CHECKING

from tenants.db import new_id
from tenants.mission.report import drafting, issuing, queries, sources
from tenants.mission.report.drafting import Draft
from webapp.demo.cast import MISSIONS
from webapp.formats import speaking
from webapp.mission.report import prewriting

if TYPE_CHECKING:
    from webapp.demo.seed import Seed

OWN = (
    (
        "points",
        (
            "Le travail a commencé par le dossier des rebuts : ce que Samira sait de chaque four, et ce qu’elle en disait"
            " au comité. Il s’est poursuivi par l’écriture d’une page, toujours la même, qu’elle remet la veille."
        ),
    ),
    ("results", "Samira dit préparer le comité « en une heure au lieu d’une soirée »."),
    (
        "axes",
        (
            "Garder la page remise la veille, et laisser le directeur de production répondre lui-même des écarts de son"
            " atelier."
        ),
    ),
)
ASKED = "Pourriez-vous dire que la page remise la veille est une idée de l’atelier, et non la mienne ?"


def write(seed: "Seed") -> None:
    """Begun some days ago from what the mission holds, read first since yesterday."""
    mission = next(m for m in MISSIONS if m.key == "samira")
    with seed.inside("helene", mission, seed.moment(-5, "9:20")) as (frame, by):
        strand = frame.strands[0].id
        with speaking("fr"):
            drafts = prewriting.drafts(frame, sources.of_strand(frame, strand, by=by))
        drafting.begin(frame, strand, drafts, by=by)
    with seed.inside("helene", mission, seed.moment(-4, "18:10")) as (frame, by):
        row = queries.being_written(frame.strands[0].id)
        assert row is not None  # noqa: S101 - begun the day before
        for part, words in OWN:
            drafting.add(row, frame, Draft(part, words), by=by)
    with seed.inside("helene", mission, seed.moment(-1, "17:30")) as (frame, by):
        row = queries.being_written(frame.strands[0].id)
        assert row is not None  # noqa: S101 - it is there since
        issuing.open_reading(row, frame, issuing.USUAL, by=by)
    with seed.inside("samira", mission, seed.moment(0, "7:50")) as (frame, by):
        row = queries.being_written(frame.strands[0].id)
        assert row is not None  # noqa: S101 - hers to read
        issuing.ask(row, new_id(), ASKED, by=by)

"""The demonstration's rules and signatures: one agreement in force after a change, one out for signature, one being written."""

from typing import TYPE_CHECKING

from tenants.actors import Actor
from tenants.db import new_id
from tenants.mission.agreement import amendments, signing, terms
from tenants.mission.agreement.signing import Evidence
from tenants.mission.agreement.versions_models import AgreementVersion
from tenants.mission.queries import Frame
from webapp.demo.cast import MISSIONS, Mission
from webapp.mission.agreement import template

if TYPE_CHECKING:
    from webapp.demo.seed import Seed

PRICE = "contrat 2026-014, signé entre le cabinet et l’entreprise"
REASON = "Un délai de 24 heures est trop court pour la semaine d’inventaire : je propose 48 heures."


def write(seed: "Seed") -> None:
    """Each mission's, in the order of its days."""
    found = {m.key: m for m in MISSIONS}
    _of_ines(seed, found["ines"])
    _begun(seed, found["samira"], "helene", -47)
    _proposed(seed, found["samira"], "helene", -1)
    _begun(seed, found["theo"], "bruno", -2)


def _of_ines(seed: "Seed", mission: Mission) -> None:
    """Proposed, reopened by Marc for a reason, proposed again and signed by the four."""
    _begun(seed, mission, "helene", -31)
    _proposed(seed, mission, "helene", -30)
    _signed(seed, mission, {"ines": (-30, "17:40")})
    with seed.inside("marc", mission, seed.moment(-29, "8:35")) as (frame, by):
        signing.ask_change(_out(frame), frame, REASON, by=by)
    with seed.inside("helene", mission, seed.moment(-29, "9:20")) as (frame, by):
        _set(frame, by, {"late_hours": 48})
    _proposed(seed, mission, "helene", -29)
    _signed(
        seed, mission,
        {"ines": (-28, "12:10"), "helene": (-28, "14:05"), "marc": (-27, "8:15"), "solange": (-26, "18:50")},
    )  # fmt: skip
    _date_back(seed, mission, -26, "18:50")
    _thought_better(seed, mission)


def _thought_better(seed: "Seed", mission: Mission) -> None:
    """More hours, proposed and taken back the same morning."""
    made = new_id()
    with seed.inside("solange", mission, seed.moment(-8, "9:05")) as (frame, by):
        amendments.propose(frame, made, frame.starts_on, frame.ends_on, frame.hours + 6 * 60, by=by)
    with seed.inside("solange", mission, seed.moment(-8, "11:40")) as (frame, by):
        row = amendments.get(made)
        assert row is not None  # noqa: S101 - proposed this morning
        amendments.withdraw(row, frame, by=by)


def _begun(seed: "Seed", mission: Mission, who: str, day: int) -> None:
    with seed.inside(who, mission, seed.moment(day, "16:00")) as (frame, by):
        terms.begin(frame, 0, template.shipped(), by=by)
    with seed.inside(who, mission, seed.moment(day, "16:12")) as (frame, by):
        _set(frame, by, {"price": PRICE, "preparation_minutes": 30, "report_minutes": 180})


def _set(frame: Frame, by: Actor, values: dict[str, object]) -> None:
    row = terms.get(frame.id)
    assert row is not None  # noqa: S101 - begun a moment ago
    terms.set_fields(row, frame, row.revision, values, by=by)


def _proposed(seed: "Seed", mission: Mission, who: str, day: int) -> None:
    with seed.inside(who, mission, seed.moment(day, "10:15")) as (frame, by):
        row = terms.get(frame.id)
        assert row is not None  # noqa: S101 - as above
        signing.propose(row, frame, by=by)


def _signed(seed: "Seed", mission: Mission, when: dict[str, tuple[int, str]]) -> None:
    for who, (day, clock) in when.items():
        with seed.inside(who, mission, seed.moment(day, clock)) as (frame, by):
            version = _out(frame)
            said = f"J’ai lu la version {version.number} et je l’approuve telle qu’elle est écrite."
            proof = Evidence(
                "code", said, f"{who[:1]}…@ombrelune.example", "192.0.2.0/24", "Firefox, Windows"
            )
            signing.sign(version, frame, version.hash, proof, by=by)


def _out(frame: Frame) -> AgreementVersion:
    version = terms.pending_version(frame.id)
    assert version is not None  # noqa: S101 - proposed before
    return version


def _date_back(seed: "Seed", mission: Mission, day: int, clock: str) -> None:
    """PostgreSQL's own clock says the present: the rule is as old as the last signature."""
    ids = {"at": seed.moment(day, clock), "m": seed.ids[mission.key], "co": seed.ids[mission.company]}
    with seed.in_company(mission.company):
        for statement in (
            "update rule set made_at = %(at)s where company_id = %(co)s and mission_id = %(m)s and version is not null",
            """update agreement_version set in_force_at = %(at)s
                where company_id = %(co)s and mission_id = %(m)s and in_force_at is not null""",
        ):
            seed.owner.execute(statement, ids)

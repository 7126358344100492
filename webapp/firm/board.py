"""A mission as the firm's board shows it."""

import uuid
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext

from tenants.firm.queries import CompanyLine, MissionLine, Party
from tenants.mission import stages
from tenants.mission.stages import Stage, Where
from tenants.policy import COMPANY_ROLES, Role
from webapp import formats, words
from webapp.mission import layout


@dataclass(frozen=True)
class Line:
    """One row. ``awaited``: (party, words) of whoever is awaited the longest; ``since`` in words, '' when nobody is."""

    name: str
    under: str
    stage: str
    awaited: list[tuple[str, str]]
    since: str
    hours: str
    ends_on: date
    url: str


def lines(company: CompanyLine) -> list[Line]:
    """The missions of a company, in the order given."""
    return [_line(company, m) for m in company.missions]


def _line(company: CompanyLine, mission: MissionLine) -> Line:
    standing = stages.present(stages.standings(stages.state(mission.state)))
    waits = standing.waits if standing.where is Where.AWAITING else ()
    mentees, mentors = mission.named(Role.MENTEE), mission.named(Role.MENTOR)
    return Line(
        name=mentees[0] if len(mentees) == 1 else mission.title,
        under=formats.names(mentors),
        stage=f"{standing.number}. {_stage(standing.stage)}",
        awaited=_awaited(mission.people, [w.contact_id for w in waits]),
        since=formats.days((formats.today() - formats.local(waits[0].since).date()).days) if waits else "",
        hours=formats.duration(mission.hours),
        ends_on=mission.ends_on,
        url=url_for("mission.show", company=company.slug, mission_id=mission.id),
    )


def _stage(stage: Stage) -> str:
    return layout.stage_name(stage)


def _awaited(people: tuple[Party, ...], contacts: list[uuid.UUID]) -> list[tuple[str, str]]:
    """The role and no name of what they do: « le manager »."""
    held: dict[uuid.UUID, list[Role]] = {}
    for person in people:
        held.setdefault(person.id, []).append(person.role)
    there = [min(held[c], key=COMPANY_ROLES.index) for c in dict.fromkeys(contacts) if c in held]
    return [(words.party_of(r), words.party(words.party_of(r))) for r in dict.fromkeys(there)] or (
        [("firm", gettext("une personne qui n’y est plus"))] if contacts else []
    )

"""A mission as home shows it: whose, in what role one is there, where it stands, hours, dates, people."""

import uuid
from dataclasses import dataclass
from datetime import date

from flask import current_app, url_for
from flask_babel import gettext

from tenants.mission import stages
from tenants.mission.across import MyMission, Someone
from tenants.mission.stages import Standing, Where
from tenants.policy import COMPANY_ROLES
from webapp import formats, words
from webapp.mission import layout
from webapp.mission.life.shown import notices

SHAPES = {Where.AWAITING: "awaiting", Where.AGREED: "agreed", Where.WRITING: "proposed"}


@dataclass(frozen=True)
class MissionView:
    """One mission of the reader's."""

    name: str
    company: str
    company_url: str | None
    firm: str
    roles: str
    state: str
    state_words: str
    stage: str
    hours: str
    ends_on: date
    people: list[tuple[str, str, str, str, bool]]  # party, initials, name, words of the roles, has come
    url: str
    open: str
    life: list[str]  # what is suspended, what has ended


def mission_views(found: list[MyMission]) -> list[MissionView]:
    """In the order given."""
    return [_view(m) for m in found]


def _view(mission: MyMission) -> MissionView:
    own = {strand for _, strand in mission.mine}
    strand = next(iter(own)) if len(own) == 1 else None
    named = {p.strand_id: _first(mission, p) for p in mission.mentees}
    life = notices(mission.state, lambda s: named.get(s, ""), alone=len(mission.strands) == 1)
    standing = stages.present(stages.standings(mission.state, strand))
    mentees = [p.name for p in mission.mentees]
    roles = list(dict.fromkeys(r for r, _ in mission.mine)) or ([mission.staff] if mission.staff else [])
    state, said = _state(mission, standing)
    return MissionView(
        name=mentees[0] if len(mentees) == 1 else mission.title,
        company=mission.company,
        company_url=url_for("company.page", company=mission.slug)
        if "company.page" in current_app.view_functions
        else None,
        firm=mission.firm,
        roles=words.roles(roles, formats.form_of_reader()),
        state=state,
        state_words=said,
        stage=gettext(
            "%(number)s sur %(total)s, %(name)s",
            number=standing.number,
            total=len(stages.Stage),
            name=_small(layout.stage_name(standing.stage)),
        ),
        hours=formats.duration(mission.hours),
        ends_on=mission.ends_on,
        people=_people(mission),
        url=url_for("mission.show", company=mission.slug, mission_id=mission.id),
        open=_open(mission),
        life=life,
    )


def _state(mission: MyMission, standing: Standing) -> tuple[str, str]:
    """The age of a wait stands in its own line: here, only who."""
    if standing.where is Where.AWAITING:
        me = {p.id for p in mission.people if p.me}
        if any(w.contact_id in me for w in standing.waits):
            return "awaiting", gettext("On vous attend")
        by_id = {p.id: p for p in sorted(mission.people, key=lambda p: COMPANY_ROLES.index(p.role))}
        there = [by_id[i] for i in by_id if any(w.contact_id == i for w in standing.waits)]
        who = formats.names(dict.fromkeys(_first(mission, p) for p in there))
        return "awaiting", gettext("On attend %(who)s", who=who)
    said = layout.LINES[standing.stage](standing)
    return SHAPES.get(standing.where, "todo"), said


def _people(mission: MyMission) -> list[tuple[str, str, str, str, bool]]:
    """Everyone but the reader, in the usual order, each person once with all their roles."""
    held: dict[uuid.UUID, list[Someone]] = {}
    place = {s: n for n, s in enumerate(mission.strands)}
    for person in sorted(
        mission.people,
        key=lambda p: (COMPANY_ROLES.index(p.role), place.get(p.strand_id, 0)),  # type: ignore[arg-type]
    ):
        if not person.me:
            held.setdefault(person.id, []).append(person)
    lines = []
    for roles in held.values():
        first = roles[0]
        said = words.roles(list(dict.fromkeys(p.role for p in roles)), first.form)
        come = any(p.reads_from is not None for p in roles)
        lines.append((words.party_of(first.role), first.initials, first.name, said, come))
    return lines


def _first(mission: MyMission, person: Someone) -> str:
    alike = {p.id for p in mission.people if p.given.casefold() == person.given.casefold()}
    return person.given if person.given and len(alike) == 1 else person.name


def _open(mission: MyMission) -> str:
    mentees = mission.mentees
    if len(mentees) != 1:
        return gettext("Ouvrir la mission")
    if mentees[0].me:
        return gettext("Ouvrir ma mission")
    return gettext("Ouvrir la mission %(of_mentee)s", of_mentee=formats.of_name(_first(mission, mentees[0])))


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]

"""The plan as its page shows it: every line in words, whose initials stand on the whole, what initials would name."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tenants.actors import Actor
from tenants.documents import files
from tenants.mission.objectives.queries import Line
from tenants.mission.objectives.standing import Initials, Standing, State
from tenants.mission.queries import Frame
from tenants.mission.roadmap.lines import AxisLine
from tenants.mission.schedule import attending, hours, plan, queries
from tenants.mission.schedule.hours_models import PlanAssent
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.plan import Plan
from tenants.policy import Do, may
from tenants.zones import Audience, Kind
from webapp import access, formats
from webapp import words as glossary
from webapp.mission import layout, names
from webapp.mission.objectives import lines as objective_lines
from webapp.mission.readers import readers_view
from webapp.mission.schedule import hours_shown, lines, load, tabs, words

ROOM = "schedule"


def context(strand: load.Strand, **more: Any) -> dict[str, Any]:
    """What ``plan.html`` needs. A bounded number of statements."""
    from webapp.mission.schedule.views import live_url

    frame, actor = strand.frame, access.actor()
    assert strand.strand_id is not None  # noqa: S101 - the loader has looked
    found = plan.of_strand(frame, strand.strand_id, by=actor)
    rows = plan.given(strand.strand_id)
    held = attending.of_sessions(s.id for s in found.sessions)
    account = hours.account(frame, strand.strand_id, by=actor, sessions=found.sessions, held=held)
    titles = lines.titles(frame, found.sessions)
    stands = plan.standing(frame, strand.strand_id, found.hash, rows)
    mine = next((i for i in stands if i.contact_id == actor.contact_id), None)
    whole = plan.agreed(frame, strand.strand_id, rows)
    given = mine is not None and mine.standing is Standing.GIVEN
    return {
        **layout.context(frame, ROOM, strand.strand_id),
        "strand": strand,
        "tabs": tabs.items(frame, strand.strand_id),
        "tab": tabs.url("schedule_plan.index", frame, strand.strand_id),
        "plan_hash": found.hash,
        "objectives": [objective(frame, x, actor) for x in found.objectives],
        "axes": [axis(frame, x, actor) for x in found.axes],
        "dates": [date(frame, s, titles[s.id], actor) for s in found.sessions],
        "account": hours_shown.figures(frame, account),
        "marks": [_mark(frame, i, strand, actor) for i in stands],
        "agreed": formats.on_day(whole[1]) if whole else "",
        "changed": bool(whole) and whole is not None and whole[0] != found.hash,
        "named": named(found),
        "awaited_you": mine is not None and not given and not whole and any(i.given for i in stands),
        "can_assent": mine is not None
        and not given
        and not found.empty
        and may(actor, Do.PLAN_ASSENT, strand),
        "can_take_back": given and (whole is None or whole[0] != found.hash),
        "empty_plan": found.empty,
        "reads": bool(found.objectives or found.axes) or mine is not None,
        "audience": readers_view(
            frame, kind=Kind.OBJECTIVES, audience=Audience.PARTIES, strand_id=strand.strand_id
        ),
        "live_url": live_url(frame, strand.strand_id, "plan"),
        "printed": _printed(rows, whole),
        "refused": None,
    } | more


def _printed(rows: list[PlanAssent], whole: tuple[str, datetime] | None) -> Any:
    """The sealed print of what all have initialled; None: none, or still being made."""
    last = next((a for a in reversed(rows) if whole is not None and a.hash == whole[0]), None)
    return files.sealed(purpose="plan", subject_id=last.id) if last is not None else None


def objective(frame: Frame, x: Line, actor: Actor) -> dict[str, Any]:
    """Its number, words, target and date; whether the reader's initials are still to be given."""
    c = x.shown
    return {
        "id": x.id,
        "number": x.number,
        "words": c.wording.strip() or _("Objectif sans formulation"),
        "target": objective_lines.said(c.target),
        "due": formats.day(c.due_on) if c.due_on else "",
        "iso": c.due_on.isoformat() if c.due_on else None,
        "state": _line_state(x, actor),
    }


def axis(frame: Frame, x: AxisLine, actor: Actor) -> dict[str, Any]:
    """Its number and words, its strategies, and the actions under each."""
    content = plan.present(x)
    said = dict(content.strategies)
    return {
        "id": x.id,
        "number": x.number,
        "words": content.wording.strip() or _("Axe sans formulation"),
        "state": _line_state(x, actor),
        "strategies": [
            {
                "words": said.get(s.id, s.wording).strip() or _("Stratégie sans formulation"),
                "actions": [
                    {
                        "words": a.wording.strip() or _("Action sans formulation"),
                        "who": names.first_name(frame, a.owner_id),
                        "due": formats.short_day(a.due_on) if a.due_on else "",
                        "iso": a.due_on.isoformat() if a.due_on else None,
                        "state": a.state.value,
                    }
                    for a in s.actions
                ],
            }
            for s in x.strategies
        ],
    }


def date(frame: Frame, s: Session, title: str, actor: Actor) -> dict[str, Any]:
    """When, what, with whom, how long."""
    local = s.local_at
    if local is not None:
        when = f"{formats.day(local.date())}, {words.hour(local, s.timezone)}"
    else:
        when = lines.week_words(s.week_of)
    people = queries.participants(frame, s)
    return {
        "title": title,
        "when": when,
        "iso": local.isoformat(timespec="minutes") if local else None,
        "who": lines.who(frame, people, actor),
        "length": formats.duration(s.minutes),
        "held": s.state == "held",
    }


def named(found: Plan) -> list[str]:
    """What the initials name, by kind: « 3 objectifs », « 2 axes et leurs stratégies »…"""
    counted: list[tuple[int, Callable[[int], str]]] = [
        (len(found.objectives), lambda n: ngettext("%(num)d objectif", "%(num)d objectifs", n)),
        (
            len(found.axes),
            lambda n: ngettext("%(num)d axe et ses stratégies", "%(num)d axes et leurs stratégies", n),
        ),
        (len(found.sessions), lambda n: ngettext("%(num)d date", "%(num)d dates", n)),
    ]
    return [said(n) for n, said in counted if n] + [
        _("%(length)s convenues", length=formats.duration(found.hours))
    ]


def _line_state(x: Line | AxisLine, actor: Actor) -> tuple[str, str]:
    if x.strand_id is None:
        return "proposed", _("Collectif")
    if x.state is State.AGREED:
        return "agreed", _("Convenu")
    mine = x.of(actor.contact_id)
    if mine is not None and mine.standing is not Standing.GIVEN:
        return "awaiting", _("À parapher par vous")
    return "awaiting", _("Paraphes attendus")


def _mark(frame: Frame, i: Initials, strand: load.Strand, actor: Actor) -> dict[str, Any]:
    roles = [s.role for s in frame.sitting(strand.strand_id) if s.contact_id == i.contact_id]
    said = _("pas encore")
    if i.given is not None and i.standing is Standing.GIVEN:
        said = formats.on_day(i.given.at)
    elif i.given is not None:
        said = _("%(day)s, sur un plan qui a changé depuis", day=formats.on_day(i.given.at))
    return {
        "party": glossary.party_of(roles[0]) if roles else "firm",
        "initials": frame.members[i.contact_id].initials,
        "name": names.first_name(frame, i.contact_id),
        "role": glossary.roles(roles),
        "assent": i.standing.value,
        "words": said,
        "you": i.contact_id == actor.contact_id,
    }

"""The plan of a strand: its objectives, its roadmap, its calendar and its hours, initialled as a whole in one act.

The act names every line and binds to them all: its hash is made of each line's own. It gives the person's initials to each
objective and axis that still awaits theirs; a line that changes later is initialled by itself.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.db import db, now
from tenants.documents.texts import canonical_hash
from tenants.events import defer, record
from tenants.mission.objectives import operations as objectives
from tenants.mission.objectives import queries as objective_queries
from tenants.mission.objectives.queries import Line, required
from tenants.mission.objectives.standing import Given, Initials, Standing, State, awaited, complete, initials
from tenants.mission.queries import Frame
from tenants.mission.roadmap import initials as axes
from tenants.mission.roadmap import queries as roadmap
from tenants.mission.roadmap.lines import AxisLine
from tenants.mission.schedule import queries
from tenants.mission.schedule.hours_models import PlanAssent
from tenants.mission.schedule.models import Session
from tenants.mission.schedule.telling import Zones, me, tell_rail
from tenants.mission.schedule.types import State as Held
from tenants.refusals import Refused, Stale
from tenants.zones import Audience, Kind

ASSENT = "plan.assent"


@dataclass(frozen=True)
class Plan:
    """All that it holds, as it is now: ``hours`` in minutes, agreed for the whole mission."""

    strand_id: uuid.UUID
    objectives: tuple[Line, ...]
    axes: tuple[AxisLine, ...]
    sessions: tuple[Session, ...]
    hours: int

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """What initials name: kind, id, hash of the exact wording (of a date: when, where its clock is, how long)."""
        return [
            *(("objective", str(x.id), x.shown.hash) for x in self.objectives),
            *(("axis", str(x.id), present(x).hash) for x in self.axes),
            *(("session", str(s.id), dated(s)) for s in self.sessions),
            ("hours", str(self.strand_id), canonical_hash(["hours", self.hours])),
        ]

    @property
    def hash(self) -> str:
        """Of all its lines, in their order."""
        return canonical_hash([word for line in self.lines for word in line])

    @property
    def empty(self) -> bool:
        """Whether there is no objective and no axis to initial."""
        strands = [x.strand_id for x in self.objectives] + [x.strand_id for x in self.axes]
        return not any(strands)


def present(axis: AxisLine) -> Any:
    """What an axis says: what was agreed, unless it is being reworded."""
    return axis.agreed if axis.agreed is not None and axis.rewording is None else axis.content


def dated(session: Session) -> str:
    """The hash of a date as it was said; whether it has taken place since changes nothing of the plan."""
    when = session.local_at or session.week_of
    return canonical_hash(
        [session.type, when.isoformat() if when else None, session.timezone, session.minutes]
    )


def of_strand(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> Plan:
    """What the acting person reads of it: shared and not closed, with what is collective. Three statements."""
    there = objective_queries.of_strand(frame, strand_id, by=by)
    lines = roadmap.of_strand(frame, strand_id, by=by)
    sessions = queries.of_mission(frame, strand_id)
    return Plan(
        strand_id,
        tuple(x for x in there if _stands(x)),
        tuple(x for x in lines if _stands(x)),
        tuple(s for s in sessions if s.state != Held.CANCELLED),
        frame.hours,
    )


def given(strand_id: uuid.UUID) -> list[PlanAssent]:
    """Initials on the plan that were not taken back, the first given first."""
    company = db.session.info["acting"].company
    asked = select(PlanAssent).where(
        PlanAssent.company_id == company, PlanAssent.strand_id == strand_id, PlanAssent.withdrawn_at.is_(None)
    )
    return list(db.session.scalars(asked.order_by(PlanAssent.given_at, PlanAssent.id)))


def standing(frame: Frame, strand_id: uuid.UUID, hashed: str, rows: Iterable[PlanAssent]) -> list[Initials]:
    """Of each party, once: given on this exact plan, awaited, or given on another."""
    there = [Given(a.contact_id, a.hash, a.given_at, a.id, None) for a in rows]
    return initials(required(frame, strand_id), there, hashed, None)


def agreed(frame: Frame, strand_id: uuid.UUID, rows: Iterable[PlanAssent]) -> tuple[str, datetime] | None:
    """The last plan on which all parties' initials stand, and since when; later changes are initialled line by line."""
    who, found = set(required(frame, strand_id)), dict[str, dict[uuid.UUID, datetime]]()
    for a in rows:
        found.setdefault(a.hash, {})[a.contact_id] = a.given_at
    whole = [(h, max(by.values())) for h, by in found.items() if who and who <= by.keys()]
    return max(whole, key=lambda x: x[1], default=None)


def assent(frame: Frame, strand_id: uuid.UUID, hash_read: str, *, by: Actor) -> bool:
    """The actor's initials on the whole plan, read under that hash. Whether all parties have now given theirs.

    Raises Stale ``plan.changed`` if a line is another by now, Refused ``plan.empty``, ``plan.not_required``; and what the
    rooms refuse of a line (an axis without a strategy, a text too long).
    """
    _alone(frame, strand_id)
    plan = of_strand(frame, strand_id, by=by)
    if plan.hash != hash_read:
        raise Stale("plan.changed")
    if plan.empty:
        raise Refused("plan.empty")
    if me(by) not in required(frame, strand_id):
        raise Refused("plan.not_required")
    with db.session.begin_nested():  # all of the lines or none: what a room refuses undoes the others
        _initial(plan, frame, by)
    rows = given(strand_id)
    if not _given(standing(frame, strand_id, plan.hash, rows), by):
        zone_id = Zones(frame, by).of(Kind.OBJECTIVES, Audience.PARTIES, strand_id)
        row = PlanAssent(
            company_id=frame.company_id, zone_id=zone_id, mission_id=frame.id, strand_id=strand_id, contact_id=me(by),
            hash=plan.hash, lines=[list(x) for x in plan.lines],
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        record("plan.assented", zone_id=zone_id, subject_id=strand_id, by=me(by), touches=(key(strand_id),))
    rows = given(strand_id)
    stands = standing(frame, strand_id, plan.hash, rows)
    _expect(frame, strand_id, rows[-1].zone_id, set() if complete(stands) else awaited(stands))
    if complete(stands):
        record(
            "plan.agreed",
            zone_id=rows[-1].zone_id,
            subject_id=strand_id,
            by=me(by),
            touches=(key(strand_id),),
        )
        defer("print_plan", strand_id=strand_id)
    return complete(stands)


def take_back(frame: Frame, strand_id: uuid.UUID, *, by: Actor) -> None:
    """The actor's initials on the plan, before all have given theirs. Raises Refused ``plan.agreed`` after. The lines'
    own initials stay: each is taken back where it stands."""
    _alone(frame, strand_id)
    rows = given(strand_id)
    whole = agreed(frame, strand_id, rows)
    mine = [a for a in rows if a.contact_id == by.contact_id and (whole is None or a.hash != whole[0])]
    if not mine and whole is not None:
        raise Refused("plan.agreed")
    zone_id = None
    for a in mine:
        a.withdrawn_at, zone_id = now(), a.zone_id
    db.session.flush()
    if zone_id is not None:
        plan = of_strand(frame, strand_id, by=by)
        stands = standing(frame, strand_id, plan.hash, given(strand_id))
        _expect(frame, strand_id, zone_id, awaited(stands))
        record("plan.withdrawn", zone_id=zone_id, subject_id=strand_id, by=me(by), touches=(key(strand_id),))


def key(strand_id: uuid.UUID) -> str:
    """The key of its page."""
    return f"plan:{strand_id}"


# -- what the acts above share ------------------------------------------------------------------


def _stands(x: Line | AxisLine) -> bool:
    return x.shared_at is not None and not x.closed


def _initial(plan: Plan, frame: Frame, by: Actor) -> None:
    """The actor's initials on each line of the strand that is not agreed, by the rooms' own acts."""
    for x in plan.objectives:
        if x.strand_id and x.state is not State.AGREED and not _given(x.initials, by):
            row = objective_queries.get(x.id)
            if row is not None:
                objectives.assent(row, frame, x.content.hash, by=by)
    for axis in plan.axes:
        if axis.strand_id and axis.state is not State.AGREED and not _given(axis.initials, by):
            found = roadmap.axis(axis.id)
            if found is not None:
                axes.assent(found, frame, axis.content.hash, by=by)


def _given(found: Iterable[Initials], by: Actor) -> bool:
    return any(i.contact_id == by.contact_id and i.standing is Standing.GIVEN for i in found)


def _alone(frame: Frame, strand_id: uuid.UUID) -> None:
    """One act at a time on the plan of a strand."""
    lock = text("select pg_advisory_xact_lock(hashtextextended(:k, 0))")
    db.session.execute(lock, {"k": f"plan/{frame.company_id}/{strand_id}"})


def _expect(frame: Frame, strand_id: uuid.UUID, zone_id: uuid.UUID, who: set[uuid.UUID]) -> None:
    about: dict[str, Any] = {
        "zone_id": zone_id, "mission_id": frame.id, "strand_id": strand_id, "kind": ASSENT, "subject_id": strand_id,
    }  # fmt: skip
    if waits.expect(**about, contacts=who):
        tell_rail(frame.company_id, frame.id, strand_id)

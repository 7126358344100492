"""Reading: the roadmap of a strand, one axis, and what it holds when it is opened."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _

from tenants.documents import files
from tenants.mission.roadmap import queries
from tenants.mission.roadmap.content import Progress
from tenants.mission.roadmap.lines import ActionLine, AxisLine
from tenants.mission.roadmap.models import Axis, RoadmapChange
from tenants.mission.roadmap.telling import ASSENT
from tenants.mission.stages import State
from tenants.policy import Do, Role, may
from tenants.zones import Audience, Kind
from webapp import access, formats, words
from webapp.access import allows
from webapp.mission import awaited, layout, names
from webapp.mission.readers import ReadersView, readers_view
from webapp.mission.roadmap import load, rows, shown
from webapp.mission.roadmap.forms import CommentForm, ContributionForm
from webapp.mission.roadmap.words import ACT, FIELD, STATE, changed, named
from webapp.pages import show, wants_fragment

roadmap = Blueprint("roadmap", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/roadmap")
PAGE = "mission/roadmap/page.html"
ONE = "mission/roadmap/one.html"
ROOM = "roadmap"
COMING = 3  # next dates shown above the list


@roadmap.get("")
@allows(Do.MISSION_SEE, load.strand)
def index(strand: load.Strand) -> Any:
    """The axes of a strand, collective ones first."""
    return show(PAGE, "_list.html", **listed(strand))


@roadmap.get("/summary")
@allows(Do.MISSION_SEE, load.strand)
def summary(strand: load.Strand) -> Any:
    """How many lines, what comes next, what is late: the head of the list."""
    return show(PAGE, "_summary.html", **listed(strand, whole=not wants_fragment()))


@roadmap.get("/axes/<uuid:axis_id>")
@allows(Do.ROADMAP_SEE, load.axis)
def axis(row: Axis) -> Any:
    """One axis: a fragment for htmx, a page of its own for a plain browser."""
    return show(ONE, "_axis.html", **one(row))


@roadmap.get("/axes/<uuid:axis_id>/comments")
@allows(Do.ROADMAP_SEE, load.axis)
def comments(row: Axis) -> Any:
    """The thread, when it is opened."""
    return show(ONE, "_comments.html", **said(row))


@roadmap.get("/axes/<uuid:axis_id>/history")
@allows(Do.ROADMAP_SEE, load.axis)
def history(row: Axis) -> Any:
    """What happened, in sentences, when it is opened."""
    return show(ONE, "_history.html", **told(row))


# -- contexts, shared with the acts ---------------------------------------------------------------


def listed(strand: load.Strand, *, whole: bool = True) -> dict[str, Any]:
    """What ``page.html``, ``_list.html`` and ``_summary.html`` need."""
    frame, actor = strand.frame, access.actor()
    found = queries.of_strand(frame, strand.strand_id, by=actor)
    waiting = [x for x in found if x.awaited]
    audience = _readers(frame, strand.strand_id)
    objectives = queries.served(frame, strand.strand_id, by=actor) if found else []
    live = [x for x in found if x.number is not None and not x.closed]
    there = [a for x in live for a in x.actions]
    context = layout.context(frame, ROOM, strand.strand_id)
    return {
        **context,
        "strand": strand,
        "axes": rows.rendered(frame, found, actor, strand.strand_id, objectives)
        if whole or not found
        else "",
        "counts": (len(live), sum(len(x.strategies) for x in live), len(there)),
        "done": sum(a.state is Progress.DONE for a in there),
        "coming": _coming(frame, there),
        "late": _late(frame, strand.strand_id, there),
        "audience": audience,
        "read_by": None if found or actor.contact_id in audience.ids else _read_by(frame, audience),
        "mine": [x for x in waiting if actor.contact_id in x.awaited],
        "others": _others(strand, waiting, context["state"]),
        "can_propose": may(actor, Do.ROADMAP_PROPOSE, strand),
        "new_id": uuid.uuid4(),
        "begin": _begin(strand),
        "live_url": _live(strand),
    }


def one(row: Axis, **more: Any) -> dict[str, Any]:
    """What ``one.html`` and ``_axis.html`` need, for one axis."""
    frame, actor = g.frame, access.actor()
    there = queries.of_strand(frame, row.strand_id, by=actor)
    found = [x for x in there if x.id == row.id]
    strand = beside(row)
    objectives = queries.served(frame, strand.strand_id, by=actor)
    views = shown.shown(
        frame,
        found,
        actor,
        strand.strand_id,
        movable=rows.movable(there),
        objectives=objectives,
        still=actor.still,
    )
    return {
        **layout.context(frame, ROOM, strand.strand_id),
        "strand": strand,
        "x": views[0] if views else None,
        "brought": brought(frame, views[0], actor) if views else {},
        "fresh_id": uuid.uuid4,
        "readers": readers_view(frame, row.zone_id),
        "live_url": _live(strand),
        **more,
    }


def beside(row: Axis) -> load.Strand:
    """The strand on whose page the axis is read: its own, or for a collective one that of the address."""
    if row.strand_id is None and (found := load.strand(row.mission_id)) is not None:
        return found
    return load.Strand(g.frame, row.company_id, row.mission_id, row.strand_id)


def brought(frame: Any, x: shown.ShownAxis, actor: Any) -> dict[uuid.UUID, Any]:
    """What the mentor brought to the actions that are open, and the form to bring more, by action."""
    opened = [a.id for s in x.strategies for a in s.actions if a.opened]
    found: dict[uuid.UUID, Any] = {}
    for action_id in opened:
        form = ContributionForm(formdata=None)
        form.contribution_id.data = uuid.uuid4()
        found[action_id] = {"items": [], "form": form}
    brought_ = queries.contributions(opened)
    there = files.of(frame.id, "contribution") if any(c.file_id for c in brought_) else []
    by_id = {f.id: f for f in there}
    for c in brought_:
        found[c.subject_id]["items"].append(
            {
                "id": c.id,
                "name": names.first_name(frame, c.author_id),
                "text": c.text,
                "iso": c.at.isoformat(),
                "when": formats.moment(c.at),
                "file": by_id.get(c.file_id) if c.file_id else None,
                "mine": may(actor, Do.CONTRIBUTION_REMOVE, c),
                **_marked(x.line.strand_id, c.author_id),
            }
        )
    return found


def said(row: Axis, form: CommentForm | None = None) -> dict[str, Any]:
    """What ``_comments.html`` needs."""
    frame = g.frame
    form = form or CommentForm(formdata=None)
    form.comment_id.data = form.comment_id.data or uuid.uuid4()
    return one(row) | {
        "opened": "comments",
        "comments": [
            {
                "id": c.id,
                "name": names.first_name(frame, c.author_id),
                "text": c.text,
                "iso": c.at.isoformat(),
                "when": formats.moment(c.at),
                **_marked(row.strand_id, c.author_id),
            }
            for c in queries.comments(row.id)
        ],
        "form": form,
    }


def told(row: Axis) -> dict[str, Any]:
    """What ``_history.html`` needs."""
    found = one(row)
    x = found["x"]
    lines = {line.id: line.wording for line in x.line.lines} if x else {}
    changes = [_told(row, c, lines, x.can if x else frozenset()) for c in queries.history(row.id)]
    return found | {"opened": "history", "changes": changes}


def _told(row: Axis, c: RoadmapChange, lines: dict[uuid.UUID, str], can: frozenset[str]) -> dict[str, Any]:
    who = formats.names(names.first_name(g.frame, i) for i in (*c.also_ids, c.by_id))
    what = named(c.level, lines.get(c.line_id, "")) if c.level != "axis" else named("axis", "")
    edit = c.field in FIELD
    there = c.level == "axis" or c.line_id in lines
    open_ = "restore" in can and there and (c.level == "action" or "write" in can)
    reason = c.after if c.field == "closed" else None
    return {
        "id": c.id,
        "words": changed(who, c.field, what) if edit else ACT[c.field](who, what),
        "before": _value(row, c.field, c.before) if edit else None,
        "after": _value(row, c.field, c.after) if edit else reason,
        "iso": c.at.isoformat(),
        "when": formats.moment(c.at),
        "restorable": open_ and edit and c.field != "state",
        **_marked(row.strand_id, c.by_id),
    }


def _value(row: Axis, field: str, kept: Any) -> str:
    if not kept:
        return ""
    if field == "owner":
        return names.first_name(g.frame, uuid.UUID(kept))
    if field == "due_on":
        return formats.day(date.fromisoformat(kept))
    if field == "state":
        return STATE[kept]()
    if field == "served":
        there = {o.id: o.number for o in queries.served(g.frame, row.strand_id, by=access.actor())}
        return formats.names(str(there[i]) for i in map(uuid.UUID, kept) if i in there)
    return str(kept)


def _marked(strand_id: uuid.UUID | None, contact: uuid.UUID) -> dict[str, str]:
    member = g.frame.members.get(contact)
    roles = [s.role for s in g.frame.seats if s.contact_id == contact and s.spans(strand_id)]
    return {
        "party": words.party_of(roles[0]) if roles else "firm",
        "initials": member.initials if member else "",
    }


def _coming(frame: Any, there: Iterable[ActionLine]) -> list[dict[str, Any]]:
    """The next dates, the nearest first: the same for every reader."""
    today = formats.today()
    dated = [a for a in there if a.open and a.due_on is not None and a.due_on >= today]
    return [_dated(frame, a) for a in sorted(dated, key=_by_date)[:COMING]]


def _late(frame: Any, strand_id: uuid.UUID | None, there: Iterable[ActionLine]) -> list[dict[str, Any]]:
    """What is past its date, for whose it is and for the mentor; the others see the date, and nothing here."""
    actor, today = access.actor(), formats.today()
    mentor = any(s.role is Role.MENTOR and s.spans(strand_id) for s in actor.seats_in(frame.id))
    late = {a: a.days_late(today, frame.clock, strand_id) for a in sorted(there, key=_by_date)}
    return [
        _dated(frame, a) | {"days": formats.days(days)}
        for a, days in late.items()
        if days and (mentor or (a.owner_id is not None and a.owner_id == actor.contact_id))
    ]


def _by_date(a: ActionLine) -> tuple[date, str]:
    return a.due_on or date.max, str(a.id)


def _dated(frame: Any, a: ActionLine) -> dict[str, Any]:
    return {
        "id": a.id,
        "words": a.wording,
        "who": names.first_name(frame, a.owner_id),
        "you": a.owner_id is not None and a.owner_id == access.actor().contact_id,
        "iso": a.due_on.isoformat() if a.due_on else "",
        "day": formats.short_day(a.due_on) if a.due_on else "",
    }


def _readers(frame: Any, strand_id: uuid.UUID | None) -> ReadersView:
    """Who reads what a strand's roadmap holds, by the rule in force."""
    return readers_view(frame, kind=Kind.ROADMAP, audience=Audience.PARTIES, strand_id=strand_id)


def _read_by(frame: Any, audience: ReadersView) -> dict[str, Any]:
    """For whoever is here and reads none: who does, and whether the report will tell them."""
    roles = {s.role for s in access.actor().seats_in(frame.id)}
    there = [s.contact_id for s in frame.sitting() if s.contact_id in audience.ids]
    return {
        "who": names.first_names(frame, list(dict.fromkeys(there))),
        "in_report": bool(roles & frame.reported.get(Kind.ROADMAP, frozenset())),
    }


def _others(strand: load.Strand, waiting: list[AxisLine], state: State) -> list[dict[str, Any]]:
    """Who else is awaited, on which axes, since when: one sentence a person, the oldest first, with what is next."""
    frame, actor = strand.frame, access.actor()
    found: dict[uuid.UUID, list[AxisLine]] = {}
    for x in waiting:
        for contact in x.awaited - {actor.contact_id}:
            found.setdefault(contact, []).append(x)
    told_ = []
    for contact, on in found.items():
        waits = tuple(w for w in state.waits if w.contact_id == contact and w.kind == ASSENT)
        line = next(iter(awaited.lines(frame, replace(state, waits=waits), actor)), None)
        since = min((x.since[contact] for x in on if contact in x.since), default=None)
        told_.append(
            {
                "who": names.first_name(frame, contact),
                "numbers": [x.number for x in on],
                "rest": line.rest if line else "",
                "remind": line.remind if line else None,
                "at": since,
            }
        )
    return sorted(told_, key=lambda t: (t["at"] is None, t["at"]))


def _begin(strand: load.Strand) -> str:
    """« Inès, Marc ou vous »: who can write the first one."""
    actor = access.actor()
    parties = strand.frame.sitting(strand.strand_id, (Role.MENTEE, Role.MENTOR, Role.MANAGER))
    who = [names.first_name(strand.frame, s.contact_id) for s in parties if s.contact_id != actor.contact_id]
    if may(actor, Do.ROADMAP_PROPOSE, strand):
        who.append(_("vous"))
    return (
        _("%(names)s ou %(last)s", names=", ".join(who[:-1]), last=who[-1]) if len(who) > 1 else "".join(who)
    )


def _live(strand: load.Strand) -> str:
    """Where the page's socket is."""
    key = ":".join(str(i) for i in ("roadmap", strand.mission_id, strand.strand_id) if i)
    return f"/live?company={g.slug}&page={key}"


def place(row: Any, strand_id: uuid.UUID | None, line: uuid.UUID | None = None) -> str:
    """Where a plain browser goes after an act: the list, at that line, with what was open."""
    anchor = f"line-{line}" if line else f"axis-{getattr(row, 'axis_id', row.id)}"
    return url_for(
        "roadmap.index", mission_id=row.mission_id, strand=strand_id, edit=request.args.get("edit") or None,
        _anchor=anchor,
    )  # fmt: skip

"""Reading: the list of a strand, one line, and what it holds when it is opened."""

import uuid
from datetime import timedelta
from typing import Any

from flask import Blueprint, g
from flask_babel import gettext as _

from tenants.db import now
from tenants.mission.agreement import queries as agreement
from tenants.mission.objectives import queries
from tenants.mission.objectives.content import LIMITS
from tenants.mission.objectives.models import Change, Objective
from tenants.mission.objectives.standing import State
from tenants.policy import Do, Role, may
from tenants.zones import Audience, Kind
from webapp import access, formats, words
from webapp.access import allows
from webapp.mission import layout, names
from webapp.mission.context import tabs
from webapp.mission.objectives import lines, load, rows
from webapp.mission.objectives.forms import CommentForm, ProgressForm
from webapp.mission.objectives.words import ACT, FIELD, changed
from webapp.mission.readers import ReadersView, readers_view
from webapp.pages import show

objectives = Blueprint("objectives", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/objectives")
PAGE = "mission/objectives/page.html"
ONE = "mission/objectives/one.html"
ROOM = "objectives"
JUST_NOW = timedelta(minutes=1)


@objectives.get("")
@allows(Do.MISSION_SEE, load.strand)
def index(strand: load.Strand) -> Any:
    """The objectives of a strand, collective ones first."""
    return show(PAGE, "_list.html", **listed(strand))


@objectives.get("/<uuid:objective_id>")
@allows(Do.OBJECTIVE_SEE, load.objective)
def index_one(row: Objective) -> Any:
    """One line: a fragment for htmx, a page of its own for a plain browser."""
    return show(ONE, "_objective.html", **one(row))


@objectives.get("/<uuid:objective_id>/fields")
@allows(Do.OBJECTIVE_SEE, load.objective)
def fields(row: Objective) -> Any:
    """Baseline, target, due date, observer, stake, as fields, when they are opened."""
    return show(ONE, "_scalars.html", **one(row), opened="fields", told_of=_told_of(row))


@objectives.get("/<uuid:objective_id>/comments")
@allows(Do.OBJECTIVE_SEE, load.objective)
def comments(row: Objective) -> Any:
    """The thread, when it is opened."""
    return show(ONE, "_comments.html", **said(row))


@objectives.get("/<uuid:objective_id>/progress")
@allows(Do.OBJECTIVE_SEE, load.objective)
def progress(row: Objective) -> Any:
    """The readings and their drawing, when they are opened."""
    return show(ONE, "_progress.html", **read(row))


@objectives.get("/<uuid:objective_id>/history")
@allows(Do.OBJECTIVE_SEE, load.objective)
def history(row: Objective) -> Any:
    """What happened, in sentences, when it is opened."""
    return show(ONE, "_history.html", **told(row))


# -- contexts, shared with the acts -------------------------------------------------------------


def listed(strand: load.Strand) -> dict[str, Any]:
    """What ``page.html`` and ``_list.html`` need."""
    actor = access.actor()
    found = queries.of_strand(strand.frame, strand.strand_id, by=actor)
    waiting = [x for x in found if x.awaited]
    audience = _readers(strand.frame, strand.strand_id)
    return {
        **layout.context(strand.frame, ROOM, strand.strand_id),
        "strand": strand,
        "lines": rows.rendered(strand.frame, found, actor, strand.strand_id),
        "audience": audience,
        "read_by": None if found or actor.contact_id in audience.ids else _read_by(strand.frame, audience),
        "mine": [x for x in waiting if actor.contact_id in x.awaited],
        "others": _others(strand, waiting, actor.contact_id),
        "can_propose": may(actor, Do.OBJECTIVE_PROPOSE, strand),
        "new_id": uuid.uuid4(),
        "begin": _begin(strand),
        "live_url": _live(strand),
        "sentence": agreement.sentence(strand.mission_id),
        "tab_items": tabs.items(strand.frame, strand.strand_id),
    }


def _told_of(row: Objective) -> dict[str, Any] | None:
    """« Marc a changé l’échéance », for whoever had their hands in the same fields a moment ago."""
    last = queries.last_changes([row.id]).get(row.id)
    if (
        last is None
        or last.by_id == access.actor().contact_id
        or last.field in LIMITS
        or now() - last.at > JUST_NOW
    ):
        return None
    who = names.first_name(g.frame, last.by_id)
    return {"id": last.id, "words": changed(who, last.field), "show": f"#o-{row.id}-{last.field}"}


def one(row: Objective, **more: Any) -> dict[str, Any]:
    """What ``one.html`` and ``_objective.html`` need, for one line."""
    frame, actor = g.frame, access.actor()
    there = queries.of_strand(frame, row.strand_id, by=actor)
    movable = [x.id for x in there if x.number is not None and not x.closed]
    found = [x for x in there if x.id == row.id]
    shown = lines.shown(frame, found, actor, row.strand_id, movable=movable, still=actor.still)
    strand = load.Strand(frame, frame.company_id, frame.id, row.strand_id)
    return {
        **layout.context(frame, ROOM, row.strand_id),
        "strand": strand,
        "o": shown[0] if shown else None,
        "readers": readers_view(frame, row.zone_id),
        "live_url": _live(strand),
        **more,
    }


def said(row: Objective, form: CommentForm | None = None) -> dict[str, Any]:
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
                "when": lines.when(c.at),
                **_marked(row, c.author_id),
            }
            for c in queries.comments(row.id)
        ],
        "form": form,
    }


def read(row: Objective, form: ProgressForm | None = None) -> dict[str, Any]:
    """What ``_progress.html`` needs."""
    frame = g.frame
    points = queries.progress(row.id)
    form = form or ProgressForm(formdata=None)
    form.progress_id.data = form.progress_id.data or uuid.uuid4()
    if form.on.data is None:
        form.on.data = formats.typed_day(formats.today())
    told_ = [
        {
            "on": p.on,
            "value": p.value,
            "words": formats.measure(None if p.value is not None else p.words, p.value, p.out_of),
            "note": p.words if p.value is not None else "",
            "when": formats.short_day(p.on),
            "by": names.first_name(frame, p.author_id),
        }
        for p in points
    ]
    found = one(row)
    target = found["o"].content.target if found["o"] else None
    numbers = all(p.value is not None for p in points)
    return found | {
        "opened": "progress",
        "points": told_,
        "form": form,
        "drawn": numbers,
        "target": target.value if target and numbers else None,
        "target_words": formats.measure("", target.value, target.out_of, target.sense) if target else "",
    }


def told(row: Objective) -> dict[str, Any]:
    """What ``_history.html`` needs."""
    frame, actor = g.frame, access.actor()
    found = one(row)
    open_ = bool(found["o"] and "restore" in found["o"].can)
    changes = [_told(row, c, frame, actor, restorable=open_) for c in queries.history(row.id)]
    return found | {"opened": "history", "changes": changes}


def _told(row: Objective, c: Change, frame: Any, actor: Any, *, restorable: bool) -> dict[str, Any]:
    who = formats.names(names.first_name(frame, i) for i in (*c.also_ids, c.by_id))
    edit = c.field in FIELD
    return {
        "id": c.id,
        "words": changed(who, c.field) if edit else ACT[c.field](who),
        "before": value(frame, c.field, c.before) if edit else None,
        "after": value(frame, c.field, c.after) if edit else (c.after if isinstance(c.after, str) else None),
        "iso": c.at.isoformat(),
        "when": lines.when(c.at),
        "restorable": restorable and (c.field in LIMITS or edit),
        **_marked(row, c.by_id),
    }


def value(frame: Any, field: str, kept: Any) -> str:
    from tenants.mission.objectives.content import Measure

    if field in ("baseline", "target"):
        return lines.said(Measure.of(kept))
    if field == "observer":
        return names.first_name(frame, uuid.UUID(kept)) if kept else ""
    if field == "due_on":
        from datetime import date

        return formats.day(date.fromisoformat(kept)) if kept else ""
    return kept or ""


def _marked(row: Objective, contact: uuid.UUID) -> dict[str, str]:
    member = g.frame.members.get(contact)
    roles = [
        s.role for s in g.frame.seats if s.contact_id == contact and s.strand_id in (None, row.strand_id)
    ]
    return {
        "party": words.party_of(roles[0]) if roles else "firm",
        "initials": member.initials if member else "",
    }


def _readers(frame: Any, strand_id: uuid.UUID | None) -> ReadersView:
    """Who reads what a strand's list holds, by the rule in force."""
    return readers_view(frame, kind=Kind.OBJECTIVES, audience=Audience.PARTIES, strand_id=strand_id)


def _read_by(frame: Any, audience: ReadersView) -> dict[str, Any]:
    """For whoever is here and reads none: who does, and whether the report will tell them."""
    roles = {s.role for s in access.actor().seats_in(frame.id)}
    there = [s.contact_id for s in frame.sitting() if s.contact_id in audience.ids]
    return {
        "who": names.first_names(frame, list(dict.fromkeys(there))),
        "in_report": bool(roles & frame.reported.get(Kind.OBJECTIVES, frozenset())),
    }


def _others(strand: load.Strand, waiting: list[queries.Line], me: uuid.UUID | None) -> list[dict[str, Any]]:
    """Who else is awaited, on which objectives, since when: one sentence a person, the oldest first."""
    found: dict[uuid.UUID, list[queries.Line]] = {}
    for x in waiting:
        for contact in x.awaited - {me}:
            found.setdefault(contact, []).append(x)
    told_ = []
    for contact, on in found.items():
        since = min((x.since[contact] for x in on if contact in x.since), default=None)
        told_.append(
            {
                "who": names.first_name(strand.frame, contact),
                "numbers": [x.number for x in on],
                "since": formats.since(since) if since else "",
                "at": since,
            }
        )
    return sorted(told_, key=lambda t: (t["at"] is None, t["at"]))


def _begin(strand: load.Strand) -> str:
    """« Inès, Marc ou vous »: who can write the first one."""
    actor = access.actor()
    parties = strand.frame.sitting(strand.strand_id, (Role.MENTEE, Role.MENTOR, Role.MANAGER))
    who = [names.first_name(strand.frame, s.contact_id) for s in parties if s.contact_id != actor.contact_id]
    if may(actor, Do.OBJECTIVE_PROPOSE, strand):
        who.append(_("vous"))
    return (
        _("%(names)s ou %(last)s", names=", ".join(who[:-1]), last=who[-1]) if len(who) > 1 else "".join(who)
    )


def _live(strand: load.Strand) -> str:
    """Where the page's socket is."""
    key = ":".join(str(i) for i in ("objectives", strand.mission_id, strand.strand_id) if i)
    return f"/live?company={g.slug}&page={key}"


__all__ = ["State"]

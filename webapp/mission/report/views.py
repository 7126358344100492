"""Reading: the report of a strand as it is written or read first, those that were issued, what may be taken up."""

import uuid
from typing import Any

from flask import Blueprint, g
from flask_babel import gettext as _

from tenants.actors import Actor
from tenants.documents import files
from tenants.mission.queries import Frame
from tenants.mission.report import content, queries, sources
from tenants.mission.report.drafting import LIMIT, Draft
from tenants.mission.report.models import Report
from tenants.policy import Do, Role, may
from tenants.zones import Audience, Kind
from webapp import access, formats
from webapp.access import allows
from webapp.formats import speaking
from webapp.mission import layout, names
from webapp.mission.readers import readers_view
from webapp.mission.report import forms, load, prewriting, shown, words
from webapp.pages import show

report = Blueprint("report", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/report")
PAGE = "mission/report/page.html"
ROOM = "report"
# What an act that was refused brings back to the page
BLANK: dict[str, Any] = {
    "refused": None,
    "fault": "",
    "request_form": None,
    "reply_form": None,
    "correct_form": None,
}


@report.get("")
@allows(Do.MISSION_SEE, load.strand)
def index(strand: load.Strand) -> Any:
    """What is being written or read, else what was issued last, else what will be here."""
    return show(PAGE, "_report.html", **listed(strand))


@report.get("/<uuid:report_id>")
@allows(Do.REPORT_SEE, load.report)
def one(row: Report) -> Any:
    """One report: an issued one as it was issued, whatever came after."""
    return show(PAGE, "_report.html", **listed(beside(row), row))


@report.get("/<uuid:report_id>/issue")
@allows(Do.REPORT_ISSUE, load.report)
def issuing(row: Report) -> Any:
    """What is about to be frozen, and who will read it, by name."""
    return show("mission/report/issue.html", "_issue.html", **about_to_issue(row))


# -- contexts, shared with the acts ---------------------------------------------------------------


def beside(row: Report) -> load.Strand:
    """The strand that a report is of."""
    return load.Strand(g.frame, row.company_id, row.mission_id, row.strand_id)


def listed(strand: load.Strand, row: Report | None = None, **more: Any) -> dict[str, Any]:
    """What ``page.html`` and ``_report.html`` need."""
    frame, actor = strand.frame, access.actor()
    there = queries.of_strand(strand.strand_id) if strand.strand_id else []
    issued = [r for r in there if r.issued_at is not None]
    written = queries.being_written(strand.strand_id) if strand.strand_id else None
    chosen = row or written or (issued[0] if issued else None)
    return {
        **layout.context(frame, ROOM, strand.strand_id),
        "strand": strand,
        "r": _shown(frame, chosen, actor) if chosen is not None else None,
        "others": [_named(frame, x) for x in there if chosen is not None and x.id != chosen.id],
        "can_begin": not issued and written is None and may(actor, Do.REPORT_BEGIN, strand) and strand.strand_id is not None,
        "begin": _begin(frame, strand),
        "new_id": uuid.uuid4(),
        "purpose": words.purpose(),
        "live_url": _live(strand),
        **BLANK,
    } | more  # fmt: skip


def about_to_issue(row: Report, **more: Any) -> dict[str, Any]:
    """What ``issue.html`` needs: the exact content with its hash."""
    frame = g.frame
    made = content.build(frame, row, by=access.actor())
    future = readers_view(frame, kind=Kind.REPORT, audience=Audience.EVERYONE, strand_id=row.strand_id)
    return {
        **layout.context(frame, ROOM, row.strand_id),
        "strand": beside(row),
        "row": row,
        "v": shown.view(made),
        "hash": content.hashed(content.canonical(made)),
        "readers": future,
        "ready": queries.read(row),
        "refused": None,
    } | more


def _shown(frame: Frame, row: Report, actor: Actor) -> dict[str, Any]:
    """One report for this reader: what it says and what they may do."""
    issued = row.issued_at is not None
    made = content.read(row) if issued else content.build(frame, row, by=actor)
    kept = [] if issued else queries.passages(row.id)
    edits = not issued and may(actor, Do.REPORT_EDIT, row)
    writes = not issued and not (queries.read(row) and not edits) and _writes(row, actor)
    found = {
        "row": row,
        "v": shown.view(made),
        "issued": issued,
        "urls": _addresses(frame, row, made, actor),
        "edits": edits,
        "writes": writes,
        "documents": {str(p.id): p.document_id for p in kept},
        "limit": LIMIT,
        "reading": queries.reading(row),
        "read": queries.read(row),
        "answers": queries.reading(row) and may(actor, Do.REPORT_ANSWER, row),
        "audience": readers_view(frame, row.zone_id),
        "requests": [_asked(frame, x, actor) for x in queries.requests(row.id)] if not issued else [],
        "until": formats.short_day(row.closes_at) if row.closes_at else "",
        "until_iso": row.closes_at.date().isoformat() if row.closes_at else "",
        "reply": row.reply,
        "first": names.first_name(frame, _mentee(frame, row)),
        "people": [(str(c), names.first_name(frame, c)) for c in _there(frame, row)],
        "fresh_id": uuid.uuid4,
        "reply_form": forms.ReplyForm(formdata=None, reply=row.reply),
        "request_form": forms.RequestForm(formdata=None),
        "correct_form": forms.CorrectForm(formdata=None),
    }
    if edits:
        found["left"] = left(frame, row, actor)
        found["reading_form"] = forms.ReadingForm(formdata=None)
        found["future"] = readers_view(
            frame, kind=Kind.REPORT, audience=Audience.EVERYONE, strand_id=row.strand_id
        )
    if issued:
        found |= _issued(frame, row, made, actor)
    return found


def _writes(row: Report, actor: Actor) -> bool:
    kind = Do.REPORT_JOIN if row.invited_at is not None else Do.REPORT_WRITE
    return may(actor, kind, row)


def _issued(frame: Frame, row: Report, made: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """What only an issued report has: its paper, its receipts, what takes its place."""
    receipts = queries.receipts(row.id)
    mine = any(x.contact_id == actor.contact_id for x in receipts)
    assert row.issued_at is not None  # noqa: S101 - asked before
    correcting = queries.being_written(row.strand_id) if may(actor, Do.REPORT_ISSUE, row) else None
    return {
        "status": shown.status(made, row.issued_at),
        "sealed": files.sealed(purpose="report", subject_id=row.id),
        "receipts": [
            {"who": names.first_name(frame, x.contact_id), "when": formats.on_day(x.at)} for x in receipts
        ],
        "received": mine,
        "may_receive": not mine and row.recalled_at is None and may(actor, Do.REPORT_RECEIVE, row),
        "may_correct": row.recalled_at is None and correcting is None and may(actor, Do.REPORT_ISSUE, row),
        "recalled": formats.on_day(row.recalled_at) if row.recalled_at else "",
        "replaced_by": row.recalled_by,
    }


def left(frame: Frame, row: Report, actor: Actor) -> list[dict[str, Any]]:
    """What the mission holds that the report has not taken up, as it would be written."""
    used = queries.used(queries.passages(row.id))
    taken = sources.of_strand(frame, row.strand_id, by=actor)
    with speaking("fr"):
        drafts = prewriting.left(taken, used, lambda t: prewriting.drafts(frame, t))
    return [_left(d) for d in drafts]


def _left(d: Draft) -> dict[str, Any]:
    return {
        "part": d.part,
        "title": words.PARTS[d.part](),
        "kind": words.SOURCES[d.source_kind or "session"](),
        "source_kind": d.source_kind,
        "source_id": d.source_id,
        "text": d.text,
        "due": formats.day(d.due_on) if d.due_on else "",
    }


def _addresses(frame: Frame, row: Report, made: dict[str, Any], actor: Actor) -> dict[str, str]:
    """By passage, where its source is read, for whoever has the door of that room."""
    doors = {
        "sentence": Kind.AGREEMENT, "objective": Kind.OBJECTIVES, "axis": Kind.ROADMAP, "action": Kind.ROADMAP,
        "session": Kind.CALENDAR, "review": Kind.OBJECTIVES, "summary": Kind.SUMMARIES,
    }  # fmt: skip
    cell = frame.rules.get(frame.rule_id, {})
    held = {s.role for s in actor.seats_in(frame.id) if s.spans(row.strand_id)}
    strand = row.strand_id if len(layout.my_strands(frame, actor)) > 1 else None
    return {
        p["id"]: words.address(frame.id, strand, p["source"])
        for lines in made["parts"].values()
        for p in lines
        if p["source"] and held & cell.get(doors[p["source"]["kind"]], frozenset())
    }


def _asked(frame: Frame, x: Any, actor: Actor) -> dict[str, Any]:
    return {
        "id": x.id,
        "who": names.first_name(frame, x.author_id),
        "when": formats.on_moment(x.at),
        "text": x.text,
        "done": x.done_at is not None,
        "you": x.author_id == actor.contact_id,
    }


def _named(frame: Frame, x: Report) -> dict[str, Any]:
    if x.issued_at is None:
        said = _("Le bilan corrigé en préparation") if x.corrects_id else _("Le bilan en préparation")
    else:
        said = _(
            "Bilan, version %(version)s, remise %(day)s", version=x.version, day=formats.on_day(x.issued_at)
        )
        if x.recalled_at is not None:
            said = _("%(report)s, rappelée", report=said)
    return {"id": x.id, "words": said}


def _mentee(frame: Frame, row: Report) -> uuid.UUID | None:
    found = frame.mentee_of(row.strand_id)
    return found.id if found is not None else None


def _there(frame: Frame, row: Report) -> list[uuid.UUID]:
    return list(dict.fromkeys(s.contact_id for s in frame.sitting(row.strand_id)))


def _begin(frame: Frame, strand: load.Strand) -> str:
    """Who writes it, by name: for whoever waits for it."""
    mentors = [s.contact_id for s in frame.sitting(strand.strand_id, (Role.MENTOR,))]
    return names.first_names(frame, mentors, access.actor().contact_id)


def _live(strand: load.Strand) -> str:
    """Where the page's socket is."""
    key = ":".join(str(i) for i in (ROOM, strand.mission_id, strand.strand_id) if i)
    return f"/live?company={g.slug}&page={key}"

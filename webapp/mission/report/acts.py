"""Writing: each act reads its form, calls one operation, and shows the report again."""

import uuid
from typing import Any

from flask import Blueprint, Response, g, url_for

from tenants.mission.report import drafting, issuing, queries, sources
from tenants.mission.report.drafting import Draft
from tenants.mission.report.models import Report, ReportPassage
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused
from webapp import access
from webapp.access import allows
from webapp.errors import words_of
from webapp.formats import speaking
from webapp.forms import Form, Invalid
from webapp.mission.report import forms, load, prewriting, views
from webapp.mission.report.views import PAGE
from webapp.mission.roadmap.acts import neighbours
from webapp.pages import show, wants_fragment

acts = Blueprint("report_acts", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/report")


@acts.post("")
@allows(Do.REPORT_BEGIN, load.strand)
def begin(strand: load.Strand) -> Any:
    """From day one: a report of the mentor's own, written beforehand from what the mission holds."""
    form = forms.BeginForm.read()
    if strand.strand_id is not None:
        taken = sources.of_strand(strand.frame, strand.strand_id, by=access.actor())
        with speaking("fr"):
            drafts = prewriting.drafts(strand.frame, taken)
        drafting.begin(
            strand.frame, strand.strand_id, drafts, by=access.actor(), report_id=form.report_id.data
        )
    return again(strand)


@acts.post("/<uuid:report_id>/passages")
@allows(Do.REPORT_EDIT, load.report)
def add(row: Report) -> Any:
    """An empty passage, or one taken up from what the mission holds."""
    try:
        form = forms.PassageForm.read()
        draft = _draft(row, form)
        made = drafting.add(row, g.frame, draft, by=access.actor(), passage_id=form.passage_id.data)
    except Invalid as bad:
        said = next((e[0] for e in bad.form.errors.values() if e), "")
        return again(views.beside(row), status=422, fault=said)
    except Incorrect as wrong:
        return again(views.beside(row), status=422, refused=words_of(wrong))
    except Refused as refused:
        return again(views.beside(row), status=refused.status, refused=words_of(refused))
    response = again(views.beside(row), anchor=f"passage-{made}")
    if wants_fragment():
        response.headers["HX-Trigger"] = f'{{"begin-writing": {{"id": "passage-{made}-text"}}}}'
    return response


def _draft(row: Report, form: forms.PassageForm) -> Draft:
    """What is taken up is written from the facts, never from the post."""
    if form.source_kind.data:
        taken = sources.of_strand(g.frame, row.strand_id, by=access.actor())
        with speaking("fr"):
            found = prewriting.drafts(g.frame, taken)
        wanted = (form.part.data, form.source_kind.data, form.source_id.data)
        for d in found:
            if (d.part, d.source_kind, d.source_id) == wanted:
                return d
        raise Refused("report.reach")
    dated = form.part.data == "follow_up"
    return Draft(
        form.part.data,
        form.text.data or "",
        due_on=form.due_on.day if dated else None,
        owner_id=form.owner_id if dated else None,
    )


@acts.post("/passages/<uuid:passage_id>/removal")
@allows(Do.REPORT_EDIT, load.passage)
def drop(passage: ReportPassage) -> Any:
    """Taken out of the report."""
    Form.read()
    drafting.drop(passage, by=access.actor())
    return again(_strand(passage))


@acts.post("/passages/<uuid:passage_id>/order")
@allows(Do.REPORT_EDIT, load.passage)
def order(passage: ReportPassage) -> Any:
    """Between its new neighbours; or one step, from a page without scripts."""
    listed = [p.id for p in queries.passages(passage.report_id) if p.part == passage.part]
    after, before = neighbours(listed, passage.id)
    drafting.order(passage, after=after, before=before, by=access.actor())
    return again(_strand(passage))


@acts.post("/<uuid:report_id>/invitation")
@allows(Do.REPORT_EDIT, load.report)
def invite(row: Report) -> Any:
    """The mentee writes in it too."""
    Form.read()
    drafting.invite(row, g.frame, by=access.actor())
    return again(views.beside(row))


@acts.post("/<uuid:report_id>/reading")
@allows(Do.REPORT_EDIT, load.report)
def open_reading(row: Report) -> Any:
    """The mentee reads it first, for so many days."""
    try:
        form = forms.ReadingForm.read()
        issuing.open_reading(row, g.frame, form.days.data or 0, by=access.actor())
    except Invalid as bad:
        return again(views.beside(row), status=422, fault=bad.form.errors.get("days", [""])[0])
    except Refused as refused:
        return again(views.beside(row), status=refused.status, refused=words_of(refused))
    return again(views.beside(row))


@acts.post("/<uuid:report_id>/requests")
@allows(Do.REPORT_ANSWER, load.report)
def ask(row: Report) -> Any:
    """The mentee asks for a change."""
    try:
        form = forms.RequestForm.read()
        issuing.ask(row, form.request_id.data or uuid.uuid4(), form.text.data or "", by=access.actor())
    except Invalid as bad:
        return again(views.beside(row), status=422, request_form=bad.form)
    except Refused as refused:
        return again(views.beside(row), status=refused.status, refused=words_of(refused))
    return again(views.beside(row))


@acts.post("/requests/<uuid:report_request_id>/done")
@allows(Do.REPORT_EDIT, load.request)
def settle(asked: load.Asked) -> Any:
    """The mentor has seen to it."""
    Form.read()
    issuing.settle(asked.row, by=access.actor())
    return again(load.Strand(g.frame, asked.company_id, asked.mission_id, asked.strand_id))


@acts.post("/<uuid:report_id>/reply")
@allows(Do.REPORT_ANSWER, load.report)
def reply(row: Report) -> Any:
    """The mentee's reply, printed as it is written."""
    try:
        form = forms.ReplyForm.read()
        issuing.reply(row, form.reply.data or "", by=access.actor())
    except Invalid as bad:
        return again(views.beside(row), status=422, reply_form=bad.form)
    except Refused as refused:
        kept = forms.ReplyForm()
        return again(views.beside(row), status=refused.status, refused=words_of(refused), reply_form=kept)
    return again(views.beside(row))


@acts.post("/<uuid:report_id>/read")
@allows(Do.REPORT_ANSWER, load.report)
def finish(row: Report) -> Any:
    """« J’ai lu »: the mentor need not wait for the date."""
    Form.read()
    issuing.finish(row, by=access.actor())
    return again(views.beside(row))


@acts.post("/<uuid:report_id>/issue")
@allows(Do.REPORT_ISSUE, load.report)
def issue(row: Report) -> Any:
    """Frozen and sent, exactly as it was read."""
    form = forms.IssueForm.read()
    try:
        issuing.issue(row, g.frame, form.hash.data or "", by=access.actor())
    except Refused as refused:
        shown = views.about_to_issue(row, refused=words_of(refused))
        return show("mission/report/issue.html", "_issue.html", status=refused.status, **shown)
    access.renew(row.mission_id)
    return again(views.beside(row))


@acts.post("/<uuid:report_id>/receipt")
@allows(Do.REPORT_RECEIVE, load.report)
def receive(row: Report) -> Any:
    """« J’en accuse réception »."""
    Form.read()
    issuing.receive(row, by=access.actor())
    return again(views.beside(row))


@acts.post("/<uuid:report_id>/correction")
@allows(Do.REPORT_ISSUE, load.report)
def correct(row: Report) -> Any:
    """A corrected report begins: issued, it recalls this one."""
    try:
        form = forms.CorrectForm.read()
        issuing.correct(row, g.frame, form.reason.data or "", by=access.actor())
    except Invalid as bad:
        return again(views.beside(row), status=422, row=row, correct_form=bad.form)
    return again(views.beside(row))


def _strand(passage: ReportPassage) -> load.Strand:
    return load.Strand(g.frame, passage.company_id, passage.mission_id, passage.strand_id)


def again(strand: load.Strand, status: int = 200, *, anchor: str = "report", row: Report | None = None, **more: Any) -> Response:  # fmt: skip
    """The report again, for htmx; after a plain post its page, at that place."""
    access.renew(strand.mission_id)
    there = load.Strand(g.frame, strand.company_id, strand.mission_id, strand.strand_id)
    to = url_for("report.index", mission_id=strand.mission_id, strand=strand.strand_id, _anchor=anchor)
    response = show(PAGE, "_report.html", to=to, status=status, **views.listed(there, row, **more))
    if wants_fragment():
        response.headers["HX-Retarget"] = "#report"
        response.headers["HX-Reswap"] = "outerMorph"
    return response

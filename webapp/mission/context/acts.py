"""Acts on the sheets, the copies, the note, and « lu et compris ». Each calls one operation and shows its region again."""

import uuid
from typing import Any

from flask import url_for

from tenants.mission.context import note as notes
from tenants.mission.context import reading, sheets
from tenants.mission.context.headings import CAREER, COMPANY, MENTOR, STAKES
from tenants.mission.queries import Frame
from tenants.policy import Do
from tenants.refusals import Refused, Stale
from webapp import access
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission.context import context, load, shown
from webapp.mission.context.forms import CompanyForm, MentorForm
from webapp.mission.context.views import PAGE, renewed, whole
from webapp.pages import show


@context.post("/sheets")
@allows(Do.SHEET_BEGIN, load.reading)
def begin_sheet(dossier: load.Dossier) -> Any:
    """The job as the actor tells it."""
    Form.read()
    try:
        sheets.begin(dossier.frame, dossier.strand_id, by=access.actor())
    except Refused as refused:
        return again(dossier, "_sheets.html", "sheets", refused.status, sheets_refused=words_of(refused))
    return again(dossier, "_sheets.html", "sheets")


@context.post("/company")
@allows(Do.COMPANY_SHEET_WRITE, load.reading)
def write_company(dossier: load.Dossier) -> Any:
    """The company sheet, and this mission's copy of it."""
    try:
        form = CompanyForm.read()
        texts = {h: form[h].data or "" for h in STAKES}
        sheets.write_company(dossier.frame, texts, form.revision.data or 0, by=access.actor())
    except Invalid as bad:
        return _copies(dossier, 422, {COMPANY: bad.form})
    except Stale as stale:
        form.revision.data = stale.values["revision"]
        form.revision.raw_data = None
        theirs = {"texts": stale.values["theirs"], "field": COMPANY}
        return _copies(dossier, 409, {COMPANY: form, "theirs": theirs}, copies_refused=words_of(stale))
    return _copies(dossier)


@context.post("/mentor")
@allows(Do.MENTOR_PAGE_WRITE, load.reading)
def write_mentor(dossier: load.Dossier) -> Any:
    """The mentor's own page, and this mission's copy of it."""
    try:
        form = MentorForm.read()
        texts = {h: form[h].data or "" for h in CAREER}
        sheets.write_mentor(dossier.frame, texts, form.revision.data or 0, by=access.actor())
    except Invalid as bad:
        return _copies(dossier, 422, {MENTOR: bad.form})
    except Stale as stale:
        form.revision.data = stale.values["revision"]
        form.revision.raw_data = None
        theirs = {"texts": stale.values["theirs"], "field": MENTOR}
        return _copies(dossier, 409, {MENTOR: form, "theirs": theirs}, copies_refused=words_of(stale))
    return _copies(dossier)


@context.post("/company/copy")
@allows(Do.COMPANY_SHEET_WRITE, load.reading)
def copy_company(dossier: load.Dossier) -> Any:
    """« Mettre à jour »."""
    return _copied(dossier, COMPANY)


@context.post("/mentor/copy")
@allows(Do.MENTOR_PAGE_WRITE, load.reading)
def copy_mentor(dossier: load.Dossier) -> Any:
    """« Mettre à jour », of one's own page."""
    return _copied(dossier, MENTOR)


@context.post("/understanding")
@allows(Do.CONTEXT_UNDERSTAND, load.reading)
def understand(dossier: load.Dossier) -> Any:
    """« Lu et compris »."""
    Form.read()
    reading.understand(dossier.frame, dossier.strand_id, by=access.actor())
    return again(dossier, "_reading.html", "reading")


@context.post("/note")
@allows(Do.NOTE_WRITE, load.noting)
def begin_note(found: load.Whole) -> Any:
    """The strategic note, begun for its two readers."""
    Form.read()
    notes.begin(found.frame, by=access.actor())
    now = renewed(found.frame)
    strand = load.strand_of(now)
    to = _address(now, strand, "note")
    return show(PAGE, "_note.html", to=to, **whole(now, strand))


def again(dossier: load.Dossier, fragment: str, anchor: str, status: int = 200, **more: Any) -> Any:
    """A region again; after a plain post the page, at its place."""
    now = renewed(dossier.frame)
    to = _address(now, dossier.strand_id, anchor)
    return show(PAGE, fragment, to=to, status=status, **whole(now, dossier.strand_id, **more))


def _address(frame: Frame, strand_id: uuid.UUID | None, anchor: str) -> str:
    return url_for("context.index", mission_id=frame.id, strand=strand_id, _anchor=anchor)


def _copied(dossier: load.Dossier, what: str) -> Any:
    Form.read()
    try:
        sheets.copy(dossier.frame, what, by=access.actor())
    except Refused as refused:
        return _copies(dossier, refused.status, copies_refused=words_of(refused))
    return _copies(dossier)


def _copies(
    dossier: load.Dossier, status: int = 200, forms: dict[str, Any] | None = None, **more: Any
) -> Any:
    now = renewed(dossier.frame)
    typed = shown.of_copies(now, dossier.strand_id, forms) if forms else {}
    return again(dossier, "_copies.html", "copies", status, **typed, **more)


__all__ = ["again"]

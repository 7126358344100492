"""The context file as values: the frame of its page, the job as each tells it, what was copied, what was read."""

import uuid
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from tenants.documents import operations as documents
from tenants.documents.texts import canonical, difference
from tenants.mission.context import note, queries, reading, sheets
from tenants.mission.context.headings import CAREER, COMPANY, JOB, LIMITS, MENTOR, STAKES
from tenants.mission.context.models import CompanySheet, ContextCopy, MentorPage
from tenants.mission.queries import Frame
from tenants.policy import Do, Role, may
from tenants.zones import Audience, Kind
from webapp import access, formats
from webapp.mission import layout, names
from webapp.mission.agreement.shown import OPS, party
from webapp.mission.context import load, tabs
from webapp.mission.context.forms import CompanyForm, MentorForm
from webapp.mission.context.words import HEADING, HINT, moved
from webapp.mission.readers import readers_view

ROOM = "objectives"


def frame_of(frame: Frame, strand_id: uuid.UUID | None) -> dict[str, Any]:
    """What the page needs: the layout, its tabs, the other strands, its socket, who reads it."""
    found = layout.context(frame, ROOM, strand_id)
    readers = load.readers(frame, strand_id)
    strands = [
        {
            "name": s.name,
            "url": url_for("context.index", mission_id=frame.id, strand=s.id),
            "current": s.current,
        }
        for s in found["strands"]
    ]
    live = f"/live?company={g.slug}&page=context:{frame.id}" + (f":{strand_id}" if strand_id else "")
    seats = frame.sitting(strand_id)
    return {
        **found,
        "strands": strands,
        "strand_id": strand_id,
        "tab_items": tabs.items(frame, strand_id),
        "audience": readers,
        "reads": access.actor().contact_id in readers.ids,
        "read_by": names.first_names(frame, [s.contact_id for s in seats if s.contact_id in readers.ids]),
        "live_url": live,
    }


# -- the job ---------------------------------------------------------------------------------------------


def of_sheets(frame: Frame, strand_id: uuid.UUID) -> dict[str, Any]:
    """What ``_sheets.html`` needs: by heading, what each says of it."""
    told = queries.sheets(frame, strand_id)
    me = access.actor().contact_id
    mine = next((t for t in told if t.row.author_id == me), None)
    subject = load.Dossier(frame, frame.company_id, frame.id, strand_id)
    there = [s.contact_id for s in frame.sitting(strand_id, (Role.MENTEE, Role.MANAGER))]
    silent = [c for c in dict.fromkeys(there) if c not in {t.row.author_id for t in told}]
    return {
        "sheet_parts": [
            (_("Le poste"), [_heading(frame, told, h, me) for h in JOB]),
            (_("Ce qui l’entoure"), [_heading(frame, told, h, me) for h in STAKES]),
        ],
        "sheet_begun": bool(told),
        "sheet_mine": mine,
        "sheet_may": mine is None and may(access.actor(), Do.SHEET_BEGIN, subject),
        "sheet_silent": names.first_names(frame, silent, me),
        "sheet_silent_count": len(silent),
        "sheet_limit": LIMITS["job_sheet"],
    }


def _heading(frame: Frame, told: list[queries.Told], heading: str, me: uuid.UUID | None) -> dict[str, Any]:
    texts = [t.texts.get(heading, "") for t in told]
    same = len(told) > 1 and bool(canonical(texts[0])) and len({canonical(t) for t in texts}) == 1
    cells = [
        {
            "who": party(frame, t.row.author_id),
            "words": words,
            "mine": t.row.author_id == me,
            "document_id": t.row.document_id,
            "id": t.row.id,
        }
        for t, words in zip(told, texts, strict=True)
    ]
    writes = any(c["mine"] for c in cells)
    return {
        "key": heading,
        "title": HEADING[heading](),
        "hint": HINT[heading](),
        "same": names.first_names(frame, [t.row.author_id for t in told], me) if same else "",
        "cells": [c for c in cells if c["mine"]] if same and writes else cells[:1] if same else cells,
        "empty": not any(map(canonical, texts)),
    }


# -- written once, copied --------------------------------------------------------------------------------


def of_copies(
    frame: Frame, strand_id: uuid.UUID | None, forms: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What ``_copies.html`` needs: the company sheet, and the page of each mentor."""
    there = queries.copies(frame.id)
    actor = access.actor()
    writes = may(actor, Do.COMPANY_SHEET_WRITE, frame)
    source = sheets.company_source() if writes else None
    company = next((c for c in there if c.what == COMPANY), None)
    mentors = list(dict.fromkeys(s.contact_id for s in frame.sitting(strand_id, (Role.MENTOR,))))
    return {
        "company_copy": _copy(frame, company, STAKES) if company else None,
        "company_writes": writes,
        "company_newer": _newer(company, source),
        "company_change": _change(company, source, STAKES),
        "company_form": (forms or {}).get(COMPANY)
        or (_filled(CompanyForm, source, STAKES) if writes else None),
        "company_theirs": (forms or {}).get("theirs", {}),
        "mentors": [_mentor(frame, there, m, (forms or {}).get(MENTOR)) for m in mentors],
    }


def _mentor(
    frame: Frame, there: list[ContextCopy], mentor: uuid.UUID, typed: MentorForm | None
) -> dict[str, Any]:
    found = next((c for c in there if c.what == MENTOR and c.about_id == mentor), None)
    mine = mentor == access.actor().contact_id
    source = sheets.mentor_source() if mine else None
    return {
        "who": party(frame, mentor),
        "first": names.first_name(frame, mentor),
        "held": _copy(frame, found, CAREER) if found else None,
        "mine": mine,
        "newer": _newer(found, source),
        "change": _change(found, source, CAREER),
        "form": (typed or _filled(MentorForm, source, CAREER)) if mine else None,
    }


def _copy(frame: Frame, found: ContextCopy, headings: tuple[str, ...]) -> dict[str, Any]:
    return {
        "parts": [(HEADING[h](), found.texts.get(h, "")) for h in headings if found.texts.get(h)],
        "line": _(
            "Copie du %(copied)s, d’un texte du %(written)s",
            copied=formats.short_day(found.copied_at),
            written=formats.short_day(found.written_at),
        ),
        "by": names.first_name(frame, found.copied_by),
    }


def _newer(found: ContextCopy | None, source: CompanySheet | MentorPage | None) -> str:
    """The day of the source when it is not what the mission holds."""
    if source is None or not sheets.newer(found, source.written_at):
        return ""
    return formats.short_day(source.written_at)


def _change(
    found: ContextCopy | None, source: CompanySheet | MentorPage | None, headings: tuple[str, ...]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """By heading, what bringing the copy up to date would do to it: nothing where there is no copy, or nothing differs."""
    if found is None or source is None or not sheets.newer(found, source.written_at):
        return []
    pairs = [(h, found.texts.get(h, ""), source.texts.get(h, "")) for h in headings]
    return [
        (h, HEADING[h](), [(OPS[s.kind], s.text) for s in difference(was, now)])
        for h, was, now in pairs
        if was != now
    ]


def _filled(form: Any, source: CompanySheet | MentorPage | None, headings: tuple[str, ...]) -> Any:
    made = form(formdata=None)
    made.revision.data = source.revision if source is not None else 0
    for heading in headings:
        made[heading].data = source.texts.get(heading, "") if source is not None else ""
    return made


# -- the note, for its two readers ---------------------------------------------------------------------------


def of_note(frame: Frame) -> dict[str, Any]:
    """What ``_note.html`` needs; ``note_here`` False: there is no such thing for this reader."""
    if not load.may_note(frame):
        return {"note_here": False}
    row = note.of_mission(frame.id)
    words = documents.current([row.document_id]).get(row.document_id, {}).get("text", "") if row else ""
    return {
        "note_here": True,
        "note": row,
        "note_words": words,
        "note_limit": LIMITS["note"],
        "note_audience": readers_view(
            frame, row.zone_id if row else None, kind=Kind.CONTEXT, audience=Audience.DIRECTION
        ),
    }


# -- lu et compris ---------------------------------------------------------------------------------------------


def of_reading(frame: Frame, strand_id: uuid.UUID) -> dict[str, Any]:
    """What ``_reading.html`` needs: who has read the file, and what changed since."""
    rows = reading.of_strand(strand_id)
    actor = access.actor()
    last = rows[0] if rows else None
    since = queries.moved_since(frame, strand_id, last.at) if last else []
    subject = load.Dossier(frame, frame.company_id, frame.id, strand_id)
    return {
        "read_lines": [(party(frame, r.contact_id), formats.on_day(r.at)) for r in rows],
        "read_since": [
            (moved(m.what, names.first_name(frame, m.who_id)), formats.on_day(m.at)) for m in since
        ],
        "may_understand": may(actor, Do.CONTEXT_UNDERSTAND, subject),
        "understood": any(r.contact_id == actor.contact_id for r in rows),
    }

"""The rules of the working space: clauses written together, their values, who reads what. Until somebody proposes them."""

from typing import Any

from flask import Blueprint, Response, g, request
from flask_babel import gettext as _

from tenants.documents import files as kept_files
from tenants.mission.agreement import matrix, terms, versions
from tenants.mission.agreement.clauses import CLAUSE_LIMIT
from tenants.mission.agreement.matrix import Cell
from tenants.mission.agreement.versions_models import Clause, Terms
from tenants.mission.queries import Frame
from tenants.policy import Do, Role, may
from tenants.refusals import Incorrect, Refused, Stale
from tenants.zones import Kind
from webapp import access, files, formats
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission import names
from webapp.mission.agreement import (
    binding_forms,
    binding_load,
    binding_words,
    load,
    matrix_words,
    shown,
    template,
    version_text,
)
from webapp.pages import go, show

rules = Blueprint(
    "agreement_rules", __name__, url_prefix="/<company>/missions/<uuid:mission_id>/agreement/rules"
)
PAGE = "mission/agreement/rules.html"


@rules.get("")
@allows(Do.MISSION_SEE, load.reading)
def index(frame: Frame) -> Any:
    """Clauses, values, matrix; a button where nobody has begun."""
    return show(PAGE, "_rules.html", **whole(frame))


@rules.post("")
@allows(Do.TERMS_WRITE, load.reading)
def begin(frame: Frame) -> Any:
    """From the firm's template."""
    Form.read()
    version, content = template.present()
    terms.begin(frame, version, content, by=access.actor())
    return show(PAGE, None, **whole(_renewed(frame)))


@rules.get("/values")
@allows(Do.MISSION_SEE, load.reading)
def values(frame: Frame) -> Any:
    """The values alone, when they are stale."""
    return show(PAGE, "_terms.html", **whole(frame))


@rules.post("/values")
@allows(Do.TERMS_WRITE, binding_load.rules)
def set_values(row: Terms) -> Any:
    """What the post carries, read at a revision."""
    frame: Frame = g.frame
    form = binding_forms.TermsForm.carried(request.form)
    if not form.validate():
        return _terms(frame, 422, typed=form)
    try:
        terms.set_fields(row, frame, form.revision.data or 0, form.given(), by=access.actor())
    except Stale as stale:
        return _terms(frame, 409, conflict=_conflict(frame, stale))
    except Refused as refused:
        if refused.name != "terms.dates":
            raise
        return _terms(frame, 422, typed=form, fault=words_of(refused))
    return _terms(frame)


@rules.get("/matrix")
@allows(Do.MISSION_SEE, load.reading)
def who_reads(frame: Frame) -> Any:
    """The matrix alone, when it is stale."""
    return show(PAGE, "_matrix.html", **whole(frame))


@rules.post("/matrix")
@allows(Do.TERMS_WRITE, binding_load.rules)
def set_cell(row: Terms) -> Any:
    """One cell, read at a revision."""
    frame: Frame = g.frame
    form = binding_forms.CellForm.read()
    try:
        kind, role, value = (
            Kind(form.kind.data or ""),
            Role(form.role.data or ""),
            Cell(form.value.data or ""),
        )
    except ValueError:
        raise Refused("cell.fixed") from None
    try:
        terms.set_cell(row, frame, form.revision.data or 0, kind, role, value, by=access.actor())
    except Stale as stale:
        cell = _cell_conflict(frame, stale, kind, role)
        return show(PAGE, "_matrix.html", status=409, **whole(frame) | {"conflict": cell})
    return show(PAGE, "_matrix.html", **whole(frame))


@rules.post("/annexes")
@allows(Do.TERMS_WRITE, binding_load.rules)
@files.uploads
def annex(row: Terms) -> Any:
    """The firm's own contract or charter, hashed with the agreement."""
    frame: Frame = g.frame
    terms.take(row, frame)
    try:
        form = binding_forms.AnnexForm.read()
        files.receive(
            form.file.data,
            id=form.file_id.data,
            frame=frame,
            zone_id=row.zone_id,
            purpose="annex",
            by=access.actor(),
        )
    except Invalid as bad:
        return show(PAGE, None, status=422, **whole(frame) | {"annex_form": bad.form})
    except Incorrect as wrong:
        form.refuse("file", words_of(wrong).title)
        return show(PAGE, None, status=422, **whole(frame) | {"annex_form": form})
    terms.told(frame, "agreement.annexed", row.zone_id, row.id, access.actor())
    return go("agreement_rules.index", mission_id=frame.id, _anchor="annexes")


@rules.post("/annexes/<uuid:file_id>/removal")
@allows(Do.TERMS_WRITE, binding_load.annex)
def remove_annex(found: binding_load.Annex) -> Any:
    """While no version holds it."""
    Form.read()
    frame: Frame = g.frame
    terms.take(found.terms, frame)
    if versions.annexed(frame.id, found.file.id):
        raise Refused("annex.held")
    kept_files.erase(found.file, by=access.actor())
    terms.told(frame, "agreement.annex_removed", found.zone_id, found.terms.id, access.actor())
    return go("agreement_rules.index", mission_id=frame.id, _anchor="annexes")


# -- contexts -------------------------------------------------------------------------------------


def whole(frame: Frame) -> dict[str, Any]:
    """What ``rules.html`` and each of its parts need."""
    row = terms.get(frame.id)
    can = row is not None and row.open and may(access.actor(), Do.TERMS_WRITE, row)
    found = {
        **shown.frame_of(frame),
        "terms": row,
        "can": can,
        "may_begin": may(access.actor(), Do.TERMS_WRITE, frame),
        "typed": None,
        "conflict": None,
        "fault": None,
        "pending": terms.pending_version(frame.id),
        "annex_form": binding_forms.AnnexForm(formdata=None),
        "annexes": kept_files.of(frame.id, "annex"),
    }
    if row is None:
        return found
    clauses = terms.clauses(frame.id)
    wordings = terms.texts(clauses)
    return found | {
        "clauses": [_clause(c, wordings[c.id]) for c in clauses],
        "limit": CLAUSE_LIMIT,
        "said": version_text.values(versions.values_of(row), row.price),
        "said_dates": version_text.dates(
            {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat(), "hours": row.hours}
        ),
        "shown_values": _shown(row),
        "lines": matrix_words.lines(frame, matrix.cells_of(row.matrix), editable=bool(can)),
        "heads": matrix_words.heads(),
        "signers": names.first_names(frame, [c for c, _held in versions.signatories(frame, row)]),
        "amending": row.open and versions.in_force(frame.id) is not None,
    }


def _clause(clause: Clause, words: str) -> dict[str, Any]:
    """English readers get the reading of a text that is still the template's own; what is signed is the French one."""
    english = formats.language() == "en" and bool(clause.reading)
    return {
        "id": clause.id,
        "title": clause.reading["title"] if english else clause.title,
        "reason": clause.reading["reason"] if english else clause.reason,
        "text": words,
        "document_id": clause.document_id,
        "reading": clause.reading["text"] if english and words == clause.wording else "",
    }


def _shown(row: Terms) -> dict[str, str]:
    """As the fields show them."""
    return {
        "starts_on": formats.typed_day(row.starts_on),
        "ends_on": formats.typed_day(row.ends_on),
        "hours": formats.typed_duration(row.hours),
        "late_hours": str(row.late_hours or ""),
        "preparation_minutes": formats.typed_duration(row.preparation_minutes or None),
        "report_minutes": formats.typed_duration(row.report_minutes or None),
        "framing_counts": "yes" if row.framing_counts else "no",
        "notebook_months": str(row.notebook_months),
        "price": row.price,
        "hr_signs": "yes" if row.hr_signs else "no",
    }


def _terms(frame: Frame, status: int = 200, **more: Any) -> Response:
    return show(PAGE, "_terms.html", status=status, **whole(frame) | more)


def _conflict(frame: Frame, stale: Stale) -> dict[str, Any]:
    field = stale.values["field"]
    return {
        "who": names.first_name(frame, stale.values["by_id"]),
        "what": binding_words.FIELD[field](),
        "mine": binding_words.value(field, stale.values["mine"]),
        "theirs": binding_words.value(field, stale.values["theirs"]),
        "posted": {k: v for k, v in request.form.items() if k not in ("csrf_token", "revision")},
        "revision": stale.values["revision"],
    }


def _cell_conflict(frame: Frame, stale: Stale, kind: Kind, role: Role) -> dict[str, Any]:
    return {
        "who": names.first_name(frame, stale.values["by_id"]),
        "what": _("ce qui se lit : %(line)s", line=matrix_words.LINE[kind]().lower()),
        "mine": matrix_words.meaning(frame, kind, role, Cell(stale.values["mine"])),
        "theirs": matrix_words.meaning(frame, kind, role, Cell(stale.values["theirs"])),
        "posted": {k: v for k, v in request.form.items() if k not in ("csrf_token", "revision")},
        "revision": stale.values["revision"],
    }


def _renewed(frame: Frame) -> Frame:
    """A zone may have been made."""
    return access.renew(frame.id) or frame

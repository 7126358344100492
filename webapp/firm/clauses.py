"""The rules that the firm proposes: its owner writes them, a new version each time; running missions keep theirs."""

import uuid
from typing import Any

from flask import Response, request

from tenants.firm.models import Firm
from tenants.mission.agreement.clauses import CLAUSES_LIMIT, ClauseValues, firm_template, publish
from tenants.policy import Do
from tenants.refusals import Stale
from webapp import formats
from webapp.access import actor, allows
from webapp.errors import words_of
from webapp.firm import load
from webapp.firm.room import room
from webapp.firm.views import hat
from webapp.mission.agreement import template
from webapp.mission.agreement.binding_forms import ClauseForm, TemplateForm
from webapp.pages import go, show


@room.get("/clauses")
@allows(Do.CLAUSES_WRITE, load.firm)
def clauses(firm: Firm) -> Response:
    """Each rule with its reason, the values they begin with, and an empty one to add."""
    version, content = _present(firm)
    lines = [
        _line(n, key=c["key"], title=c["fr"]["title"], text=c["fr"]["text"], reason=c["fr"]["reason"])
        for n, c in enumerate([*content["clauses"], _empty()])
    ]
    return _page(firm, version, lines, _values(content))


@room.post("/clauses")
@allows(Do.CLAUSES_WRITE, load.firm)
def publish_clauses(firm: Firm) -> Response:
    """A new version, for the missions to come."""
    version, content = _present(firm)
    values = TemplateForm(request.form)
    lines = [
        ClauseForm(request.form, prefix=f"c{n}-")
        for n in range(CLAUSES_LIMIT)
        if f"c{n}-title" in request.form
    ]
    written = [line for line in lines if line.title.data or line.text.data]
    if not all([values.validate(), *(line.validate() for line in written)]):
        return _page(firm, version, lines, values, 422)
    made = {
        "clauses": [_kept(line, content) for line in written if line.text.data],
        "values": values.given().plain(),
        "price": values.price.data or "",
    }
    try:
        publish(firm.id, values.version.data or 0, made, by=actor())
    except Stale as stale:
        return _page(firm, version, lines, values, stale.status, words_of(stale))
    return go("firm.clauses", firm_id=firm.id)


def _present(firm: Firm) -> tuple[int, dict[str, Any]]:
    row = firm_template(firm.id)
    return (row.version, row.content) if row is not None else (0, template.shipped())


def _empty() -> dict[str, Any]:
    return {"key": "", "fr": {"title": "", "text": "", "reason": ""}}


def _line(n: int, **values: str) -> ClauseForm:
    return ClauseForm(formdata=None, prefix=f"c{n}-", **values)


def _values(content: dict[str, Any]) -> TemplateForm:
    found = ClauseValues.of(content["values"])
    return TemplateForm(
        formdata=None,
        late_hours=str(found.late_hours or ""),
        preparation_minutes=formats.typed_duration(found.preparation_minutes or None),
        report_minutes=formats.typed_duration(found.report_minutes or None),
        framing_counts="yes" if found.framing_counts else "no",
        notebook_months=str(found.notebook_months),
        price=content.get("price", ""),
    )


def _kept(line: ClauseForm, content: dict[str, Any]) -> dict[str, Any]:
    """A rule whose French was not touched keeps its English reading."""
    french = {"title": line.title.data, "text": line.text.data, "reason": line.reason.data or ""}
    same = next((c for c in content["clauses"] if c["key"] == line.key.data), None)
    key = same["key"] if same else uuid.uuid4().hex[:12]
    if same and same["fr"] == french and same.get("en"):
        return {"key": key, "fr": french, "en": same["en"]}
    return {"key": key, "fr": french}


def _page(
    firm: Firm,
    version: int,
    lines: list[ClauseForm],
    values: TemplateForm,
    status: int = 200,
    fault: Any = None,
) -> Response:
    values.version.data = version
    return show(
        "firm/clauses.html", None, status=status, firm=firm, lines=lines, values=values, version=version, fault=fault,
        hat=hat(firm),
    )  # fmt: skip

"""Acts on expectations and divergences. Each calls one operation and shows its region again."""

import uuid
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from tenants.mission.agreement import divergences, expectations
from tenants.mission.agreement.models import Divergence
from tenants.mission.queries import Frame
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused, Stale
from webapp import access
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission.agreement import agreement, load, shown
from webapp.mission.agreement.forms import DateForm, MarkForm, OutcomeForm
from webapp.mission.agreement.views import PAGE
from webapp.pages import show


@agreement.post("/expectations")
@allows(Do.EXPECTATION_SAY, load.reading)
def begin_expectations(frame: Frame) -> Any:
    """A private text of one's own."""
    Form.read()
    expectations.begin(frame, by=access.actor())
    return _expectations(frame)


@agreement.post("/expectations/readiness")
@allows(Do.EXPECTATION_SAY, load.reading)
def say_ready(frame: Frame) -> Any:
    """« Prêt »; the last one reveals all."""
    Form.read()
    try:
        expectations.ready(frame, by=access.actor())
    except Refused as refused:
        return _expectations(frame, status=refused.status, expectations_refused=words_of(refused))
    return _expectations(frame)


@agreement.post("/expectations/readiness/withdrawal")
@allows(Do.EXPECTATION_SAY, load.reading)
def take_back_ready(frame: Frame) -> Any:
    """Not ready after all."""
    Form.read()
    try:
        expectations.take_back(frame, by=access.actor())
    except Refused as refused:
        return _expectations(frame, status=refused.status, expectations_refused=words_of(refused))
    return _expectations(frame)


@agreement.post("/expectations/date")
@allows(Do.EXPECTATION_DATE, load.reading)
def tell_date(frame: Frame) -> Any:
    """Told to all, three days before at least."""
    try:
        form = DateForm.read()
        assert form.due_on.day is not None  # noqa: S101 - required
        expectations.tell_date(frame, form.due_on.day, by=access.actor())
    except Invalid as bad:
        return _expectations(frame, status=422, date_form=bad.form)
    except Incorrect:
        form.refuse("due_on", _("Laissez trois jours à chacun : choisissez un jour plus éloigné."))
        return _expectations(frame, status=422, date_form=form)
    except Refused as refused:
        return _expectations(frame, status=refused.status, expectations_refused=words_of(refused))
    return _expectations(frame)


@agreement.post("/expectations/reveal")
@allows(Do.EXPECTATION_SAY, load.reading)
def reveal(frame: Frame) -> Any:
    """All at once."""
    Form.read()
    try:
        expectations.reveal(frame, by=access.actor())
    except Refused as refused:
        return _expectations(frame, status=refused.status, expectations_refused=words_of(refused))
    return _expectations(frame)


@agreement.post("/divergences")
@allows(Do.DIVERGENCE_MARK, load.reading)
def mark(frame: Frame) -> Any:
    """« Écart », on a heading."""
    try:
        form = MarkForm.read()
        made = form.divergence_id.data or uuid.uuid4()
        divergences.mark(frame, made, form.heading.data, form.words.data or "", by=access.actor())
    except Invalid as bad:
        return _divergences(frame, status=422, mark_form=bad.form)
    except Refused as refused:
        return _divergences(
            frame, status=refused.status, mark_form=form, divergences_refused=words_of(refused)
        )
    return _divergences(frame)


@agreement.post("/divergences/<uuid:divergence_id>/outcome")
@allows(Do.DIVERGENCE_SETTLE, load.divergence)
def settle(row: Divergence) -> Any:
    """Convenu, écarté, reporté."""
    frame: Frame = g.frame
    try:
        form = OutcomeForm.read()
        divergences.settle(
            row, form.revision.data or 0, form.outcome.data, form.answer.data or "", form.postponed_to.day,
            by=access.actor(),
        )  # fmt: skip
    except Invalid as bad:
        return _divergences(frame, status=422, outcome=(row.id, bad.form))
    except Incorrect as wrong:
        form.refuse(wrong.values["field"], _("Écrivez un jour à venir : 29/01/2027."))
        return _divergences(frame, status=422, outcome=(row.id, form))
    except Stale as stale:
        return _divergences(
            frame, status=409, outcome=(row.id, form), theirs=row.id, divergences_refused=words_of(stale)
        )
    return _divergences(frame)


def _expectations(frame: Frame, *, status: int = 200, date_form: DateForm | None = None, **more: Any) -> Any:
    """The expectations again; after a plain post the page, at their place."""
    now = access.renew(frame.id) or frame
    to = url_for("agreement.index", mission_id=frame.id, _anchor="expectations")
    context = (
        shown.whole(now) | (shown.of_expectations(now, date_form) if date_form is not None else {}) | more
    )
    return show(PAGE, "_expectations.html", to=to, status=status, **context)


def _divergences(frame: Frame, *, status: int = 200, **more: Any) -> Any:
    """The divergences again; after a plain post the page, at their place."""
    now = access.renew(frame.id) or frame
    kept = {k: more.pop(k) for k in ("mark_form", "outcome", "theirs") if k in more}
    to = url_for("agreement.index", mission_id=frame.id, _anchor="divergences")
    context = shown.whole(now) | (shown.of_divergences(now, **kept) if kept else {}) | more
    return show(PAGE, "_divergences.html", to=to, status=status, **context)

"""Acts on the three texts. Each calls one operation and shows the texts again."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from tenants.mission.agreement import texts
from tenants.mission.agreement.headings import REFORMULATION, SENTENCE
from tenants.mission.queries import Frame
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused
from webapp import access
from webapp.access import allows
from webapp.errors import words_of
from webapp.forms import Form, Invalid
from webapp.mission.agreement import agreement, load, shown
from webapp.mission.agreement.forms import RequestForm
from webapp.mission.agreement.views import PAGE
from webapp.pages import show


@agreement.post("/request")
@allows(Do.REQUEST_BEGIN, load.reading)
def begin_request(frame: Frame) -> Any:
    """In one's own name; or by the mentor, for whoever asks, after a talk."""
    try:
        form = RequestForm.read()
        texts.begin_request(frame, by=access.actor(), for_id=form.for_id.data, heard_on=form.heard_on.day)
    except Invalid as bad:
        return _again(frame, status=422, form=bad.form)
    except Incorrect as wrong:
        form.refuse("heard_on", _asked(wrong))
        return _again(frame, status=422, form=form)
    return _again(frame)


@agreement.post("/request/keeping")
@allows(Do.REQUEST_WRITE, load.request)
def keep_request(held: load.Held) -> Any:
    """« Retenir », or asking whoever it was written for to confirm it."""
    return _kept(held)


@agreement.post("/request/reopening")
@allows(Do.REQUEST_WRITE, load.request)
def reopen_request(held: load.Held) -> Any:
    """Written again."""
    Form.read()
    texts.reopen(held.row, by=access.actor())
    return _again(held.frame)


@agreement.post("/request/confirmation")
@allows(Do.REQUEST_CONFIRM, load.request)
def confirm_request(held: load.Held) -> Any:
    """« C’est bien ma demande », in one tap."""
    Form.read()
    texts.confirm(held.row, held.frame, by=access.actor())
    return _again(held.frame)


@agreement.post("/request/taking-over")
@allows(Do.REQUEST_CONFIRM, load.request)
def take_over_request(held: load.Held) -> Any:
    """In the words of whoever asks, after all."""
    Form.read()
    texts.take_over(held.row, held.frame, by=access.actor())
    return _again(held.frame)


@agreement.post("/reformulation")
@allows(Do.REFORMULATION_WRITE, load.reading)
def begin_reformulation(frame: Frame) -> Any:
    """The mentor begins it."""
    Form.read()
    texts.begin(frame, REFORMULATION, by=access.actor())
    return _again(frame)


@agreement.post("/reformulation/keeping")
@allows(Do.REFORMULATION_WRITE, load.reformulation)
def keep_reformulation(held: load.Held) -> Any:
    """« Retenir »."""
    return _kept(held)


@agreement.post("/reformulation/reopening")
@allows(Do.REFORMULATION_WRITE, load.reformulation)
def reopen_reformulation(held: load.Held) -> Any:
    """Written again."""
    Form.read()
    texts.reopen(held.row, by=access.actor())
    return _again(held.frame)


@agreement.post("/sentence")
@allows(Do.SENTENCE_WRITE, load.reading)
def begin_sentence(frame: Frame) -> Any:
    """From the words of the reformulation; from then on all write it."""
    Form.read()
    texts.begin(frame, SENTENCE, by=access.actor())
    return _again(frame)


def _kept(held: load.Held) -> Any:
    Form.read()
    try:
        texts.keep(held.row, held.frame, by=access.actor())
    except Refused as refused:
        return _again(held.frame, status=refused.status, texts_refused=words_of(refused))
    return _again(held.frame)


def _asked(wrong: Incorrect) -> str:
    if wrong.values["field"] == "for_id":
        return _("Choisissez la personne qui demande la mission.")
    return _("Écrivez le jour de l’entretien : il a eu lieu, aujourd’hui ou avant.")


def _again(frame: Frame, *, status: int = 200, form: RequestForm | None = None, **more: Any) -> Any:
    """The texts again; after a plain post the page, at their place."""
    now = access.renew(frame.id) or frame
    to = url_for("agreement.index", mission_id=frame.id, _anchor="texts")
    context = shown.whole(now) | (shown.of_texts(now, form) if form is not None else {}) | more
    return show(PAGE, "_texts.html", to=to, status=status, **context)

"""By a link: answer a date, approve a review."""

from datetime import datetime
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from tenants.documents import operations as documents
from tenants.mission.objectives.standing import Standing
from tenants.mission.schedule import queries, reviews, slots
from tenants.mission.schedule.models import Session
from tenants.policy import Do
from tenants.refusals import Incorrect, Refused
from webapp import access, formats
from webapp.errors import words_of
from webapp.forms import Invalid
from webapp.mission import names
from webapp.mission.schedule import forms, lines, load, words
from webapp.tasks.registry import NO_TOKEN, Again, Kind


def _asked(row: Session) -> dict[str, Any]:
    frame, me = g.frame, access.actor().contact_id
    poll = queries.open_poll(row.id)
    proposed = queries.proposed(poll) if poll is not None else []
    return {
        "title": lines.titles(frame, [row])[row.id],
        "poll": poll,
        "asked_by": names.first_name(frame, poll.author_id) if poll is not None else "",
        "slots": [
            {
                "id": s.id,
                "words": lines.span(s.local, row.minutes, s.zone),
                "iso": s.local.isoformat(timespec="minutes"),
                "mine": s.answers[me].value if me is not None and me in s.answers else "",
                "past": s.starts_at <= formats.now(),
            }
            for s in proposed
        ],
        "where": lines.place(row),
        "form": forms.AnswerForm(formdata=None, meta=NO_TOKEN),
        "missing": None,
    }


def _answer(row: Session) -> None:
    poll = queries.open_poll(row.id)
    if poll is None:
        raise Refused("schedule.closed")
    form = forms.AnswerForm(request.form, meta=NO_TOKEN)
    try:
        forms.check(form)
        own = form.moment(form.own_on, form.own_hour)
        answers = form.answers(request.form)
        if not answers and own is None:
            raise Again(422, form=form, missing=_("Répondez à un créneau au moins, ou proposez le vôtre."))
        slots.answer(poll, g.frame, answers, by=access.actor(), own=own)
    except Invalid:
        raise Again(422, form=form) from None
    except Incorrect as wrong:
        form.refuse("own_hour", words_of(wrong).title)
        raise Again(422, form=form) from None


def _last_slot(row: Session) -> datetime | None:
    """A question of dates ends with the last of them."""
    poll = queries.open_poll(row.id)
    return max((s.starts_at for s in queries.proposed(poll)), default=None) if poll is not None else None


def _written(row: Session) -> dict[str, Any]:
    found = queries.review(row)
    if found is None:
        return {"review": None}
    texts = documents.current([found.document_id]).get(found.document_id, {})
    return {
        "review": found,
        "title": lines.titles(g.frame, [row])[row.id],
        "texts": [(words.ROOTS[root][0](), texts.get(root, "")) for root in reviews.ROOTS],
        "hash": reviews.texts_hash(texts),
    }


def _approved(row: Session) -> bool:
    """By all three; or by this reader, on the present words."""
    found = queries.review(row)
    if found is None or found.approved_at is not None:
        return found is not None
    texts = documents.current([found.document_id]).get(found.document_id, {})
    me = access.actor().contact_id
    stands = reviews.standing(found, g.frame, texts)
    return any(i.contact_id == me and i.standing is Standing.GIVEN for i in stands)


def _approve(row: Session) -> None:
    found = queries.review(row)
    if found is None:
        raise Refused("review.empty")
    form = forms.ApproveForm.read(meta=NO_TOKEN)
    reviews.approve(found, g.frame, form.texts.data or "", by=access.actor())


KINDS = (
    Kind(
        Do.SCHEDULE_ANSWER,
        lambda: _("Répondre à une proposition de date"),
        lambda: _("Votre réponse est notée"),
        "slots",
        load.session,
        _asked,
        _answer,
        until=_last_slot,
    ),
    Kind(
        Do.REVIEW_APPROVE,
        lambda: _("Approuver un point d’étape"),
        lambda: _("Vous avez approuvé ce point d’étape"),
        "review",
        load.session,
        _written,
        _approve,
        over=_approved,
    ),
)

"""Acts on the mentor's open questions: asked of one person, answered in place, or after a talk and then confirmed."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.texts import canonical, cleaned
from tenants.events import record
from tenants.mission.context.headings import CONFIRM, LIMITS, QUESTION
from tenants.mission.context.models import AnswerDraft, ContextQuestion
from tenants.mission.context.places import key, me, mission_key, zone
from tenants.mission.queries import Frame
from tenants.once import add_once
from tenants.refusals import Incorrect, Refused
from tenants.zones import CEILING, Audience

KIND = "answer"
AUDIENCES = (Audience.EVERYONE, Audience.PARTIES)


def ask(
    frame: Frame, strand_id: uuid.UUID, question_id: uuid.UUID, to_id: uuid.UUID | None, words: str,
    audience: Audience = Audience.EVERYONE, *, by: Actor,
) -> None:  # fmt: skip
    """A question to one person of the strand, who reads it. Sent twice, asked once.

    Raises Incorrect ``context.to`` (nobody of the strand, or the mentor), ``context.to_audience`` (would not read it).
    """
    if to_id not in {s.contact_id for s in frame.sitting(strand_id)} or to_id == me(by):
        raise Incorrect("context.to", field="to_id")
    roles = {s.role for s in frame.sitting(strand_id) if s.contact_id == to_id}
    if not roles & CEILING[audience]:
        raise Incorrect("context.to_audience", field="audience")
    zone_id = zone(frame, audience, strand_id, by=by)
    values = {
        "company_id": frame.company_id, "id": question_id, "zone_id": zone_id, "mission_id": frame.id,
        "strand_id": strand_id, "asked_by": me(by), "asked_at": now(), "to_id": to_id, "words": words, "answer": "",
    }  # fmt: skip
    if not add_once(ContextQuestion, **values):
        return
    row = get(question_id)
    if row is None:
        raise Refused("context.moved")
    waits.expect(**_wait(row, QUESTION), contacts={row.to_id})
    _tell(row, "context.asked", by)


def begin(question: ContextQuestion, frame: Frame, *, by: Actor) -> None:
    """A text of the actor's own for their answer, from what they had answered. Raises Refused ``context.not_asked``."""
    _yours(question, by)
    zone_id = zone(frame, Audience.AUTHOR, question.strand_id, by=by)
    document_id, made = new_id(), new_id()
    values = {
        "company_id": question.company_id, "id": made, "zone_id": zone_id, "question_id": question.id,
        "author_id": me(by), "document_id": document_id,
    }  # fmt: skip
    if add_once(AnswerDraft, **values):
        documents.create(KIND, made, zone_id, me(by), {"text": question.answer}, document_id)


def give(question: ContextQuestion, *, by: Actor) -> None:
    """What was drafted becomes the answer; the way to it goes. Raises Refused ``context.empty``, ``context.long``."""
    _yours(question, by)
    row = draft(question.id, me(by))
    if row is None:
        return
    documents.hold(row.document_id)
    words = documents.fold(row.document_id).get("text", "")
    answer(question, words, by=by)


def answer(question: ContextQuestion, text: str, *, by: Actor) -> None:
    """The answer of whoever was asked, in place of what was there, and of a draft. For a page or a one-time task.

    Raises Refused ``context.not_asked``, ``context.empty``, ``context.long``, ``context.moved``.
    """
    _yours(question, by)
    words = _fit(text)
    row = _take(question)
    if row.answer == words and row.heard_on is None:
        _drop(row, by)
        return
    row.answer, row.answered_at, row.heard_on, row.confirmed_at = words, now(), None, None
    db.session.flush()
    _drop(row, by)
    _settle_waits(row, asked=False)
    _tell(row, "context.answered", by)


def drop(question: ContextQuestion, *, by: Actor) -> None:
    """The draft is thrown away."""
    _drop(question, by)


def report(question: ContextQuestion, text: str, heard_on: date | None, *, by: Actor) -> None:
    """« Pour Solange, d’après notre entretien du… »: the mentor's words, which count once she has confirmed them.

    Raises Incorrect ``context.heard_on`` (none, or to come), Refused ``context.answered`` once she has answered herself.
    """
    if heard_on is None or heard_on > now().date():
        raise Incorrect("context.heard_on", field="heard_on")
    words = _fit(text)
    row = _take(question)
    if row.counts:
        raise Refused("context.answered")
    row.answer, row.answered_at, row.heard_on, row.confirmed_at = words, now(), heard_on, None
    db.session.flush()
    waits.expect(**_wait(row, QUESTION), contacts=set())
    waits.expect(**_wait(row, CONFIRM), contacts={row.to_id})
    _tell(row, "context.reported", by)


def confirm(question: ContextQuestion, seen: str, *, by: Actor) -> None:
    """« C’est bien ma réponse »: from then on it counts. ``seen``: the words that were read.

    Raises Refused ``context.not_asked``, ``context.moved`` when the words have changed since.
    """
    _yours(question, by)
    row = _take(question)
    if row.heard_on is None or canonical(seen) != canonical(row.answer):
        raise Refused("context.moved")
    if row.confirmed_at is not None:
        return
    row.confirmed_at = now()
    db.session.flush()
    _drop(row, by)
    _settle_waits(row, asked=False)
    _tell(row, "context.confirmed", by)


def withdraw(question: ContextQuestion, *, by: Actor) -> None:
    """The mentor takes back a question that has no answer. Raises Refused ``context.answered``."""
    row = _take(question)
    if row.answered_at is not None:
        raise Refused("context.answered")
    row.withdrawn_at = now()
    db.session.flush()
    _settle_waits(row, asked=False)
    _tell(row, "context.withdrawn", by)


def get(question_id: uuid.UUID) -> ContextQuestion | None:
    """A question that the acting person reads and that was not taken back."""
    company = db.session.info["acting"].company
    asked = select(ContextQuestion).where(
        ContextQuestion.company_id == company, ContextQuestion.id == question_id,
        ContextQuestion.withdrawn_at.is_(None),
    )  # fmt: skip
    return db.session.scalar(asked)


def draft(question_id: uuid.UUID, author_id: uuid.UUID) -> AnswerDraft | None:
    """The acting person's own draft."""
    company = db.session.info["acting"].company
    asked = select(AnswerDraft).where(
        AnswerDraft.company_id == company, AnswerDraft.question_id == question_id, AnswerDraft.author_id == author_id
    )  # fmt: skip
    return db.session.scalar(asked)


# -- what the acts above share ------------------------------------------------------------------------


def _yours(question: ContextQuestion, by: Actor) -> None:
    if question.to_id != me(by):
        raise Refused("context.not_asked")


def _fit(text: str) -> str:
    words = cleaned(text).strip()
    if not canonical(words):
        raise Refused("context.empty")
    if len(words) > LIMITS[KIND]:
        raise Refused("context.long", length=len(words), limit=LIMITS[KIND])
    return words


def _take(question: ContextQuestion) -> ContextQuestion:
    """The row, kept from other writers until the end of the transaction, as it is now."""
    asked = select(ContextQuestion).where(
        ContextQuestion.company_id == question.company_id, ContextQuestion.id == question.id,
        ContextQuestion.withdrawn_at.is_(None),
    )  # fmt: skip
    found = db.session.scalar(asked.with_for_update(key_share=True).execution_options(populate_existing=True))
    if found is None:
        raise Refused("context.moved")
    taken: ContextQuestion = found
    return taken


def _drop(question: ContextQuestion, by: Actor) -> None:
    row = draft(question.id, me(by))
    if row is None:
        return
    documents.discard(row.document_id)
    db.session.execute(
        delete(AnswerDraft).where(AnswerDraft.company_id == row.company_id, AnswerDraft.id == row.id)
    )
    db.session.expunge(row)


def _settle_waits(row: ContextQuestion, *, asked: bool) -> None:
    waits.expect(**_wait(row, QUESTION), contacts={row.to_id} if asked else set())
    waits.expect(**_wait(row, CONFIRM), contacts=set())


def _wait(row: ContextQuestion, kind: str) -> dict[str, Any]:
    return {
        "zone_id": row.zone_id, "mission_id": row.mission_id, "strand_id": row.strand_id, "kind": kind,
        "subject_id": row.id,
    }  # fmt: skip


def _tell(row: ContextQuestion, name: str, by: Actor) -> None:
    touches = (key("questions", row.strand_id), key("read", row.strand_id), mission_key(row.mission_id))
    record(name, zone_id=row.zone_id, subject_id=row.id, by=me(by), touches=touches)

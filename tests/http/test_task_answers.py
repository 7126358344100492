"""By a link: a question answered in place, words written for oneself confirmed, a review approved."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.db import now
from tenants.documents import operations as documents
from tenants.mission.agreement import texts
from tenants.mission.context import questions
from tenants.mission.schedule import queries as schedule
from tenants.mission.schedule import reviews
from tenants.policy import Do
from tests.db import test_schedule as sessions
from tests.db.test_agreement import contact, put
from tests.db.test_objectives import As
from tests.http.test_task_signing import Given, given
from tests.http.test_tasks import HERE, everything, hidden

ASKED = "Que décidez-vous sans demander ?"
HEARD = "Les congés, et rien d’autre."


@pytest.fixture
def question(app: Any, world: Any) -> uuid.UUID:
    """Hélène asks Marc."""
    made = uuid.uuid4()
    with app.app_context(), As(world, "helene") as a:
        questions.ask(a.frame, a.strand, made, contact(world, "marc"), ASKED, by=a.me)
    return made


def answers(superuser: sa.Connection) -> tuple[Any, ...]:
    asked = sa.text("select answer, heard_on is not null, confirmed_at is not null from context_question")
    return tuple(superuser.execute(asked).one())


def report(app: Any, world: Any, question: uuid.UUID, words: str = HEARD) -> None:
    with app.app_context(), As(world, "helene") as a:
        questions.report(questions.get(question), words, now().date(), by=a.me)


def test_a_question_is_answered_in_place_once(
    question: uuid.UUID, given: Given, browse: Any, superuser: sa.Connection
) -> None:
    path, visitor = given("marc", Do.QUESTION_ANSWER, question, "context_question"), browse(None)
    before = everything(superuser)
    page = visitor.get(path)
    assert page.status_code == 200
    assert everything(superuser) == before
    assert ASKED in page.text
    for wrong in ("", " \u00a0\n", "x" * 4001):
        answer = visitor.post(path, data={"text": wrong}, headers=HERE)
        assert answer.status_code == 422, wrong[:3]
        assert wrong.strip() in answer.text  # what was typed is kept
    assert answers(superuser)[0] == ""
    assert visitor.post(path, data={"text": HEARD}, headers=HERE).status_code == 303
    assert answers(superuser) == (HEARD, False, False)
    assert visitor.post(path, data={"text": "Autre"}, headers=HERE).status_code == 200
    assert "Votre réponse est donnée" in visitor.get(path).text
    assert answers(superuser)[0] == HEARD


def test_what_one_had_begun_on_the_page_is_there_to_go_on_with(
    question: uuid.UUID, given: Given, browse: Any, app: Any, world: Any
) -> None:
    with app.app_context(), As(world, "marc") as a:
        questions.begin(questions.get(question), a.frame, by=a.me)
    with app.app_context(), As(world, "marc") as a:
        draft = questions.draft(question, a.me.contact_id)
        documents.rewrite(draft.document_id, {"text": "Commencé hier"}, a.me.contact_id)
    path = given("marc", Do.QUESTION_ANSWER, question, "context_question")
    assert "Commencé hier" in browse(None).get(path).text


def test_an_answer_written_after_a_talk_counts_once_it_is_confirmed_in_one_tap(
    question: uuid.UUID, given: Given, browse: Any, app: Any, world: Any, superuser: sa.Connection
) -> None:
    report(app, world, question)
    path, visitor = given("marc", Do.QUESTION_CONFIRM, question, "context_question"), browse(None)
    page = visitor.get(path)
    assert HEARD in page.text
    assert "Hélène, pour Marc, d’après leur entretien du" in page.text
    assert answers(superuser) == (HEARD, True, False)
    read = {"seen": HEARD}
    report(app, world, question, "Les congés, et les heures.")  # put otherwise meanwhile
    assert visitor.post(path, data=read, headers=HERE).status_code == 409
    assert answers(superuser)[2] is False
    assert visitor.post(path, data={"seen": "Les congés, et les heures."}, headers=HERE).status_code == 303
    assert answers(superuser) == ("Les congés, et les heures.", True, True)
    assert "Vous l’avez confirmée" in visitor.get(path).text


@pytest.mark.parametrize(
    "meanwhile",
    ["withdrawn", "answered", "left", "another"],
)
def test_a_question_that_awaits_nothing_of_one_is_closed(
    question: uuid.UUID,
    given: Given,
    browse: Any,
    app: Any,
    world: Any,
    superuser: sa.Connection,
    meanwhile: str,
) -> None:
    who = "ines" if meanwhile == "another" else "marc"
    path, visitor = given(who, Do.QUESTION_ANSWER, question, "context_question"), browse(None)
    if meanwhile == "left":
        superuser.execute(sa.text("update participation set until_at = now() where role = 'manager'"))
    elif meanwhile != "another":
        by = "helene" if meanwhile == "withdrawn" else "marc"
        with app.app_context(), As(world, by) as a:
            row = questions.get(question)
            if meanwhile == "withdrawn":
                questions.withdraw(row, by=a.me)
            else:
                questions.answer(row, "Sur la page", by=a.me)
    for answer in (visitor.get(path), visitor.post(path, data={"text": HEARD}, headers=HERE)):
        assert answer.status_code == 410
        assert ASKED not in answer.text
    assert answers(superuser)[0] != HEARD
    if meanwhile != "left":  # who has left is given no link at all
        assert visitor.get(given(who, Do.QUESTION_CONFIRM, question, "context_question")).status_code == 410


def test_a_request_written_for_somebody_is_confirmed_by_them_in_one_tap(
    given: Given, browse: Any, app: Any, world: Any, superuser: sa.Connection
) -> None:
    with app.app_context():
        with As(world, "helene") as a:
            to = contact(world, "solange")
            request = texts.begin_request(a.frame, by=a.me, for_id=to, heard_on=now().date())
        put(world, "helene", "request", "Qu’elle prenne sa place.")
    confirmed = sa.text("select confirmed_at is not null from agreement_text")
    path, visitor = given("solange", Do.REQUEST_CONFIRM, request, "agreement_text"), browse(None)
    assert visitor.get(path).status_code == 410  # it is still being written
    with app.app_context(), As(world, "helene") as a:
        texts.keep(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
    page = visitor.get(path)
    assert "Qu’elle prenne sa place." in page.text
    assert "Hélène, pour Solange, d’après leur entretien du" in page.text
    assert visitor.post(path, data={"seen": "0" * 64}, headers=HERE).status_code == 409
    assert visitor.post(path, headers=HERE).status_code == 409
    assert superuser.execute(confirmed).scalar_one() is False
    for other in ("marc", "ines"):
        assert visitor.get(given(other, Do.REQUEST_CONFIRM, request, "agreement_text")).status_code == 410
    assert visitor.post(path, data={"seen": hidden(page.text, "seen")}, headers=HERE).status_code == 303
    assert superuser.execute(confirmed).scalar_one() is True


@pytest.fixture
def review(app: Any, world: Any) -> uuid.UUID:
    """A review of « solo » with its words."""
    with app.app_context():
        return sessions.begun(world)


def test_a_review_is_approved_by_a_link_on_its_exact_words(
    review: uuid.UUID, given: Given, browse: Any, app: Any, world: Any, superuser: sa.Connection
) -> None:
    given_ = sa.text("select count(*) from review_approval")
    path, visitor = given("marc", Do.REVIEW_APPROVE, review, "session"), browse(None)
    before = everything(superuser)
    page = visitor.get(path)
    assert "six sur neuf" in page.text
    assert everything(superuser) == before
    read = hidden(page.text, "texts")
    assert visitor.post(path, data={"texts": "0" * 64}, headers=HERE).status_code == 409
    with app.app_context(), As(world, "ines") as a:
        found = schedule.review(schedule.get(review))
        documents.rewrite(found.document_id, {"since": "Objectif 1 : sept sur neuf."}, a.me.contact_id)
    assert visitor.post(path, data={"texts": read}, headers=HERE).status_code == 409  # written meanwhile
    assert superuser.execute(given_).scalar_one() == 0
    read = hidden(visitor.get(path).text, "texts")
    assert visitor.post(path, data={"texts": read}, headers=HERE).status_code == 303
    assert visitor.post(path, data={"texts": read}, headers=HERE).status_code == 200
    assert superuser.execute(given_).scalar_one() == 1
    assert "Vous avez approuvé ce point d’étape" in visitor.get(path).text


@pytest.mark.parametrize(
    ("who", "meanwhile"),
    [
        ("marc", "update participation set until_at = now() where role = 'manager'"),
        ("marc", "update task set expires_at = now() - interval '1 minute'"),
        ("marc", "update task set revoked_at = now()"),
        ("marc", "approved there"),
        ("solange", ""),
        ("yann", ""),
    ],
)
def test_a_review_that_is_not_ones_to_approve_is_closed(
    review: uuid.UUID,
    given: Given,
    browse: Any,
    app: Any,
    world: Any,
    superuser: sa.Connection,
    who: str,
    meanwhile: str,
) -> None:
    path, visitor = given(who, Do.REVIEW_APPROVE, review, "session"), browse(None)
    with app.app_context(), As(world, "helene"):
        found = schedule.review(schedule.get(review))
        read = reviews.texts_hash(documents.current([found.document_id])[found.document_id])
    if meanwhile == "approved there":
        with app.app_context():
            sessions.approve(world, "marc", review)
    elif meanwhile:
        superuser.execute(sa.text(meanwhile))
    kept = superuser.execute(sa.text("select count(*) from review_approval")).scalar_one()
    for answer in (visitor.get(path), visitor.post(path, data={"texts": read}, headers=HERE)):
        assert answer.status_code == 410
        assert "sur neuf" not in answer.text
    assert superuser.execute(sa.text("select count(*) from review_approval")).scalar_one() == kept


__all__ = ["given"]

"""The agreement on real rows: whose request it is, what is written alone and revealed together, what diverges."""

import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.db import db, now
from tenants.documents import operations as documents
from tenants.mission import across, stages
from tenants.mission.agreement import divergences, expectations, queries, texts
from tenants.mission.agreement.headings import HEADINGS
from tenants.mission.stages import Stage, Where
from tenants.refusals import Incorrect, Refused, Stale
from tests.db.test_objectives import As

pytestmark = pytest.mark.usefixtures("in_app")
PARTIES = ("ines", "helene", "marc", "solange")


def written(world: Any, who: str, words: str, heading: str = "hopes", mission: str = "solo") -> None:
    """That person's expectation, with these words under a heading."""
    with As(world, who, mission) as a:
        expectations.begin(a.frame, by=a.me)
    with As(world, who, mission) as a:
        row = expectations.of_author(a.frame.id, a.me.contact_id)
        documents.rewrite(row.document_id, {heading: words}, a.me.contact_id)


def ready(world: Any, who: str, mission: str = "solo") -> bool:
    with As(world, who, mission) as a:
        return expectations.ready(a.frame, by=a.me)


def seen(world: Any, who: str, mission: str = "solo") -> dict[uuid.UUID, dict[str, str]]:
    """What that person reads of everybody's expectations."""
    with As(world, who, mission) as a:
        found = queries.expectations(a.frame, a.me.contact_id)
        return {r.author_id: dict(r.texts) for r in found.revealed}


def contact(world: Any, who: str) -> uuid.UUID:
    return world.people[who].contacts["ombrelune"]


def revealed(world: Any) -> None:
    """« solo » with everybody's expectations revealed."""
    for who in PARTIES:
        written(world, who, f"ce qu’attend {who}")
    assert [ready(world, who) for who in PARTIES] == [False, False, False, True]


# -- expectations ---------------------------------------------------------------------------------


def test_nobody_reads_another_before_all_are_ready_then_all_read_all(world: Any) -> None:
    for who in PARTIES:
        written(world, who, f"secret de {who}")
    for n, who in enumerate(PARTIES):
        for other in (*PARTIES, "yann"):
            assert seen(world, other) == {}, (n, other)
        assert ready(world, who) is (n == 3)
    expected = {contact(world, w): f"secret de {w}" for w in PARTIES}
    for other in (*PARTIES, "yann"):
        assert {c: t["hopes"] for c, t in seen(world, other).items()} == expected
        assert all(set(t) == set(HEADINGS) for t in seen(world, other).values())


def test_before_the_reveal_the_walls_hide_every_row_of_it(world: Any) -> None:
    written(world, "ines", "ce que je redoute", "fears")
    for other in ("helene", "marc", "solange", "yann", "odile"):
        with As(world, other):
            for table in ("expectation", "document", "document_text", "document_update", "document_snapshot"):
                assert db.session.execute(sa.text(f"select count(*) from {table}")).scalar_one() == 0, (
                    other,
                    table,
                )
            assert db.session.execute(sa.text("select count(*) from event")).scalar_one() == 0


def test_what_was_deleted_while_writing_is_nowhere_once_ready(world: Any, superuser: Any) -> None:
    written(world, "ines", "je n’ose pas le dire", "fears")
    with As(world, "ines") as a:
        row = expectations.of_author(a.frame.id, a.me.contact_id)
        documents.rewrite(row.document_id, {"fears": "Le temps."}, a.me.contact_id)
    ready(world, "ines")
    for table in ("document", "document_update", "document_snapshot", "document_text"):
        rows = superuser.exec_driver_sql(f"select t::text from {table} t").scalars().all()
        assert rows == [], table
    kept = superuser.exec_driver_sql("select texts ->> 'fears' from expectation").scalars().all()
    assert kept == ["Le temps."]


def test_ready_is_taken_back_until_the_reveal_and_not_after(world: Any) -> None:
    written(world, "ines", "d’abord")
    ready(world, "ines")
    with As(world, "ines") as a:
        expectations.take_back(a.frame, by=a.me)
    with As(world, "ines") as a:
        found = queries.expectations(a.frame, a.me.contact_id)
        assert found.ready == {}
        row = found.mine
        assert documents.current([row.document_id])[row.document_id]["hopes"] == "d’abord"
        documents.rewrite(row.document_id, {"hopes": "ensuite"}, a.me.contact_id)
    for who in PARTIES:
        ready(world, who)
    assert seen(world, "marc")[contact(world, "ines")]["hopes"] == "ensuite"
    with As(world, "ines") as a, pytest.raises(Refused, match=r"agreement\.revealed"):
        expectations.take_back(a.frame, by=a.me)
    with As(world, "ines") as a:
        row = queries.expectations(a.frame, a.me.contact_id).mine
        assert row.document_id is None  # read-only: there is nothing to write in


def test_who_wrote_nothing_is_ready_all_the_same(world: Any) -> None:
    for who in PARTIES:
        ready(world, who)
    assert all(set(t.values()) == {""} for t in seen(world, "ines").values())
    assert len(seen(world, "ines")) == 4


def test_only_ready_is_told_and_those_who_are_not_are_awaited(world: Any) -> None:
    written(world, "ines", "beaucoup de mots")
    with As(world, "marc") as a:
        state = across.mission_state(a.frame.id)
        assert state.waiting(Stage.AGREEMENT) == ()
        assert state.rooms["agreement"]["ready"] == 0
    ready(world, "ines")
    with As(world, "marc") as a:
        state = across.mission_state(a.frame.id)
        waited = {w.contact_id for w in state.waiting(Stage.AGREEMENT)}
        assert waited == {contact(world, w) for w in ("helene", "marc", "solange")}
        assert (state.rooms["agreement"]["ready"], state.rooms["agreement"]["of"]) == (1, 4)
    revealed_by = [ready(world, who) for who in ("helene", "marc", "solange")]
    assert revealed_by == [False, False, True]
    with As(world, "yann") as a:
        state = across.mission_state(a.frame.id)
        assert state.waiting(Stage.AGREEMENT) == ()
        assert state.rooms["agreement"]["revealed"]


def told(world: Any, superuser: Any, days: int) -> None:
    """The mentor tells a date, then that many days go by (the rows are set back)."""
    with As(world, "helene") as a:
        expectations.tell_date(a.frame, (now() + timedelta(days=4)).date(), by=a.me)
    superuser.exec_driver_sql(
        f"update reveal set due_on = due_on - {days}, told_at = told_at - interval '{days} days'"
    )


def test_the_mentor_reveals_once_the_day_has_come_and_only_what_is_ready(world: Any, superuser: Any) -> None:
    for who in PARTIES:
        written(world, who, f"secret de {who}")
    for who in ("ines", "helene"):
        ready(world, who)
    told(world, superuser, 3)
    with As(world, "helene") as a, pytest.raises(Refused, match=r"agreement\.not_all_ready"):
        expectations.reveal(a.frame, by=a.me)
    told(world, superuser, 5)
    with As(world, "ines") as a, pytest.raises(Refused, match=r"agreement\.not_all_ready"):
        expectations.reveal(a.frame, by=a.me)
    with As(world, "helene") as a:
        expectations.reveal(a.frame, by=a.me)
    assert set(seen(world, "solange")) == {contact(world, "ines"), contact(world, "helene")}
    # who was not ready keeps theirs, and joins by their own act
    assert ready(world, "marc") is True
    with As(world, "ines") as a:
        late = {r.author_id: r.late for r in queries.expectations(a.frame, a.me.contact_id).revealed}
    assert late[contact(world, "marc")]
    assert not late[contact(world, "ines")]


def test_a_mentor_who_is_not_ready_reveals_nothing(world: Any, superuser: Any) -> None:
    ready(world, "ines")
    told(world, superuser, 6)
    with As(world, "helene") as a, pytest.raises(Refused, match=r"agreement\.not_all_ready"):
        expectations.reveal(a.frame, by=a.me)


@pytest.mark.parametrize("who", ["ines", "marc", "helene", "yann"])
def test_the_database_judges_the_reveal_by_itself(world: Any, who: str) -> None:
    """Whoever asks the function past Python's guard gets nothing while somebody is not ready."""
    for other in ("ines", "helene", "marc"):
        written(world, other, "secret")
        ready(world, other)
    with As(world, who) as a:
        zone = next(
            z.id for z in a.frame.zones.values() if z.kind == "agreement" and z.audience == "everyone"
        )
        asked = sa.text("select reveal_expectations(:m, :z, now())")
        assert db.session.scalar(asked, {"m": a.frame.id, "z": zone}) is None
    assert seen(world, "solange") == {}


def test_a_date_is_told_three_days_before_at_least(world: Any) -> None:
    with As(world, "helene") as a, pytest.raises(Incorrect):
        expectations.tell_date(a.frame, (now() + timedelta(days=1)).date(), by=a.me)
    with As(world, "helene") as a:
        expectations.tell_date(a.frame, (now() + timedelta(days=4)).date(), by=a.me)
    with As(world, "marc") as a:
        waits = across.mission_state(a.frame.id).waiting(Stage.AGREEMENT)
        assert {w.due_on for w in waits} == {(now() + timedelta(days=4)).date()}
        assert len(waits) == 4


def test_who_has_left_is_no_longer_waited_for(world: Any, superuser: Any) -> None:
    for who in ("ines", "helene", "marc"):
        written(world, who, f"de {who}")
        ready(world, who)
    superuser.execute(
        sa.text("update participation set until_at = now() where contact_id = :c and role = 'sponsor'"),
        {"c": contact(world, "solange")},
    )
    with As(world, "ines") as a:
        expectations.reveal(a.frame, by=a.me)
    assert len(seen(world, "marc")) == 3


def test_hr_and_staff_neither_expect_nor_diverge(world: Any) -> None:
    for who in ("yann", "odile"):
        with As(world, who) as a, pytest.raises(Refused, match=r"agreement\.not_party"):
            expectations.begin(a.frame, by=a.me)


def test_too_long_a_text_is_refused_with_its_heading(world: Any) -> None:
    written(world, "ines", "x" * 2_001, "needs")
    with As(world, "ines") as a, pytest.raises(Refused) as refused:
        expectations.ready(a.frame, by=a.me)
    assert refused.value.values == {"heading": "needs", "length": 2_001, "limit": 2_000}


def test_nobody_else_joins_the_document_live(world: Any) -> None:
    """What a socket asks of it is answered as of a document that does not exist."""
    written(world, "ines", "seule")
    with As(world, "ines") as a:
        document = expectations.of_author(a.frame.id, a.me.contact_id).document_id
    slug = world.missions["solo"].slug
    asked = sa.text("select document from join_documents(:t, :s, :d)")
    for who in ("ines", "helene", "marc", "solange", "yann", "odile"):
        with As(world, who):
            values = {"t": world.people[who].token_hash, "s": slug, "d": [document, uuid.uuid4()]}
            assert db.session.scalars(asked, values).all() == ([document] if who == "ines" else []), who


def seat(world: Any, superuser: Any, who: str, role: str) -> None:
    """That person sits in « solo » in one more role, from now on."""
    superuser.execute(
        sa.text(
            "insert into participation (company_id, id, mission_id, contact_id, role, first_team, announced_at,"
            " accepted_at, reads_from) values (:co, gen_random_uuid(), :m, :c, :r, true, now(), now(), now())"
        ),
        {
            "co": world.missions["solo"].company_id,
            "m": world.missions["solo"].id,
            "c": contact(world, who),
            "r": role,
        },
    )


def test_one_person_with_two_roles_writes_once(world: Any, superuser: Any) -> None:
    seat(world, superuser, "marc", "sponsor")
    for who in PARTIES:
        written(world, who, f"de {who}")
    assert [ready(world, who) for who in PARTIES] == [False, False, False, True]
    assert len(seen(world, "ines")) == 4


def test_who_joins_after_the_reveal_reads_and_adds_theirs_by_their_own_act(
    world: Any, superuser: Any
) -> None:
    revealed(world)
    seat(world, superuser, "lina", "sponsor")
    assert len(seen(world, "lina")) == 4
    with As(world, "ines") as a:
        assert across.mission_state(a.frame.id).waiting(Stage.AGREEMENT) == ()
    written(world, "lina", "arrivée plus tard")
    assert len(seen(world, "ines")) == 4
    assert ready(world, "lina") is True
    with As(world, "ines") as a:
        found = {r.author_id: r for r in queries.expectations(a.frame, a.me.contact_id).revealed}
        assert found[contact(world, "lina")].late
        assert found[contact(world, "lina")].texts["hopes"] == "arrivée plus tard"


def test_a_group_has_one_agreement_in_which_each_mentee_expects(world: Any) -> None:
    everybody = ("theo", "lina", "joel", "bruno", "ines", "marc", "solange")
    for who in everybody:
        written(world, who, f"de {who}", mission="group")
    assert [ready(world, who, "group") for who in everybody] == [False] * 6 + [True]
    assert len(seen(world, "lina", "group")) == 7


# -- divergences ----------------------------------------------------------------------------------


def test_a_divergence_waits_for_the_reveal_and_then_for_an_outcome(world: Any) -> None:
    with As(world, "ines") as a, pytest.raises(Refused, match=r"agreement\.not_revealed"):
        divergences.mark(a.frame, uuid.uuid4(), "hopes", "Le site Sud n’est cité que par Solange.", by=a.me)
    revealed(world)
    made = uuid.uuid4()
    for _ in range(2):
        with As(world, "ines") as a:
            divergences.mark(a.frame, made, "hopes", "Le site Sud n’est cité que par Solange.", by=a.me)
    with As(world, "marc") as a:
        assert [d.id for d in queries.open_divergences(a.frame.id)] == [made]
        row = queries.divergence(made)
        with pytest.raises(Incorrect, match=r"agreement\.answer"):
            divergences.settle(row, 1, "agreed", "", None, by=a.me)
        with pytest.raises(Incorrect, match=r"agreement\.postponed_to"):
            divergences.settle(row, 1, "postponed", "", None, by=a.me)
        divergences.settle(row, 1, "agreed", "Marc l’écrit pour le 20.", None, by=a.me)
        assert queries.open_divergences(a.frame.id) == []
    with As(world, "solange") as a, pytest.raises(Stale) as stale:
        divergences.settle(queries.divergence(made), 1, "dismissed", "Hors sujet.", None, by=a.me)
    assert stale.value.values["by_id"] == contact(world, "marc")


# -- request, reformulation, sentence -------------------------------------------------------------


def put(world: Any, who: str, what: str, words: str) -> None:
    with As(world, who) as a:
        row = texts.of_mission(a.frame.id, what)
        documents.rewrite(row.document_id, {"text": words}, a.me.contact_id)


def text_of(world: Any, who: str, what: str) -> SimpleNamespace:
    with As(world, who) as a:
        found = queries.texts(a.frame.id)[what]
        kept = {c: getattr(found.row, c) for c in ("author_id", "for_id", "kept_by")}
        return SimpleNamespace(words=found.words, counts=found.counts, **kept)


def test_the_request_is_the_directions_and_dated_when_kept(world: Any) -> None:
    with As(world, "marc") as a, pytest.raises(Refused, match=r"agreement\.not_asker"):
        texts.begin_request(a.frame, by=a.me)
    for _ in range(2):
        with As(world, "solange") as a:
            texts.begin_request(a.frame, by=a.me)
    with As(world, "solange") as a, pytest.raises(Refused, match=r"agreement\.empty"):
        texts.keep(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
    put(world, "solange", "request", "Qu’elle prenne sa place.")
    with As(world, "solange") as a:
        texts.keep(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
    found = text_of(world, "ines", "request")
    assert (found.words, found.counts, found.kept_by) == (
        "Qu’elle prenne sa place.", True, contact(world, "solange"),
    )  # fmt: skip
    with As(world, "solange") as a, pytest.raises(Refused, match="frozen"):
        documents.rewrite(texts.of_mission(a.frame.id, "request").document_id, {"text": "x"}, a.me.contact_id)


def test_written_for_somebody_it_counts_once_they_confirm(world: Any) -> None:
    with As(world, "helene") as a:
        texts.begin_request(a.frame, by=a.me, for_id=contact(world, "solange"), heard_on=now().date())
    put(world, "helene", "request", "D’après notre entretien.")
    with As(world, "helene") as a:
        texts.keep(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
    assert not text_of(world, "ines", "request").counts
    with As(world, "solange") as a:
        waits = across.waits()
        assert [w.kind for w in waits] == ["agreement.request_confirm"]
    with As(world, "marc") as a, pytest.raises(Refused, match=r"agreement\.not_yours"):
        texts.confirm(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
    with As(world, "solange") as a:
        texts.confirm(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
        assert across.waits() == []
    assert text_of(world, "ines", "request").counts


def test_she_takes_it_over_in_her_own_name(world: Any) -> None:
    with As(world, "helene") as a:
        texts.begin_request(a.frame, by=a.me, for_id=contact(world, "solange"), heard_on=now().date())
    put(world, "helene", "request", "D’après notre entretien.")
    with As(world, "helene") as a:
        texts.keep(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
    with As(world, "solange") as a:
        texts.take_over(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
    put(world, "solange", "request", "Dans mes mots.")
    found = text_of(world, "ines", "request")
    assert (found.words, found.author_id, found.for_id) == (
        "Dans mes mots.",
        contact(world, "solange"),
        None,
    )


def test_a_request_that_its_writer_left_open_is_gone_on_with_by_whoever_asks_now(
    world: Any, superuser: Any
) -> None:
    with As(world, "solange") as a:
        texts.begin_request(a.frame, by=a.me)
    put(world, "solange", "request", "Commencé.")
    with As(world, "marc") as a, pytest.raises(Refused, match=r"agreement\.not_yours"):
        texts.take_over(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
    superuser.exec_driver_sql("update participation set until_at = now() where role = 'sponsor'")
    with As(world, "marc") as a:  # without a direction, the manager asks
        texts.take_over(texts.of_mission(a.frame.id, "request"), a.frame, by=a.me)
    found = text_of(world, "ines", "request")
    assert (found.words, found.author_id) == ("Commencé.", contact(world, "marc"))


def test_a_heard_request_names_who_asks_and_a_day_that_has_been(world: Any) -> None:
    tomorrow = (now() + timedelta(days=1)).date()
    for for_id, heard in ((contact(world, "ines"), now().date()), (contact(world, "solange"), tomorrow)):
        with As(world, "helene") as a, pytest.raises(Incorrect):
            texts.begin_request(a.frame, by=a.me, for_id=for_id, heard_on=heard)


def test_without_a_direction_whoever_asks_is_the_mentee(world: Any) -> None:
    with As(world, "yann", "other") as a:
        texts.begin_request(a.frame, by=a.me)
        assert texts.of_mission(a.frame.id, "request").author_id == a.me.contact_id


def test_the_sentence_begins_with_the_reformulation_and_is_quoted(world: Any) -> None:
    with As(world, "helene") as a:
        texts.begin(a.frame, "reformulation", by=a.me)
    put(world, "helene", "reformulation", "Passer de faire à faire faire.")
    with As(world, "marc") as a:
        texts.begin(a.frame, "sentence", by=a.me)
    with As(world, "ines") as a:
        assert queries.sentence(a.frame.id) == "Passer de faire à faire faire."
    put(world, "ines", "sentence", "Inès conduit le site Nord.")
    with As(world, "solange") as a:
        assert queries.sentence(a.frame.id) == "Inès conduit le site Nord."
    with As(world, "solange") as a:
        assert texts.lock_sentence(a.frame, by=a.me) == "Inès conduit le site Nord."
    with As(world, "marc") as a, pytest.raises(Refused, match="frozen"):
        documents.rewrite(
            texts.of_mission(a.frame.id, "sentence").document_id, {"text": "x"}, a.me.contact_id
        )
    with As(world, "marc") as a:
        texts.unlock_sentence(a.frame, by=a.me)
    put(world, "marc", "sentence", "De nouveau ouverte.")


# -- the stage ------------------------------------------------------------------------------------


def test_the_stage_stands_by_what_is_shared(world: Any) -> None:
    def where() -> Where:
        with As(world, "marc") as a:
            return stages.standings(across.mission_state(a.frame.id))[0].where

    assert where() is Where.EMPTY
    written(world, "ines", "seule")
    assert where() is Where.EMPTY
    ready(world, "ines")
    assert where() is Where.AWAITING
    for who in ("helene", "marc", "solange"):
        ready(world, who)
    assert where() is Where.WRITING

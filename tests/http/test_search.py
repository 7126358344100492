"""Search in a mission: what one reads, and nothing else; accents and case do not count; indexes hold."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.mission import searching
from tenants.mission.objectives import operations, queries
from tests.db.test_objectives import As


@pytest.fixture
def texts(app: Any, world: Any) -> None:
    """In « solo »: one shared objective of Hélène's with a comment, one draft of Inès's."""
    with app.app_context():
        with As(world, "helene", "solo") as a:
            made = operations.propose(
                a.frame, a.strand, by=a.me, wording="Mener l’Équipe du site Nord, cœur compris à 100 %."
            )
        with As(world, "helene", "solo") as a:
            operations.share(queries.get(made), a.frame, by=a.me)
        with As(world, "helene", "solo") as a:
            operations.comment(
                queries.get(made), uuid.uuid4(), "Déjà observé chez l’ancienne équipe.", by=a.me
            )
        with As(world, "ines", "solo") as a:
            operations.propose(a.frame, a.strand, by=a.me, wording="Une équipe secrète")


@pytest.mark.parametrize("asked", ["equipe nord", "ÉQUIPE", "l'équipe", "coeur", "100 %"])
def test_accents_case_and_typography_do_not_count(texts: None, browse: Any, world: Any, asked: str) -> None:
    page = browse("marc").get(world.url("solo", "/search"), query_string={"q": asked})
    assert page.status_code == 200
    assert "du site " in page.text
    assert "<mark>" in page.text


def test_one_finds_what_one_reads_and_no_number_tells_of_the_rest(
    texts: None, browse: Any, world: Any
) -> None:
    found = {
        who: browse(who).get(world.url("solo", "/search"), query_string={"q": "equipe"}).text
        for who in ("ines", "marc", "helene", "solange", "yann", "odile")
    }
    assert "3 passages" in found["ines"].replace("\u00a0", " ")
    assert "secrète" in found["ines"]
    for who in ("marc", "helene"):
        assert "2 passages" in found[who].replace("\u00a0", " ")
        assert "secrète" not in found[who]
        assert "Commentaire d’un objectif" in found[who]
    for who in ("solange", "yann", "odile"):
        assert "Rien de ce que vous lisez" in found[who]
        assert "du site Nord" not in found[who]
    assert browse("bruno").get(world.url("solo", "/search?q=equipe")).status_code == 404


@pytest.mark.parametrize(
    "asked", ["", "e", "%", "_", "\\", "%%", "x" * 5000, "\x00e", "equ_pe", "'; drop table task; --"]
)
def test_what_is_no_word_finds_nothing_and_breaks_nothing(
    texts: None, browse: Any, world: Any, asked: str
) -> None:
    page = browse("marc").get(world.url("solo", "/search"), query_string={"q": asked})
    assert page.status_code == 200
    assert "du site Nord" not in page.text


def test_what_was_taken_back_is_not_found(
    texts: None, app: Any, browse: Any, world: Any, superuser: sa.Connection
) -> None:
    superuser.execute(sa.text("update objective set withdrawn_at = now()"))
    assert "Rien de ce que vous lisez" in browse("marc").get(world.url("solo", "/search?q=equipe")).text


@pytest.fixture
def everywhere(app: Any, world: Any) -> None:
    """« Quartz » in each place where somebody writes, all shared; and a session's summary that the pair keeps."""
    from datetime import UTC, datetime

    from tenants.documents import operations as documents
    from tenants.mission.agreement import expectations
    from tenants.mission.context import questions
    from tenants.mission.roadmap import actions, axes, contributions, strategies
    from tenants.mission.roadmap import queries as roadmap
    from tenants.mission.schedule import planning, summaries
    from tenants.mission.schedule import queries as schedule
    from tenants.mission.schedule.types import Type

    def rewrite(who: str, document: Any, **words: str) -> None:
        with As(world, who) as a:
            documents.rewrite(document(a), words, a.me.contact_id)

    with app.app_context():
        for who in ("ines", "helene", "marc", "solange"):
            with As(world, who) as a:
                expectations.begin(a.frame, by=a.me)
        hers = lambda a: expectations.of_author(a.frame.id, a.me.contact_id).document_id  # noqa: E731
        rewrite("ines", hers, hopes="Du quartz attendu")
        for who in ("ines", "helene", "marc"):
            with As(world, who) as a:
                expectations.ready(a.frame, by=a.me)
        made = [uuid.uuid4() for _ in range(4)]
        with As(world, "helene") as a:
            to = world.people["marc"].contacts["ombrelune"]
            questions.ask(a.frame, a.strand, made[0], to, "Et le quartz ?", by=a.me)
            made[1] = operations.propose(a.frame, a.strand, by=a.me, wording="Un but")
            axis = axes.propose(a.frame, a.strand, by=a.me, wording="Un axe")
            session = planning.plan(a.frame, Type.PAIR, a.strand, by=a.me)
        with As(world, "helene") as a:
            operations.share(queries.get(made[1]), a.frame, by=a.me)
            strategy = strategies.add(roadmap.axis(axis), a.frame, by=a.me, wording="Une stratégie")
            action = actions.add(roadmap.strategy(strategy), by=a.me, wording="Une action")
            contributions.add(roadmap.action(action), made[2], "Mon quartz à moi", by=a.me)
            summaries.begin(schedule.get(session), a.frame, by=a.me)
        with As(world, "helene") as a:
            operations.read(
                queries.get(made[1]),
                made[3],
                datetime.now(UTC).date(),
                "Du quartz relevé",
                None,
                None,
                by=a.me,
            )
        rewrite(
            "helene", lambda _a: schedule.summary(schedule.get(session)).document_id, text="Du quartz dit"
        )


KINDS = {
    "question": "Question du mentor", "brought": "Apport du mentor", "progress": "Relevé d’un objectif",
    "summary": "Compte rendu d’un rendez-vous", "expected": "Attente", "divergence": "Écart",
}  # fmt: skip


def test_every_place_is_searched_and_only_by_whoever_reads_it(
    everywhere: None, app: Any, browse: Any, world: Any
) -> None:
    from tenants.mission.agreement import divergences, expectations

    def found(who: str) -> set[str]:
        page = browse(who).get(world.url("solo", "/search?q=quartz")).text
        return {k for k, words in KINDS.items() if f">{words}</a>" in page}

    told = {"question", "brought", "progress"}
    assert found("helene") == told | {"summary"}
    assert found("marc") == told
    assert found("solange") == {"question"}
    with app.app_context():  # then all are ready: what was expected appears, and diverges
        with As(world, "solange") as a:
            expectations.ready(a.frame, by=a.me)
        with As(world, "marc") as a:
            divergences.mark(a.frame, uuid.uuid4(), "hopes", "Le quartz diverge", by=a.me)
    both = {"expected", "divergence"}
    assert found("helene") == told | both | {"summary"}
    assert found("marc") == told | both
    assert found("solange") == {"question"} | both
    page = browse("ines").get(world.url("solo", "/search?q=quartz")).text
    assert "#session-summary" in page
    assert "#divergence-" in page


def test_marked_pieces_are_the_passage() -> None:
    words = "Le Cœur de l’œuvre, déjà"
    pieces = searching.marked(words, ["oe", "deja"])
    assert "".join(p for p, _on in pieces) == words
    assert [p for p, on in pieces if on] == ["œ", "œ", "déjà"]


def test_among_ten_thousand_texts_the_zones_index_is_used(
    texts: None, in_app: Any, world: Any, superuser: sa.Connection
) -> None:
    superuser.execute(
        sa.text(
            "with z as (insert into zone (company_id, id, mission_id, strand_id, kind, audience, author_id, rule_id)"
            " select z.company_id, gen_random_uuid(), z.mission_id, z.strand_id, z.kind, 'author', z.author_id, z.rule_id"
            "   from zone z, generate_series(1, 200) where z.kind = 'calendar' and z.mission_id <> :m returning *),"
            " d as (insert into document (company_id, id, zone_id, kind, subject_id, created_at)"
            " select company_id, gen_random_uuid(), id, 'objective', gen_random_uuid(), now() from z, generate_series(1, 10) returning *)"
            " insert into document_text (company_id, document_id, root, zone_id, text, hash, head, settled_text, settled_head, writers)"
            " select company_id, id, 'wording', zone_id, 'une équipe', '', 0, '', 0, '{}' from d"
        ),
        {"m": world.missions["solo"].id},
    )
    assert superuser.execute(sa.text("select count(*) from document_text")).scalar_one() > 10_000
    superuser.execute(sa.text("analyze"))
    with As(world, "marc", "solo") as a:
        asked = {
            "c": a.frame.company_id, "zones": sorted(a.me.zones & a.frame.zones.keys()), "like": ["%equipe%"], "most": 50,
        }  # fmt: skip
        plan = "\n".join(r[0] for r in _explained(asked))
        found = searching.search(a.frame, "équipe", by=a.me)
    assert "ix_document_text_zone" in plan, plan
    assert "Seq Scan on document_text" not in plan
    assert len(found) == 2


def _explained(asked: dict[str, Any]) -> list[Any]:
    from tenants.db import db

    return list(db.session.execute(sa.text(f"explain {searching.HITS.text}"), asked))

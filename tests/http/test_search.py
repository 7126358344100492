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

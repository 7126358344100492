"""Objectives on real rows: a draft is its author's, three people initial one wording, an edit takes the initials back."""

import uuid
from typing import Any, Self

import psycopg
import pytest
from sqlalchemy import insert

from tenants import walls
from tenants.db import db
from tenants.documents import log
from tenants.documents import operations as documents
from tenants.mission import queries as missions
from tenants.mission.objectives import operations, queries
from tenants.mission.objectives.content import Measure
from tenants.mission.objectives.models import Change
from tenants.mission.objectives.standing import Standing, State
from tenants.refusals import Incorrect, Refused, Stale
from tests.conftest import SECRET
from webapp.setup.database import as_role

pytestmark = pytest.mark.usefixtures("in_app")


class As:
    """Act as somebody in « solo », each block one committed transaction."""

    def __init__(self, world: Any, who: str, mission: str = "solo") -> None:
        self.world, self.who, self.mission = world, who, mission

    def __enter__(self) -> Self:
        place = self.world.missions[self.mission]
        self.entered = self.world.acting(self.who, place.company)
        self.entered.__enter__()
        found = missions.who(walls.acting(db.session))
        assert found is not None
        self.frame = missions.frame(place.id)
        assert self.frame is not None
        self.me = missions.with_zones(found[0], self.frame)
        self.strand = place.strands[0]
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            db.session.commit()
        self.entered.__exit__(kind, *rest)

    def lines(self) -> list[queries.Line]:
        frame = missions.frame(self.frame.id)
        return queries.of_strand(frame, self.strand, by=missions.with_zones(self.me, frame))

    def line(self, objective: uuid.UUID) -> queries.Line:
        return next(x for x in self.lines() if x.id == objective)


def drafted(world: Any, who: str = "ines", words: str = "Inès tient seule la réunion du lundi.") -> uuid.UUID:
    with As(world, who) as a:
        return operations.propose(a.frame, a.strand, by=a.me, wording=words)


def shared(world: Any, who: str = "ines", **words: str) -> uuid.UUID:
    made = drafted(world, who, **words)
    with As(world, who) as a:
        operations.share(queries.get(made), a.frame, by=a.me)
    return made


def initial(world: Any, who: str, objective: uuid.UUID) -> bool:
    with As(world, who) as a:
        return operations.assent(queries.get(objective), a.frame, a.line(objective).content.hash, by=a.me)


def test_a_draft_exists_for_its_author_alone(world: Any) -> None:
    made = drafted(world)
    with As(world, "ines") as a:
        assert [(x.state, x.number, x.content.wording) for x in a.lines()] == [
            (State.DRAFT, None, "Inès tient seule la réunion du lundi.")
        ]
    for other in ("helene", "marc", "solange", "yann"):
        with As(world, other) as a:
            assert a.lines() == []
            assert queries.get(made) is None


def test_sharing_shows_it_to_the_three_parties_and_leaves_no_trace_of_drafting(
    world: Any, superuser: Any
) -> None:
    made = drafted(world, words="secret d’abord")
    with As(world, "ines") as a:
        row = queries.get(made)
        documents.rewrite(row.document_id, {"wording": "Le texte partagé"}, a.me.contact_id)
    with As(world, "ines") as a:
        operations.share(queries.get(made), a.frame, by=a.me)
    for who in ("ines", "helene", "marc"):
        with As(world, who) as a:
            assert [(x.number, x.content.wording, x.state) for x in a.lines()] == [
                (1, "Le texte partagé", State.PROPOSED)
            ]
    for who in ("solange", "yann"):
        with As(world, who) as a:
            assert a.lines() == []
    kept = superuser.exec_driver_sql(
        "select data from document_update union all select data from document_snapshot"
    )
    assert not any("secret d’abord".encode() in bytes(data) for (data,) in kept)


def test_three_initials_on_one_wording_agree_it(world: Any) -> None:
    made = shared(world)
    assert not initial(world, "ines", made)
    with As(world, "marc") as a:
        line = a.line(made)
        assert line.state is State.AWAITING
        assert [i.standing for i in line.initials] == [Standing.GIVEN, Standing.AWAITED, Standing.AWAITED]
        assert line.awaited == {
            world.people["helene"].contacts["ombrelune"],
            world.people["marc"].contacts["ombrelune"],
        }
    assert not initial(world, "marc", made)
    assert initial(world, "helene", made)
    with As(world, "ines") as a:
        assert a.line(made).state is State.AGREED
        with pytest.raises(Refused, match="frozen"):
            operations.set_fields(queries.get(made), a.frame, 99, {"stake": "x"}, by=a.me)


def test_an_edit_takes_the_initials_back_and_putting_the_text_back_gives_them_again(world: Any) -> None:
    made = shared(world)
    initial(world, "ines", made)
    initial(world, "helene", made)
    with As(world, "marc") as a:
        operations.set_fields(
            queries.get(made), a.frame, a.line(made).revision, {"target": Measure("8 au plus")}, by=a.me
        )
    with As(world, "ines") as a:
        assert [i.standing for i in a.line(made).initials] == [
            Standing.LAPSED,
            Standing.LAPSED,
            Standing.AWAITED,
        ]
    with As(world, "marc") as a:
        operations.set_fields(
            queries.get(made), a.frame, a.line(made).revision, {"target": Measure()}, by=a.me
        )
        assert [i.standing for i in a.line(made).initials] == [
            Standing.GIVEN,
            Standing.GIVEN,
            Standing.AWAITED,
        ]


def test_initials_are_refused_on_another_wording_than_the_one_that_was_read(world: Any) -> None:
    made = shared(world)
    with As(world, "helene") as a:
        seen = a.line(made).content.hash
    with As(world, "ines") as a:
        documents.rewrite(queries.get(made).document_id, {"wording": "Autre chose"}, a.me.contact_id)
    with As(world, "helene") as a, pytest.raises(Stale, match="changed"):
        operations.assent(queries.get(made), a.frame, seen, by=a.me)


def test_a_post_is_stale_for_its_own_field_only(world: Any) -> None:
    made = shared(world)
    with As(world, "marc") as a:
        revision = a.line(made).revision
        operations.set_fields(queries.get(made), a.frame, revision, {"stake": "Tenir les quais"}, by=a.me)
    with As(world, "ines") as a:
        operations.set_fields(
            queries.get(made), a.frame, revision, {"baseline": Measure("4 sur 11")}, by=a.me
        )
    with As(world, "helene") as a, pytest.raises(Stale) as stale:
        operations.set_fields(queries.get(made), a.frame, revision, {"stake": "Autre enjeu"}, by=a.me)
    assert (stale.value.values["mine"], stale.value.values["theirs"]) == ("Autre enjeu", "Tenir les quais")


def test_a_page_opened_before_sharing_overwrites_nothing(world: Any) -> None:
    """A second tab of the author's: what it read was a draft, of which sharing kept no revision."""
    with As(world, "ines") as a:
        made = operations.propose(a.frame, a.strand, by=a.me, wording="Relire les écarts")
        operations.set_fields(queries.get(made), a.frame, a.line(made).revision, {"stake": "Tenir"}, by=a.me)
    with As(world, "ines") as a:
        read_at = a.line(made).revision
        operations.share(queries.get(made), a.frame, by=a.me)
    with As(world, "ines") as a, pytest.raises(Stale, match="stale") as stale:
        operations.set_fields(queries.get(made), a.frame, read_at, {"stake": "Ancien"}, by=a.me)
    assert (stale.value.values["mine"], stale.value.values["theirs"]) == ("Ancien", "Tenir")
    with As(world, "ines") as a:
        operations.set_fields(queries.get(made), a.frame, a.line(made).revision, {"stake": "Neuf"}, by=a.me)


def test_only_a_reader_can_observe(world: Any) -> None:
    made = shared(world)
    solange = world.people["solange"].contacts["ombrelune"]
    with As(world, "ines") as a, pytest.raises(Incorrect):
        operations.set_fields(
            queries.get(made), a.frame, a.line(made).revision, {"observer": solange}, by=a.me
        )


def test_what_was_agreed_is_quoted_while_it_is_reworded(world: Any) -> None:
    made = shared(world)
    for who in ("ines", "helene", "marc"):
        initial(world, who, made)
    with As(world, "marc") as a:
        operations.reword(queries.get(made), a.frame, by=a.me)
        documents.rewrite(
            queries.get(made).document_id, {"wording": "Inès la tient chaque semaine."}, a.me.contact_id
        )
    with As(world, "ines") as a:
        line = a.line(made)
        assert line.agreed is not None and line.agreed.wording == "Inès tient seule la réunion du lundi."
        assert line.content.wording == "Inès la tient chaque semaine."
        assert {i.standing for i in line.initials} == {Standing.AWAITED}
    with As(world, "helene") as a, pytest.raises(Refused, match="not_opener"):
        operations.withdraw_rewording(queries.get(made), a.frame, by=a.me)
    with As(world, "marc") as a:
        operations.withdraw_rewording(queries.get(made), a.frame, by=a.me)
        assert a.line(made).state is State.AGREED
        assert a.line(made).shown.wording == "Inès tient seule la réunion du lundi."


def test_its_author_withdraws_it_before_the_first_initials_and_nothing_is_left(
    world: Any, superuser: Any
) -> None:
    made = shared(world)
    with As(world, "ines") as a:
        operations.withdraw(queries.get(made), by=a.me)
        assert a.lines() == []
        assert operations.keep(made, by=a.me)
        operations.withdraw(queries.get(made), by=a.me)
        operations.erase(made)
    for table in ("objective", "document", "document_text", "change", "event", "awaited"):
        assert superuser.exec_driver_sql(f"select count(*) from {table}").scalar_one() == 0, table


def test_from_the_first_initials_it_is_closed_with_a_reason(world: Any) -> None:
    made = shared(world)
    initial(world, "helene", made)
    with As(world, "ines") as a, pytest.raises(Refused, match="assented"):
        operations.withdraw(queries.get(made), by=a.me)
    with As(world, "ines") as a:
        operations.close(queries.get(made), "Le site Nord ferme.", by=a.me)
        assert a.line(made).state is State.CLOSED


def test_a_restored_text_is_an_edit_like_any_other(world: Any) -> None:
    made = shared(world)
    with As(world, "marc") as a:
        documents.rewrite(queries.get(made).document_id, {"wording": "Texte de Marc"}, a.me.contact_id)
        documents.settle(queries.get(made).document_id)
    with As(world, "ines") as a:
        change = next(c for c in queries.history(made) if c.field == "wording")
        assert (change.before, change.after) == ("Inès tient seule la réunion du lundi.", "Texte de Marc")
        operations.restore(queries.get(made), change.id, a.frame, by=a.me)
    with As(world, "marc") as a:
        assert a.line(made).content.wording == "Inès tient seule la réunion du lundi."


def test_order_is_kept_by_neighbours(world: Any) -> None:
    ids = [shared(world, words=f"Objectif {n}") for n in range(3)]
    with As(world, "marc") as a:
        operations.order(queries.get(ids[2]), after=None, before=ids[0], by=a.me)
        assert [x.id for x in a.lines()] == [ids[2], ids[0], ids[1]]
        assert [x.number for x in a.lines()] == [1, 2, 3]


def test_nothing_slips_in_between_what_the_last_one_initials_and_what_stays(
    world: Any, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = shared(world)
    initial(world, "ines", made)
    initial(world, "marc", made)
    with As(world, "helene") as a:
        row = queries.get(made)
        document, company = row.document_id, row.company_id
    settle, kept = documents.settle, []

    def meanwhile(document_id: uuid.UUID) -> bool:
        """Marc's browser sends another text between the reading of the wording and its freezing."""
        data = log.edit([r.data for r in documents.rows(document)], {"wording": "Autre chose."})
        marc = world.people["marc"].contacts["ombrelune"]
        with psycopg.connect(as_role(database, "trialogue_live", SECRET), autocommit=True) as live:
            ask = "select document from append_updates(%s, %s, %s::bytea[], %s)"
            kept.extend(live.execute(ask, ([company], [document], [data], [marc])).fetchall())
        return settle(document_id)

    monkeypatch.setattr(documents, "settle", meanwhile)
    assert initial(world, "helene", made)
    assert kept == [], "it waits, is told that the text is agreed, and keeps what it wrote"
    with As(world, "ines") as a:
        assert a.line(made).agreed.hash == a.line(made).content.hash


def test_taking_ones_initials_back_in_a_rewording_leaves_the_agreed_wording_its_own(world: Any) -> None:
    made = shared(world)
    for who in ("ines", "marc", "helene"):
        initial(world, who, made)
    with As(world, "marc") as a:
        operations.reword(queries.get(made), a.frame, by=a.me)
    with As(world, "helene") as a:
        operations.take_back(queries.get(made), a.frame, by=a.me)
    with As(world, "marc") as a:
        operations.withdraw_rewording(queries.get(made), a.frame, by=a.me)
    with As(world, "marc") as a:
        assert [i.standing for i in a.line(made).initials] == [Standing.GIVEN] * 3


def test_an_act_on_an_objective_lets_a_passage_settle_meanwhile(world: Any, superuser: Any) -> None:
    made = shared(world)
    with As(world, "ines") as a:
        row = queries.get(made)
        operations.order(row, after=None, before=None, by=a.me)  # it holds the row
        superuser.exec_driver_sql("set lock_timeout = '2s'")
        superuser.execute(
            insert(Change).values(
                company_id=row.company_id, id=uuid.uuid4(), zone_id=row.zone_id, objective_id=row.id, field="wording",
                by_id=a.me.contact_id, also_ids=[], at=row.created_at,
            )
        )  # fmt: skip


def test_the_form_of_a_draft_that_was_withdrawn_makes_no_second_one(world: Any) -> None:
    made = drafted(world)
    with As(world, "ines") as a:
        operations.withdraw(queries.get(made), by=a.me)
    with As(world, "ines") as a:
        assert operations.propose(a.frame, a.strand, by=a.me, objective_id=made) == made
    with As(world, "marc") as a:  # nor does the id of what one does not read
        assert operations.propose(a.frame, a.strand, by=a.me, objective_id=made) == made
        assert a.lines() == []


def test_sharing_does_not_tell_how_often_the_draft_was_changed(world: Any) -> None:
    once, often = drafted(world), drafted(world, words="Un autre")
    for made, times in ((once, 1), (often, 7)):
        for n in range(times):
            with As(world, "ines") as a:
                line = a.line(made)
                operations.set_fields(
                    queries.get(made), a.frame, line.revision, {"stake": f"Enjeu {n}"}, by=a.me
                )
        with As(world, "ines") as a:
            operations.share(queries.get(made), a.frame, by=a.me)
    with As(world, "marc") as a:
        assert a.line(once).revision == a.line(often).revision

"""The roadmap on real rows: what is shared at once, what a draft leaves, what initials bind, and what never goes."""

import uuid
from datetime import date
from typing import Any

import pytest

from tenants.documents import operations as documents
from tenants.mission import across
from tenants.mission import queries as missions
from tenants.mission.objectives.standing import Standing, State
from tenants.mission.roadmap import actions, axes, contributions, history, initials, queries, strategies
from tenants.mission.roadmap.content import Progress
from tenants.mission.roadmap.lines import AxisLine
from tenants.mission.stages import Stage, Where, standings
from tenants.refusals import Incorrect, Refused, Stale
from tests.db.test_objectives import As as InMission

pytestmark = pytest.mark.usefixtures("in_app")


class As(InMission):
    """Act as somebody in a mission, each block one committed transaction."""

    def axes(self) -> list[AxisLine]:
        frame = missions.frame(self.frame.id)
        return queries.of_strand(frame, self.strand, by=missions.with_zones(self.me, frame))

    def axis(self, axis: uuid.UUID) -> AxisLine:
        return next(x for x in self.axes() if x.id == axis)


def roadmap(world: Any, who: str = "ines", *, draft: bool = False, mission: str = "solo") -> uuid.UUID:
    """An axis with two strategies, the first of which has two actions."""
    with As(world, who, mission) as a:
        made = axes.propose(
            a.frame, a.strand, by=a.me, wording="Conduire par les chefs d’équipe", draft=draft
        )
    with As(world, who, mission) as a:
        one = strategies.add(
            queries.axis(made), a.frame, by=a.me, wording="Donner à chacun un périmètre écrit"
        )
        strategies.add(queries.axis(made), a.frame, by=a.me, wording="Tenir une réunion courte qui décide")
        for words in ("Écrire la liste des décisions", "Afficher cette liste"):
            actions.add(queries.strategy(one), by=a.me, wording=words)
    return made


def initial(world: Any, who: str, axis: uuid.UUID) -> bool:
    with As(world, who) as a:
        return initials.assent(queries.axis(axis), a.frame, a.axis(axis).content.hash, by=a.me)


def agreed(world: Any) -> uuid.UUID:
    made = roadmap(world)
    for who in ("ines", "helene", "marc"):
        initial(world, who, made)
    return made


def test_what_is_added_is_read_by_the_three_at_once(world: Any) -> None:
    made = roadmap(world)
    for who in ("ines", "helene", "marc"):
        with As(world, who) as a:
            (axis,) = a.axes()
            assert (axis.number, axis.content.wording, axis.state) == (
                1, "Conduire par les chefs d’équipe", State.PROPOSED,
            )  # fmt: skip
            assert [s.wording for s in axis.strategies] == [
                "Donner à chacun un périmètre écrit", "Tenir une réunion courte qui décide",
            ]  # fmt: skip
            assert [x.wording for x in axis.actions] == [
                "Écrire la liste des décisions",
                "Afficher cette liste",
            ]
    for who in ("solange", "yann"):
        with As(world, who) as a:
            assert a.axes() == []
            assert queries.axis(made) is None


def test_a_draft_is_its_authors_and_sharing_it_leaves_no_trace(world: Any, superuser: Any) -> None:
    made = roadmap(world, "marc", draft=True)
    for who in ("ines", "helene", "solange"):
        with As(world, who) as a:
            assert a.axes() == []
            assert queries.axis(made) is None
    with As(world, "marc") as a:
        axis = a.axis(made)
        assert (axis.state, axis.number) == (State.DRAFT, None)
        action = queries.action(axis.actions[0].id)
        documents.rewrite(action.document_id, {"wording": "secret d’abord"}, a.me.contact_id)
        documents.rewrite(action.document_id, {"wording": "Le texte partagé"}, a.me.contact_id)
    with As(world, "marc") as a:
        axes.share(queries.axis(made), a.frame, by=a.me)
    with As(world, "ines") as a:
        axis = a.axis(made)
        assert (axis.state, axis.number, len(axis.actions)) == (State.PROPOSED, 1, 2)
        assert axis.actions[0].wording == "Le texte partagé"
        assert [c.field for c in queries.history(made)] == ["shared"]
    logs = superuser.exec_driver_sql(
        "select data from document_update union all select data from document_snapshot"
    )
    assert not any("secret d’abord".encode() in bytes(data) for (data,) in logs)
    zones = "select count(distinct zone_id) from (select zone_id from axis union select zone_id from strategy union select zone_id from action) z"
    assert superuser.exec_driver_sql(zones).scalar_one() == 1


def test_initials_bind_the_axis_and_its_strategies_and_no_action(world: Any) -> None:
    made = roadmap(world)
    assert not initial(world, "ines", made)
    with As(world, "marc") as a:
        axis = a.axis(made)
        assert axis.awaited == {world.people[w].contacts["ombrelune"] for w in ("helene", "marc")}
        action = queries.action(axis.actions[0].id)
        actions.set_fields(action, a.frame, action.revision, {"owner": a.me.contact_id}, by=a.me)
        actions.set_state(queries.action(action.id), Progress.DONE, by=a.me)
        documents.rewrite(action.document_id, {"wording": "Autrement dit"}, a.me.contact_id)
    with As(world, "ines") as a:
        assert a.axis(made).of(a.me.contact_id).standing is Standing.GIVEN
    with As(world, "marc") as a:
        strategy = queries.strategy(a.axis(made).strategies[0].id)
        documents.rewrite(strategy.document_id, {"wording": "Donner un périmètre à chacun"}, a.me.contact_id)
    with As(world, "ines") as a:
        assert a.axis(made).of(a.me.contact_id).standing is Standing.LAPSED
    with As(world, "marc") as a:
        words = "Donner à chacun un périmètre écrit"
        documents.rewrite(strategy.document_id, {"wording": words}, a.me.contact_id)
    with As(world, "ines") as a:
        assert a.axis(made).of(a.me.contact_id).standing is Standing.GIVEN  # the text was put back


def test_once_agreed_words_and_strategies_rest_and_actions_go_on(world: Any, superuser: Any) -> None:
    made = agreed(world)
    with As(world, "ines") as a:
        axis = a.axis(made)
        assert axis.state is State.AGREED
        first, second = axis.strategies
    for act in (
        lambda a: strategies.add(queries.axis(made), a.frame, by=a.me),
        lambda a: strategies.order(
            queries.strategy(second.id), a.frame, after=None, before=first.id, by=a.me
        ),
        lambda a: strategies.remove(queries.strategy(second.id), a.frame, by=a.me),
        lambda a: axes.serve(queries.axis(made), a.frame, 1, [uuid.uuid4()], by=a.me),
        lambda a: initials.take_back(queries.axis(made), a.frame, by=a.me),
    ):
        with pytest.raises(Refused, match=r"roadmap\.frozen"), As(world, "ines") as a:
            act(a)
    with pytest.raises(Refused, match="frozen"), As(world, "ines") as a:
        documents.append(queries.axis(made).document_id, b"\x00\x00", a.me.contact_id)
    with As(world, "ines") as a:
        new = actions.add(queries.strategy(second.id), by=a.me, wording="Encore une")
        actions.set_state(queries.action(new), Progress.DOING, by=a.me)
        assert a.axis(made).state is State.AGREED
    assert (
        superuser.exec_driver_sql("select count(*) from awaited where kind = 'roadmap.assent'").scalar_one()
        == 0
    )


def test_another_wording_is_proposed_agreed_or_given_up(world: Any) -> None:
    made = agreed(world)
    with As(world, "marc") as a:
        initials.reword(queries.axis(made), by=a.me)
    with As(world, "marc") as a:
        axis = a.axis(made)
        assert axis.state is State.PROPOSED
        assert axis.agreed.wording == "Conduire par les chefs d’équipe"
        gone = queries.strategy(axis.strategies[1].id)
        strategies.remove(gone, a.frame, by=a.me)
        strategies.add(queries.axis(made), a.frame, by=a.me, wording="Une autre")
        documents.rewrite(queries.axis(made).document_id, {"wording": "Conduire"}, a.me.contact_id)
    with pytest.raises(Refused, match="not_opener"), As(world, "ines") as a:
        initials.withdraw_rewording(queries.axis(made), by=a.me)
    with As(world, "marc") as a:
        initials.withdraw_rewording(queries.axis(made), by=a.me)
    with As(world, "helene") as a:
        axis = a.axis(made)
        assert axis.state is State.AGREED
        assert axis.content == axis.agreed
        assert [s.wording for s in axis.strategies] == [
            "Donner à chacun un périmètre écrit", "Tenir une réunion courte qui décide",
        ]  # fmt: skip
        assert len(axis.actions) == 2
    with As(world, "marc") as a:
        initials.reword(queries.axis(made), by=a.me)
    with As(world, "marc") as a:
        documents.rewrite(queries.axis(made).document_id, {"wording": "Conduire"}, a.me.contact_id)
    for who in ("ines", "helene", "marc"):
        initial(world, who, made)
    with As(world, "ines") as a:
        assert (a.axis(made).state, a.axis(made).agreed.wording) == (State.AGREED, "Conduire")


def test_a_rewording_with_anothers_action_in_a_new_strategy_is_not_thrown_away(world: Any) -> None:
    made = agreed(world)
    with As(world, "marc") as a:
        initials.reword(queries.axis(made), by=a.me)
        new = strategies.add(queries.axis(made), a.frame, by=a.me, wording="Une autre")
    with As(world, "ines") as a:
        kept = actions.add(queries.strategy(new), by=a.me, wording="À ne pas perdre")
    with pytest.raises(Refused, match="moved_away"), As(world, "marc") as a:
        initials.withdraw_rewording(queries.axis(made), by=a.me)
    with As(world, "ines") as a:
        assert kept in {x.id for x in a.axis(made).actions}


def test_initials_go_to_what_was_read(world: Any) -> None:
    made = roadmap(world)
    with As(world, "ines") as a:
        seen = a.axis(made).content.hash
    with As(world, "marc") as a:
        strategies.add(queries.axis(made), a.frame, by=a.me, wording="Une troisième")
    with pytest.raises(Stale, match=r"roadmap\.changed"), As(world, "ines") as a:
        initials.assent(queries.axis(made), a.frame, seen, by=a.me)


@pytest.mark.parametrize(("words", "why"), [("", "empty"), ("x" * 301, "long"), ("a\u202eb", "unprintable")])
def test_what_cannot_be_printed_or_says_nothing_is_not_initialled(world: Any, words: str, why: str) -> None:
    made = roadmap(world)
    with As(world, "ines") as a:
        documents.rewrite(queries.axis(made).document_id, {"wording": words}, a.me.contact_id)
    with pytest.raises(Refused, match=f"roadmap.{why}"), As(world, "ines") as a:
        initials.assent(queries.axis(made), a.frame, a.axis(made).content.hash, by=a.me)


def test_an_axis_without_strategy_is_not_initialled_and_a_collective_one_never(world: Any) -> None:
    with As(world, "ines") as a:
        bare = axes.propose(a.frame, a.strand, by=a.me, wording="Seul")
    with pytest.raises(Refused, match="no_strategy"), As(world, "ines") as a:
        initials.assent(queries.axis(bare), a.frame, a.axis(bare).content.hash, by=a.me)
    with As(world, "bruno", "group") as a:
        shared = axes.propose(a.frame, None, by=a.me, wording="Ensemble")
    for who in ("theo", "lina", "ines"):
        with As(world, who, "group") as a:
            axis = a.axis(shared)
            assert axis.initials == ()
            assert axis.number == 1
    with pytest.raises(Refused, match="collective"), As(world, "theo", "group") as a:
        initials.assent(queries.axis(shared), a.frame, "0" * 64, by=a.me)


def test_what_is_of_a_strand_is_not_there_for_the_other_mentees(world: Any) -> None:
    with As(world, "theo", "group") as a:
        made = axes.propose(a.frame, a.strand, by=a.me, wording="De Théo")
    with As(world, "lina", "group") as a:
        a.strand = world.missions["group"].strands[1]
        assert a.axes() == []
        assert queries.axis(made) is None


def test_a_late_value_is_refused_with_both_and_the_field_alone(world: Any) -> None:
    made = roadmap(world)
    with As(world, "ines") as a:
        action = queries.action(a.axis(made).actions[0].id)
        actions.set_fields(action, a.frame, 1, {"due_on": date(2027, 1, 15)}, by=a.me)
    with As(world, "marc") as a:
        actions.set_fields(queries.action(action.id), a.frame, 1, {"owner": a.me.contact_id}, by=a.me)
    with pytest.raises(Stale) as stale, As(world, "marc") as a:
        actions.set_fields(queries.action(action.id), a.frame, 1, {"due_on": date(2027, 2, 1)}, by=a.me)
    assert (stale.value.values["mine"], stale.value.values["theirs"]) == (date(2027, 2, 1), date(2027, 1, 15))
    assert stale.value.values["by_id"] == world.people["ines"].contacts["ombrelune"]


def test_an_action_belongs_to_one_of_its_readers(world: Any) -> None:
    made = roadmap(world)
    with As(world, "ines") as a:
        action = queries.action(a.axis(made).actions[0].id)
        for who in ("solange", "theo"):
            other = {"owner": world.people[who].contacts["ombrelune"]}
            with pytest.raises(Incorrect):
                actions.set_fields(action, a.frame, action.revision, other, by=a.me)


def test_dropping_needs_a_reason_and_a_result_a_done_action(world: Any) -> None:
    made = roadmap(world)
    with As(world, "ines") as a:
        action = queries.action(a.axis(made).actions[0].id)
        with pytest.raises(Incorrect):
            actions.set_state(action, Progress.DROPPED, by=a.me)
        with pytest.raises(Refused, match="not_done"):
            actions.set_fields(action, a.frame, action.revision, {"result": "Oui"}, by=a.me)
        actions.set_state(action, Progress.DROPPED, by=a.me, reason="Fait par Karim")
        assert action.reason == "Fait par Karim"
        actions.set_state(action, Progress.DONE, by=a.me)
        actions.set_fields(action, a.frame, action.revision, {"result": "Onze décisions"}, by=a.me)
        assert (action.reason, action.result) == ("", "Onze décisions")


def test_an_action_moves_to_another_axis_and_a_strategy_takes_its_actions_along(world: Any) -> None:
    one, two = roadmap(world), roadmap(world, "marc")
    with As(world, "helene") as a:
        first, other = a.axis(one), a.axis(two)
        moved, target = first.actions[0].id, other.strategies[1].id
        actions.move(queries.action(moved), queries.strategy(target), a.frame, by=a.me)
    with As(world, "ines") as a:
        assert [len(a.axis(x).actions) for x in (one, two)] == [1, 3]
        assert [x.id for x in a.axis(two).strategies[1].actions] == [moved]
        strategies.move(queries.strategy(target), queries.axis(one), a.frame, by=a.me)
    with As(world, "marc") as a:
        assert [len(a.axis(x).strategies) for x in (one, two)] == [3, 1]
        assert moved in {x.id for x in a.axis(one).actions}
        fields = [c.field for c in queries.history(one)]
        assert fields.count("moved") == 2


def test_nothing_moves_to_where_somebody_else_would_read_it(world: Any) -> None:
    draft, shared = roadmap(world, draft=True), roadmap(world)
    with As(world, "ines") as a:
        secret, place = a.axis(draft).actions[0].id, a.axis(shared).strategies[0].id
        with pytest.raises(Refused, match="other_readers"):
            actions.move(queries.action(secret), queries.strategy(place), a.frame, by=a.me)
        with pytest.raises(Refused, match="other_readers"):
            strategies.move(
                queries.strategy(a.axis(draft).strategies[0].id), queries.axis(shared), a.frame, by=a.me
            )
    with As(world, "theo", "group") as a:
        mine = axes.propose(a.frame, a.strand, by=a.me, wording="De Théo")
        held = strategies.add(queries.axis(mine), a.frame, by=a.me, wording="S")
        own = actions.add(queries.strategy(held), by=a.me, wording="A")
        collective = axes.propose(a.frame, None, by=a.me, wording="De tous")
        all_ = strategies.add(queries.axis(collective), a.frame, by=a.me, wording="T")
    with pytest.raises(Refused, match="other_readers"), As(world, "theo", "group") as a:
        actions.move(queries.action(own), queries.strategy(all_), a.frame, by=a.me)


def test_what_is_withdrawn_can_come_back_then_leaves_nothing(world: Any, superuser: Any) -> None:
    made = roadmap(world)
    with As(world, "ines") as a:
        action = a.axis(made).actions[1].id
        actions.remove(queries.action(action), by=a.me)
        assert action not in {x.id for x in a.axis(made).actions}
        assert actions.keep(action, by=a.me)
        actions.remove(queries.action(action), by=a.me)
        assert actions.erase(action)
    with As(world, "ines") as a:
        axes.withdraw(queries.axis(made), by=a.me)
    with As(world, "marc") as a:
        assert a.axes() == []
    with As(world, "ines") as a:
        assert axes.keep(made, by=a.me)
        axes.withdraw(queries.axis(made), by=a.me)
        assert axes.erase(made)
    for table in ("axis", "strategy", "action", "document", "document_update", "roadmap_change"):
        assert superuser.exec_driver_sql(f"select count(*) from {table}").scalar_one() == 0, table


def test_an_axis_with_the_line_of_another_is_closed_never_withdrawn(world: Any) -> None:
    made = roadmap(world)
    with As(world, "marc") as a:
        actions.add(queries.strategy(a.axis(made).strategies[0].id), by=a.me, wording="De Marc")
    with pytest.raises(Refused, match="of_others"), As(world, "ines") as a:
        axes.withdraw(queries.axis(made), by=a.me)
    with As(world, "ines") as a:
        axes.close(queries.axis(made), "Repris ailleurs", by=a.me)
    with As(world, "marc") as a:
        axis = a.axis(made)
        assert axis.closed[2] == "Repris ailleurs"
        with pytest.raises(Refused, match="closed"):
            actions.set_state(queries.action(axis.actions[0].id), Progress.DONE, by=a.me)


def test_a_strategy_that_holds_actions_is_not_removed(world: Any) -> None:
    made = roadmap(world)
    with As(world, "ines") as a:
        full, bare = (s.id for s in a.axis(made).strategies)
        with pytest.raises(Refused, match="not_empty"):
            strategies.remove(queries.strategy(full), a.frame, by=a.me)
        strategies.remove(queries.strategy(bare), a.frame, by=a.me)
        assert queries.strategy(bare) is None
        assert strategies.keep(bare, a.frame, by=a.me)
        assert len(a.axis(made).strategies) == 2


def test_history_goes_back_in_words_and_values(world: Any) -> None:
    made = roadmap(world)
    with As(world, "ines") as a:
        action = queries.action(a.axis(made).actions[0].id)
        documents.rewrite(action.document_id, {"wording": "Autrement"}, a.me.contact_id)
        documents.settle(action.document_id)
        actions.set_fields(action, a.frame, action.revision, {"due_on": date(2027, 1, 15)}, by=a.me)
    with As(world, "marc") as a:
        told = {c.field: c for c in queries.history(made) if c.line_id == action.id and c.field != "added"}
        assert (told["wording"].before, told["wording"].after) == (
            "Écrire la liste des décisions",
            "Autrement",
        )
        for field in ("wording", "due_on"):
            history.restore(queries.axis(made), told[field].id, a.frame, by=a.me)
    with As(world, "ines") as a:
        line = a.axis(made).actions[0]
        assert (line.wording, line.due_on) == ("Écrire la liste des décisions", None)


def test_what_the_mentor_brings_is_read_with_the_action(world: Any) -> None:
    made = roadmap(world)
    with As(world, "helene") as a:
        action, sent = a.axis(made).actions[0].id, uuid.uuid4()
        for _ in range(2):
            contributions.add(queries.action(action), sent, "J’ai vécu cela à Roanne.", by=a.me)
    with As(world, "ines") as a:
        assert [c.text for c in queries.contributions([action])] == ["J’ai vécu cela à Roanne."]
        assert a.axis(made).actions[0].contributions == 1
    with As(world, "solange") as a:
        assert queries.contributions([action]) == []


def test_the_rail_counts_what_is_shared(world: Any) -> None:
    roadmap(world, draft=True)
    made = agreed(world)
    with As(world, "ines") as a:
        action = queries.action(a.axis(made).actions[0].id)
        actions.set_fields(action, a.frame, action.revision, {"due_on": date(2027, 1, 15)}, by=a.me)
        actions.set_state(queries.action(a.axis(made).actions[1].id), Progress.DONE, by=a.me)
    for who in ("solange", "helene"):
        with As(world, who) as a:
            state = across.mission_state(a.frame.id)
            assert state.rooms["roadmap"] == {str(a.strand): [1, 1, 2, 1, "2027-01-15"]}
            standing = next(s for s in standings(state) if s.stage is Stage.ROADMAP)
            assert (standing.where, standing.agreed, standing.facts["next"]) == (
                Where.AGREED,
                1,
                date(2027, 1, 15),
            )


def test_what_its_author_can_no_longer_erase_the_clock_erases(world: Any, superuser: Any) -> None:
    made, kept = roadmap(world), roadmap(world, "marc")
    with As(world, "ines") as a:
        axes.withdraw(queries.axis(made), by=a.me)
        actions.remove(queries.action(actions.add(
            queries.strategy(a.axis(kept).strategies[0].id), by=a.me, wording="Retirée aussi"
        )), by=a.me)  # fmt: skip
    superuser.exec_driver_sql("set role trialogue_jobs")
    assert (
        superuser.exec_driver_sql("select erase_withdrawn_lines()").fetchall() == []
    )  # it can still be undone
    superuser.exec_driver_sql("reset role")
    for table in ("axis", "action"):
        superuser.exec_driver_sql(f"update {table} set withdrawn_at = withdrawn_at - interval '2 minutes'")
    superuser.exec_driver_sql("set role trialogue_jobs")
    gone = superuser.exec_driver_sql("select erase_withdrawn_lines()").fetchall()
    superuser.exec_driver_sql("reset role")
    assert len(gone) == 6
    counts = {"axis": 1, "strategy": 2, "action": 2, "document": 5}
    for table, count in counts.items():
        assert superuser.exec_driver_sql(f"select count(*) from {table}").scalar_one() == count, table
    with As(world, "marc") as a:
        assert [x.id for x in a.axes()] == [kept]


def test_what_the_clock_erases_leaves_no_file(world: Any, superuser: Any) -> None:
    """The bytes' name is left for the worker; a file of another action stays; nobody moves a file that was not brought."""
    from tenants.documents import files

    made = roadmap(world, "helene")
    ids = [uuid.uuid4(), uuid.uuid4()]
    with As(world, "helene") as a:
        mine = a.axis(made).actions
        for file_id, action in zip(ids, mine, strict=False):
            kept = files.Bytes("application/pdf", 3, bytes(32), f"stored-{file_id}")
            files.add(
                kept, id=file_id, mission_id=a.frame.id, zone_id=a.axis(made).zone_id, purpose="contribution",
                name="x.pdf", by=a.me.contact_id,
            )  # fmt: skip
            contributions.add(
                queries.action(action.id), uuid.uuid4(), "Un document", by=a.me, file_id=file_id
            )
    gone = mine[0].id
    superuser.exec_driver_sql(
        f"update action set withdrawn_at = now() - interval '2 minutes' where id = '{gone}'"
    )
    superuser.exec_driver_sql("select erase_withdrawn_lines()")
    left = superuser.exec_driver_sql("select id from file where purpose = 'contribution'").scalars().all()
    assert left == ids[1:]
    assert superuser.exec_driver_sql("select stored from erased_file").scalars().all() == [f"stored-{ids[0]}"]
    with As(world, "marc") as a, pytest.raises(ValueError, match="not the actor's"):
        files.move(ids[1], uuid.uuid4())

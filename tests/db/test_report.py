"""The report on real rows: what it may repeat, who reads it when, that the mentee has their time, that it then stays."""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.db import at, db
from tenants.documents import files
from tenants.documents import operations as documents
from tenants.mission import across
from tenants.mission import queries as missions
from tenants.mission.objectives import operations as objectives
from tenants.mission.objectives import queries as objective_queries
from tenants.mission.objectives.content import Measure
from tenants.mission.report import content, drafting, issuing, queries, sources
from tenants.mission.report.drafting import Draft
from tenants.mission.schedule import planning, summaries
from tenants.mission.schedule import queries as schedule
from tenants.mission.schedule.types import Type
from tenants.mission.stages import Stage, Where, standings
from tenants.refusals import Refused
from tests.db.test_objectives import As as InMission
from tests.db.test_objectives import shared
from tests.db.test_queue import run

pytestmark = pytest.mark.usefixtures("in_app")
ALL = ("ines", "helene", "marc", "solange", "yann")


class As(InMission):
    """Act as somebody in a mission, with what they read of it."""

    def again(self) -> Any:
        self.frame = missions.frame(self.frame.id)
        self.me = missions.with_zones(self.me, self.frame)
        return self.frame


def measured(world: Any, mission: str = "solo", who: str = "ines") -> uuid.UUID:
    """A shared objective with an indicator, a start, a target and a reading."""
    with As(world, who, mission) as a:
        made = objectives.propose(a.frame, a.strand, by=a.me, wording="Les litiges passent sous huit.")
    with As(world, who, mission) as a:
        row = objective_queries.get(made)
        documents.rewrite(row.document_id, {"indicator": "Relevé du vendredi"}, a.me.contact_id)
        values = {
            "baseline": Measure("", Decimal(23)),
            "target": Measure("", Decimal(8), None, "most"),
        }
        objectives.set_fields(row, a.frame, row.revision, values, by=a.me)
        objectives.share(objective_queries.get(made), a.frame, by=a.me)
    with As(world, who, mission) as a:
        row = objective_queries.get(made)
        objectives.read(row, uuid.uuid4(), date(2026, 10, 2), "", Decimal(11), None, by=a.me)
    return made


def begun(world: Any, *drafts: Draft) -> uuid.UUID:
    with As(world, "helene") as a:
        return drafting.begin(
            a.frame, a.strand, drafts or [Draft("points", "Le travail a commencé.")], by=a.me
        )


def given(world: Any, report: uuid.UUID, days: int = 7) -> None:
    with As(world, "helene") as a:
        issuing.open_reading(queries.get(report), a.frame, days, by=a.me)


def issued(world: Any, report: uuid.UUID) -> None:
    with As(world, "helene") as a:
        row = queries.get(report)
        seen = content.hashed(content.canonical(content.build(a.frame, row, by=a.me)))
        issuing.issue(row, a.frame, seen, by=a.me)


def finished(world: Any, report: uuid.UUID) -> None:
    given(world, report)
    with As(world, "ines") as a:
        issuing.finish(queries.get(report), by=a.me)
    issued(world, report)


def who_reads(world: Any, report: uuid.UUID) -> set[str]:
    found = set()
    for who in ALL:
        with As(world, who):
            found |= {who} if queries.get(report) is not None else set()
    return found


def test_a_report_is_its_authors_then_the_pairs_then_everybodys(world: Any) -> None:
    made = begun(world)
    assert who_reads(world, made) == {"helene"}
    given(world, made)
    assert who_reads(world, made) == {"helene", "ines"}
    with As(world, "ines") as a:
        issuing.reply(queries.get(made), "Je partage ces constats.", by=a.me)
        issuing.finish(queries.get(made), by=a.me)
    issued(world, made)
    assert who_reads(world, made) == set(ALL)
    with As(world, "solange"):
        row = queries.get(made)
        assert hashlib.sha256(row.canonical).hexdigest() == row.hash
        said = json.loads(row.canonical)
        assert said["parts"]["points"][0]["text"] == "Le travail a commencé."
        assert said["reply"]["text"] == "Je partage ces constats."
        assert queries.passages(made) == [], "what was written before stays with the pair"


def test_nothing_that_its_readers_may_not_read_is_taken(world: Any) -> None:
    """A shared summary is the three parties': the direction reads the report, and not that."""
    with As(world, "helene") as a:
        session = planning.plan(a.frame, Type.PAIR, a.strand, by=a.me)
    with As(world, "helene") as a:
        summary = summaries.begin(schedule.get(session), a.frame, by=a.me)
    with As(world, "ines") as a:
        row = schedule.summary(schedule.get(session))
        documents.rewrite(row.document_id, {"text": "Ce que Solange ne lit pas"}, a.me.contact_id)
        summaries.share(row, a.frame, by=a.me)
    objective = shared(world)
    report = begun(world)
    with As(world, "helene") as a:
        taken = sources.of_strand(a.frame, a.strand, by=a.me)
        assert [r.id for r in taken.results] == [objective]
        assert taken.told == ()
        for kind, source in (("summary", summary), ("objective", uuid.uuid4())):
            with pytest.raises(Refused, match=r"report\.reach"):
                drafting.add(queries.get(report), a.frame, Draft("points", "x", kind, source), by=a.me)
        drafting.add(queries.get(report), a.frame, Draft("results", "x", "objective", objective), by=a.me)
    with As(world, "helene"):
        row = queries.passages(report)[0]
        row.source_kind, row.source_id = "summary", summary
        with pytest.raises(sa.exc.ProgrammingError, match="may not all read"):
            db.session.flush()
        db.session.rollback()


def test_a_draft_of_somebody_is_never_taken(world: Any) -> None:
    with As(world, "helene") as a:
        draft = objectives.propose(a.frame, a.strand, by=a.me, wording="Brouillon d’Hélène")
    report = begun(world)
    with As(world, "helene") as a:
        assert sources.of_strand(a.frame, a.strand, by=a.me).results == ()
        with pytest.raises(Refused, match=r"report\.reach"):
            drafting.add(queries.get(report), a.frame, Draft("results", "x", "objective", draft), by=a.me)


def test_what_the_matrix_takes_back_meanwhile_is_not_issued(world: Any, superuser: Any) -> None:
    objective = measured(world)
    report = begun(world, Draft("results", "Onze litiges.", "objective", objective))
    given(world, report)
    with As(world, "ines") as a:
        issuing.finish(queries.get(report), by=a.me)
    superuser.exec_driver_sql("delete from reported_cell where kind = 'objectives'")
    with pytest.raises(Refused, match=r"report\.reach"):
        issued(world, report)
    with As(world, "helene") as a:
        drafting.drop(queries.passages(report)[0], by=a.me)
        drafting.add(queries.get(report), a.frame, Draft("results", "De mémoire."), by=a.me)
    issued(world, report)
    with As(world, "solange"):
        assert json.loads(queries.get(report).canonical)["results"] == []


def test_the_mentee_reads_first_and_the_time_ends_by_itself(world: Any) -> None:
    report = begun(world)
    given(world, report, days=2)
    with pytest.raises(Refused, match=r"report\.not_read"):
        issued(world, report)
    later = datetime.now(UTC) + timedelta(days=2, minutes=1)
    with at(later):
        with As(world, "ines") as a, pytest.raises(Refused, match=r"report\.not_reading"):
            issuing.reply(queries.get(report), "Trop tard", by=a.me)
        issued(world, report)
    with As(world, "yann"):
        assert queries.get(report).issued_at is not None


def test_postgresql_itself_keeps_the_mentees_time(world: Any, superuser: Any) -> None:
    report = begun(world)
    given(world, report)
    early = "update report set issued_at = now(), issued_by = author_id, canonical = '', hash = encode(sha256(''), 'hex')"
    with pytest.raises(sa.exc.IntegrityError, match="time to read"):
        superuser.exec_driver_sql(early)


def test_an_issued_report_is_never_changed_but_recalled_by_a_corrected_one(
    world: Any, superuser: Any
) -> None:
    report = begun(world)
    finished(world, report)
    with As(world, "helene") as a, pytest.raises(Refused, match=r"report\.issued"):
        drafting.add(queries.get(report), a.frame, Draft("points", "x"), by=a.me)
    with pytest.raises(sa.exc.IntegrityError, match="never changed"):
        superuser.exec_driver_sql("update report set reply = 'x', reply_at = now()")
    with As(world, "solange") as a:
        issuing.receive(queries.get(report), by=a.me)
        issuing.receive(queries.get(report), by=a.me)
        assert [r.contact_id for r in queries.receipts(report)] == [a.me.contact_id]
    with As(world, "helene") as a:
        again = issuing.correct(queries.get(report), a.frame, "Une date était fausse.", by=a.me)
    assert who_reads(world, again) == {"helene"}
    with As(world, "solange"):
        assert queries.get(report).recalled_at is None, "nothing of it is known before it is issued"
    finished(world, again)
    with As(world, "solange") as a:
        before, after = queries.get(report), queries.get(again)
        assert (before.recalled_by, after.version) == (again, 2)
        assert json.loads(after.canonical)["reason"] == "Une date était fausse."
        assert json.loads(after.canonical)["parts"]["points"][0]["text"] == "Le travail a commencé."
        with pytest.raises(Refused, match=r"report\.recalled"):
            issuing.receive(before, by=a.me)


def test_what_is_issued_is_what_was_read(world: Any) -> None:
    report = begun(world)
    given(world, report)
    with As(world, "ines") as a:
        issuing.finish(queries.get(report), by=a.me)
    with As(world, "helene") as a:
        row = queries.get(report)
        seen = content.hashed(content.canonical(content.build(a.frame, row, by=a.me)))
        documents.rewrite(queries.passages(report)[0].document_id, {"text": "Autrement."}, a.me.contact_id)
        with pytest.raises(Refused, match=r"report\.changed"):
            issuing.issue(row, a.frame, seen, by=a.me)


def test_words_taken_out_before_the_mentee_reads_are_nowhere(world: Any, superuser: Any) -> None:
    report = begun(world, Draft("points", "Un mot de trop"))
    with As(world, "helene") as a:
        documents.rewrite(queries.passages(report)[0].document_id, {"text": "Ce qui reste"}, a.me.contact_id)
    given(world, report)
    logs = superuser.exec_driver_sql(
        "select data from document_update union all select data from document_snapshot"
    )
    assert not any(b"Un mot de trop" in bytes(data) for (data,) in logs)


def test_only_an_invited_mentee_writes(world: Any) -> None:
    report = begun(world)
    given(world, report)
    with As(world, "ines"):
        assert documents.get(queries.passages(report)[0].document_id).kind == drafting.ALONE
    with As(world, "helene") as a:
        drafting.invite(queries.get(report), a.frame, by=a.me)
    with As(world, "ines"):
        assert documents.get(queries.passages(report)[0].document_id).kind == drafting.TOGETHER


def stage(world: Any, who: str) -> Any:
    with As(world, who) as a:
        found = standings(across.mission_state(a.frame.id), a.strand)
    return next(s for s in found if s.stage is Stage.REPORT)


def test_the_rail_tells_a_window_to_whoever_reads_it_and_nobody_waits(world: Any) -> None:
    report = begun(world)
    assert {stage(world, w).where for w in ALL} == {Where.EMPTY}
    given(world, report)
    told = {w: stage(world, w).where for w in ALL}
    assert told == dict.fromkeys(ALL, Where.EMPTY) | {"ines": Where.WRITING, "helene": Where.WRITING}
    assert stage(world, "ines").waits == ()
    with As(world, "ines") as a:
        issuing.finish(queries.get(report), by=a.me)
    issued(world, report)
    assert {stage(world, w).where for w in ALL} == {Where.AGREED}


def test_it_is_numbered_printed_and_sealed_once(app: Any, world: Any) -> None:
    measured(world)
    report = begun(world)
    finished(world, report)
    run(app)
    year = datetime.now(UTC).year
    with As(world, "solange"):
        sealed = files.sealed(purpose="report", subject_id=report)
        assert sealed is not None
        assert (sealed.number, sealed.file.type) == (f"BIL-{year}-001", "application/pdf")
    with As(world, "helene") as a:
        again = issuing.correct(queries.get(report), a.frame, "Une date était fausse.", by=a.me)
    finished(world, again)
    run(app)
    with As(world, "marc"):
        assert files.sealed(purpose="report", subject_id=again).number == f"BIL-{year}-002"

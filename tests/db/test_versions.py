"""Versions and signatures on real rows: what is frozen, who must sign it, and when the matrix becomes the reading rule."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tenants.db import db
from tenants.documents import operations as documents
from tenants.mission import across
from tenants.mission.agreement import amendments, divergences, queries, signing, terms, texts, versions
from tenants.mission.agreement.clauses import ClauseValues, clauses_in_force
from tenants.mission.agreement.matrix import Cell
from tenants.mission.agreement.signing import Evidence
from tenants.policy import Role
from tenants.refusals import Refused, Stale
from tenants.zones import Kind
from tests.db.test_agreement import revealed
from tests.db.test_objectives import As, shared

pytestmark = pytest.mark.usefixtures("in_app")
CODE = Evidence("code", "J’ai lu.", "i…@example.test", "192.0.2.0/24", "Firefox")
SIGNERS = ("ines", "helene", "marc", "solange")
TEMPLATE = {
    "values": ClauseValues(late_hours=48, preparation_minutes=30).plain(),
    "price": "Contrat 2026-14",
    "clauses": [
        {"key": "confidence", "fr": {"title": "Confidentialité", "text": "Ce qui se dit reste.", "reason": "Oser."}},
        {"key": "danger", "fr": {"title": "Danger", "text": "Sauf danger grave.", "reason": "Protéger."}},
    ],
}  # fmt: skip


def begun(world: Any, mission: str = "solo", who: str = "helene") -> None:
    """The sentence is written, the rules are begun."""
    with As(world, who, mission) as a:
        texts.begin(a.frame, "sentence", by=a.me)
    with As(world, who, mission) as a:
        row = texts.of_mission(a.frame.id, "sentence")
        documents.rewrite(row.document_id, {"text": "Inès conduit le site par ses chefs."}, a.me.contact_id)
        terms.begin(a.frame, 1, TEMPLATE, by=a.me)


def proposed(world: Any, who: str = "helene", mission: str = "solo") -> uuid.UUID:
    with As(world, who, mission) as a:
        return signing.propose(terms.get(a.frame.id), a.frame, by=a.me).id


def ready(world: Any) -> uuid.UUID:
    revealed(world)
    begun(world)
    return proposed(world)


def sign(world: Any, who: str, version: uuid.UUID, evidence: Evidence = CODE) -> bool:
    with As(world, who) as a:
        found = versions.get(version)
        return signing.sign(found, a.frame, found.hash, evidence, by=a.me)


def awaited(world: Any) -> set[str]:
    names = {p.contacts.get("ombrelune"): k for k, p in world.people.items()}
    with As(world, "helene") as a:
        state = across.mission_state(a.frame.id)
        return {names[w.contact_id] for w in state.waits if w.kind.startswith("agreement.sign")}


def cell(world: Any, kind: Kind, role: Role, value: Cell, who: str = "marc") -> None:
    with As(world, who) as a:
        row = terms.get(a.frame.id)
        terms.set_cell(row, a.frame, row.revision, kind, role, value, by=a.me)


def test_nothing_is_proposed_before_expectations_are_revealed_and_divergences_have_an_outcome(
    world: Any,
) -> None:
    with As(world, "helene") as a:
        assert versions.blockers(a.frame, terms.get(a.frame.id)) == ["version.no_rules"]
    begun(world)
    with pytest.raises(Refused, match=r"version\.expectations"):
        proposed(world)
    revealed(world)
    made = uuid.uuid4()
    with As(world, "marc") as a:
        divergences.mark(a.frame, made, "hopes", "Le site Sud n’est cité que par Solange.", by=a.me)
    with pytest.raises(Refused, match=r"version\.divergences"):
        proposed(world)
    with As(world, "marc") as a:
        divergences.settle(queries.divergence(made), 1, "dismissed", "Autre projet.", None, by=a.me)
    proposed(world)


def test_a_version_holds_everything_and_its_hash_is_that_of_its_bytes(world: Any, superuser: Any) -> None:
    made = ready(world)
    with As(world, "marc"):
        version = versions.get(made)
        said = versions.content_of(version)
        assert (version.number, version.kind) == (1, "agreement")
        assert said["texts"]["sentence"]["words"] == "Inès conduit le site par ses chefs."
        assert {e["by"] for e in said["expectations"]} >= {"Inès Corbelin", "Marc Ostrevant"}
        assert [c["key"] for c in said["clauses"]] == ["confidence", "danger"]
        assert said["values"]["late_hours"] == 48
        assert said["matrix"]["objectives"] == {
            "mentee": "read", "mentor": "read", "manager": "read", "sponsor": "later", "hr": "later",
        }  # fmt: skip
        assert [s["roles"] for s in said["signatories"]] == [["mentee"], ["mentor"], ["manager"], ["sponsor"]]
    row = superuser.execute(sa.text("select canonical, hash from agreement_version")).one()
    assert json.loads(bytes(row.canonical)) == said
    with pytest.raises(sa.exc.IntegrityError):
        superuser.execute(sa.text("update agreement_version set canonical = 'x'"))


def test_the_application_alters_no_version_no_signature_and_no_matrix(world: Any, superuser: Any) -> None:
    superuser.execute(sa.text("update mission set created_at = now() - interval '1 day'"))
    made = ready(world)
    sign(world, "ines", made)
    for statement in (
        "update agreement_version set canonical = 'x'",
        "update agreement_version set in_force_at = now()",
        "delete from agreement_version",
        "update agreement_answer set hash = 'x'",
        "delete from agreement_answer",
        "update mission set rule_id = gen_random_uuid()",
        "update matrix_cell set role = 'hr'",
        "insert into matrix_cell select company_id, id, mission_id, 'objectives', 'hr' from rule",
        "insert into rule select company_id, gen_random_uuid(), id, 9, now() from mission",
    ):
        with As(world, "helene") as a, pytest.raises(sa.exc.ProgrammingError):
            db.session.execute(sa.text(statement))
        with suppress(Exception):
            db.session.rollback()
    with As(world, "helene") as a, pytest.raises(sa.exc.ProgrammingError):
        signing._answer(versions.get(made), "signed", _as(a.me, world, "marc"), evidence=CODE)
    db.session.rollback()


def _as(actor: Any, world: Any, who: str) -> Any:
    from dataclasses import replace

    return replace(actor, contact_id=world.people[who].contacts["ombrelune"])


def test_the_mentee_is_asked_first_and_the_others_after(world: Any) -> None:
    made = ready(world)
    assert awaited(world) == {"ines"}
    sign(world, "ines", made)
    assert awaited(world) == {"helene", "marc", "solange"}
    sign(world, "marc", made)
    assert awaited(world) == {"helene", "solange"}


def test_after_two_days_the_others_are_asked_too(world: Any) -> None:
    made = ready(world)
    with As(world, "helene"):
        signing.invite(made)
    assert awaited(world) == set(SIGNERS)


def test_anybody_may_sign_before_being_asked_and_twice_is_once(world: Any, superuser: Any) -> None:
    made = ready(world)
    assert sign(world, "solange", made) is False
    assert sign(world, "solange", made) is False
    assert superuser.scalar(sa.text("select count(*) from agreement_answer")) == 1


def test_signed_by_all_it_is_the_reading_rule_and_narrows_at_once(world: Any, superuser: Any) -> None:
    objective = shared(world)
    revealed(world)
    begun(world)
    cell(world, Kind.SUMMARIES, Role.MANAGER, Cell.NONE)
    cell(world, Kind.CONTEXT, Role.HR, Cell.LATER)
    made = proposed(world)
    assert [sign(world, who, made) for who in SIGNERS] == [False, False, False, True]
    with As(world, "helene") as a:
        assert a.frame.versions[a.frame.rule_id][0] == 1
        rule = a.frame.rules[a.frame.rule_id]
        assert Role.MANAGER not in rule[Kind.SUMMARIES]
        assert Role.HR not in rule[Kind.CONTEXT]
        assert a.frame.reported[Kind.CONTEXT] == {Role.HR}
        assert rule[Kind.TEAM] == {Role.MENTEE, Role.MENTOR}
        assert clauses_in_force(a.frame.id) == ClauseValues(late_hours=48, preparation_minutes=30)
        assert versions.get(made).in_force_at is not None
        assert queries.sentence(a.frame.id) == "Inès conduit le site par ses chefs."
        assert signing.printable(made).content_hash == versions.get(made).hash
    with As(world, "marc") as a:
        assert a.line(objective)
    assert awaited(world) == set()


def test_widening_opens_nothing_that_was_written_before(world: Any) -> None:
    shared(world)
    revealed(world)
    begun(world)
    cell(world, Kind.OBJECTIVES, Role.SPONSOR, Cell.READ)
    made = proposed(world)
    for who in SIGNERS:
        sign(world, who, made)
    with As(world, "solange") as a:
        assert a.lines() == []
    shared(world, words="Écrit depuis, pour les trois parties.")
    with As(world, "solange") as a:
        assert a.lines() == []
        assert all(z.kind is not Kind.OBJECTIVES for z in a.frame.zones.values())


def test_a_change_asked_reopens_it_for_all_and_its_signatures_fall(world: Any) -> None:
    made = ready(world)
    sign(world, "ines", made)
    with As(world, "marc") as a:
        signing.ask_change(versions.get(made), a.frame, "Le délai de 48 h est trop long.", by=a.me)
    with As(world, "ines") as a:
        version = versions.get(made)
        assert signing.signed(version) == {}
        assert [x.reason for x in signing.answers([made]) if x.kind == "change"] == [
            "Le délai de 48 h est trop long."
        ]
        row = terms.get(a.frame.id)
        assert row.open
        terms.set_fields(row, a.frame, row.revision, {"late_hours": 24}, by=a.me)
    assert awaited(world) == set()
    with pytest.raises(Refused, match=r"version\.reopened"):
        sign(world, "helene", made)
    second = proposed(world, "ines")
    with As(world, "helene") as a:
        assert versions.get(second).number == 2
        assert signing.signed(versions.get(second)) == {}
    assert [sign(world, who, second) for who in SIGNERS][-1] is True


def test_two_last_signatures_at_the_same_moment_make_one_rule(app: Any, world: Any, superuser: Any) -> None:
    made = ready(world)
    for who in ("ines", "helene"):
        sign(world, who, made)

    def signs(who: str) -> bool:
        with app.app_context():
            return sign(world, who, made)

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(signs, ("marc", "solange"))) == [False, True]
    assert superuser.scalar(sa.text("select count(*) from rule where version = 1")) == 1


def test_the_last_signature_has_every_open_page_judged_again(world: Any) -> None:
    made = ready(world)
    for who in SIGNERS[:3]:
        sign(world, who, made)
    with As(world, SIGNERS[3]) as a:
        found = versions.get(made)
        assert signing.sign(found, a.frame, found.hash, CODE, by=a.me)
        assert f"revoked mission {a.frame.id}" in db.session.info["told"]


def test_a_refusal_is_an_answer_and_ends_nothing(world: Any) -> None:
    made = ready(world)
    sign(world, "ines", made)
    with As(world, "solange") as a:
        signing.refuse(versions.get(made), a.frame, "", by=a.me)
    assert awaited(world) == {"helene", "marc"}
    sign(world, "helene", made)
    assert sign(world, "marc", made) is False
    assert sign(world, "solange", made) is True, "one may still sign"


def test_another_text_than_the_one_read_is_not_signed(world: Any) -> None:
    made = ready(world)
    with As(world, "ines") as a, pytest.raises(Stale):
        signing.sign(versions.get(made), a.frame, "0" * 64, CODE, by=a.me)
    db.session.rollback()


def test_rules_out_for_signature_do_not_move(world: Any) -> None:
    ready(world)
    with As(world, "marc") as a:
        row = terms.get(a.frame.id)
        with pytest.raises(Refused, match=r"terms\.frozen"):
            terms.set_fields(row, a.frame, row.revision, {"late_hours": 1}, by=a.me)
        with pytest.raises(Refused, match=r"terms\.frozen"):
            terms.set_cell(row, a.frame, row.revision, Kind.CONTEXT, Role.HR, Cell.NONE, by=a.me)
        clause = terms.clauses(a.frame.id)[0]
        with pytest.raises(Refused, match="frozen"):
            documents.append(clause.document_id, b"", a.me.contact_id)


def test_a_fixed_cell_is_fixed_and_a_stale_value_is_told(world: Any) -> None:
    begun(world)
    with pytest.raises(Refused, match=r"cell\.fixed"):
        cell(world, Kind.OBJECTIVES, Role.MANAGER, Cell.NONE)
    with As(world, "ines") as a:
        row = terms.get(a.frame.id)
        seen = row.revision
        terms.set_fields(row, a.frame, seen, {"late_hours": 12}, by=a.me)
    with As(world, "marc") as a:
        row = terms.get(a.frame.id)
        terms.set_fields(row, a.frame, seen, {"report_minutes": 60}, by=a.me)
        with pytest.raises(Stale) as told:
            terms.set_fields(row, a.frame, seen, {"late_hours": 6}, by=a.me)
        assert (told.value.values["mine"], told.value.values["theirs"]) == (6, 12)


def test_a_signatory_who_would_not_read_it_stops_the_proposal(world: Any) -> None:
    revealed(world)
    begun(world)
    cell(world, Kind.AGREEMENT, Role.SPONSOR, Cell.NONE)
    with pytest.raises(Refused, match=r"version\.signatory_blind"):
        proposed(world)


def test_what_the_mentee_says_first_is_the_mentors_alone(world: Any, superuser: Any) -> None:
    made, said = ready(world), uuid.uuid4()
    with As(world, "ines") as a:
        signing.talk_first(versions.get(made), a.frame, said, "Je n’ose pas pour le délai.", by=a.me)
    with As(world, "helene") as a:
        assert [t.text for t in signing.talks(versions.get(made))] == ["Je n’ose pas pour le délai."]
        assert "agreement.talk" in {w.kind for w in across.waits()}
    for other in ("marc", "solange", "yann"):
        with As(world, other) as a:
            assert signing.talks(versions.get(made)) == []
            assert all(w.kind != "agreement.talk" for w in across.mission_state(a.frame.id).waits)
            assert (
                db.session.scalar(sa.text("select count(*) from event where name = 'agreement.talked'")) == 0
            )
    with As(world, "helene") as a:
        signing.heard(signing.talk(said), by=a.me)
        assert "agreement.talk" not in {w.kind for w in across.waits()}


def test_one_person_with_two_roles_signs_once(world: Any, superuser: Any) -> None:
    place = world.missions["solo"]
    superuser.execute(
        sa.text(
            "update participation set contact_id = :s where mission_id = :m and role = 'manager' and until_at is null"
        ),
        {"s": world.people["solange"].contacts["ombrelune"], "m": place.id},
    )
    from tests.db.test_agreement import ready as said_ready
    from tests.db.test_agreement import written

    for who in ("ines", "helene", "solange"):
        written(world, who, "x")
    for who in ("ines", "helene", "solange"):
        said_ready(world, who)
    begun(world)
    made = proposed(world)
    with As(world, "ines"):
        assert list(signing.required(versions.get(made)).values()) == [
            ["mentee"],
            ["mentor"],
            ["manager", "sponsor"],
        ]
    assert [sign(world, who, made) for who in ("ines", "helene", "solange")] == [False, False, True]
    assert superuser.scalar(sa.text("select roles from agreement_answer order by at desc limit 1")) == [
        "manager",
        "sponsor",
    ]


def in_force(world: Any) -> uuid.UUID:
    made = ready(world)
    for who in SIGNERS:
        sign(world, who, made)
    return made


def test_an_amendment_is_signed_again_and_the_first_stays_in_force_meanwhile(world: Any) -> None:
    first = in_force(world)
    with As(world, "ines") as a:
        terms.amend(terms.get(a.frame.id), a.frame, by=a.me)
    with pytest.raises(Refused, match=r"version\.same"):
        proposed(world)
    cell(world, Kind.CALENDAR, Role.HR, Cell.NONE)
    second = proposed(world)
    with As(world, "marc") as a:
        assert versions.in_force(a.frame.id).id == first
        assert versions.get(second).kind == "amendment"
        assert versions.content_of(versions.get(second))["previous"] == versions.get(first).hash
    for who in SIGNERS:
        sign(world, who, second)
    with As(world, "marc") as a:
        assert a.frame.versions[a.frame.rule_id][0] == 2
        assert Role.HR not in a.frame.rules[a.frame.rule_id][Kind.CALENDAR]


def test_dates_alone_are_signed_by_direction_and_firm_and_accepted_by_the_pair(world: Any) -> None:
    in_force(world)
    made, moved = uuid.uuid4(), []
    amendments.ON_DATES.append(lambda before, s, e, h, by: moved.append((before.hours, h)))
    try:
        with As(world, "odile") as a:
            amendments.propose(
                a.frame, made, a.frame.starts_on, a.frame.ends_on + timedelta(days=30), 30 * 60, by=a.me
            )
        with As(world, "helene") as a:
            waits = {w.kind for w in across.mission_state(a.frame.id).waits}
            assert waits == {"agreement.accept", "agreement.sign_dates"}
        for who, act in (("ines", "accept"), ("solange", "sign"), ("odile", "sign"), ("helene", "accept")):
            with As(world, who) as a:
                row = amendments.get(made)
                rest = (CODE,) if act == "sign" else ()
                done = getattr(amendments, act)(row, a.frame, row.hash, *rest, by=a.me)
                assert done is (who == "helene")
        with As(world, "marc") as a:
            assert a.frame.hours == 30 * 60
            assert across.mission_state(a.frame.id).waits == ()
        assert moved == [(24 * 60, 30 * 60)]
        with As(world, "marc") as a, pytest.raises(Refused, match=r"dates\.not_signatory"):
            amendments.sign(amendments.get(made), a.frame, "x", CODE, by=a.me)
    finally:
        amendments.ON_DATES.pop()


def test_what_one_signed_stays_readable_after_leaving(world: Any, superuser: Any) -> None:
    first = in_force(world)
    superuser.execute(sa.text("update participation set until_at = now() where role = 'manager'"))
    read = sa.text("select my_version(:v)")
    with world.acting("marc", "ombrelune") as session:
        assert session.scalar(read, {"v": first})["number"] == 1
        assert session.scalar(sa.text("select count(*) from agreement_version")) == 0
    with world.acting("yann", "ombrelune") as session:
        assert session.scalar(read, {"v": first}) is None

"""Mails as they leave: what they say, to whom, when; what they never say; what comes of a server that is away."""

import logging
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from tenants import models, walls
from tenants.db import db
from tenants.events import defer, record
from tenants.mission import coming as taking
from tenants.mission import queries as missions
from tenants.mission.objectives import operations as objectives
from tenants.mission.objectives import queries
from tenants.people import codes
from webapp.mail.compose import Unaddressable, message_id, recipient
from webapp.mail.sink import Sink
from webapp.work import queue, worker

T = models.metadata.tables
CANARY = "CNRY-4f1b9c0de7"


@pytest.fixture(scope="module")
def _sink() -> Any:
    sink = Sink().start()
    yield sink
    sink.stop()


@pytest.fixture
def sink(app, _sink) -> Sink:
    """The mail server of this test: empty, willing."""
    _sink.empty()
    _sink.refusing = False
    config = app.extensions["trialogue"]
    app.extensions["trialogue"] = replace(
        config,
        smtp_url=_sink.smtp_url,
        demo_mails=_sink.http_url,
        mail_from="Trialogue <service@trialogue.test>",
    )
    return _sink


@pytest.fixture
def work(app, sink) -> Any:
    """Run what is queued, and what that queues; without the clock."""

    def run() -> list[dict[str, Any]]:
        queue.make(app).run_worker(
            wait=False, delete_jobs="successful", install_signal_handlers=False, listen_notify=False
        )
        return sink.newest_first()

    return run


@pytest.fixture
def shared(app, world, superuser) -> Any:
    """``shared("helene", "marc", "ines")``: Hélène shared something of « solo »; of Marc and Inès it awaits initials."""

    def share(by: str, *of: str, kind: str = "objective.assent") -> uuid.UUID:
        place = world.missions["solo"]
        zone, subject = uuid.uuid4(), uuid.uuid4()
        common = {"company_id": place.company_id, "mission_id": place.id, "strand_id": place.strands[0]}
        author = world.people[by].contacts["ombrelune"]
        superuser.execute(
            T["zone"]
            .insert()
            .values(
                **common,
                id=zone,
                kind="objectives",
                audience="parties",
                author_id=author,
                rule_id=place.rule_id,
            )
        )
        with app.app_context(), world.acting(by, "ombrelune") as session:
            for who in of:
                contact = world.people[who].contacts["ombrelune"]
                since = datetime.now(UTC) - timedelta(days=3)
                session.execute(
                    T["awaited"]
                    .insert()
                    .values(
                        **common,
                        id=uuid.uuid4(),
                        zone_id=zone,
                        contact_id=contact,
                        kind=kind,
                        subject_id=subject,
                        since=since,
                    )
                )
            record("objective.assented", zone_id=zone, subject_id=subject, by=author)
            session.commit()
        return subject

    return share


def ask(app: Any, address: str) -> uuid.UUID:
    with app.app_context():
        found = codes.ask(address, secret=app.config["SECRET_KEY"].encode(), ip="192.0.2.1")
        db.session.commit()
    return found


def everything(superuser: sa.Connection) -> str:
    """Every row of every table, as text."""
    tables = superuser.scalars(sa.text("select tablename from pg_tables where schemaname = 'public'"))
    return "\n".join(
        str(superuser.scalar(sa.text(f"select coalesce(jsonb_agg(t)::text, '') from \"{name}\" t")))
        for name in tables
    )


# -- codes ---------------------------------------------------------------------------------------------------


def test_a_code_and_a_link_reach_a_known_address_and_nothing_an_unknown_one(app, world, work):
    ask(app, "MARC@example.test ")
    ask(app, "nobody@example.test")
    [mail] = work()
    assert mail["to"] == "marc@example.test"
    assert re.search(r"^\d{6}$", mail["text"], re.MULTILINE)
    assert mail["links"][0].startswith(app.extensions["trialogue"].public_url + "/sign-in/link/")
    assert not re.search(r"\d{6}", mail["subject"])


def test_a_code_rests_nowhere(app, superuser, work, caplog, capfd):
    with caplog.at_level(logging.DEBUG):
        ask(app, "marc@example.test")
        before = everything(superuser)
        [mail] = work()
    code = re.search(r"^\d{6}$", mail["text"], re.MULTILINE)[0]
    token = mail["links"][0].rpartition("/")[2]
    kept = "\n".join([before, everything(superuser), caplog.text, *capfd.readouterr()])
    assert token not in kept
    assert not re.search(rf"\b{code}\b", kept)


def test_a_code_that_is_sent_again_is_another_mail_with_another_code(app, superuser, sink, work):
    ask(app, "marc@example.test")
    sink.refusing = True
    assert work() == []
    job = superuser.execute(sa.text("select status::text, attempts from procrastinate_jobs")).one()
    assert job == ("todo", 1)
    sink.refusing = False
    superuser.execute(sa.text("update procrastinate_jobs set scheduled_at = now()"))
    [mail] = work()
    assert re.search(r"^\d{6}$", mail["text"], re.MULTILINE)
    assert superuser.scalar(sa.text("select count(*) from procrastinate_jobs")) == 0


def test_an_error_of_the_mail_server_names_nobody(app, sink, work, caplog, capfd):
    ask(app, "marc@example.test")
    sink.refusing = True
    with caplog.at_level(logging.DEBUG):
        work()
    assert "marc@example.test" not in caplog.text + "".join(capfd.readouterr())


# -- what awaits ---------------------------------------------------------------------------------------------


def test_who_is_awaited_is_told_once_a_day_by_name_of_who_asks(shared, work, sink):
    shared("helene", "marc", "ines")
    shared("helene", "marc")
    mails = work()
    assert sorted(m["to"] for m in mails) == ["ines@example.test", "marc@example.test"]
    [mail] = sink.to("marc@example.test")
    assert mail["subject"] == "On attend votre réponse"
    assert "Bonjour Marc," in mail["text"]
    assert "Hélène Tavernac vous demande de relire 2 textes et d’y poser vos initiales." in mail["text"]
    assert "C’est attendu depuis 3\u00a0jours." in mail["text"].replace("3 jours", "3\u00a0jours")
    assert "Cabinet sauvelande, pour Ombrelune Logistique" in mail["text"]
    assert mail["headers"]["From"] == "Cabinet sauvelande <service@trialogue.test>"
    sink.empty()
    shared("helene", "marc")
    assert work() == []


def test_a_mail_never_names_the_mentee_the_mission_or_a_content(shared, work, sink, superuser, caplog, capfd):
    superuser.execute(sa.text("update mission set title = :c"), {"c": f"{CANARY}-title"})
    with caplog.at_level(logging.DEBUG):
        shared("ines", "marc", "helene")
        mails = work()
    assert sorted(m["to"] for m in mails) == ["helene@example.test", "marc@example.test"]
    for mail in mails:
        said = " ".join([mail["subject"], mail["text"], mail["html"], *mail["headers"].values()])
        assert "Inès" not in said
        assert "Corbelin" not in said
        assert CANARY not in said
        assert "Un texte attend vos initiales." in mail["text"]
    assert CANARY not in caplog.text + "".join(capfd.readouterr())


@pytest.fixture
def act(app, world) -> Any:
    """``act("ines", lambda here: …)``: one committed act in « solo »; ``here`` has frame, strand and me."""

    def acted(who: str, do: Any) -> Any:
        place = world.missions["solo"]
        with app.app_context(), world.acting(who, "ombrelune") as session:
            actor, _ = missions.who(walls.acting(session))
            frame = missions.frame(place.id)
            here = SimpleNamespace(frame=frame, strand=place.strands[0], me=missions.with_zones(actor, frame))
            done = do(here)
            session.commit()
            return done

    return acted


def assent(here: Any, objective: uuid.UUID) -> None:
    [line] = [x for x in queries.of_strand(here.frame, here.strand, by=here.me) if x.id == objective]
    objectives.assent(queries.get(objective), here.frame, line.content.hash, by=here.me)


def test_from_the_first_initials_the_others_are_told_without_a_word_of_the_text(
    act, superuser, work, sink, caplog, capfd
):
    with caplog.at_level(logging.DEBUG):
        made = act(
            "ines", lambda x: objectives.propose(x.frame, x.strand, by=x.me, wording=f"{CANARY}-wording")
        )
        act("ines", lambda x: objectives.share(queries.get(made), x.frame, by=x.me))
        assert work() == []
        act("marc", lambda x: assent(x, made))
        assert CANARY not in str(superuser.execute(sa.text("select args from procrastinate_jobs")).all())
        mails = work()
    assert sorted(m["to"] for m in mails) == ["helene@example.test", "ines@example.test"]
    [mail] = sink.to("helene@example.test")
    assert "Marc Ostrevant vous demande de relire un texte et d’y poser vos initiales." in mail["text"]
    assert CANARY not in str(mails) + caplog.text + "".join(capfd.readouterr())


def test_what_was_taken_back_is_erased_by_its_job_and_leaves_nothing(act, superuser, work):
    made = act("ines", lambda x: objectives.propose(x.frame, x.strand, by=x.me, wording=f"{CANARY}-wording"))
    assert CANARY in everything(superuser)
    act("ines", lambda x: objectives.withdraw(queries.get(made), by=x.me))
    job = superuser.execute(sa.text("select task_name, scheduled_at from procrastinate_jobs")).one()
    assert job.task_name == "erase_objective"
    assert job.scheduled_at > datetime.now(UTC)
    superuser.execute(sa.text("update procrastinate_jobs set scheduled_at = now()"))
    assert work() == []
    kept = everything(superuser)
    assert CANARY not in kept
    assert str(made) not in kept


def test_what_was_taken_back_goes_by_the_clock_when_its_author_was_removed_meanwhile(
    app, world, act, superuser, work, monkeypatch
):
    """The job acts as the author, who reads nothing of it any more: the clock's sweep acts as nobody."""
    published: list[str] = []
    monkeypatch.setattr(queue, "publish", published.extend)
    made = act("ines", lambda x: objectives.propose(x.frame, x.strand, by=x.me, wording=f"{CANARY}-wording"))
    act("ines", lambda x: objectives.share(queries.get(made), x.frame, by=x.me))
    stays = act("ines", lambda x: objectives.propose(x.frame, x.strand, by=x.me, wording="Reste"))
    act("marc", lambda x: objectives.comment(queries.get(made), uuid.uuid4(), f"{CANARY}-comment", by=x.me))
    [document] = superuser.execute(
        sa.text("select * from document where subject_id = :i and ended_why is null"), {"i": made}
    )
    superuser.execute(
        T["document_update"]
        .insert()
        .values(
            company_id=document.company_id,
            document_id=document.id,
            zone_id=document.zone_id,
            data=b"\0\0",
            contact_id=world.people["marc"].contacts["ombrelune"],
        )
    )
    act("ines", lambda x: objectives.withdraw(queries.get(made), by=x.me))
    superuser.execute(
        sa.text("update participation set until_at = now() where contact_id = :k"),
        {"k": world.people["ines"].contacts["ombrelune"]},
    )
    superuser.execute(sa.text("update procrastinate_jobs set scheduled_at = now()"))
    work()
    assert str(made) in everything(superuser), "hidden, and still there"
    clocked = worker.assemble(app).periodic_registry.periodic_tasks.values()
    assert "erase_withdrawn" in {p.task.name for p in clocked}
    for age, gone in (("50 seconds", False), ("61 seconds", True)):
        superuser.execute(
            sa.text("update objective set withdrawn_at = now() - cast(:a as interval) where id = :i"),
            {"a": age, "i": made},
        )
        published.clear()
        superuser.execute(sa.text("select defer_as('erase_withdrawn', '{}', null, null)"))
        work()
        assert (f"closed {document.id} withdrawn" in published) is gone
    kept = everything(superuser)
    for trace in (CANARY, str(made), str(document.id)):
        assert trace not in kept
    assert str(stays) in kept


def test_who_has_lost_the_right_to_read_gets_nothing(app, world, shared, work, superuser):
    shared("helene", "marc")
    superuser.execute(
        sa.text("update participation set until_at = now() where contact_id = :k"),
        {"k": world.people["marc"].contacts["ombrelune"]},
    )
    assert work() == []


def test_what_was_done_meanwhile_is_not_asked(shared, work, superuser):
    shared("helene", "marc")
    superuser.execute(sa.text("delete from awaited"))
    assert work() == []


def test_at_eight_each_of_whom_something_is_awaited_is_told(
    app, world, shared, work, superuser, monkeypatch, sink
):
    from webapp.work import clock

    shared("helene", "marc")
    work()
    sink.empty()
    superuser.execute(sa.text("update mail_day set day = day - 1"))
    app.extensions["trialogue"] = replace(app.extensions["trialogue"], demo=False)
    for hour, told in ((6, 0), (9, 1), (9, 0)):
        monkeypatch.setattr(clock, "now", lambda h=hour: datetime(2026, 11, 24, h - 1, 30, tzinfo=UTC))
        sink.empty()
        with app.app_context():
            clock.at_eight()
        assert len(work()) == told


def test_at_night_nobody_is_written_to(app, shared, work, monkeypatch, superuser):
    from webapp.work import reactions

    app.extensions["trialogue"] = replace(app.extensions["trialogue"], demo=False)
    monkeypatch.setattr(reactions, "now", lambda: datetime(2026, 11, 24, 22, 0, tzinfo=UTC))
    shared("helene", "marc")
    assert work() == []
    assert superuser.scalar(sa.text("select count(*) from mail_day")) == 0
    shared("helene", "marc")
    superuser.execute(sa.text("update event set at = '2100-11-24 09:59+00'"))
    monkeypatch.setattr(reactions, "now", lambda: datetime(2100, 11, 24, 10, 0, tzinfo=UTC))
    work()
    at = superuser.scalar(sa.text("select scheduled_at from procrastinate_jobs where task_name = 'awaits'"))
    assert at == datetime(2100, 11, 24, 10, 5, tzinfo=UTC)


def test_waits_of_two_companies_come_in_one_mail_each_under_its_name(app, world, shared, work, superuser):
    place = world.missions["alone"]
    zone, common = uuid.uuid4(), {"company_id": place.company_id, "mission_id": place.id}
    contact = world.people["helene"].contacts["brisemer"]
    superuser.execute(
        T["zone"]
        .insert()
        .values(
            **common,
            id=zone,
            strand_id=place.strands[0],
            kind="objectives",
            audience="parties",
            author_id=world.people["paula"].contacts["brisemer"],
            rule_id=place.rule_id,
        )
    )
    superuser.execute(
        T["awaited"]
        .insert()
        .values(
            **common,
            id=uuid.uuid4(),
            zone_id=zone,
            strand_id=place.strands[0],
            contact_id=contact,
            kind="objective.assent",
            subject_id=uuid.uuid4(),
            since=datetime.now(UTC),
        )
    )
    shared("marc", "helene")
    [mail] = work()
    assert mail["text"].index("Cabinet sauvelande, pour Brisemer Textile") < mail["text"].index(
        "Marc Ostrevant"
    )
    assert "Cabinet sauvelande, pour Ombrelune Logistique" in mail["text"]


def test_an_event_of_long_ago_is_the_clocks_to_tell(shared, work, superuser):
    shared("helene", "marc")
    superuser.execute(sa.text("update event set at = now() - interval '2 days'"))
    assert work() == []


def test_a_draft_awaits_nobody(shared, work, superuser):
    shared("helene", "marc")
    superuser.execute(sa.text("update zone set audience = 'author' where kind = 'objectives'"))
    assert work() == []


# -- the rhythm ----------------------------------------------------------------------------------------------


def test_the_link_under_a_digest_ends_them_and_opening_it_does_not(
    shared, work, sink, browse, superuser, world
):
    shared("helene", "marc")
    [mail] = work()
    stop = mail["headers"]["List-Unsubscribe"].strip("<>")
    assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop == mail["links"][-1]
    path = stop.removeprefix("http://localhost:8000")
    marc = {"p": world.people["marc"].id}
    rhythm = sa.text("select rhythm from person where id = :p")
    visitor = browse(None)
    assert "Un message par jour au plus" in visitor.get(path).text
    assert superuser.scalar(rhythm, marc) == "daily"
    assert visitor.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 303
    assert superuser.scalar(rhythm, marc) == "never"
    superuser.execute(sa.text("delete from mail_day"))
    sink.empty()
    shared("helene", "marc")
    assert work() == []
    assert visitor.post(path, data={"rhythm": "weekly"}).status_code == 303
    assert superuser.scalar(rhythm, marc) == "weekly"
    assert visitor.post(path, data={"rhythm": "hourly"}).status_code == 303
    assert superuser.scalar(rhythm, marc) == "weekly"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_was_never_sent_opens_nothing(browse, method):
    assert getattr(browse(None), method)("/mails/AAAA").status_code == 404


# -- invitations and readers ---------------------------------------------------------------------------------


@pytest.fixture
def invite(app, world, superuser) -> Any:
    """An invitation of somebody new into « solo », and its job."""

    def made(role: str = "sponsor", by: str = "odile", **changes: Any) -> uuid.UUID:
        place, contact, invitation = world.missions["solo"], uuid.uuid4(), uuid.uuid4()
        common = {"company_id": place.company_id}
        here = common | {"mission_id": place.id, "contact_id": contact}
        values = {
            "invited_by": world.people[by].contacts["ombrelune"],
            "expires_at": datetime(2100, 12, 1, tzinfo=UTC),
        }
        superuser.execute(
            T["contact"]
            .insert()
            .values(**common, id=contact, given_name="Paul", family_name="Vidal", email="paul@client.test")
        )
        superuser.execute(
            T["participation"]
            .insert()
            .values(**here, id=uuid.uuid4(), role=role, strand_id=place.strands[0], first_team=True)
        )
        superuser.execute(T["invitation"].insert().values(**here, id=invitation, **(values | changes)))
        with app.app_context(), world.acting(by, "ombrelune") as session:
            defer("invitation", invitation_id=invitation)
            session.commit()
        return invitation

    return made


def test_an_invitation_says_who_invites_to_what_as_whom(invite, work, superuser):
    invitation = invite()
    [mail] = work()
    assert mail["to"] == "paul@client.test"
    assert "Odile Brassenoy vous invite, pour Cabinet sauvelande" in mail["text"]
    assert "Votre rôle\u00a0: direction." in mail["text"]
    assert "1er\u00a0décembre" in mail["text"]
    token = mail["links"][0].rpartition("/")[2]
    kept = superuser.scalar(sa.text("select token_hash from invitation where id = :i"), {"i": invitation})
    assert kept
    assert token not in everything(superuser)


def test_an_invitation_sent_again_replaces_the_link(app, world, invite, work, superuser, sink):
    invitation = invite()
    work()
    hashed = sa.text("select token_hash from invitation where id = :i")
    first = superuser.scalar(hashed, {"i": invitation})
    with app.app_context(), world.acting("odile", "ombrelune") as session:
        defer("invitation", invitation_id=invitation)
        session.commit()
    work()
    assert superuser.scalar(hashed, {"i": invitation}) != first
    assert len({m["headers"]["Message-ID"] for m in sink.newest_first()}) == 2


def test_who_has_no_role_in_the_mission_any_more_is_not_invited(invite, work, superuser):
    invite()
    superuser.execute(sa.text("update participation set until_at = now() where role = 'sponsor'"))
    assert work() == []


def test_who_is_no_longer_staff_invites_nobody(invite, work, superuser, world):
    invite()
    superuser.execute(
        sa.text("update staff set until_at = now() where person_id = :p"), {"p": world.people["odile"].id}
    )
    assert work() == []


@pytest.mark.parametrize("ended", ["accepted_at", "revoked_at", "expires_at"])
def test_an_invitation_that_has_ended_is_not_sent(invite, work, ended):
    invite(**{ended: datetime(2026, 1, 1, tzinfo=UTC)})
    assert work() == []


def test_who_has_an_account_is_invited_where_they_read_their_mails(app, world, superuser, work):
    place, marc = world.missions["other"], world.people["marc"]
    superuser.execute(sa.text("update address set mails = false where person_id = :p"), {"p": marc.id})
    superuser.execute(
        T["address"]
        .insert()
        .values(id=uuid.uuid4(), person_id=marc.id, address="marc@chez-lui.test", personal=True, mails=True)
    )
    superuser.execute(sa.text("update person set language = 'en' where id = :p"), {"p": marc.id})
    here = {"company_id": place.company_id, "mission_id": place.id, "contact_id": marc.contacts["ombrelune"]}
    superuser.execute(
        T["participation"].insert().values(**here, id=uuid.uuid4(), role="sponsor", first_team=True)
    )
    invitation = uuid.uuid4()
    superuser.execute(
        T["invitation"]
        .insert()
        .values(
            **here,
            id=invitation,
            invited_by=world.people["olga"].contacts["ombrelune"],
            expires_at=datetime(2100, 1, 1, tzinfo=UTC),
        )
    )
    with app.app_context(), world.acting("olga", "ombrelune") as session:
        defer("invitation", invitation_id=invitation)
        session.commit()
    [mail] = work()
    assert mail["to"] == "marc@chez-lui.test"
    assert (mail["headers"]["Content-Language"], mail["subject"]) == ("en", "An invitation for you")
    assert '<html lang="en">' in mail["html"]
    assert not re.search(r"\b(vous|votre|pour|cette)\b", mail["text"] + mail["html"])


@pytest.mark.parametrize(
    ("role", "named", "to_mentee"),
    [
        ("sponsor", True, "pourra lire ce que son rôle lui permet"),
        ("mentor", True, "ne lira rien sans votre accord"),
        ("mentee", False, "pourra lire ce que son rôle lui permet"),
    ],
)
def test_a_later_reader_is_announced_to_the_mentee_and_but_a_mentor_to_the_mentor(
    app, world, superuser, work, sink, role, named, to_mentee
):
    place, coming = world.missions["solo"], uuid.uuid4()
    superuser.execute(
        T["participation"]
        .insert()
        .values(
            company_id=place.company_id,
            id=coming,
            mission_id=place.id,
            role=role,
            strand_id=place.strands[0],
            contact_id=world.people["bruno"].contacts["ombrelune"],
            first_team=False,
        )
    )
    with app.app_context(), world.acting("odile", "ombrelune") as session:
        defer("reader_announced", participation_id=coming)
        session.commit()
    work()
    told = {"ines@example.test"} if role == "mentor" else {"ines@example.test", "helene@example.test"}
    assert {m["to"] for m in sink.newest_first()} == told
    [mail] = sink.to("ines@example.test")
    assert ("Bruno Cazelmas" in mail["text"]) is named
    assert to_mentee in mail["text"]


def test_who_coordinates_is_told_that_a_mentor_is_declined_and_not_by_whom(app, world, superuser, work):
    place, part = world.missions["solo"], uuid.uuid4()
    superuser.execute(
        T["participation"].insert().values(
            company_id=place.company_id, id=part, mission_id=place.id, role="mentor", first_team=False,
            contact_id=world.people["bruno"].contacts["ombrelune"],
        )
    )  # fmt: skip
    superuser.execute(
        sa.text("update person set form = 'masculine' where id = :p"), {"p": world.people["bruno"].id}
    )
    with app.app_context(), world.acting("ines", "ombrelune") as session:
        me = missions.who(walls.acting(session))[0]
        taking.decline_mentor(taking.participation(place.company_id, place.id, part), by=me)
        session.commit()
    [mail] = work()
    assert mail["to"] == "odile@example.test"
    assert (
        "Bruno Cazelmas, que le cabinet avait proposé comme mentor, n’a pas été accepté par" in mail["text"]
    )
    assert "Inès" not in mail["text"] and "Prise de poste" not in mail["text"]
    assert mail["links"][0].endswith(f"/missions/{place.id}/people")


def test_a_firms_first_owner_is_invited_though_nobody_acts(superuser, work, world):
    staff = uuid.uuid4()
    superuser.execute(
        T["staff"]
        .insert()
        .values(
            firm_id=world.firms["rival"],
            id=staff,
            role="owner",
            name="Édith Sorel",
            address="edith@rival.test",
        )
    )
    superuser.execute(
        sa.text(
            "select defer_as('staff_invitation', jsonb_build_object('staff_id', cast(:s as uuid)), null, null)"
        ),
        {"s": staff},
    )
    [mail] = work()
    assert mail["to"] == "edith@rival.test"
    assert "Cabinet Rival" in mail["text"]
    assert mail["links"][0].rpartition("/")[2] not in everything(superuser)


# -- one's own account ---------------------------------------------------------------------------------------


def test_a_new_device_and_a_changed_access_are_told_to_their_person(app, world, superuser, work):
    marc = world.people["marc"]
    sign_in = superuser.scalar(sa.text("select id from sign_in where person_id = :p"), {"p": marc.id})
    with app.app_context(), world.acting("marc") as session:
        defer("new_device", sign_in_id=sign_in)
        defer("access_changed", what="codes-on")
        session.commit()
    mails = {m["subject"]: m for m in work()}
    assert set(mails) == {"Un nouvel appareil s’est connecté", "Un moyen de connexion a changé"}
    assert {m["to"] for m in mails.values()} == {"marc@example.test"}
    assert "Firefox" in mails["Un nouvel appareil s’est connecté"]["text"]


# -- where a mail goes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("paul@client.test", "paul@client.test"), ("paul@société.test", "paul@xn--socit-esab.test")],
)
def test_a_domain_is_written_as_servers_know_it(typed, sent):
    assert recipient(typed).addr_spec == sent


@pytest.mark.parametrize(
    "typed", ["", "paul", "paul@", "@client.test", "a@b.test, c@d.test", "a@b.test\r\nBcc: c@d.test"]
)
def test_what_is_not_one_address_gets_no_mail_and_is_not_said(typed):
    with pytest.raises(Unaddressable) as refused:
        recipient(typed)
    assert str(refused.value) == ""
    assert refused.value.__suppress_context__


def test_an_address_that_cannot_be_written_to_costs_its_mail_and_no_other(
    app, superuser, sink, work, caplog, capfd
):
    ask(app, "helene@example.test")
    superuser.execute(
        sa.text("update address set address = 'né@example.test' where address = 'marc@example.test'")
    )
    ask(app, "né@example.test")
    assert [m["to"] for m in work()] == ["helene@example.test"]
    assert "né@example" not in caplog.text + "".join(capfd.readouterr())
    assert superuser.scalar(sa.text("select count(*) from procrastinate_jobs")) == 0


# -- the form of every mail ----------------------------------------------------------------------------------


def test_a_mail_sent_twice_by_its_job_is_one_message_and_another_day_is_another(
    shared, work, superuser, sink
):
    shared("helene", "marc")
    [first] = work()
    superuser.execute(sa.text("update mail_day set day = day - 1"))
    shared("helene", "marc")
    assert work()[0]["headers"]["Message-ID"] != first["headers"]["Message-ID"]
    assert message_id("job", "a@b.test", "c.test") == message_id("job", "a@b.test", "c.test")
    assert message_id("job", "a@b.test", "c.test") != message_id("job", "z@b.test", "c.test")


def test_who_only_commented_is_not_named_as_asking(shared, work, superuser, world):
    shared("helene", "marc")
    superuser.execute(
        sa.text(
            "insert into event (company_id, id, zone_id, name, subject_id, by_id, at, data) select company_id,"
            " gen_random_uuid(), zone_id, 'objective.commented', subject_id, :by, now(), '{}' from event"
        ),
        {"by": world.people["bruno"].contacts["ombrelune"]},
    )
    [mail] = work()
    assert "Hélène Tavernac vous demande" in mail["text"]


def test_a_name_adds_neither_a_header_nor_a_line(app, superuser, shared, work):
    superuser.execute(sa.text("update company set firm_name = E'Cabinet\\r\\nBcc: all@evil.test'"))
    superuser.execute(
        sa.text("update contact set given_name = E'Marc\\n\\nhttps://evil.test/' where given_name = 'Marc'")
    )
    shared("helene", "marc")
    [mail] = work()
    assert "Bcc" not in mail["headers"]
    assert mail["to"] == "marc@example.test"
    assert "https://evil.test/" not in mail["text"].splitlines()


def test_every_mail_has_two_parts_and_loads_nothing(shared, invite, work, app):
    ask(app, "marc@example.test")
    shared("helene", "ines")
    invite()
    mails = work()
    assert len(mails) == 3
    for mail in mails:
        assert mail["text"].strip()
        assert not re.search(
            r"<(img|link|script|iframe|svg|object)\b|url\(|@import", mail["html"], re.IGNORECASE
        )
        assert mail["html"].count("<html") == 1
        night = re.search(r"@media \(prefers-color-scheme: ?dark\) ?\{(.*?)\}\s*\}", mail["html"], re.DOTALL)[
            1
        ]
        assert all("!important" in one for one in re.findall(r"[a-z-]+:[^;}]+", night))
        assert mail["headers"]["Auto-Submitted"] == "auto-generated"
        assert mail["headers"]["Message-ID"].endswith("@trialogue.test>")
        assert "&#" not in mail["text"]
        assert "&amp;" not in mail["text"]


def test_the_demonstration_shows_every_mail(app, sink, work, browse):
    ask(app, "marc@example.test")
    work()
    visitor = browse(None)
    [mail] = visitor.get("/demo/mails", headers={"Accept": "application/json"}).json
    assert {"to", "subject", "text", "html", "at", "links"} <= set(mail)
    page = visitor.get("/demo/mails").text
    assert f'<a href="{mail["links"][0]}">' in page
    assert re.search(r"\b\d{6}\b", page)


def test_the_listing_answers_loopback_names_and_its_own_path_alone(sink):
    import http.client
    from urllib.parse import urlsplit

    url = urlsplit(sink.http_url)
    for path, host, status in (
        (url.path, "127.0.0.1", 200),
        ("/", "127.0.0.1", 404),
        (url.path, "evil.test", 404),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", url.port)
        connection.request("GET", path, headers={"Host": host})
        assert connection.getresponse().status == status
        connection.close()

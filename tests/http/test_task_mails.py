"""The day's mail with links straight to one thing; what must be signed; what one wants no more of."""

import re
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from tenants.mission.objectives import operations as objectives
from tenants.mission.objectives import queries
from tests.db.test_objectives import As
from tests.http.test_mails import CANARY, _sink, shared, sink, work

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def initialled(app: Any, world: Any, work: Any) -> uuid.UUID:
    """Hélène has initialled an objective of « solo »: Marc and Inès are awaited, and told."""
    with app.app_context():
        with As(world, "helene", "solo") as a:
            made = objectives.propose(a.frame, a.strand, by=a.me, wording=f"{CANARY} seule")
        with As(world, "helene", "solo") as a:
            objectives.share(queries.get(made), a.frame, by=a.me)
        with As(world, "helene", "solo") as a:
            line = queries.line(a.frame, made, by=a.me)
            objectives.assent(queries.get(made), a.frame, line.content.hash, by=a.me)
    return made


def direct(mail: dict[str, Any]) -> list[str]:
    return [urlsplit(x).path for x in mail["links"] if "/t/" in x]


def test_a_manager_is_led_straight_to_the_text_and_a_signed_in_mentee_is_not(
    initialled: uuid.UUID, work: Any, browse: Any, superuser: sa.Connection, caplog: Any
) -> None:
    mails = {m["to"]: m for m in work()}
    (path,) = direct(mails["marc@example.test"])
    assert direct(mails["ines@example.test"]) == []
    assert path.rpartition("/")[2] in mails["marc@example.test"]["html"]
    for mail in mails.values():
        assert CANARY not in str(mail)
        assert "Inès Corbelin" not in mail["text"] + mail["html"]
    token = path.rpartition("/")[2]
    rests = superuser.execute(
        sa.text("select count(*) from procrastinate_jobs where args::text like :t"), {"t": f"%{token}%"}
    )
    assert rests.scalar_one() == 0
    assert token not in caplog.text
    page = browse(None).get(path)
    assert CANARY in page.text
    wording = re.search(r'name="wording" value="(\w+)"', page.text)
    assert wording is not None
    assert browse(None).post(path, data={"wording": wording[1]}, headers=HERE).status_code == 303
    assert superuser.execute(sa.text("select count(*) from assent")).scalar_one() == 2


@pytest.mark.parametrize(
    ("become", "links"),
    [
        ("update person set links = 'never'", 0),
        ("update person set codes_off = true", 0),  # a passkey alone opens: a link would be less
        ("update person set totp_secret = 'x'", 0),
        ("delete from sign_in", 2),  # signed in nowhere: the mentee too
        ("update person set links = 'always'", 2),
        ("update person set links = 'role'", 1),
    ],
)
def test_who_gets_links(
    initialled: uuid.UUID, work: Any, superuser: sa.Connection, become: str, links: int
) -> None:
    superuser.execute(sa.text(become))  # judged as the mail leaves
    assert sum(len(direct(m)) for m in work()) == links


def test_a_mentor_who_needs_a_second_factor_gets_no_link(
    app: Any, world: Any, work: Any, superuser: sa.Connection
) -> None:
    superuser.execute(sa.text("update person set links = 'always'"))
    with app.app_context():
        with As(world, "ines", "solo") as a:
            made = objectives.propose(a.frame, a.strand, by=a.me, wording="Un texte")
        with As(world, "ines", "solo") as a:
            objectives.share(queries.get(made), a.frame, by=a.me)
        with As(world, "ines", "solo") as a:
            objectives.assent(
                queries.get(made), a.frame, queries.line(a.frame, made, by=a.me).content.hash, by=a.me
            )
    mails = {m["to"]: direct(m) for m in work()}
    assert mails["helene@example.test"] == []
    assert len(mails["marc@example.test"]) == 1


def test_who_wants_no_more_of_a_kind_is_told_of_the_others(
    shared: Any, work: Any, superuser: sa.Connection, browse: Any, world: Any
) -> None:
    shared("helene", "marc")
    (mail,) = work()
    stop = urlsplit(mail["links"][-1]).path
    visitor = browse(None)
    page = visitor.get(stop)
    assert "Ce dont ces messages parlent" in page.text
    off = sa.text("select kind from mail_off where person_id = :p")
    marc = {"p": world.people["marc"].id}
    assert superuser.execute(off, marc).scalars().all() == []
    for kind, on, kept in (
        ("objectives", "0", ["objectives"]),
        ("nonsense", "0", ["objectives"]),
        ("objectives", "1", []),
    ):
        assert visitor.post(stop, data={"kind": kind, "on": on}).status_code == 303
        assert superuser.execute(off, marc).scalars().all() == kept
    visitor.post(stop, data={"kind": "objectives", "on": "0"})
    superuser.execute(sa.text("delete from mail_day"))
    shared("helene", "marc")
    assert len(work()) == 1  # nothing more came


def test_kinds_and_links_are_chosen_on_ones_page(browse: Any, superuser: sa.Connection, world: Any) -> None:
    marc = browse("marc")
    page = marc.get("/profile/links").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    bad = marc.post("/profile/links/choices", data={"csrf_token": found[1], "links": "often"}, headers=HERE)
    assert bad.status_code == 422
    said = {"csrf_token": found[1], "links": "always", "kinds": ["agreement", "calendar"]}
    assert marc.post("/profile/links/choices", data=said, headers=HERE).status_code == 303
    assert superuser.execute(sa.text("select kind from mail_off order by 1")).scalars().all() == [
        "objectives", "reading", "roadmap",
    ]  # fmt: skip
    links = sa.text("select links from person where id = :p")
    assert superuser.execute(links, {"p": world.people["marc"].id}).scalar_one() == "always"


def test_what_must_be_signed_is_written_once_at_once_though_the_days_mail_has_left(
    shared: Any, work: Any, sink: Any, superuser: sa.Connection, world: Any, app: Any
) -> None:
    from tenants.db import db

    shared("helene", "marc")
    assert len(work()) == 1
    subject = shared("helene", "marc", kind="agreement.sign")
    superuser.execute(sa.text("update person set rhythm = 'never'"))
    zone = superuser.execute(
        sa.text("select zone_id from awaited where subject_id = :s"), {"s": subject}
    ).scalar_one()
    for told in (1, 0):
        with app.app_context(), world.acting("helene", "ombrelune"):
            assert db.session.scalar(sa.text("select tell_to_sign(:z, null)"), {"z": zone}) == told
            db.session.commit()
    mails = work()
    assert len(mails) == 2
    assert "lire un texte et de le signer" in mails[0]["text"] or "attend votre signature" in mails[0]["text"]
    assert "initiales" not in mails[0]["text"]
    assert CANARY not in str(mails)


__all__ = ["_sink", "shared", "sink", "work"]

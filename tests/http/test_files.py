"""Files over HTTP: to their readers as attachments that can do nothing, to nobody else; kept once; gone with their row."""

import io
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from tenants.documents import files as rows
from tenants.mission.zoning import zone_for
from tenants.refusals import Incorrect
from tenants.zones import Audience, Kind
from tests import samples
from tests.db.test_objectives import As
from tests.http.forms import post, token
from webapp import files
from webapp.files import views
from webapp.files.limits import LARGEST
from webapp.files.store import Folder
from webapp.work import filing


def sent(
    world: Any,
    body: bytes,
    name: str,
    who: str = "ines",
    audience: Audience = Audience.PARTIES,
    id_: Any = None,
) -> rows.File:
    """As a room's view does."""
    with As(world, who) as a:
        zone = zone_for(a.frame, Kind.CONTEXT, audience, a.strand, by=a.me)
        came = FileStorage(io.BytesIO(body), filename=name)
        row = files.receive(
            came, id=id_ or uuid.uuid4(), frame=a.frame, zone_id=zone, purpose="context", by=a.me
        )
        return rows.File(
            **{c.key: getattr(row, c.key) for c in row.__mapper__.columns}
        )  # outlives the session


def bytes_of(app: Any) -> list[str]:
    return list(Folder(app.extensions["trialogue"].files).names(datetime.now(UTC) + timedelta(days=1)))


@pytest.mark.usefixtures("in_app")
def test_a_reader_saves_it_and_nothing_of_it_can_run(app, world, browse):
    row = sent(world, samples.pdf(), "Fiche de poste.PDF")
    answer = browse("marc").get(world.url("solo", f"/files/{row.id}"))
    assert answer.data == samples.pdf()
    head = answer.headers
    assert head["Content-Disposition"] == 'attachment; filename="Fiche de poste.pdf"'
    assert head["Content-Type"] == "application/pdf"
    assert head["Content-Security-Policy"] == views.ALONE
    assert head["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert (head["X-Content-Type-Options"], head["Cache-Control"]) == ("nosniff", "no-store")
    assert head["Content-Length"] == str(len(samples.pdf()))


@pytest.mark.usefixtures("in_app")
@pytest.mark.parametrize(
    "name", ['a"b\r\nX: y.pdf', "../../../x.pdf", "été €.pdf", "\u202ecod.pdf", "a" * 400 + ".pdf"]
)
def test_no_name_breaks_the_answer(world, browse, name):
    row = sent(world, samples.pdf(), name)
    answer = browse("ines").get(world.url("solo", f"/files/{row.id}"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "X" not in answer.headers


@pytest.mark.usefixtures("in_app")
def test_the_walls_decide_who_gets_it(world, browse):
    parties = sent(world, samples.pdf(), "x.pdf", "marc")
    pair = sent(world, samples.pdf(), "x.pdf", "ines", Audience.PAIR)
    draft = sent(world, samples.pdf(), "x.pdf", "ines", Audience.AUTHOR)
    for who, reads in {
        "ines": {parties.id, pair.id, draft.id}, "helene": {parties.id, pair.id}, "marc": {parties.id},
        "solange": set(), "yann": set(), "odile": set(), "bruno": set(), "paula": set(), "rival": set(),
    }.items():  # fmt: skip
        for row in (parties, pair, draft):
            said = browse(who).get(world.url("solo", f"/files/{row.id}")).status_code
            assert said == (200 if row.id in reads else 404), (who, row.id)
    assert browse(None).get(world.url("solo", f"/files/{parties.id}")).status_code == 401
    # under another mission of the same company: not there
    assert browse("ines").get(world.url("group", f"/files/{parties.id}")).status_code == 404


@pytest.mark.usefixtures("in_app")
def test_sent_twice_with_one_id_it_is_kept_once(app, world):
    once = uuid.uuid4()
    first = sent(world, samples.pdf(), "x.pdf", id_=once)
    again = sent(world, samples.pdf(b"more"), "y.pdf", id_=once)
    assert (again.name, again.sha256) == (first.name, first.sha256)
    assert bytes_of(app) == [first.stored]
    with pytest.raises(Incorrect, match=r"file\.taken"):
        sent(world, samples.pdf(), "x.pdf", "marc", id_=once)
    assert bytes_of(app) == [first.stored]


@pytest.mark.usefixtures("in_app")
def test_what_is_refused_leaves_no_bytes(app, world):
    for body, name in ((b"<svg/>", "x.svg"), (samples.png(20_000, 20_000), "x.png"), (b"", "x.pdf")):
        with pytest.raises(Incorrect):
            sent(world, body, name)
    assert bytes_of(app) == []


@pytest.mark.usefixtures("in_app")
def test_the_bytes_go_with_the_row_and_not_before(app, world, browse):
    kept, gone = sent(world, samples.pdf(), "a.pdf"), sent(world, samples.png(), "b.png")
    with As(world, "ines") as a:
        row = rows.get(gone.id)
        assert row is not None
        rows.erase(row, by=a.me)
        assert set(bytes_of(app)) == {kept.stored, gone.stored}
    assert browse("ines").get(world.url("solo", f"/files/{gone.id}")).status_code == 404
    filing.sweep_files()
    assert bytes_of(app) == [kept.stored]
    filing.sweep_files()
    assert bytes_of(app) == [kept.stored]


@pytest.mark.usefixtures("in_app")
def test_bytes_of_an_act_that_never_committed_are_swept_after_a_day(app, world, monkeypatch):
    kept = sent(world, samples.pdf(), "a.pdf")
    folder = Folder(app.extensions["trialogue"].files)
    lost = folder.put(io.BytesIO(b"never committed"))
    filing.sweep_files()
    assert set(bytes_of(app)) == {kept.stored, lost.stored}
    monkeypatch.setattr(filing, "FORGOTTEN", timedelta(seconds=-5))
    filing.sweep_files()
    assert bytes_of(app) == [kept.stored]


@pytest.mark.usefixtures("in_app")
def test_bytes_that_are_no_more_are_said_not_to_be_there(app, world, browse):
    row = sent(world, samples.pdf(), "a.pdf")
    Folder(app.extensions["trialogue"].files).delete(row.stored)
    assert browse("ines").get(world.url("solo", f"/files/{row.id}")).status_code == 404


def form(page: Any, body: bytes) -> dict[str, Any]:
    """As a browser sends it: written here, since the test client's own goes through a file that it leaves open."""
    part = b"--edge\r\nContent-Disposition: form-data; name="
    said = part + b'"csrf_token"\r\n\r\n' + token(page).encode() + b"\r\n"
    said += part + b'"file"; filename="x.pdf"\r\nContent-Type: application/pdf\r\n\r\n' + body
    return {"data": said + b"\r\n--edge--\r\n", "content_type": "multipart/form-data; boundary=edge"}


def test_the_limit_is_that_of_the_route(app, world, browse):
    visitor = browse(None)
    page = visitor.get("/verify")
    said = visitor.post("/verify", **form(page, b"x" * (LARGEST + 1_000_000)))
    assert said.status_code == 413
    assert re.search(r"20.Mo", said.text)
    assert visitor.post("/verify", **form(page, b"x" * 2_000_000)).status_code == 200
    ines = browse("ines")
    tail = world.url("solo", "/objectives")
    assert ines.post(tail, **form(ines.get(tail), b"x" * 1_100_000)).status_code == 413


def test_a_stored_name_is_never_a_path(tmp_path):
    folder = Folder(tmp_path)
    from webapp.files.store import Missing

    for name in ("../x", "/etc/passwd", "", "aa" * 15, "AA" * 16, "..%2f" * 8):
        with pytest.raises(Missing):
            folder.open(name)


__all__ = ["post"]

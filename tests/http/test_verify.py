"""« Vérifier un fichier »: whole, altered or unknown, to anybody who holds a file; nothing of it is kept, nothing else told."""

import io
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests import samples
from tests.conftest import SECRET
from tests.http.forms import token
from tests.printed import SAMPLES, pressed
from webapp.printing import keys, seal, verify
from webapp.printing.pace import Pace


@pytest.fixture
def sealed(app: Any, superuser: sa.Connection, world: Any) -> bytes:
    """A document sealed with the firm's key."""
    firm = world.firms["sauvelande"]
    made = keys.make(SECRET, firm, "Cabinet Sauvelande", datetime.now(UTC))
    superuser.execute(
        sa.text("insert into firm_key values (:f, :i, 'made', :c, :p, :s, now(), :e, null)"),
        {"f": firm, "i": made.id, "c": made.certificates, "p": made.fingerprint, "s": made.secret, "e": made.expires_at},
    )  # fmt: skip
    with app.app_context():
        return seal.seal(
            pressed("agreement"), keys.opened(SECRET, firm, made.id, made.certificates, made.secret)
        ).pdf


def asked(browse: Any, body: bytes, name: str = "x.pdf", **headers: str) -> Any:
    visitor = browse(None)
    data = {"csrf_token": token(visitor.get("/verify")), "file": (io.BytesIO(body), name)}
    return visitor.post("/verify", data=data, content_type="multipart/form-data", headers=headers)


def outcome(answer: Any) -> str:
    assert answer.status_code == 200
    return answer.text.partition('data-verdict="')[2].partition('"')[0]


def test_one_byte_changed_anywhere_is_seen(browse, sealed):
    assert outcome(asked(browse, sealed)) == "unlisted"  # our seal, whole, in no register
    cut = sealed.rindex(b"/Contents <")
    for at in (200, len(sealed) // 3, cut - 300, len(sealed) - 30):
        changed = bytearray(sealed)
        changed[at] ^= 1
        assert outcome(asked(browse, bytes(changed))) in ("altered", "unreadable", "foreign"), at
    changed = bytearray(sealed)
    changed[sealed.index(b"stream") + 40] ^= 1
    said = asked(browse, bytes(changed))
    assert outcome(said) == "altered"
    assert "Cabinet Sauvelande" in said.text


def test_what_is_added_after_the_seal_is_seen(browse, sealed):
    import pikepdf

    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.docinfo["/Title"] = "Autre"
        out = io.BytesIO()
        pdf.save(out)
    assert outcome(asked(browse, out.getvalue())) in (
        "altered",
        "unreadable",
    )  # written anew, the seal is cut
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Lang"] = generic.pdf_string("en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert outcome(asked(browse, out.getvalue())) == "altered"


def test_a_sealed_file_is_known_by_its_bytes_and_tells_what_it_says_itself(
    app, browse, sealed, superuser, world
):
    listed(superuser, world, sealed)
    said = asked(browse, sealed)
    assert outcome(said) == "whole"
    for words in ("ACC-2026-041", "Cabinet sauvelande"):
        assert words in said.text
    for words in ("Inès", "Ombrelune", "Prise de poste"):
        assert words not in said.text


def listed(superuser: sa.Connection, world: Any, body: bytes) -> None:
    import hashlib

    place = world.missions["solo"]
    zone = superuser.execute(
        sa.text("select id from zone where mission_id = :m limit 1"), {"m": place.id}
    ).scalar_one()
    values = {
        "c": place.company_id, "i": uuid.uuid4(), "z": zone, "m": place.id, "h": hashlib.sha256(body).digest(),
        "b": world.people["ines"].contacts["ombrelune"], "s": uuid.uuid4().hex, "n": len(body), "k": uuid.uuid4(),
    }  # fmt: skip
    superuser.execute(
        sa.text(
            "insert into file (company_id, id, zone_id, mission_id, purpose, name, type, size, sha256, stored, by_id, at)"
            " values (:c, :i, :z, :m, 'agreement', 'x.pdf', 'application/pdf', :n, :h, :s, :b, now())"
        ),
        values,
    )
    superuser.execute(
        sa.text(
            "insert into seal (company_id, id, zone_id, purpose, subject_id, number, version, content_hash, sha256, key_id,"
            " timestamped, pages, at) values (:c, :i, :z, 'agreement', :k, 'ACC-2026-041', 3, :h, :h, :k, false, 3, now())"
        ),
        values,
    )


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        (samples.pdf(), "x.pdf", "bare"),
        (b"%PDF-1.7 " + b"\0" * 5_000, "x.pdf", "unreadable"),
        (samples.png(), "x.png", "not_pdf"),
        (b"<script>alert(1)</script>", "<img src=x onerror=y>.pdf", "not_pdf"),
    ],
)
def test_the_others_are_unknown(browse, body, name, said):
    answer = asked(browse, body, name)
    assert outcome(answer) in (said, "unreadable")
    assert "<img src=x" not in answer.text
    assert "<script>alert" not in answer.text


def test_a_seal_of_somebody_else_in_the_same_name_is_foreign(app, browse):
    firm = uuid.uuid4()
    made = keys.make(SECRET, firm, "Cabinet Sauvelande", datetime.now(UTC))
    with app.app_context():
        opened = keys.opened(SECRET, firm, made.id, made.certificates, made.secret)
        theirs = seal.seal(pressed("agreement"), opened).pdf
    said = asked(browse, theirs)
    assert outcome(said) == "foreign"
    assert "Cabinet Sauvelande" not in said.text


def test_nothing_chosen_is_said_beside_the_field(browse):
    visitor = browse(None)
    said = visitor.post(
        "/verify", data={"csrf_token": token(visitor.get("/verify"))}, content_type="multipart/form-data"
    )
    assert said.status_code == 422
    assert "Choisissez un fichier" in said.text


def test_htmx_gets_the_answer_alone(browse):
    said = asked(browse, b"x", **{"HX-Request": "true", "HX-Request-Type": "partial"})
    assert said.text.lstrip().startswith("<div")
    assert outcome(said) == "not_pdf"


def test_a_stranger_may_not_have_a_thousand_read(app, browse, monkeypatch):
    monkeypatch.setitem(app.extensions, "trialogue.verify", Pace(often=2, at_once=1))
    assert [asked(browse, b"x").status_code for _ in range(3)] == [200, 200, 429]
    monkeypatch.setitem(app.extensions, "trialogue.verify", Pace(often=9, at_once=1))
    monkeypatch.setattr("webapp.printing.pace.WAIT", 0.01)
    with verify_turn(app):
        assert asked(browse, b"x").status_code == 429


def verify_turn(app: Any) -> Any:
    return app.extensions["trialogue.verify"].turn()


@pytest.fixture(autouse=True)
def _fresh_pace(app: Any) -> None:
    app.extensions["trialogue.verify"] = Pace(often=1000, at_once=2)


__all__ = ["SAMPLES", "verify"]

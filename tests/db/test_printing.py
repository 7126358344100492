"""Signed by all: numbered, printed, sealed, kept, told. Once; without a hole; never half."""

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pymupdf
import pytest
import sqlalchemy as sa
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tenants.db import db
from tenants.documents import files
from tenants.events import defer
from tests.authority import Authority
from tests.db.test_objectives import As
from tests.db.test_queue import run
from tests.db.test_versions import SIGNERS, ready, sign
from webapp.files.store import Folder
from webapp.mail.sink import Sink
from webapp.printing import keys, verdict
from webapp.printing.keeping import key_of_firm
from webapp.work import printing

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def sink(app: Any) -> Iterator[Sink]:
    found = Sink().start()
    app.extensions["trialogue"] = replace(
        app.extensions["trialogue"], smtp_url=found.smtp_url, demo_mails=found.http_url
    )
    yield found
    found.stop()


@pytest.fixture
def authority() -> Iterator[Authority]:
    found = Authority()
    yield found
    found.stop()


def signed_by_all(world: Any) -> Any:
    version = ready(world)
    for who in SIGNERS:
        sign(world, who, version)
    return version


def made(world: Any, version: Any, who: str = "marc") -> files.Sealed | None:
    with As(world, who):
        found = files.sealed(purpose="agreement", subject_id=version)
        if found is not None:
            db.session.expunge(found.file)  # it outlives the session
        return found


def body_of(app: Any, sealed: files.Sealed) -> bytes:
    with Folder(app.extensions["trialogue"].files).open(sealed.file.stored) as stream:
        return stream.read()


def judged(body: bytes, superuser: sa.Connection, authority: Authority | None = None) -> Any:
    certificates = superuser.execute(
        sa.text("select certificates from firm_key where until_at is null")
    ).scalar_one()
    found = [x509.Certificate.load(der) for _, _, der in pem.unarmor(certificates.encode(), multiple=True)]
    trusted = ValidationContext(trust_roots=[found[-1]], allow_fetching=False)
    stamps = (
        ValidationContext(trust_roots=[authority.certificate], allow_fetching=False) if authority else None
    )
    signature = PdfFileReader(io.BytesIO(body)).embedded_signatures[0]
    return validate_pdf_signature(signature, trusted, ts_validation_context=stamps)


def test_nothing_is_printed_before_all_have_signed(app, world):
    version = ready(world)
    for who in SIGNERS[:-1]:
        sign(world, who, version)
    with As(world, "marc"):
        defer("print_agreement", version_id=version)
    run(app)
    assert made(world, version) is None


def test_what_all_have_signed_is_numbered_sealed_and_kept_once(app, world, superuser, sink):
    version = signed_by_all(world)
    assert made(world, version) is None
    run(app)
    sealed = made(world, version)
    assert sealed is not None
    year = datetime.now(UTC).year
    assert (sealed.number, sealed.version, sealed.timestamped) == (f"ACC-{year}-001", 1, False)
    assert sealed.file.name == f"Accord de cadrage ACC-{year}-001.pdf"
    body = body_of(app, sealed)
    assert hashlib.sha256(body).digest() == sealed.file.sha256
    status = judged(body, superuser)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    with As(world, "marc"):
        defer("print_agreement", version_id=version)
    run(app)
    again = made(world, version)
    assert again is not None
    assert again.file.id == sealed.file.id
    assert superuser.execute(sa.text("select count(*), max(last) from file, numbering")).one() == (1, 1)


def test_the_paper_and_what_is_attached_say_the_same(app, world, superuser, sink):
    version = signed_by_all(world)
    run(app)
    body = body_of(app, made(world, version))
    with pikepdf.open(io.BytesIO(body)) as pdf:
        proof = pdf.attachments["preuve.json"].get_file().read_bytes()
        assert len(pdf.pages) == made(world, version).pages
    said = json.loads(proof)
    stands = superuser.execute(sa.text("select canonical, hash from agreement_version")).one()
    assert said["content"] == json.loads(bytes(stands.canonical))
    assert said["content_hash"] == stands.hash
    before = ""
    for fact in said["events"]:
        kept = {k: v for k, v in fact.items() if k != "hash"} | {"before": before}
        plain = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        before = hashlib.sha256(plain.encode()).hexdigest()
        assert before == fact["hash"]
    assert said["head"] == before
    assert [e["who"] for e in said["events"] if e["kind"] == "signed"] == [
        world.people[w].name for w in SIGNERS
    ]
    words = "".join(page.get_text() for page in pymupdf.open(stream=body))
    bare = re.sub(r"[\s\u00ad-]", "", words)  # lines end where they may, some in the middle of a word
    for shown in (
        said["head"],
        said["content_hash"],
        "Confidentialité",
        "horloge de ce service",
        "non reconnu d’avance par Adobe",
    ):
        assert re.sub(r"[\s-]", "", shown) in bare, shown
    everything = proof.decode() + words
    for hidden in ("@", "192.0.2", "Firefox"):
        assert hidden not in everything


def test_its_readers_are_told_by_the_days_mail_and_no_content(app, world, sink, superuser):
    version = signed_by_all(world)
    superuser.execute(sa.text("delete from mail_day"))
    run(app)
    run(app)
    assert made(world, version) is not None
    told = [m for m in sink.newest_first() if "signé par tous et scellé" in m["text"]]
    assert {m["to"] for m in told} == {world.people[w].email for w in (*SIGNERS, "yann")}
    assert len(told) == len(SIGNERS) + 1
    for mail in told:
        assert f"/agreement/versions/{version}" in mail["text"] or "/t/" in mail["text"]
        for hidden in ("Inès conduit", "ACC-", "Prise de poste"):
            assert hidden not in mail["text"]


def test_what_was_sealed_is_known_by_its_bytes(app, world, sink):
    version = signed_by_all(world)
    run(app)
    body = body_of(app, made(world, version))
    found = verdict.of(io.BytesIO(body))
    assert (found.outcome, found.number, found.version) == ("whole", made(world, version).number, 1)
    changed = bytearray(body)
    changed[30_000] ^= 1
    assert verdict.of(io.BytesIO(bytes(changed))).outcome == "altered"


def test_an_authority_dates_it(app, world, superuser, authority, sink):
    app.extensions["trialogue"] = replace(app.extensions["trialogue"], tsa_url=authority.url)
    version = signed_by_all(world)
    run(app)
    sealed = made(world, version)
    assert sealed is not None
    assert sealed.timestamped
    status = judged(body_of(app, sealed), superuser, authority)
    assert status.bottom_line
    assert status.timestamp_validity.valid


def test_an_authority_that_is_away_leaves_the_job_waiting_and_no_half(app, world, superuser, authority, sink):
    app.extensions["trialogue"] = replace(app.extensions["trialogue"], tsa_url=authority.url)
    authority.away = True
    version = signed_by_all(world)
    run(app)
    jobs = sa.text(
        "select status::text, attempts from procrastinate_jobs where task_name = 'print_agreement'"
    )
    assert superuser.execute(jobs).one() == ("todo", 1)
    assert made(world, version) is None
    for table in ("file", "seal", "numbering"):
        assert superuser.execute(sa.text(f"select count(*) from {table}")).scalar_one() == 0
    assert list(Folder(app.extensions["trialogue"].files).names(datetime.max.replace(tzinfo=UTC))) == []
    authority.away = False
    superuser.execute(sa.text("update procrastinate_jobs set scheduled_at = null"))
    run(app)
    assert made(world, version).number.endswith("-001")


def test_numbers_are_given_back_by_what_fails(app, world):
    with As(world, "marc"):
        assert files.next_number("ACC", 2026) == "ACC-2026-001"
        db.session.rollback()
    with As(world, "marc"):
        assert files.next_number("ACC", 2026) == "ACC-2026-001"
    with As(world, "marc"):
        assert files.next_number("ACC", 2026) == "ACC-2026-002"
        assert files.next_number("AVE", 2026) == "AVE-2026-001"
        assert files.next_number("ACC", 2027) == "ACC-2027-001"
    with As(world, "helene", "alone"):
        assert files.next_number("ACC", 2026) == "ACC-2026-001"


def test_the_application_reads_no_key(app, world, superuser, sink):
    signed_by_all(world)
    run(app)
    assert superuser.execute(sa.text("select count(*) from firm_key")).scalar_one() == 1
    for statement in (
        "select * from firm_key", "select * from numbering", "select * from erased_file",
        "select * from firm_key_in_force(gen_random_uuid())", "select unknown_files(array['x'])",
        "update seal set number = 'x'", "delete from seal", "update file set name = 'x'",
    ):  # fmt: skip
        with As(world, "marc"), pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            db.session.execute(sa.text(statement))


def kept_under(superuser: sa.Connection, firm: Any, secret: str, origin: str) -> Any:
    made = keys.make(secret, firm, "Cabinet Sauvelande", datetime.now(UTC))
    superuser.execute(
        sa.text("insert into firm_key values (:f, :i, :o, :c, :p, :s, now(), :e, null)"),
        {"f": firm, "i": made.id, "o": origin, "c": made.certificates, "p": made.fingerprint, "s": made.secret, "e": made.expires_at},
    )  # fmt: skip
    return made.id


def test_a_key_of_another_secret_is_made_anew_and_the_old_seals_stay_known(app, world, superuser):
    firm = world.firms["sauvelande"]
    first = kept_under(superuser, firm, "another secret", "made")
    second = key_of_firm(firm, "Cabinet Sauvelande")
    assert key_of_firm(firm, "Cabinet Sauvelande").id == second.id
    rows = superuser.execute(sa.text("select id, until_at is null from firm_key order by made_at")).all()
    assert rows == [(first, False), (second.id, True)]
    with As(world, "marc"):
        fingerprints = superuser.execute(sa.text("select fingerprint from firm_key")).scalars().all()
        assert {files.firm_of_seal(bytes(f)) for f in fingerprints} == {"Cabinet Sauvelande"}


def test_every_firm_has_a_key_before_its_first_document(app, world, superuser):
    firm = world.firms["sauvelande"]
    brought = kept_under(superuser, firm, "another secret", "given")
    printing.make_keys()
    printing.make_keys()
    rows = superuser.execute(sa.text("select firm_id, id, origin from firm_key")).all()
    assert {r.firm_id for r in rows} == set(world.firms.values())
    assert len(rows) == len(world.firms)
    assert [r.id for r in rows if r.origin == "given"] == [brought]


def test_a_key_that_the_firm_brought_is_never_replaced_behind_its_back(app, world, superuser):
    firm = world.firms["sauvelande"]
    kept_under(superuser, firm, "another secret", "given")
    with pytest.raises(keys.Unreadable):
        key_of_firm(firm, "Cabinet Sauvelande")

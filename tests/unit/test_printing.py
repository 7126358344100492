"""What is printed archives, is read aloud, is the same each time; what is sealed holds, and shows any change."""

import io
import json
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tenants.refusals import Incorrect
from tests.printed import SAMPLES, pressed, sample
from webapp.config import Config
from webapp.printing import keys, official, press, seal

SECRET = "a-secret-of-the-tests-and-of-nothing-else"
DOCUMENTS = sorted(p.stem for p in SAMPLES.glob("*.json"))
BIN = Path(sys.executable).parent
PDFSIG = shutil.which("pdfsig")


@pytest.fixture(autouse=True)
def _app() -> Iterator[None]:
    app = Flask("printing")
    app.extensions["trialogue"] = Config()
    with app.app_context():
        yield


@pytest.fixture(scope="module")
def key() -> keys.Opened:
    firm = uuid.uuid4()
    made = keys.make(SECRET, firm, "Cabinet Sauvelande", datetime.now(UTC))
    return keys.opened(SECRET, firm, made.id, made.certificates, made.secret)


def said_aloud(path: Path) -> None:
    """By the two partial checkers of PDF/UA: neither is a statement of conformance."""
    for argv in ([BIN / "outloud", path], [BIN / "pdfua", "check", path]):
        done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert "PASS" in done.stdout, done.stdout


@pytest.mark.parametrize("document", DOCUMENTS)
def test_it_conforms_as_far_as_our_checkers_see(document, key, tmp_path):
    plain, sealed = tmp_path / "plain.pdf", tmp_path / "sealed.pdf"
    plain.write_bytes(pressed(document))
    sealed.write_bytes(seal.seal(plain.read_bytes(), key).pdf)
    said_aloud(plain)
    said_aloud(sealed)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_it_says_what_it_is(document, key):
    for body in (pressed(document), seal.seal(pressed(document), key).pdf):
        with pikepdf.open(io.BytesIO(body)) as pdf:
            assert pdf.Root.Lang == "fr-FR"
            assert len(pdf.Root.OutputIntents) == 1
            assert "/StructTreeRoot" in pdf.Root
            with pdf.open_metadata() as said:
                assert (said["pdfaid:part"], said["pdfaid:conformance"], said["pdfuaid:part"]) == (
                    "3",
                    "A",
                    "1",
                )
                assert said["dc:title"] == sample(document)["title"]
            assert pdf.attachments["preuve.json"].get_file().read_bytes() == b'{"a":1}'


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_same_is_printed_twice(document):
    assert pressed(document) == pressed(document)


def test_four_at_once_are_right():
    first, found = pressed("agreement"), []
    app = Flask("printing")
    app.extensions["trialogue"] = Config()

    def one() -> None:
        with app.app_context():
            found.append(pressed("agreement"))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == [first] * 4


def test_whatever_people_type_is_printed_as_text():
    nasty = (
        '#read("/etc/passwd") $x$ *b* \x00\x1b\u202e\ue000\ud800 山 👩🏽‍🚒 '
        "e\u0301\u0302\u0303\u0304" + "x" * 5_000
    )
    data = sample("agreement")

    def everywhere(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: everywhere(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [everywhere(v, key) for v in value]
        return (
            nasty
            if key in ("text", "name", "reason", "answer", "outcome", "over", "title", "dates")
            else value
        )

    body = press.press("agreement", everywhere(data), datetime(2026, 10, 16, tzinfo=UTC), proof=b"{}")
    assert body.startswith(b"%PDF-1.7")


def test_long_texts_and_names_of_45_letters():
    long = sample("agreement")
    for step in long["steps"]:
        step["text"] = (step["text"] + "\n\n") * 12
    for one in long["signatures"]:
        one["name"] = "Marie-Antoinette de La Rochefoucauld-Montbazon"[:45]
    assert pressed("agreement", **long)


def test_a_missing_value_is_said_with_its_place():
    data = sample("agreement")
    del data["clauses"]
    with pytest.raises(press.NotPrinted, match=r"agreement\.typ"):
        press.press("agreement", data, datetime(2026, 10, 16, tzinfo=UTC), proof=b"{}")


def test_the_seal_holds_and_covers_the_whole_file(key):
    body = seal.seal(pressed("agreement"), key).pdf
    status = judged(body, key)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    for at in (20_000, 40_000, 60_000):
        changed = bytearray(body)
        changed[at] ^= 1
        assert not judged(bytes(changed), key).bottom_line, at


def test_a_change_that_is_added_is_seen(key):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(seal.seal(pressed("agreement"), key).pdf))
    from pyhanko.pdf_utils import generic

    writer.root["/Lang"] = generic.pdf_string("en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    status = judged(out.getvalue(), key)
    assert status.intact
    assert not status.bottom_line


def judged(body: bytes, key: keys.Opened) -> Any:
    roots = [
        asn1.Certificate.load(der) for _, _, der in pem.unarmor(key.certificates.encode(), multiple=True)
    ]
    context = ValidationContext(trust_roots=[roots[-1]], allow_fetching=False)
    return validate_pdf_signature(PdfFileReader(io.BytesIO(body)).embedded_signatures[0], context)


@pytest.mark.skipif(
    PDFSIG is None,
    reason="pdfsig (poppler-utils) is not on this machine: the seal was judged by pyHanko alone",
)
def test_poppler_agrees(key, tmp_path):
    body = seal.seal(pressed("agreement"), key).pdf
    path = tmp_path / "sealed.pdf"
    path.write_bytes(body)
    told = subprocess.run([str(PDFSIG), str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    changed = bytearray(body)
    changed[40_000] ^= 1
    path.write_bytes(changed)
    told = subprocess.run([str(PDFSIG), str(path)], capture_output=True, text=True, check=False).stdout
    assert "Digest Mismatch" in told


def test_an_authority_that_is_away_leaves_nothing(key):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused at once
        with pytest.raises(seal.AuthorityAway):
            seal.seal(pressed("agreement"), key, f"http://127.0.0.1:{taken.getsockname()[1]}/")


def test_facts_are_chained():
    facts = official.chained([{"a": 1}, {"b": 2}, {"c": 3}])
    other = official.chained([{"a": 1}, {"b": 9}, {"c": 3}])
    assert facts[0] == other[0]
    assert facts[2]["hash"] != other[2]["hash"]
    assert json.loads(official.canonical({"é": "ü", "a": 1})) == {"a": 1, "é": "ü"}


def test_a_key_opens_only_in_its_place():
    firm = uuid.uuid4()
    made = keys.make(SECRET, firm, "C" * 200, datetime.now(UTC))
    assert keys.opened(SECRET, firm, made.id, made.certificates, made.secret).private
    for secret, where, which in (
        (SECRET + "x", firm, made.id),
        (SECRET, uuid.uuid4(), made.id),
        (SECRET, firm, firm),
    ):
        with pytest.raises(keys.Unreadable):
            keys.opened(secret, where, which, made.certificates, made.secret)


def container(key: Any, password: bytes = b"x", *, days: int = 30, usage: bool = True) -> bytes:
    """A PKCS#12 with a certificate of its own."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cachet")])
    start = datetime.now(UTC) - timedelta(days=60)
    built = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(datetime.now(UTC) + timedelta(days=days))
        .add_extension(x509.KeyUsage(usage, False, not usage, False, False, False, False, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return pkcs12.serialize_key_and_certificates(b"c", key, built, None, BestAvailableEncryption(password))


EC = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("why", "body", "password"),
    [
        ("seal.unreadable", b"not a container", "x"),
        ("seal.unreadable", b"", ""),
        ("seal.unreadable", container(EC), "y"),
        ("seal.unreadable", container(EC)[:-40], "x"),
        ("seal.expired", container(EC, days=-1), "x"),
        ("seal.not_for_signing", container(EC, usage=False), "x"),
        ("seal.weak", container(rsa.generate_private_key(65537, 1024)), "x"),
        ("seal.weak", container(ec.generate_private_key(ec.SECP192R1())), "x"),
    ],
)
def test_a_key_that_would_not_do_is_refused(why, body, password):
    with pytest.raises(Incorrect) as refused:
        keys.given(SECRET, uuid.uuid4(), body, password, datetime.now(UTC))
    assert refused.value.name == why


@pytest.mark.parametrize("private", [EC, rsa.generate_private_key(65537, 2048)], ids=["EC", "RSA"])
def test_a_key_that_the_firm_brings_seals(private):
    firm = uuid.uuid4()
    made = keys.given(SECRET, firm, container(private, b"ouvre-toi"), "ouvre-toi", datetime.now(UTC))
    brought = keys.opened(SECRET, firm, made.id, made.certificates, made.secret, "given")
    assert judged(seal.seal(pressed("agreement"), brought).pdf, brought).bottom_line


def test_a_plan_of_ordinary_length_holds_on_one_page():
    with pikepdf.open(io.BytesIO(pressed("plan"))) as pdf:
        assert len(pdf.pages) == 1
    long = sample("plan")
    many = long["calendar"] * 8
    with pikepdf.open(io.BytesIO(pressed("plan", calendar=many, axes=[], objectives=[]))) as pdf:
        assert len(pdf.pages) > 1

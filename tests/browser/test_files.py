"""« Vérifier un fichier » on a phone, with and without a script; a firm's key brought by its owner."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from playwright.sync_api import expect

from tests.conftest import SECRET
from webapp.printing import keys

PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    found = (
        tmp_path
        / "Un nom de fichier très long, comme en donnent les gens, avec des espaces et une date 2026-11-24.pdf"
    )
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(found)
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_a_visitor_checks_a_file_on_a_phone(visit: Any, bare: Path, scripts: bool) -> None:
    page = visit(None, "/verify", java_script_enabled=scripts, **PHONE)
    page.get_by_label("Fichier PDF").set_input_files(bare)
    page.get_by_role("button", name="Vérifier", exact=True).click()
    expect(page.get_by_role("heading", name="Ce fichier n’est pas connu ici")).to_be_visible()
    expect(page.get_by_text("C’est un PDF sans sceau")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360 if scripts else True
    page.get_by_role("button", name="Vérifier", exact=True).click()
    expect(page.get_by_text("Choisissez un fichier.")).to_be_visible()


def container(tmp_path: Path, password: bytes) -> Path:
    """A key as an authority gives it."""
    import uuid

    firm = uuid.uuid4()
    made = keys.make(SECRET, firm, "Autorité Exemple", datetime.now(UTC))
    opened = keys.opened(SECRET, firm, made.id, made.certificates, made.secret)
    leaf, root = x509.load_pem_x509_certificates(made.certificates.encode())
    private: Any = serialization.load_der_private_key(opened.private, None)
    found = tmp_path / "cachet.p12"
    found.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"cachet", private, leaf, [root], serialization.BestAvailableEncryption(password)
        )
    )
    return found


def test_an_owner_brings_the_firms_key(visit: Any, world: Any, tmp_path: Path) -> None:
    page = visit("olga", f"/firms/{world.firms['sauvelande']}/seal")
    page.get_by_label("Fichier de la clé").set_input_files(container(tmp_path, b"ouvre-toi"))
    page.get_by_label("Mot de passe de ce fichier").fill("autre")
    page.get_by_role("button", name="Sceller avec cette clé").click()
    expect(page.get_by_text("Le fichier ne s’ouvre pas avec ce mot de passe.")).to_be_visible()
    page.get_by_label("Fichier de la clé").set_input_files(tmp_path / "cachet.p12")
    page.get_by_label("Mot de passe de ce fichier").fill("ouvre-toi")
    page.get_by_role("button", name="Sceller avec cette clé").click()
    expect(page.get_by_text("Apportée par le cabinet.")).to_be_visible()
    expect(page.get_by_text("Sceau · Autorité Exemple")).to_be_visible()
    expect(page.get_by_label("Mot de passe de ce fichier")).to_have_value("")

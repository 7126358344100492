"""The firm's key: made with an authority of its own, read from a PKCS#12, kept encrypted under TRIALOGUE_SECRET.

What is made says so to nobody outside: PDF readers do not know its authority in advance. What makes it trustworthy here
is that this house knows the certificate as the firm's.
"""

import hashlib
import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from tenants.firm.seals import Key
from tenants.refusals import Incorrect

YEARS = timedelta(days=3653)  # a seal that is made holds for ten years
_FIRM = x509.ObjectIdentifier("2.5.4.10")  # X.520's O
_FORMAT = b"\x01"
_NONCE = 12
_LONGEST_NAME = 64  # bytes: X.520
_RSA_BITS = 2048
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Unreadable(Exception):
    """The key was encrypted under another TRIALOGUE_SECRET."""


@dataclass(frozen=True)
class Opened:
    """A key ready to seal: certificates in PEM, that of the seal first; the private key in PKCS#8; see FirmKey.origin."""

    id: uuid.UUID
    certificates: str
    private: bytes
    origin: str = "made"


def make(secret: str, firm_id: uuid.UUID, firm: str, at: datetime) -> Key:
    """A new EC P-256 key for that firm, certified by an authority made for it, whose own key is thrown away."""
    authority, sealing = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _name(f"Autorité de scellement · {firm}", firm)
    root = _signed(
        _certificate(issuer, issuer, authority, at)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(issues=True), critical=True),
        authority,
    )
    leaf = _signed(
        _certificate(_name(f"Sceau · {firm}", firm), issuer, sealing, at)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(issues=False), critical=True),
        authority,
    )
    return _kept(secret, firm_id, sealing, [leaf, root])


def given(secret: str, firm_id: uuid.UUID, container: bytes, password: str, at: datetime) -> Key:
    """The key of a PKCS#12 that the firm brings.

    Raises Incorrect: ``seal.unreadable`` (not one, or another password), ``seal.no_key``, ``seal.weak``,
    ``seal.expired``, ``seal.not_for_signing``.
    """
    try:
        private, leaf, others = pkcs12.load_key_and_certificates(container, password.encode() or None)
    except ValueError:
        raise Incorrect("seal.unreadable", field="password") from None
    if private is None or leaf is None:
        raise Incorrect("seal.no_key", field="file")
    if isinstance(private, rsa.RSAPrivateKey):
        strong = private.key_size >= _RSA_BITS
    else:
        strong = isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(
            private.curve, ec.SECP256R1 | ec.SECP384R1 | ec.SECP521R1
        )
    if not strong:
        raise Incorrect("seal.weak", field="file")
    if not leaf.not_valid_before_utc <= at < leaf.not_valid_after_utc:
        raise Incorrect("seal.expired", field="file")
    if not _signs(leaf):
        raise Incorrect("seal.not_for_signing", field="file")
    assert isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)  # noqa: S101 - judged above
    return _kept(secret, firm_id, private, [leaf, *others])


def opened(
    secret: str, firm_id: uuid.UUID, key_id: uuid.UUID, certificates: str, kept: bytes, origin: str = "made"
) -> Opened:
    """Raises Unreadable."""
    nonce, body = kept[1 : 1 + _NONCE], kept[1 + _NONCE :]
    try:
        private = AESGCM(_derived(secret)).decrypt(nonce, body, _bound(firm_id, key_id))
    except InvalidTag:
        raise Unreadable from None
    return Opened(key_id, certificates, private, origin)


def _kept(secret: str, firm_id: uuid.UUID, private: Private, certificates: list[x509.Certificate]) -> Key:
    key_id, nonce = uuid.uuid4(), os.urandom(_NONCE)
    plain = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    body = AESGCM(_derived(secret)).encrypt(nonce, plain, _bound(firm_id, key_id))
    leaf = certificates[0]
    return Key(
        key_id,
        "".join(c.public_bytes(serialization.Encoding.PEM).decode() for c in certificates),
        hashlib.sha256(leaf.public_bytes(serialization.Encoding.DER)).digest(),
        _FORMAT + nonce + body,
        leaf.not_valid_after_utc,
    )


def _derived(secret: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"trialogue/firm-key/1").derive(secret.encode())


def _bound(firm_id: uuid.UUID, key_id: uuid.UUID) -> bytes:
    """What the key is sealed with: moved to another firm or row, it does not open."""
    return firm_id.bytes + key_id.bytes


def _name(common: str, firm: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, _short(common)),
            x509.NameAttribute(_FIRM, _short(firm)),
        ]
    )


def _short(name: str) -> str:
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, at: datetime
) -> x509.CertificateBuilder:
    start = at.astimezone(UTC).replace(microsecond=0) - timedelta(minutes=5)  # clocks differ
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + YEARS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _signed(builder: x509.CertificateBuilder, authority: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    return builder.add_extension(identifier, critical=False).sign(authority, hashes.SHA256())


def _usage(*, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues, content_commitment=not issues, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=issues, crl_sign=issues, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _signs(certificate: x509.Certificate) -> bool:
    """Whether its authority lets it sign; one that says nothing does."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment

"""The firm's seal on a PDF: proves that the file has not changed since, and, with a timestamping authority, since when.

The field goes into the document first, inside a Form element: pyHanko's own would be invisible to a screen reader's
order and break PDF/UA. It is empty: whatever pyHanko drew in it would use a font that is not in the file.
"""

import io
from dataclasses import dataclass
from typing import Any

import pikepdf
from asn1crypto import keys, pem, x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner, fields, timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from webapp.printing.keys import Opened
from webapp.work.queue import Away

FIELD = "Sceau"
WORDS = "Sceau électronique du cabinet"
REASON = "Scellement du document"
PATIENCE = 10  # seconds for the timestamping authority
_HIDDEN_AND_LOCKED = 132  # annotation flags: print, locked


class AuthorityAway(Away):
    """The timestamping authority did not answer: the document waits, it is never sealed without what was promised."""


@dataclass(frozen=True)
class Told:
    """What a sealed file is made of."""

    pdf: bytes
    pages: int


def seal(pdf: bytes, key: Opened, authority: str = "") -> Told:
    """The same document, certified: any later change shows. ``authority``: RFC 3161 address, or none.

    Raises AuthorityAway. Its coroutine runs in this thread: no loop may be running in it.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        prepared, pages = _prepared(document), len(document.pages)
    signer = _signer(key)
    stamper = timestamps.HTTPTimeStamper(authority, timeout=PATIENCE) if authority else None
    meta = PdfSignatureMetadata(
        field_name=FIELD, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256", reason=REASON,
        name=signer.subject_name, certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip
    writer = IncrementalPdfFileWriter(io.BytesIO(prepared))
    try:
        out: Any = PdfSigner(meta, signer=signer, timestamper=stamper).sign_pdf(
            writer, existing_fields_only=True
        )
    except (TimeoutError, timestamps.TimestampRequestError, OSError) as away:
        raise AuthorityAway(str(away)) from away
    return Told(out.getvalue(), pages)


def _signer(key: Opened) -> SimpleSigner:
    found = [
        x509.Certificate.load(der) for _, _, der in pem.unarmor(key.certificates.encode(), multiple=True)
    ]
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple(found)
    private = load_der_private_key(key.private, None)
    mechanism = "sha256_ecdsa" if isinstance(private, ec.EllipticCurvePrivateKey) else "sha256_rsa"
    return SimpleSigner(
        signing_cert=found[0],
        signing_key=keys.PrivateKeyInfo.load(key.private),
        cert_registry=registry,
        signature_mechanism=SignedDigestAlgorithm({"algorithm": mechanism}),
    )


def _prepared(document: pikepdf.Pdf) -> bytes:
    """With an empty signature field on its last page, told by a Form element at the end of the structure."""
    tree, page = document.Root.StructTreeRoot, document.pages[-1].obj
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String(FIELD), TU=String(WORDS),
            F=_HIDDEN_AND_LOCKED, Rect=Array([0, 0, 0, 0]), P=page,
        )
    )  # fmt: skip
    top: Any = tree.K[0] if isinstance(tree.K, Array) else tree.K
    number = _next_key(tree)
    element = document.make_indirect(
        Dictionary(
            Type=Name.StructElem, S=Name.Form, P=top, Alt=String(WORDS), Pg=page,
            K=Dictionary(Type=Name.OBJR, Obj=field, Pg=page),
        )
    )  # fmt: skip
    top.K = Array([*_listed(top.K), element])
    pair: Any = [number, element]
    if "/Nums" in tree.ParentTree:
        tree.ParentTree.Nums.extend(pair)
    else:
        leaf = Dictionary(Nums=Array(pair), Limits=Array(pair[:1] * 2))
        tree.ParentTree.Kids.append(document.make_indirect(leaf))
    tree.ParentTreeNextKey = number + 1
    field.StructParent = number
    page.Annots = Array([*_listed(page.get("/Annots", Array())), field])
    page.Tabs = Name.S
    document.Root.AcroForm = document.make_indirect(Dictionary(Fields=Array([field]), SigFlags=3))
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else [value]


def _next_key(tree: Any) -> int:
    given = int(tree.get("/ParentTreeNextKey", 0))
    return given or 1 + _greatest(tree.ParentTree)


def _greatest(node: Any) -> int:
    """The greatest key of a number tree."""
    here = [int(n) for n in list(node.get("/Nums", []))[::2]]
    return max([*here, *(_greatest(kid) for kid in node.get("/Kids", []))], default=-1)

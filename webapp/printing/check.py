"""Reads one PDF that a stranger brought and says what its seal is: a process of its own, with little memory and time.

Standard input: the file. Standard output: one line of JSON. A file that makes it fail, swell or stall says « unreadable »:
nothing of it reaches the process that serves people.
"""

import io
import json
import resource
import sys
from typing import Any

MEMORY = 1_500_000_000  # bytes of address space
SECONDS = 15  # of processor
WRITTEN = 1_000_000  # bytes of a file: it writes none


def main() -> int:
    """Always 0 with one line: whoever started it reads nothing else as an answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    body = sys.stdin.buffer.read()
    try:
        found = told(body)
    except Exception:  # noqa: BLE001 - whatever a broken file provokes, the answer is the same
        found = {"seals": -1}
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def told(body: bytes) -> dict[str, Any]:
    """``seals``: how many signatures; of the first, ``fingerprint`` of its certificate, ``whole``.

    Whose certificate it is, and whether that is known here, is not this process's to say.
    """
    import hashlib

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    reader = PdfFileReader(io.BytesIO(body), strict=False)
    signatures = reader.embedded_regular_signatures
    if not signatures:
        return {"seals": 0}
    first = signatures[0]
    certificate = first.signer_cert
    found = {
        "seals": len(signatures),
        "fingerprint": hashlib.sha256(certificate.dump()).hexdigest(),
        "whole": False,
    }
    context = ValidationContext(
        trust_roots=[certificate], allow_fetching=False, revocation_mode="soft-fail", moment=_moment(first)
    )
    try:
        status = validate_pdf_signature(first, context, skip_diff=False)
    except Exception:  # noqa: BLE001 - a seal that cannot be judged closes nothing
        return found
    whole = status.intact and status.valid and bool(status.docmdp_ok)
    return found | {"whole": whole and status.coverage is SignatureCoverageLevel.ENTIRE_FILE}


def _moment(signature: Any) -> Any:
    """When it says that it was made: an old seal is judged as of then, its file having been known since."""
    return signature.self_reported_timestamp


if __name__ == "__main__":
    sys.exit(main())

"""Documents as the worker prints them, from sample data: needs an application context."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from webapp.printing.press import press

SAMPLES = Path(__file__).parent / "sheets"


def sample(document: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{document}.json").read_text(encoding="utf-8"))
    return found


def pressed(document: str, **changed: Any) -> bytes:
    data = {**sample(document), **changed}
    return press(document, data, datetime.fromtimestamp(1792167600, UTC), proof=b'{"a":1}')

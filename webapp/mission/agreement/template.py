"""The rules that a mission begins with: the firm's own, else those that come with the service.

``clauses.fr.json`` is text as data, French with its English reading: a firm writes its own over it, by versions.
"""

import functools
import json
from pathlib import Path
from typing import Any

from tenants.mission.agreement.clauses import company_template


@functools.cache
def shipped() -> dict[str, Any]:
    """What comes with the service, as version 0."""
    path = Path(__file__).with_name("clauses.fr.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def present() -> tuple[int, dict[str, Any]]:
    """Of the company's firm, as it is today."""
    return company_template() or (0, shipped())

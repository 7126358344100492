"""Posting as a page would: with the token that it carries."""

import re
from typing import Any


def token(page: Any) -> str:
    """The CSRF token of a page that was read."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text) or re.search(
        r"X-CSRF-Token&#34;: ?&#34;([^&]+)|X-CSRF-Token\":\"([^\"]+)", page.text
    )
    assert found, "no token in that page"
    return next(g for g in found.groups() if g)


def post(client: Any, page: Any, url: str, **fields: str) -> Any:
    """Post those fields with the page's token."""
    return client.post(url, data={"csrf_token": token(page), **fields})


def follow(client: Any, url: str) -> Any:
    """The page at that address, after its redirects."""
    return client.get(url, follow_redirects=True)

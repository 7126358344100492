"""Where one may be sent after signing in: nowhere but here."""

import pytest

from webapp.auth import paths

HOSTILE = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\/evil.example", "\\\\evil.example",
    "https:evil.example", "https://evil.example", "https:///evil.example", "HTTPS://evil.example", "//evil.example/%2f..",
    "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example", "/ /\x00evil",
    "javascript:alert(1)", "data:text/html,x", "evil.example", "", "./profile", "profile", "?next=//evil.example",
    "/%09/evil.example", "/%5cevil.example", "/%2f/evil.example", "//%65vil.example", "/\u2028/evil.example",
    "/\u200b//evil.example", "//[::1", "/a" * 2000, "http://localhost:8000/profile", "/%0d%0aSet-Cookie:x=1",
    "/sign-out", "/sign-in", "/sign-in/code", "/sign-in/link/abc", "/\ufeff/evil.example",
]  # fmt: skip
OURS = [
    "/",
    "/profile",
    "/acme-3f/missions/7f/objectives?strand=3c",
    "/profile/devices#x",
    "/a?next=/b",
    "/a%20b",
]


@pytest.mark.parametrize("asked", HOSTILE)
def test_what_leads_elsewhere_leads_home(asked):
    assert paths.safe(asked) == "/"


@pytest.mark.parametrize("asked", OURS)
def test_a_path_of_ours_is_kept(asked):
    assert paths.safe(asked) == asked


def test_nothing_asked_is_home():
    assert paths.safe(None) == "/"

"""A device by its browser's own words: what people call it, and nothing where it cannot be told."""

import pytest

from webapp.auth.session import device

KHTML = "(KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"(X11; Linux x86_64) AppleWebKit/537.36 {KHTML} HeadlessChrome/131.0.0.0 Safari/537.36", "Chrome, Linux"),
        (f"(X11; Linux x86_64) AppleWebKit/537.36 {KHTML} Chrome/131.0.0.0 Safari/537.36", "Chrome, Linux"),
        (f"(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 {KHTML} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge, Windows"),
        (f"(Linux; Android 10; K) AppleWebKit/537.36 {KHTML} Chrome/131.0.0.0 Mobile Safari/537.36 EdgA/131.0.0.0", "Edge, Android"),
        (f"(Linux; Android 14; SM-S901B) AppleWebKit/537.36 {KHTML} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", "Samsung Internet, Android"),
        (f"(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 {KHTML} Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0", "Opera, Windows"),
        (f"(X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 {KHTML} Chrome/131.0.0.0 Safari/537.36", "Chrome, ChromeOS"),
        ("(X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, Linux"),
        (f"(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 {KHTML} Version/18.1 Safari/605.1.15", "Safari, macOS"),
        (f"(iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 {KHTML} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1", "Chrome, iPhone"),
        (f"(iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 {KHTML} FxiOS/133.0 Mobile/15E148 Safari/605.1.15", "Firefox, iPhone"),
        (f"(iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 {KHTML} Version/18.1 Mobile/15E148 Safari/604.1", "Safari, iPad"),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_its_name(agent: str, name: str) -> None:
    assert device(f"Mozilla/5.0 {agent}") == name


@pytest.mark.parametrize("agent", [None, "", "curl/8.5.0", "Nemo/1.0 (Plan 9)"])
def test_what_cannot_be_told_is_not_said(agent: str | None) -> None:
    assert device(agent) == ""

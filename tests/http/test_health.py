"""What whoever watches the process asks, and whoever calls it by another name gets."""

from typing import Any


def test_it_says_that_it_serves(browse: Any) -> None:
    answer = browse(None).get("/health")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_foreign_host_is_a_plain_refusal(app: Any, browse: Any) -> None:
    app.config["TRUSTED_HOSTS"] = ["trialogue.example"]
    try:
        answer = browse(None).get("/sign-in", base_url="http://evil.example")
    finally:
        app.config["TRUSTED_HOSTS"] = ["localhost", "127.0.0.1"]
    assert answer.status_code == 400
    assert "evil" not in answer.text

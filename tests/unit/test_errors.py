from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask, abort
from gallery import application

from tenants.refusals import Limited, Refused
from webapp import errors, formats
from webapp.errors import Words, refusal, words_of

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
CODES = (400, 401, 403, 404, 405, 408, 409, 410, 413, 422, 429, 503)


@pytest.fixture(scope="module")
def client():
    app: Flask = application()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    errors.init_app(app)
    raised = {
        "refused": Refused("nobody.words.this"),
        "limited": Limited("x", until=formats.now() + timedelta(minutes=5)),
        "broken": RuntimeError("secret words of a person"),
    }
    app.add_url_rule("/code/<int:code>", "code", abort)
    for name, error in raised.items():
        app.add_url_rule(f"/{name}", name, lambda error=error: _raise(error))
    app.add_url_rule("/posted", "posted", lambda: "", methods=["POST"])
    return app.test_client()


def _raise(error):
    raise error


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_happened_and_what_to_do(client, code):
    answer = client.get(f"/code/{code}")
    assert answer.status_code == code
    assert answer.text.count("<h1>") == 1
    assert "<p>" in answer.text
    assert f"<h1>{code}" not in answer.text


@pytest.mark.parametrize("code", [c for c in CODES if c != 401])
def test_htmx_gets_a_notice_that_replaces_nothing(client, code):
    answer = client.get(f"/code/{code}", headers=HTMX)
    assert answer.status_code == code
    assert answer.headers["HX-Retarget"] == "#notices"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert "<html" not in answer.text
    assert 'class="notice' in answer.text


def test_an_expired_sign_in_is_asked_again_in_place(client):
    answer = client.get("/code/401", headers=HTMX)
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#dialog"
    assert "Votre texte est toujours là" in answer.text
    assert "/sign-in/here" in answer.text


def test_a_page_that_needs_a_sign_in_comes_back_to_where_one_was_going(client):
    link = client.get("/code/401?a=1").text.partition('href="/sign-in?')[2].partition('"')[0]
    assert unquote(link) == "next=/code/401?a=1"


def test_a_refusal_has_words_even_when_its_room_gave_none(client):
    answer = client.get("/refused")
    assert answer.status_code == 409
    assert "Ce n’est plus possible pour l’instant" in answer.text


def test_a_room_gives_its_own_words():
    @refusal("test.frozen")
    def _frozen(values):
        return Words(f"{values['who']} a convenu ce texte")

    assert words_of(Refused("test.frozen", who="Marc")).title == "Marc a convenu ce texte"
    assert "test.frozen" in errors.worded()


def test_too_many_says_when_to_come_back(client):
    answer = client.get("/limited")
    assert answer.status_code == 429
    assert 290 <= int(answer.headers["Retry-After"]) <= 300


def test_a_failure_shows_a_page_that_needs_nothing_and_tells_nothing(client, caplog):
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "secret words" not in answer.text
    assert "{{" not in answer.text
    assert 'lang="en"' in answer.text


def test_an_old_page_says_what_to_do(client):
    answer = client.post("/posted")
    assert answer.status_code == 400
    assert "restée ouverte trop longtemps" in answer.text


def test_a_wrong_method_keeps_its_header(client):
    answer = client.delete("/posted", headers=HTMX)
    assert answer.status_code in (400, 405)


def test_an_english_reader_gets_a_page_in_english_or_french_never_a_code(client):
    answer = client.get("/nowhere", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "<h1>" in answer.text

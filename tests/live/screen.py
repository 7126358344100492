"""A page of shared texts in a real browser, on the real gateway: the macros' own words, fields of a test's choice."""

import re
import time
from typing import Any

from flask import render_template_string

from webapp.security import POLICY

PAGE = """
{% from "ui/live.html" import busy_line, offline_bar, page_words, presence, said, saved, text_words, toasts %}
<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Objectifs</title><link rel="icon" href="data:,">
<meta name="htmx-config" content='{"prefix":"","noSwap":[204,304,"5xx"]}'>
<link rel="stylesheet" href="{{ asset('trialogue.css') }}">
<script type="module" src="{{ asset('app.js') }}"></script><script type="module" src="{{ asset('editor.js') }}"></script>
</head><body hx-headers:inherited='{"X-CSRF-Token":"t"}' data-me="{{ me }}" data-schema="1">{{ offline_bar() }}
<main id="main" data-live="/live?company={{ slug }}&amp;page={{ key }}">{{ presence() }}{{ saved() }}
<section id="objective" data-section="objective:{{ id }}">{{ busy_line() }}
{% for root in ("wording", "notes") %}
<div id="{{ root }}-host" hx-morph-skip class="field"><label for="{{ root }}">{{ root }}</label>
<textarea id="{{ root }}" data-ytext="{{ root }}" data-doc="{{ doc }}" rows="4" readonly{% if root == "wording" %} data-limit="600"{% endif %}></textarea>
<p class="count" data-count-for="{{ root }}"></p></div>
{% endfor %}</section></main>
{{ page_words() }}{{ text_words() }}{{ said() }}{{ toasts() }}<dialog id="dialog"></dialog></body></html>
"""
FIELD = "#wording"


class Screen:
    """Somebody's page, with what a test asks of it."""

    def __init__(self, browser: Any, app: Any, server: Any, who: Any, of: Any) -> None:
        self.at = f"http://localhost:{server.port}"
        self.context = browser.new_context(locale="fr-FR")
        self.context.set_default_timeout(30_000)
        # the page comes from the test's hand, so Chromium does not know that it is of this machine too
        self.context.grant_permissions(["local-network-access"], origin=self.at)
        self.context.add_cookies([{"name": "sid", "value": who.token, "url": self.at}])
        with app.test_request_context():
            html = render_template_string(
                PAGE, me=who.id, slug=of.where.slug, key=of.page, id=of.id, doc=of.doc
            )
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
        self.context.route(f"{self.at}/page", lambda route: route.fulfill(body=html, headers=headers))
        self.faults: list[str] = []
        self.open()

    def open(self) -> None:
        """A new tab, once the text can be written."""
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console", lambda said: self.faults.append(said.text) if "Security Policy" in said.text else None
        )
        self.page.goto(f"{self.at}/page")
        self.until(lambda: not self.page.locator(FIELD).evaluate("e => e.readOnly"))

    def caret(self, at: int) -> None:
        self.page.locator(FIELD).evaluate("(e, at) => { e.focus(); e.setSelectionRange(at, at) }", at)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    @property
    def text(self) -> str:
        return str(self.page.locator(FIELD).input_value())

    @property
    def saved(self) -> str | None:
        """quiet, saved, saving, local or offline."""
        return self.page.locator("#saved").get_attribute("data-saved")

    @property
    def sentence(self) -> str:
        """The words of the state of saving, spaces made plain."""
        return re.sub(r"\s+", " ", self.page.locator("#saved").inner_text()).strip()

    def until(self, true: Any, seconds: float = 45) -> None:
        """Until it is so; the browser's events are heard meanwhile."""
        end = time.monotonic() + seconds
        while not true():
            here = self.page.locator("#presence").inner_text() if time.monotonic() > end else ""
            assert time.monotonic() < end, f"never: {self.text!r}, {self.saved}, {here!r}"
            self.page.wait_for_timeout(20)

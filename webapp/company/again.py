"""A form shown again because a line was added or taken away: neither a fault nor a step further."""

from typing import Any

from flask import Response, make_response, render_template

from webapp.pages import wants_fragment


def again(page: str, fragment: str, **context: Any) -> Response:
    """The same form with what was typed: its fragment for htmx, else the page. Nothing was done, so no 303."""
    folder = page.rpartition("/")[0]
    response = make_response(render_template(f"{folder}/{fragment}" if wants_fragment() else page, **context))
    response.headers["Vary"] = "Cookie, HX-Request, HX-Request-Type"
    return response

"""Page or fragment: decided here only, the one place that looks at htmx's headers.

A fragment is a partial file ``_x.html``, included by its page and returned alone; a plain form post is answered by 303.
"""

import functools
import json
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from htmx_flask import Htmx

htmx = Htmx()


def init_app(app: Flask) -> None:
    """Bind htmx-flask and what every template may call."""
    htmx.init_app(app)
    app.jinja_env.globals.update(asset=asset)


def wants_fragment() -> bool:
    """Whether htmx asks for a piece of the page; never when it restores a whole page from history."""
    headers = request.headers
    return bool(
        headers.get("HX-Request")
        and headers.get("HX-Request-Type", "partial") == "partial"
        and not headers.get("HX-History-Restore-Request")
    )


def show(
    page: str, fragment: str | None = None, *, to: str | None = None, status: int = 200, **context: Any
) -> Response:
    """The fragment for htmx, the page for a plain GET, 303 to ``to`` (or the same address) after a plain post.

    A status of 400 or more is always shown, never redirected: what was typed is in the context.
    """
    if fragment is not None and wants_fragment():
        response = make_response(render_template(f"{_folder(page)}/{fragment}", **context), status)
    elif request.method == "POST" and status < 400:  # noqa: PLR2004 - HTTP's own
        response = _see(to or request.path)
    else:
        response = make_response(render_template(page, **context), status)
    response.headers["Vary"] = "Cookie, HX-Request, HX-Request-Type"
    return response


def go(endpoint: str, **values: Any) -> Response:
    """To another page after a post: 303, and for htmx a navigation of the whole page."""
    return _see(url_for(endpoint, **values))


def _see(address: str) -> Response:
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = address
        return response
    return make_response(redirect(address, 303))


def _folder(page: str) -> str:
    return page.rpartition("/")[0]


def asset(name: str) -> str:
    """The address of a built file, by its plain name (``app.js``)."""
    manifest = Path(str(current_app.static_folder)) / "manifest.json"
    return url_for("static", filename=_names(manifest, manifest.stat().st_mtime_ns).get(name, name))


@functools.lru_cache(maxsize=2)
def _names(manifest: Path, built: int) -> dict[str, str]:
    found: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return found

"""Page or fragment: decided here only, the one place that looks at htmx's headers.

A fragment is a partial file ``_x.html``, included by its page and returned alone; a plain form post is answered by 303.
"""

import functools
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    has_request_context,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from htmx_flask import Htmx

htmx = Htmx()


def init_app(app: Flask) -> None:
    """Bind htmx-flask and what every template may call."""
    htmx.init_app(app)
    app.jinja_env.globals.update(asset=asset)


class Late:
    """HTML that is ready, put in by ``show`` once its template is written: a template copies all that is put in it.

    What stands for it until then is new each time and nobody can guess it, so that nobody can have typed it.
    """

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = list(parts)
        self.place = f"{{late {secrets.token_hex(16)}}}"

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __html__(self) -> str:
        return self.place

    def into(self, body: bytes) -> bytes:
        """The page with this in its place, if it has one."""
        before, place, after = body.partition(self.place.encode())
        return b"".join((before, *self.parts, after)) if place else body


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
        response = make_response(_written(f"{_folder(page)}/{fragment}", context), status)
    elif request.method == "POST" and status < 400:  # noqa: PLR2004 - HTTP's own
        response = _see(to or request.path)
    else:
        response = make_response(_written(page, context), status)
    response.headers["Vary"] = "Cookie, HX-Request, HX-Request-Type"
    return response


def _written(template: str, context: dict[str, Any]) -> bytes:
    body = render_template(template, **context).encode()
    for value in context.values():
        if isinstance(value, Late):
            body = value.into(body)
    return body


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
    manifest = _manifest(str(current_app.static_folder))
    found = _names(manifest, manifest.stat().st_mtime_ns).get(name, name)
    return f"{request.script_root if has_request_context() else ''}{current_app.static_url_path}/{found}"


@functools.cache
def _manifest(folder: str) -> Path:
    return Path(folder) / "manifest.json"


@functools.lru_cache(maxsize=2)
def _names(manifest: Path, built: int) -> dict[str, str]:
    found: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return found

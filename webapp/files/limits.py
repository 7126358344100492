"""How large a body may be, route by route: a megabyte, or what a view that takes a file says."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request

MEGABYTE = 1_000_000
LARGEST = 20 * MEGABYTE  # of a file
AROUND = MEGABYTE // 2  # what the form holds besides


def uploads(view: Callable[..., Any]) -> Callable[..., Any]:
    """This view takes a file: the body may be that much larger. It goes to a temporary file, not to memory."""
    view.uploads = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Before anything reads the form, the check of its token included."""

    @app.url_value_preprocessor
    def _limit(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if endpoint is not None and hasattr(app.view_functions.get(endpoint), "uploads"):
            request.max_content_length = LARGEST + AROUND

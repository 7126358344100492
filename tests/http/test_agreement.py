"""The agreement's first page over HTTP: what each screen does, for whom, and what nobody else finds."""

import re
import uuid
from typing import Any

import pytest

from tests.http.forms import post

PAGE = "/agreement"
PARTIES = ("ines", "helene", "marc", "solange")


def at(world: Any, tail: str = "") -> str:
    return world.url("solo", PAGE + tail)


def say(world: Any, client: Any, tail: str, **fields: str) -> Any:
    """Post to a door of the page, with its token."""
    return post(client, client.get(at(world)), at(world, tail), **fields)


def test_everybody_has_the_page_and_staff_reads_nothing_of_it(world: Any, browse: Any) -> None:
    for who in (*PARTIES, "yann"):
        page = browse(who).get(at(world))
        assert page.status_code == 200
        assert "De la demande à l’accord" in page.text
    assert "De la demande" not in browse("odile").get(at(world)).text
    assert browse("odile").get(at(world, "/texts")).status_code == 404

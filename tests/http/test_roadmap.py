"""The roadmap over HTTP: what each screen does, for whom, and what comes back when it is refused."""

import re
import uuid
from typing import Any

from tests.http.forms import post

PAGE = "/roadmap"


def propose(world: Any, client: Any, **more: str) -> str:
    page = client.get(world.url("solo", PAGE))
    made = re.search(r'name="axis_id" value="([^"]+)"', page.text).group(1)  # type: ignore[union-attr]
    assert post(client, page, world.url("solo", f"{PAGE}/axes"), axis_id=made, **more).status_code == 303
    return made


def add(world: Any, client: Any, where: str, name: str) -> str:
    """A strategy of an axis, or an action of a strategy."""
    made = str(uuid.uuid4())
    page = client.get(world.url("solo", PAGE))
    assert post(client, page, world.url("solo", PAGE + where), **{name: made}).status_code == 303
    return made


def test_an_axis_is_read_by_the_parties_at_once_and_a_draft_by_its_author_alone(
    world: Any, browse: Any
) -> None:
    ines = browse("ines")
    shared, draft = propose(world, ines), propose(world, ines, draft="1")
    for who in ("helene", "marc"):
        page = browse(who).get(world.url("solo", PAGE))
        assert page.status_code == 200
        assert f'id="axis-{shared}"' in page.text
        assert draft not in page.text
        assert browse(who).get(world.url("solo", f"{PAGE}/axes/{draft}")).status_code == 404
    for who in ("solange", "yann"):
        assert shared not in browse(who).get(world.url("solo", PAGE)).text
    page = ines.get(world.url("solo", PAGE))
    assert "Votre brouillon" in page.text
    assert f'id="line-{draft}-wording"' in page.text

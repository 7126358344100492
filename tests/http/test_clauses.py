"""The firm's template of rules: its owner's to write, by versions; a mission keeps the one that it began with."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from tests.http.browser import Browser
from tests.visitor import text_of


@pytest.fixture
def olga(app: Any, world: Any) -> Browser:
    visitor = Browser(app)
    visitor.client.set_cookie("sid", world.people["olga"].token)
    return visitor


def fields(page: Any) -> dict[str, str]:
    """The form as it stands."""
    import html

    found = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', page.text))
    found |= dict(re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>\s?([^<]*)</textarea>', page.text))
    found |= {v: k for k, v in re.findall(r'value="([^"]*)"[^>]*?name="(c\d+-title)"', page.text)}
    return {k: html.unescape(v) for k, v in found.items() if k != "csrf_token"}


def test_the_owner_writes_a_version_and_a_running_mission_keeps_its_own(
    world: Any, olga: Browser, app: Any, superuser: sa.Connection
) -> None:
    address = f"/firms/{world.firms['sauvelande']}/clauses"
    helene = Browser(app)
    helene.client.set_cookie("sid", world.people["helene"].token)
    helene.get(world.url("solo", "/agreement/rules"))
    helene.post(world.url("solo", "/agreement/rules"))
    given = fields(olga.get(address))
    assert given["c0-title"] == "Confidentialité"
    given |= {
        "c0-text": "Notre règle à nous.",
        "c1-text": "",
        "c10-title": "Repas",
        "c10-text": "Chacun le sien.",
    }
    long = olga.post(address, **(given | {"c2-text": "x" * 4_001}))
    assert (long.status_code, "x" * 4_001 in long.text) == (422, True)
    bad = olga.post(address, **(given | {"late_hours": "beaucoup"}))
    assert (bad.status_code, 'value="beaucoup"' in bad.text) == (422, True)
    assert olga.post(address, **given).status_code == 303
    stale = olga.post(address, **(given | {"c0-text": "Encore autre chose."}))
    assert (stale.status_code, "Encore autre chose." in stale.text) == (409, True)
    row = superuser.execute(sa.text("select version, content from clause_template")).one()
    assert row.version == 1
    assert [c["fr"]["title"] for c in row.content["clauses"]][-1] == "Repas"
    assert "danger" not in [c["key"] for c in row.content["clauses"]], "an empty rule is no longer proposed"
    assert "en" not in row.content["clauses"][0], "the reading of another text is no reading"
    assert "en" in row.content["clauses"][1]
    kept = text_of(helene.get(world.url("solo", "/agreement/rules")))
    assert "Notre règle à nous." not in kept
    helene.get(world.url("alone", "/agreement/rules"))
    helene.post(world.url("alone", "/agreement/rules"))
    assert "Notre règle à nous." in text_of(helene.get(world.url("alone", "/agreement/rules")))


def test_only_the_owner_writes_it(world: Any, app: Any) -> None:
    for who, firm in (("odile", "sauvelande"), ("helene", "sauvelande"), ("rival", "sauvelande")):
        visitor = Browser(app)
        visitor.client.set_cookie("sid", world.people[who].token)
        assert visitor.get(f"/firms/{world.firms[firm]}/clauses").status_code in (403, 404)

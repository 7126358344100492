"""The report over HTTP: the mentor writes, the mentee reads first and replies, it is issued, its readers acknowledge it."""

import re
import uuid
from typing import Any

from tests.db.test_report import measured
from tests.http.forms import post

PAGE = "/report"
ALL = ("ines", "helene", "marc", "solange", "yann")


def shown(answer: Any) -> str:
    """Its text, with plain spaces."""
    return str(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def begin(world: Any, client: Any) -> str:
    page = client.get(world.url("solo", PAGE))
    made = re.search(r'name="report_id" value="([^"]+)"', page.text).group(1)  # type: ignore[union-attr]
    strand = re.search(r'name="strand" value="([^"]+)"', page.text).group(1)  # type: ignore[union-attr]
    for _ in range(2):
        said = post(client, page, world.url("solo", PAGE), report_id=made, strand=strand)
        assert said.status_code == 303
    return made


def say(world: Any, client: Any, tail: str, **fields: str) -> Any:
    """That post, from the page."""
    return post(client, client.get(world.url("solo", PAGE)), world.url("solo", PAGE + tail), **fields)


def test_from_the_first_day_to_the_receipts(app: Any, world: Any, browse: Any) -> None:
    with app.app_context():
        measured(world)
    helene, ines, solange = (browse(w) for w in ("helene", "ines", "solange"))
    report = begin(world, helene)
    page = shown(helene.get(world.url("solo", PAGE)))
    assert (
        "L’objectif 1 n’est pas atteint : 11, relevé du 2 octobre 2026 par Inès, pour une cible de 8 au plus."
        in page
    )
    assert "De 23 à 11, cible : 8 au plus, non atteinte" in page
    assert "il ne fonde ni évaluation ni sanction" in page
    assert f'data-stale="report:{world.missions["solo"].strands[0]}"' in page
    for client in (ines, solange):
        assert report not in client.get(world.url("solo", PAGE)).text
        assert client.get(world.url("solo", f"{PAGE}/{report}")).status_code == 404
    assert say(world, helene, f"/{report}/reading", days="0").status_code == 422
    assert say(world, helene, f"/{report}/reading", days="7").status_code == 303
    assert "Vous lisez en premier" in shown(ines.get(world.url("solo", PAGE)))
    assert report not in solange.get(world.url("solo", PAGE)).text
    assert (
        say(world, ines, f"/{report}/requests", request_id=str(uuid.uuid4()), text="Une date").status_code
        == 303
    )
    page = shown(helene.get(world.url("solo", PAGE)))
    assert "Inès demande un changement" in page
    reply = "Je partage ces constats.\n\nSauf <b>un</b>."
    assert say(world, ines, f"/{report}/reply", reply=reply).status_code == 303
    assert say(world, ines, f"/{report}/reply", reply="\u202e caché").status_code == 409
    assert say(world, helene, f"/{report}/issue", hash="0" * 64).status_code == 409
    assert say(world, ines, f"/{report}/read").status_code == 303
    page = helene.get(world.url("solo", f"{PAGE}/{report}/issue"))
    for name in ("Solange Métivard", "Yann Kermelec", "Marc Ostrevant"):
        assert name in page.text
    seen = re.search(r'name="hash" value="(\w{64})"', page.text).group(1)  # type: ignore[union-attr]
    assert post(helene, page, world.url("solo", f"{PAGE}/{report}/issue"), hash=seen).status_code == 303
    for who in ALL:
        page = shown(browse(who).get(world.url("solo", PAGE)))
        assert "La réponse d’Inès Corbelin" in page
        assert "Sauf &lt;b&gt;un&lt;/b&gt;." in page
        assert "data-ytext" not in page
    assert say(world, solange, f"/{report}/receipt").status_code == 303
    assert "Solange en a accusé réception" in shown(helene.get(world.url("solo", PAGE)))
    assert say(world, helene, f"/{report}/correction", reason="").status_code == 422
    assert say(world, helene, f"/{report}/correction", reason="Une date était fausse.").status_code == 303
    assert "Une date était fausse." not in solange.get(world.url("solo", PAGE)).text


def test_passages_are_added_moved_taken_out_and_bad_input_is_said(app: Any, world: Any, browse: Any) -> None:
    helene = browse("helene")
    report = begin(world, helene)
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    for made in (first, first, second):
        said = say(world, helene, f"/{report}/passages", passage_id=made, part="points", text="Un passage")
        assert said.status_code == 303
    page = helene.get(world.url("solo", PAGE)).text
    assert page.count(f'id="passage-{first}"') == 1
    assert page.index(first) < page.index(second)
    say(world, helene, f"/passages/{second}/order", before=first)
    page = helene.get(world.url("solo", PAGE)).text
    assert page.index(f'id="passage-{second}"') < page.index(f'id="passage-{first}"')
    say(world, helene, f"/passages/{first}/removal")
    assert f'id="passage-{first}"' not in helene.get(world.url("solo", PAGE)).text
    for bad in (
        {"part": "nowhere"},
        {"part": "follow_up", "due_on": "demain", "text": "x"},
        {"part": "points", "text": "x" * 5_000},
        {"part": "follow_up", "owner": "nobody"},
        {"part": "follow_up", "owner": str(uuid.uuid4())},
    ):
        assert say(world, helene, f"/{report}/passages", **bad).status_code == 422, bad
    forged = {"part": "results", "source_kind": "objective", "source_id": str(uuid.uuid4())}
    assert say(world, helene, f"/{report}/passages", **forged).status_code == 409
    for who in ("ines", "marc", "solange"):
        assert say(world, browse(who), f"/{report}/passages", part="points").status_code == 404


def test_an_empty_mission_has_a_page_too(world: Any, browse: Any) -> None:
    for who in ("ines", "marc", "solange", "odile"):
        page = browse(who).get(world.url("solo", PAGE))
        assert page.status_code == 200
        assert "Commencer le bilan" not in page.text
    helene = browse("helene")
    begin(world, helene)
    page = shown(helene.get(world.url("solo", PAGE)))
    assert "De septembre 2026 à mars 2027." in page

"""The objectives over HTTP: what each screen does, for whom, and what comes back when it is refused."""

import re
import uuid
from typing import Any

from tests.http.forms import follow, post
from webapp.live.doors import page_of
from webapp.mission.objectives import rows
from webapp.pages import Late

PAGE = "/objectives"


def propose(world: Any, client: Any) -> str:
    page = client.get(world.url("solo", PAGE))
    made = re.search(r'name="objective_id" value="([^"]+)"', page.text).group(1)  # type: ignore[union-attr]
    answer = post(client, page, world.url("solo", PAGE), objective_id=made)
    assert answer.status_code == 303
    return made


def test_a_party_writes_a_draft_and_nobody_else_sees_it(world: Any, browse: Any) -> None:
    ines = browse("ines")
    made = propose(world, ines)
    page = ines.get(world.url("solo", PAGE))
    assert page.status_code == 200
    assert "Votre brouillon" in page.text
    assert f'id="o-{made}-wording"' in page.text
    for other in ("helene", "marc", "solange"):
        answer = browse(other).get(world.url("solo", PAGE))
        assert answer.status_code == 200
        assert made not in answer.text
        assert browse(other).get(world.url("solo", f"{PAGE}/{made}")).status_code == 404


def test_sharing_names_the_readers_first(world: Any, browse: Any) -> None:
    ines = browse("ines")
    made = propose(world, ines)
    asked = ines.get(world.url("solo", f"{PAGE}/{made}/sharing"))
    assert "Marc Ostrevant" in asked.text
    assert "Hélène Tavernac" in asked.text
    assert post(ines, asked, world.url("solo", f"{PAGE}/{made}/sharing")).status_code == 303
    assert f'id="objective-{made}"' in browse("marc").get(world.url("solo", PAGE)).text


def test_a_bad_number_is_said_and_stays(world: Any, browse: Any) -> None:
    ines = browse("ines")
    made = propose(world, ines)
    page = ines.get(world.url("solo", PAGE))
    answer = post(
        ines, page, world.url("solo", f"{PAGE}/{made}/fields"), revision="1", target="", target_value="vingt",
        target_out_of="", target_sense="",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "« vingt » n’est pas un nombre" in answer.text.replace("\u00a0", " ")
    assert 'value="vingt"' in answer.text


def test_twice_the_same_draft_is_one(world: Any, browse: Any) -> None:
    ines = browse("ines")
    made = propose(world, ines)
    page = ines.get(world.url("solo", PAGE))
    post(ines, page, world.url("solo", PAGE), objective_id=made)
    assert ines.get(world.url("solo", PAGE)).text.count(f'id="objective-{made}"') == 1


def test_comment_and_reading_are_kept_once(world: Any, browse: Any) -> None:
    ines = browse("ines")
    made = propose(world, ines)
    post(ines, ines.get(world.url("solo", PAGE)), world.url("solo", f"{PAGE}/{made}/sharing"))
    marc = browse("marc")
    page = marc.get(world.url("solo", f"{PAGE}/{made}/comments"))
    sent = str(uuid.uuid4())
    for _ in range(2):
        post(
            marc,
            page,
            world.url("solo", f"{PAGE}/{made}/comments"),
            comment_id=sent,
            text="Je relève chaque lundi.",
        )
    assert (
        follow(ines, world.url("solo", f"{PAGE}/{made}/comments")).text.count("Je relève chaque lundi.") == 1
    )
    read = post(
        marc, page, world.url("solo", f"{PAGE}/{made}/progress"), progress_id=str(uuid.uuid4()), on="24/11/2026",
        value="6", out_of="9", words="",
    )  # fmt: skip
    assert read.status_code == 303
    assert "6 sur 9" in ines.get(world.url("solo", f"{PAGE}/{made}/progress")).text.replace("\u00a0", " ")


def test_what_somebody_typed_never_becomes_the_readers_own_token(world: Any, browse: Any) -> None:
    ines = browse("ines")
    made = propose(world, ines)
    page = ines.get(world.url("solo", PAGE))
    post(ines, page, world.url("solo", f"{PAGE}/{made}/fields"), revision="1", stake="{csrf}")
    again = ines.get(world.url("solo", PAGE)).text
    assert "{csrf}" in again
    assert "{late " not in again, "what stands for the lines while the page is written is in no page"


def test_what_is_kept_of_a_line_is_without_its_readers_token(world: Any, browse: Any) -> None:
    ines = browse("ines")
    made = propose(world, ines)
    token = re.search(r'name="csrf_token" value="([^"]+)"', ines.get(world.url("solo", PAGE)).text).group(1)  # type: ignore[union-attr]
    kept = [part for written in rows._kept.values() for one in written.values() for part in one]
    assert any(made.encode() in part for part in kept)
    assert not any(token.encode() in part for part in kept)
    again = browse("ines").get(world.url("solo", PAGE)).text
    assert token not in again
    assert len(set(re.findall(r'name="csrf_token" value="([^"]+)"', again))) == 1


def test_two_places_of_a_page_are_never_alike() -> None:
    one, two = Late([b"<p>un</p>"]), Late([b"<p>deux</p>"])
    page = f"<main>{one.place}</main>".encode()
    assert len(one.place) > 32, "what nobody can guess, nobody can type"
    assert two.into(page) == page
    assert one.into(page) == b"<main><p>un</p></main>"


def test_the_page_of_a_collective_objective_names_a_socket_that_opens(world: Any, browse: Any) -> None:
    theo = browse("theo")
    page = theo.get(world.url("group", PAGE))
    made = str(uuid.uuid4())
    assert post(theo, page, world.url("group", PAGE), objective_id=made, collective="1").status_code == 303
    for tail in (PAGE, f"{PAGE}/{made}"):
        shown = theo.get(world.url("group", tail))
        key = re.search(r'data-live="[^"]*page=([^"&]*)"', shown.text).group(1)  # type: ignore[union-attr]
        assert page_of(key).mission_id == world.missions["group"].id

"""Hiding one's presence from somebody, from the page of the mission's people."""

from typing import Any

from tests.http.forms import post


def test_a_party_hides_from_another_who_does_not_learn_of_it(world: Any, browse: Any, superuser: Any) -> None:
    ines, marc = browse("ines"), world.people["marc"].contacts["ombrelune"]
    page = ines.get(world.url("solo", "/people"))
    assert "Ne pas lui montrer ma présence" in page.text
    assert post(ines, page, world.url("solo", f"/people/{marc}/presence")).status_code == 303
    kept = superuser.exec_driver_sql("select contact_id, hidden_from_id from presence_hidden").fetchall()
    assert kept == [(world.people["ines"].contacts["ombrelune"], marc)]
    assert "Lui montrer de nouveau ma présence" in ines.get(world.url("solo", "/people")).text
    assert "Lui montrer de nouveau" not in browse("marc").get(world.url("solo", "/people")).text
    post(ines, page, world.url("solo", f"/people/{marc}/presence"), shown="1")
    assert superuser.exec_driver_sql("select count(*) from presence_hidden").scalar_one() == 0


def test_whoever_is_not_in_the_mission_hides_nothing(world: Any, browse: Any) -> None:
    odile = browse("odile")
    page = odile.get(world.url("solo", "/people"))
    marc = world.people["marc"].contacts["ombrelune"]
    assert post(odile, page, world.url("solo", f"/people/{marc}/presence")).status_code == 403
    ines = browse("ines")
    theo = world.people["theo"].contacts["ombrelune"]
    page = ines.get(world.url("solo", "/people"))
    assert post(ines, page, world.url("solo", f"/people/{theo}/presence")).status_code == 404

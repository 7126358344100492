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


def furnished(world: Any, client: Any) -> tuple[str, str, str]:
    """An axis with a strategy and an action of Inès's."""
    axis = propose(world, client)
    strategy = add(world, client, f"/axes/{axis}/strategies", "strategy_id")
    return axis, strategy, add(world, client, f"/strategies/{strategy}/actions", "action_id")


def said(world: Any, client: Any, tail: str, **fields: str) -> Any:
    """That post, from the page."""
    return post(client, client.get(world.url("solo", PAGE)), world.url("solo", PAGE + tail), **fields)


def shown(answer: Any) -> str:
    """Its text, with plain spaces."""
    return str(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def test_twice_the_same_line_is_one(world: Any, browse: Any) -> None:
    ines = browse("ines")
    axis, strategy, action = furnished(world, ines)
    said(world, ines, "/axes", axis_id=axis)
    said(world, ines, f"/axes/{axis}/strategies", strategy_id=strategy)
    said(world, ines, f"/strategies/{strategy}/actions", action_id=action)
    page = ines.get(world.url("solo", PAGE)).text
    for line in (f'id="axis-{axis}"', f'id="line-{strategy}"', f'id="line-{action}"'):
        assert page.count(line) == 1


def test_without_a_script_what_is_chosen_is_posted_and_the_page_comes_back(world: Any, browse: Any) -> None:
    ines = browse("ines")
    _, _, action = furnished(world, ines)
    marc = str(world.people["marc"].contacts["ombrelune"])
    for tail, fields in (
        ("fields", {"revision": "1", "owner": marc}),
        ("fields", {"revision": "1", "due_on": "29/01/2027"}),
        ("state", {"state": "done"}),
        ("fields", {"revision": "4", "result": "Onze décisions"}),
    ):
        answer = said(world, ines, f"/actions/{action}/{tail}?edit={action}", **fields)
        assert answer.status_code == 303
        assert f"edit={action}" in answer.location
        assert answer.location.endswith(f"#line-{action}")
    page = shown(ines.get(world.url("solo", PAGE)))
    row = page[page.index(f'id="line-{action}"') :]
    assert "Marc" in row
    assert "29 janvier 2027" in row
    assert 'data-state="done"' in row
    assert "Résultat : Onze décisions" in row


def test_bad_input_is_said_beside_its_field_and_stays(world: Any, browse: Any) -> None:
    ines = browse("ines")
    axis, _, action = furnished(world, ines)
    fields = f"/actions/{action}/fields?edit={action}"
    answer = said(world, ines, fields, revision="1", due_on="demain")
    assert answer.status_code == 422
    assert "« demain » n’est pas une date" in shown(answer)
    assert 'value="demain"' in answer.text
    for owner in ("nobody", str(uuid.uuid4()), str(world.people["solange"].contacts["ombrelune"])):
        assert said(world, ines, fields, revision="1", owner=owner).status_code == 422
    said(world, ines, f"/actions/{action}/state", state="done")
    long = said(world, ines, fields, revision="9", result="x" * 301)
    assert long.status_code == 422
    assert "300 caractères au plus" in shown(long)
    for state in ("", "dropped", "perdu", "\x00"):
        assert said(world, ines, f"/actions/{action}/state", state=state).status_code == 422
    for reason in ("", "  \x07 ", "x" * 601):
        assert said(world, ines, f"/actions/{action}/dropping", reason=reason).status_code == 422
        assert said(world, ines, f"/axes/{axis}/closing", reason=reason).status_code == 422
    for served in ("rien", str(uuid.uuid4())):
        assert said(world, ines, f"/axes/{axis}/served", revision="1", served=served).status_code == 422
    assert (
        said(world, ines, f"/axes/{axis}/comments", comment_id=str(uuid.uuid4()), text="").status_code == 422
    )
    for to in ("", "ailleurs"):
        assert said(world, ines, f"/actions/{action}/moving", to=to).status_code == 422
    assert said(world, ines, f"/actions/{action}/moving", to=str(uuid.uuid4())).status_code == 409
    assert said(world, ines, f"/axes/{axis}/assent", wording="x").status_code in (409, 422)
    for edit in ("x" * 5000, ",".join(["0"] * 50), f"{action},{axis}"):
        assert ines.get(world.url("solo", f"{PAGE}?edit={edit}")).status_code == 200


def test_a_date_changed_meanwhile_is_shown_with_mine(world: Any, browse: Any) -> None:
    ines, marc = browse("ines"), browse("marc")
    _, _, action = furnished(world, ines)
    said(world, ines, f"/actions/{action}/fields", revision="1", due_on="29/01/2027")
    answer = said(world, marc, f"/actions/{action}/fields?edit={action}", revision="1", due_on="05/02/2027")
    assert answer.status_code == 409
    assert "Inès a changé l’échéance" in shown(answer)
    for value in ("29 janvier 2027", "5 février 2027"):
        assert value in shown(answer)
    kept = re.search(r'name="revision" value="(\d+)"><input type="hidden" name="due_on"', answer.text)
    assert kept
    assert (
        said(world, marc, f"/actions/{action}/fields", revision=kept[1], due_on="05/02/2027").status_code
        == 303
    )
    assert "5 février 2027" in shown(ines.get(world.url("solo", PAGE)))


def test_lateness_is_told_to_whose_it_is_and_to_the_mentor_alone(world: Any, browse: Any) -> None:
    ines = browse("ines")
    _, _, action = furnished(world, ines)
    marc = str(world.people["marc"].contacts["ombrelune"])
    said(world, ines, f"/actions/{action}/fields", revision="1", owner=marc, due_on="05/01/2026")
    for who, told in (("marc", True), ("helene", True), ("ines", False)):
        page = shown(browse(who).get(world.url("solo", PAGE)))
        assert ("En retard de" in page) is told, who
        assert "5 janvier" in page


def test_initials_are_put_on_what_was_read_and_the_difference_is_shown(
    world: Any, browse: Any, app: Any
) -> None:
    from tests.db.test_roadmap import As, documents, initial, queries, roadmap

    with app.app_context():
        made = roadmap(world)
        initial(world, "ines", made)
        with As(world, "marc") as a:
            strategy = queries.strategy(a.axis(made).strategies[0].id)
            documents.rewrite(
                strategy.document_id, {"wording": "Donner à tous un périmètre écrit"}, a.me.contact_id
            )
            documents.settle(strategy.document_id)
    page = browse("ines").get(world.url("solo", PAGE))
    assert "Ce que Marc a changé" in shown(page)
    assert "<del>" in page.text
    change, button = page.text.index('class="change"'), page.text.index("Poser mes initiales")
    assert change < button
    stale = said(world, browse("helene"), f"/axes/{made}/assent", wording="0" * 64)
    assert stale.status_code == 409
    assert "Le texte a changé pendant que vous le lisiez" in shown(stale)


def test_only_the_mentor_brings_something_and_all_readers_read_it(world: Any, browse: Any) -> None:
    ines, helene = browse("ines"), browse("helene")
    _, _, action = furnished(world, ines)
    sent = {"contribution_id": str(uuid.uuid4()), "text": "J’ai vécu cela à Roanne. <b>"}
    assert said(world, ines, f"/actions/{action}/contributions", **sent).status_code == 403
    for _ in range(2):
        assert (
            said(world, helene, f"/actions/{action}/contributions?edit={action}", **sent).status_code == 303
        )
    page = browse("marc").get(world.url("solo", f"{PAGE}?edit={action}")).text
    assert page.count("J’ai vécu cela à Roanne. &lt;b&gt;") == 1
    assert said(world, ines, f"/contributions/{sent['contribution_id']}/withdrawal").status_code == 403
    assert said(world, helene, f"/contributions/{sent['contribution_id']}/withdrawal").status_code == 303
    assert "Roanne" not in browse("marc").get(world.url("solo", f"{PAGE}?edit={action}")).text


def test_the_history_says_who_changed_what_and_goes_back(world: Any, browse: Any) -> None:
    ines = browse("ines")
    axis, _, action = furnished(world, ines)
    said(world, ines, f"/actions/{action}/fields", revision="1", due_on="29/01/2027")
    page = ines.get(world.url("solo", f"{PAGE}/axes/{axis}/history"))
    assert "Inès a changé l’échéance d" in shown(page)
    back = re.search(r'action="([^"]+/restoration)"', page.text)
    assert back
    assert post(ines, page, back[1]).status_code == 303
    assert "29 janvier 2027" not in shown(ines.get(world.url("solo", PAGE)))


def test_home_and_rail_say_who_is_awaited(world: Any, browse: Any, app: Any) -> None:
    from tests.db.test_roadmap import initial, roadmap

    with app.app_context():
        made = roadmap(world)
        initial(world, "ines", made)
    home = shown(browse("marc").get("/"))
    assert "Relire et parapher un axe de la feuille de route" in home
    assert f"#axis-{made}" in home
    assert "On vous attend" in shown(browse("marc").get(world.url("solo", PAGE)))
    assert "Le lui rappeler" in shown(browse("ines").get(world.url("solo", PAGE)))


def test_a_document_comes_with_what_the_mentor_brings(world: Any, browse: Any) -> None:
    import io

    from tests import samples

    ines, helene = browse("ines"), browse("helene")
    _, _, action = furnished(world, ines)
    sent = {"contribution_id": str(uuid.uuid4()), "text": "Mon compte rendu type"}
    tail = f"/actions/{action}/contributions?edit={action}"
    bad = said(world, helene, tail, **sent, file=(io.BytesIO(b"MZ\x00\x00"), "type.pdf"))
    assert bad.status_code == 422
    assert "Mon compte rendu type" in bad.text
    assert said(world, helene, tail, **sent, file=(io.BytesIO(samples.pdf()), "type.pdf")).status_code == 303
    marc = browse("marc")
    page = marc.get(world.url("solo", f"{PAGE}?edit={action}")).text
    link = re.search(r'href="([^"]+/files/[^"]+)"', page)
    assert link
    assert "type.pdf" in page
    assert marc.get(link[1]).status_code == 200
    assert browse("solange").get(link[1]).status_code == 404
    said(world, helene, f"/contributions/{sent['contribution_id']}/withdrawal")
    assert marc.get(link[1]).status_code == 404


def test_a_document_in_a_draft_is_shared_with_it(world: Any, browse: Any) -> None:
    import io

    from tests import samples

    helene, marc = browse("helene"), browse("marc")
    axis = propose(world, helene, draft="1")
    strategy = add(world, helene, f"/axes/{axis}/strategies", "strategy_id")
    action = add(world, helene, f"/strategies/{strategy}/actions", "action_id")
    sent = {"contribution_id": str(uuid.uuid4()), "text": "Mon compte rendu type"}
    answer = said(
        world, helene, f"/actions/{action}/contributions?edit={action}", **sent,
        file=(io.BytesIO(samples.pdf()), "type.pdf"),
    )  # fmt: skip
    assert answer.status_code == 303
    link = re.search(
        r'href="([^"]+/files/[^"]+)"', helene.get(world.url("solo", f"{PAGE}?edit={action}")).text
    )
    assert link
    assert marc.get(link[1]).status_code == 404
    said(world, helene, f"/axes/{axis}/sharing")
    assert marc.get(link[1]).status_code == 200

"""Two real browsers on the real gateway: all that is typed is there, once, on both screens and in the database."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live.screen import Screen

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium introuvable en CI")
        pytest.skip("Chromium introuvable (ou CHROMIUM=…)")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET.split()}


@pytest.fixture
def screen(browser: Any, app: Any, world: Any) -> Iterator[Callable[..., Screen]]:
    opened: list[Screen] = []

    def show(server: Any, who: str, of: Any) -> Screen:
        opened.append(Screen(browser, app, server, world.people[who], of))
        return opened[-1]

    yield show
    faults = [fault for one in opened for fault in one.faults]
    for one in opened:
        one.context.close()
    assert not faults


def test_two_people_type_into_one_field_at_once(serve, objective, screen, text_of) -> None:
    (server,) = serve(1)
    o = objective("Réunions courtes")
    ines, marc = screen(server, "ines", o), screen(server, "marc", o)
    ines.caret(0)
    marc.caret(16)
    for i in range(30):
        ines.type(f"é{i} ")
        marc.type(f" ç{i}")
    ours = "".join(f"é{i} " for i in range(30)) + "Réunions courtes" + "".join(f" ç{i}" for i in range(30))
    ines.until(lambda: ines.text == marc.text == ours)
    ines.until(lambda: ines.saved == "saved")
    assert text_of(o) == ours
    ines.until(lambda: ines.page.locator(".caret-name").count() == 1)
    assert ines.page.locator("[data-busy] b").count() == 1
    while "é" in ines.text.replace("Réunions", ""):  # a pause longer than half a second begins another step
        ines.page.keyboard.press("Control+z")
    ines.until(lambda: marc.text == "Réunions courtes" + "".join(f" ç{i}" for i in range(30)))


def test_a_composition_survives_what_others_write(serve, objective, screen) -> None:
    (server,) = serve(1)
    o = objective("fin")
    ines, marc = screen(server, "ines", o), screen(server, "marc", o)
    hand = ines.context.new_cdp_session(ines.page)
    ines.caret(0)
    marc.caret(3)
    for composed in ("n", "ni", "に", "にほ"):
        hand.send("Input.imeSetComposition", {"text": composed, "selectionStart": 1, "selectionEnd": 1})
        marc.type("!")
        ines.page.wait_for_timeout(40)
    hand.send("Input.insertText", {"text": "日本"})
    hand.send("Input.imeSetComposition", {"text": "^", "selectionStart": 1, "selectionEnd": 1})
    hand.send("Input.insertText", {"text": "ê😀"})
    ines.until(lambda: ines.text == marc.text == "日本ê😀fin\u202f!!!!")


def test_what_was_written_off_line_in_a_tab_then_closed_arrives(serve, objective, screen, text_of) -> None:
    (server,) = serve(1)
    o = objective("Fin")
    ines, marc = screen(server, "ines", o), screen(server, "marc", o)
    ines.context.set_offline(True)
    ines.until(lambda: ines.saved == "offline")
    assert ines.sentence.startswith("Hors connexion depuis")
    ines.caret(0)
    ines.type("Sans réseau. ")
    marc.caret(3)
    marc.type(" de Marc")
    ines.page.wait_for_timeout(300)
    ines.page.close(run_before_unload=False)
    ines.context.set_offline(False)
    ines.open()
    ines.until(lambda: ines.text == marc.text == "Sans réseau. Fin de Marc")
    ines.until(lambda: ines.saved == "saved")
    assert text_of(o) == "Sans réseau. Fin de Marc"


def test_the_server_killed_in_mid_sentence_loses_nothing(serve, objective, screen, text_of) -> None:
    (server,) = serve(1)
    o = objective("")
    ines, marc = screen(server, "ines", o), screen(server, "marc", o)
    ines.caret(0)
    words = "Les deux chefs d’équipe préparent les plannings et Inès les valide."
    for i, letter in enumerate(words):
        if i == 20:
            server.kill()
        if i == 50:
            ines.until(lambda: ines.saved == "local")
            assert ines.sentence == "Gardé sur cet appareil, pas encore envoyé"
            server.start()
        ines.type(letter)
    ines.until(lambda: ines.text == marc.text == words, 30)
    ines.until(lambda: ines.saved == "saved")
    assert ines.sentence == "Tout est enregistré"
    assert text_of(o) == words


BLOCKED = """
const Real = WebSocket;
WebSocket = class extends EventTarget {
  constructor(address) {
    super();
    if (!window.blocked) return new Real(address);
    setTimeout(() => this.onclose?.({ code: 1006, reason: "" }));
  }
  close() {}
};
"""


def test_who_posts_too_much_waits_as_long_as_asked_and_loses_nothing(
    serve, objective, screen, text_of
) -> None:
    """A network that breaks sockets, and a server that has been asked too much: the text stays, is said to, and goes."""
    (server,) = serve(1)
    o = objective("Fin")
    ines = screen(server, "ines", o)
    ines.context.add_init_script(BLOCKED)
    ines.page.close()
    ines.open()
    posts: list[float] = []

    def answer(route: Any) -> None:
        posts.append(time.monotonic())
        if len(posts) > 1:
            route.continue_()
        else:
            route.fulfill(status=429, headers={"Retry-After": "9"}, body="Trop d’essais en peu de temps")

    ines.context.route("**/live/*", answer)
    ines.page.evaluate("window.blocked = true")
    ines.context.set_offline(True)  # lets go of the socket that is open
    ines.until(lambda: ines.saved == "offline")
    ines.caret(0)
    ines.type("Sans socket. ")
    ines.context.set_offline(False)
    ines.until(lambda: len(posts) == 1)
    ines.until(lambda: ines.sentence == "Gardé sur cet appareil, pas encore envoyé")
    ines.until(lambda: ines.saved == "saved")
    assert text_of(o) == "Sans socket. Fin"
    assert posts[1] - posts[0] > 8.5

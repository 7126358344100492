"""The objectives page in somebody's browser: what a test does there, and what it looks at."""

import json
import re
import time
from typing import Any

from pycrdt import Doc, Text

ACTS = re.compile(r"^objective-(.+)$")
# What the device keeps of each document, as y-indexeddb wrote it.
KEPT = """async () => {
    const read = (name) => new Promise((found, failed) => {
        const opening = indexedDB.open(name);
        opening.onerror = failed;
        opening.onsuccess = () => {
            const db = opening.result;
            const asked = db.objectStoreNames.contains("updates") && db.transaction("updates").objectStore("updates").getAll();
            const tell = () => (db.close(), found(asked ? asked.result.map((update) => [...update]) : []));
            if (!asked) return tell();
            asked.onsuccess = tell;
            asked.onerror = failed;
        };
    });
    const all = await indexedDB.databases();
    return Promise.all(all.filter(({ name }) => name.startsWith("trialogue:")).map(({ name }) => read(name)));
}"""


class Objectives:
    """One person's open page."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.frames: list[str] = []  # what the server says on the socket, text frames alone
        page.on("websocket", lambda socket: socket.on("framereceived", self._heard))
        page.goto(address)

    def again(self) -> None:
        """Another tab of the same browser, in place of this one."""
        self.page = self.page.context.new_page()
        self.page.goto(self.address)

    def begin(self) -> str:
        """A draft of one's own; its id."""
        before = self.ids
        found: list[str] = []
        self.page.get_by_role("button", name="Écrire un objectif", exact=True).click()
        self.until(lambda: bool(found.extend(i for i in self.ids if i not in before) or found))
        return found[0]

    def share(self, objective: str) -> None:
        self.line(objective).get_by_role("link", name=re.compile("^Partager")).click()
        self.page.locator("#dialog").get_by_role("button", name=re.compile("^Partager")).click()
        self.until(lambda: not self.page.locator("#dialog[open]").count())

    def line(self, objective: str) -> Any:
        return self.page.locator(f"#objective-{objective}")

    @property
    def ids(self) -> list[str]:
        """The objectives of the page, in their order."""
        found = self.page.locator("[data-order] > article").evaluate_all("all => all.map(e => e.id)")
        return [ACTS.match(i)[1] for i in found]  # type: ignore[index]

    def fields(self, objective: str) -> None:
        """What is not prose, opened: on a long page it is folded until asked for."""
        fold = self.page.locator(f"#o-{objective}-fields-fold:not([open]) > summary")
        if fold.count():
            fold.click()
        self.until(lambda: self.page.locator(f"#o-{objective}-due_on").count() == 1)

    # -- one text -------------------------------------------------------------------------------

    def field(self, objective: str, root: str = "wording") -> Any:
        return self.page.locator(f"#o-{objective}-{root}")

    def write(self, objective: str, at: int, root: str = "wording") -> None:
        """The caret in the text, once it can be written."""
        field = self.field(objective, root)
        self.until(lambda: field.count() and not field.evaluate("e => e.readOnly"))
        field.evaluate("(e, at) => { e.focus(); e.setSelectionRange(at, at) }", at)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def text(self, objective: str, root: str = "wording") -> str:
        return str(self.field(objective, root).input_value())

    def kept(self, root: str = "wording") -> list[str]:
        """That text in each document that this device keeps, as its database says."""
        found = []
        for updates in self.page.evaluate(KEPT):
            document: Any = Doc()
            for update in updates:
                document.apply_update(bytes(update))
            found.append(str(document.get(root, type=Text)))
        return found

    def served(self, objective: str, root: str = "wording") -> str:
        """The same text as the server writes it into a fresh page."""
        return str(
            self.page.evaluate(
                """id => fetch(location.href, {cache: "no-store"}).then(r => r.text())
                .then(html => new DOMParser().parseFromString(html, "text/html").getElementById(id)?.value ?? "")""",
                f"o-{objective}-{root}",
            )
        )

    # -- what the page says ---------------------------------------------------------------------

    @property
    def saved(self) -> str | None:
        """quiet, saved, saving, local or offline."""
        return self.page.locator("#saved").get_attribute("data-saved")

    def stale(self) -> int:
        """How often the server has said that something here is to be read again."""
        return sum(json.loads(frame)["t"] == "stale" for frame in self.frames)

    def _heard(self, payload: str | bytes) -> None:
        if isinstance(payload, str):
            self.frames.append(payload)

    def until(self, true: Any, seconds: float = 45) -> None:
        """Until it is so; what the browser has to tell is heard meanwhile."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "never"
            self.page.wait_for_timeout(25)

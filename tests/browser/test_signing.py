"""Four people sign one agreement, each in a browser of their own, one on a phone; the last one makes it the rule."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.db import test_versions as rows
from tests.visitor import Mailbox


@pytest.fixture
def out(app: Any, world: Any) -> str:
    """A version out for signature."""
    with app.app_context():
        rows.revealed(world)
        rows.begun(world)
        rows.proposed(world)
    return str(world.url("solo", "/agreement/version"))


@pytest.fixture
def mailbox(database: str, superuser: sa.Connection) -> Mailbox:
    return Mailbox(database, superuser)


def sign(page: Any, mailbox: Mailbox) -> None:
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Signer l’accord").click()
    page.get_by_label("Code à six chiffres").wait_for()
    page.get_by_label("Code à six chiffres").fill(mailbox.open().code)
    page.get_by_role("button", name="Signer l’accord").click()


def test_four_people_sign_and_every_page_hears_of_it(
    visit: Any, world: Any, out: str, mailbox: Mailbox, superuser: sa.Connection
) -> None:
    phone = {"viewport": {"width": 360, "height": 740}}
    pages = {who: visit(who, out, **(phone if who == "ines" else {})) for who in rows.SIGNERS}
    watching = visit("yann", out)
    assert pages["ines"].get_by_role("checkbox").is_checked() is False
    for number, who in enumerate(rows.SIGNERS, 1):
        sign(pages[who], mailbox)
        watching.locator('.signature[data-signed="yes"]').nth(number - 1).wait_for()
    pages["solange"].get_by_text("Signé par tous").wait_for()
    watching.get_by_text("Signé par tous").first.wait_for()
    assert superuser.scalar(sa.text("select count(*) from agreement_answer where kind = 'signed'")) == 4
    assert pages["ines"].evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [page.faults for page in (*pages.values(), watching)] == [[]] * 5

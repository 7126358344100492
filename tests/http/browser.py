"""A visitor who takes the token of any page, whether it carries a form or not."""

import re
from typing import Any

import pytest

from tests.visitor import Visitor


class Browser(Visitor):
    """The token is on every page's body, where htmx takes it."""

    def _seen(self, response: Any) -> Any:
        if found := re.search(r'X-CSRF-Token":"([^"]+)"', response.get_data(as_text=True)):
            self.token = found[1]
        return super()._seen(response)


@pytest.fixture
def enter(app: Any, world: Any) -> Any:
    """A browser in which somebody of the world is signed in."""

    def entered(who: str | None = None) -> Browser:
        visitor = Browser(app)
        if who:
            visitor.client.set_cookie("sid", world.people[who].token)
        return visitor

    return entered

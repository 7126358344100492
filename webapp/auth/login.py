"""Flask-Login's part: who is signed in, for whatever in Flask asks ``current_user``, and what an unsigned request gets.

The sign-in itself is a row that ``access`` has already resolved: no identity in a cookie, no « remember me », no
protection by address and browser, which breaks phones and protects little.
"""

from typing import NoReturn

from flask import Request, abort, g
from flask_login import LoginManager, UserMixin

from tenants.mission.queries import Here

manager = LoginManager()
manager.session_protection = None


class Signed(UserMixin):  # type: ignore[misc]
    """The signed-in person, as Flask-Login sees one."""

    def __init__(self, here: Here) -> None:
        self.here = here
        self.id = str(here.id)


@manager.request_loader  # type: ignore[untyped-decorator]
def _signed(_request: Request) -> Signed | None:
    here = g.get("here")
    return Signed(here) if here is not None else None


@manager.unauthorized_handler  # type: ignore[untyped-decorator]
def _ask() -> NoReturn:
    abort(401)

"""`/` for whoever is signed in; and « Qui peut faire quoi », open to all."""

import uuid

from flask import Blueprint, Response, abort, redirect, request

from tenants.actors import Actor
from tenants.firm import queries as firms
from tenants.mission import across
from tenants.mission.schedule import queries as schedule
from tenants.people import notice
from tenants.policy import Do
from webapp import access, pages
from webapp.access import Current, allows, public
from webapp.home import dates, moves, rules, waits
from webapp.home.missions import mission_views

home = Blueprint("home", __name__)


@home.get("/")
@public
def index() -> Response:
    """What awaits the person; a visitor is sent to sign in. Whoever has not read the notice reads it first."""
    person = Current().person
    inside = pages.wants_fragment()
    if person is None:
        return abort(401) if inside else _to("/sign-in")
    if not inside and person.notice_version != notice.VERSION:
        return _to(f"/notice?next={request.path}")
    answer: Response = _own()
    return answer


@home.get("/policy")
@public
def policy() -> Response:
    """The table of who may do what, in words."""
    return pages.show("home/policy.html", parts=rules.parts(), heads=rules.heads())


@allows(Do.HOME_SEE, access.actor)
def _own(me: Actor) -> Response:
    asked, others = across.waits(), across.waits_on_others()
    invitations, missions = across.invitations(), across.missions()
    return pages.show(
        "home/page.html",
        "_home.html",
        waits=[waits.mine(w) for w in asked],
        others=waits.others(others),
        dates=dates.views(schedule.my_next_dates()),
        moves=moves.views(across.moves(list(moves.SAID))),
        invitations=[waits.invitation(i) for i in invitations],
        missions=mission_views([m for m in missions if m.mine]),
        run=mission_views([m for m in missions if not m.mine]),
        firms=_firms(me),
        hat=waits.hat(missions),
        count=len(asked) + len(invitations),
    )


def _firms(me: Actor) -> list[tuple[uuid.UUID, str]]:
    """The firms whose staff the person is, with their names."""
    found = [firms.firm(firm_id) for firm_id in sorted({f for f, _ in me.firms})]
    return [(f.id, f.name) for f in found if f is not None]


def _to(address: str) -> Response:
    return redirect(address, 303)  # type: ignore[return-value]

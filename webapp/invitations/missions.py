"""An invitation into a mission: who invites, to what, as whom; accepted by its holder, once.

The link alone never opens an account that exists: its own sign-in decides, and may have no code by e-mail. A token goes
into no address but its own: whoever signs in first comes back by the invitation's id.
"""

import uuid

from flask import Response, g, make_response, redirect, render_template, request, url_for

from tenants.mission import coming
from tenants.mission.coming import Accepted, Invited
from tenants.people import notice, tokens
from webapp.access import public
from webapp.auth import steps
from webapp.invitations import words
from webapp.invitations.room import room
from webapp.pages import go

# Whatever is refused here, the link stays what it is: 404 for none, 410 for one that no longer serves, 409 for now.
GONE = {"gone": 404, "used": 410, "revoked": 410, "expired": 410}


@room.get("/<token>")
@public
def show(token: str) -> Response:
    """What it says; opening it, as a mail scanner does, writes nothing."""
    return _page(
        coming.invited_by(token_hash=tokens.link_hash(token)), url_for("invitations.accept", token=token)
    )


@room.post("/<token>")
@public
def accept(token: str) -> Response:
    """Accept."""
    hashed = tokens.link_hash(token)
    answer = coming.accept(token_hash=hashed, confirmed="confirmed" in request.form)
    return _answered(answer, coming.invited_by(token_hash=hashed), request.path)


@room.get("/mine/<uuid:invitation_id>")
@public
def mine(invitation_id: uuid.UUID) -> Response:
    """The same, for the one invited, who has signed in: by the address that it was sent to, or as that contact."""
    if g.actor is None:
        return go("signing_in.sign_in", next=request.path)
    return _page(coming.invited_by(invitation_id=invitation_id), request.path)


@room.post("/mine/<uuid:invitation_id>")
@public
def accept_mine(invitation_id: uuid.UUID) -> Response:
    """Accept it."""
    answer = coming.accept(invitation_id=invitation_id)
    return _answered(answer, coming.invited_by(invitation_id=invitation_id), request.path)


def _answered(answer: Accepted, invited: Invited | None, action: str) -> Response:
    if answer.outcome != "accepted" or invited is None:
        return _page(invited, action, answer.outcome)
    onward = words.opens(invited) or url_for("invitations.mine", invitation_id=invited.id)
    return arrived(answer.person, onward)


def arrived(person_id: uuid.UUID | None, onward: str) -> Response:
    """On to the page; whoever is new is signed in, and offered a passkey first."""
    if g.actor is not None:
        return make_response(redirect(onward, 303))
    if person_id is None:
        raise ValueError("an acceptance without a person")
    return steps.begin(
        person_id, by="invitation", recognised=False, next_path=url_for("people.offer", next=onward)
    )


def _page(invited: Invited | None, action: str, outcome: str | None = None) -> Response:
    outcome = outcome or (invited.outcome if invited else "gone")
    if outcome == "open" and invited:
        outcome = _before(invited)
    if outcome == "used" and invited and invited.for_me:
        outcome = "mine"
    status = GONE.get(outcome, 409 if request.method == "POST" else 200)
    return make_response(
        render_template(
            "invitations/show.html",
            invited=invited,
            outcome=outcome,
            roles=words.roles(invited) if invited else [],
            opens=words.opens(invited) if invited else None,
            reads=words.reads(invited) if invited else "",
            action=action,
            dated=notice.DATED,
            sign_in=_sign_in(invited) if invited else None,
        ),
        status,
    )


def _before(invited: Invited) -> str:
    """What stands between its holder and accepting, as the acceptance itself will judge."""
    if g.actor is None:
        return "sign_in" if invited.known else "open"
    if invited.for_me:
        return "other_contact" if invited.elsewhere else "open"
    if invited.known:
        return "other_person"
    return "other_contact" if invited.elsewhere else "confirm"


def _sign_in(invited: Invited) -> str:
    return url_for("signing_in.sign_in", next=url_for("invitations.mine", invitation_id=invited.id))

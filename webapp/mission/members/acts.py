"""What mentee and mentor answer to an announcement; what staff do: invite again, revoke, end."""

from flask import Response

from tenants.db import db, new_id
from tenants.mission import coming
from tenants.mission.models import Invitation, Participation
from tenants.mission.queries import frame
from tenants.policy import Do
from webapp.access import actor, allows
from webapp.mission import layout
from webapp.mission.members import lines, load
from webapp.mission.members.room import room
from webapp.mission.members.views import shown
from webapp.pages import go, show, wants_fragment


@room.post("/<uuid:participation_id>/seen")
@allows(Do.PARTICIPATION_SEEN, load.participation)
def seen(participation: Participation) -> Response:
    """« J’en ai pris connaissance »."""
    coming.see(participation, by=actor())
    return _again(participation)


@room.post("/<uuid:participation_id>/acceptance")
@allows(Do.MENTOR_ACCEPT, load.participation)
def accept_mentor(participation: Participation) -> Response:
    """The mentee accepts a later mentor."""
    coming.accept_mentor(participation, by=actor())
    return _again(participation)


@room.post("/<uuid:participation_id>/refusal")
@allows(Do.MENTOR_DECLINE, load.participation)
def decline_mentor(participation: Participation) -> Response:
    """The mentee does not want a later mentor; no reason is asked."""
    coming.decline_mentor(participation, by=actor())
    return _again(participation)


@room.post("/invitations/<uuid:invitation_id>/again")
@allows(Do.PARTICIPATION_INVITE, load.invitation)
def invite_again(invitation: Invitation) -> Response:
    """A new link."""
    coming.invite_again(invitation, invitation_id=new_id(), by=actor())
    return _again(invitation)


@room.post("/invitations/<uuid:invitation_id>/revocation")
@allows(Do.PARTICIPATION_INVITE, load.invitation)
def revoke(invitation: Invitation) -> Response:
    """The link opens nothing any more."""
    coming.revoke(invitation, by=actor())
    return _again(invitation)


@room.get("/<uuid:participation_id>/end")
@allows(Do.PARTICIPATION_END, load.participation)
def ending(participation: Participation) -> Response:
    """What ending means, before it is done."""
    of = load.frame(participation.mission_id)
    if of is None or participation.until_at is not None:
        return go("mission_people.page", mission_id=participation.mission_id)
    place = next(p for p in of.places if p.id == participation.id)
    return show(
        "mission/people/end.html",
        **layout.context(of, "people"),
        participation=participation,
        member=of.members[participation.contact_id],
        role=lines.role_of(of, place),
    )


@room.post("/<uuid:participation_id>/end")
@allows(Do.PARTICIPATION_END, load.participation)
def end(participation: Participation) -> Response:
    """They take part no more, at once."""
    coming.end(participation, by=actor())
    return go("mission_people.page", mission_id=participation.mission_id)


def _again(row: Participation | Invitation) -> Response:
    """The region as it is now: what the act wrote is read again."""
    if not wants_fragment():
        return go("mission_people.page", mission_id=row.mission_id)
    db.session.flush()
    of = frame(row.mission_id)
    return shown(of) if of is not None else go("mission_people.page", mission_id=row.mission_id)

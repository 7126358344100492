"""A link straight to one thing: whether one leaves, judged as the mail leaves and again as it is opened."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from flask import g

from tenants import tasks, walls
from tenants.db import db, now
from tenants.mission import queries as missions
from tenants.policy import Role, may
from webapp import access
from webapp.mail.deliver import link
from webapp.tasks.registry import Kind

TASK = "links.show"
BY_LINK = frozenset({Role.MANAGER, Role.SPONSOR})


@dataclass(frozen=True)
class Direct:
    """What it is for (a word that templates know), where, until when; None: an address of a page, for whoever signs in."""

    name: str
    url: str = field(repr=False)
    until: datetime | None = None


def enter(mission_id: uuid.UUID) -> bool:
    """Act in that mission as the present reader, as one of their requests would. Whether they still may."""
    who = missions.who(walls.acting(db.session))
    if who is None:
        return False
    g.actor, g.frame = who[0], None
    return access.in_mission(mission_id) is not None


def to(
    kind: Kind, subject_id: uuid.UUID, *, zone_id: uuid.UUID, mission_id: uuid.UUID, wanted: str
) -> Direct | None:
    """Straight to it, where that was wished (``tasks.wanted``), and while it awaits something of this reader."""
    if wanted == "never" or not enter(mission_id):
        return None
    held = {s.role for s in g.actor.seats_in(mission_id)}
    if wanted == "role" and not (held and held <= BY_LINK):
        return None
    subject = kind.load(mission_id, subject_id)
    if subject is None or not may(g.actor, kind.do, subject) or kind.over(subject):
        return None
    until = kind.lasts(subject)
    if until <= now():
        return None
    token = tasks.issue(kind.do, subject_id, zone_id=zone_id, mission_id=mission_id, until=until)
    return Direct(kind.name, link(TASK, token=token), until)

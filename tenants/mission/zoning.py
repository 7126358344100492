"""The zone for a thing to come: found among those of the mission, or made by whoever acts."""

import uuid

from tenants.actors import Actor
from tenants.db import db, new_id
from tenants.events import tell
from tenants.mission.models import ZoneRow
from tenants.mission.queries import Frame
from tenants.zones import Audience, Kind, Zone


def planned(frame: Frame, kind: Kind, audience: Audience, strand_id: uuid.UUID | None, *, by: Actor) -> Zone:
    """The zone as it is or would be under the matrix in force: what the names beside « Partager » are computed from."""
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    for zone in frame.zones.values():
        same = (zone.kind, zone.audience, zone.strand_id, zone.rule_id) == (
            kind,
            audience,
            strand_id,
            frame.rule_id,
        )
        if same and (audience is not Audience.AUTHOR or zone.author_id == by.contact_id):
            return zone
    return Zone(new_id(), frame.id, strand_id, kind, audience, by.contact_id, frame.rule_id)


def zone_for(
    frame: Frame, kind: Kind, audience: Audience, strand_id: uuid.UUID | None, *, by: Actor
) -> uuid.UUID:
    """The id of the zone, made in the present transaction if there is none yet."""
    zone = planned(frame, kind, audience, strand_id, by=by)
    if zone.id not in frame.zones:
        db.session.add(
            ZoneRow(
                company_id=frame.company_id,
                id=zone.id,
                mission_id=zone.mission_id,
                strand_id=zone.strand_id,
                kind=zone.kind,
                audience=zone.audience,
                author_id=zone.author_id,
                rule_id=zone.rule_id,
            )
        )
        db.session.flush()  # what is put in it next asks my_zones()
        tell(f"revoked mission {zone.mission_id}")  # open pages are judged again, and hear the new zone
    return zone.id

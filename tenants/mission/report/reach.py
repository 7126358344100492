"""What a report may repeat: what each of its readers reads, or what the matrix lets a report repeat to them. Pure.

``report_takes`` (0033) is the same rule in PostgreSQL, and a property test holds both equal.
"""

from collections.abc import Mapping

from tenants.mission.queries import Frame
from tenants.policy import Role
from tenants.zones import CEILING, Audience, Kind, Matrix, Zone

# What its author chose for fewer people than these is not repeated, whatever the matrix
OPEN = frozenset({Audience.PARTIES, Audience.EVERYONE})


def recipients(frame: Frame) -> frozenset[Role]:
    """The roles that read an issued report, whether somebody holds them yet or not: who comes later reads it too."""
    return frame.rules.get(frame.rule_id, {}).get(Kind.REPORT, frozenset())


def takes(frame: Frame, zone: Zone | None, strand_id: object) -> bool:
    """Whether what stands in that zone may be repeated in the report of that strand."""
    return (
        zone is not None
        and zone.mission_id == frame.id
        and zone.strand_id in (None, strand_id)
        and judged(
            zone,
            recipients(frame),
            frame.rules.get(zone.rule_id, {}),
            frame.rules.get(frame.rule_id, {}),
            frame.reported,
        )
    )


def judged(zone: Zone, roles: frozenset[Role], then: Matrix, current: Matrix, reported: Matrix) -> bool:
    """The rule alone: each of those roles reads the zone, or its kind is repeated to them."""
    if zone.audience not in OPEN:
        return False
    reading = CEILING[zone.audience] & _cell(then, zone) & _cell(current, zone)
    return roles <= reading | _cell(reported, zone)


def _cell(matrix: Mapping[Kind, frozenset[Role]], zone: Zone) -> frozenset[Role]:
    return matrix.get(zone.kind, frozenset())

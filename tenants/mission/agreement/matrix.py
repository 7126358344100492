"""Who reads what, as it is being agreed: a kind by role, three values, and the cells that nobody may change. Pure.

``later`` (« au bilan ») gives no reading of the source. Mentor and mentee read every line: it is their mission. The
notebook has no line here: it is the pair's, by its keys and not by a rule.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tenants.policy import COMPANY_ROLES, Role
from tenants.zones import DEFAULT_MATRIX, DEFAULT_REPORTED, Kind


class Cell(StrEnum):
    """What a role gets of a kind."""

    READ = "read"
    LATER = "later"
    NONE = "none"


Cells = Mapping[Kind, Mapping[Role, Cell]]

LINES = (
    Kind.AGREEMENT,
    Kind.CONTEXT,
    Kind.OBJECTIVES,
    Kind.ROADMAP,
    Kind.SUMMARIES,
    Kind.CALENDAR,
    Kind.REPORT,
    Kind.MINUTES,
)
_PAIR = frozenset({Role.MENTEE, Role.MENTOR})
_THREE = _PAIR | {Role.MANAGER}
FIXED: dict[Kind, frozenset[Role]] = {
    kind: _THREE if kind in (Kind.AGREEMENT, Kind.OBJECTIVES, Kind.ROADMAP) else _PAIR for kind in LINES
}
# What an issued report may repeat; the others are read or not.
REPORTABLE = frozenset({Kind.CONTEXT, Kind.OBJECTIVES, Kind.ROADMAP, Kind.SUMMARIES})


def options(kind: Kind, role: Role) -> tuple[Cell, ...]:
    """What may stand there; one value where it is fixed."""
    if role in FIXED[kind]:
        return (Cell.READ,)
    return (Cell.READ, Cell.LATER, Cell.NONE) if kind in REPORTABLE else (Cell.READ, Cell.NONE)


def default() -> dict[Kind, dict[Role, Cell]]:
    """The firm's default, as cells."""
    return {kind: {role: _default(kind, role) for role in COMPANY_ROLES} for kind in LINES}


def plain(cells: Cells) -> dict[str, dict[str, str]]:
    """As kept and hashed."""
    return {kind.value: {role.value: cells[kind][role].value for role in COMPANY_ROLES} for kind in LINES}


def cells_of(kept: Mapping[str, Any]) -> dict[Kind, dict[Role, Cell]]:
    """The contrary of ``plain``. Raises ValueError where a cell is missing, or may not be so."""
    found = {
        kind: {role: Cell(kept.get(kind.value, {}).get(role.value, "")) for role in COMPANY_ROLES}
        for kind in LINES
    }
    for kind in LINES:
        for role in COMPANY_ROLES:
            if found[kind][role] not in options(kind, role):
                raise ValueError(f"{kind} {role}")
    return found


def read_by(cells: Cells) -> dict[Kind, frozenset[Role]]:
    """The rule's own cells, with the line of who takes part, which is never discussed."""
    found = {k: frozenset(r for r, c in row.items() if c is Cell.READ) for k, row in cells.items()}
    return found | {Kind.TEAM: DEFAULT_MATRIX[Kind.TEAM]}


def _default(kind: Kind, role: Role) -> Cell:
    if role in DEFAULT_MATRIX[kind]:
        return Cell.READ
    return Cell.LATER if role in DEFAULT_REPORTED.get(kind, frozenset()) else Cell.NONE

"""The matrix in words: each line, each value, and what each cell means, in a sentence that names its people."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from tenants.mission.agreement.matrix import FIXED, LINES, Cell, Cells, options
from tenants.mission.queries import Frame
from tenants.policy import COMPANY_ROLES, Role
from tenants.zones import Kind
from webapp import words
from webapp.mission import names

UPSTAIRS = (Role.SPONSOR, Role.HR)
WORD: dict[Cell, Callable[[], str]] = {
    Cell.READ: lambda: _("lit"),
    Cell.LATER: lambda: _("au bilan"),
    Cell.NONE: lambda: _("ne lit pas"),
}
ICON = {Cell.READ: "eye", Cell.LATER: "file-text", Cell.NONE: "minus"}
LINE: dict[Kind, Callable[[], str]] = {
    Kind.AGREEMENT: lambda: _("Accord et avenants"),
    Kind.CONTEXT: lambda: _("Dossier de contexte"),
    Kind.OBJECTIVES: lambda: _("Objectifs"),
    Kind.ROADMAP: lambda: _("Feuille de route"),
    Kind.SUMMARIES: lambda: _("Comptes rendus partagés"),
    Kind.CALENDAR: lambda: _("Calendrier et heures"),
    Kind.REPORT: lambda: _("Bilan"),
    Kind.MINUTES: lambda: _("Procès-verbal de clôture"),
}
# What is read, as the end of « Marc lit … ».
_WHAT: dict[Kind, Callable[[], str]] = {
    Kind.AGREEMENT: lambda: _("cet accord et ses avenants"),
    Kind.CONTEXT: lambda: _("le dossier de contexte"),
    Kind.OBJECTIVES: lambda: _("les objectifs de ce parcours"),
    Kind.ROADMAP: lambda: _("la feuille de route de ce parcours"),
    Kind.SUMMARIES: lambda: _("les comptes rendus qui ont été partagés, et aucun autre"),
    Kind.CALENDAR: lambda: _("les étapes, les dates et les heures"),
    Kind.REPORT: lambda: _("le bilan, une fois remis"),
    Kind.MINUTES: lambda: _("le procès-verbal de clôture"),
}
# The direction and HR are beyond the three parties: what is shared with these alone is never theirs.
_WHAT_UPSTAIRS: dict[Kind, Callable[[], str]] = {
    Kind.OBJECTIVES: lambda: _("ceux des objectifs qui sont partagés avec toute la mission"),
    Kind.ROADMAP: lambda: _("ce qui, de la feuille de route, est partagé avec toute la mission"),
    Kind.SUMMARIES: lambda: _("ceux des comptes rendus qui sont partagés avec toute la mission"),
}


@dataclass(frozen=True)
class CellView:
    """One cell: its word, icon, sentence; ``choices``: the other values it may take, each in its own sentence."""

    role: str
    head: str
    value: str
    word: str
    icon: str
    fixed: bool
    sentence: str
    choices: tuple[tuple[str, str, str], ...] = ()
    id: str = ""


@dataclass(frozen=True)
class LineView:
    """One line of the matrix; ``kind`` empty: one that nobody discusses."""

    kind: str
    title: str
    cells: tuple[CellView, ...]


def lines(frame: Frame, cells: Cells, *, editable: bool) -> list[LineView]:
    """All of them in their order, the notebook's among them."""
    found = [_line(frame, kind, cells, editable=editable) for kind in LINES]
    found.insert(LINES.index(Kind.CALENDAR) + 1, _notebook(frame))
    return found


def heads() -> list[str]:
    """The heads of the columns."""
    return [words.party(p).capitalize() if p != "hr" else words.party(p) for p in (*COMPANY_ROLES, "firm")]


def meaning(frame: Frame, kind: Kind, role: Role, value: Cell) -> str:
    """« Marc lit les objectifs de ce parcours. »"""
    upstairs = role in UPSTAIRS and kind in _WHAT_UPSTAIRS
    what = (_WHAT_UPSTAIRS if upstairs else _WHAT)[kind]()
    who, count = people(frame, role)
    if value is Cell.READ:
        return ngettext("%(who)s lit %(what)s.", "%(who)s lisent %(what)s.", count, who=who, what=what)
    if value is Cell.LATER:
        return ngettext(
            "%(who)s lira ce que le bilan remis en reprend, et rien avant.",
            "%(who)s liront ce que le bilan remis en reprend, et rien avant.",
            count,
            who=who,
        )
    what = _WHAT[kind]()
    return ngettext(
        "%(who)s ne lit pas %(what)s.", "%(who)s ne lisent pas %(what)s.", count, who=who, what=what
    )


def people(frame: Frame, role: Role) -> tuple[str, int]:
    """Whoever holds a role, by first name, and how many; the role's own name when nobody does yet."""
    there = list(dict.fromkeys(s.contact_id for s in frame.sitting(None, (role,))))
    if there:
        return names.first_names(frame, there), len(there)
    return _NOBODY[role](), 1


_NOBODY: dict[Role, Callable[[], str]] = {
    Role.MENTEE: lambda: _("La personne mentorée"),
    Role.MENTOR: lambda: _("Le mentor"),
    Role.MANAGER: lambda: _("Un manager direct, s’il en vient un,"),
    Role.SPONSOR: lambda: _("Une direction, s’il en vient une,"),
    Role.HR: lambda: _("Une personne des RH, s’il en vient une,"),
}


def _line(frame: Frame, kind: Kind, cells: Cells, *, editable: bool) -> LineView:
    found = []
    for role in COMPANY_ROLES:
        value, fixed = cells[kind][role], role in FIXED[kind]
        others = [c for c in options(kind, role) if c is not value] if editable and not fixed else []
        found.append(
            CellView(
                role=role.value,
                head=_head(role),
                value=value.value,
                word=WORD[value](),
                icon=ICON[value],
                fixed=fixed,
                sentence=meaning(frame, kind, role, value),
                choices=tuple((c.value, ICON[c], meaning(frame, kind, role, c)) for c in others),
                id=f"cell-{kind}-{role}",
            )
        )
    return LineView(kind.value, LINE[kind](), (*found, _firm(kind)))


def _firm(kind: Kind) -> CellView:
    value = Cell.READ if kind is Kind.CALENDAR else Cell.NONE
    said = (
        _("La coordination et la gérance du cabinet lisent les étapes, les dates et les heures.")
        if value is Cell.READ
        else _("Le cabinet ne lit pas %(what)s.", what=_WHAT[kind]())
    )
    return CellView(
        "firm", _head("firm"), value.value, WORD[value](), ICON[value], True, said, id=f"cell-{kind}-firm"
    )


def _notebook(frame: Frame) -> LineView:
    pair = names.first_names(frame, [s.contact_id for s in frame.sitting(None, (Role.MENTEE, Role.MENTOR))])
    cells = []
    for party in (*COMPANY_ROLES, "firm"):
        reads = party in (Role.MENTEE, Role.MENTOR)
        value = Cell.READ if reads else Cell.NONE
        said = (
            _(
                "Le carnet se tient entre la personne mentorée et son mentor, et personne d’autre : %(pair)s.",
                pair=pair,
            )
            if reads
            else _(
                "Personne d’autre n’ouvre le carnet, ni l’entreprise, ni le cabinet, ni qui fait fonctionner le service."
            )
        )
        cells.append(
            CellView(
                str(party),
                _head(party),
                value.value,
                WORD[value](),
                ICON[value],
                True,
                said,
                id=f"cell-notebook-{party}",
            )
        )
    return LineView("", _("Carnet confidentiel"), tuple(cells))


def _head(party: str) -> str:
    said = words.party(party)
    return said if party == "hr" else said.capitalize()

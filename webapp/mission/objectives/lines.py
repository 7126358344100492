"""A line as its page shows it: words, marks, what the reader may do. Plain values for the templates, no queries but one."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from flask import request
from flask_babel import gettext as _

from tenants.actors import Actor
from tenants.documents.texts import difference
from tenants.mission.objectives import queries
from tenants.mission.objectives.content import LIMITS, Content, Measure
from tenants.mission.objectives.queries import Line
from tenants.mission.objectives.standing import Initials, Standing, State
from tenants.mission.queries import Frame
from tenants.policy import Do, Role, may
from webapp import formats, words
from webapp.mission import names
from webapp.mission.objectives import hints
from webapp.mission.readers import ReadersView, readers_view

# The pieces of a difference as ui/change.html reads them.
OPS = {"same": "same", "del": "out", "ins": "in"}


@dataclass(frozen=True)
class Mark:
    """One person's initials on the line."""

    party: str
    initials: str
    name: str
    role: str
    assent: str
    words: str
    you: bool


class Initialled(Protocol):
    """A line that initials stand on: an objective, an axis."""

    @property
    def strand_id(self) -> uuid.UUID | None:
        """Of which strand."""

    @property
    def since(self) -> Mapping[uuid.UUID, datetime]:
        """Since when each is awaited."""


@dataclass(frozen=True)
class ChangeView:
    """What an edit did since the reader's initials, or since the agreed wording: title and, by field, the pieces."""

    title: str
    parts: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Shown:
    """What ``_objective.html`` needs."""

    line: Line
    label: str
    editing: bool
    state: tuple[str, str]
    marks: list[Mark]
    measures: list[dict[str, Any]]
    mine: Initials | None
    can: frozenset[str]
    audience: ReadersView | None
    change: ChangeView | None
    hint: hints.Hint | None
    observers: list[tuple[str, str]]
    first: bool = False
    last: bool = False
    strand: uuid.UUID | None = None
    expanded: bool = False
    still: bool = False
    asked: bool = False
    limits: dict[str, int] = field(default_factory=lambda: LIMITS)

    @property
    def id(self) -> uuid.UUID:
        """The objective's id."""
        return self.line.id

    @property
    def content(self) -> Content:
        """What the line says."""
        return self.line.shown


def shown(
    frame: Frame, lines: list[Line], actor: Actor, strand: uuid.UUID | None, *, still: bool = False,
    movable: list[uuid.UUID] | None = None,
) -> list[Shown]:  # fmt: skip
    """Each line for this reader. ``still``: read only, whoever reads (« Voir comme »); ``movable``: those in its list."""
    stale = [x for x in lines if lapsed(x, actor.contact_id)]
    then = queries.wordings([i.given.wording_id for x in stale if (i := x.of(actor.contact_id)) and i.given])
    last = queries.last_changes(x.id for x in stale)
    if movable is None:
        movable = [x.id for x in lines if x.number is not None and not x.closed]
    return [
        _shown(frame, x, actor, strand, then, last.get(x.id), still=still, movable=movable) for x in lines
    ]


def _shown(
    frame: Frame, x: Line, actor: Actor, strand: uuid.UUID | None, then: dict[uuid.UUID, Content], last: Any,
    *, still: bool, movable: list[uuid.UUID],
) -> Shown:  # fmt: skip
    can = frozenset() if still else _acts(x, actor)
    begun = not any(i.given for i in x.initials)
    asked = request.args.get("edit") == str(x.id)
    kept = bool(request.args.get("keep"))  # a text that somebody has open, read again: it stays open
    editing = "write" in can and (x.state is State.DRAFT or begun or asked or kept)
    strandless = x.strand_id is None and len(frame.strands) > 1
    return Shown(
        line=x,
        label=_label(x),
        editing=editing,
        state=_state(frame, x, actor),
        marks=[mark_of(frame, x, i, actor) for i in x.initials],
        measures=measures(frame, x, indicator=not editing),
        mine=x.of(actor.contact_id),
        can=can,
        audience=readers_view(frame, x.zone_id) if x.state is State.DRAFT or strandless else None,
        change=None if still else _change(frame, x, actor, then, last),
        hint=_hint(frame, x) if editing else None,
        observers=_observers(frame, x),
        first=bool(movable) and movable[0] == x.id,
        last=bool(movable) and movable[-1] == x.id,
        strand=strand,
        still=still,
        asked=editing and asked,
        expanded=editing and (asked or x.state is State.DRAFT),
    )


def _acts(x: Line, actor: Actor) -> frozenset[str]:
    """What may be done now: the policy says who, the state when."""
    draft, closed, agreed = x.state is State.DRAFT, x.state is State.CLOSED, x.state is State.AGREED
    when = {
        "write": (Do.OBJECTIVE_WRITE, x.writable),
        "share": (Do.OBJECTIVE_SHARE, draft),
        "withdraw": (Do.OBJECTIVE_WITHDRAW, not x.assented and not closed and x.agreed is None),
        "close": (Do.OBJECTIVE_CLOSE, not draft and not closed and (x.assented or x.strand_id is None)),
        "reword": (Do.OBJECTIVE_REWORD, agreed),
        "assent": (Do.OBJECTIVE_ASSENT, x.state in (State.PROPOSED, State.AWAITING) and x.of(actor.contact_id) is not None),
        "order": (Do.OBJECTIVE_ORDER, not draft and not closed),
        "comment": (Do.OBJECTIVE_COMMENT, not draft),
        "progress": (Do.OBJECTIVE_PROGRESS, not draft and not closed),
        "restore": (Do.OBJECTIVE_RESTORE, x.writable and not draft),
    }  # fmt: skip
    found = {name for name, (do, now) in when.items() if now and may(actor, do, x)}
    if x.rewording and x.rewording[1] == actor.contact_id:
        found.add("withdraw_rewording")
    return frozenset(found)


def _label(x: Line) -> str:
    if x.state is State.DRAFT:
        return _("Votre brouillon")
    return _("Objectif %(number)s", number=x.number)


def _state(frame: Frame, x: Line, actor: Actor) -> tuple[str, str]:
    """The state mark and its words."""
    if x.closed:
        return "done", _("Clos %(day)s", day=formats.on_day(x.closed[0]))
    if x.state is State.DRAFT:
        return "draft", _("Brouillon")
    if x.state is State.AGREED and x.agreed_at:
        return "agreed", _("Convenu %(day)s", day=formats.on_day(x.agreed_at))
    if actor.contact_id in x.awaited:
        return "awaiting", _("On attend vos initiales")
    if x.awaited:
        return "awaiting", _("On attend %(who)s", who=names.first_names(frame, _ordered(x, x.awaited)))
    return "proposed", _proposed(frame, x, actor)


def _proposed(frame: Frame, x: Line, actor: Actor) -> str:
    if x.rewording:
        return _("Autre rédaction proposée par %(who)s", who=_who(frame, x.rewording[1], actor))
    if x.strand_id is None:
        return _("Collectif")
    return _("Proposé par %(who)s", who=_who(frame, x.author_id, actor))


def mark_of(frame: Frame, x: Initialled, i: Initials, actor: Actor) -> Mark:
    """The initials of one required person, with when, or since when they are awaited."""
    roles = [s.role for s in frame.sitting(x.strand_id) if s.contact_id == i.contact_id]
    held = roles or [s.role for s in frame.seats if s.contact_id == i.contact_id]
    member = frame.members[i.contact_id]
    you = i.contact_id == actor.contact_id
    return Mark(
        party=words.party_of(held[0]) if held else "firm",
        initials=member.initials,
        name=names.first_name(frame, i.contact_id),
        role=words.roles(held),
        assent=i.standing.value,
        words=_mark_words(x, i, you=you),
        you=you,
    )


def _mark_words(x: Initialled, i: Initials, *, you: bool) -> str:
    if i.given is not None and i.standing is Standing.GIVEN:
        return formats.on_day(i.given.at)
    if i.standing is Standing.LAPSED:
        if you:
            return _("Votre paraphe ne vaut plus : le texte a changé")
        return _("ne vaut plus : le texte a changé")
    since = x.since.get(i.contact_id)
    if since is None:
        return _("pas encore")
    return _("attendues %(since)s", since=formats.since(since))


def measures(frame: Frame, x: Line, *, indicator: bool = True) -> list[dict[str, Any]]:
    """Indicator first, then from where to where, by when, seen by whom."""
    c = x.shown
    items = [
        {"label": _("Indicateur"), "words": c.indicator if indicator else "", "iso": None, "num": False},
        {"label": _("Départ"), "words": said(c.baseline), "iso": None, "num": c.baseline.value is not None and not c.baseline.words},
        {"label": _("Cible"), "words": said(c.target), "iso": None, "num": c.target.value is not None and not c.target.words},
        {"label": _("Dernier relevé"), "words": said(x.latest.measure) if x.latest else "", "iso": None, "num": bool(x.latest and not x.latest.measure.words)},
        {"label": _("Échéance"), "words": formats.day(c.due_on) if c.due_on else "", "iso": c.due_on.isoformat() if c.due_on else None, "num": False},
        {"label": _("Observé par"), "words": names.first_name(frame, c.observer_id), "iso": None, "num": False},
        {"label": _("Enjeu servi"), "words": x.stake, "iso": None, "num": False},
    ]  # fmt: skip
    return [i for i in items if i["words"]]


def said(m: Measure) -> str:
    """A measure in words."""
    return formats.measure(m.words, m.value, m.out_of, m.sense)


def pieces(before: str, after: str) -> list[tuple[str, str]]:
    """The word difference as the macros read it."""
    return [(OPS[s.kind], s.text) for s in difference(before, after)]


def changes(frame: Frame, before: Content, after: Content) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every field that differs, with its pieces."""
    told = [
        (_("Formulation"), before.wording, after.wording),
        (_("Indicateur"), before.indicator, after.indicator),
        (_("Départ"), said(before.baseline), said(after.baseline)),
        (_("Cible"), said(before.target), said(after.target)),
        (_("Échéance"), _day(before), _day(after)),
        (
            _("Observé par"),
            names.first_name(frame, before.observer_id),
            names.first_name(frame, after.observer_id),
        ),
    ]
    found = []
    for label, was, is_ in told:
        if (
            Content(was, "", Measure(), Measure(), None, None).hash
            == Content(is_, "", Measure(), Measure(), None, None).hash
        ):
            continue
        prose = label in (told[0][0], told[1][0])
        shown_pieces = pieces(was, is_) if prose else [p for p in (("out", was), ("in", is_)) if p[1]]
        found.append((label, shown_pieces))
    return found


def _change(
    frame: Frame, x: Line, actor: Actor, then: dict[uuid.UUID, Content], last: Any
) -> ChangeView | None:
    """Since the reader's own initials if they lapsed; else, in a rewording, since what was agreed."""
    mine = x.of(actor.contact_id)
    if mine is not None and mine.given is not None and mine.standing is Standing.LAPSED:
        before = then.get(mine.given.wording_id)
        parts = changes(frame, before, x.content) if before else []
        if last is not None:
            title = _(
                "Ce %(that)s a changé %(when)s",
                that=formats.that_name(_who(frame, last.by_id, actor)), when=formats.on_moment(last.at),
            )  # fmt: skip
        else:
            title = _("Ce qui a changé depuis vos initiales")
        return ChangeView(title, parts) if parts else None
    if x.rewording and x.agreed is not None:
        parts = changes(frame, x.agreed, x.content)
        return ChangeView(_("Ce qui change par rapport au texte convenu"), parts) if parts else None
    return None


def _day(c: Content) -> str:
    return formats.day(c.due_on) if c.due_on else ""


def lapsed(x: Line, contact: uuid.UUID | None) -> bool:
    """Whether that person's initials no longer stand: the text has changed."""
    mine = x.of(contact)
    return mine is not None and mine.standing is Standing.LAPSED


def _ordered(x: Line, who: set[uuid.UUID]) -> list[uuid.UUID]:
    return [i.contact_id for i in x.initials if i.contact_id in who]


def _who(frame: Frame, contact: uuid.UUID, actor: Actor) -> str:
    return _("vous") if contact == actor.contact_id else names.first_name(frame, contact)


def _hint(frame: Frame, x: Line) -> hints.Hint | None:
    mentee = frame.mentee_of(x.strand_id) if x.strand_id else None
    name = mentee.given if mentee else _("L’équipe")
    return hints.hint(
        f"{x.content.wording} · {x.content.indicator} · {x.content.target.words}", name, formats.language()
    )


def _observers(frame: Frame, x: Line) -> list[tuple[str, str]]:
    """The readers of the line, by name; of a draft, those who will read it once shared."""
    roles = (Role.MENTEE, Role.MENTOR, Role.MANAGER)
    if x.shared_at is not None:
        reads = frame.readers(x.zone_id)
        who = [s.contact_id for s in frame.sitting(x.strand_id) if s.contact_id in reads]
    else:
        who = [s.contact_id for s in frame.sitting(x.strand_id, roles)]
    return [(str(c), names.first_name(frame, c)) for c in dict.fromkeys(who)]


def when(at: datetime) -> str:
    """« hier à 18 h 40 »."""
    return formats.moment(at)

"""An axis as its page shows it to a reader: words, marks, who is late, what may be done. Plain values, few queries."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _

from tenants.actors import Actor
from tenants.mission.objectives.standing import Standing, State
from tenants.mission.queries import Frame
from tenants.mission.roadmap import queries
from tenants.mission.roadmap.content import LIMITS, Content, Progress
from tenants.mission.roadmap.lines import ActionLine, AxisLine, StrategyLine
from tenants.mission.roadmap.queries import Served
from tenants.policy import Do, Role, may
from webapp import formats, words
from webapp.mission import names
from webapp.mission.objectives.lines import ChangeView, Mark, mark_of, pieces
from webapp.mission.readers import ReadersView, readers_view
from webapp.mission.roadmap.words import STATE, shortened

OPENED = 40  # lines that an address may ask to be open
NO_ACTS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Person:
    """Whose an action is."""

    party: str
    initials: str
    name: str
    you: bool


@dataclass(frozen=True)
class ShownAction:
    """One row. ``late``: days, told to its owner and the mentor alone."""

    line: ActionLine
    number: str
    owner: Person | None
    due: str
    state: tuple[str, str]
    late: int
    can: frozenset[str]
    opened: bool
    toggle: str | None
    first: bool
    last: bool

    @property
    def id(self) -> uuid.UUID:
        """The action's id."""
        return self.line.id


@dataclass(frozen=True)
class ShownStrategy:
    """A strategy with its rows."""

    line: StrategyLine
    number: str
    actions: list[ShownAction]
    writing: bool
    first: bool
    last: bool

    @property
    def id(self) -> uuid.UUID:
        """The strategy's id."""
        return self.line.id


@dataclass(frozen=True)
class ShownAxis:
    """What ``_axis.html`` needs. ``edit``: the lines that are open, as its addresses carry them."""

    line: AxisLine
    label: str
    state: tuple[str, str]
    marks: list[Mark]
    can: frozenset[str]
    strategies: list[ShownStrategy]
    served: list[Served]
    servable: list[tuple[Served, bool]]
    change: ChangeView | None
    audience: ReadersView | None
    writing: bool
    edit: str | None
    toggle: str | None
    first: bool
    last: bool
    strand: uuid.UUID | None
    readers: list[tuple[str, str]]
    still: bool = False
    limits: dict[str, int] = field(default_factory=lambda: LIMITS)

    @property
    def id(self) -> uuid.UUID:
        """The axis's id."""
        return self.line.id

    @property
    def beside(self) -> uuid.UUID | None:
        """The strand beside which a collective axis is read: its addresses carry it."""
        return self.strand if self.line.strand_id is None else None

    @property
    def wording(self) -> str:
        """What others quote: the agreed words unless they are being written anew."""
        return self.line.content.wording


def asked() -> frozenset[str]:
    """The lines that the address asks to be open."""
    return frozenset(request.args.get("edit", "")[: OPENED * 37].split(","))


def shown(
    frame: Frame, lines: Iterable[AxisLine], actor: Actor, strand: uuid.UUID | None, *, movable: list[uuid.UUID],
    objectives: list[Served], still: bool = False,
) -> list[ShownAxis]:  # fmt: skip
    """Each axis for this reader. ``still``: read only, whoever reads; ``movable``: those in its list."""
    there = list(lines)
    lapsed = [x for x in there if has_lapsed(x, actor.contact_id)]
    then = queries.wordings([i.given.wording_id for x in lapsed if (i := x.of(actor.contact_id)) and i.given])
    last = queries.last_changes(x.id for x in lapsed)
    reader = _Reader(frame, actor, strand, objectives, still=still)
    return [reader.axis(x, movable, then, last.get(x.id)) for x in there]


class _Reader:
    """One reader, asked about many lines: what is the same for all of them is worked out once."""

    def __init__(
        self, frame: Frame, actor: Actor, strand: uuid.UUID | None, objectives: list[Served], *, still: bool
    ) -> None:
        self.frame, self.actor, self.strand, self.still = frame, actor, strand, still
        self.objectives = objectives
        self.asked = asked()
        self.mentor = any(s.role is Role.MENTOR and s.spans(strand) for s in actor.seats_in(frame.id))
        self._people: dict[tuple[uuid.UUID, uuid.UUID | None], Person] = {}

    def axis(
        self, x: AxisLine, movable: list[uuid.UUID], then: dict[uuid.UUID, Content], last: Any
    ) -> ShownAxis:
        """The axis with its lines."""
        can = self._axis_acts(x)
        opened = self._opened(x, can)
        usable = [o for o in self.objectives if o.collective or x.strand_id is not None]
        served = [o for o in usable if o.id in x.content.served]
        numbered = [(f"{x.number}.{n}" if x.number else "", s) for n, s in enumerate(x.strategies, 1)]
        collective = x.strand_id is None and len(self.frame.strands) > 1
        return ShownAxis(
            line=x,
            label=_("Votre brouillon") if x.number is None else _("Axe %(number)s", number=x.number),
            state=self._axis_state(x),
            marks=[mark_of(self.frame, x, i, self.actor) for i in x.initials],
            can=can,
            strategies=[self._strategy(x, s, n, opened, can) for n, s in numbered],
            served=served,
            servable=[(o, o.id in x.content.served) for o in usable],
            change=None if self.still else self._change(x, then, last),
            audience=readers_view(self.frame, x.zone_id) if x.state is State.DRAFT or collective else None,
            writing=x.id in opened,
            edit=_joined(opened),
            toggle=_joined(opened - {x.id, *(s.id for s in x.strategies)} if x.id in opened else opened | {x.id}),
            first=bool(movable) and movable[0] == x.id,
            last=bool(movable) and movable[-1] == x.id,
            strand=self.strand,
            readers=self._readers(x) if opened else [],
            still=self.still,
        )  # fmt: skip

    def _opened(self, x: AxisLine, can: frozenset[str]) -> frozenset[uuid.UUID]:
        """What was asked for, and the reader's own lines that say nothing yet: they were just added."""
        if self.still:
            return frozenset()
        bound = [x.id, *(s.id for s in x.strategies)] if "write" in can else []
        own = [
            line.id for line in x.lines
            if line.author_id == self.actor.contact_id and not line.wording.strip()
            and (line.id in bound or (isinstance(line, ActionLine) and "act" in can))
        ]  # fmt: skip
        if "write" in can and x.author_id == self.actor.contact_id and not x.content.wording.strip():
            own.append(x.id)
        free = [a.id for a in x.actions]
        return frozenset(own) | {i for i in (*bound, *free) if str(i) in self.asked}

    def _strategy(
        self, x: AxisLine, s: StrategyLine, number: str, opened: frozenset[uuid.UUID], can: frozenset[str]
    ) -> ShownStrategy:
        ids = [y.id for y in x.strategies]
        rows = [(f"{number}.{n}" if number else "", a) for n, a in enumerate(s.actions, 1)]
        return ShownStrategy(
            line=s,
            number=number,
            actions=[self._action(x, s, a, n, opened, can) for n, a in rows],
            writing=bool({x.id, s.id} & opened) and "write" in can,
            first=ids[0] == s.id,
            last=ids[-1] == s.id,
        )

    def _action(
        self, x: AxisLine, s: StrategyLine, a: ActionLine, number: str, opened: frozenset[uuid.UUID],
        can: frozenset[str],
    ) -> ShownAction:  # fmt: skip
        late = a.days_late(formats.today(), self.frame.clock, x.strand_id)
        mine = a.owner_id is not None and a.owner_id == self.actor.contact_id
        return ShownAction(
            line=a,
            number=number,
            owner=self._person(x, a.owner_id) if a.owner_id else None,
            due=formats.short_day(a.due_on) if a.due_on else "",
            state=(a.state.value, STATE[a.state]()),
            late=late if mine or self.mentor else 0,
            can=self._action_acts(x, a, can),
            opened=a.id in opened,
            toggle=_joined(opened ^ {a.id}),
            first=s.actions[0].id == a.id,
            last=s.actions[-1].id == a.id,
        )

    def _axis_acts(self, x: AxisLine) -> frozenset[str]:
        """What may be done now: the policy says who, the state when."""
        if self.still:
            return NO_ACTS
        draft, closed, agreed = (x.state is s for s in (State.DRAFT, State.CLOSED, State.AGREED))
        me = self.actor.contact_id
        alone = all(line.author_id == me for line in x.lines)
        initialling = x.state in (State.PROPOSED, State.AWAITING) and x.of(me) is not None
        when = {
            "write": (Do.ROADMAP_WRITE, x.open),
            "act": (Do.ROADMAP_WRITE, not closed),
            "share": (Do.ROADMAP_SHARE, draft),
            "withdraw": (Do.ROADMAP_WITHDRAW, not x.assented and not closed and x.agreed is None and alone),
            "close": (Do.ROADMAP_CLOSE, not draft and not closed),
            "reword": (Do.ROADMAP_REWORD, agreed),
            "assent": (Do.ROADMAP_ASSENT, initialling),
            "order": (Do.ROADMAP_ORDER, not draft and not closed),
            "comment": (Do.ROADMAP_COMMENT, not draft),
            "contribute": (Do.CONTRIBUTION_ADD, not closed),
            "restore": (Do.ROADMAP_RESTORE, not draft and not closed),
        }
        found = {name for name, (do, now) in when.items() if now and may(self.actor, do, x)}
        if x.rewording and x.rewording[1] == me:
            found.add("withdraw_rewording")
        return frozenset(found)

    def _action_acts(self, x: AxisLine, a: ActionLine, can: frozenset[str]) -> frozenset[str]:
        found: set[str] = {name for name in ("act", "contribute") if name in can}
        if not self.still and x.state is not State.CLOSED:
            if may(self.actor, Do.ROADMAP_STATE, x.place(a)):
                found.add("state")
            if a.author_id == self.actor.contact_id and a.state is Progress.TODO and "act" in can:
                found.add("withdraw")
        return frozenset(found)

    def _axis_state(self, x: AxisLine) -> tuple[str, str]:
        if x.closed:
            return "done", _("Clos %(day)s", day=formats.on_day(x.closed[0]))
        if x.state is State.DRAFT:
            return "draft", _("Brouillon")
        if x.state is State.AGREED and x.agreed_at:
            return "agreed", _("Convenu %(day)s", day=formats.on_day(x.agreed_at))
        if self.actor.contact_id in x.awaited:
            return "awaiting", _("On attend vos initiales")
        if x.awaited:
            ordered = [i.contact_id for i in x.initials if i.contact_id in x.awaited]
            return "awaiting", _("On attend %(who)s", who=names.first_names(self.frame, ordered))
        return "proposed", self._proposed(x)

    def _proposed(self, x: AxisLine) -> str:
        if x.rewording:
            return _("Autre rédaction proposée par %(who)s", who=self._who(x.rewording[1]))
        return _("Collectif") if x.strand_id is None else _("En cours d’écriture")

    def _change(self, x: AxisLine, then: dict[uuid.UUID, Content], last: Any) -> ChangeView | None:
        """Since the reader's own initials if they lapsed; else, in a rewording, since what was agreed."""
        mine = x.of(self.actor.contact_id)
        if mine is not None and mine.given is not None and mine.standing is Standing.LAPSED:
            before = then.get(mine.given.wording_id)
            parts = self._differences(before, x.content) if before else []
            title = _("Ce qui a changé depuis vos initiales")
            if last is not None:
                title = _(
                    "Ce %(that)s a changé %(when)s",
                    that=formats.that_name(self._who(last.by_id)), when=formats.on_moment(last.at),
                )  # fmt: skip
            return ChangeView(title, parts) if parts else None
        if x.rewording and x.agreed is not None:
            parts = self._differences(x.agreed, x.content)
            return ChangeView(_("Ce qui change par rapport au texte convenu"), parts) if parts else None
        return None

    def _differences(self, before: Content, after: Content) -> list[tuple[str, list[tuple[str, str]]]]:
        """The axis, each strategy that is new, gone or written otherwise, their order, the objectives served."""
        found = []
        if _text(before.wording) != _text(after.wording):
            found.append((_("Axe"), pieces(before.wording, after.wording)))
        was, is_ = dict(before.strategies), dict(after.strategies)
        for n, (i, said) in enumerate(after.strategies, 1):
            if _text(was.get(i, "")) != _text(said):
                found.append((_("Stratégie %(n)s", n=n), pieces(was.get(i, ""), said)))
        found += [(_("Stratégie retirée"), [("out", said)]) for i, said in before.strategies if i not in is_]
        kept = [[i for i in c if i in was and i in is_] for c in (was, is_)]
        if kept[0] != kept[1]:
            orders = [" · ".join(shortened(is_[i]) for i in ids) for ids in kept]
            found.append((_("Ordre des stratégies"), [("out", orders[0]), ("in", orders[1])]))
        if set(before.served) != set(after.served):
            sets = [self._numbers(c.served) for c in (before, after)]
            parts = [p for p in zip(("out", "in"), sets, strict=True) if p[1]]
            found.append((_("Objectifs servis"), parts))
        return found

    def _numbers(self, ids: Iterable[uuid.UUID]) -> str:
        wanted = set(ids)
        return formats.names(str(o.number) for o in self.objectives if o.id in wanted)

    def _person(self, x: AxisLine, contact: uuid.UUID) -> Person:
        key = (contact, x.strand_id)
        if key not in self._people:
            roles = [s.role for s in self.frame.sitting(x.strand_id) if s.contact_id == contact]
            member = self.frame.members.get(contact)
            self._people[key] = Person(
                words.party_of(roles[0]) if roles else "firm",
                member.initials if member else "",
                names.first_name(self.frame, contact),
                contact == self.actor.contact_id,
            )
        return self._people[key]

    def _readers(self, x: AxisLine) -> list[tuple[str, str]]:
        """Those who read the axis, by name: whose an action can be. Of a draft, those who will read it once shared."""
        there = self.frame.sitting(x.strand_id)
        if x.shared_at is None:
            found = [s.contact_id for s in there if s.role in (Role.MENTEE, Role.MENTOR, Role.MANAGER)]
        else:
            reads = self.frame.readers(x.zone_id)
            found = [s.contact_id for s in there if s.contact_id in reads]
        return [(str(c), names.first_name(self.frame, c)) for c in dict.fromkeys(found)]

    def _who(self, contact: uuid.UUID) -> str:
        return _("vous") if contact == self.actor.contact_id else names.first_name(self.frame, contact)


def has_lapsed(x: AxisLine, contact: uuid.UUID | None) -> bool:
    """Whether that person's initials no longer stand: the content has changed."""
    mine = x.of(contact)
    return mine is not None and mine.standing is Standing.LAPSED


def _joined(ids: Iterable[uuid.UUID]) -> str | None:
    return ",".join(sorted(map(str, ids))) or None


def _text(words_: str) -> str:
    return " ".join(words_.split())

"""Initials on an axis with its strategies: given, taken back; another wording proposed, or given up."""

from collections.abc import Iterable

from sqlalchemy import select

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.mission.objectives.queries import required
from tenants.mission.objectives.standing import Given, Initials, awaited, complete, initials
from tenants.mission.queries import Frame
from tenants.mission.roadmap import telling
from tenants.mission.roadmap.content import LIMITS, Content, empties, longest, unprintables
from tenants.mission.roadmap.models import Action, Axis, AxisAssent, AxisRewording, AxisWording, Strategy
from tenants.mission.roadmap.telling import me
from tenants.refusals import Refused, Stale


def assent(axis: Axis, frame: Frame, wording_hash: str, *, by: Actor) -> bool:
    """The actor's initials on the exact present content, read as ``wording_hash``. Whether the axis is now agreed.

    Holds every document of it, then folds their logs itself: what is initialled is what stays. Raises Stale
    ``roadmap.changed`` if the content is another by now; Refused ``roadmap.empty``, ``.no_strategy``, ``.long``,
    ``.unprintable``, ``.collective``, ``.closed``, ``.draft``, ``.not_required``.
    """
    row = telling.take(axis.id)
    _guard(row)
    rewording = telling.rewording_of(row)
    if row.agreed_id is not None and rewording is None:
        return True
    content = _held(row)
    if content.hash != wording_hash:
        raise Stale("roadmap.changed", content=content)
    _guard_content(content)
    if me(by) not in required(frame, row.strand_id):
        raise Refused("roadmap.not_required")
    stands = _initials(row, frame, content, rewording)
    if not any(i.contact_id == me(by) and i.standing == "given" for i in stands):
        db.session.add(
            AxisAssent(
                company_id=row.company_id, zone_id=row.zone_id, axis_id=row.id, contact_id=me(by), hash=content.hash,
                wording_id=_wording(row, content).id, rewording_id=rewording.id if rewording else None,
            )
        )  # fmt: skip
        db.session.flush()
        telling.tell(row, "axis.assented", by, "assent")
    if not complete(_initials(row, frame, content, rewording)):
        reconsider(row, frame)
        return False
    _agree(row, _wording(row, content), rewording, by)
    return True


def take_back(axis: Axis, frame: Frame, *, by: Actor) -> None:
    """The actor's initials no longer stand, by their own act, while it is not agreed. Raises Refused ``roadmap.frozen`` after.

    In a rewording, those given in it alone: the agreed content, quoted meanwhile, keeps its own.
    """
    row = telling.take(axis.id)
    telling.guard_open(row)
    rewording = telling.rewording_of(row)
    mine = [
        a
        for a in telling.assents(row)
        if a.contact_id == me(by) and (rewording is None or a.rewording_id == rewording.id)
    ]
    if not mine:
        return
    for a in mine:
        a.withdrawn_at = now()
    db.session.flush()
    telling.tell(row, "axis.assent_withdrawn", by, "assent_withdrawn")
    reconsider(row, frame)


def reword(axis: Axis, *, by: Actor) -> None:
    """« Proposer une autre rédaction »: new documents from the agreed texts; what was agreed stays quoted meanwhile."""
    row = telling.take(axis.id)
    telling.guard_alive(row)
    if row.agreed_id is None or telling.rewording_of(row) is not None:
        return
    db.session.add(
        AxisRewording(company_id=row.company_id, zone_id=row.zone_id, axis_id=row.id, opened_by=me(by))
    )
    for line in _bound(row):
        line.document_id = documents.reseed(line.document_id, me(by)).id
    db.session.flush()
    telling.tell(row, "axis.rewording_opened", by, "rewording")


def withdraw_rewording(axis: Axis, *, by: Actor) -> None:
    """Its opener takes the rewording back: words, order and strategies are again those that were agreed.

    Raises Refused ``roadmap.not_opener``; ``roadmap.moved_away`` when a strategy that was agreed stands in another axis by
    now, or one that came since holds actions: nobody's line goes with the rewording.
    """
    row = telling.take(axis.id)
    rewording = telling.rewording_of(row)
    if rewording is None:
        return
    if rewording.opened_by != by.contact_id:
        raise Refused("roadmap.not_opener")
    kept = db.session.scalar(telling.row_of(AxisWording, row.agreed_id or row.id))
    if kept is None:
        return
    agreed = Content.of(kept.content)
    _put_back(row, agreed, by)
    rewording.ended_at, rewording.agreed = now(), False
    row.served_ids = sorted(agreed.served)
    row.revision += 1
    db.session.flush()
    telling.nobody_awaited(row)
    telling.tell(row, "axis.rewording_withdrawn", by, "rewording_withdrawn")


Line = Axis | Strategy  # what initials bind the words of


def reconsider(axis: Axis, frame: Frame) -> None:
    """Whose initials are awaited now; the rail hears of it if that changed."""
    if axis.shared_at is None or axis.closed_at is not None or axis.strand_id is None:
        return
    rewording = telling.rewording_of(axis)
    if axis.agreed_id is not None and rewording is None:
        return
    stands = _initials(axis, frame, present(axis), rewording)
    if waits.expect(**telling.wait(axis), contacts=awaited(stands)):
        telling.rail(axis)


def present(axis: Axis) -> Content:
    """The content as it is now, its live words folded in memory where they are behind."""
    lines = _strategies(axis)
    texts = documents.current([axis.document_id, *(s.document_id for s in lines)])
    said = {i: words.get("wording", "") for i, words in texts.items()}
    return Content(
        said.get(axis.document_id, ""),
        tuple((s.id, said.get(s.document_id, "")) for s in lines),
        tuple(sorted(axis.served_ids)),
    )


def _held(axis: Axis) -> Content:
    """The same, every document held and its log folded."""
    lines = _strategies(axis)
    bound = _bound(axis)
    for line in bound:
        documents.hold(line.document_id)
    said = {line.id: documents.fold(line.document_id).get("wording", "") for line in bound}
    return Content(said[axis.id], tuple((s.id, said[s.id]) for s in lines), tuple(sorted(axis.served_ids)))


def _bound(axis: Axis) -> list[Line]:
    """The axis and its strategies."""
    return [axis, *_strategies(axis)]


def _strategies(axis: Axis, *, closed: bool = False) -> list[Strategy]:
    asked = select(Strategy).where(
        Strategy.company_id == axis.company_id,
        Strategy.axis_id == axis.id,
        Strategy.withdrawn_at.is_(None),
    )
    if not closed:
        asked = asked.where(Strategy.closed_at.is_(None))
    found = asked.order_by(Strategy.position, Strategy.created_at, Strategy.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def _guard(row: Axis) -> None:
    telling.guard_alive(row)
    if row.shared_at is None:
        raise Refused("roadmap.draft")
    if row.strand_id is None:
        raise Refused("roadmap.collective")


def _guard_content(content: Content) -> None:
    if not content.strategies:
        raise Refused("roadmap.no_strategy")
    if empties(content):
        raise Refused("roadmap.empty")
    if (length := longest(content)) > LIMITS["wording"]:
        raise Refused("roadmap.long", over=length - LIMITS["wording"])
    if characters := unprintables(content):
        raise Refused("roadmap.unprintable", characters=characters)


def _initials(row: Axis, frame: Frame, content: Content, rewording: AxisRewording | None) -> list[Initials]:
    given = [
        Given(a.contact_id, a.hash, a.given_at, a.wording_id, a.rewording_id) for a in telling.assents(row)
    ]
    who = required(frame, row.strand_id)
    return initials(who, given, content.hash, rewording.id if rewording else None)


def _wording(row: Axis, content: Content) -> AxisWording:
    asked = select(AxisWording).where(
        AxisWording.company_id == row.company_id,
        AxisWording.axis_id == row.id,
        AxisWording.hash == content.hash,
    )
    for found in db.session.scalars(asked):
        if found.content == content.plain():  # the same words may be those of other strategies by now
            return found
    made = AxisWording(
        company_id=row.company_id, id=new_id(), zone_id=row.zone_id, axis_id=row.id, hash=content.hash,
        content=content.plain(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _agree(row: Axis, wording: AxisWording, rewording: AxisRewording | None, by: Actor) -> None:
    lines = _bound(row)
    for line in lines:
        documents.settle(line.document_id)
    wording.agreed_at = now()
    row.agreed_id = wording.id
    if rewording is not None:
        rewording.ended_at, rewording.agreed = now(), True
    db.session.flush()
    for line in lines:
        documents.freeze(line.document_id)
    telling.nobody_awaited(row)
    telling.tell(row, "axis.agreed", by, "agreed")


def _put_back(row: Axis, agreed: Content, by: Actor) -> None:
    """The agreed words, in the agreed order, in documents that nobody writes any more."""
    there = {s.id: s for s in _strategies(row, closed=True)}
    wanted = [i for i, _ in agreed.strategies]
    came = [s for i, s in there.items() if i not in wanted and s.closed_at is None]
    if not set(wanted) <= set(there) or _with_actions(came):
        raise Refused("roadmap.moved_away")
    for s in came:
        s.closed_at = now()
        documents.freeze(s.document_id)
    _rewritten(row, agreed.wording, by)
    for position, (i, words) in enumerate(agreed.strategies, 1):
        line = there[i]
        line.position, line.closed_at = position, None
        _rewritten(line, words, by)


def _rewritten(line: Line, words: str, by: Actor) -> None:
    documents.hold(line.document_id)
    line.document_id = documents.reseed(line.document_id, me(by), seed={"wording": words}).id
    documents.freeze(line.document_id)


def _with_actions(strategies: Iterable[Strategy]) -> bool:
    ids = [s.id for s in strategies]
    asked = select(Action.id).where(Action.strategy_id.in_(ids), Action.withdrawn_at.is_(None)).limit(1)
    return bool(ids) and db.session.scalar(asked) is not None

"""Acts on objectives. Each takes its row first, so that what it judges is still so when it writes."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.models import Document
from tenants.documents.texts import canonical
from tenants.events import Event, defer, record, stale
from tenants.mission.models import Strand
from tenants.mission.objectives import queries
from tenants.mission.objectives.content import LIMITS, Content, Measure, exact, too_long, unprintables
from tenants.mission.objectives.models import Assent, Change, Comment, Objective, Progress, Rewording, Wording
from tenants.mission.objectives.standing import Given, Initials, awaited, complete, initials
from tenants.mission.queries import Frame
from tenants.mission.zoning import zone_for
from tenants.once import add_once
from tenants.refusals import Incorrect, Refused, Stale
from tenants.zones import Audience, Kind

ASSENT = "objective.assent"
UNDO = timedelta(seconds=10)
ROUND = 1_000  # a shared draft begins at such a revision: how often it was changed before is told to nobody


def propose(
    frame: Frame,
    strand_id: uuid.UUID | None,
    *,
    by: Actor,
    objective_id: uuid.UUID | None = None,
    wording: str = "",
) -> uuid.UUID:
    """A private draft of the actor's own. The id is made with the form: sent twice, made once."""
    made = objective_id or new_id()
    if queries.get(made, withdrawn=True) is not None:
        return made
    zone_id = zone_for(frame, Kind.OBJECTIVES, Audience.AUTHOR, strand_id, by=by)
    document_id = new_id()
    values = {
        "company_id": frame.company_id,
        "id": made,
        "zone_id": zone_id,
        "mission_id": frame.id,
        "strand_id": strand_id,
        "author_id": _me(by),
        "document_id": document_id,
    }
    if not add_once(Objective, **values):
        return made
    documents.create("objective", made, zone_id, _me(by), {"wording": wording}, document_id)
    touches = (f"objectives:{strand_id or frame.id}",)
    record("objective.drafted", zone_id=zone_id, subject_id=made, by=_me(by), touches=touches)
    return made


def share(objective: Objective, frame: Frame, *, by: Actor) -> None:
    """From the author alone to the three parties of the strand, or to everyone for a collective one.

    The document is reseeded and what was kept of the drafting goes: sharing leaves no trace of it.
    """
    row = _take(objective)
    if row.shared_at is not None:
        return
    audience = Audience.PARTIES if row.strand_id else Audience.EVERYONE
    old = row.zone_id
    zone_id = zone_for(frame, Kind.OBJECTIVES, audience, row.strand_id, by=by)
    for model in (Change, Comment, Progress):
        db.session.execute(
            delete(model).where(model.company_id == row.company_id, model.objective_id == row.id)
        )
    db.session.execute(delete(Event).where(Event.company_id == row.company_id, Event.subject_id == row.id))
    row.document_id = documents.reseed(row.document_id, _me(by), zone_id=zone_id).id
    row.zone_id, row.shared_at, row.position = zone_id, now(), _last(row) + 1
    row.revision = (row.revision // ROUND + 1) * ROUND
    row.touched = dict.fromkeys(FIELDS, row.revision)  # a page that read the draft is stale for all of them
    db.session.flush()
    _tell(row, "objective.shared", by, "shared")
    stale(old, _list(row))


def withdraw(objective: Objective, *, by: Actor) -> datetime:
    """Taken back by its author before anybody initialled it; erased ten seconds later. Returns until when to undo (UTC).

    Raises Refused ``objective.assented``: from the first initials on it is closed with a reason, never deleted.
    """
    row = _take(objective)
    if _assents(row, withdrawn=True):
        raise Refused("objective.assented")
    row.withdrawn_at = now()
    db.session.flush()
    waits.expect(**_wait(row), contacts=set())
    stale(row.zone_id, _list(row), _one(row))
    defer("erase_objective", at=row.withdrawn_at + UNDO, objective_id=row.id)
    return row.withdrawn_at + UNDO


def keep(objective_id: uuid.UUID, *, by: Actor) -> bool:
    """Undo a withdrawal while it is still there. Whether it was."""
    row = db.session.scalar(_row(objective_id).with_for_update())
    if row is None or row.author_id != by.contact_id or row.withdrawn_at is None:
        return False
    row.withdrawn_at = None
    stale(row.zone_id, _list(row), _one(row))
    return True


def erase(objective_id: uuid.UUID) -> bool:
    """What was withdrawn leaves nothing: no row, no document, no event. Whether there was anything."""
    row = db.session.scalar(_row(objective_id).with_for_update())
    if row is None or row.withdrawn_at is None:
        return False
    for document_id in db.session.scalars(_documents(row)):
        documents.discard(document_id)
    for model in (Comment, Progress, Change, Wording):
        db.session.execute(
            delete(model).where(model.company_id == row.company_id, model.objective_id == row.id)
        )
    db.session.execute(delete(Event).where(Event.company_id == row.company_id, Event.subject_id == row.id))
    db.session.delete(row)
    db.session.flush()
    return True


def close(objective: Objective, reason: str, *, by: Actor) -> None:
    """Closed with a reason, for all; nothing of it moves any more. Raises Refused if nobody initialled it yet."""
    row = _take(objective)
    if row.closed_at is not None:
        return
    if row.shared_at is None or (row.strand_id is not None and not _assents(row, withdrawn=True)):
        raise Refused("objective.not_assented")
    if _open_rewording(row) is not None or row.agreed_id is None:
        documents.freeze(row.document_id)
    row.closed_at, row.closed_by, row.closed_reason = now(), _me(by), reason
    row.revision += 1
    waits.expect(**_wait(row), contacts=set())
    _tell(row, "objective.closed", by, "closed", after=reason)


FIELDS = ("baseline", "target", "due_on", "observer", "stake")


def set_fields(
    objective: Objective, frame: Frame, revision: int, values: dict[str, Any], *, by: Actor
) -> None:
    """Set some of ``FIELDS`` (Measure, Measure, date, contact id, text), read at a revision.

    Raises Stale ``objective.stale`` (field, mine, theirs, who) if one of them has changed since; Refused ``frozen`` when
    agreed or closed; Incorrect ``observer`` for somebody who does not read it.
    """
    row = _take(objective)
    changed = {f: (_value(row, f), v) for f, v in values.items() if _value(row, f) != v}
    if not changed:
        return
    _guard_open(row)
    for field, (theirs, mine) in changed.items():
        if row.touched.get(field, 0) > revision:
            last = db.session.scalar(
                select(Change)
                .where(
                    Change.company_id == row.company_id, Change.objective_id == row.id, Change.field == field
                )
                .order_by(Change.at.desc())
                .limit(1)
            )
            raise Stale(
                "objective.stale", field=field, mine=mine, theirs=theirs,
                revision=row.revision, by_id=last.by_id if last else row.author_id,
            )  # fmt: skip
    if (
        "observer" in changed
        and (seen := changed["observer"][1]) is not None
        and seen not in frame.readers(row.zone_id)
    ):
        raise Incorrect("observer", field="observer")
    row.revision += 1
    row.touched = row.touched | dict.fromkeys(changed, row.revision)
    for field, (before, after) in changed.items():
        _assign(row, field, after)
        if row.shared_at is not None:
            _change(row, field, by, kept(before), kept(after))
    db.session.flush()
    _reconsider(row, frame)
    record("objective.changed", zone_id=row.zone_id, subject_id=row.id, by=_me(by), touches=(_one(row),))


def assent(objective: Objective, frame: Frame, wording_hash: str, *, by: Actor) -> bool:
    """The actor's initials on the exact present wording, read as ``wording_hash``. Whether the objective is now agreed.

    Holds the document, then folds its log itself: what is initialled is what stays. Raises Stale
    ``objective.changed`` (before, after) if the wording is another by now; Refused ``objective.empty``, ``.long``,
    ``.unprintable``, ``.collective``, ``.closed``.
    """
    row = _take(objective)
    _guard_assent(row)
    documents.hold(row.document_id)
    content = queries.content_of(row, documents.fold(row.document_id))
    rewording = _open_rewording(row)
    if row.agreed_id is not None and rewording is None:
        return True
    if content.hash != wording_hash:
        raise Stale("objective.changed", content=content)
    _guard_content(content)
    required = queries.required(frame, row.strand_id)
    if _me(by) not in required:
        raise Refused("objective.not_required")
    stands = _initials(row, frame, content, rewording)
    if next(i for i in stands if i.contact_id == _me(by)).given is None or not _stands(stands, _me(by)):
        wording = _wording(row, content)
        db.session.add(
            Assent(
                company_id=row.company_id,
                zone_id=row.zone_id,
                objective_id=row.id,
                wording_id=wording.id,
                rewording_id=rewording.id if rewording else None,
                contact_id=_me(by),
                hash=content.hash,
            )
        )
        db.session.flush()
        _tell(row, "objective.assented", by, "assent")
    if not complete(_initials(row, frame, content, rewording)):
        _reconsider(row, frame)
        return False
    _agree(row, _wording(row, content), rewording, by)
    return True


def take_back(objective: Objective, frame: Frame, *, by: Actor) -> None:
    """The actor's initials no longer stand, by their own act, while it is not agreed. Raises Refused ``frozen`` after.

    In a rewording, those given in it alone: the agreed wording, quoted meanwhile, keeps its own.
    """
    row = _take(objective)
    _guard_open(row)
    rewording = _open_rewording(row)
    mine = [
        a
        for a in _assents(row)
        if a.contact_id == _me(by) and (rewording is None or a.rewording_id == rewording.id)
    ]
    if not mine:
        return
    for a in mine:
        a.withdrawn_at = now()
    db.session.flush()
    _tell(row, "objective.assent_withdrawn", by, "assent_withdrawn")
    _reconsider(row, frame)


def reword(objective: Objective, frame: Frame, *, by: Actor) -> None:
    """« Proposer une autre rédaction »: a new document from the agreed text; what was agreed stays quoted meanwhile."""
    row = _take(objective)
    if row.closed_at is not None:
        raise Refused("objective.closed")
    if row.agreed_id is None or _open_rewording(row) is not None:
        return
    db.session.add(
        Rewording(company_id=row.company_id, zone_id=row.zone_id, objective_id=row.id, opened_by=_me(by))
    )
    row.document_id = documents.reseed(row.document_id, _me(by)).id
    row.revision += 1
    db.session.flush()
    _tell(row, "objective.rewording_opened", by, "rewording")


def withdraw_rewording(objective: Objective, frame: Frame, *, by: Actor) -> None:
    """Its opener takes the rewording back: the agreed wording is the only one again."""
    row = _take(objective)
    rewording = _open_rewording(row)
    if rewording is None:
        return
    if rewording.opened_by != by.contact_id:
        raise Refused("objective.not_opener", opened_by=rewording.opened_by)
    agreed = queries.wordings([row.agreed_id])[row.agreed_id] if row.agreed_id else None
    if agreed is None:
        return
    rewording.ended_at, rewording.agreed = now(), False
    documents.hold(row.document_id)
    notes = documents.fold(row.document_id).get("notes", "")
    seed = {"wording": agreed.wording, "indicator": agreed.indicator, "notes": notes}
    row.document_id = documents.reseed(row.document_id, _me(by), seed=seed).id
    documents.freeze(row.document_id)
    for field, value in (
        ("baseline", agreed.baseline), ("target", agreed.target), ("due_on", agreed.due_on),
        ("observer", agreed.observer_id),
    ):  # fmt: skip
        _assign(row, field, value)
    row.revision += 1
    row.touched = row.touched | dict.fromkeys(("baseline", "target", "due_on", "observer"), row.revision)
    db.session.flush()
    waits.expect(**_wait(row), contacts=set())
    _tell(row, "objective.rewording_withdrawn", by, "rewording_withdrawn")


def order(objective: Objective, *, after: uuid.UUID | None, before: uuid.UUID | None, by: Actor) -> None:
    """Put a shared objective between two neighbours of its list; a neighbour that has gone counts for nothing."""
    row = _take(objective)
    if row.shared_at is None:
        raise Refused("objective.draft")
    _alone(row)
    listed = list(
        db.session.scalars(
            select(Objective)
            .where(_peers(row), Objective.id != row.id)
            .order_by(Objective.position, Objective.created_at)
        )
    )
    ids = [o.id for o in listed]
    if after in ids:
        place = ids.index(after) + 1
    elif before in ids:
        place = ids.index(before)
    else:
        place = 0 if after is None and before is None else len(ids)
    listed.insert(place, row)
    for position, o in enumerate(listed, 1):
        if o.position != position:
            o.position = position
    db.session.flush()
    record("objective.ordered", zone_id=row.zone_id, subject_id=row.id, by=_me(by), touches=(_list(row),))


def comment(objective: Objective, comment_id: uuid.UUID, words: str, *, by: Actor) -> None:
    """Say something about a shared objective. The id is made with the form: sent twice, kept once."""
    if objective.shared_at is None:
        raise Refused("objective.draft")
    made = db.session.execute(
        insert(Comment)
        .values(
            company_id=objective.company_id, id=comment_id, zone_id=objective.zone_id, objective_id=objective.id,
            author_id=_me(by), text=words, at=now(),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    if made.rowcount:  # type: ignore[attr-defined]
        _told(objective, "objective.commented", by)


def read(
    objective: Objective, progress_id: uuid.UUID, on: date, words: str, value: Decimal | None, out_of: Decimal | None,
    *, by: Actor,
) -> None:  # fmt: skip
    """A progress point of a shared objective, kept once however often it is sent."""
    if objective.shared_at is None:
        raise Refused("objective.draft")
    made = db.session.execute(
        insert(Progress)
        .values(
            company_id=objective.company_id, id=progress_id, zone_id=objective.zone_id, objective_id=objective.id,
            author_id=_me(by), read_on=on, words=words, value=value, out_of=out_of, at=now(),
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    if made.rowcount:  # type: ignore[attr-defined]
        _told(objective, "objective.read", by)


def restore(objective: Objective, change_id: uuid.UUID, frame: Frame, *, by: Actor) -> None:
    """Put a field back to what it was before that change, as an edit of the actor's. Raises Refused ``frozen``."""
    row = _take(objective)
    _guard_open(row)
    change = db.session.scalar(
        select(Change).where(
            Change.company_id == row.company_id, Change.objective_id == row.id, Change.id == change_id
        )
    )
    if change is None or change.field not in (*LIMITS, *FIELDS):
        raise Refused("objective.no_such_change")
    if change.field in LIMITS:
        documents.rewrite(row.document_id, {change.field: change.before or ""}, _me(by))
        documents.settle(row.document_id)
    else:
        set_fields(row, frame, row.revision, {change.field: _unkept(change.field, change.before)}, by=by)


def folded(told: Any, frame: Frame) -> None:
    """After live text was folded: whose initials are awaited is computed anew, and the pages read the line again."""
    row = queries.get(told.subject_id)
    if row is None or row.document_id != told.document_id:
        return
    _reconsider(row, frame)
    stale(row.zone_id, _one(row))


def settled(told: Any) -> None:
    """One line of history for each passage that came to rest; a draft keeps none."""
    row = queries.get(told.subject_id)
    if row is None or row.shared_at is None or row.document_id != told.document_id:
        return
    for passage in told.passages:
        by_id, *also = reversed(passage.by or (row.author_id,))
        db.session.add(
            Change(
                company_id=row.company_id, zone_id=row.zone_id, objective_id=row.id, by_id=by_id, also_ids=also,
                field=passage.root, before=passage.before, after=passage.after,
            )
        )  # fmt: skip
    db.session.flush()
    by_id = next((p.by[-1] for p in told.passages if p.by), row.author_id)
    record("objective.written", zone_id=row.zone_id, subject_id=row.id, by=by_id, touches=(_one(row),))


# -- what the acts above share ------------------------------------------------------------------


def _me(by: Actor) -> uuid.UUID:
    assert by.contact_id is not None  # noqa: S101 - whoever acts in a company has a contact there
    return by.contact_id


def _row(objective_id: uuid.UUID) -> Any:
    company = db.session.info["acting"].company
    return select(Objective).where(Objective.company_id == company, Objective.id == objective_id)


def _take(objective: Objective) -> Objective:
    """The row, kept from other writers until the end of the transaction, as it is now.

    Its key stays free: who settles a passage meanwhile holds its text, and adds a line of history that names the row.
    """
    taken_ = _row(objective.id).with_for_update(key_share=True)
    found = db.session.scalar(taken_.execution_options(populate_existing=True))
    if found is None or found.withdrawn_at is not None:
        raise Refused("objective.withdrawn")
    taken: Objective = found
    return taken


def _documents(row: Objective) -> Any:
    """The present one, and those that it replaced."""
    return select(Document.id).where(Document.company_id == row.company_id, Document.subject_id == row.id)


def _peers(row: Objective) -> Any:
    same = Objective.strand_id == row.strand_id if row.strand_id else Objective.strand_id.is_(None)
    return (
        (Objective.company_id == row.company_id)
        & (Objective.mission_id == row.mission_id)
        & same
        & Objective.shared_at.is_not(None)
        & Objective.withdrawn_at.is_(None)
    )


def _last(row: Objective) -> int:
    _alone(row)
    return db.session.scalar(select(func.coalesce(func.max(Objective.position), 0)).where(_peers(row))) or 0


def _alone(row: Objective) -> None:
    """One at a time numbers a list."""
    key = f"{row.company_id}/{row.mission_id}/{row.strand_id}"
    db.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:k, 0))"), {"k": key})


def _assents(row: Objective, *, withdrawn: bool = False) -> list[Assent]:
    asked = select(Assent).where(Assent.company_id == row.company_id, Assent.objective_id == row.id)
    if not withdrawn:
        asked = asked.where(Assent.withdrawn_at.is_(None))
    return list(db.session.scalars(asked.order_by(Assent.given_at)))


def _open_rewording(row: Objective) -> Rewording | None:
    return db.session.scalar(
        select(Rewording).where(
            Rewording.company_id == row.company_id,
            Rewording.objective_id == row.id,
            Rewording.ended_at.is_(None),
        )
    )


def _guard_open(row: Objective) -> None:
    if row.closed_at is not None:
        raise Refused("objective.closed")
    if row.agreed_id is not None and _open_rewording(row) is None:
        raise Refused("objective.frozen")


def _guard_assent(row: Objective) -> None:
    if row.closed_at is not None:
        raise Refused("objective.closed")
    if row.shared_at is None:
        raise Refused("objective.draft")
    if row.strand_id is None:
        raise Refused("objective.collective")


def _guard_content(content: Content) -> None:
    if not canonical(content.wording):
        raise Refused("objective.empty")
    if long := too_long(content):
        root, length = next(iter(long.items()))
        raise Refused("objective.long", root=root, length=length, limit=LIMITS[root])
    if characters := unprintables(content):
        raise Refused("objective.unprintable", characters=characters)


def _initials(row: Objective, frame: Frame, content: Content, rewording: Rewording | None) -> list[Initials]:
    given = [Given(a.contact_id, a.hash, a.given_at, a.wording_id, a.rewording_id) for a in _assents(row)]
    required = queries.required(frame, row.strand_id)
    return initials(required, given, content.hash, rewording.id if rewording else None)


def _stands(stands: Iterable[Initials], contact_id: uuid.UUID) -> bool:
    return any(i.contact_id == contact_id and i.standing == "given" for i in stands)


def _wording(row: Objective, content: Content) -> Wording:
    asked = select(Wording).where(
        Wording.company_id == row.company_id, Wording.objective_id == row.id, Wording.hash == content.hash
    )
    found = db.session.scalar(asked)
    if found is None:
        found = Wording(
            company_id=row.company_id, id=new_id(), zone_id=row.zone_id, objective_id=row.id, hash=content.hash,
            content=content.plain(),
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
    return found


def _agree(row: Objective, wording: Wording, rewording: Rewording | None, by: Actor) -> None:
    documents.settle(row.document_id)
    wording.agreed_at = now()
    row.agreed_id = wording.id
    row.revision += 1
    if rewording is not None:
        rewording.ended_at, rewording.agreed = now(), True
    db.session.flush()
    documents.freeze(row.document_id)
    waits.expect(**_wait(row), contacts=set())
    _tell(row, "objective.agreed", by, "agreed")


def _reconsider(row: Objective, frame: Frame) -> None:
    """Whose initials are awaited now; the rail hears of it if that changed."""
    if row.shared_at is None or row.closed_at is not None or row.strand_id is None:
        return
    rewording = _open_rewording(row)
    if row.agreed_id is not None and rewording is None:
        return
    content = queries.content_of(row, documents.current([row.document_id]).get(row.document_id, {}))
    if waits.expect(**_wait(row), contacts=awaited(_initials(row, frame, content, rewording))):
        _rail(row)


def _rail(row: Objective) -> None:
    """Where the strand stands has moved: all who see that hear of it, not only those who read the text."""
    state = db.session.scalar(
        select(Strand.state_zone_id).where(Strand.company_id == row.company_id, Strand.id == row.strand_id)
    )
    if state is not None:
        stale(state, f"mission:{row.mission_id}")


def _wait(row: Objective) -> dict[str, Any]:
    return {
        "zone_id": row.zone_id, "mission_id": row.mission_id, "strand_id": row.strand_id, "kind": ASSENT,
        "subject_id": row.id,
    }  # fmt: skip


def _one(row: Objective) -> str:
    return f"objective:{row.id}"


def _list(row: Objective) -> str:
    return f"objectives:{row.strand_id or row.mission_id}"


def _told(row: Objective, name: str, by: Actor) -> None:
    record(name, zone_id=row.zone_id, subject_id=row.id, by=_me(by), touches=(_one(row),))


def _tell(row: Objective, name: str, by: Actor, field: str, *, after: Any = None) -> None:
    """An act that history keeps and that moves the list, the rail and the waits."""
    _change(row, field, by, None, after)
    touches = (_one(row), _list(row), f"mission:{row.mission_id}")
    record(name, zone_id=row.zone_id, subject_id=row.id, by=_me(by), touches=touches)
    _rail(row)


def _change(row: Objective, field: str, by: Actor, before: Any, after: Any) -> None:
    db.session.add(
        Change(
            company_id=row.company_id, zone_id=row.zone_id, objective_id=row.id, by_id=_me(by), field=field,
            before=before, after=after,
        )
    )  # fmt: skip
    db.session.flush()


def _value(row: Objective, field: str) -> Any:
    if field == "baseline":
        return Measure(row.baseline, _plain(row.baseline_value), _plain(row.baseline_out_of))
    if field == "target":
        return Measure(row.target, _plain(row.target_value), _plain(row.target_out_of), row.target_sense)
    return getattr(row, "observer_id" if field == "observer" else field)


def _plain(number: Decimal | None) -> Decimal | None:
    """Equal numbers compare equal whatever the zeros that the column adds."""
    return None if number is None else Decimal(exact(number) or "0")


def _assign(row: Objective, field: str, value: Any) -> None:
    if field in ("baseline", "target"):
        setattr(row, field, value.words)
        setattr(row, f"{field}_value", value.value)
        setattr(row, f"{field}_out_of", value.out_of)
        if field == "target":
            row.target_sense = value.sense
    else:
        setattr(row, "observer_id" if field == "observer" else field, value)


def kept(value: Any) -> Any:
    """A field's value as history keeps it."""
    if isinstance(value, Measure):
        return value.plain()
    return str(value) if value is not None else None


def _unkept(field: str, kept: Any) -> Any:
    if field in ("baseline", "target"):
        return Measure.of(kept)
    if field == "due_on":
        return date.fromisoformat(kept) if kept else None
    if field == "observer":
        return uuid.UUID(kept) if kept else None
    return kept or ""

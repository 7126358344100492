"""Acts on expectations: written alone, said ready, revealed together. Each takes the mission's ``Reveal`` row first.

So two who say « prêt » at the same moment are one after the other, and the second reveals. What is revealed is what its
author fixed when saying « prêt »: the document with its deleted words goes at that moment, by its own author's act.
"""

import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, text, update

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.awaited import Awaited
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.texts import canonical
from tenants.events import record
from tenants.mission.agreement.headings import EXPECTS, HEADINGS, LIMITS
from tenants.mission.agreement.models import Expectation, Readiness, Reveal
from tenants.mission.agreement.parties import everyone, expectations_key, holds, me, mission_key, parties
from tenants.mission.life.spans import day_of
from tenants.mission.queries import Frame
from tenants.mission.zoning import zone_for
from tenants.once import add_once
from tenants.policy import Role
from tenants.refusals import Incorrect, Refused
from tenants.zones import Audience, Kind

KIND = "expectation"
NOTICE = timedelta(days=3)  # between telling all of a date and revealing on it; migration 0016 holds it too


def begin(frame: Frame, *, by: Actor) -> uuid.UUID:
    """A private text under the five headings, of the actor's own. Begun twice, it is one. Raises Refused."""
    _guard(frame, by)
    return _mine(frame, by).id


def ready(frame: Frame, *, by: Actor) -> bool:
    """« Prêt »: what stands under the headings is fixed, and the others learn that it is. The last one reveals all.

    Whether the actor's are revealed now. Raises Refused ``agreement.long`` (heading, length, limit), ``.not_party``.
    """
    _guard(frame, by)
    reveal = _take(frame, by)
    row = _mine(frame, by)
    if row.ready_at is not None:
        return row.revealed_at is not None
    _fix(row)
    zone_id = everyone(frame, by=by)
    add_once(
        Readiness, company_id=frame.company_id, id=new_id(), zone_id=zone_id, mission_id=frame.id, contact_id=me(by),
        at=now(),
    )  # fmt: skip
    if (
        reveal.revealed_at is not None
    ):  # the others' are there already: by one's own act, one's own joins them
        row.zone_id, row.revealed_at = zone_id, now()
        db.session.flush()
        _tell(frame, "agreement.joined", by)
        return True
    if set(parties(frame)) <= _ready(frame):
        return _reveal(frame, by)
    _await(frame, reveal, by)
    _tell(frame, "agreement.ready", by)
    return False


def take_back(frame: Frame, *, by: Actor) -> None:
    """Not ready after all: written again, from the same words. Raises Refused ``agreement.revealed`` once they are read."""
    reveal = _take(frame, by)
    row = of_author(frame.id, me(by))
    if row is None or row.ready_at is None:
        return
    if reveal.revealed_at is not None:
        raise Refused("agreement.revealed")
    row.document_id = documents.create(KIND, row.id, row.zone_id, me(by), row.texts).id
    row.texts, row.ready_at = {}, None
    db.session.execute(
        delete(Readiness).where(
            Readiness.company_id == frame.company_id,
            Readiness.mission_id == frame.id,
            Readiness.contact_id == me(by),
        )
    )
    db.session.flush()
    _await(frame, reveal, by)
    _tell(frame, "agreement.unready", by)


def tell_date(frame: Frame, due_on: date, *, by: Actor) -> None:
    """The mentor tells all from which day they may reveal what is ready; telling another day begins the notice anew.

    Raises Incorrect ``due_on`` when that is sooner than ``NOTICE``; Refused ``agreement.revealed``, ``.not_party``.
    """
    _guard(frame, by)
    reveal = _take(frame, by)
    if reveal.revealed_at is not None:
        raise Refused("agreement.revealed")
    if reveal.due_on == due_on:
        return
    if due_on < (now() + NOTICE).date():
        raise Incorrect("agreement.soon", field="due_on")
    reveal.due_on, reveal.told_at, reveal.told_by = due_on, now(), me(by)
    db.session.flush()
    _await(frame, reveal, by)
    _tell(frame, "agreement.dated", by)


def reveal(frame: Frame, *, by: Actor) -> None:
    """All at once, as far as ready. Raises Refused ``agreement.not_all_ready`` (waiting: contact ids)."""
    _guard(frame, by)
    row = _take(frame, by)
    if row.revealed_at is not None:
        return
    if not may_reveal(frame, row, _ready(frame), by=by):
        raise Refused("agreement.not_all_ready", waiting=sorted(set(parties(frame)) - _ready(frame)))
    _reveal(frame, by)


def may_reveal(frame: Frame, row: Reveal | None, said: set[uuid.UUID], *, by: Actor) -> bool:
    """All are ready; or the actor is, is the mentor, and the day that was told has come."""
    if row is None or row.revealed_at is not None or me(by) not in parties(frame):
        return False
    if set(parties(frame)) <= said:
        return True
    if row.due_on is None or row.told_at is None or frame.clock.stopped(None, day_of(now())):
        return False
    left_out = timedelta(
        frame.clock.left_out(None, day_of(row.told_at), day_of(now()))
    )  # while it was suspended
    return (
        row.told_at + NOTICE + left_out <= now()
        and row.due_on + left_out <= now().date()
        and me(by) in said
        and holds(frame, me(by), Role.MENTOR)
    )


def of_author(mission_id: uuid.UUID, author_id: uuid.UUID) -> Expectation | None:
    """What that person expects, if the acting person reads it."""
    company = db.session.info["acting"].company
    asked = select(Expectation).where(
        Expectation.company_id == company,
        Expectation.mission_id == mission_id,
        Expectation.author_id == author_id,
    )
    return db.session.scalar(asked)


# -- what the acts above share ------------------------------------------------------------------


def _guard(frame: Frame, by: Actor) -> None:
    if me(by) not in parties(frame):
        raise Refused("agreement.not_party")


def _take(frame: Frame, by: Actor) -> Reveal:
    """The mission's row, made when there is none yet, kept from the others' acts until the end of the transaction."""
    add_once(
        Reveal, company_id=frame.company_id, id=new_id(), zone_id=everyone(frame, by=by), mission_id=frame.id
    )
    asked = select(Reveal).where(Reveal.company_id == frame.company_id, Reveal.mission_id == frame.id)
    found = db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise Refused("agreement.moved")
    taken: Reveal = found
    return taken


def _mine(frame: Frame, by: Actor) -> Expectation:
    """The actor's own row, with a document to write in unless they are ready."""
    zone_id = zone_for(frame, Kind.AGREEMENT, Audience.AUTHOR, None, by=by)
    made, document_id = new_id(), new_id()
    values = {
        "company_id": frame.company_id, "id": made, "zone_id": zone_id, "mission_id": frame.id, "author_id": me(by),
        "document_id": document_id, "texts": {},
    }  # fmt: skip
    if of_author(frame.id, me(by)) is None and add_once(Expectation, **values):
        documents.create(KIND, made, zone_id, me(by), {}, document_id)
    found = of_author(frame.id, me(by))
    if found is None:
        raise Refused("agreement.moved")
    return found


def _fix(row: Expectation) -> None:
    """The words as they stand, without the way to them: the document goes, with all that was deleted in it."""
    if row.document_id is None:
        return
    documents.hold(row.document_id)
    words = documents.fold(row.document_id)
    for heading in HEADINGS:
        length = len(canonical(words.get(heading, "")))
        if length > LIMITS[KIND]:
            raise Refused("agreement.long", heading=heading, length=length, limit=LIMITS[KIND])
    documents.discard(row.document_id)
    row.texts = {h: words.get(h, "").strip() for h in HEADINGS}
    row.document_id, row.ready_at = None, now()
    db.session.flush()


def _ready(frame: Frame) -> set[uuid.UUID]:
    asked = select(Readiness.contact_id).where(
        Readiness.company_id == frame.company_id, Readiness.mission_id == frame.id
    )
    return set(db.session.scalars(asked))


def _reveal(frame: Frame, by: Actor) -> bool:
    """By the one function that moves what others wrote; it judges again by itself."""
    asked = text("select reveal_expectations(:m, :z, :at)")
    values = {"m": frame.id, "z": everyone(frame, by=by), "at": now()}
    if db.session.scalar(asked, values) is None:
        raise Refused("agreement.not_all_ready", waiting=[])
    db.session.expire_all()
    waits.expect(**_wait(frame, by), contacts=set())
    _tell(frame, "agreement.revealed", by)
    return True


def _await(frame: Frame, row: Reveal, by: Actor) -> None:
    """From the first « prêt », or from a date on, those who have not said it are awaited."""
    said = _ready(frame)
    begun = bool(said) or row.due_on is not None
    waits.expect(**_wait(frame, by), contacts=set(parties(frame)) - said if begun else set())
    db.session.execute(
        update(Awaited)
        .where(
            Awaited.company_id == frame.company_id, Awaited.subject_id == frame.id, Awaited.kind == EXPECTS
        )
        .values(due_on=row.due_on)
    )


def _wait(frame: Frame, by: Actor) -> dict[str, Any]:
    return {
        "zone_id": everyone(frame, by=by), "mission_id": frame.id, "strand_id": None, "kind": EXPECTS,
        "subject_id": frame.id,
    }  # fmt: skip


def _tell(frame: Frame, name: str, by: Actor) -> None:
    touches = (expectations_key(frame.id), mission_key(frame.id))
    record(name, zone_id=everyone(frame, by=by), subject_id=frame.id, by=me(by), touches=touches)

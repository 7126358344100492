"""What a review with the manager leaves: four texts, approved by the three on their exact words."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from tenants import awaited as waits
from tenants.actors import Actor
from tenants.db import db, new_id, now
from tenants.documents import operations as documents
from tenants.documents.texts import canonical, canonical_hash, unprintable
from tenants.events import record, stale
from tenants.mission.objectives.queries import required
from tenants.mission.objectives.standing import Given, Initials, Standing, awaited, complete, initials
from tenants.mission.queries import Frame
from tenants.mission.schedule import queries
from tenants.mission.schedule.models import Review, ReviewApproval, Session
from tenants.mission.schedule.telling import Zones, changed, listed, me, one, take, tell, tell_rail
from tenants.mission.schedule.types import State, Type
from tenants.refusals import Refused, Stale
from tenants.zones import Audience, Kind

KIND = "review"
ROOTS = ("since", "drift", "agreed", "changes")
LIMIT = 3_000  # of each text
APPROVE = "schedule.review"


def texts_hash(texts: Mapping[str, str]) -> str:
    """What an approval binds to."""
    return canonical_hash([texts.get(root, "") for root in ROOTS])


def begin(session: Session, frame: Frame, seed: Mapping[str, str], *, by: Actor) -> uuid.UUID:
    """Four live texts of the three parties, prefilled. One a session: harmless again.

    Raises Refused ``review.not_one`` where no review is held, ``schedule.over`` for a session that was cancelled.
    """
    row = take(session.id)
    if row.type != Type.REVIEW or row.strand_id is None:
        raise Refused("review.not_one")
    if row.state == State.CANCELLED:
        raise Refused("schedule.over")
    if (found := queries.review(row)) is not None:
        return found.id
    # who may read objectives: the three parties, a fixed cell of every matrix
    zone_id = Zones(frame, by).of(Kind.OBJECTIVES, Audience.PARTIES, row.strand_id)
    made, document_id = new_id(), new_id()
    db.session.add(
        Review(
            company_id=row.company_id, id=made, zone_id=zone_id, mission_id=row.mission_id, strand_id=row.strand_id,
            session_id=row.id, author_id=me(by), document_id=document_id,
        )
    )  # fmt: skip
    db.session.flush()
    documents.create(KIND, made, zone_id, me(by), seed, document_id)
    tell(row, "review.begun", by, zone_id=zone_id)
    return made


def standing(review: Review, frame: Frame, texts: Mapping[str, str]) -> list[Initials]:
    """Each of the three, once: approved, awaited, or no longer standing because the texts have changed."""
    given = [Given(a.contact_id, a.hash, a.given_at, a.id, None) for a in queries.approvals(review)]
    if review.approved_at is not None:  # those who approved then, whoever takes part now
        hashed = texts_hash(texts)
        who = list(dict.fromkeys(g.contact_id for g in given if g.hash == hashed))
        return initials(who, given, hashed, None)
    return initials(required(frame, review.strand_id), given, texts_hash(texts), None)


def approve(review: Review, frame: Frame, texts_read: str, *, by: Actor) -> bool:
    """The actor's word on the exact texts, read under that hash. Whether all three have now approved.

    Raises Stale ``review.changed`` if they are others by now; Refused ``review.empty``, ``.long``, ``.unprintable``,
    ``.not_required``.
    """
    row = take(review.session_id)
    found = _again(review)
    documents.hold(found.document_id)
    texts = documents.fold(found.document_id)
    if found.approved_at is not None:
        return True
    if texts_hash(texts) != texts_read:
        raise Stale("review.changed")
    _guard(texts)
    if me(by) not in required(frame, found.strand_id):
        raise Refused("review.not_required")
    stands = standing(found, frame, texts)
    if not any(i.contact_id == me(by) and i.standing is Standing.GIVEN for i in stands):
        _give(found, texts, by)
        tell(row, "review.approved", by, zone_id=found.zone_id, rail=True)
    if not complete(standing(found, frame, texts)):
        _reconsider(found, frame, texts)
        return False
    documents.settle(found.document_id)
    documents.freeze(found.document_id)
    found.approved_at = now()
    db.session.flush()
    waits.expect(**_wait(found), contacts=set())
    changed(row, found.zone_id, "review_approved", by)
    tell(row, "review.agreed", by, zone_id=found.zone_id, rail=True)
    return True


def take_back(review: Review, frame: Frame, *, by: Actor) -> None:
    """The actor's own word, before all three have given theirs. Raises Refused ``review.approved`` after."""
    row = take(review.session_id)
    found = _again(review)
    if found.approved_at is not None:
        raise Refused("review.approved")
    for given in queries.approvals(found):
        if given.contact_id == by.contact_id:
            given.withdrawn_at = now()
    db.session.flush()
    _reconsider(found, frame, documents.fold(found.document_id))
    tell(row, "review.approval_withdrawn", by, zone_id=found.zone_id, rail=True)


def folded(told: Any, frame: Frame) -> None:
    """After live text was folded: who is awaited is computed anew, and the pages read it again."""
    found = by_id(told.subject_id)
    if found is None or found.document_id != told.document_id or found.approved_at is not None:
        return
    texts = documents.current([found.document_id]).get(found.document_id, {})
    _reconsider(found, frame, texts)
    row = queries.get(found.session_id)
    if row is not None:
        stale(found.zone_id, one(row), listed(row))


def settled(told: Any) -> None:
    """A passage came to rest: whoever is awaited anew is told, as after initials that no longer stand."""
    found = by_id(told.subject_id)
    if found is None or found.document_id != told.document_id or found.approved_at is not None:
        return
    who = next((p.by[-1] for p in told.passages if p.by), found.author_id)
    record("review.written", zone_id=found.zone_id, subject_id=found.session_id, by=who)


def by_id(review_id: uuid.UUID) -> Review | None:
    """The review, if the acting person reads its zone."""
    company = db.session.info["acting"].company
    return db.session.scalar(select(Review).where(Review.company_id == company, Review.id == review_id))


def _again(review: Review) -> Review:
    asked = select(Review).where(Review.company_id == review.company_id, Review.id == review.id)
    found: Review = db.session.scalars(asked.execution_options(populate_existing=True)).one()
    return found


def _guard(texts: Mapping[str, str]) -> None:
    if not any(canonical(texts.get(root, "")) for root in ROOTS):
        raise Refused("review.empty")
    for root in ROOTS:
        if len(texts.get(root, "")) > LIMIT:
            raise Refused("review.long", root=root, length=len(texts[root]), limit=LIMIT)
        if odd := unprintable(texts.get(root, "")):
            raise Refused("review.unprintable", characters=odd)


def _give(review: Review, texts: Mapping[str, str], by: Actor) -> None:
    db.session.add(
        ReviewApproval(
            company_id=review.company_id, zone_id=review.zone_id, review_id=review.id, contact_id=me(by),
            hash=texts_hash(texts), content={root: texts.get(root, "") for root in ROOTS},
        )
    )  # fmt: skip
    db.session.flush()


def _reconsider(review: Review, frame: Frame, texts: Mapping[str, str]) -> None:
    if review.approved_at is not None:
        return
    if waits.expect(**_wait(review), contacts=awaited(standing(review, frame, texts))):
        tell_rail(review.company_id, review.mission_id, review.strand_id)


def _wait(review: Review) -> dict[str, Any]:
    return {
        "zone_id": review.zone_id, "mission_id": review.mission_id, "strand_id": review.strand_id, "kind": APPROVE,
        "subject_id": review.session_id,
    }  # fmt: skip
